#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What is decided about a finding is what the next scan says of it; terms that pass, and
# secrets that come back, fail it again. The record of all that can be signed and verified.
source "$(dirname "$0")/common.inc"

export STRAYKEY_STORE=$t/store.db
git init -q "$t/repo" && cd "$t/repo"
secret github one >a.txt
secret github two >b.txt
commit first
scan() {  # scan CODE: scans, and prints path and state of each finding.
  status "$STRAYKEY" scan . -q --format json
  same "exit code of the scan" "$1" "$code"
  python3 -c 'import json,sys
for f in json.load(open(sys.argv[1]))["findings"]:
  d = f["decision"]
  print(f["occurrences"][0]["path"], f["state"], d and d["action"], d and d["overdue"])' "$t/out" | sort
}
sql() { sqlite3 "$t/store.db" "$1"; }
same "first" "a.txt new None None
b.txt new None None" "$(scan 1)"
same "undecided, so still new" "a.txt new None None
b.txt new None None" "$(scan 1)"
a=$(sql "SELECT finding FROM occurrence WHERE path = 'a.txt'")
b=$(sql "SELECT finding FROM occurrence WHERE path = 'b.txt'")

# What is incomplete, or beyond the policy, is refused with a sentence, and nothing is kept.
refused() {  # refused SENTENCE ARGUMENT...
  status "$STRAYKEY" "${@:2}"
  same "exit code of ${*:2}" 2 "$code"
  same "${*:2}" "straykey: $1" "$(cat "$t/err")"
}
refused "decide accept: --reason is missing" decide accept "$a" --until "10 days"
refused "decide accept: --approver is missing" decide accept "$a" --reason x --owner o --until "10 days"
refused "decide accept: its term is 91 days, and the policy allows 90" \
  decide accept "$a" --reason x --owner o --approver p --until "91 days"
refused "decide treat: takes no --until; write --due" decide treat "$a" --reason x --owner o --until "9 days"
refused "decide treat: --due 2020-01-01 has passed" decide treat "$a" --reason x --owner o --due 2020-01-01
refused "decide close: nothing shows that the credential of $a is void; record it with 'straykey event rotated' or 'revoked', or name what shows it with --proof" \
  decide close "$a"
refused "decide: 'aceptt' is no decision; write one of treat, accept, avoid, transfer, close; did you mean 'accept'?" \
  decide aceptt "$a"
refused "event: nothing shows that it happened; name a ticket with --reference or a file with --artefact" \
  event revoked "$a"
refused "event: 'rotatd' is no event; write one of created, rotated, revoked, reviewed, offboarded, reassigned; did you mean 'rotated'?" \
  event rotatd "$a" --reference x
same "nothing was kept" 0 "$(sql 'SELECT COUNT(*) FROM decision')"

# Accepted until a date, to be treated by a date.
"$STRAYKEY" decide accept "${a:0:10}" --reason "a test account" --owner team --approver ciso \
  --until "30 days" >"$t/said"
grep -q "^$a  accept, until 20" "$t/said"
"$STRAYKEY" decide treat "$b" --reason "to be rotated" --owner team --due "3 days" >/dev/null
same "decided" "a.txt accepted accept False
b.txt known treat False" "$(scan 0)"

# A shorter term of the organisation's own policy.
cat >"$t/policy.toml" <<'POLICY'
id = "acme 1"
[default]
exception-days = 5
POLICY
refused "decide accept: its term is 6 days, and the policy allows 5" \
  decide accept "$a" --reason x --owner o --approver p --until "6 days" --policy "$t/policy.toml"
sed -i 's/exception-days/exeption-days/' "$t/policy.toml"
refused "$t/policy.toml:3: default: unknown key 'exeption-days'; did you mean 'exception-days'?" \
  scan . --policy "$t/policy.toml"

# The revocation is the proof to close with; b is revoked, removed, and comes back.
echo "revoked" >"$t/log.txt"
"$STRAYKEY" event revoked "$b" --artefact "$t/log.txt" --note "by hand"
same "the artefact" "$(sha256sum <"$t/log.txt" | cut -d ' ' -f 1)" "$(sql 'SELECT digest FROM event')"
"$STRAYKEY" decide close "$b" >"$t/said"
grep -q "^$b  close, revoked on 20..-..-.. (record [0-9]*)$" "$t/said"
git rm -q b.txt && commit "away with it"
same "closed" "a.txt accepted accept False
b.txt closed close False" "$(scan 0)"
secret github two >b.txt
commit "back again"
same "back" "a.txt accepted accept False
b.txt regressed close False" "$(scan 1)"

# Another clone of the same repository is the same source in the store.
git remote add origin "https://ann:hush@git.example.test/acme/shop.git"
git clone -q . "$t/clone" && git -C "$t/clone" remote set-url origin git@git.example.test:acme/shop
scan 1 >/dev/null
"$STRAYKEY" scan "$t/clone" -q >/dev/null || :
same "sources" "$t/repo
git.example.test/acme/shop" "$(sql 'SELECT DISTINCT source FROM run_source ORDER BY source')"

# Signed, and verified by this program and by openssl.
openssl genpkey -algorithm ed25519 -out "$t/key.pem" 2>/dev/null
openssl pkey -in "$t/key.pem" -pubout -out "$t/public.pem"
"$STRAYKEY" evidence sign --key "$t/key.pem" --output "$t/head.json"
python3 - "$t/head.json" "$t/pae" "$t/signature" <<'PY'
import base64, json, sys
envelope = json.load(open(sys.argv[1]))
payload = base64.b64decode(envelope["payload"])
kind = envelope["payloadType"].encode()
assert kind == b"application/vnd.in-toto+json"
open(sys.argv[2], "wb").write(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
open(sys.argv[3], "wb").write(base64.b64decode(envelope["signatures"][0]["sig"]))
statement = json.loads(payload)
assert statement["_type"] == "https://in-toto.io/Statement/v1", statement
print(statement["predicate"]["sequence"], statement["subject"][0]["digest"]["sha256"])
PY
openssl pkeyutl -verify -rawin -pubin -inkey "$t/public.pem" -in "$t/pae" -sigfile "$t/signature" >/dev/null
"$STRAYKEY" evidence verify --public-key "$t/public.pem" --envelope "$t/head.json" >"$t/out"
grep -q ' 0 problems$' "$t/out"
head=$(sed -n 's/^head [0-9]* //p' "$t/out")
"$STRAYKEY" evidence verify --expect-head "$head" >/dev/null

# A signature of somebody else, and a store of which the end is cut off with its head.
openssl genpkey -algorithm ed25519 -out "$t/other.pem" 2>/dev/null
openssl pkey -in "$t/other.pem" -pubout -out "$t/other-public.pem"
status "$STRAYKEY" evidence verify --public-key "$t/other-public.pem" --envelope "$t/head.json"
same "exit code" 1 "$code"
grep -q "^not intact: $t/head.json: no signature in it is of the public key$" "$t/out"
python3 - "$t/store.db" <<'PY'
import sqlite3, sys
store = sqlite3.connect(sys.argv[1])
last = store.execute("SELECT MAX(record) FROM decision").fetchone()[0]
store.execute("DELETE FROM record WHERE sequence > ?", (last,))
store.execute("UPDATE head SET (sequence, hash) = (SELECT sequence, hash FROM record "
              "ORDER BY sequence DESC LIMIT 1)")
store.commit()
PY
status "$STRAYKEY" evidence verify --envelope "$t/head.json"
same "exit code" 1 "$code"
grep -q "^not intact: $t/head.json: record [0-9]* is not in the store any more$" "$t/out"
status "$STRAYKEY" evidence sign --key "$t/key.pem"
same "no signature on what does not hold together" 2 "$code"
[[ ! -s $t/out ]]
refused "$t/public.pem: holds no Ed25519 key in PEM; 'openssl genpkey -algorithm ed25519' makes one, 'openssl pkey -pubout' its public half" \
  evidence sign --key "$t/public.pem"

# No secret in the store.
sqlite3 "$t/store.db" .dump >"$t/dump"
for which in one two; do
  if grep -q "$(secret github "$which")" "$t/dump"; then exit 1; fi
done
if grep -q hush "$t/dump"; then exit 1; fi
