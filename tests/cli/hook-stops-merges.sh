#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A merge is stopped by what it alone brings. What the other branch has is committed already,
# and so is what a rebase carries along.
source "$(dirname "$0")/common.inc"
source "$(dirname "$0")/hook.inc"

git init -q "$t/repo" && cd "$t/repo"
seq 20 >file && commit base
git checkout -q -b side && plant old theirs && sed -i '20s/.*/side/' file && commit side
git checkout -q main && sed -i '1s/.*/main/' file && commit main
hooks .git/hooks pre-commit pre-merge-commit commit-msg pre-push

passes git merge -q --no-edit side
git reset -q --hard HEAD~1

# With a conflict, and a secret in its resolution.
sed -i '20s/.*/main/' file && commit conflict
status git merge side && same "a conflict" 1 "$code"
git checkout -q --ours file && git add file && passes git commit -qm "merged, ours"
git reset -q --hard HEAD~1
status git merge side && same "a conflict" 1 "$code"
plant new file && git add file && blocked file:1:10 git commit -m "merged, with a secret"
git merge --abort

# A merge that others' hooks changed brings what they added.
printf '#!/bin/sh\nprintf "%%s\\n" "$EVIL" >evil; git add evil\nexec "%s" hook "$@"\n' "$STRAYKEY" \
  >.git/hooks/pre-merge-commit
git reset -q --hard HEAD~1
EVIL=$(secret github new) blocked evil:1:1 git merge --no-edit side
git merge --abort || git reset -q --hard
hooks .git/hooks pre-merge-commit

# One that is squashed brings all that it has.
seed=old
git merge -q --squash side >"$t/out" 2>&1 && blocked theirs:1:10 git commit -m squashed
git reset -q --hard

git checkout -q side && passes git rebase main
git checkout -q main && passes git cherry-pick side~1 side~2..side~1 --allow-empty --keep-redundant-commits
git checkout -q side
git commit -q --allow-empty -m fine && passes git commit --amend --allow-empty -m "other words"
seed=new
blocked "commit message:1:1" git commit --amend --allow-empty -m "$(secret github new)"
plant new verbose && git add verbose && git commit --no-verify -qm "was let through"
echo more >>verbose && GIT_EDITOR='sed -i 1s/^/words/' passes git commit -v -a
