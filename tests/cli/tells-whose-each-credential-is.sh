# SPDX-License-Identifier: Apache-2.0
# A whole organisation, from the exports of its systems to the owner of each leaked
# credential: tests/support/organisation.tsv says what must come out.
source "$SOURCE_DIR/tests/cli/common.inc"
for tool in ssh-keygen openssl; do command -v $tool >/dev/null || skip "$tool is not here"; done

organisation=$SOURCE_DIR/tests/support/organisation.py
python3 "$organisation" make "$t/corp"
cd "$t/corp"
"$STRAYKEY" nhi import exports/* --register register.toml --as-of 2026-11-01 >"$t/out" 2>"$t/err" || {
  cat "$t/out" "$t/err"
  exit 1
}
"$STRAYKEY" nhi attest pypi:releaser --owner team:team-packages --by gina --register register.toml >/dev/null

"$STRAYKEY" scan repositories/* --config config.toml --register register.toml \
  --format json="$t/report.json" --fail-on never 2>"$t/err"
python3 "$organisation" check . "$t/report.json"

# One at a time gives the same as all at once.
"$STRAYKEY" scan repositories/orders --config config.toml --register register.toml \
  --format json --fail-on never 2>/dev/null >"$t/one.json"
python3 - "$t/report.json" "$t/one.json" <<'PYTHON'
import json, sys
both = [json.load(open(path))["findings"] for path in sys.argv[1:]]
whole = {finding["id"]: finding["nhi"] for finding in both[0]}
assert both[1]
for finding in both[1]:
    assert whole[finding["id"]] == finding["nhi"], finding["id"]
PYTHON

# What no register knows becomes candidates, which stay candidates.
"$STRAYKEY" nhi candidates repositories/* --config config.toml --register register.toml --json \
  --write first.toml >"$t/candidates.json" 2>/dev/null
"$STRAYKEY" nhi candidates repositories/* --config config.toml --register first.toml --json \
  >"$t/again.json" 2>/dev/null
python3 - "$t/report.json" "$t/candidates.json" "$t/again.json" <<'PYTHON'
import json, sys
report, first, again = (json.load(open(path)) for path in sys.argv[1:])
unknown = {f["nhi"]["id"] for f in report["findings"] if not f["nhi"]["registered"]}
listed = [candidate["id"] for candidate in first["candidates"]]
assert sorted(unknown) == sorted(listed) and len(set(listed)) == len(listed)
assert set(listed) <= {candidate["id"] for candidate in again["candidates"]}
PYTHON

# A repository may not bring a register of its own.
printf '[scan]\nregister = "mine.toml"\n' >repositories/tools/.straykey.toml
status "$STRAYKEY" scan repositories/tools
same "exit code" 2 "$code"
grep -q "a repository may not say whose its credentials are; use --register" "$t/err"
