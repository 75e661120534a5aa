#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `explain ID` tells in ten lines what a finding is and what to do, from a report or a scan.
source "$(dirname "$0")/common.inc"

git init -q "$t/repo" && cd "$t/repo"
value=$(secret github 1)
printf 'token = "%s"\n' "$value" >app.env && commit "one"
status "$STRAYKEY" scan . --format "json=$t/r.json"
same "scan" 1 "$code"
id=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["findings"][0]["id"])' "$t/r.json")

status "$STRAYKEY" explain "${id:0:8}" --report "$t/r.json"
same "exit code" 0 "$code"
cp "$t/out" "$t/from-report"
same "lines" 10 "$(wc -l <"$t/out")"
same "labels" "finding what where since why whose now then take do " \
  "$(cut -d' ' -f1 "$t/out" | tr '\n' ' ')"
grep -q "^finding   $id  critical  new$" "$t/out"
grep -q '^where     app.env:1:10$' "$t/out"
grep -q 'https://github.com/settings' "$t/out"
if grep -qF "$value" "$t/out"; then exit 1; fi

status "$STRAYKEY" explain "$id"
same "exit code of a scan" 0 "$code"
same "from a scan" "$(cat "$t/from-report")" "$(cat "$t/out")"

status "$STRAYKEY" explain 000000 --report "$t/r.json"
same "an unknown id" 2 "$code"
grep -q "is the id of none of 1 finding" "$t/err"
status "$STRAYKEY" explain abc --report "$t/r.json"
same "a short id" 2 "$code"

# A signature has a verb of its own, and the text of a scan shows enough of an id.
status "$STRAYKEY" explain github.personal-token
same "a signature" 2 "$code"
grep -q "straykey signatures explain github.personal-token" "$t/err"
status "$STRAYKEY" scan . --no-progress
shown=$(sed -n 's/^critical  \([0-9a-f]*\)  .*/\1/p' "$t/out")
status "$STRAYKEY" explain "$shown" && same "the id that a scan shows" "$(cat "$t/from-report")" "$(cat "$t/out")"

# What was decided is told where a store knows it, and nothing is written there.
export STRAYKEY_STORE=$t/store.db
"$STRAYKEY" scan . -q >/dev/null || :
"$STRAYKEY" decide accept "${id:0:8}" --reason "a test bench" --owner ann --approver ciso --until "30 days" >/dev/null
same "what stands in the report of the scan" "${id:0:10}" \
  "$("$STRAYKEY" scan . --fail-on never 2>/dev/null | sed -n 's/^critical  \([0-9a-f]*\)  GitHub.*/\1/p')"
records=$("$STRAYKEY" evidence verify | tail -n 1)
status "$STRAYKEY" explain "$id"
grep -q "^finding   $id  critical  accepted$" "$t/out"
grep -q "^decided   accept until 20..-..-.., says .*: a test bench$" "$t/out"
same "records" "$records" "$("$STRAYKEY" evidence verify | tail -n 1)"
status "$STRAYKEY" explain "$id" --store "$t/none.db"
same "without the store that was named" 2 "$code"
