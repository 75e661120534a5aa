#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Ctrl-C in the middle: the report of what was done so far, marked incomplete, exit code 130.
source "$(dirname "$0")/common.inc"

# Standard input that never ends keeps a scan in the middle for as long as the test wants.
mkfifo "$t/pipe" && mkdir "$t/folder"
printf 'token = "%s"\n' "$(secret github early)" >"$t/folder/leak.txt"
"$STRAYKEY" scan "$t/folder" - --format "json=$t/report.json" <"$t/pipe" >"$t/out" 2>"$t/err" &
pid=$!
exec 3>"$t/pipe"
echo "some text" >&3
sleep 1
kill -INT "$pid"
exec 3>&-
code=0
wait "$pid" || code=$?
same "exit code" 130 "$code"
python3 - "$t/report.json" <<'PYTHON'
import json, sys
report = json.load(open(sys.argv[1]))
assert report["coverage"]["complete"] is False, report["coverage"]
assert len(report["findings"]) == 1, report["findings"]
PYTHON
