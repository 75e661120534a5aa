#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# While git repacks, prunes and receives commits, every scan finds all that was there when
# it began, or says what it could not read. It never ends otherwise, and always ends.
source "$(dirname "$0")/common.inc"
rounds=${STRAYKEY_REPACK_ROUNDS:-24}

plant() { printf 'token = "%s"\n' "$(secret github "$1")"; }
git init -q "$t/work" && cd "$t/work"
seq 400 >file.txt && commit start
for n in $(seq 40); do
  sed -i "$((n * 9))s/.*/edited $n/" file.txt
  ((n % 4)) || plant "old$n" >>file.txt
  mkdir -p "deep/$n" && cp file.txt "deep/$n/copy.txt"
  commit "edit $n"
done
plant message | git commit -q --allow-empty -F -
git clone -q --bare "$t/work" "$t/busy.git"
git -C "$t/busy.git" config gc.auto 0

scan() { exec "$STRAYKEY" scan "$t/busy.git" --format json --reproducible "$@"; }
# old FILE: what the report says of commits that were there before, a line each.
old() {
  python3 - "$1" "$t/commits" <<'PYTHON'
import json, sys
report = json.load(open(sys.argv[1]))
old = set(open(sys.argv[2]).read().split())
for finding in report["findings"]:
    for o in finding["occurrences"]:
        if o["commit"] in old:
            print(finding["id"], finding["signature"]["id"], o["commit"], o["path"], o["line"], o["blob"])
PYTHON
}
git rev-list --all >"$t/commits"
status eval '(scan)'
same "exit code of the quiet scan" 1 "$code"
old "$t/out" | sort >"$t/expected"
(($(wc -l <"$t/expected") > 200)) || { echo "few findings: this would prove little"; exit 1; }

# Somebody pushes, repacks in every way, and prunes at once what nothing holds any more.
busy() {
  local n=0
  cd "$t/busy.git"
  while [[ ! -e $t/enough ]]; do
    n=$((n + 1))
    blob=$(printf 'round %d\n' "$n" | git hash-object -w --stdin)
    tree=$({ git ls-tree main && printf '100644 blob %s\tround.txt\n' "$blob"; } | sort -u -k4 | git mktree)
    commit=$(git commit-tree -p main -m "round $n" "$tree")
    git update-ref refs/heads/new "$commit"
    case $((n % 5)) in
      0) git repack -adq ;;
      1) # what this round brought goes at once, maybe under a scan that began with it
        git update-ref -d refs/heads/new && git gc -q --prune=now ;;
      2) git repack -dq && git multi-pack-index write 2>/dev/null ;;
      3) git repack -adfq --depth=100 ;;
      4) git pack-refs --all && git unpack-objects -q <"$(ls objects/pack/*.pack | head -n 1)" && git repack -aq ;;
    esac
    echo "$n" >"$t/turn" && mv "$t/turn" "$t/turns"
  done
}
echo 0 >"$t/turns"
busy >"$t/busy.log" 2>&1 &
busy=$!
trap 'touch "$t/enough"; wait; rm -rf "$t"' EXIT
complete=0 said=0
for round in $(seq "$rounds"); do
  options=()
  case $((round % 4)) in
    1) options=(--no-delta-matching) ;;
    2) options=(--jobs 1) ;;
    3) options=(--git-reader compat) ;;
  esac
  # Somewhere on its way the scan stands still until git is two turns further.
  scan "${options[@]}" >"$t/out" 2>"$t/err" &
  scan=$!
  sleep "0.0$((RANDOM % 10))$((RANDOM % 10))"
  if kill -STOP "$scan" 2>/dev/null; then
    turn=$(cat "$t/turns")
    until ((turn + 2 <= $(cat "$t/turns"))); do
      kill -0 "$busy" || { cat "$t/busy.log"; exit 1; }
      sleep 0.05
    done
    kill -CONT "$scan" 2>/dev/null || true
  fi
  code=0
  wait "$scan" || code=$?
  # Findings come before incompleteness in the exit code.
  [[ $code == 1 || $code == 3 ]] || { cat "$t/err"; same "exit code in round $round" "1 or 3" "$code"; }
  old "$t/out" | sort >"$t/actual"
  if grep -q '"complete": true' "$t/out"; then
    complete=$((complete + 1))
    diff "$t/expected" "$t/actual" || { echo "silently, round $round: ${options[*]}"; exit 1; }
  else
    said=$((said + 1))
    # Nothing may be made up; what is missing has been said.
    test -z "$(comm -13 <(cut -d' ' -f1-3 "$t/expected" | sort -u) <(cut -d' ' -f1-3 "$t/actual" | sort -u))"
    python3 -c 'import json, sys; sys.exit(not json.load(open(sys.argv[1]))["coverage"]["failed"])' "$t/out"
  fi
done
touch "$t/enough"
wait "$busy" || { cat "$t/busy.log"; exit 1; }
echo "$rounds scans during $(cat "$t/turns") turns of git: $complete complete, $said said what was missing"
# Only with a ref that goes can something be missing, so most scans are complete.
(($(cat "$t/turns") > 3 && complete > said))
