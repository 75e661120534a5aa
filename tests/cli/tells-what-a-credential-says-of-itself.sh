# SPDX-License-Identifier: Apache-2.0
# Whose a credential is, out of its own characters and the lines by it: one vector of each
# kind, made by tests/support/golden_identities.py, and the traps among them.
source "$SOURCE_DIR/tests/cli/common.inc"
for tool in ssh-keygen openssl gpg; do command -v $tool >/dev/null || skip "$tool is not here"; done

golden=$SOURCE_DIR/tests/support/golden_identities.py
python3 "$golden" make "$t/golden"
"$STRAYKEY" scan "$t/golden/vectors" --format json="$t/report.json" --confidence low --fail-on never 2>"$t/err"
python3 "$golden" check "$t/golden" "$t/report.json"

# Nothing of a secret is kept beyond that: no line of a key's body, no value of a token.
grep -rhoE '^[A-Za-z0-9+/=]{40,}$' "$t/golden/vectors" >"$t/secrets"
grep -o '_authToken=.*' "$t/golden/vectors/npm.txt" | cut -c 12- >>"$t/secrets"
[ "$(wc -l <"$t/secrets")" -ge 20 ]
if grep -qF -f "$t/secrets" "$t/report.json"; then exit 1; fi
