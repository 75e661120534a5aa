#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What another scanner was told to ignore is known here too, without a secret being written.
source "$(dirname "$0")/common.inc"

git init -q "$t/repo" && cd "$t/repo"
mkdir -p src "a b"
printf '\n\ntoken = "%s"\n' "$(secret github one)" >src/one.txt
printf 'token = "%s"\n' "$(secret github two)" >"a b/two.txt"
printf 'token = "%s"\n' "$(secret github three)" >src/three.txt
commit first
first=$(git rev-parse HEAD)
states() {
  status "$STRAYKEY" scan . --format json "$@"
  python3 -c 'import json,sys
for f in json.load(open(sys.argv[1]))["findings"]: print(f["occurrences"][0]["path"], f["state"])' "$t/out" | sort
}
import() { rm -f .straykey-baseline && status "$STRAYKEY" baseline import "$@"; }

# .gitleaksignore: with and without a commit; a line of another commit is not known.
cat >"$t/.gitleaksignore" <<IGNORE
# accepted in May
$first:src/one.txt:github-pat:3
a b/two.txt:github-pat:1
0123456789012345678901234567890123456789:src/three.txt:github-pat:1
not a fingerprint
IGNORE
import "$t/.gitleaksignore"
same "exit code" 0 "$code"
same "said" "\
straykey: $t/.gitleaksignore: .gitleaksignore: 4 lines or entries, 3 carried over
straykey: $t/.gitleaksignore:5: not carried over: no [commit:]file:rule:line
straykey: 4 read, 3 carried over, 1 not" "$(cat "$t/err")"
same "baseline" "\
# straykey baseline 1
imported gitleaks:github-pat a%20b/two.txt line=1  # from $t/.gitleaksignore
imported gitleaks:github-pat src/one.txt line=3 commit=$first  # from $t/.gitleaksignore
imported gitleaks:github-pat src/three.txt line=1 commit=0123456789012345678901234567890123456789  # from $t/.gitleaksignore" \
  "$(cat .straykey-baseline)"
same "known" "a b/two.txt known
src/one.txt known
src/three.txt new" "$(states --baseline .straykey-baseline)"
grep -q '"imported gitleaks:github-pat src/three.txt' "$t/out" # an entry that nothing matches
status "$STRAYKEY" scan . --format json && cp "$t/out" "$t/report.json"
status "$STRAYKEY" baseline apply "$t/report.json"
same "a saved report: exit code" 1 "$code" && same "known" 2 "$(grep -c '"state": "known"' "$t/out")"

# A report of gitleaks: the place, and where it has the secret, its fingerprint.
python3 - "$first" "$(secret github two)" "$t/gitleaks.json" <<'PY'
import json, sys
commit, secret, out = sys.argv[1:]
entry = lambda file, line, secret: {
    "RuleID": "github-pat", "Description": "x", "StartLine": line, "EndLine": line,
    "StartColumn": 1, "EndColumn": 50, "Match": secret, "Secret": secret, "File": file,
    "SymlinkFile": "", "Commit": commit, "Entropy": 4.1, "Author": "Ann", "Email": "a@b.test",
    "Date": "2026-01-01T00:00:00Z", "Message": "m", "Tags": [],
    "Fingerprint": f"{commit}:{file}:github-pat:{line}"}
json.dump([entry("src/one.txt", 3, "REDACTED"), entry("gone.txt", 9, secret), {"RuleID": "x"}],
          open(out, "w"))
PY
import "$t/gitleaks.json"
same "said" "\
straykey: $t/gitleaks.json: a report of gitleaks: 3 lines or entries, 2 carried over
straykey: $t/gitleaks.json:3: not carried over: entry 3 of the report has no File or no StartLine
straykey: 3 read, 2 carried over, 1 not" "$(cat "$t/err")"
if grep -q "$(secret github two)" .straykey-baseline; then exit 1; fi
same "known" "a b/two.txt known
src/one.txt known
src/three.txt new" "$(states --baseline .straykey-baseline)"

# A baseline of detect-secrets: SHA-1 of the secret in the path.
python3 - "$(secret github one)" "$(secret github three)" "$t/.secrets.baseline" <<'PY'
import hashlib, json, sys
one, three, out = sys.argv[1:]
entry = lambda file, secret, **more: {
    "type": "GitHub Token", "filename": file, "line_number": 77, "is_verified": False,
    "hashed_secret": hashlib.sha1(secret.encode()).hexdigest(), **more}
json.dump({"version": "1.5.0", "plugins_used": [], "filters_used": [], "results": {
    "src/one.txt": [entry("src/one.txt", one, is_secret=False)],
    "src/other.txt": [entry("src/other.txt", three)],
    "key.pem": [dict(entry("key.pem", "x"), type="Private Key", line_number=4)]},
    "generated_at": "2026-01-01T00:00:00Z"}, open(out, "w"))
PY
import "$t/.secrets.baseline"
same "said" "\
straykey: $t/.secrets.baseline: a baseline of detect-secrets: 3 lines or entries, 3 carried over
straykey: $t/.secrets.baseline:1: carried over with a difference: entry 1 is known by its line, as its hash is that of a part of the key
straykey: 3 read, 3 carried over, 0 not" "$(cat "$t/err")"
grep -q 'detect-secrets:GitHub%20Token src/one.txt sha1=[0-9a-f]\{40\}  # audited: no secret' .straykey-baseline
grep -q 'detect-secrets:Private%20Key key.pem line=4' .straykey-baseline
same "known" "a b/two.txt new
src/one.txt known
src/three.txt new" "$(states --baseline .straykey-baseline)"

# Written anew, entries become fingerprints and keep their reasons.
status "$STRAYKEY" baseline create .
grep -q ' src/one.txt  # audited: no secret' .straykey-baseline
if grep -q imported .straykey-baseline; then exit 1; fi

# A list of paths becomes [[allow]] rules; without a place for them nothing is written.
printf '# generated\n^src/.*\\.txt$\n\\.lock$\n(?=x)\n' >"$t/.trufflehogignore"
import "$t/.trufflehogignore"
same "exit code" 2 "$code" && grep -q 'name a file for them with --allow-out' "$t/err"
import "$t/.trufflehogignore" --allow-out .straykey.toml
same "said" "\
straykey: $t/.trufflehogignore: a list of paths: 3 lines or entries, 2 carried over
straykey: $t/.trufflehogignore:4: not carried over: '(?=x)' has look-around, which neither of our engines has
straykey: 3 read, 2 carried over, 1 not" "$(cat "$t/err")"
same "still found" "a b/two.txt new" "$(states)"
grep -q '"allowed by configuration": 2' "$t/out"

# Commits in [[allow]] rules, and what is wrong with one.
printf '[[allow]]\ncommits = ["%s"]\nreason = "history"\n' "${first:0:12}" >.straykey.toml
same "nothing is left of the first commit" "" "$(states)"
printf '[[allow]]\ncommits = ["main"]\nreason = "history"\n' >.straykey.toml
status "$STRAYKEY" scan .
same "exit code" 2 "$code" && grep -q ".straykey.toml:1: 'main' is no commit" "$t/err"
printf '[[allow]]\npath-regex = ["("]\nreason = "history"\n' >.straykey.toml
status "$STRAYKEY" scan .
same "exit code" 2 "$code" && grep -q ".straykey.toml:1: '(' is no regular expression" "$t/err"
