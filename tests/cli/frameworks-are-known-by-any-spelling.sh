#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Whatever way an id is written, one is meant and the right one is printed; an organisation adds
# its own framework and crosswalk, and a crosswalk that maps to nowhere is refused.
source "$(dirname "$0")/common.inc"
first_line() { "$STRAYKEY" frameworks show "$@" | sed -n 1p; }

for spelling in NHI3:2025 NHI3 NHI-03 nhi03 nhi-3:2025 owasp:nhi3; do
  same "$spelling" "NHI3:2025 Vulnerable Third-Party NHI" "$(first_line "$spelling")"
done
for spelling in A.5.17 a.5.17 iso27001:5.17 'ISO/IEC 27001:2022 A.5.17' iso27001-2022:5.17; do
  same "$spelling" "A.5.17 Authentication information" "$(first_line "$spelling")"
done
same "cwe 798" "CWE-798 Use of Hard-coded Credentials" "$(first_line 'cwe 798')"
same "IA-5 (7)" "$(first_line 'ia-5.7')" "$(first_line 'IA-5 (7)')"

# Guidance, control and requirement are three things.
status "$STRAYKEY" frameworks show 5.17 A.5.17 iso27001:4.3
grep -qx '  guidance of ISO/IEC 27002:2022, .*' "$t/out"
grep -qx '  control of ISO/IEC 27001:2022, .*' "$t/out"
grep -qx '  requirement of ISO/IEC 27001:2022, .*' "$t/out"

# Of an edition that is gone it is told what it became.
status "$STRAYKEY" frameworks show A.9.4.3 PR.AC-4
grep -qx '  superseded; now, in ISO/IEC 27001:2022: A.5.17' "$t/out"
grep -qx '  superseded; now, in NIST CSF 2.0: PR.AA-05' "$t/out"

status "$STRAYKEY" frameworks show A.9.4.33
same "exit code" 2 "$code"
same "message" "straykey: no framework has 'A.9.4.33'; did you mean 'A.9.4.3'?" "$(cat "$t/err")"

status "$STRAYKEY" frameworks check
same "exit code" 0 "$code"
grep -q ', 26 conditions, .* 0 problems$' "$t/out"

mkdir "$t/own"
cat >"$t/own/acme.toml" <<'TOML'
id = "acme"
name = "Acme security rules"
edition = "7"
publisher = "Acme"
[[part]]
kind = "requirement"
title = "Secrets"
[part.ids]
"SEC-1" = "No secrets in repositories"
TOML
cat >"$t/own/crosswalk.toml" <<'TOML'
[[condition]]
id = "C01"
[condition.primary]
acme = ["SEC-1"]
cwe = ["CWE-540"]
TOML
status "$STRAYKEY" frameworks show C01 sec1 --frameworks "$t/own"
grep -qx '  primary   Acme security rules: SEC-1' "$t/out"
grep -qx '  primary   CWE: CWE-540' "$t/out"
grep -qx '  primary   ISO/IEC 27001:2022: A.5.17 A.8.28' "$t/out"
grep -qx '  requirement of Acme security rules, Secrets' "$t/out"
status "$STRAYKEY" frameworks check "$t/own"
same "exit code" 0 "$code"

sed -i 's/SEC-1"\]/SEC-2"]/' "$t/own/crosswalk.toml"
for verb in "check $t/own" "list --frameworks $t/own"; do
  # shellcheck disable=SC2086
  status "$STRAYKEY" frameworks $verb
  same "exit code" 2 "$code"
  same "message" \
    "straykey: $t/own/crosswalk.toml:1: C01 maps to 'SEC-2', which acme does not have; did you mean 'SEC-1'?" \
    "$(cat "$t/err")"
done
echo 'colour = "red"' >"$t/own/crosswalk.toml"
status "$STRAYKEY" frameworks list --frameworks "$t/own"
same "message" "straykey: $t/own/crosswalk.toml:1: unknown key 'colour'" "$(cat "$t/err")"

# Nothing on the way is wider than a terminal.
"$STRAYKEY" frameworks list >"$t/out"
"$STRAYKEY" frameworks show iso27001-2013 nist-csf-2.0 A.5.17 C03 C12 >>"$t/out"
"$STRAYKEY" frameworks conditions >>"$t/out"
(($(wc -L <"$t/out") <= 80))
