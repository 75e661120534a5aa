#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A repository whose files are tracked by the one around it is test data: its files are
# scanned as files, its damage is not the scan's, and it is named as left out. One that is
# not tracked is a source of its own.
source "$(dirname "$0")/common.inc"

git init -q "$t/repo" && cd "$t/repo"
git init -q --bare "$t/made.git" && mkdir -p fixtures && cp -r "$t/made.git" fixtures/data.git
echo "no object name" >fixtures/data.git/refs/heads/broken
printf 'token = "%s"\n' "$(secret github fixture)" >fixtures/data.git/description
commit "a repository as data"
git init -q own && (cd own && printf 'token = "%s"\n' "$(secret github own)" >leak.txt &&
  commit leak && git rm -q leak.txt && commit "remove it")

status "$STRAYKEY" scan . --format json
same "exit code" 1 "$code"
python3 - "$t/out" <<'PYTHON'
import json, sys
report = json.load(open(sys.argv[1]))
assert report["coverage"]["complete"], report["coverage"]["failed"]
left_out = {l["reason"]: l["examples"] for l in report["coverage"]["left_out"]}
assert left_out["repository checked in as files"] == ["./fixtures/data.git"] or \
    left_out["repository checked in as files"] == ["fixtures/data.git"], left_out
places = sorted((f["occurrences"][0]["path"]) for f in report["findings"])
assert places == ["fixtures/data.git/description", "leak.txt"], places
PYTHON
