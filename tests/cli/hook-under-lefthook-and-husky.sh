#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Under lefthook and husky, as many of them as there are, with the files of integrations/:
# commits, messages and pushes are stopped by what comes in and by nothing else.
source "$(dirname "$0")/common.inc"
source "$(dirname "$0")/hook.inc"
mkdir "$t/bin" && ln -s "$STRAYKEY" "$t/bin/straykey"
PATH=$t/bin:${HOOK_PROGRAMS:-/nonexistent}:$PATH

programs=()
for name in lefthook husky; do
  ! command -v $name >"$t/out" || programs+=("$name")
done
((${#programs[@]})) || skip "neither lefthook nor husky is here"

install_hooks() {
  case $name in
    lefthook) goes lefthook install ;;
    husky) goes husky ;;
  esac
}

for name in "${programs[@]}"; do
  rm -rf "$t/a répo" "$t/remote.git"
  git init -q --bare "$t/remote.git"
  git init -q "$t/a répo" && cd "$t/a répo" && git remote add origin "$t/remote.git"
  plant old old && echo 1 >file
  case $name in
    lefthook) cp "$SOURCE_DIR/integrations/lefthook/lefthook.yml" . ;;
    husky) mkdir .husky && cp "$SOURCE_DIR"/integrations/husky/* .husky/ ;;
  esac
  commit old && install_hooks
  status "$STRAYKEY" hook install && same "$name owns them" 2 "$code" && grep -q "$name owns" "$t/err"
  everyday

  # A ref after the one that is clean.
  plant new brief && git add brief && git commit -q --no-verify -m comes
  git branch clean HEAD~1 && stopped ' brief:1:10 ' git push origin clean main

  # With what `hook status` says to write there.
  [[ $name == lefthook ]] || continue
  status "$STRAYKEY" hook status && sed -n 's/^  //p' "$t/out" >lefthook.yml
  stopped ' brief:1:10 ' git push origin clean main
  plant new file && stopped ' file:1:10 ' git commit -am new
  echo 5 >file && stopped 'commit message:1:1 ' git commit -am "$(secret github new)"
  goes git commit -am five
done
