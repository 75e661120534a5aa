#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The HTML page of a scan and of a period, looked at in Chromium as a reader does: it opens,
# filters and searches, is reached by the keyboard, fits a narrow screen and paper, asks nobody for
# anything, and holds no secret; with few findings and with 10,000.
# STRAYKEY_SCREENSHOTS=FOLDER keeps what was seen.
source "$(dirname "$0")/common.inc"
chromium=$(command -v chromium) || skip "chromium is not installed"

look() {  # look PAGE FINDINGS WORD FOUND SEVERITY FOUND
  printf '{"findings":%s,"search":["%s",%s],"severity":["%s",%s]}' "${@:2}" |
    timeout 200 python3 "$SOURCE_DIR/tests/support/browser.py" "$chromium" "$1" \
      ${STRAYKEY_SCREENSHOTS:+--screenshots "$STRAYKEY_SCREENSHOTS"}
}

# A scan: three findings, of which one stands in a folder with an evil name.
git init -q "$t/repo" && cd "$t/repo"
mkdir '<img src=x onerror=alert(1)>'
secret github one >a.txt
secret github two >'<img src=x onerror=alert(1)>/b.txt'
secret password three | sed 's/^/password = "/; s/$/"/' >c.py
commit first
"$STRAYKEY" scan . -q --store "$t/store.db" --format "html=$t/scan.html" --format "json=$t/r.json" || true
findings=$(jq '.findings | length' "$t/r.json")
critical=$(jq '[.findings[] | select(.severity == "critical")] | length' "$t/r.json")
(($(jq '[.findings[] | select(.severity == "high")] | length' "$t/r.json") + critical > 0))
severity=$(jq -r '.findings[0].severity' "$t/r.json")
of_severity=$(jq --arg s "$severity" '[.findings[] | select(.severity == $s)] | length' "$t/r.json")
look "$t/scan.html" "$findings" onerror 1 "$severity" "$of_severity"

# The period up to now.
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
"$STRAYKEY" evidence pack --store "$t/store.db" --period "${now%%T*}..$now" --out "$t/pack" >/dev/null
cp "$t/pack/report.html" "$t/pack.html"
look "$t/pack.html" "$findings" onerror 1 "$severity" "$of_severity"

# 10,000 findings, and no more in the page of more.
python3 - "$SOURCE_DIR/tests/support" >"$t/many.txt" <<'PYTHON'
import random, sys
sys.path.insert(0, sys.argv[1])
from make_secret import github
rng = random.Random("many")
for i in range(10500):
    print(github(rng))
PYTHON
"$STRAYKEY" scan "$t/many.txt" -q --format "html=$t/many.html" --format "json=$t/many.json" || true
severity=$(jq -r '.findings[0].severity' "$t/many.json")
same "findings" 10500 "$(jq '.findings | length' "$t/many.json")"
look "$t/many.html" 10000 'many.txt:77' 111 "$severity" 10000
grep -q 'holds the 10,000 gravest of 10,500 findings' "$t/many.html"

# No secret is in any page.
for page in scan pack many; do
  for value in "$(secret github one)" "$(secret github two)" "$(head -n 1 "$t/many.txt")"; do
    if grep -qF "$value" "$t/$page.html"; then exit 1; fi
  done
done
