#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a store knows makes conditions hold or not: that a credential was removed without proof
# of rotation (C22) is claimed with a store only, until an event shows the contrary.
source "$(dirname "$0")/common.inc"

git init -q "$t/repo" && cd "$t/repo"
printf 'T = "%s"\n' "$(secret npm gone)" >old.py && commit "one"
git rm -q old.py && commit "removed"
printf 'T = "%s"\n' "$(secret npm here)" >new.py && commit "another"

conditions() {  # conditions TIP|HISTORY [OPTION...]: of the finding that is there or was
  local which=$1
  shift
  "$STRAYKEY" scan . -q --format json "$@" >"$t/r.json" || true
  python3 - "$t/r.json" "$which" <<'PYTHON'
import json, sys
for f in json.load(open(sys.argv[1]))["findings"]:
    if f["at_tip"] == (sys.argv[2] == "TIP"):
        print(" ".join(c["id"] for c in f["conditions"] if c["id"] in ("C21", "C22", "C23")))
        open(sys.argv[1] + ".id", "w").write(f["id"])
PYTHON
}
store=$t/store.sqlite
same "without a store" "" "$(conditions HISTORY)"
same "with a store" "C22" "$(conditions HISTORY --store "$store")"
same "at a tip" "" "$(conditions TIP --store "$store")"

# What shows that it was revoked ends C22.
conditions HISTORY --store "$store" >/dev/null
"$STRAYKEY" event revoked "$(cat "$t/r.json.id")" --reference T-1 --store "$store" >/dev/null
same "after a revocation" "" "$(conditions HISTORY --store "$store")"
