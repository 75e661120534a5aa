#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Under pre-commit and prek, as many of them as there are: our manifest is valid, commits,
# messages and pushes are stopped by what comes in, and --all-files looks at all files. Where
# there is a wheel (HOOK_WHEELS names its folder), so it is by the hooks that install it.
source "$(dirname "$0")/common.inc"
source "$(dirname "$0")/hook.inc"
export PRE_COMMIT_HOME=$t/pre-commit PREK_HOME=$t/prek
mkdir "$t/bin" && ln -s "$STRAYKEY" "$t/bin/straykey"
path=$PATH

# HOOK_PROGRAMS: folders with programs, for './run test --all'.
programs=()
for folder in $(tr : " " <<<"${HOOK_PROGRAMS:-}") ${PATH//:/ }; do
  for name in pre-commit prek; do
    [[ -f $folder/$name && -x $folder/$name ]] || continue
    [[ " ${programs[*]} " == *" $(realpath "$folder")/$name "* ]] || programs+=("$(realpath "$folder")/$name")
  done
done
((${#programs[@]})) || skip "neither pre-commit nor prek is here"

git init -q "$t/hooks" && cp "$SOURCE_DIR"/{.pre-commit-hooks.yaml,pyproject.toml} "$t/hooks/"
(cd "$t/hooks" && commit manifest && git tag v1)

install_hooks() {
  local stage
  for stage in pre-commit pre-merge-commit commit-msg pre-push; do
    goes "$program" install --hook-type $stage
  done
}

# repository HOOK: $t/a répo, its remote, an old secret, and our hooks of all stages.
repository() {
  rm -rf "$t/a répo" "$t/remote.git"
  git init -q --bare "$t/remote.git"
  git init -q "$t/a répo" && cd "$t/a répo" && git remote add origin "$t/remote.git"
  cat >.pre-commit-config.yaml <<CONFIG
repos:
  - repo: file://$t/hooks
    rev: v1
    hooks:
      - id: $1
      - id: $1-commit-msg
CONFIG
  plant old old && echo 1 >file && commit old
  install_hooks
}

for program in "${programs[@]}"; do
  echo "$("$program" --version)"
  PATH=$t/bin:$path
  repository straykey
  everyday

  # All files: what is committed, and not what is staged alone.
  stopped ' old:1:10 ' "$program" run --all-files
  echo 3 >file && git add file && stopped ' old:1:10 ' "$program" run --all-files
  goes git commit -m three
  plant new brief && git add brief && git commit -q --no-verify -m comes
  stopped ' brief:1:10 ' "$program" run --from-ref origin/main --to-ref HEAD

  # With what `hook status` says to write there.
  status "$STRAYKEY" hook status
  { echo "repos:"; sed -n '/^  /p' "$t/out"; } >.pre-commit-config.yaml
  git rm -q brief && git add -A && git commit -q --no-verify -m "goes, and other hooks come"
  stopped ' brief:1:10 ' git push origin main
  plant new file && stopped ' file:1:10 ' git commit -am new
  echo 5 >file && stopped 'commit message:1:1 ' git commit -am "$(secret github new)"
  goes git commit -am five

  # The hooks that install straykey, where there is none.
  PATH=$(dirname "$program"):$path
  compgen -G "${HOOK_WHEELS:-/nonexistent}/*.whl" >"$t/out" || continue
  export PIP_FIND_LINKS=$HOOK_WHEELS UV_FIND_LINKS=$HOOK_WHEELS
  repository straykey-wheel
  echo more >>old && goes git commit -am edit
  plant new file && stopped ' file:1:10 ' git commit -am new
  echo 2 >file && goes git commit -am two
  stopped 'commit message:1:1 ' git commit --allow-empty -m "$(secret github new)"
  stopped ' old:1:10 ' "$program" run --all-files
  stopped ' old:1:10 ' git push origin main
  echo "  and with the wheel"
done
[[ ${HOOK_WHEELS:-} ]] || echo "passed over: no wheel is named (./run test --all makes one)"
