#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The register in a store: the verbs of nhi say the same of it as of a file, a scan resolves
# through it, a decision is held against the policy of its class, and tampering shows.
source "$(dirname "$0")/common.inc"
git init -q "$t/repo" && cd "$t/repo"
secret github one >a.txt
commit first
cd "$t"
planted=$(secret password register)
cat >cmdb.csv <<CSV
nhi_id,Team,status,class,api_key
ci-token,payments,active,privileged-service,$planted
old-job,,revoked,ordinary-service,
CSV
cat >roster.csv <<'CSV'
email,name,status,left_on,manager
ana@example.test,Ana,active,,
nobody,Nobody,active,,
CSV
touch -d 2026-11-20T00:00:00Z cmdb.csv roster.csv

status "$STRAYKEY" nhi import cmdb.csv roster.csv --as table --store s.db
same "a roster is no table" 2 "$code"
[[ ! -e s.db ]]
status "$STRAYKEY" nhi import cmdb.csv --column owner=Team --source cmdb --store s.db
same "a table" 0 "$code"
status "$STRAYKEY" nhi import roster.csv --store s.db
same "one row of the roster is no person" 3 "$code"
"$STRAYKEY" nhi import cmdb.csv --column owner=Team --source cmdb --register r.toml 2>/dev/null
"$STRAYKEY" nhi import roster.csv --register r.toml 2>/dev/null || true
for verb in list "list --json" "list --unowned" "show ci-token" "show ci-token --json" export "export --format json"; do
  "$STRAYKEY" nhi $verb --register r.toml >of-file
  STRAYKEY_STORE=s.db "$STRAYKEY" nhi $verb >of-store
  cmp of-file of-store
done
same "what was imported" "cmdb.csv|$(sha256sum cmdb.csv | cut -d ' ' -f 1)|table|cmdb|2|2|0|0
roster.csv|$(sha256sum roster.csv | cut -d ' ' -f 1)|roster|roster|2|1|0|1" \
  "$(sqlite3 s.db 'SELECT file, digest, kind, source, entries, taken, passed_over, left_out FROM register_import')"
records=$(sqlite3 s.db 'SELECT COUNT(*) FROM record')
"$STRAYKEY" nhi import cmdb.csv --column owner=Team --source cmdb --store s.db 2>/dev/null
same "the same again is one record" $((records + 1)) "$(sqlite3 s.db 'SELECT COUNT(*) FROM record')"

status "$STRAYKEY" nhi attest none --owner ana@example.test --store s.db
same "no such NHI" "2 straykey: s.db: there is no NHI 'none' in the register" "$code $(cat "$t/err")"
status "$STRAYKEY" nhi list --store s.db --register r.toml
same "two places" 2 "$code"
status "$STRAYKEY" nhi list --store none.db
same "no store" 2 "$code"

# A first scan yields the candidate; whoever registers and attests it is the owner from then on.
"$STRAYKEY" nhi candidates repo -q --store s.db --write s.db >candidates
same "a candidate" "1 identity in no register" "$(tail -n 1 candidates)"
id=$(head -n 1 candidates | cut -d ' ' -f 1)
printf 'nhi_id,class\n%s,privileged-service\n' "$id" >own.csv
"$STRAYKEY" nhi import own.csv --as-of "$(date -u -d "+1 minute" +%FT%TZ)" --store s.db 2>/dev/null  # said later than the scan
"$STRAYKEY" nhi attest "$id" --owner ana@example.test --by ciso --store s.db
status "$STRAYKEY" scan repo -q --store s.db --format json
same "exit code" 1 "$code"
whose() { python3 -c '
import json, sys
nhi = json.load(open(sys.argv[1]))["findings"][0]["nhi"]
print(nhi["id"], nhi["owner"], nhi["resolved_by"], nhi["registered"])' "$t/out"; }
same "the register of the store" "$id ana@example.test register True" "$(whose)"
status "$STRAYKEY" scan repo -q --store s.db --register r.toml --format json
same "a file goes before it" False "$(whose | sed 's/.* //')"
"$STRAYKEY" scan repo -q --store s.db >/dev/null || true

# Where its credentials were found: the last lines of what `show` tells.
COLUMNS=200 "$STRAYKEY" nhi show "$id" --store s.db >shown
same "where it was found" "Found
  1 secret in 1 place of 1 source, since 2023-11-14
  $t/repo
    a.txt         tip      2023-11-14 ann@example.test" \
  "$(sed -n '/^Found/,$p' shown)"
same "where there is no room" "    a.txt         tip      2023-11-14 ann…ple.test" \
  "$(COLUMNS=50 "$STRAYKEY" nhi show "$id" --store s.db | tail -n 1)"
same "the same as JSON" "1 ['$t/repo'] ['ann@example.test'] a.txt tip" "$("$STRAYKEY" nhi show "$id" --store s.db --json |
  python3 -c '
import json, sys
lineage = json.load(sys.stdin)["lineage"]
place = lineage["places"][0]
print(lineage["secrets"], lineage["sources"], lineage["authors"], place["path"], place["presence"])')"

finding=$(sqlite3 s.db 'SELECT id FROM finding')
same "the finding's NHI" "$id" "$(sqlite3 s.db 'SELECT nhi FROM finding')"
accept() { status "$STRAYKEY" decide accept "$finding" --store s.db --reason test --owner team --approver ciso --until "$1"; }
accept "60 days"
same "longer than its class may" "2 straykey: decide accept: its term is 60 days, and the policy allows 30" "$code $(cat "$t/err")"
accept "30 days"
same "as long as its class may" 0 "$code"

"$STRAYKEY" evidence verify --store s.db >verified
grep -q ' 0 problems$' verified
if grep -rFq -e "$planted" s.db*; then
  echo "a secret of an export was kept"
  exit 1
fi
sqlite3 s.db "UPDATE nhi SET owner = 'mallory' WHERE id = 'ci-token'"
status "$STRAYKEY" evidence verify --store s.db
same "tampered with" "1 not intact: table nhi: the row 'ci-token' is not what the records say" "$code $(head -n 1 "$t/out")"
