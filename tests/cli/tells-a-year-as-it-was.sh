#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A year of an organisation: a scan on every Monday of 2025 at 03:00 by a clock that is set, real
# repositories that come, change and go, people who decide, do, join and leave. Then the packs of
# its quarters: their numbers are those counted by hand below, each reconciles to the reports that
# the runs gave at the time, what did not happen is a gap, and a pack made twice is the same.
source "$(dirname "$0")/common.inc"
for tool in faketime openssl ssh-keygen jq; do command -v $tool >/dev/null || skip "$tool is not here"; done
export STRAYKEY_STORE=$t/store.db

day_of() { date -u -d "2025-01-06 +$((7 * $1 + ${2:-0})) days" +%F; }  # day_of WEEK [DAYS]
straykey() { by_clock "$today $hour" "$STRAYKEY" "$@"; }
# change REPOSITORY COMMAND...: committed at noon on the Friday before the week's scan.
change() {
  local repository=$1
  shift
  [[ -d $t/$repository ]] || {
    git init -q "$t/$repository"
    git -C "$t/$repository" remote add origin "https://git.example.test/acme/$repository"
  }
  clock=$(date -u -d "$(day_of "$week" -3) 12:00" +%s)
  (cd "$t/$repository" && "$@" && commit "week $week")
}
plant() { secret "$1" "$2" >"$2.py"; }
# Findings are named by the file that they stand in.
id() { jq -r --arg path "$1" 'first(.findings[] | select(.occurrences[0].path == $path) | .id)' "$t"/run-*.json | grep -m 1 .; }
on() { today=$(day_of "$1" "$2") hour=12:00:00; shift 2; straykey "$@" >/dev/null 2>&1; }

runs=0
scan() {  # scan REPOSITORY...
  runs=$((runs + 1))
  code=0
  (cd "$t" && straykey scan "$@" -q --jobs 1 --format "json=$t/run-$runs.json") 2>"$t/err" || code=$?
}

live() {  # live WEEK
  week=$1
  case $week in
    0) change shop eval 'mkdir .github; echo "* @payments" >.github/CODEOWNERS; plant github a' ;;
    3) change shop plant github g ;;
    5) change shop plant github b ;;
    8) change shop git rm -q g.py ;;
    10) change bank plant npm c ;;
    20) change shop git rm -q a.py
        change lab eval 'echo "* @lab" >CODEOWNERS; plant github d' ;;
    26) change shop plant github e ;;
    40) change bank openssl genrsa -traditional -out f.pem 2048 2>/dev/null ;;
    42) change shop plant github g ;;
  esac
  today=$(day_of "$week") hour=03:00:00
  local repositories=(shop)
  ((week < 10)) || repositories+=(bank)
  ((week < 20 || week > 37)) || repositories+=(lab)
  # In week 27 a disk has a bad day; in week 30 nobody starts the scan.
  local object
  if ((week == 27)); then
    object=$t/bank/.git/objects/$(git -C "$t/bank" rev-parse HEAD:c.py | sed 's|..|&/|')
    mv "$object" "$t/kept" && echo garbage >"$object"
  fi
  ((week == 30)) || scan "${repositories[@]}"
  if ((week == 27)); then
    mv -f "$t/kept" "$object"
    ((code > 0))
  fi
  case $week in
    6) on 6 1 decide treat "$(id b.py)" --reason "next release" --owner payments --due 2025-03-31 ;;
    11) on 11 1 decide accept "$(id c.py)" --reason "test bench" --owner bank --approver ciso --until "60 days" ;;
    15) today=$(day_of 15 2) && scan shop --history none ;;
    20) on 20 2 event revoked "$(id a.py)" --reference OPS-1 ;;
    21) on 21 1 decide close "$(id a.py)" ;;
    27) on 27 3 event rotated "$(id e.py)" --reference OPS-2 ;;
    32) on 32 2 event rotated "$(id c.py)" --reference OPS-3 ;;
    33) on 33 1 decide close "$(id c.py)" ;;
    40) cp "$t/bank/f.pem" "$t/key" && chmod 600 "$t/key"
        key=$(ssh-keygen -y -f "$t/key" | ssh-keygen -lf - | cut -d' ' -f2)
        register 40 1 eve@example.test ;;
    45) roster 45 1 left ;;
    47) register 47 1 team:ops
        on 47 1 event reassigned svc:bank --reference HR-9
        on 47 2 event reviewed svc:bank --reference OPS-4 ;;
  esac
}
register() {  # register WEEK DAYS OWNER
  printf 'nhi_id,name,owner,class,status,key_fingerprint\nsvc:bank,bank,%s,ordinary-service,active,%s\n' \
    "$3" "$key" >"$t/table.csv"
  touch -d "$(day_of "$1" "$2")" "$t/table.csv"
  on "$1" "$2" nhi import "$t/table.csv"
}
roster() {  # roster WEEK DAYS STATUS
  printf 'email,status\neve@example.test,%s\n' "$3" >"$t/roster.csv"
  touch -d "$(day_of "$1" "$2")" "$t/roster.csv"
  on "$1" "$2" nhi import "$t/roster.csv"
}
for week in {0..51}; do live "$week"; done

# pack NAME PERIOD [ARGUMENT...]: made twice, a year later.
pack() {
  local name=$1 period=$2
  shift 2
  for copy in "$name" again; do
    rm -rf "$t/again"
    "$STRAYKEY" evidence pack --period "$period" --out "$t/$copy" "$@" >/dev/null
  done
  diff -r "$t/$name" "$t/again"
  python3 "$SOURCE_DIR/tests/support/reconcile.py" "$t/$name" "$t"/run-*.json
}
printf 'git.example.test/acme/%s\n' shop vault >"$t/scope.txt"
pack q1 2025-01-01..2025-03-31
pack q2 2025-04-01..2025-06-30
pack q3 2025-07-01..2025-09-30
pack q4 2025-10-01..2025-12-31 --scope "$t/scope.txt"

# Counted by hand, days from noon of a commit, or from a run at 03:00, to the end of the quarter:
#   open         Q1 a 87, b 52, c 17, g 66   Q2 b 143, c 108, d 38, g 157   Q3 b 235, d 130, g 249
#                Q4 b 327, d 222, f 82, g 341
#   to void      a 142 in Q2; e 10 and c 156 in Q3
#   identities   one for each; a's is retired; nobody owns c's, whom only history suggests
#   plan         weeks that end in the quarter: one before the first run in Q1, weeks 27 and 30 in Q3
measured() {
  "$STRAYKEY" evidence metrics --json --period "$@" |
    jq -r '.rows[] | "\(.metric) \(.value // "-") \(.count)/\(.of)"' | grep -v "evidence-debt\|debt-interest"
}
quarters=(2025-01-01..2025-03-31 2025-04-01..2025-06-30 2025-07-01..2025-09-30)
for quarter in "${quarters[@]}"; do measured "$quarter" | cut -d' ' -f2- >"$t/of-$quarter"; done
measured 2025-10-01..2025-12-31 --scope "$t/scope.txt" >"$t/last"
same "measurements of four quarters" "\
ownership-coverage     75.0 3/4    75.0 3/4     80.0 4/5    83.3 5/6
exposure-age-median    52 4/0      108 4/0      235 3/0     222 4/0
exposure-age-p90       87 4/0      157 4/0      249 3/0     341 4/0
time-to-revoke-median  - 0/0       142 1/0      10 2/0      - 0/0
time-to-revoke-p90     - 0/0       142 1/0      156 2/0     - 0/0
rotation-on-time       0.0 0/4     0.0 0/4      40.0 2/5    33.3 2/6
review-on-time         0.0 0/4     0.0 0/4      0.0 0/5     16.7 1/6
exceptions-30          1 1/0       0 0/0        0 0/0       0 0/0
exceptions-90          0 0/0       0 0/0        0 0/0       0 0/0
exceptions-older       0 0/0       0 0/0        0 0/0       0 0/0
exceptions-ended       0 0/0       1 1/0        0 0/0       0 0/0
scan-coverage          100.0 2/2   100.0 3/3    100.0 3/3   50.0 1/2
runs-on-plan           92.3 12/13  100.0 13/13  84.6 11/13  100.0 13/13" \
  "$(paste -d' ' <(cut -d' ' -f1 "$t/last") "${quarters[@]/#/$t/of-}" <(cut -d' ' -f2- "$t/last") |
    awk '{ printf "%-22s %-11s %-12s %-11s %s\n", $1, $2 " " $3, $4 " " $5, $6 " " $7, $8 " " $9 }')"

gaps() { jq -r '.rows[] | "\(.kind): \(.what)"' "$t/$1/gaps.json" | sed 's/blob [0-9a-f]*: .*/blob/'; }
same "gaps" "\
missed window: no whole and complete run began from 2024-12-30 to 2025-01-05
missed window: no whole and complete run began from 2025-07-14 to 2025-07-20
not complete: run 29 is incomplete: bank: blob
missed window: no whole and complete run began from 2025-08-04 to 2025-08-10
never scanned: git.example.test/acme/vault is in the declared scope, and no run of the period looked at it" \
  "$(for quarter in q1 q2 q3 q4; do gaps $quarter; done)"
same "where C24 holds" "q1 q3 q4" \
  "$(cd "$t" && grep -l C24 q?/period-conditions.csv | cut -d/ -f1 | paste -sd' ')"

# Whose the key of bank was, in November, after its owner had left, and at the end of the year.
pack november 2025-11-01..2025-11-30
same "the key" "november eve@example.test no C08
q4 team:ops yes -" "$(for pack in november q4; do
  jq -r --arg pack $pack '.rows[] | select(.path == "f.pem") |
    "\($pack) \(.owner) \(.accountable) \(if .conditions | index("C08") then "C08" else "-" end)"' \
    "$t/$pack/findings.json"
done)"
same "work at the end of the year" "a.py closed
b.py overdue
c.py closed
d.py not decided
e.py void, not closed
f.pem not decided
g.py back" "$(jq -r '.rows[] | "\(.path) \(.work)"' "$t/q4/findings.json" | sort)"
"$STRAYKEY" evidence verify >"$t/out"
grep -q ' 52 runs, 0 problems$' "$t/out"

# A pack is input: nothing in it says that a control or a requirement is met.
for quarter in q1 q2 q3 q4; do
  same "what of $quarter says that it is met" "" \
    "$(grep -rilE '\bcompliant\b|\bconformant\b' "$t/$quarter" || true)"
  same "what $quarter says of controls" "to be stated by the organisation" \
    "$(jq -r '.rows[].implemented' "$t/$quarter/soa-input.json" | sort -u)"
  same "controls of $quarter" 93 "$(jq '.rows | length' "$t/$quarter/soa-input.json")"
done
