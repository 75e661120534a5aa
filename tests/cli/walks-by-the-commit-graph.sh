#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# git's commit-graph file spares inflating commits. What is found is the same with it, one file
# or a chain, and a file that lies makes the scan incomplete instead of clean.
source "$(dirname "$0")/common.inc"

# history FORMAT: side branches that an octopus merge joins, secrets in commits that are gone.
history() {
  git init -q --object-format="$1" -b main "$t/$1"
  cd "$t/$1"
  for i in 1 2 3 4 5 6; do
    secret github package >"file$i"
    git add . && git commit -qm "commit $i $(secret github package)" && git rm -q "file$i"
    git commit -qm "without $i"
  done
  for side in a b c; do
    git checkout -q -b "$side" main~3
    secret npm access-token >"$side" && git add . && git commit -qm "side $side"
  done
  git checkout -q main && git merge -q -m octopus a b c >"$t/out"
  git repack -adq
}

report() {
  "$STRAYKEY" scan --reproducible --format json --fail-on never . 2>"$t/err"
}

for format in sha1 sha256; do
  history "$format"
  rm -rf .git/objects/info/commit-graph*
  report >"$t/without"
  grep -q '"commit":' "$t/without"
  git commit-graph write --reachable
  report >"$t/with"
  cmp "$t/without" "$t/with"
  rm .git/objects/info/commit-graph
  git rev-parse main~4 | git commit-graph write --stdin-commits --split
  git commit-graph write --reachable --split=no-merge
  [[ $(wc -l <.git/objects/info/commit-graphs/commit-graph-chain) == 2 ]]
  report >"$t/with"
  cmp "$t/without" "$t/with"
  rm -r .git/objects/info/commit-graphs
done

# Damage, which is passed over: the commits are read instead.
cd "$t/sha1"
report >"$t/without"
git commit-graph write --reachable
chmod u+w .git/objects/info/commit-graph
cp .git/objects/info/commit-graph "$t/graph"
truncate -s -30 .git/objects/info/commit-graph
report >"$t/with"
cmp "$t/without" "$t/with"

# A lie with a checksum that is right: the tip has no parents.
python3 - "$t/graph" .git/objects/info/commit-graph "$(git rev-parse main)" <<'END'
import hashlib, struct, sys
data = bytearray(open(sys.argv[1], "rb").read())[:-20]
chunks = {}
for i in range(data[6]):
    name, offset = struct.unpack_from(">4sQ", data, 8 + 12 * i)
    chunks[name] = offset
count = struct.unpack_from(">I", data, chunks[b"OIDF"] + 4 * 255)[0]
names = [bytes(data[chunks[b"OIDL"] + 20 * i:][:20]).hex() for i in range(count)]
at = chunks[b"CDAT"] + 36 * names.index(sys.argv[3]) + 20
struct.pack_into(">II", data, at, 0x70000000, 0x70000000)
open(sys.argv[2], "wb").write(data + hashlib.sha1(data).digest())
END
status "$STRAYKEY" scan --format json --fail-on never .
[[ $code == 3 ]]
grep -q "commit $(git rev-parse main): the commit-graph file says otherwise of it" "$t/err"
# It is not asked where every object is verified.
"$STRAYKEY" scan --reproducible --format json --fail-on never --verify-objects . >"$t/with" 2>"$t/err"
if grep -q "commit-graph" "$t/err"; then exit 1; fi
