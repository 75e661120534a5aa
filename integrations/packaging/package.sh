#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes packages of what is built, each with its SBOM (CycloneDX 1.6) inside and beside it:
#
#   package.sh PROJECT BUILD OUT [deb|tarball|wheel|npm|homebrew]...
#
# The same sources give the same bytes wherever they are packed: all times are
# SOURCE_DATE_EPOCH (by default that of the last commit), and names are in order.
# deb needs `straykey` to be built, the others `straykey_portable` (see portable.cmake).
set -euo pipefail
project=$1 build=$2 out=$3
shift 3
here=$project/integrations/packaging
export LC_ALL=C.UTF-8 TZ=UTC
umask 022
: "${SOURCE_DATE_EPOCH:=$(git -C "$project" log -1 --format=%ct 2>/dev/null || true)}"
[[ $SOURCE_DATE_EPOCH ]] || {
  echo "package: there is no commit to take the time from; set SOURCE_DATE_EPOCH" >&2
  exit 2
}
export SOURCE_DATE_EPOCH
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
machine=$(uname -m)
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# pack FILE.tar.gz FOLDER NAME: NAME out of FOLDER.
pack() {
  tar --create --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
    --mode=u=rwX,go=rX --format=ustar --directory "$2" "$3" | gzip -9n >"$1"
}

# sbom PURL FILE [PROGRAM MAP]: of the portable program, if no other is named.
sbom() {
  python3 "$here/sbom.py" "$build" "${3-$build/straykey_portable}" \
    "${4-$build/straykey_portable.map}" "$version" "$1" >"$2"
}

# portable FOLDER: bin/straykey and lib/straykey with what it needs beside glibc.
portable() {
  local name
  mkdir -p "$1/bin" "$1/lib/straykey"
  strip -o "$1/bin/straykey" "$build/straykey_portable"
  chmod 755 "$1/bin/straykey"
  python3 "$here/sbom.py" --carried "$build/straykey_portable" |
    while read -r name path; do
      install -m 644 "$path" "$1/lib/straykey/$name"
    done
}

# licences FOLDER: ours, and those of what is linked and carried.
licences() {
  mkdir -p "$1/third-party"
  cp "$project/LICENSE" "$1/"
  python3 "$here/sbom.py" --packages "$build/straykey_portable" "$build/straykey_portable.map" |
    while read -r package; do
      cp "$(realpath "/usr/share/doc/$package/copyright")" "$1/third-party/$package"
    done
}

make_deb() {
  sbom "pkg:deb/straykey@$version" "$work/deb.cdx.json" "$build/straykey" ""
  STRAYKEY_SBOM=$work/deb.cdx.json cpack -G DEB --config "$build/CPackConfig.cmake" \
    -B "$work/deb" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 2; }
  local file
  file=$(basename "$work"/deb/*.deb)
  cp "$work/deb/$file" "$out/"
  cp "$work/deb.cdx.json" "$out/$file.cdx.json"
}

make_tarball() {
  local name=straykey-$version-linux-$machine
  DESTDIR="" cmake --install "$build" --prefix "$work/$name" >"$work/log"
  rm "$work/$name/bin/straykey"
  portable "$work/$name"
  licences "$work/$name/share/doc/straykey"
  sbom "pkg:generic/straykey@$version?arch=$machine&os=linux" "$out/$name.tar.gz.cdx.json"
  cp "$out/$name.tar.gz.cdx.json" "$work/$name/share/doc/straykey/sbom.cdx.json"
  pack "$out/$name.tar.gz" "$work" "$name"
}

make_wheel() {
  local tree=$work/wheel name
  portable "$tree"
  licences "$tree/licenses"
  mkdir -p "$tree/share/man/man1" && cp "$build/said/straykey.1" "$tree/share/man/man1/"
  sbom "pkg:pypi/straykey@$version" "$work/wheel.cdx.json"
  name=$(python3 "$here/wheel.py" "$tree" "$work/wheel.cdx.json" "$project/README.md" "$version" \
    "$machine" "$out")
  cp "$work/wheel.cdx.json" "$out/$name.cdx.json"
}

# Two packages: npm installs that of the platform because the other names it, and no script runs.
make_npm() {
  local cpu=$machine main=$work/npm/main/package platform file
  [[ $cpu == x86_64 ]] && cpu=x64
  [[ $cpu == aarch64 ]] && cpu=arm64
  platform=$work/npm/$cpu/package
  mkdir -p "$main" "$platform"
  fill() { sed -e "s/@VERSION@/$version/g" -e "s/@CPU@/$cpu/g" "$1"; }
  fill "$here/npm/package.json" >"$main/package.json"
  fill "$here/npm/platform.json" >"$platform/package.json"
  install -D -m 755 "$here/npm/straykey.js" "$main/bin/straykey.js"
  cp "$project/LICENSE" "$project/README.md" "$main/"
  portable "$platform"
  licences "$platform/licenses"
  cp "$project/LICENSE" "$platform/"
  file=straykey-linux-$cpu-$version.tgz
  sbom "pkg:npm/%40straykey/linux-$cpu@$version" "$out/$file.cdx.json"
  cp "$out/$file.cdx.json" "$platform/sbom.cdx.json"
  pack "$out/$file" "$work/npm/$cpu" package
  pack "$out/straykey-$version.tgz" "$work/npm/main" package
}

# The formula builds from the archive of the sources that is made here; Homebrew writes the
# SBOM of what it builds itself.
make_homebrew() {
  local source=straykey-$version.tar.gz digest
  git -C "$project" archive --format=tar --prefix="straykey-$version/" HEAD | gzip -9n >"$out/$source"
  digest=$(sha256sum "$out/$source" | cut -d' ' -f1)
  sed -e "s/@VERSION@/$version/g" -e "s/@SHA256@/$digest/g" "$here/straykey.rb.in" >"$out/straykey.rb"
}

(($#)) || set -- deb tarball wheel npm homebrew
for kind in "$@"; do
  case $kind in
    deb | tarball | wheel | npm | homebrew) "make_$kind" ;;
    *)
      echo "package: there is no package '$kind'; there are deb, tarball, wheel, npm and homebrew" >&2
      exit 2
      ;;
  esac
done
(cd "$out" && sha256sum -- *[!S] | sort -k2 >SHA256SUMS)
