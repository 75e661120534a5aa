#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# nhi import, list, show, attest and export on one register: what is taken, what is told, what
# is never kept, and that a file which cannot be read changes nothing.
source "$(dirname "$0")/common.inc"
cd "$t"
planted=$(secret password register)

cat >accounts.json <<'JSON'
[{"name": "projects/shop/serviceAccounts/ci@shop.iam.gserviceaccount.com", "projectId": "shop",
  "uniqueId": "1001", "email": "ci@shop.iam.gserviceaccount.com", "displayName": "CI",
  "description": "builds", "oauth2ClientId": "1001", "disabled": false}]
JSON
cat >keys.json <<JSON
[{"name": "projects/shop/serviceAccounts/ci@shop.iam.gserviceaccount.com/keys/0a1b",
  "privateKeyData": "$planted", "validAfterTime": "2025-01-02T03:04:05Z",
  "validBeforeTime": "2027-01-02T03:04:05Z", "keyType": "USER_MANAGED"}]
JSON
cat >roster.csv <<'CSV'
email,name,status,left_on,manager
ana@example.test,Ana,active,,
bob@example.test,Bob,left,2026-01-31,ana@example.test
nobody,Nobody,active,,
CSV
cat >cmdb.csv <<CSV
nhi_id,Team,status,api_key
db-backup,payments,active,$planted
gcp:ci@shop.iam.gserviceaccount.com,checkout,,
CSV
touch -d 2026-11-20T00:00:00Z accounts.json keys.json roster.csv cmdb.csv

status "$STRAYKEY" nhi import keys.json accounts.json
same "two exports" 0 "$code"
status "$STRAYKEY" nhi import roster.csv
same "one row of the roster is no person" 3 "$code"
same "what is told of it" "straykey: roster.csv: roster of people (CSV: email, name, login, status, left_on, manager): 2 of 3 entries taken
straykey:   left out: 'email' is no address: 1 (first: line 4)
straykey: .straykey-register.toml: 1 identity, 3 links, 2 people, 0 components" "$(cat "$t/err")"
status "$STRAYKEY" nhi import cmdb.csv --as table --source cmdb --as-of 2026-11-19 --column owner=Team
same "a table with another heading" 0 "$code"

same "the list" "ID                                   OWNER     STATUS   ROTATED
db-backup                            payments  active   -
gcp:ci@shop.iam.gserviceaccount.com  checkout  active   -
2 of 2 identities" "$("$STRAYKEY" nhi list)"
same "where there is no room" "gcp:ci@s…erviceaccount.com  checkout  active   -" \
  "$(COLUMNS=57 "$STRAYKEY" nhi list | sed -n 3p)"
same "by owner" "db-backup" "$("$STRAYKEY" nhi list --owner payments --json |
  python3 -c 'import json,sys; print(*[n["id"] for n in json.load(sys.stdin)])')"
same "all have owners" "0 of 2 identities" "$("$STRAYKEY" nhi list --unowned | tail -n 1)"

# Importing the same again changes nothing; neither does a file that cannot be read.
cp .straykey-register.toml before.toml
"$STRAYKEY" nhi import keys.json accounts.json 2>/dev/null
cmp before.toml .straykey-register.toml
head -c 100 keys.json >cut.json
iconv -f utf8 -t utf16 roster.csv >wide.csv
printf 'email,name,status\nren\351@example.test,Ren\351,active\n' >latin.csv
for file in cut.json wide.csv latin.csv before missing.csv; do
  status "$STRAYKEY" nhi import accounts.json "$file"
  same "$file" "2 0" "$code $(wc -c <"$t/out")"
  grep -q 'nothing was imported$' "$t/err"
  cmp before.toml .straykey-register.toml
done

# Whoever attests is believed, now and after the next import.
status "$STRAYKEY" nhi attest gcp:ci@shop.iam.gserviceaccount.com --owner ana@example.test \
  --by ciso --reason "review of November"
same "attested" 0 "$code"
touch -d 2027-11-20T00:00:00Z cmdb.csv
"$STRAYKEY" nhi import cmdb.csv --column owner=Team --source cmdb 2>/dev/null
"$STRAYKEY" nhi show gcp:ci@shop.iam.gserviceaccount.com >shown
grep -qE '^  owner +ana@example.test  \(attested by ciso: review of November, ' shown
grep -qE '^ +checkout  \(cmdb, 2027-11-20\)' shown
grep -qE '^  credential-id +0a1b  active  rotated 2025-01-02  expires 2027-01-02' shown
status "$STRAYKEY" nhi show gcp:ci@shop.iam.gserviceaccount.co
same "no such NHI" "2 straykey: .straykey-register.toml: there is no NHI 'gcp:ci@shop.iam.gserviceaccount.co' in it; did you mean 'gcp:ci@shop.iam.gserviceaccount.com'?" "$code $(cat "$t/err")"

# Both forms of the register say the same, and a register can be imported into another.
"$STRAYKEY" nhi export --format json >other.json
"$STRAYKEY" nhi import other.json --register second.toml 2>/dev/null
cmp .straykey-register.toml second.toml
"$STRAYKEY" nhi export >third.toml
cmp .straykey-register.toml third.toml
"$STRAYKEY" nhi list --register other.json >listed
same "a register of JSON" "$("$STRAYKEY" nhi list)" "$(cat listed)"

# What somebody changed by hand is kept with that remark.
sed -i "s/^status = 'active'/status = 'revoked'/" second.toml
touch -d 2028-01-01T00:00:00Z second.toml
grep -qE '^  status +revoked  \(by hand, ' <<<"$("$STRAYKEY" nhi show db-backup --register second.toml)"

if grep -rFq -e "$planted" ./*.toml other.json shown listed; then
  echo "a secret of an export was kept"
  exit 1
fi
status "$STRAYKEY" nhi list --register none.toml
same "no register" "2 straykey: none.toml: there is no such register; 'straykey nhi import' makes one" "$code $(cat "$t/err")"
