#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Marks in the text, the baseline and the configuration silence what they speak of, count it,
# and nothing else.
source "$(dirname "$0")/common.inc"

git init -q "$t/repo" && cd "$t/repo"
token() { printf 'token = "%s"' "$(secret github "$1")"; }
findings() { python3 -c 'import json,sys; print(len(json.load(open(sys.argv[1]))["findings"]))' "$t/out"; }
scan() { status "$STRAYKEY" scan . --format json "$@"; }

# Each mark on its own line; a mark after code does not speak for the next line.
n=0
for mark in straykey:allow gitleaks:allow betterleaks:allow trufflehog:ignore \
  kingfisher:ignore 'pragma: allowlist secret' nosecret; do
  n=$((n + 1))
  printf '%s  # %s\n' "$(token "mark$n")" "$mark" >>marks.txt
done
printf '# straykey:allow\n%s\n' "$(token before)" >>marks.txt
printf '%s # straykey:allow\n%s\n' "$(token allowed)" "$(token neighbour)" >>marks.txt
commit marks
scan && same "exit code" 1 "$code" && same "findings beside marks" 1 "$(findings)"
grep -q '"allowed inline": 9' "$t/out"
scan --no-inline-allow && same "without marks" 10 "$(findings)"

# A mark that is added later speaks for the older versions of the file too.
token late >late.txt && commit late
scan && same "before the mark" 2 "$(findings)"
printf '%s # straykey:allow\n' "$(token late)" >late.txt && commit "allow it"
scan && same "after the mark" 1 "$(findings)"

# The baseline: what is known does not fail, what is new does, what is not needed is told.
"$STRAYKEY" baseline create . -o "$t/baseline" >/dev/null
sort -c <(tail -n +2 "$t/baseline")
scan --baseline "$t/baseline" && same "all known" 0 "$code" && grep -q '"state": "known"' "$t/out"
{ echo; echo; token moved; } >moved.txt && commit new
scan --baseline "$t/baseline" && same "one new" 1 "$code"
"$STRAYKEY" baseline create . -o "$t/baseline" >/dev/null
{ seq 50; token moved; } >elsewhere.txt && git rm -qf moved.txt && commit "moved to another line and file"
scan --baseline "$t/baseline" && same "moved is known" 0 "$code"
echo "00000000000000000000000000000000 generic.password gone.txt" >>"$t/baseline"
status "$STRAYKEY" scan . --baseline "$t/baseline"
grep -q 00000000000000000000000000000000 "$t/out"
scan && cp "$t/out" "$t/report.json"
status "$STRAYKEY" baseline apply --baseline "$t/baseline" "$t/report.json"
same "a saved report, judged" 0 "$code" && grep -q '"state": "known"' "$t/out"

# The configuration: rules with reasons, excluded paths, unknown reasons refused.
cat >.straykey.toml <<'TOML'
[scan]
exclude = ["marks.txt"]
[[allow]]
signature = "github.*"
paths = ["elsewhere.txt", "moved.txt"]
reason = "made up for the tests"
TOML
scan && same "allowed by configuration" 0 "$code"
grep -q '"allowed by configuration": 1' "$t/out"
grep -q '"excluded path"' "$t/out"
(mkdir -p sub && cd sub && status "$STRAYKEY" scan --format json && same "from a folder below" 0 "$code")
status "$STRAYKEY" config show --origin
grep -Eq 'exclude = \["marks.txt"\].*\.straykey\.toml:2' "$t/out"
same "command line over file" 1 "$(scan --no-config && echo "$code")"
same "environment over file" 'jobs = 3  # STRAYKEY_JOBS' \
  "$(STRAYKEY_JOBS=3 "$STRAYKEY" config show --origin | grep '^jobs')"
