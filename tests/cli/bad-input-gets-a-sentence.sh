#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What people get wrong, and what disks do, gets one whole sentence with a place on standard
# error, the right exit code, and never looks like a finding or like a clean run.
source "$(dirname "$0")/common.inc"

# expect CODE 'REGEX of standard error' ARGUMENTS...
expect() {
  local want=$1 message=$2
  shift 2
  status "$STRAYKEY" "$@"
  same "exit code of: $*" "$want" "$code"
  grep -Eq "$message" "$t/err" || {
    printf '%s: said\n' "$*" >&2
    cat "$t/err" "$t/out" >&2
    return 1
  }
}

git init -q "$t/repo" && cd "$t/repo"
printf 'token = "%s"\n' "$(secret github leak)" >leak.txt && commit leak

expect 2 '^straykey: .*nowhere: no such file or directory' scan "$t/nowhere"
mkdir "$t/folder" && echo text >"$t/folder/file"
expect 2 'is not a git repository, so --range has nothing to select' scan "$t/folder" --range A..B
expect 2 "range 'nothing'.*no such branch, tag or commit" scan . --range nothing..HEAD
expect 2 'BASE..HEAD' scan . --range HEAD
expect 2 "no ref 'no-such-ref'" scan . --ref no-such-ref
expect 2 "is not a date" scan . --since 'the day before'
expect 2 'unknown|not.*expected|unexpected' scan . --no-such-option
expect 2 "jsn" scan . --format jsn

printf '[scan]\njobz = 3\n' >"$t/bad.toml"
expect 2 "bad.toml:2: .*jobz.*did you mean 'jobs'" scan . --config "$t/bad.toml"
printf '[scan]\njobs = = 3\n' >"$t/broken.toml"
expect 2 'broken.toml:2' scan . --config "$t/broken.toml"

printf 'provider = "x"\n[[signature]]\nid = "x.y"\npattern = 5\n' >"$t/x.toml"
expect 2 'x.toml:' scan . --signatures "$t/x.toml"
expect 2 'no-such-signature' scan . --enable no-such-signature
printf 'not a baseline\n' >"$t/baseline"
expect 2 'baseline:1' scan . --baseline "$t/baseline"

# The report cannot be written: it is lost, so this is neither 0 nor 1.
expect 2 'no space left' scan . --format json=/dev/full
code=0
"$STRAYKEY" scan . --format json >/dev/full 2>"$t/err" || code=$?
same "exit code with a full standard output" 2 "$code"
grep -qi 'no space left' "$t/err"
expect 2 'cannot be written' scan . --format "json=$t/no/such/folder/report.json"

# A reader that has seen enough is no error of ours.
code=0
{ "$STRAYKEY" scan . --format json 2>"$t/err" || echo $? >"$t/code"; } | head -c 1 >/dev/null
same "exit code after a broken pipe" 1 "$(cat "$t/code")"

# An empty repository is clean.
git init -q "$t/empty"
status "$STRAYKEY" scan "$t/empty"
same "exit code of an empty repository" 0 "$code"

# What cannot be read makes a run incomplete: 3 without findings, 1 with them.
mkdir "$t/damaged" && cd "$t/damaged" && git init -q .
seq 2000 >numbers && commit one && seq 3000 >numbers && commit two && git repack -adq
pack=$(ls .git/objects/pack/*.pack)
chmod u+w "$pack" && truncate -s -2000 "$pack"
status "$STRAYKEY" scan .
same "exit code of a truncated pack" 3 "$code"
grep -q INCOMPLETE "$t/out"

mkdir "$t/lost" && cd "$t/lost" && git init -q . && echo text >file && commit one
object=$(git rev-parse HEAD:file) && rm -f ".git/objects/${object:0:2}/${object:2}"
status "$STRAYKEY" scan . --format json
same "exit code of a lost object" 3 "$code"
grep -q "$object" "$t/out"

if ((EUID != 0)); then
  mkdir "$t/closed" && echo text >"$t/closed/file" && chmod 0 "$t/closed/file"
  expect 3 '' scan "$t/closed"
  grep -q 'permission denied' "$t/out"
else  # root reads everything; ask as somebody else
  mkdir "$t/closed" && echo text >"$t/closed/file" && chmod 0 "$t/closed/file"
  chmod 755 "$t" "$t/closed"
  cp "$STRAYKEY" "$t/straykey"  # the build folder may be closed to others
  code=0
  setpriv --reuid=65534 --regid=65534 --clear-groups "$t/straykey" scan "$t/closed" \
    --no-config >"$t/out" 2>"$t/err" || code=$?
  same "exit code with an unreadable file" 3 "$code"
  grep -q 'permission denied' "$t/out"
fi
