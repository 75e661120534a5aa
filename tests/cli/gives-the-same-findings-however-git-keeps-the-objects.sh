#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One repository, kept in every way that git knows: the same findings, at the same places.
source "$(dirname "$0")/common.inc"

plant() { printf 'token = "%s"\n' "$(secret github "$1")"; }
git init -q "$t/repo" && cd "$t/repo"
git config gc.auto 0
seq 300 >file.txt && plant first >>file.txt && secret pem 1 >key.pem && commit first
for n in $(seq 12); do
  sed -i "$((n * 20))s/.*/edited $n/" file.txt
  ((n % 4)) || { plant "edit$n" >>file.txt && secret pem "$n" >key.pem; }
  mkdir -p "deep/$n" && cp file.txt "deep/$n/copy.txt"
  commit "edit $n: $(secret npm "$n")"
done
git checkout -q -b side HEAD~5 && plant side >side.txt && commit side
git checkout -q main && git merge -q --no-ff --no-commit side 2>/dev/null && plant merge >merged.txt
commit "a merge with its own"
git mv merged.txt moved.txt && commit "moved"
git tag -a -m "a tag $(secret npm tag)" v1 HEAD~2
git gc -q

# findings TARGET [OPTION...]: of a scan, without what names the target.
findings() {
  local target=$1
  shift
  status "$STRAYKEY" scan "$target" --format json --reproducible --no-working-tree "$@"
  same "exit code for $target" 1 "$code"
  python3 - "$t/out" <<'PYTHON'
import json, sys
report = json.load(open(sys.argv[1]))
if not report["coverage"]["complete"]:
    sys.exit(f"incomplete: {report['coverage']['failed']}")
for finding in report["findings"]:
    for occurrence in finding["occurrences"]:
        occurrence.pop("repository")
print(json.dumps(report["findings"], indent=1))
PYTHON
}
expected=$(findings "$t/repo")
(($(grep -c '"commit"' <<<"$expected") > 60)) || { echo "few findings: this would prove little"; exit 1; }
expect() {  # expect WHAT TARGET [OPTION...]
  local what=$1
  shift
  same "$what" "$expected" "$(findings "$@")"
  same "$what, blob by blob" "$expected" "$(findings "$@" --no-delta-matching)"
  same "$what, through git" "$expected" "$(findings "$@" --git-reader compat)"
}
kept() { cp -r "$t/repo" "$t/$1" && cd "$t/$1"; }  # kept NAME: a copy to change
objects() { git cat-file --batch-all-objects --batch-check='%(objectname)'; }

expect "as gc leaves it" "$t/repo"

kept deep && git repack -adfq --depth=250 --window=50
expect "one pack with deep deltas" "$t/deep"

kept named && git -c repack.useDeltaBaseOffset=false repack -adfq
expect "bases by their names" "$t/named"

kept bitmap && git repack -adbq && git commit-graph write --reachable
expect "bitmap and commit graph" "$t/bitmap"

kept loose && mkdir "$t/packs" && mv .git/objects/pack/* "$t/packs"
for pack in "$t"/packs/*.pack; do git unpack-objects -q <"$pack"; done
test -z "$(find .git/objects -name '*.pack')"
expect "loose" "$t/loose"

# Each object in two of three packs.
cd "$t/loose" && objects >"$t/all"
git init -q "$t/many" && cd "$t/many" && git config gc.auto 0
for n in 0 1 2; do
  awk "NR % 3 != $n" "$t/all" | GIT_OBJECT_DIRECTORY=$t/loose/.git/objects \
    git pack-objects -q "$t/many/.git/objects/pack/pack" >/dev/null
done
cp "$t/repo/.git/packed-refs" "$t/repo/.git/HEAD" .git/
expect "packs that share objects" "$t/many"
git multi-pack-index write 2>/dev/null
expect "multi-pack-index" "$t/many"

# A third here, a third loose in the pool, the rest in a pack of the pool's own pool.
for pool in here near far; do git init -q --bare "$t/$pool.git"; done
part() {  # part N REPOSITORY: that third of the objects, packed there
  awk "NR % 3 == $1" "$t/all" | GIT_OBJECT_DIRECTORY=$t/loose/.git/objects \
    git pack-objects -q "$t/$2.git/objects/pack/pack" >/dev/null
}
part 0 here && part 1 far
awk "NR % 3 == 2" "$t/all" | GIT_OBJECT_DIRECTORY=$t/loose/.git/objects git pack-objects -q --stdout |
  git --git-dir "$t/near.git" unpack-objects -q
echo "$t/near.git/objects" >"$t/here.git/objects/info/alternates"
echo ../../far.git/objects >"$t/near.git/objects/info/alternates"
cp "$t/repo/.git/packed-refs" "$t/repo/.git/HEAD" "$t/here.git/"
expect "alternates" "$t/here.git"

git clone -q --bare "$t/repo" "$t/bare.git"
expect "bare" "$t/bare.git"

git -C "$t/repo" worktree add -q --detach "$t/linked" main
expect "linked worktree" "$t/linked"
