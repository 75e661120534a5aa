#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Rules of other scanners become signatures that find what the rules found, and each rule is
# accounted for.
source "$(dirname "$0")/common.inc"
cd "$t"

# gitleaks: what is carried over whole, with a difference, and not at all.
cat >base.toml <<'TOML'
[[rules]]
id = "zen-token"
regex = '''zen_[a-z]{4}'''
[[rules]]
id = "unwanted"
regex = '''unwanted_[a-z]{20}'''
TOML
cat >.gitleaks.toml <<'TOML'
title = "ours"
[extend]
path = "base.toml"
disabledRules = ["unwanted"]
[[rules]]
id = "zen-token"
description = "Zen token"
regex = '''\bzen_([a-z0-9]{20})\b'''
keywords = ["zen_"]
entropy = 2
[[rules]]
id = "acme-key"
regex = '''(?i)[\w.-]{0,50}?acmecorp[\w.-]{0,20}\s*=\s*"([a-f0-9]{24,})"'''
secretGroup = 1
[[rules]]
id = "either"
regex = '''left=([0-9]{12})|right=([0-9]{14})'''
[[rules]]
id = "yaml-only"
regex = '''yamlkey: ([a-z0-9]{16})'''
path = '''\.ya?ml$'''
keywords = ["kubernetes"]
[[rules]]
id = "names-only"
path = '''\.p12$'''
[[rules]]
id = "looks-ahead"
regex = '''abc(?=def)'''
[[allowlists]]
description = "made up"
paths = ['''^vendor/''']
regexes = ['''^placeholder''']
stopwords = ["sample"]
TOML
status "$STRAYKEY" signatures import .gitleaks.toml --out imported/ --allow-out allow.toml
same "exit code" 0 "$code"
same "said" "\
straykey: .gitleaks.toml:5: rule 'zen-token': carried over as gitleaks.zen-token
straykey: .gitleaks.toml:11: rule 'acme-key': carried over as gitleaks.acme-key
straykey: .gitleaks.toml:15: rule 'either': carried over as gitleaks.either, gitleaks.either-2
straykey: .gitleaks.toml:18: rule 'yaml-only': carried over with a difference as gitleaks.yaml-only: its path becomes an [[allow]] rule; one of its keywords must stand within 64 KiB of the secret and outside of it, not just anywhere in the file
straykey: .gitleaks.toml:23: rule 'names-only': not carried over: it looks at the names of files; straykey looks into them
straykey: .gitleaks.toml:26: rule 'looks-ahead': not carried over: its pattern has, at byte 4, look-around, which neither of our engines has
straykey: 6 rules: 3 carried over, 1 with a difference, 2 not" "$(cat err)"
same "allow rules" "\
[[allow]]
signature = 'gitleaks.*'
path-regex = ['\\Avendor/']
reason = 'made up'

[[allow]]
signature = 'gitleaks.yaml-only'
outside-path-regex = ['\\.ya?ml\\z']
reason = 'the rule is for other paths'" "$(cat allow.toml)"
same "the first signature" "\
[[signature]]
id = 'gitleaks.zen-token'
name = 'Zen token'
risk = 'Whoever holds it can do what it was issued for; the rule it was imported from says no more.'
severity = 'high'
confidence = 'medium'
class = 'unknown'
pattern = ['\\bzen_(?P<secret>[0-9a-z]{20})\\b']
min_entropy = 2.0
except = ['(?:placeholder)(?s:.*)', '(?is:.*(?:sample).*)']
rotation = 'Find who issued it, revoke it there, and issue a new one.'
examples = ['zen_<<base36 20>>', 'value = \"zen_<<base36 20>>\"']
counterexamples = ['zen_<<base36 10>>']" "$(sed -n '4,16p' imported/gitleaks.toml)"
grep -q "lookback = 50" imported/gitleaks.toml

# What was written is taken, and finds what the rules find, in the paths they are for.
mkdir -p tree/vendor
hex() { printf '%s' "$1" | sha256sum | cut -c"1-$2"; }
{
  echo "zen_$(hex a 20)"
  echo "zen_sample$(hex a 14)"
  echo "my.acmecorp.key = \"$(hex b 40)\""
  echo "left=582940713068 right=70539184620573"
} >tree/a.txt
cp tree/a.txt tree/vendor/
printf 'kubernetes\nyamlkey: %s\n' "$(hex c 16)" | tee tree/c.yaml >tree/c.txt
printf '%s\n' "yamlkey: $(hex d 16)" >tree/d.yaml # without the keyword
scan() { status "$STRAYKEY" scan tree --signatures imported --enable 'gitleaks.*' --format json "$@"; }
found() {
  python3 -c 'import json,sys
for f in json.load(open(sys.argv[1]))["findings"]:
  for o in f["occurrences"]: print(f["signature"]["id"], o["path"].split("tree/")[-1], o["line"])' out | sort
}
cp allow.toml config.toml
scan --config config.toml
same "found" "\
gitleaks.acme-key a.txt 3
gitleaks.either a.txt 4
gitleaks.either-2 a.txt 4
gitleaks.yaml-only c.yaml 2
gitleaks.zen-token a.txt 1" "$(found)"

# `signatures check` tells what runs behind an anchor, and why.
status "$STRAYKEY" signatures check imported/gitleaks.toml
grep -q "signature 'gitleaks.acme-key': runs as prefilter and RE2: the pattern can match more than 4096 bytes" err

# kingfisher, with verbose patterns; what would use a credential is named and left.
cat >ours.yml <<'YAML'
rules:
  - name: Acme key
    id: kingfisher.acme.1
    pattern: |
      (?xi)
      acme  # the name
      (?:.|[\n\r]){0,8}?
      ( [a-f0-9]{24} ) \b
    min_entropy: 3.0
    confidence: high
    pattern_requirements:
      min_digits: 2
      ignore_if_contains: [ "dead" ]
    references: [ "https://acme.example/docs" ]
    validation: { type: Http }
    examples: [ "none of these is written" ]
  - name: A helper
    id: kingfisher.acme.2
    visible: false
    pattern: '([a-z]{4})'
YAML
status "$STRAYKEY" signatures import ours.yml
same "said" "\
straykey: ours.yml:2: rule 'kingfisher.acme.1': carried over with a difference as kingfisher.acme-1: its validation: straykey never uses a credential
straykey: ours.yml:17: rule 'kingfisher.acme.2': not carried over: it only helps other rules (visible: false)
straykey: 2 rules: 0 carried over, 1 with a difference, 1 not" "$(cat err)"
same "written" "\
# Imported by straykey $("$STRAYKEY" version | sed -n '1s/straykey //p') from ours.yml
provider = 'kingfisher'

[[signature]]
id = 'kingfisher.acme-1'
name = 'Acme key'
risk = 'Whoever holds it can do what it was issued for; the rule it was imported from says no more.'
severity = 'high'
confidence = 'high'
class = 'unknown'
pattern = ['(?i)acme(?s:.){0,8}?(?P<secret>[0-9a-f]{24})\\b']
min_entropy = 3.0
require = { digits = 2 }
except = ['(?is:.*(?:dead).*)']
rotation = 'Find who issued it, revoke it there, and issue a new one.'
docs = 'https://acme.example/docs'
examples = ['acme = <<hex 24>>', 'value = \"acme = <<hex 24>>\"']
counterexamples = ['acme = <<hex 12>>']" "$(cat out)"

# As JSON; several tools at once need a folder.
status "$STRAYKEY" signatures import ours.yml .gitleaks.toml --out both/ --format json
python3 - <<'PY'
import json
d = json.load(open("out"))
assert (d["carried_over"], d["with_a_difference"], d["not_carried_over"]) == (3, 2, 3), d
assert d["rules"][1]["reason"].startswith("it only helps"), d["rules"][1]
PY
same "files" "gitleaks.toml kingfisher.toml" "$(cd both && echo *)"
status "$STRAYKEY" signatures import ours.yml .gitleaks.toml
same "several tools on standard output" 2 "$code" && grep -q 'name a folder' err

# The settings of detect-secrets: limits become signatures, plugins are in the program.
cat >.secrets.baseline <<'JSON'
{"version": "1.5.0",
 "plugins_used": [
  {"name": "HexHighEntropyString", "limit": 3.0},
  {"name": "AWSKeyDetector"},
  {"name": "Own", "path": "file://own.py"}],
 "filters_used": [
  {"path": "detect_secrets.filters.regex.should_exclude_file", "pattern": ["^test/"]},
  {"path": "detect_secrets.filters.regex.should_exclude_line", "pattern": ["x"]},
  {"path": "detect_secrets.filters.heuristic.is_sequential_string"}],
 "results": {}}
JSON
status "$STRAYKEY" signatures import .secrets.baseline --out settings.toml --allow-out allow.toml
same "said" "\
straykey: .secrets.baseline:3: rule 'hex-string': carried over with a difference as detect-secrets.hex-string: strings of fewer than 16 or more than 512 characters
straykey: .secrets.baseline:4: nothing to carry over: plugin 'AWSKeyDetector' has no pattern in this file; built in are 'aws.*'
straykey: .secrets.baseline:5: not carried over: plugin 'Own', which is a program
straykey: .secrets.baseline:8: not carried over: patterns for lines; put 'straykey:allow' on the lines, or an [[allow]] rule into .straykey.toml
straykey: 1 rules: 0 carried over, 1 with a difference, 0 not" "$(cat err)"
grep -q "path-regex = \['.Atest/'\]" allow.toml
"$STRAYKEY" scan tree --signatures settings.toml >/dev/null || [[ $? == 1 ]]

# What cannot be read is a sentence with its place.
printf 'rules:\n  - id: [\n' >broken.yml
status "$STRAYKEY" signatures import broken.yml
same "exit code" 2 "$code" && grep -q '^straykey: broken.yml:[0-9]*: ' err
printf '[[rules]]\nid = 5\n' >broken.toml
status "$STRAYKEY" signatures import broken.toml
same "said" "straykey: broken.toml:2: 'id' is not a string; the origin would not take it" "$(cat err)"
status "$STRAYKEY" signatures import "$STRAYKEY"
same "exit code" 2 "$code" && grep -q 'the format is not known' err
