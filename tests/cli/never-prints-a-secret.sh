#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No report, log or message has more of a secret than its redacted form: every output is
# searched for the planted values, for long pieces of them, and by the program itself.
source "$(dirname "$0")/common.inc"

git init -q "$t/repo" && cd "$t/repo"
for kind in github npm sendgrid pem; do secret "$kind" planted >"$t/$kind.secret"; done
secret password planted >"$t/password.secret"
{
  printf 'github: %s\n' "$(cat "$t/github.secret")"
  printf 'npm = "%s"\n' "$(cat "$t/npm.secret")"
  printf 'SENDGRID_API_KEY=%s\n' "$(cat "$t/sendgrid.secret")"
  printf 'password = "%s"\n' "$(cat "$t/password.secret")"
  printf 'url = postgres://admin:%s@db.corp.test:5432/app\n' "$(secret github urlpass)"
  cat "$t/pem.secret"
} >secrets.txt
secret github urlpass >"$t/urlpass.secret"
commit "secrets of several kinds"
cp secrets.txt untracked.txt

outputs=$t/outputs && mkdir "$outputs"
for format in text json jsonl sarif csv; do
  status "$STRAYKEY" scan . --format "$format" --verbose --places 0
  same "exit code of $format" 1 "$code"
  cat "$t/out" "$t/err" >"$outputs/$format"
done
"$STRAYKEY" baseline create . -o "$outputs/baseline" >"$outputs/baseline-create" 2>&1
status "$STRAYKEY" scan . --explain-scope
cat "$t/out" "$t/err" >"$outputs/explain-scope"
status "$STRAYKEY" scan "$(cat "$t/github.secret")/nowhere"  # a mistake people make
status "$STRAYKEY" signatures explain github.personal-token
cat "$t/out" >"$outputs/explain"

python3 - "$t" "$outputs" <<'PYTHON'
import glob, os, sys
problems = []
for path in glob.glob(sys.argv[1] + "/*.secret"):
    value = open(path).read().strip()
    if path.endswith("/sendgrid.secret"):
        value = value.rsplit(".", 1)[1]  # before it stands the key's id, which is no secret
    lines = [l for l in value.split("\n") if not l.startswith("-----")]
    pieces = {l[i : i + 10] for l in lines for i in range(len(l) - 9)}
    for output in glob.glob(sys.argv[2] + "/*"):
        text = open(output, errors="replace").read()
        if any(piece in text for piece in pieces):
            problems.append(f"{os.path.basename(output)} shows a part of {os.path.basename(path)}")
print("\n".join(problems))
sys.exit(bool(problems))
PYTHON
status "$STRAYKEY" scan "$outputs" --no-inline-allow
same "findings in our own output" 0 "$code"
