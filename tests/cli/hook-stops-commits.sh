#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A commit is stopped when, and only when, what it commits brings a secret: of the index, of
# `commit -a`, of named files, of what is added in parts. What HEAD holds already may be
# edited, moved and deleted.
source "$(dirname "$0")/common.inc"
source "$(dirname "$0")/hook.inc"

git init -q "$t/a répo" && cd "$t/a répo"
echo nothing >plain && git add plain && git commit -qm first
plant old 'old file' && cp 'old file' also && git add -A && git commit -qm old
hooks .git/hooks pre-commit

# Old ones stop nothing.
echo more >>'old file' && passes git commit -am edit
passes git mv 'old file' moved && passes git commit -qm move
{ seq 50; cat moved; } >much && git rm -q moved && git add much && passes git commit -qm "move, edit"
git rm -q also && passes git commit -qm delete
passes git commit --allow-empty -qm empty
echo nothing more >>plain && passes git commit -am plain

# New ones do, however they are committed.
mkdir 'ä b' && plant new 'ä b/c d' && passes git add -A
blocked 'ä b/c d:1:10  GitHub' git commit -m new
blocked 'ä b/c d:1:10' git -C 'ä b' commit -m "from a folder"
echo nothing >'ä b/c d' && passes git status --porcelain
blocked 'ä b/c d:1:10' git commit -m "staged, not in the file"
git add -A && passes git commit -qm "now without"
plant new plain && passes git commit --allow-empty -qm "not staged"
blocked plain:1:10 git commit -am all
blocked plain:1:10 git commit -m named plain
blocked plain:1:10 git commit -m "named, and more" -i plain
echo nothing >other && git add other && passes git commit -qm "another, not plain" other
git add plain && echo more >>other && passes git commit -qm "another while plain is staged" other
blocked plain:1:10 git commit -m "and now plain"
git reset -q --hard

# A copy of an old secret is a new place of it.
seed=old
tail -n 2 much | head -n 1 >copy && git add copy && blocked copy:1:10 git commit -m copy
git reset -q --hard && git add much && passes git commit --amend --no-edit

# The first commit of a branch without one.
seed=new
git checkout -q --orphan fresh && git rm -rfq . && plant new x && git add x
blocked x:1:10 git commit -m root
passes git commit --no-verify -qm "as the message says"
