# SPDX-License-Identifier: Apache-2.0
# Whose a credential is, out of its own characters and the lines by it: one vector of each
# kind, made by tests/support/golden_identities.py, and the traps among them.
source "$SOURCE_DIR/tests/cli/common.inc"
for tool in ssh-keygen openssl gpg; do command -v $tool >/dev/null || skip "$tool is not here"; done

golden=$SOURCE_DIR/tests/support/golden_identities.py
python3 "$golden" make "$t/golden"
"$STRAYKEY" scan "$t/golden/vectors" --format json="$t/report.json" --confidence low --fail-on never 2>"$t/err"
python3 "$golden" check "$t/golden" "$t/report.json"

# Nothing of a secret is kept beyond that: no key, no password, no signature of a token.
! grep -q "BEGIN\|client_secret\|$(grep -o '_authToken=.*' "$t/golden/vectors/npm.txt" | cut -c 12-)" \
  "$t/report.json"
