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

status "$STRAYKEY" scan . --format "json=$t/r.json" --format "jsonl=$t/r.jsonl" \
  --format "sarif=$t/r.sarif" --format "csv=$t/r.csv" --format text
same "exit code" 1 "$code"
"$STRAYKEY" report --schema >"$t/schema.json"

schemas=${STRAYKEY_SCHEMAS:-}  # a folder of published schemas
python3 - "$t" "$schemas" <<'PYTHON'
import csv, json, os, sys
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
assert not any("\x1b" in open(f"{folder}/{n}").read() for n in ("r.json", "r.sarif", "r.csv", "out"))
try:
    import jsonschema
except ImportError:
    sys.exit(print("passed over: python3-jsonschema is not installed"))
jsonschema.Draft202012Validator(json.load(open(f"{folder}/schema.json"))).validate(report)
standard = f"{schemas}/sarif-schema-2.1.0.errata01.json"
if os.path.exists(standard):
    jsonschema.Draft4Validator(json.load(open(standard))).validate(sarif)
else:
    print(f"passed over: the SARIF schema is not at {standard}")
PYTHON

multitool=$(find "$SOURCE_DIR/build/tools" -name Sarif.Multitool -type f 2>/dev/null | head -1 || true)
if [[ -n $multitool ]]; then
  chmod u+x "$multitool"
  DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$multitool" validate "$t/r.sarif" \
    --rule-kind 'Sarif;Ghas' >"$t/multitool"
  if grep -E ': error ' "$t/multitool"; then exit 1; fi
  grep -q 'Analysis completed successfully' "$t/multitool"
else
  echo "passed over: sarif-multitool is not in build/tools (./run test --all installs it)"
fi
