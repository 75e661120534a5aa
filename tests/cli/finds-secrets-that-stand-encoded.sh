#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Secrets in the encodings of real files: Kubernetes and Helm, Terraform state, Docker
# configuration, notebooks, mail, JSON, URLs, PowerShell. Each is found once, by its own
# value, where its encoding stands; how deep is an option, and history changes nothing.
source "$(dirname "$0")/common.inc"

git init -q "$t/repo" && cd "$t/repo"
SECRETS=$SOURCE_DIR/tests/support/make_secret.py python3 - "$t/planted" <<'PYTHON'
import base64, gzip, json, os, quopri, subprocess, sys, urllib.parse

def secret(kind, seed):
    made = subprocess.check_output([sys.executable, os.environ["SECRETS"], kind, seed], text=True)
    return made.rstrip("\n")

def base64_of(text):
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()

planted = []

def plant(name, value, before, encoded, after, encoding, spans=None):
    """The value is found in `encoded`, all of it or the characters [from, to) of it."""
    text = before + encoded + after
    open(name, "w").write(text)
    begin, end = spans or (0, len(encoded))
    first, last = len(before) + begin, len(before) + end - 1
    def place(at):
        return f"{text.count(chr(10), 0, at) + 1}:{at - text.rfind(chr(10), 0, at)}"
    planted.append(f"{name} {place(first)} {place(last)} {encoding} {value}")

token = secret("github", "kubernetes")
plant("secret.yaml", token, "kind: Secret\ndata:\n  token: ", base64_of(token), "\n", "base64")
token = secret("github", "helm")
release = {"name": "app", "manifest": "kind: Pod\nvalue: " + token + "\n"}
release = base64_of(base64_of(gzip.compress(json.dumps(release).encode(), mtime=0)))
plant("release.yaml", token, "type: helm.sh/release.v1\ndata:\n  release: ", release, "\n",
      "base64+base64+gzip")
token = secret("npm", "terraform")
script = base64_of(gzip.compress(f"#!/bin/sh\nexport NPM_TOKEN={token}\n".encode(), mtime=0))
plant("terraform.tfstate", token, '{"resources": [\n  {"user_data_base64": "', script, '"}\n]}\n',
      "base64+gzip")
token = secret("github", "docker")
login = json.dumps({"auths": {"ghcr.io": {"auth": "", "identitytoken": token}}})
at = login.index(token)
plant("pull-secret.yaml", token, "data:\n  .dockerconfigjson: ", base64_of(login), "\n", "base64",
      (at // 3 * 4, -(-(at + len(token)) // 3) * 4))
token = secret("sendgrid", "query")
plant("link.txt", token, "GET /go?next=https%3A%2F%2Fx.test%2F%3Fkey%3D",
      urllib.parse.quote(token).replace(".", "%2E"), "%26a HTTP/1.1\n", "percent")
token = secret("github", "notebook")
cell = json.dumps({"source": ["env = '''A=1\n" + token + "'''\n"]})
plant("work.ipynb", token, cell[: cell.index(token)], token, cell[cell.index(token) + len(token):],
      "escapes")
token = secret("github", "unicode")
plant("data.json", token, '{"t": "', "\\u0067hp\\u005f" + token[4:], '"}\n', "escapes")
token = secret("github", "mail")
plant("mail.eml", token, "one =3D two =3D three ", token[:20] + "=\n" + token[20:], " bye\n",
      "quoted-printable")
token = secret("github", "hex")
plant("dump.txt", token, "blob: 746f6b656e203d20", token.encode().hex(), "0a\n", "hex")
token = secret("github", "powershell")
command = base64_of(("$t='" + token + "'").encode("utf-16le"))
plant("run.ps1", token, "powershell -enc ", command, "\n", "base64+utf-16",
      (8 // 3 * 4, -(-(8 + 2 * len(token)) // 3) * 4))
key = secret("pem", "json")
plant("key.json", key, '{"key": "', json.dumps(key)[1:-1], '"}\n', "escapes")
token = secret("github", "plain")
plant("plain.txt", token, "token: ", token, " and once more: " + base64_of(token) + "\n", "-")
open(sys.argv[1], "w").write("\n---\n".join(sorted(planted)) + "\n")
PYTHON
commit "everything is encoded"

# found ARGUMENTS...: the first place of each finding with what was found there.
found() {
  status "$STRAYKEY" scan . --format json --show-secrets --confidence low "$@"
  python3 - "$t/out" <<'PYTHON'
import json, sys
lines = []
for f in json.load(open(sys.argv[1]))["findings"]:
    o = f["occurrences"][0]
    lines.append(f'{o["path"]} {o["line"]}:{o["column"]} {o["end_line"]}:{o["end_column"]} '
                 f'{f["secret"].get("encoding", "-")} {f["secret"]["value"]}')
print("\n---\n".join(sorted(lines)))
PYTHON
}
same "what is found" "$(cat "$t/planted")" "$(found)"
same "version by version" "$(found --no-delta-matching)" "$(found)"
for file in secret.yaml release.yaml dump.txt; do echo "one more line" >>"$file"; done
commit "encoded runs stay as they are" && sed -i '1i before' secret.yaml && commit "and move"
same "findings after changes" "$(cat "$t/planted")" "$(found)"
same "version by version, after changes" "$(found --no-delta-matching)" "$(found)"

encodings() { found "$@" | sed -n 's/^[^ ]* [0-9:]* [0-9:]* \([^ ]*\) .*/\1/p' | sort -u | paste -sd ' '; }
same "encodings at depth 1" "- base64 base64+gzip escapes hex percent quoted-printable" \
  "$(encodings --max-decode-depth 1)"
same "encodings at depth 0" "-" "$(encodings --max-decode-depth 0)"
