#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# --verify-objects holds what is read against its name: bytes that somebody put under
# another name are not scanned, and the run is incomplete. Loose and packed, blob and tree.
source "$(dirname "$0")/common.inc"

make() {  # make FOLDER: a repository with a blob of other bytes than its name says
  git init -q "$1" && cd "$1"
  mkdir sub && echo harmless >sub/file && echo two >other && commit one
  blob=$(git rev-parse HEAD:sub/file)
  python3 - ".git/objects/${blob:0:2}/${blob:2}" "$(secret github exchanged)" <<'PYTHON'
import os, sys, zlib
text = f'token = "{sys.argv[2]}"\n'.encode()
os.remove(sys.argv[1])
open(sys.argv[1], "wb").write(zlib.compress(b"blob %d\0" % len(text) + text))
PYTHON
}

check() {  # check WHAT
  status "$STRAYKEY" scan . --no-working-tree
  same "exit code without the option, $1" 1 "$code"
  for way in auto compat; do
    status "$STRAYKEY" scan . --no-working-tree --verify-objects --git-reader "$way"
    same "exit code, $1, $way" 3 "$code"
    grep -q "$blob" "$t/out"
    grep -q "object is damaged" "$t/out"
  done
}

make "$t/loose"
check loose

make "$t/packed"
# git packs what it is given, by name.
git rev-list --objects HEAD | git pack-objects -q .git/objects/pack/pack >/dev/null
rm -r .git/objects/??
check packed

git init -q "$t/sound" && cd "$t/sound"
for i in 1 2 3 4; do seq "$i" 300 >file && commit "$i"; done
git repack -q -adf
status "$STRAYKEY" scan . --verify-objects
same "exit code of a sound repository" 0 "$code"
