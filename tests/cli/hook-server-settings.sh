#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a server's owner may configure: a push option that lets a push through and is recorded,
# and a deadline after which a push is refused or accepted. A repository cannot set either.
source "$(dirname "$0")/common.inc"
source "$(dirname "$0")/hook.inc"

config=$XDG_CONFIG_HOME/straykey/config.toml
mkdir -p "$(dirname "$config")"
git init -q --bare "$t/bare.git" && git -C "$t/bare.git" config receive.advertisePushOptions true
hooks "$t/bare.git/hooks" pre-receive
git init -q "$t/repo" && cd "$t/repo" && git remote add origin "$t/bare.git"
plant new file && commit one

# Without a configuration the option means nothing.
blocked file:1:10 git push -o let-in=because origin main
grep -q 'Bypass: only whoever' "$t/err"
printf '[hook]\noverride = "let-in"\noverride-log = "%s"\n' "$t/log" >"$config"
blocked file:1:10 git push origin main
grep -q "Bypass: git push -o 'let-in=REASON'" "$t/err"
blocked file:1:10 git push -o other=because origin main
status git push -o let-in origin main && grep -q 'say why' "$t/err" && same "no reason" 1 "$code"
[[ ! -e $t/log ]]
REMOTE_USER=ann status git push -o 'let-in=a test, "revoked"' origin main && same "passes" 0 "$code"
python3 - "$t/log" "$(git rev-parse main)" "$(secret github new)" <<'PYTHON'
import json, sys
(line,) = open(sys.argv[1])
record = json.loads(line)
assert sys.argv[3] not in line
assert record["who"] == "ann" and record["reason"] == 'a test, "revoked"', record
assert record["refs"] == [{"name": "refs/heads/main", "before": "0" * 40, "after": sys.argv[2]}]
assert [f["path"] for f in record["findings"]] == ["file"] and record["complete"] is True
PYTHON

# What cannot be recorded does not pass.
printf '[hook]\noverride = "let-in"\noverride-log = "/proc/nothing"\n' >"$config"
plant other another && commit two
status git push -o let-in=because origin main && same "no record" 1 "$code"
grep -q 'nothing is let through' "$t/err"
git reset -q --hard HEAD~1

# A deadline.
seq 8000000 >much && commit much
printf '[hook]\ndeadline = 0.1\n' >"$config"
status git push origin main && same "late" 1 "$code" && grep -q 'push refused: the time' "$t/err"
printf '[hook]\ndeadline = 0.1\nafter-deadline = "accept"\n' >"$config"
status git push origin main && same "late, accepted" 0 "$code" && grep -q 'is NOT scanned' "$t/err"
printf '[hook]\ndeadline = 600\n' >"$config" && rm much && commit less && passes git push origin main

# A repository cannot.
rm "$config" && printf '[hook]\ndeadline = 0.1\n' >.straykey.toml
status "$STRAYKEY" hook && same "of a repository" 2 "$code" && grep -q 'a repository cannot set' "$t/err"
for wrong in 'deadline = "4s"' 'deadline = 0' 'after-deadline = "x"' 'override = "a"' 'overide = 1'; do
  printf '[hook]\n%s\n' "$wrong" >"$config"
  status "$STRAYKEY" hook --no-config && same "not read" 0 "$code"
  rm -f .straykey.toml
  status "$STRAYKEY" hook && same "$wrong" 2 "$code" && grep -q 'config.toml:[12]: ' "$t/err"
done
