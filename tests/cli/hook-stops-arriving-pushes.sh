#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A server refuses a push that brings a secret, while its objects wait in quarantine, and
# keeps nothing of it. It reads both packs and loose objects there, in SHA-256 repositories
# as well. Per ref, as an update hook, likewise.
source "$(dirname "$0")/common.inc"
source "$(dirname "$0")/hook.inc"

for format in sha1 sha256; do
  for unpack in 1 1000; do
    folder="$t/$format $unpack" && mkdir "$folder"
    git init -q --bare --object-format=$format "$folder/bare ä.git"
    git -C "$folder/bare ä.git" config receive.unpackLimit $unpack
    git init -q --object-format=$format "$folder/repo" && cd "$folder/repo"
    git remote add origin "../bare ä.git"
    hooks "$folder/bare ä.git/hooks" pre-receive
    plant old old && commit old

    seed=old blocked old:1:10 git push origin main
    same "refs of the server" "" "$(git -C "$folder/bare ä.git" for-each-ref)"
    same "objects of the server" "" \
      "$(git -C "$folder/bare ä.git" cat-file --batch-check --batch-all-objects)"
    mv "$folder/bare ä.git/hooks/pre-receive" "$folder/" && git push -q origin main
    mv "$folder/pre-receive" "$folder/bare ä.git/hooks/"

    seed=new
    echo more >>old && git mv old renamed && commit more && passes git push origin main
    plant new brief && commit comes && git rm -q brief && commit goes
    blocked brief:1:10 git push origin main
    passes git push origin main~2:refs/heads/good
    blocked brief:1:10 git push origin main~2:refs/heads/fine main:refs/heads/bad
    passes git push origin :good
    git reset -q --hard HEAD~2 && git commit -q --amend -m rewritten && passes git push -f origin main
    git tag -a v1 -m fine && passes git push origin v1 main:other

    # What a push by force replaces was here.
    git checkout -q -b topic HEAD~1 && plant topic of-topic && commit topic
    mv "$folder/bare ä.git/hooks/pre-receive" "$folder/" && git push -q origin topic
    mv "$folder/pre-receive" "$folder/bare ä.git/hooks/"
    git rebase -q main && passes git push -f origin topic
    plant new added && commit added && blocked added:1:10 git push -f origin topic
    git checkout -q main
  done
done

hooks "$t/sha1 1/bare ä.git/hooks" update && rm "$t/sha1 1/bare ä.git/hooks/pre-receive"
cd "$t/sha1 1/repo" && plant new late && commit late
blocked late:1:10 git push origin main~1:refs/heads/two main:refs/heads/three
same "the ref without" "$(git rev-parse main~1)" \
  "$(git -C "$t/sha1 1/bare ä.git" rev-parse two)"
status git -C "$t/sha1 1/bare ä.git" rev-parse -q --verify three && same "the ref with" 1 "$code"
