#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Packages as those meet them who install them. `./run package` makes them here and again in an
# empty Debian 12, in another folder, without the cache of the compiler: the same bytes. What
# was made there is installed, run and removed in a Debian that has nothing: the .deb of
# Debian 12 and that of 13, built there against its own libraries, the tarball, and here the wheel
# and the npm packages. With the program of the wheel the command-line tests pass.
#
# packages.sh PROJECT [PART...]   parts: here wheel npm debian12 debian13; all without one
set -Eeuo pipefail
project=$1
shift
parts=" ${*:-here wheel npm debian12 debian13} "
tests=$project/tests
source "$tests/support/root_folder.inc"
packages=$project/build/packages
t=$(mktemp -d)
trap 'rm -rf "$t"; remove_roots' EXIT
trap 'echo "packages: line $LINENO: failed: $BASH_COMMAND" >&2' ERR
schemas=${SCHEMAS_DIR:-}
version=$(sed -n 's/^project(straykey VERSION \([0-9.]*\).*/\1/p' "$project/CMakeLists.txt")
has() { [[ $parts == *" $1 "* ]]; }

# works RUN...: the program after RUN finds a secret, finds none, and says what is wrong.
token=$(python3 "$tests/support/make_secret.py" github package)
works() {
  local code=0
  [[ $("$@" --version </dev/null | head -1) == "straykey $version" ]]
  echo "nothing is in here" | "$@" scan - --no-progress >"$t/clean"
  echo "token = \"$token\"" | "$@" scan - --no-progress >"$t/found" || code=$?
  [[ $code == 1 ]] && grep -q 'GitHub' "$t/found"
  code=0
  "$@" scan --no-such-option </dev/null >"$t/out" 2>"$t/err" || code=$?
  [[ $code == 2 ]] && grep -q 'no-such-option' "$t/err"
}

if has here; then
  rm -rf "$packages"
  (cd "$project" && ./run package)
  (cd "$packages" && sha256sum --quiet -c SHA256SUMS)
  # Every package has its SBOM, and an SBOM names what is in the package.
  python3 "$tests/support/check_sbom.py" "$packages" "$schemas"
  if command -v lintian >/dev/null; then
    lintian --allow-root --fail-on error,warning \
      "$packages"/*.deb >"$t/lintian" 2>&1 || { cat "$t/lintian"; exit 1; }
  else
    echo "packages: passed over: lintian is not here"
  fi
  if command -v ruby >/dev/null; then
    ruby -c "$packages/straykey.rb" >"$t/out"
  else
    echo "packages: passed over: there is no ruby to read the formula"
  fi
  grep -q "$(sha256sum "$packages/straykey-$version.tar.gz" | cut -d' ' -f1)" "$packages/straykey.rb"
  # A scan that meets straykey itself has nothing severe to report of it.
  mkdir "$t/self" && tar -xzf "$packages/straykey-$version-linux-$(uname -m).tar.gz" -C "$t/self"
  "$t/self/straykey-$version-linux-$(uname -m)/bin/straykey" scan "$t/self" --no-progress --fail-on high >"$t/out" || { cat "$t/out"; exit 1; }
  echo "packages: made"
  (cd "$packages" && wc -c -- *.deb *.whl *gz | sed '$d')
fi

if has wheel; then
  python3 -m venv "$t/venv"
  "$t/venv/bin/pip" install -q --no-index "$packages"/*.whl
  works "$t/venv/bin/straykey"
  # The tag is what the libraries ask for, as another program counts it.
  if "$t/venv/bin/pip" install -q auditwheel 2>"$t/err"; then
    tag=$(basename "$packages"/*.whl .whl | sed 's/.*-//')
    "$t/venv/bin/auditwheel" show "$packages"/*.whl | tr '\n' ' ' >"$t/tags"
    grep -qF "platform tag to \"$tag\"" "$t/tags"
  else
    echo "packages: passed over: no auditwheel from PyPI"
  fi
  echo "packages: the command-line tests with the program of the wheel"
  export STRAYKEY=$t/venv/bin/straykey SOURCE_DIR=$project
  one() {
    local code=0
    timeout 1800 bash "$1" >"$2/$(basename "$1").log" 2>&1 </dev/null || code=$?
    case $code in
      0) ;;
      77) echo "$(basename "$1" .sh): $(tail -1 "$2/$(basename "$1").log")" ;;
      *) echo "FAILED $(basename "$1"): $(tail -5 "$2/$(basename "$1").log")" ;;
    esac
  }
  export -f one
  mkdir "$t/cli"
  printf '%s\0' "$tests"/cli/*.sh | xargs -0 -P "$(nproc)" -I{} bash -c 'one {} "$0"' "$t/cli" | tee "$t/result"
  if grep -q '^FAILED' "$t/result"; then exit 1; fi
  "$t/venv/bin/pip" uninstall -q -y straykey
  [[ ! -e $t/venv/bin/straykey && ! -e $t/venv/lib/straykey ]]
  echo "packages: the wheel is well"
fi

if has npm; then
  if command -v npm >/dev/null; then
    mkdir "$t/npm" && cd "$t/npm"
    npm install --offline --ignore-scripts --no-audit --no-fund --silent "$packages"/*.tgz
    works node_modules/.bin/straykey
    # Signals arrive as such, and without the platform's package there is a sentence.
    code=0
    timeout --preserve-status -s TERM 1 node_modules/.bin/straykey scan - </dev/zero >"$t/out" 2>&1 || code=$?
    ((code >= 128))
    rm -r node_modules/@straykey
    code=0
    node_modules/.bin/straykey --version 2>"$t/err" || code=$?
    [[ $code == 2 ]] && grep -q 'is not installed' "$t/err"
    cd "$project"
    echo "packages: the npm packages are well"
  else
    echo "packages: passed over: npm is not here"
  fi
fi

# debian NUMBER SUITE [KIND...]: builds in one root, installs in another.
debian() {
  local number=$1 suite=$2 build run name
  shift 2
  skip_without_roots packages
  make_root "build$number" "$suite" git
  make_root "run$number" "$suite"
  build=root_build$number run=root_run$number
  build=${!build} run=${!run}
  git clone -q --no-hardlinks "$project" "$build/srv/a copy of straykey"
  inside "build$number" bash -c 'cd "/srv/a copy of straykey" && ./run package "$@"' - "$@" >"$t/log" 2>&1 ||
    { tail -30 "$t/log"; return 1; }
  cp -r "$build/srv/a copy of straykey/build/packages" "$run/srv/"
  mkdir -p "$t/debian$number" && cp -r "$run/srv/packages/." "$t/debian$number/"
  if compgen -G "$run/srv/packages/*.tar.gz" >/dev/null; then
    tar -xzf "$run/srv/packages/straykey-$version-linux-$(uname -m).tar.gz" -C "$run/srv"
    mv "$run/srv/straykey-$version-linux-$(uname -m)" "$run/srv/any where"
    works inside "run$number" "/srv/any where/bin/straykey"
    rm -r "$run/srv/any where"
    echo "packages: the tarball runs in a bare Debian $number"
  fi
  name=$(cd "$run/srv/packages" && echo straykey_*~debian"$number"_*.deb)
  inside "run$number" apt-get update -qq
  inside "run$number" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "/srv/packages/$name" >"$t/log" 2>&1 ||
    { tail "$t/log"; return 1; }
  works inside "run$number" straykey
  inside "run$number" dpkg --verify straykey
  # apt leaves the manual page out of a minimal system; the package has it.
  dpkg-deb -c "$run/srv/packages/$name" >"$t/files"
  grep -q usr/share/man/man1/straykey.1.gz "$t/files"
  inside "run$number" env DEBIAN_FRONTEND=noninteractive apt-get remove -y -qq straykey >"$t/log" 2>&1
  [[ -z $(find "$run" -xdev -mindepth 1 -name '*straykey*' -not -path "$run/srv/*" -not -path '*/var/cache/apt/*') ]]
  [[ $(inside "run$number" dpkg-query -W -f '${db:Status-Abbrev}' straykey 2>/dev/null || true) != *[!un\ ]* ]]
  echo "packages: the .deb of Debian $number installs, runs and goes"
}

if has debian12; then
  debian 12 bookworm
  # The same bytes. The .deb names the libraries that were there when it was made: where others
  # were, only what brings its own is compared.
  if [[ -d $packages && $(. /etc/os-release && echo "$ID$VERSION_ID") == debian12 ]]; then
    for place in "$packages" "$t/debian12"; do
      python3 -c 'import json, sys; [print(c["name"], c["version"]) for c in json.load(open(sys.argv[1]))["components"]]' \
        "$place"/*.deb.cdx.json | sort >"$t/libraries.$(basename "$place")"
    done
    kept=.
    if ! diff "$t/libraries.packages" "$t/libraries.debian12"; then
      echo "packages: passed over: the bytes of the .deb, as libraries differ by version (above)"
      kept='whl\|tgz\|tar\.gz\|\.rb'
    fi
    diff <(grep "$kept" "$packages/SHA256SUMS") <(grep "$kept" "$t/debian12/SHA256SUMS")
    echo "packages: two builds in two folders give the same bytes"
  else
    echo "packages: passed over: this is no Debian 12, the bytes of two builds are not compared"
  fi
fi
if has debian13; then debian 13 trixie deb; fi
echo "packages: all is well"
