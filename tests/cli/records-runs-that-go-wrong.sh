#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A run is in the store whatever became of it, and a store that cannot be written is told
# before the work; what was in it stays.
source "$(dirname "$0")/common.inc"

store=$t/store.db
git init -q "$t/repo" && cd "$t/repo"
secret github one >a.txt
commit first
outcomes() { sqlite3 "$store" 'SELECT number, outcome, reason FROM run ORDER BY number'; }
status "$STRAYKEY" scan "$t/repo" -q --store "$store"
same "exit code" 1 "$code"
status "$STRAYKEY" scan "$t/none" -q --store "$store"
same "exit code" 2 "$code"
object=$(git rev-parse HEAD:a.txt)
mv ".git/objects/${object:0:2}" "$t/away"
status "$STRAYKEY" scan "$t/repo" -q --no-working-tree --store "$store"
same "exit code" 3 "$code"
mv "$t/away" ".git/objects/${object:0:2}"
same "outcomes" "1|complete|
2|failed|$t/none: no such file or directory
3|incomplete|" "$(outcomes)"

# Killed between its beginning and its end: a stream that never ends.
mkfifo "$t/stream"
exec 9<>"$t/stream"
"$STRAYKEY" scan - -q --store "$store" <"$t/stream" >/dev/null 2>&1 &
victim=$!
for ((i = 0; i < 100; i++)); do
  [[ $(sqlite3 "$store" 'SELECT MAX(number) FROM run') == 4 ]] && break
  sleep 0.05
done
kill -9 "$victim"
wait "$victim" 2>/dev/null || :
exec 9>&-
same "killed" "4|started|" "$(outcomes | tail -n 1)"
"$STRAYKEY" evidence verify --store "$store" >"$t/out"
grep -q '^note: run 4, started at .*, has not finished$' "$t/out"
grep -q ' 4 runs, 0 problems$' "$t/out"

# A disk that is full: here files may not grow beyond what the store has already, and a write
# beyond that fails instead of killing.
python3 - "$t/repo/many.txt" "$SOURCE_DIR" <<'PY'
import subprocess, sys
with open(sys.argv[1], "w") as out:
    for i in range(60):
        out.write(subprocess.check_output(
            [sys.executable, sys.argv[2] + "/tests/support/make_secret.py", "github", str(i)],
            text=True).strip() + "\n")
PY
before=$(sqlite3 "$store" 'SELECT sequence, hash FROM head')
(
  trap '' XFSZ
  ulimit -f 48
  status "$STRAYKEY" scan "$t/repo" -q --format csv --store "$store"
  same "exit code on a full disk" 2 "$code"
)
grep -q "^straykey: $store: " "$t/err"
"$STRAYKEY" evidence verify --store "$store" >"$t/out" || { cat "$t/out" && exit 1; }
same "what was there is there" "$before" \
  "$(sqlite3 "$store" "SELECT sequence, hash FROM record WHERE sequence = ${before%%|*}")"
status "$STRAYKEY" scan "$t/repo" -q --store "$store"
same "it goes on" 1 "$code"
"$STRAYKEY" evidence verify --store "$store" >/dev/null

# What is no store is not written to.
echo "my diary" >"$t/diary"
status "$STRAYKEY" scan "$t/repo" -q --store "$t/diary"
same "exit code" 2 "$code"
same "said" "straykey: $t/diary: is not a store of straykey" "$(cat "$t/err")"
same "untouched" "my diary" "$(cat "$t/diary")"
status "$STRAYKEY" scan "$t/repo" -q --store "$t/no/store"
same "exit code" 2 "$code"
[[ ! -s $t/out ]]
