#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A push is stopped by a secret in any commit that the remote lacks, on any of its refs, also
# when a later one deletes it; never by what the remote has, nor by deleting a ref.
source "$(dirname "$0")/common.inc"
source "$(dirname "$0")/hook.inc"

git init -q --bare "$t/remote.git"
git init -q "$t/repo" && cd "$t/repo"
git remote add origin "$t/remote.git"
plant old old && echo 1 >plain && commit old
hooks .git/hooks pre-push

seed=old
blocked old:1:10 git push origin main
grep -q "would go out to origin" "$t/err"
passes git push --no-verify origin main

seed=new
echo more >>old && git mv old renamed && commit "an old one moves" && passes git push origin main
echo 2 >plain && commit 2 && git tag -a v1 -m one && passes git push origin main v1
plant new brief && commit comes && git rm -q brief && commit goes
blocked brief:1:10 git push origin main
same "main at the remote" "$(git rev-parse HEAD~2)" "$(git -C "$t/remote.git" rev-parse main)"
git branch bad && git reset -q --hard HEAD~2
git checkout -q -b good && echo 3 >plain && commit 3
passes git push origin good
blocked brief:1:10 git push origin good:other bad main
blocked brief:1:10 git push --all origin
git checkout -q main && git tag -a v2 -m "$(secret github new)" && blocked tag-message/ git push origin v2
git tag -d v2 >"$t/out"
passes git push origin :good
passes git push origin main good:again
git checkout -q good && git commit -q --amend -m "3, rewritten" && passes git push --force origin good:again
passes git push origin :again :v1

# The remote's branch went on, and what it has was not fetched.
git clone -q "$t/remote.git" "$t/other" && (cd "$t/other" && echo 9 >nine && commit 9 && git push -q origin main)
git checkout -q main && git commit -q --amend -m "2, rewritten" && passes git push --force origin main

# A branch with an old secret, in a file and in a message, is rebased: nothing new goes out by
# force. What its new commits add is seen.
git checkout -q -b topic HEAD~1 && plant topic of-topic && commit "$(secret github message)"
git push -q --no-verify origin topic && git rebase -q main && passes git push --force origin topic
plant new added && commit added && git commit -q --amend -m "added, again"
blocked added:1:10 git push --force origin topic

# Git runs no hook of a commit when a rebase goes on after a conflict.
git checkout -q -b clash main~1 && echo clash >plain && commit clash
status git rebase main && same "a conflict" 1 "$code"
plant new plain && git add plain && GIT_EDITOR=true passes git rebase --continue
blocked plain:1:10 git push origin clash
git checkout -q main

# A remote without a name; one that lacks everything.
git init -q --bare "$t/third.git"
seed=old blocked renamed git push "$t/third.git" main
passes git push "$t/remote.git" main:refs/heads/by-address
status git push origin main && grep -q 'no refs' "$t/err"
same "nothing to push" 0 "$code"
