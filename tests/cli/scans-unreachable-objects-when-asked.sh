#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What was dropped from history or from the index stays in the repository until git prunes
# it. --include-unreachable finds it, loose or packed, and says that nothing leads to it.
source "$(dirname "$0")/common.inc"

git init -q "$t/repo" && cd "$t/repo"
echo one >a && commit one
printf 'token = "%s"\n' "$(secret github dropped)" >b && commit "drop me"
git reset -q --hard HEAD~1
printf 'token = "%s"\n' "$(secret github unstaged)" >c && git add c && git rm -q --cached c && rm c
git tag -a -m "token = \"$(secret github tagged)\"" gone && git tag -d gone >/dev/null

found() {  # found WHERE [ARGUMENT...]: how many findings, all of them unreachable
  local where=$1
  shift
  status "$STRAYKEY" scan . --include-unreachable --format json "$@"
  same "exit code, $where" 1 "$code"
  python3 - "$t/out" <<'PYTHON' >"$t/found"
import json, sys
report = json.load(open(sys.argv[1]))
places = {o["presence"] for f in report["findings"] for o in f["occurrences"]}
assert places == {"unreachable"}, places
assert not any(f["at_tip"] for f in report["findings"])
print(len(report["findings"]))
PYTHON
  same "findings, $where" 3 "$(cat "$t/found")"
}

status "$STRAYKEY" scan .
same "exit code without the option" 0 "$code"
found loose
found "loose, through git" --git-reader compat
git reflog expire --expire=all --all
git cat-file --batch-all-objects --batch-check="%(objectname)" |
  git pack-objects -q .git/objects/pack/pack >/dev/null
git prune-packed -q
same "loose objects" 0 "$(find .git/objects/?? -type f | wc -l)"
found packed
found "packed, through git" --git-reader compat
status "$STRAYKEY" scan .
same "exit code without the option, packed" 0 "$code"

for scope in --staged "--range=HEAD..HEAD" "--since=1 day ago" --ref=main; do
  status "$STRAYKEY" scan . --include-unreachable "$scope"
  same "exit code with $scope" 2 "$code"
  grep -q "choose one" "$t/err"
done
