#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# For each condition a finding, or a run, that makes it true and one that makes it false; from real
# repositories, files, exports and decisions to the report.
source "$(dirname "$0")/common.inc"
for tool in openssl ssh-keygen sqlite3 faketime; do command -v $tool >/dev/null || skip "$tool is not here"; done

letters() {  # letters SEED NUMBER
  python3 -c 'import random,string,sys
print("".join(random.Random(sys.argv[1]).choices(string.ascii_letters, k=int(sys.argv[2]))))' "$@"
}
as() {  # as NAME COMMAND...: git's author
  GIT_AUTHOR_EMAIL=$1@example.test GIT_COMMITTER_EMAIL=$1@example.test "${@:2}"
}

git init -q "$t/shop" && cd "$t/shop"
mkdir -p .github/workflows tests keys logs src
secret github exposed >src/exposed.py       # since 2023
secret github pipeline >.github/workflows/ci.yml
printf 'T = "%s"\n' "$(secret npm both)" | tee prod.env >tests/both.py
secret github logged >logs/app.log
secret github many >src/one.py
secret npm gone >src/gone.py
secret npm late >src/late.py
openssl genrsa -traditional 1024 2>/dev/null >tests/weak.pem
openssl genrsa -traditional 2048 2>/dev/null >keys/strong.pem
printf 'U = "postgres://app:%s@db.acme.example/shop"\n' "$(letters url 20)" >src/url.py
printf 'H = "%s%s"\n' "hf_" "$(letters hf 34)" >src/hf.py
as ann commit "one"
secret github many >src/two.py && as bob commit "two"
secret github many >src/three.py && git rm -q src/gone.py && as cat commit "three"
clock=$((clock + 100 * 86400)) && git rm -q src/late.py && as cat commit "late"
clock=$(($(date +%s) - 3600))
secret github fresh >src/fresh.py && as ann commit "four"
secret npm dangling | git hash-object -w --stdin >/dev/null
git init -q "$t/bank" && cd "$t/bank"
secret github exposed >bank.py && commit "bank"
mkdir "$t/files" && cd "$t"
openssl genrsa -traditional 2048 2>/dev/null >files/loose.pem && chmod 644 files/loose.pem
openssl genrsa -traditional 2048 2>/dev/null >files/tight.pem && chmod 600 files/tight.pem

# Whose the two keys are.
fingerprint() { cp "$1" "$t/key" && chmod 600 "$t/key" && ssh-keygen -y -f "$t/key" | ssh-keygen -lf - | cut -d' ' -f2; }
cat >table.csv <<CSV
nhi_id,name,owner,class,environment,status,last_used,key_fingerprint
svc:weak,weak,leaver@example.test,privileged-service,prod,revoked,2020-01-01,$(fingerprint shop/tests/weak.pem)
svc:strong,strong,team:ops,ordinary-service,prod,active,$(date -u +%F),$(fingerprint shop/keys/strong.pem)
CSV
printf 'email,status\nleaver@example.test,left\n' >roster.csv
export STRAYKEY_STORE=$t/store.db
"$STRAYKEY" nhi import table.csv roster.csv >/dev/null

scan() {  # scan NAME TARGET...
  local name=$1
  shift
  straykey scan "$@" -q --include-unreachable --format "json=$t/$name.json" --fail-on never || true
}
straykey() { "$STRAYKEY" "$@"; }
# What holds: lines "PATH C01 C02...", by the first path of a finding; of the run "run ...".
told() {
  python3 - "$t/$1.json" <<'PYTHON'
import json, sys
report = json.load(open(sys.argv[1]))
for finding in report["findings"]:
    place = finding["occurrences"][0]
    print(place["path"] or place["object"], *(c["id"] for c in finding["conditions"]))
print("run", *(c["id"] for c in report["summary"]["conditions"]))
PYTHON
}
scan first shop bank files
told first >first.txt

holds=0
check() {  # check FILE CONDITION PATH-WHERE-IT-HOLDS PATH-WHERE-NOT
  grep -q "^$3 .*\b$2\b" "$1" || { echo "$2 does not hold for $3: $(grep "^$3" "$1")" >&2; return 1; }
  grep -q "^$4\b" "$1" || { echo "nothing is told of $4" >&2; return 1; }
  ! grep -q "^$4 .*\b$2\b" "$1" || { echo "$2 holds for $4" >&2; return 1; }
  holds=$((holds + 1))
}
check first.txt C01 src/fresh.py blob
check first.txt C02 src/gone.py src/fresh.py
check first.txt C03 src/exposed.py src/fresh.py
grep -q "^src/late.py .*C03" first.txt  # nothing was committed before it was taken away
same "what was taken away at once" "" "$(grep "^src/gone.py .*C03" first.txt || true)"
check first.txt C04 src/exposed.py src/fresh.py
check first.txt C05 prod.env src/fresh.py
check first.txt C06 tests/weak.pem keys/strong.pem
check first.txt C07 .github/workflows/ci.yml src/fresh.py
check first.txt C08 tests/weak.pem keys/strong.pem
check first.txt C09 tests/weak.pem keys/strong.pem
check first.txt C10 src/fresh.py keys/strong.pem
check first.txt C11 tests/weak.pem keys/strong.pem
check first.txt C12 src/url.py src/fresh.py
check first.txt C13 keys/strong.pem src/fresh.py
check first.txt C14 tests/weak.pem keys/strong.pem
check first.txt C15 src/fresh.py keys/strong.pem
check first.txt C16 .github/workflows/ci.yml src/fresh.py
check first.txt C17 src/one.py src/fresh.py
check first.txt C18 logs/app.log src/fresh.py
check first.txt C19 tests/weak.pem keys/strong.pem
check first.txt C20 loose.pem tight.pem
check first.txt C26 src/hf.py src/fresh.py

# What was decided, and done.
id() {
  python3 -c 'import json,sys
print(next(f["id"] for f in json.load(open(sys.argv[1]))["findings"] if f["occurrences"][0]["path"] == sys.argv[2]))' \
    "$t/first.json" "$1"
}
decide() { "$STRAYKEY" decide "$1" "$(id "$2")" --reason why --owner ops "${@:3}" >/dev/null; }
decide treat src/url.py --due "1 days"
decide treat src/hf.py --due "30 days"
decide accept src/one.py --approver ciso --until "1 days"
decide accept logs/app.log --approver ciso --until "30 days"
secret npm revoked >shop/src/revoked.py && (cd shop && commit "in" && git rm -q src/revoked.py && commit "out")
scan second shop bank files
cp second.json first.json
"$STRAYKEY" event revoked "$(id src/revoked.py)" --reference OPS-1 >/dev/null
straykey() { by_clock "+3 days" "$STRAYKEY" "$@"; }
scan third shop bank files
told third >third.txt
check third.txt C21 src/url.py src/hf.py
check third.txt C22 src/gone.py src/revoked.py
check third.txt C23 src/one.py logs/app.log

# Of a run: a shallow clone is a gap, and a record that was changed shows.
same "run" "run" "$(grep ^run third.txt)"
git clone -q --depth 1 "file://$t/shop" shallow
scan shallow shallow
told shallow >shallow.txt
same "run over a shallow clone" "run C24" "$(grep ^run shallow.txt)"
status "$STRAYKEY" evidence verify
same "verified" 0 "$code"
if grep -q C25 "$t/out"; then exit 1; fi
sqlite3 store.db "UPDATE record SET body = replace(body, 'high', 'info') WHERE sequence =
  (SELECT MAX(sequence) FROM record WHERE kind = 'finding')"
scan tampered shop
told tampered >tampered.txt
same "run over a store that was changed" "run C25" "$(grep ^run tampered.txt)"
status "$STRAYKEY" evidence verify
same "verified" 1 "$code"
grep -q "^C25 Evidence integrity failure holds: evidence for A.5.28 A.5.33$" "$t/out"
same "conditions that findings make true and false" 24 "$holds"
