#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The store in PostgreSQL holds the same records as one in SQLite, and all tests of the store
# hold there as well.
source "$(dirname "$0")/common.inc"
source "$SOURCE_DIR/tests/support/postgres.inc"
start_postgres

git init -q "$t/repo" && cd "$t/repo"
secret github one >a.txt
commit first
status "$STRAYKEY" scan . -q --store "$postgres"
same "exit code" 1 "$code"
status "$STRAYKEY" scan . -q --store "$t/store.db"
rows() { "${psql[@]}" -At -c "$1"; }
same "the kinds of records" "$(sqlite3 "$t/store.db" 'SELECT sequence, kind FROM record')" \
  "$(rows 'SELECT sequence, kind FROM record ORDER BY sequence')"
same "the finding" "$(sqlite3 "$t/store.db" 'SELECT body FROM record WHERE kind = "finding"')" \
  "$(rows "SELECT body FROM record WHERE kind = 'finding'")"
id=$(rows 'SELECT id FROM finding')

# A password in a URL is nowhere in the database nor in what is printed.
word=hush$RANDOM$RANDOM
url=${postgres/straykey@/straykey:$word@}
status "$STRAYKEY" scan . --store "$url" --format json
if grep -q "$word" "$t/out" "$t/err"; then exit 1; fi
grep -q '"postgres://straykey:\*\*\*@/postgres' "$t/out"
"${psql[@]}" -At -c 'SELECT * FROM record' >"$t/dump"
if grep -q "$word" "$t/dump"; then exit 1; fi
status "$STRAYKEY" scan . --store "${url/\/postgres\?/\/nowhere?}"
same "exit code" 2 "$code"
if grep -q "$word" "$t/err"; then exit 1; fi
grep -q 'database "nowhere" does not exist' "$t/err"

export STRAYKEY_STORE=$postgres
"$STRAYKEY" decide treat "$id" --reason "to be rotated" --owner team --due "3 days" >/dev/null
status "$STRAYKEY" scan . -q --format json
same "exit code" 0 "$code"
grep -q '"state": "known"' "$t/out"
"$STRAYKEY" evidence verify >"$t/out"
grep -q ' 0 problems$' "$t/out"
rows "UPDATE decision SET owner = 'nobody'"
status "$STRAYKEY" evidence verify
same "exit code" 1 "$code"
grep -q "^not intact: table decision: the row 7 is not what the records say$" "$t/out"

unset STRAYKEY_STORE
unit=$(dirname "$STRAYKEY")/unit_store
[[ -x $unit ]] || skip "unit_store is not built; the rest was seen to work"
STRAYKEY_TEST_POSTGRES="$postgres" "$unit" --gtest_brief=1 >"$t/unit" 2>&1 || {
  tail -n 40 "$t/unit"
  exit 1
}
