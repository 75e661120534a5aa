#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One secret in every place of a repository that scanners of patches and work trees miss.
# Each is found and attributed to the commit, author, path and line that brought it.
source "$(dirname "$0")/common.inc"

git init -q "$t/repo"
cd "$t/repo"
expect=$t/expect
plant() { printf 'line one\ntoken = "%s"\n' "$(secret github "$1")"; }
# note SEED PATH LINE PRESENCE [COMMIT]: what is expected of that secret's first occurrence.
note() {
  printf '%s\t%s\t%s\t%s\t%s\n' "$(secret github "$1")" "${5-$(git rev-parse HEAD)}" "$2" "$3" "$4" >>"$expect"
}

echo start >readme && commit start

plant deleted >deleted.txt && commit "add a file" && note deleted deleted.txt 2 history
git rm -q deleted.txt && commit "delete it"

git checkout -q -b side
plant side >side.txt && commit "on a side branch" && note side side.txt 2 tip
git checkout -q main

# A merge whose own tree has what neither parent has.
git checkout -q -b topic && echo a >a.txt && commit topic
git checkout -q main && echo b >b.txt && commit mainline
git merge -q --no-ff --no-commit topic
plant merge >merged.txt && commit "merge topic" && note merge merged.txt 2 tip

# A rename with an edit.
seq 200 >old-name.txt && commit "to be renamed"
git mv old-name.txt new-name.txt && plant rename >>new-name.txt && commit "rename and edit"
note rename new-name.txt 202 tip

# Only a tag holds the commit.
git checkout -q --detach && plant tagged >tagged.txt && commit "only tagged"
note tagged tagged.txt 2 history
git tag only-tagged && git checkout -q main

# Three stash entries; the older two are known to the reflog alone.
for n in 1 2 3; do
  plant "stash$n" >>readme
  clock=$((clock + 60))
  GIT_AUTHOR_DATE="$clock +0000" GIT_COMMITTER_DATE="$clock +0000" git stash push -q
done
for n in 1 2 3; do
  # git makes a commit of the index first; without staged changes it does not hold the secret.
  note "stash$n" readme 3 history "$(git rev-parse "stash@{$((3 - n))}")"
done

echo '*.bin -diff' >.gitattributes && plant nodiff >data.bin && commit "no diff for this"
note nodiff data.bin 2 tip

plant utf16 | iconv -f UTF-8 -t UTF-16LE >wide.txt && commit "UTF-16" && note utf16 wide.txt 2 tip
{ printf '\xfe\xff' && plant utf16be | iconv -f UTF-8 -t UTF-16BE; } >wide-be.txt
commit "UTF-16 big endian" && note utf16be wide-be.txt 2 tip

plant zip >inner.txt && zip -q archive.zip inner.txt && rm inner.txt
commit "an archive" && note zip 'archive.zip!inner.txt' 2 history
git rm -q archive.zip && commit "no archive"

blob=$(plant tagblob | git hash-object -w --stdin)
GIT_COMMITTER_DATE="$clock +0000" git tag -a -m "a tag on a blob" blob-tag "$blob"
note tagblob refs/tags/blob-tag 2 history ""

printf 'subject\n\nuse %s here\n' "$(secret github message)" >"$t/message"
clock=$((clock + 60))
GIT_AUTHOR_DATE="$clock +0000" GIT_COMMITTER_DATE="$clock +0000" \
  git commit -q --allow-empty -F "$t/message"
note message "" "$(git cat-file commit HEAD | grep -n '^use ' | cut -d: -f1)" history

git notes add -m "$(plant note)" && note note "$(git rev-parse HEAD)" 2 history \
  "$(git rev-parse refs/notes/commits)"

git update-ref refs/custom/ref "$(git commit-tree -m custom "$(
  printf '100644 blob %s\tcustom.txt\n' "$(plant custom | git hash-object -w --stdin)" | git mktree
)")"
note custom custom.txt 2 history "$(git rev-parse refs/custom/ref)"

# Everything so far packed; what follows is loose.
git gc -q
plant loose >loose.txt && commit "a loose object" && note loose loose.txt 2 tip

# An object that an alternate holds.
git init -q --bare "$t/pool.git"
blob=$(plant alternate | git --git-dir "$t/pool.git" hash-object -w --stdin)
echo "$t/pool.git/objects" >>.git/objects/info/alternates
git update-index --add --cacheinfo "100644,$blob,alternate.txt"
clock=$((clock + 60))
GIT_AUTHOR_DATE="$clock +0000" GIT_COMMITTER_DATE="$clock +0000" git commit -q -m "from an alternate"
git checkout -q -- . && note alternate alternate.txt 2 tip

# A secret in 500 versions of a file is one finding.
for n in $(seq 500); do
  clock=$((clock + 60))
  printf 'commit refs/heads/versions\ncommitter Ann Author <ann@example.test> %d +0000\ndata 1\nv\n' "$clock"
  ((n > 1)) || echo "from refs/heads/main"
  body=$(printf 'version %d\n' "$n"; plant versions)
  printf 'M 100644 inline versions.txt\ndata %d\n%s\n' "${#body}" "$body"
done | git fast-import --quiet
first=$(git rev-list main..versions | tail -1)
note versions versions.txt 3 history "$first"

plant staged >staged.txt && git add staged.txt && rm staged.txt && note staged staged.txt 2 index ""
plant untracked >untracked.txt && note untracked untracked.txt 2 working-tree ""
echo 'ignored.txt' >.git/info/exclude && plant ignored >ignored.txt

status "$STRAYKEY" scan . --format json --show-secrets
same "exit code" 1 "$code"

python3 - "$t/out" "$expect" <<'PYTHON'
import json, sys
report = json.load(open(sys.argv[1]))
expected = {}
for line in open(sys.argv[2]):
    value, commit, path, number, presence = line.rstrip("\n").split("\t")
    expected[value] = (commit, path, int(number), presence)
found = {f["secret"]["value"]: f for f in report["findings"]}
problems = []
for value in found.keys() - expected.keys():
    problems.append(f"not planted: {found[value]['signature']['id']}")
for value, want in expected.items():
    if value not in found:
        problems.append(f"not found: {want}")
        continue
    finding = found[value]
    first = finding["occurrences"][0]
    got = (first["commit"] or "", first["path"] or "", first["line"], first["presence"])
    if got != want:
        problems.append(f"expected {want}, got {got}")
    if first["commit"] and first["author_email"] != "ann@example.test":
        problems.append(f"wrong author at {want}")
    if finding["signature"]["id"] != "github.personal-token" or finding["structure"] != "valid":
        problems.append(f"wrong kind at {want}: {finding['signature']['id']} {finding['structure']}")
    if "versions" in want[1] and len(finding["occurrences"]) != 500:
        problems.append(f"versions: {len(finding['occurrences'])} occurrences")
if not report["coverage"]["complete"]:
    problems.append(f"incomplete: {report['coverage']['failed']}")
print("\n".join(problems))
sys.exit(bool(problems))
PYTHON

# With --no-ignore the ignored file counts as well.
status "$STRAYKEY" scan . --format jsonl --no-ignore
same "findings with --no-ignore" "$(($(wc -l <"$expect") + 1))" "$(grep -c '"type":"finding"' "$t/out")"

# The same bytes from any number of threads, from both object readers, in any chunks.
status "$STRAYKEY" scan . --format json --reproducible
mv "$t/out" "$t/reference"
for options in "--jobs 1" "--jobs 2" "--jobs 8" "--git-reader fast" "--git-reader compat" \
  "--chunk-size 61" "--chunk-size 4096" "--chunk-size 1000000000"; do
  # shellcheck disable=SC2086
  status "$STRAYKEY" scan . --format json --reproducible $options
  cmp "$t/reference" "$t/out" || { echo "differs with $options"; exit 1; }
done
