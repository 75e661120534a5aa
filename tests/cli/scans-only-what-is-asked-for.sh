#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each way to limit a scan finds just what is in that scope: a range, a date, refs, what is
# staged, no history, no work tree, paths that are excluded.
source "$(dirname "$0")/common.inc"

git init -q "$t/repo" && cd "$t/repo"
plant() { printf 'token = "%s"\n' "$(secret github "$1")" >"$2"; }

plant old old.txt && commit old && git rm -q old.txt && commit "remove old"
git checkout -q -b feature
plant gone gone.txt && commit gone && git rm -q gone.txt && commit "remove gone"
git checkout -q main && plant later later.txt && commit later
git checkout -q feature && git merge -q --no-ff main -m "merge main"
plant kept kept.txt && commit kept
git tag v1 main
plant staged staged.txt && git add staged.txt
plant worktree worktree.txt
plant changed kept.txt
mkdir -p skipped && plant skipped skipped/secret.txt

# expect 'SEEDS' ARGUMENTS...: these are found, whatever the exit code.
expect() {
  local seeds=$1
  shift
  status "$STRAYKEY" scan . --format json --show-secrets "$@"
  python3 - "$t/out" "$seeds" "$*" "$SOURCE_DIR/tests/support/make_secret.py" <<'PYTHON'
import json, subprocess, sys
report = json.load(open(sys.argv[1]))
names = {subprocess.check_output([sys.argv[4], "github", s], text=True).strip(): s
         for s in "old gone later kept staged worktree changed skipped".split()}
found = sorted(names[f["secret"]["value"]] for f in report["findings"])
if found != sorted(sys.argv[2].split()) or not report["coverage"]["complete"]:
    sys.exit(f"with {sys.argv[3]}: found {found}, {report['coverage']}")
PYTHON
}

expect 'old gone later kept staged worktree changed skipped'
expect 'gone kept' --range main..feature
expect 'gone kept' --range main..
expect 'kept' --range 'feature~1..feature'
expect 'old later' --ref main
expect 'old later' --ref v1
expect 'old gone later kept' --ref 'refs/heads/*'
expect 'kept' --since "@$((clock - 30))"
expect 'staged' --staged
expect 'later kept staged worktree changed skipped' --history none
expect 'old gone later kept' --no-working-tree
expect 'old gone later kept staged worktree changed' --exclude skipped/

# What is staged is read from the index, not from the file.
echo nothing >staged.txt
expect 'staged' --staged
cd "$t" && status "$STRAYKEY" scan repo/skipped && same "a folder inside" 1 "$code"
printf 'token = "%s"\n' "$(secret github stream)" | "$STRAYKEY" scan - >"$t/out" && exit 1
grep -q '^  -:1:10' "$t/out"
status "$STRAYKEY" scan repo/worktree.txt && same "one file" 1 "$code"
(cd repo && status "$STRAYKEY" scan --explain-scope --range main..feature && grep -q '  blob ' "$t/out")
