#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A made-up organisation: 30 repositories, and what its systems export of their identities.

  organisation.py make FOLDER            repositories in FOLDER/repositories, FOLDER/exports
  organisation.py check FOLDER REPORT    a JSON report against organisation.tsv

What is planted and whose it is stands in organisation.tsv. Credentials are made here, when the
test runs, from their names in that table.
"""
import base64
import hashlib
import json
import os
import pathlib
import random
import string
import subprocess
import sys
import zlib

HERE = pathlib.Path(__file__).parent
ALNUM = string.ascii_letters + string.digits
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
ACCOUNT = "123456789012"
AS_OF = "2026-11-01T00:00:00Z"
APP1 = "aaaaaaaa-0000-4000-8000-000000000001"
APP2 = "aaaaaaaa-0000-4000-8000-000000000002"
ROLE = "cccccccc-0000-4000-8000-000000000001"
PYPI = "11111111-2222-4333-8444-555555555555"
UID_PAY = "11111111-0000-4000-8000-000000000001"
UID_WEB = "22222222-0000-4000-8000-000000000001"
PEOPLE = {name: name + "@corp.example"
          for name in ("ann", "bob", "cleo", "dan", "dora", "eva", "fred", "gina")}
PEOPLE["bot"] = "49699333+dependabot[bot]@users.noreply.github.com"

CODEOWNERS = {
    "shop-web/.github": "* @corp/web\n/apps/ @corp/apps\n/apps/cart/ @corp/cart\n"
                        "/apps/cart/free/\ndocs/* @corp/docs # the manual\n/LEFT @eva\n"
                        "/BOTH @eva @fred\n!docs/ @corp/nobody\n",
    "shop-api/.": "* @corp/build\n",
    "billing/.": "* @corp/billing\n",
    "docs-site/docs": "* @corp/docs\n",
    "infra/.github": "* @corp/platform\n",
    "orders/.": "* @corp/orders\n",
    "packages/.": "* @corp/packages\n",
    "identity/.": "[Identity]\n* @identity-team\n",
    "mobile/.gitlab": "* @mobile/leads\n[Android]\nandroid/ @mobile/android\n[iOS] @mobile/ios\n"
                      "ios/\n!ios/generated/\n[Generated]\ngenerated/ @mobile/robots\n"
                      "!generated/\n",
    "k8s-config/.": "* @k8s/admins\nfree/\n[Ops]\nops/ @@maintainer\n",
}
GITLAB = ("identity", "mobile", "k8s-config")
CONFIG = """
[[owner]]
repository = "scripts"
owner      = "team-scripts"
[[owner]]
repository = "scripts"
path       = "dba/"
owner      = "team-dba"
[[owner]]
repository = "lab-*"
owner      = "team-lab"
"""


def rows():
    for line in (HERE / "organisation.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def draw(name, count, letters=ALNUM):
    rng = random.Random("organisation " + name)
    return "".join(rng.choice(letters) for _ in range(count))


def base36(number, width):
    out = ""
    while number:
        number, digit = divmod(number, 36)
        out = (string.digits + string.ascii_lowercase)[digit] + out
    return out.rjust(width, "0")


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def run(*command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, **more).stdout


# Each function gives the text of a file that holds the credential.


def aws_id(name):
    # Behind the sixth character stands the account; the ninth must leave its last bit clear.
    prefix = {"foreign": "Y34FZKBOA", "pre2019": "IAAAAAAAA"}.get(name, "RZPUZDIKA")
    return "AK" + "IA" + prefix + draw("aws " + name, 7, BASE32)


def aws(name):
    return (f"aws_access_key_id = {aws_id(name)}\n"
            f"aws_secret_access_key = {draw('aws secret ' + name, 40)}\n")


GCP = {"build": "build@corp-prod", "build-second": "build@corp-prod",
       "reports": "reports@corp-dev", "ghost": "ghost@elsewhere"}


def gcp(name):
    key = run("openssl", "genpkey", "-quiet", "-algorithm", "RSA").decode()
    return json.dumps({"type": "service_account", "project_id": GCP[name].split("@")[1],
                       "private_key_id": draw("gcp " + name, 40, "0123456789abcdef"),
                       "private_key": key,
                       "client_email": GCP[name] + ".iam.gserviceaccount.com"}, indent=1)


HINTS = {"sync-first": "abc", "sync-second": "xyz", "sync-gone": "qqq", "mailer": "mmm",
         "unknown": "uuu"}


def azure(name):
    app = {"mailer": APP2, "unknown": "aaaaaaaa-0000-4000-8000-000000000009"}.get(name, APP1)
    secret = HINTS[name] + "8" + "Q~" + draw("azure " + name, 34)
    return f"AZURE_CLIENT_ID={app.upper()}\nAZURE_CLIENT_SECRET={secret}\n"


def jwt(claims, name):
    parts = [json.dumps({"alg": "RS256", "typ": "JWT"}), json.dumps(claims)]
    return ".".join(b64url(part.encode()) for part in parts) + "." + draw("jwt " + name, 86)


def k8s(name):
    if name == "pay-api-legacy":
        prefix = "kubernetes.io/serviceaccount/"
        return jwt({"iss": "kubernetes/serviceaccount", prefix + "namespace": "pay",
                    prefix + "secret.name": "api-token-x", prefix + "service-account.name": "api",
                    prefix + "service-account.uid": UID_PAY,
                    "sub": "system:serviceaccount:pay:api"}, name)
    space, account, uid = {"pay-api": ("pay", "api", UID_PAY),
                           "web-front": ("web", "front", UID_WEB),
                           "web-recreated": ("web", "front", "9" + UID_WEB[1:]),
                           "nowhere": ("dev", "gone", "8" + UID_WEB[1:])}[name]
    return jwt({"iss": "https://k8s.corp.example", "exp": 1900000000,
                "sub": f"system:serviceaccount:{space}:{account}",
                "kubernetes.io": {"namespace": space,
                                  "serviceaccount": {"name": account, "uid": uid}}}, name)


def ssh(name):
    path = ssh.folder / name
    if name == "rsa-copy":
        path = ssh.folder / "rsa"
    if not path.exists():
        kind = {"ec": "ecdsa", "rsa": "rsa", "stray": "rsa"}.get(name, "ed25519")
        form = ["-m", "PEM"] if kind != "ed25519" else []
        word = draw("passphrase", 20) if name == "locked" else ""
        run("ssh-keygen", "-q", "-t", kind, *form, "-N", word, "-C", "key", "-f", str(path))
    return path.read_text()


def github(name):
    body = draw("github " + name, 30)
    number, suffix = zlib.crc32(body.encode()), ""
    letters = string.digits + string.ascii_uppercase + string.ascii_lowercase
    while number:
        number, digit = divmod(number, 62)
        suffix = letters[digit] + suffix
    return "GITHUB_TOKEN=gh" + "p_" + body + suffix.rjust(6, "0") + "\n"


def gitlab(name):
    kind, number = name.split("-")
    lines = f"c:1\no:1\n{kind[0]}:{base36(int(number), 1)}".encode()
    random16 = hashlib.sha256(name.encode()).digest()[:16]
    encoded = b64url(random16 + lines + bytes([len(lines)]))
    covered = "gl" + "pat-" + encoded + ".01." + base36(len(encoded), 2)
    return "GITLAB_TOKEN=" + covered + base36(zlib.crc32(covered.encode()), 7) + "\n"


def db(name):
    user, host = {"orders": ("app", "db1.corp.example"),
                  "orders-admin": ("admin", "db1.corp.example"),
                  "unknown": ("app", "db9.corp.example"), "localhost": ("app", "localhost")}[name]
    return f"DATABASE_URL=postgres://{user}:{draw('db ' + name, 20)}@{host}:5432/orders\n"


def slack(name):
    team = {"known": "T0AAAA1111", "unknown": "T0BBBB2222"}[name]
    return ("https://hooks.slack." + f"com/services/{team}/B0{draw('hook ' + name, 8, BASE32)}/"
            + draw("slack " + name, 24) + "\n")


def jwt_file(name):
    issuer = {"known": "https://auth.corp.example", "other-issuer": "https://other.example"}[name]
    return jwt({"iss": issuer, "sub": "scheduler", "exp": 1900000000}, name)


def pypi(name):
    token = PYPI if name == "known" else "99999999" + PYPI[8:]
    field = lambda kind, data: bytes([kind, len(data)]) + data
    data = (b"\x02" + field(1, b"pypi.org") + field(2, token.encode()) + b"\x00"
            + field(2, b'{"version": 1, "permissions": "user"}') + b"\x00\x00"
            + field(6, hashlib.sha256(name.encode()).digest()))
    return "TWINE_PASSWORD=py" + "pi-" + b64url(data) + "\n"


def vault(name):
    role = ROLE if name == "known" else "d" + ROLE[1:]
    hexes = lambda part, count: draw(f"vault {name} {part}", count, "0123456789abcdef")
    secret = "-".join(hexes(str(i), n) for i, n in enumerate((8, 4, 4, 4, 12)))
    return f"VAULT_ROLE_ID={role}\nVAULT_SECRET_ID={secret}\n"


def plain(name):
    return "STRIPE_KEY=sk_" + "live_" + draw("stripe " + name, 24) + "\n"


KINDS = {"aws": aws, "gcp": gcp, "azure": azure, "k8s": k8s, "ssh": ssh, "github": github,
         "gitlab": gitlab, "db": db, "slack": slack, "jwt": jwt_file, "pypi": pypi,
         "vault": vault, "plain": plain}


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def commit(folder, author, state):
    state["clock"] += 60
    env = dict(os.environ, GIT_AUTHOR_NAME=author, GIT_AUTHOR_EMAIL=PEOPLE[author],
               GIT_COMMITTER_NAME=author, GIT_COMMITTER_EMAIL=PEOPLE[author],
               GIT_AUTHOR_DATE=f"{state['clock']} +0000",
               GIT_COMMITTER_DATE=f"{state['clock']} +0000")
    run("git", "-C", str(folder), "add", "-A")
    run("git", "-C", str(folder), "commit", "-q", "-m", "work", env=env)


def make_repositories(folder):
    state = {"clock": 1700000000}
    names = list(dict.fromkeys(row[0] for row in rows()))
    names += [f"quiet-{i:02}" for i in range(30 - len(names))]
    assert len(names) == 30
    for name in names:
        root = folder / "repositories" / name
        root.mkdir(parents=True)
        run("git", "init", "-q", str(root))
        host = "gitlab.corp.example" if name in GITLAB else "github.com"
        run("git", "-C", str(root), "remote", "add", "origin", f"git@{host}:Corp/{name}.git")
        write(root / "README", name + "\n")
        for place, text in CODEOWNERS.items():
            if place.startswith(name + "/"):
                write(root / place.split("/", 1)[1] / "CODEOWNERS", text)
        commit(root, "ann", state)
    for repository, path, credential, *_, author in rows():
        kind, name = credential.split(":")
        root = folder / "repositories" / repository
        text = KINDS[kind](name)
        for i, person in enumerate(author.split(">")):
            write(root / path, text + "\n# changed\n" * i)
            commit(root, person, state)


def make_exports(folder):
    def dump(name, value):
        write(folder / "exports" / name, value if isinstance(value, str) else json.dumps(value))

    arn = lambda user: f"arn:aws:iam::{ACCOUNT}:user/{user}"
    head = ("user,arn,user_creation_time,password_enabled,password_last_used,"
            "password_last_changed,password_next_rotation,mfa_active,access_key_1_active,"
            "access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,"
            "access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
            "access_key_2_last_used_date,access_key_2_last_used_region,"
            "access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,"
            "cert_2_last_rotated\n")
    root = (f"<root_account>,arn:aws:iam::{ACCOUNT}:root,2020-01-01T00:00:00+00:00,not_supported,"
            "no_information,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,"
            "N/A,N/A,false,N/A,false,N/A\n")
    user = lambda name: (f"{name},{arn(name)},2021-01-01T00:00:00+00:00,false,N/A,N/A,N/A,false,"
                         "true,2024-05-01T00:00:00+00:00,2026-10-01T00:00:00+00:00,eu-west-1,s3,"
                         "false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n")
    users = ("deploy", "backup", "ci", "billing")
    dump("credential-report.csv", head + root + "".join(user(name) for name in users))
    keys = [("deploy", "deploy"), ("deploy", "deploy-second"), ("deploy", "deploy-third"),
            ("backup", "backup"), ("ci", "ci"), ("billing", "billing")]
    dump("access-keys.json", {"AccessKeyMetadata": [
        {"UserName": user_name, "AccessKeyId": aws_id(key), "Status": "Active",
         "CreateDate": f"2024-05-0{i + 1}T00:00:00+00:00"}
        for i, (user_name, key) in enumerate(keys)]})
    tags = {"deploy": ("Owner", "team-platform"), "backup": ("owner", "eva@corp.example"),
            "billing": ("Team", "finance")}
    dump("users.json", {"Users": [
        {"Path": "/", "UserName": name, "UserId": "AIDA" + draw("uid " + name, 17, BASE32),
         "Arn": arn(name), "CreateDate": "2021-01-01T00:00:00+00:00",
         "Tags": [{"Key": tags[name][0], "Value": tags[name][1]}] if name in tags else []}
        for name in users]})
    emails = {"build": "build@corp-prod.iam.gserviceaccount.com",
              "reports": "reports@corp-dev.iam.gserviceaccount.com"}
    dump("service-accounts.json", [
        {"name": f"projects/p/serviceAccounts/{email}", "email": email, "uniqueId": str(1000 + i),
         "projectId": email.split("@")[1].split(".")[0], "oauth2ClientId": str(1000 + i)}
        for i, email in enumerate(emails.values())])
    dump("service-account-keys.json", [
        {"name": f"projects/corp-prod/serviceAccounts/{emails['build']}/keys/"
                 + draw("gcp " + name, 40, "0123456789abcdef"),
         "validAfterTime": "2024-01-01T00:00:00Z", "validBeforeTime": "9999-12-31T23:59:59Z",
         "keyType": "USER_MANAGED", "keyOrigin": "GOOGLE_PROVIDED"}
        for name in ("build", "build-second")])
    secret = lambda i, hint: {"keyId": f"bbbbbbbb-0000-4000-8000-00000000000{i}", "hint": hint,
                              "displayName": "s", "startDateTime": "2024-01-01T00:00:00Z",
                              "endDateTime": "2027-01-01T00:00:00Z", "secretText": None}
    dump("apps.json", [
        {"id": "eeeeeeee-0000-4000-8000-000000000001", "appId": APP1, "displayName": "sync",
         "identifierUris": [], "signInAudience": "AzureADMyOrg", "keyCredentials": [],
         "owners": [{"mail": "dora@corp.example"}],
         "passwordCredentials": [secret(1, "abc"), secret(2, "xyz")]},
        {"id": "eeeeeeee-0000-4000-8000-000000000002", "appId": APP2, "displayName": "mailer",
         "identifierUris": [], "signInAudience": "AzureADMyOrg", "keyCredentials": [],
         "passwordCredentials": [secret(3, "mmm")]}])
    account = lambda space, name, uid, labels: {
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": space, "uid": uid, "labels": labels,
                     "creationTimestamp": "2023-01-01T00:00:00Z"}}
    dump("serviceaccounts.json", {"apiVersion": "v1", "kind": "List", "items": [
        account("pay", "api", UID_PAY, {"team": "team-pay"}),
        account("web", "front", UID_WEB, {})]})
    dump("secrets.json", {"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token",
         "metadata": {"name": "api-token-x", "namespace": "pay",
                      "creationTimestamp": "2021-01-01T00:00:00Z",
                      "annotations": {"kubernetes.io/service-account.name": "api",
                                      "kubernetes.io/service-account.uid": UID_PAY}}}]})
    public = lambda name: (ssh.folder / (name + ".pub")).read_text().rsplit(" ", 1)[0]
    dump("deploy-keys.json", [
        {"id": 101 + i, "key": public(name), "url": "https://api.github.com/repos/corp/infra/"
         f"keys/{101 + i}", "title": name, "verified": True, "read_only": False,
         "created_at": "2024-01-01T00:00:00Z", "added_by": "ann", "last_used": None,
         "enabled": True} for i, name in enumerate(("rsa", "ec", "ed25519", "locked"))])
    dump("credential-authorizations.json", [
        {"login": name, "credential_id": 201 + i, "credential_type": "personal access token",
         "token_last_eight": github(name).strip()[-8:], "scopes": ["repo"],
         "credential_authorized_at": "2024-01-01T00:00:00Z"}
        for i, name in enumerate(("ann", "eva"))])
    dump("gitlab-tokens.json", [
        {"id": number, "name": f"token {number}", "revoked": False, "active": True,
         "scopes": ["api"], "user_id": user_id, "created_at": "2025-01-01T00:00:00.000Z",
         "last_used_at": None, "expires_at": "2027-01-01"}
        for number, user_id in ((31, 42), (32, 43), (33, 43))])
    dump("approle.json", {"name": "web", "data": {"role_id": ROLE, "token_policies": ["web"]}})
    annotation = lambda path: ("backstage.io/source-location: "
                               f"url:https://github.com/corp/analytics/tree/main/{path}")
    component = lambda name, owner, note: (
        "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
        f"metadata:\n  name: {name}\n  annotations:\n    {note}\n"
        f"spec:\n  type: service\n  lifecycle: production\n  owner: {owner}\n")
    dump("catalog-info.yaml", "---\n".join([
        component("data", "team-data", "github.com/project-slug: corp/analytics"),
        component("etl", "team-etl", annotation("jobs/etl/")),
        component("one", "team-one", annotation("twice/")),
        component("two", "team-two", annotation("twice/"))]))
    dump("people.json", {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
                         "totalResults": 8, "Resources": [
        {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": name, "userName": name,
         "active": name != "eva", "emails": [{"value": email, "primary": True}]}
        for name, email in PEOPLE.items() if name != "bot"]})
    dump("roster.csv", "email,name,login,status,left_on,manager\n"
                       "eva@corp.example,Eva,eva,left,2026-01-31,ann@corp.example\n")
    dump("identities.csv",
         "nhi_id,kind,provider,name,owner,credential_id,principal_id,account_id,host\n"
         f"gcp:{emails['build']},,,,team-build,,,,\n"
         "github:deploy-key/101,,,,team-platform,,,,\n"
         "gitlab:token/31,,,,fred@corp.example,,,,\n"
         f"vault:approle/{ROLE},,,,team-vault,,,,\n"
         "db:orders,database,,orders,team-orders,,,,db1.corp.example\n"
         "db:orders-admin,database,,orders admin,team-dba,,admin@db1.corp.example,,\n"
         "slack:corp,workspace,slack,corp,team-chat,,,T0AAAA1111,\n"
         "jwt:scheduler,jwt,,scheduler,team-scheduler,,https://auth.corp.example|scheduler,,\n"
         f"pypi:releaser,token,pypi,releaser,,{PYPI},,,\n")


def make(folder):
    ssh.folder = folder / "ssh"
    ssh.folder.mkdir(parents=True)
    make_repositories(folder)
    make_exports(folder)
    write(folder / "config.toml", CONFIG)


def check(folder, report):
    found = {}
    for finding in report["findings"]:
        for place in finding["occurrences"]:
            key = (pathlib.Path(place["repository"]).name, place["path"])
            found.setdefault(key, {})[finding["id"]] = finding
    faults = wrong_owners = count = 0
    for repository, path, credential, nhi, owner, by, confidence, flags, _ in rows():
        count += 1
        wanted = [nhi, owner, by, confidence, flags]
        here = list(found.pop((repository, path), {}).values())
        if len(here) != 1:
            ids = [finding["signature"]["id"] for finding in here]
            print(f"{repository}/{path}: {credential} is {len(here)} findings {ids}")
            faults += 1
            continue
        known = here[0]["nhi"]
        marks = "".join(letter for letter, key in (("s", "owner_suggested"), ("l", "owner_left"),
                                                   ("a", "owner_attested")) if known[key])
        is_candidate = known["id"].startswith("candidate:")
        got = ["-" if is_candidate else known["id"], known["owner"] or "-",
               known["resolved_by"] or "-", known["confidence"] or "-", marks or "-"]
        if got != wanted or known["registered"] == is_candidate:
            print(f"{repository}/{path}: {credential}\n  expected {wanted}\n  but it is {got}")
            for reason in known["reasons"]:
                print(f"    {reason['step']}: {reason['what']}")
            faults += 1
        wrong_owners += known["owner"] is not None and known["owner"] != owner
    for place in found:
        print("found though nothing was planted:", "/".join(place))
    print(f"{count} credentials, {wrong_owners} wrong owners")
    return faults + len(found) == 0


if __name__ == "__main__":
    verb, where, *more = sys.argv[1:]
    if verb == "make":
        make(pathlib.Path(where))
    else:
        sys.exit(0 if check(pathlib.Path(where), json.load(open(more[0]))) else 1)
