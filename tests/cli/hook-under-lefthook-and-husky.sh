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

for name in "${programs[@]}"; do
  rm -rf "$t/repo" "$t/remote.git"
  git init -q --bare "$t/remote.git"
  git init -q "$t/repo" && cd "$t/repo" && git remote add origin "$t/remote.git"
  plant old old && echo 1 >file && commit old
  if [[ $name == lefthook ]]; then
    cp "$SOURCE_DIR/integrations/lefthook/lefthook.yml" . && goes lefthook install
  else
    goes husky && cp "$SOURCE_DIR"/integrations/husky/* .husky/
  fi
  status "$STRAYKEY" hook install && same "$name owns them" 2 "$code" && grep -q "$name owns" "$t/err"

  echo more >>old && goes git commit -am edit
  plant new file && stopped ' file:1:10 ' git commit -am new
  stopped ' file:1:10 ' git commit -m new file
  echo 2 >file && goes git commit -am two
  stopped 'commit message:1:1 ' git commit --allow-empty -m "$(secret github new)"
  stopped ' old:1:10 ' git push origin main
  goes git push --no-verify origin main
  plant new brief && git add brief && git commit -q --no-verify -m comes
  git rm -q brief && git commit -q --no-verify -m goes
  git branch side HEAD~2 && stopped ' brief:1:10 ' git push origin side main
  goes git push origin side
done
