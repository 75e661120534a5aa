#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# JSON validates against the schema that the program prints, SARIF against the standard's
# schema and Microsoft's validator with GitHub's rules, and all formats tell the same
# findings. Validators that are not here are named and passed over.
source "$(dirname "$0")/common.inc"

git init -q "$t/repo" && cd "$t/repo"
for n in 1 2 3; do printf 'token = "%s"\n' "$(secret github "$n")" >"file $n.txt" && commit "$n"; done
git rm -q 'file 2.txt' && commit "remove one"
printf '"%s",\n' "$(secret npm hostile)" >$'\e[31mred\n\xff.txt' && commit "a hostile name"
head -c 3000 /dev/urandom >damaged.zip && printf 'PK\x03\x04' | dd of=damaged.zip conv=notrunc status=none
commit "left out"

printf '{{#findings}}\n{{id}} {{signature.id}}\n{{/findings}}\n' >"$t/list.txt"
status "$STRAYKEY" scan . --format "json=$t/r.json" --format "jsonl=$t/r.jsonl" \
  --format "sarif=$t/r.sarif" --format "csv=$t/r.csv" --format text \
  --format "compact=$t/r.compact" --format "github=$t/r.github" --format "gitlab=$t/r.gitlab" \
  --format "codequality=$t/r.codequality" --format "junit=$t/r.junit" \
  --format "markdown=$t/r.markdown" --format "bitbucket=$t/r.bitbucket" --format "ocsf=$t/r.ocsf" \
  --format "template=$t/r.template" --template "$t/list.txt"
same "exit code" 1 "$code"
"$STRAYKEY" report --schema >"$t/schema.json"

schemas=${SCHEMAS_DIR:-}  # a folder of published schemas
python3 - "$t" "$schemas" <<'PYTHON'
import csv, json, os, re, sys
import xml.etree.ElementTree as ElementTree
folder, schemas = sys.argv[1:]
report = json.load(open(f"{folder}/r.json"))
lines = [json.loads(line) for line in open(f"{folder}/r.jsonl")]
sarif = json.load(open(f"{folder}/r.sarif"))
rows = list(csv.DictReader(open(f"{folder}/r.csv", newline="")))
ids = [f["id"] for f in report["findings"]]
assert len(ids) == 4, ids
assert [l["id"] for l in lines if l["type"] == "finding"] == ids
assert [r["partialFingerprints"]["straykey/v1"] for r in sarif["runs"][0]["results"]] == ids
assert sorted(set(r["id"] for r in rows)) == sorted(ids)
assert lines[-1]["type"] == "summary" and lines[-1]["summary"]["findings"] == 4
def read(name):
    return open(f"{folder}/r.{name}").read()

# GitLab: what the schema 15.0 requires of each part.
gitlab = json.loads(read("gitlab"))
assert {"scan", "version", "vulnerabilities"} <= set(gitlab), gitlab.keys()
scan = gitlab["scan"]
assert {"analyzer", "scanner", "start_time", "end_time", "status", "type"} <= set(scan)
assert scan["type"] == "secret_detection" and scan["status"] == "success", scan
for when in ("start_time", "end_time"):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", scan[when]), scan[when]
for tool in (scan["analyzer"], scan["scanner"]):
    assert tool["id"] and tool["name"] and tool["version"] and tool["vendor"]["name"]
assert [v["id"] for v in gitlab["vulnerabilities"]] == ids
for one in gitlab["vulnerabilities"]:
    assert one["severity"] in ("Info", "Unknown", "Low", "Medium", "High", "Critical")
    assert one["location"]["commit"]["sha"] and one["identifiers"]
    assert all(i["type"] and i["name"] and i["value"] for i in one["identifiers"])

quality = json.loads(read("codequality"))
assert [q["fingerprint"] for q in quality] == ids
for one in quality:
    assert one["severity"] in ("info", "minor", "major", "critical", "blocker")
    assert one["location"]["path"] and one["location"]["lines"]["begin"] >= 1

# JUnit: counts that agree with what is there, and names that must be there.
suite = ElementTree.fromstring(read("junit").encode()).find("testsuite")
cases = suite.findall("testcase")
assert all(c.get("name") and c.get("classname") for c in cases)
assert int(suite.get("tests")) == len(cases) == 5, suite.attrib
assert int(suite.get("failures")) == len(suite.findall("testcase/failure")) == 4
assert int(suite.get("errors")) == len(suite.findall("testcase/error")) == 0

commands = read("github").splitlines()
assert len(commands) == 4 and all(re.match(r"::error file=[^,]+,line=\d+,", c) for c in commands)
bitbucket = json.loads(read("bitbucket"))
assert bitbucket["report"]["result"] == "FAILED"
assert [a["external_id"] for r in bitbucket["annotations"] for a in r] == ["straykey-" + i for i in ids]
events = [json.loads(line) for line in read("ocsf").splitlines()]
assert [e["class_uid"] for e in events] == [2004] * 4 + [6007]
assert [e["finding_info"]["uid"] for e in events[:4]] == ids
assert all(e["type_uid"] == e["class_uid"] * 100 + e["activity_id"] for e in events)
assert read("markdown").startswith("## straykey: 4 new findings\n")
assert [line.split()[0] for line in read("template").splitlines()] == ids
# Every line of the compact form is taken by one of the two problem matchers.
matchers = json.load(open(os.environ["SOURCE_DIR"] + "/integrations/problem-matcher.json"))
patterns = [m["pattern"][0]["regexp"] for m in matchers["problemMatcher"]]
for line in read("compact").splitlines():
    assert sum(bool(re.match(p, line)) for p in patterns) == 1, line
assert len(read("compact").splitlines()) == 4
assert not any("\x1b" in read(n) for n in ("compact", "github", "gitlab", "codequality", "junit",
                                           "markdown", "bitbucket", "ocsf", "template"))
assert not any("\x1b" in open(f"{folder}/{n}").read() for n in ("r.json", "r.sarif", "r.csv", "out"))
try:
    import jsonschema
except ImportError:
    sys.exit(print("passed over: python3-jsonschema is not installed"))
valid = jsonschema.Draft202012Validator(json.load(open(f"{folder}/schema.json")))
valid.validate(report)
assert list(valid.iter_errors({**report, "findings": None})), "a broken report passes"
standard = f"{schemas}/sarif-schema-2.1.0.errata01.json"
if os.path.exists(standard):
    valid = jsonschema.Draft4Validator(json.load(open(standard)))
    valid.validate(sarif)
    assert list(valid.iter_errors({**sarif, "version": "2.2.0"})), "a broken report passes"
else:
    print(f"passed over: the SARIF schema is not at {standard}")
distilled = f"{schemas}/gitlab-secret-detection-15.0.7.distilled.json"
if os.path.exists(distilled):
    valid = jsonschema.Draft7Validator(json.load(open(distilled)))
    valid.validate(gitlab)
    assert list(valid.iter_errors({**gitlab, "version": "new"})), "a broken report passes"
else:
    print(f"passed over: GitLab's schema is not at {distilled}")
PYTHON

multitool=$(find "$SOURCE_DIR/build/tools" -name Sarif.Multitool -type f 2>/dev/null | head -1 || true)
if [[ -n $multitool ]]; then
  chmod u+x "$multitool"
  judge() {
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$multitool" validate "$1" --rule-kind 'Sarif;Ghas' >"$t/multitool"
  }
  judge "$t/r.sarif"
  if grep -E ': error ' "$t/multitool"; then exit 1; fi
  grep -q 'Analysis completed successfully' "$t/multitool"
  # It does judge by the rules of GitHub: a result has to stand somewhere.
  jq 'del(.runs[0].results[0].locations)' "$t/r.sarif" >"$t/nowhere.sarif"
  judge "$t/nowhere.sarif" || true
  grep -qE ': error GH[0-9]+' "$t/multitool"
else
  echo "passed over: sarif-multitool is not in build/tools (./run test --all installs it)"
fi
