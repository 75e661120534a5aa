#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Repositories that libgit2 1.5 refuses or misreads are scanned all the same: SHA-256 names,
# shallow and partial clones, other people's repositories, GIT_WORK_TREE in the environment.
source "$(dirname "$0")/common.inc"

finds() {  # finds SEED: the last report names that secret's commit
  python3 - "$t/out" "$(secret github "$1")" "${2-}" <<'PYTHON'
import json, sys
report = json.load(open(sys.argv[1]))
values = {f["secret"]["value"]: f for f in report["findings"]}
finding = values.get(sys.argv[2])
if not finding:
    sys.exit(f"not found; coverage is {report['coverage']}")
commit = finding["occurrences"][0]["commit"]
if sys.argv[3] and commit != sys.argv[3]:
    sys.exit(f"attributed to {commit}")
PYTHON
}
scan() { status "$STRAYKEY" scan --format json --show-secrets "$@"; }
plant() { printf 'token = "%s"\n' "$(secret github "$1")"; }

git init -q --object-format=sha256 "$t/sha256" && cd "$t/sha256"
plant sha256 >leak.txt && commit leak && leak=$(git rev-parse HEAD)
git rm -q leak.txt && commit "remove it" && git gc -q
scan . && same "SHA-256" 1 "$code" && finds sha256 "$leak"
status "$STRAYKEY" scan . --git-reader fast
same "exit code where the fast reader cannot" 2 "$code"

git init -q "$t/origin" && cd "$t/origin"
plant old >old.txt && commit old && git rm -q old.txt && commit "remove it"
plant new >new.txt && commit new && leak=$(git rev-parse HEAD)
git config uploadpack.allowFilter true

git clone -q --depth 1 "file://$t/origin" "$t/shallow" && cd "$t/shallow"
scan . && same "shallow" 1 "$code" && finds new "$leak"
status "$STRAYKEY" scan .
grep -qi shallow "$t/out"
scan . --range HEAD~2..HEAD && same "a range that is not here" 1 "$code"
grep -q '"complete": false' "$t/out"

# A partial clone lacks old blobs: that is said, and nothing is fetched.
git clone -q --filter=blob:none --no-checkout "file://$t/origin" "$t/partial" && cd "$t/partial"
git checkout -q HEAD -- new.txt
before=$(find .git/objects -type f | wc -l)
scan . && same "partial" 1 "$code" && finds new "$leak"
grep -q '"complete": false' "$t/out"
same "objects after the scan" "$before" "$(find .git/objects -type f | wc -l)"

cd "$t/origin"
export GIT_WORK_TREE=$t/elsewhere GIT_DIR=$t/nowhere
scan "$t/origin" && same "GIT_WORK_TREE" 1 "$code" && finds new "$leak"
unset GIT_WORK_TREE GIT_DIR

if ((EUID == 0)); then
  cp -r "$t/origin" "$t/foreign" && chown -R 65534:65534 "$t/foreign"
  scan "$t/foreign" && same "foreign owner" 1 "$code" && finds old
  scan "$t/foreign" --git-reader compat && same "foreign owner, compat" 1 "$code" && finds old
fi

# Bare, mirror, linked worktree, submodule, inside a folder.
git clone -q --mirror "$t/origin" "$t/mirror.git"
scan "$t/mirror.git" && same "mirror" 1 "$code" && finds old
git -C "$t/origin" worktree add -q "$t/linked" && cd "$t/linked"
plant linked >linked.txt
scan "$t/linked" && same "linked worktree" 1 "$code" && finds old && finds linked
git init -q "$t/super" && cd "$t/super" && git submodule add -q "$t/origin" sub && commit sub
scan "$t/super" && same "superproject" 1 "$code" && finds old
scan "$t/super/sub" && same "submodule" 1 "$code" && finds old
mkdir "$t/folder" && cp -r "$t/origin" "$t/folder/inner" && plant beside >"$t/folder/beside.txt"
scan "$t/folder" && same "a folder of repositories" 1 "$code" && finds old && finds beside
