#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A finding says which conditions hold and because of what, and which ids of which frameworks
# follow, from nothing but what the scan saw; all formats say the same.
source "$(dirname "$0")/common.inc"

# shop: a token in a pipeline and, by someone else, in tests; a key that was removed.
git init -q "$t/shop" && cd "$t/shop"
mkdir -p .github/workflows tests
printf 'token: %s\n' "$(secret github shared)" >.github/workflows/ci.yml && commit "pipeline"
printf 'T = "%s"\n' "$(secret github shared)" >tests/api.py
printf 'T = "%s"\n' "$(secret npm gone)" >old.py && commit "tests"
git rm -q old.py && commit "remove a token"
# bank: the same token, but no commit of shop's. mirror: shop's own commits.
git init -q "$t/bank" && cd "$t/bank"
printf 'T=%s\n' "$(secret github shared)" >prod.env && commit "bank"
git clone -q "$t/shop" "$t/mirror"
cd "$t"
printf 'T=%s\n' "$(secret npm local)" >.env && chmod 640 .env && mkdir files && mv .env files

status "$STRAYKEY" scan shop bank files --format "json=$t/r.json" --format "sarif=$t/r.sarif" \
  --format "csv=$t/r.csv" --format text
same "exit code" 1 "$code"
cat >"$t/check.py" <<'PYTHON'
import csv, json, sys
report = json.load(open(sys.argv[1] + "/r.json"))
def ids(finding): return [c["id"] for c in finding["conditions"]]
def because(finding, wanted):
    return next(c["level"] + ": " + c["because"] for c in finding["conditions"] if c["id"] == wanted)
by_places = {len(f["occurrences"]): f for f in report["findings"] if f["signature"]["id"].startswith("github")}
shared = by_places[3]
gone, local = sorted((f for f in report["findings"] if f is not shared), key=lambda f: f["at_tip"])
assert ids(shared) == ["C01", "C03", "C04", "C05", "C07", "C10", "C15", "C16", "C19"], shared["conditions"]
assert because(shared, "C04") == "direct: it stands in 2 repositories that share no commit with it: bank and shop"
assert because(shared, "C05") == "inferred: prod.env:1 is of production, tests/api.py:1 of test"
assert because(shared, "C07") == "direct: .github/workflows/ci.yml:1 is CI/CD or deployment configuration"
assert because(shared, "C16") == "inferred: it is of a person, and .github/workflows/ci.yml:1 is automation"
assert ids(gone)[:2] == ["C01", "C02"] and "C03" not in ids(gone), gone["conditions"]
assert because(local, "C20") == "direct: .env has the mode 0640", local["conditions"]

# Nothing is mapped but by a condition that holds, and what is mapped exists there.
for finding in report["findings"]:
    assert finding["mappings"]
    for mapping in finding["mappings"]:
        assert set(mapping["conditions"]) <= set(ids(finding)), mapping
control = next(m for m in shared["mappings"] if m["id"] == "A.5.17")
assert (control["kind"], control["guidance"], control["relation"]) == ("control", "5.17", "primary")
clauses = {m["id"] for m in shared["mappings"] if m["framework"] == "iso27001-2022" and m["kind"] == "requirement"}
assert clauses == {"5.3", "9.1"}, clauses  # 5.3: nobody answers for it
assert [m["id"] for m in gone["mappings"] if m["framework"] == "owasp-nhi-2025"] == ["NHI1:2025", "NHI2:2025", "NHI3:2025", "NHI7:2025"]

# SARIF and CSV say the same.
sarif = json.load(open(sys.argv[1] + "/r.sarif"))["runs"][0]
for finding, result in zip(report["findings"], sarif["results"]):
    primary = [(m["framework"], m["id"]) for m in finding["mappings"] if m["relation"] == "primary"]
    assert [(x["toolComponent"]["name"], x["id"]) for x in result["taxa"]] == primary
    for x in result["taxa"]:
        taxonomy = sarif["taxonomies"][x["toolComponent"]["index"]]
        assert taxonomy["name"] == x["toolComponent"]["name"]
        assert taxonomy["taxa"][x["index"]]["id"] == x["id"]
for row in csv.DictReader(open(sys.argv[1] + "/r.csv", newline="")):
    finding = next(f for f in report["findings"] if f["id"] == row["id"])
    assert row["conditions"].split() == ids(finding)
    assert row["risks"].split() == [m["id"] for m in finding["mappings"] if m["kind"] == "risk" and m["relation"] == "primary"]
PYTHON
python3 "$t/check.py" "$t"
grep -qE '^  risk: NHI2 .* · A\.5\.17 .*\(C0' "$t/out"
grep -qF 'removed from tip, still in history (C02)' "$t/out"
(($(grep '^  risk:' "$t/out" | wc -L) <= 100))

# A clone is no second application.
"$STRAYKEY" scan shop mirror -q --format json >"$t/clone.json" || true
python3 - "$t/clone.json" <<'PYTHON'
import json, sys
for f in json.load(open(sys.argv[1]))["findings"]:
    assert "C04" not in [c["id"] for c in f["conditions"]]
PYTHON

# A run that is to be reproducible looks at no clock: what commits of three minutes show is not
# long exposure, however long ago they are.
"$STRAYKEY" scan shop -q --reproducible --format json >"$t/reproducible.json" || true
python3 - "$t/reproducible.json" <<'PYTHON'
import json, sys
for f in json.load(open(sys.argv[1]))["findings"]:
    assert f["conditions"] and "C03" not in [c["id"] for c in f["conditions"]]
PYTHON

# What was not scanned is a condition of the run.
head -c 3000 /dev/urandom >shop/a.zip && printf 'PK\x03\x04' | dd of=shop/a.zip conv=notrunc status=none
"$STRAYKEY" scan shop -q --format json >"$t/gap.json" || true
python3 - "$t/gap.json" <<'PYTHON'
import json, sys
summary = json.load(open(sys.argv[1]))["summary"]
assert [c["id"] for c in summary["conditions"]] == ["C24"], summary["conditions"]
assert "4.3" in [m["id"] for m in summary["mappings"] if m["kind"] == "requirement"]
PYTHON

# An organisation's own crosswalk.
mkdir own
cat >own/own.toml <<'TOML'
[[condition]]
id = "C01"
[condition.primary]
owasp-nhi-2025 = ["NHI2:2025"]
cwe = ["CWE-540"]
iso27001-2022 = ["A.5.17"]
TOML
"$STRAYKEY" scan files -q --frameworks own --format json >"$t/own.json" || true
python3 - "$t/own.json" <<'PYTHON'
import json, sys
[finding] = json.load(open(sys.argv[1]))["findings"]
by_c01 = [m["id"] for m in finding["mappings"] if m["relation"] == "primary" and m["conditions"][0] == "C01"]
assert "A.8.28" not in by_c01 and "CWE-540" in by_c01, by_c01
PYTHON
echo 'x = 1' >own/own.toml
status "$STRAYKEY" scan files --frameworks own
same "exit code" 2 "$code"
same "message" "straykey: own/own.toml:1: unknown key 'x'" "$(cat "$t/err")"
