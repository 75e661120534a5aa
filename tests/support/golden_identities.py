#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Credentials of every kind that tells whose it is, and what each must tell.

  golden_identities.py make FOLDER            a file for each vector
  golden_identities.py check FOLDER REPORT    a JSON report against what is written down here

The credentials are made here, when the test runs, by this program alone: what it encodes, the
scanner must decode. Keys and certificates come from openssl, ssh-keygen and gpg, and so do
their fingerprints.
"""
import base64
import binascii
import hashlib
import json
import os
import pathlib
import random
import re
import string
import subprocess
import sys
import zlib

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
GUID = "11111111-2222-4333-8444-%012d"
ANY = object()  # a value that openssl, or time, decides


def draw(name, count, letters=ALNUM):
    rng = random.Random("golden " + name)
    while True:
        text = "".join(rng.choice(letters) for _ in range(count))
        # As every generator's output has, for the signatures that ask for it.
        if count < 12 or letters != ALNUM or all(
                re.search(kind, text) for kind in ("[0-9]", "[a-z]", "[A-Z]")):
            return text


def b64(data):
    return base64.b64encode(data).decode()


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def random_bytes(name, count):
    return random.Random("golden " + name).randbytes(count)


def base_n(number, digits, width):
    out = ""
    while number:
        number, digit = divmod(number, len(digits))
        out = digits[digit] + out
    return out.rjust(width, digits[0])


def github(prefix, spoil=False):
    body = draw(prefix, 30)
    total = zlib.crc32(body.encode()) ^ (1 if spoil else 0)
    base62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
    return prefix + body + base_n(total, base62, 6)


def gitlab_routable(fields, spoil=False):
    base36 = string.digits + string.ascii_lowercase
    payload = "\n".join(sorted(fields)).encode()
    body = b64url(random_bytes("gitlab", 16) + payload + bytes([len(payload)]))
    text = "glp" + "at-" + body + ".01." + base_n(len(body), base36, 2)
    return text + base_n(zlib.crc32(text.encode()) ^ (1 if spoil else 0), base36, 7)


def jwt(claims, header=None):
    part = lambda value: b64url(json.dumps(value).encode())
    return part(header or {"alg": "RS256", "kid": "k1"}) + "." + part(claims) + "." + draw("jwt", 43)


def macaroon(caveats):
    field = lambda kind, text: bytes([kind, len(text)]) + text
    out = b"\x02" + field(1, b"pypi.org") + field(2, (GUID % 1).encode()) + b"\0"
    for caveat in caveats:
        out += field(2, json.dumps(caveat).encode()) + b"\0"
    return "py" + "pi-" + b64url(out + b"\0" + field(6, random_bytes("sum", 32)))


def run(*command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          **more).stdout


# name, text of the file, signature, structure, kind, class, attributes. A text that is a function
# of a folder is made there.
VECTORS = []


# key_id is key-id, key__id is key_id.
def vector(name, text, signature, structure, kind, whose, /, **attributes):
    VECTORS.append((name, text, signature, structure, kind, whose,
                    {re.sub("__|_", lambda line: "-_"[len(line[0]) - 1], key): value
                     for key, value in attributes.items()}))


def add_vectors():
    # AWS. The account is in the id from the bit on that says so; older ids hold none.
    def pair(key):
        return (f"aws_access_key_id = {key}\naws_secret_access_key = {draw(key, 40)}\n")
    def aws(name, key, kind, credential_class, **more):
        vector(name, pair(key), "aws.secret-access-key", "unknown", kind, "service",
               access_key_id=key, credential_class=credential_class, **more)
    aws("aws-account", "AK" + "IARZPUZDIKGB2VALC4", "aws-access-key", "long-term",
        account="123456789012")
    aws("aws-session", "AS" + "IAQNZGKIQY56JQ7WML", "aws-session", "temporary",
        account="029608264753")
    aws("aws-mask-of-an-old-id", "AK" + "IAIOSFODNN7EXBMPLE", "aws-access-key", "long-term")
    user = "BedrockAPIKey-x7k2-at-123456789012"
    vector("aws-bedrock", "KEY=AB" + "SK" + b64(f"{user}:{draw('bedrock', 46)}".encode()),
           "aws.bedrock-api-key", "valid", "aws-bedrock-key", "service", user=user,
           account="123456789012")
    request = ("bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Algorithm=AWS4-HMAC-SHA256"
               "&X-Amz-Credential=AS" "IAQNZGKIQY56JQ7WML%2F20260102%2Fus-east-1%2Fbedrock%2F"
               "aws4_request&X-Amz-Date=20260102T030405Z&X-Amz-Expires=43200"
               "&X-Amz-SignedHeaders=host&Version=1&X-Amz-Signature=" + "0a" * 32)
    vector("aws-bedrock-session", "KEY=bedrock-api-key-" + b64(request.encode()),
           "aws.bedrock-session-key", "valid", "aws-session", "unknown",
           access_key_id="AS" + "IAQNZGKIQY56JQ7WML", region="us-east-1", iat="1767323045",
           exp="1767366245", credential_class="temporary", account="029608264753")

    # Google.
    def service_account(folder):
        key = run("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
        return json.dumps({"type": "service_account", "project_id": "acme-prod",
                           "private_key_id": draw("key id", 40, HEX), "private_key": key.decode(),
                           "client_email": "deploy@acme-prod.iam.gserviceaccount.com",
                           "client_id": "1" * 21}, indent=2)
    vector("gcp-service-account", service_account, "google.service-account-key", "valid",
           "gcp-service-account", "service", email="deploy@acme-prod.iam.gserviceaccount.com",
           project="acme-prod", key_id=draw("key id", 40, HEX), key_type="rsa", encrypted="no", key_bits="2048",
           public_key=ANY, spki_sha256=ANY)
    client = "123456789012-" + draw("client", 32, string.digits + string.ascii_lowercase) + \
        ".apps.googleusercontent.com"
    vector("gcp-authorized-user", json.dumps(
        {"account": "ana@acme.example", "client_id": client, "client_secret": draw("adc", 24),
         "quota_project_id": "acme-prod", "refresh_token": "1//" + "0g" + draw("adc token", 98),
         "type": "authorized_user", "universe_domain": "googleapis.com"}, indent=2),
        "google.authorized-user", "unknown", "gcp-user", "human",
        credential_type="authorized_user", oauth_client=client, project="acme-prod",
        email="ana@acme.example")
    vector("gcp-oauth-client",
           f'{{"client_id": "{client}", "client_secret": "GOC' + f'SPX-{draw("oauth", 28)}"}}',
           "google.oauth-client-secret", "unknown", "google-oauth-client", "service",
           client_id=client, project_number="123456789012")

    # Azure.
    storage = b64(random_bytes("storage", 64))
    vector("azure-storage", "DefaultEndpointsProtocol=https;AccountName=acmelogs;AccountKey=" +
           storage + ";EndpointSuffix=core.windows.net", "azure.storage-account-key", "valid",
           "azure-storage-account", "service", account="acmelogs")
    vector("azure-service-bus", "Endpoint=sb://acme-prod.servicebus.windows.net/;"
           "SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=" +
           b64(random_bytes("bus", 32)), "azure.service-bus-key", "valid", "azure-service-bus",
           "service", namespace="acme-prod", policy="RootManageSharedAccessKey")
    vector("azure-event-hub", "Endpoint=sb://acme-events.servicebus.windows.net/;"
           "SharedAccessKeyName=send;SharedAccessKey=" + b64(random_bytes("hub", 32)) +
           ";EntityPath=clicks", "azure.service-bus-key", "valid", "azure-service-bus", "service",
           namespace="acme-events", policy="send")
    vector("azure-cosmos", "AccountEndpoint=https://acme-orders.documents.azure.com:443/;"
           "AccountKey=" + b64(random_bytes("cosmos", 64)) + ";", "azure.cosmos-key", "valid",
           "azure-cosmos-account", "service", account="acme-orders")
    signature = lambda name: b64(random_bytes(name, 32)).replace("+", "%2B").replace("=", "%3D")
    vector("azure-sas-of-a-principal", "https://acmelogs.blob.core.windows.net/backup?sp=rl"
           "&st=2026-01-01T00:00:00Z&se=2026-02-01T00:00:00Z&skoid=" + GUID % 1 + "&sktid=" +
           GUID % 2 + "&skt=2026-01-01T00:00:00Z&ske=2026-01-02T00:00:00Z&sks=b&skv=2022-11-02"
           "&sv=2022-11-02&sr=c&sig=" + signature("sas"), "azure.sas-signature", "unknown",
           "azure-storage-account", "service", account="acmelogs", permissions="rl",
           starts_at="2026-01-01T00:00:00Z", expires_at="2026-02-01T00:00:00Z", resource="c",
           signer_object_id=GUID % 1, signer_tenant_id=GUID % 2)
    vector("azure-sas-of-a-policy", "https://acmelogs.blob.core.windows.net/x?sv=2022-11-02&ss=b"
           "&si=nightly&se=2026-02-01&sig=" + signature("policy"), "azure.sas-signature", "unknown",
           "azure-storage-account", "service", account="acmelogs", services="b", policy="nightly",
           expires_at="2026-02-01")
    vector("azure-application", f"AZURE_TENANT_ID={GUID % 3}\nAZURE_CLIENT_ID={GUID % 4}\n"
           f"AZURE_CLIENT_SECRET=aB3" + "8Q~" + draw("entra", 34), "azure.client-secret",
           "unknown", "entra-application", "service", client_id=GUID % 4, tenant_id=GUID % 3)

    # GitHub and GitLab; a wrong sum is told, a right one proves.
    token = github("gh" + "p_")
    vector("github", "token: " + token, "github.personal-token", "valid", "github-token", "human",
           last_eight=token[-8:])
    wrong = github("gh" + "p_", spoil=True)
    vector("github-wrong-sum", wrong, "github.personal-token", "invalid",
           "github-token", "human", last_eight=wrong[-8:])
    vector("github-app", "token: " + github("gh" + "s_"), "github.app-installation-token", "valid",
           "github-app-installation", "service")
    vector("gitlab", "token: " + gitlab_routable(["c:1", "o:1", "p:39u"]),
           "gitlab.routable-token", "valid", "gitlab-token", "service", cell="1",
           organization_id="1", project_id="4242")
    vector("gitlab-wrong-sum", gitlab_routable(["o:1", "u:39u"], spoil=True),
           "gitlab.routable-token", "invalid", "gitlab-token", "unknown")

    # Slack.
    vector("slack", "token: xo" + "xb-123456789012-1234567890123-" + draw("slack", 24),
           "slack.bot-token", "unknown", "slack-workspace", "service",
           workspace_number="123456789012", user_number="1234567890123")
    vector("slack-webhook", "https://hooks.slack" + ".com/services/T01ABCDEF/B01GHIJKL/" +
           draw("hook", 24), "slack.incoming-webhook", "unknown", "slack-workspace", "service",
           workspace="T01ABCDEF", webhook="B01GHIJKL")

    # JSON Web Tokens.
    vector("jwt-entra", "token: " + jwt(
        {"iss": f"https://login.microsoftonline.com/{GUID % 3}/v2.0", "sub": "s", "tid": GUID % 3,
         "oid": GUID % 5, "azp": GUID % 4, "roles": ["a", "b"], "iat": 1700000000,
         "exp": 1700003600}), "jwt.token", "valid", "entra-token", "unknown", alg="RS256",
        kid="k1", iss=f"https://login.microsoftonline.com/{GUID % 3}/v2.0", sub="s",
        azp=GUID % 4, tid=GUID % 3, oid=GUID % 5, roles="a b", iat="1700000000", exp="1700003600")
    vector("jwt-kubernetes", "token: " + jwt(
        {"iss": "https://kubernetes.default.svc", "sub": "system:serviceaccount:pay:api",
         "aud": ["x"], "exp": 1800000000, "kubernetes.io": {
             "namespace": "pay", "serviceaccount": {"name": "api", "uid": GUID % 6}}}),
        "jwt.token", "valid", "kubernetes-service-account", "service", alg="RS256", kid="k1",
        iss="https://kubernetes.default.svc", sub="system:serviceaccount:pay:api", aud="x",
        exp="1800000000", namespace="pay", service_account="api", service_account_uid=GUID % 6)
    whole = jwt({"iss": "acme", "sub": "s", "name": "x" * 80})
    vector("jwt-cut-off", whole[:whole.index(".") + 60] + "." + draw("cut", 43),
           "jwt.token", "invalid", "jwt-subject", "unknown")

    legacy = "kubernetes.io/serviceaccount/"
    vector("jwt-kubernetes-legacy", "token: " + jwt(
        {"iss": "kubernetes/serviceaccount", legacy + "namespace": "pay",
         legacy + "secret.name": "api-token-x7k2p", legacy + "service-account.name": "api",
         legacy + "service-account.uid": GUID % 6, "sub": "system:serviceaccount:pay:api"}),
        "jwt.token", "valid", "kubernetes-service-account", "service", alg="RS256", kid="k1",
        iss="kubernetes/serviceaccount", sub="system:serviceaccount:pay:api", namespace="pay",
        service_account="api", service_account_uid=GUID % 6, secret_name="api-token-x7k2p")
    vector("jwt-google", "token: " + jwt(
        {"iss": "https://accounts.google.com", "sub": "1" * 21, "aud": "x",
         "email": "deploy@acme-prod.iam.gserviceaccount.com"}), "jwt.token", "valid",
        "google-token", "unknown", alg="RS256", kid="k1", iss="https://accounts.google.com",
        sub="1" * 21, aud="x", email="deploy@acme-prod.iam.gserviceaccount.com")
    vector("jwt-of-a-workflow", "token: " + jwt(
        {"iss": "https://token.actions.githubusercontent.com", "ref": "refs/heads/main",
         "sub": "repo:acme/web:ref:refs/heads/main", "repository": "acme/web"}), "jwt.token",
        "valid", "github-actions-token", "service", alg="RS256", kid="k1", ref="refs/heads/main",
        iss="https://token.actions.githubusercontent.com", repository="acme/web",
        sub="repo:acme/web:ref:refs/heads/main")
    vector("jwt-firebase", "token: " + jwt(
        {"iss": "https://securetoken.google.com/acme-prod", "sub": "u1", "aud": "acme-prod"}),
        "jwt.token", "valid", "firebase-token", "unknown", alg="RS256", kid="k1", sub="u1",
        iss="https://securetoken.google.com/acme-prod", aud="acme-prod")
    pool = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI"
    vector("jwt-cognito", "token: " + jwt(
        {"iss": pool, "sub": GUID % 8, "client_id": "3n4b5urk1ft4fl3mg5e62d9ado"}), "jwt.token",
        "valid", "cognito-token", "unknown", alg="RS256", kid="k1", iss=pool, sub=GUID % 8,
        client__id="3n4b5urk1ft4fl3mg5e62d9ado")
    # Claims of ten megabytes are no token that anybody sends; the one beside it is told.
    huge = jwt({"iss": "acme", "sub": "s", "name": "x" * 10_000_000})
    small = jwt({"iss": "acme", "sub": "beside"}, {"alg": "HS256"})
    vector("jwt-of-ten-megabytes", "a: " + huge + "\nb: " + small + "\n", "jwt.token", "valid",
           "jwt-subject", "unknown", alg="HS256", iss="acme", sub="beside")

    # Registries.
    vector("pypi", "password = " + macaroon([[1, ["acme-web"]], [3, GUID % 7]]), "pypi.api-token",
           "valid", "pypi-token", "human", host="pypi.org", token_id=GUID % 1,
           projects="acme-web", user_id=GUID % 7)
    vector("npm", f"//registry.acme.example/:_authToken={draw('npm', 36)}", "npmrc.auth-token",
           "unknown", "registry", "unknown", host="registry.acme.example")
    vector("docker", json.dumps({"auths": {"registry.acme.example": {
        "auth": b64(b"robot:" + draw("docker", 24).encode())}}}), "docker-config.auth", "valid",
        "docker-registry", "unknown", registry="registry.acme.example", user="robot")
    vector("netrc", f"machine git.acme.example login ci password {draw('netrc', 20)}",
           "netrc.password", "unknown", "netrc-user", "unknown", host="git.acme.example", user="ci")

    vector("npm-user", "_auth=" + b64(b"publish:" + draw("npm user", 16).encode()), "npmrc.auth",
           "valid", "npm-user", "unknown", user="publish")

    # Databases and services.
    vector("database", f"DB=postgres://shop:{draw('db', 20)}@db1.acme.example:5432/orders?x=1",
           "database.url", "unknown", "database-user", "service", engine="postgres", user="shop",
           host="db1.acme.example:5432", database="orders")
    place = "mysql://db1.acme.example:3306/shop"
    vector("jdbc", f"url=jdbc:{place}?user=shop&password={draw('jdbc', 16)}&useSSL=true",
           "database.jdbc", "unknown", "database-user", "service", engine="mysql", user="shop",
           host="db1.acme.example")
    vector("jdbc-sqlserver", "url=jdbc:sqlserver://db1.acme.example:1433;databaseName=shop;"
           f"user=shop;password={draw('mssql', 16)};encrypt=true", "database.jdbc", "unknown",
           "database-user", "service", engine="sqlserver", user="shop", host="db1.acme.example")
    vector("ado-net", "Server=tcp:db1.acme.example,1433;Initial Catalog=shop;User ID=shop;"
           f"Password={draw('ado', 16)};Encrypt=True;", "database.connection-string", "unknown",
           "database-user", "service", server="db1.acme.example", user="shop")
    vector("libpq", "dsn = 'host=db1.acme.example port=5432 dbname=orders user=shop "
           f"password={draw('libpq', 16)}'", "database.libpq", "unknown", "database-user",
           "service", host="db1.acme.example", user="shop")
    vector("pgpass", f"db1.acme.example:5432:orders:shop:{draw('pgpass', 16)}\n",
           "pgpass.password", "unknown", "database-user", "unknown", host="db1.acme.example",
           database="orders", user="shop")
    vector("my-cnf", "[client]\nuser=backup\nhost=db1.acme.example\n"
           f"password={draw('mycnf', 16)}\n", "mysql-config.client-password", "unknown",
           "database-user", "unknown", host="db1.acme.example", user="backup")
    vector("basic", "Authorization: Basic " + b64(b"ci:" + draw("basic", 24).encode()),
           "http-header.basic", "valid", "http-user", "unknown", user="ci")
    vector("stripe-live", "key = sk_" + "live_" + draw("stripe", 24), "stripe.live-secret-key",
           "unknown", "stripe-account", "service")
    vector("twilio", "TWILIO_ACCOUNT_SID=A" + "C" + draw("sid", 32, HEX) + "\nTWILIO_AUTH_TOKEN=" +
           draw("twilio", 32, HEX), "twilio.auth-token", "unknown",
           "twilio-account", "service", account="A" + "C" + draw("sid", 32, HEX))
    vector("sentry", "TOKEN=sntr" + "ys_" + b64(json.dumps(
        {"iat": 1700000000.5, "url": "https://sentry.io", "region_url": "https://us.sentry.io",
         "org": "acme"}).encode()) + "_" + draw("sentry", 43), "sentry.organization-token",
        "valid", "sentry-organization", "service", organization="acme", url="https://sentry.io",
        region_url="https://us.sentry.io", iat="1700000000.5")
    one = b64url(json.dumps({"email": "x7k2@1passwordserviceaccounts.com",
                             "signInAddress": "acme.1password.com",
                             "muk": {"k": draw("1password", 200)}}).encode())
    vector("1password", "TOKEN=op" + "s_" + one, "1password.service-account-token", "valid",
           "1password-service-account", "service", sign_in_address="acme.1password.com",
           email="x7k2@1passwordserviceaccounts.com")
    cloud = b64(json.dumps({"o": "652992", "n": "deploy", "k": draw("grafana", 24),
                            "m": {"r": "eu"}}).encode())
    vector("grafana-cloud", "TOKEN=gl" + "c_" + cloud, "grafana.cloud-token", "valid",
           "grafana-organization", "service", organization_id="652992", name="deploy",
           region="eu")
    box = b64url(json.dumps({"u": "acme-maps", "a": draw("mapbox", 25)}).encode())
    vector("mapbox", "TOKEN=s" + "k." + box + "." + draw("mapbox sum", 22), "mapbox.secret-token",
           "valid", "mapbox-user", "service", user="acme-maps")
    vector("sendgrid", "KEY=S" + "G." + draw("sendgrid id", 22) + "." + draw("sendgrid", 43),
           "sendgrid.api-key", "unknown", "sendgrid-account", "service",
           key__id=draw("sendgrid id", 22))
    vector("vault", "VAULT_ADDR=https://vault.acme.example:8200\nVAULT_TOKEN=hv" + "s." +
           draw("vault", 24), "vault.service-token", "unknown", "vault-token", "service",
           server="https://vault.acme.example:8200")
    vector("slack-user", "token: xo" + "xp-123456789012-1234567890123-1234567890123-" +
           draw("slack user", 32, HEX), "slack.user-token", "unknown", "slack-workspace", "human",
           workspace_number="123456789012", user_number="1234567890123")
    vector("slack-app", "token: xa" + "pp-1-A01ABCDEFGH-1234567890123-" +
           draw("slack app", 64, HEX), "slack.app-token", "unknown", "slack-app", "service",
           app="A01ABCDEFGH")
    def ai(prefix, name):
        return prefix + draw(name, 58) + "T3Blbk" + "FJ" + draw(name + "2", 58)
    vector("openai-service-account", "KEY=" + ai("sk-sv" + "cacct-", "svcacct"),
           "openai.service-account-key", "unknown", "openai-service-account", "service")
    vector("openai-admin", "KEY=" + ai("sk-ad" + "min-", "admin"), "openai.admin-key", "unknown",
           "openai-organization", "human")
    vector("anthropic-admin", "KEY=sk-an" + "t-admin01-" + draw("claude", 93) + "AA",
           "anthropic.admin-key", "unknown", "anthropic-organization", "human")
    vector("doppler", "TOKEN=dp." + "st.prd." + draw("doppler", 43), "doppler.service-token",
           "unknown", "doppler-config", "service", config="prd")
    vector("databricks", "host = https://dbc-a1b2c3d4-e5f6.cloud.databricks.com\ntoken = da" +
           "pi" + draw("databricks", 32, HEX), "databricks.personal-token", "unknown",
           "databricks-workspace", "human", host="dbc-a1b2c3d4-e5f6.cloud.databricks.com")
    bot = b64url(b"114841072938564710")
    vector("discord", f"DISCORD_TOKEN={bot}.{draw('d1', 6)}.{draw('d2', 38)}", "discord.bot-token",
           "valid", "discord-bot", "service", bot="114841072938564710")
    vector("telegram", "TOKEN=1234567890:AA" + draw("telegram", 33), "telegram.bot-token",
           "unknown", "telegram-bot", "service", bot="1234567890")

    # Keys and certificates.
    def certificate(folder, name, subject, *more):
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
            str(folder / (name + ".key")), "-out", str(folder / (name + ".crt")), "-subj", subject,
            "-set_serial", "0x0abc", "-days", "30", *more)
        return [(folder / (name + end)).read_text() for end in (".key", ".crt")]

    def key_facts(folder, name):
        spki = run("openssl", "pkey", "-in", str(folder / (name + ".key")), "-pubout", "-outform",
                   "DER")
        ssh = run("ssh-keygen", "-lf", "/dev/stdin", input=run(
            "ssh-keygen", "-y", "-f", str(folder / (name + ".key"))))
        return {"spki-sha256": hashlib.sha256(spki).hexdigest(),
                "public-key": ssh.split()[1].decode()}

    def certificate_facts(folder, name):
        text = lambda *what: run("openssl", "x509", "-in", str(folder / (name + ".crt")), "-noout",
                                 *what).decode().strip().split("=", 1)[1]
        # "2026-12-21 04:05:06Z", "AB:CD:..."
        time = lambda what: text(what, "-dateopt", "iso_8601").replace(" ", "T")
        return {"subject": text("-subject", "-nameopt", "RFC2253"),
                "issuer": text("-issuer", "-nameopt", "RFC2253"), "serial": text("-serial").lower(),
                "not-before": time("-startdate"), "not-after": time("-enddate"),
                "thumbprint": text("-fingerprint", "-sha1").replace(":", "").lower()}

    def beside(folder):
        other = certificate(folder, "other", "/CN=other")
        key, own = certificate(folder, "own", "/O=acme, inc/CN=shop.acme.example", "-addext",
                               "subjectAltName=DNS:shop.acme.example,DNS:*.shop.acme.example,"
                               "URI:spiffe://acme.example/shop,email:shop@acme.example")
        return key + other[1] + own
    vector("certificate-beside-its-key", beside, "private-key.pem", "valid", "key-pair", "unknown",
           key_type="rsa", encrypted="no", key_bits="2048", common_name="shop.acme.example",
           dns_names="shop.acme.example *.shop.acme.example", email="shop@acme.example",
           spiffe_id="spiffe://acme.example/shop",
           facts=lambda folder: {**key_facts(folder, "own"), **certificate_facts(folder, "own")})

    def of_another(folder):
        return certificate(folder, "lone", "/CN=lone")[0] + certificate(folder, "far", "/CN=far")[1]
    vector("certificate-of-another-key", of_another, "private-key.pem", "valid", "key-pair",
           "unknown", key_type="rsa", encrypted="no", key_bits="2048",
           facts=lambda folder: key_facts(folder, "lone"))

    # What a name holds neither ends a line, nor moves a cursor, nor hides, nor poses as more.
    def hostile(folder):
        key, own = certificate(folder, "hostile", "/O=acme/CN=bank\x1b[2J\nowner: eve\u202e,O=root",
                               "-utf8")
        return key + own
    vector("certificate-of-a-hostile-subject", hostile, "private-key.pem", "valid", "key-pair",
           "unknown", key_type="rsa", encrypted="no", key_bits="2048",
           common_name="bank\ufffd[2J\ufffdowner: eve\ufffd,O=root",
           facts=lambda folder: {
               **key_facts(folder, "hostile"), **certificate_facts(folder, "hostile"),
               **dict.fromkeys(("subject", "issuer"),
                               "CN=bank\ufffd[2J\ufffdowner: eve\ufffd\\,O=root,O=acme")})

    def kubeconfig(folder):
        ca = certificate(folder, "ca", "/CN=kubernetes")[1]
        key, own = certificate(folder, "admin", "/O=system:masters/CN=kubernetes-admin")
        data = lambda text: b64(text.encode())
        return (f"clusters:\n- cluster:\n    certificate-authority-data: {data(ca)}\n"
                f"    server: https://k8s.acme.example:6443\n  name: prod\nusers:\n- name: admin\n"
                f"  user:\n    client-certificate-data: {data(own)}\n"
                f"    client-key-data: {data(key)}\n")
    vector("kubeconfig", kubeconfig, "kubernetes.kubeconfig-client-key", "valid",
           "kubernetes-user", "unknown", key_type="rsa", encrypted="no", key_bits="2048",
           common_name="kubernetes-admin", server="https://k8s.acme.example:6443",
           facts=lambda folder: {**key_facts(folder, "admin"),
                                 **certificate_facts(folder, "admin")})

    # Encrypted keys tell no more than what stands in clear.
    def encrypted(folder):
        return run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                   "ec_paramgen_curve:P-256", "-aes256", "-pass", "pass:" + draw("pass", 9)).decode()
    vector("encrypted-pkcs8", encrypted, "private-key.encrypted", "valid", "", "unknown",
           key_type="pkcs8", encrypted="yes")

    def traditional(folder):
        key = run("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
        return run("openssl", "rsa", "-aes128", "-traditional", "-passout", "pass:" +
                   draw("pass", 9), input=key).decode()
    vector("encrypted-pkcs1", traditional, "private-key.pem", "valid", "", "unknown",
           key_type="rsa", encrypted="yes")

    def openssh(phrase):
        def make(folder):
            file = folder / ("id" + phrase)
            run("ssh-keygen", "-t", "ed25519", "-N", phrase, "-C", "ci@acme.example", "-f", str(file))
            return file.read_text()
        return make

    def ssh_facts(phrase):
        return lambda folder: {"public-key": run(
            "ssh-keygen", "-lf", str(folder / f"id{phrase}.pub")).split()[1].decode()}
    vector("openssh", openssh(""), "private-key.openssh", "valid", "key-pair", "unknown",
           key_type="ed25519", encrypted="no", comment="ci@acme.example", facts=ssh_facts(""))
    phrase = draw("phrase", 9)
    vector("openssh-encrypted", openssh(phrase), "private-key.openssh", "valid", "key-pair",
           "unknown", key_type="ed25519", encrypted="yes", facts=ssh_facts(phrase))

    def gpg(folder, *command):
        home = folder / "gnupg"
        home.mkdir(mode=0o700, exist_ok=True)
        return run("gpg", "--homedir", str(home), "--batch", "--pinentry-mode", "loopback",
                   "--passphrase", "", *command).decode()

    def pgp(folder):
        gpg(folder, "--quick-generate-key", "Release <release@acme.example>", "rsa2048", "sign")
        return gpg(folder, "--armor", "--export-secret-keys")
    vector("pgp", pgp, "private-key.pgp", "valid", "", "human", key_type="pgp",
           user_id="Release <release@acme.example>",
           facts=lambda folder: {"pgp-fingerprint": re.search(
               r"^fpr:+([0-9A-F]{40}):", gpg(folder, "--with-colons", "--list-secret-keys"),
               re.M).group(1).lower()})


def made(folder):
    return folder / "made"


def make(folder):
    made(folder).mkdir(parents=True)
    (folder / "vectors").mkdir()
    for name, text, *_ in VECTORS:
        (folder / "vectors" / (name + ".txt")).write_text(
            text(made(folder)) if callable(text) else text)


def check(folder, report):
    found = {}
    for finding in json.load(open(report))["findings"]:
        for place in finding["occurrences"]:
            found.setdefault(pathlib.Path(place["path"]).stem, []).append(finding)
    wrong = 0
    for name, text, signature, structure, kind, whose, attributes in VECTORS:
        wanted = dict(attributes)
        if "facts" in wanted:
            wanted.update(wanted.pop("facts")(made(folder)))
        there = [f for f in found.get(name, []) if f["signature"]["id"] == signature]
        if not there:
            print(f"{name}: no {signature}, but",
                  [f["signature"]["id"] for f in found.get(name, [])])
            wrong += 1
            continue
        identity = there[0]["identity"]
        told = {key: ANY if wanted.get(key) is ANY else value
                for key, value in identity["attributes"].items()}
        mine = (there[0]["structure"], identity["kind"] or "", identity["class"], told)
        if mine != (structure, kind, whose, wanted):
            print(f"{name}: tells {mine}\n  instead of {(structure, kind, whose, wanted)}")
            wrong += 1
    print(f"{len(VECTORS)} vectors, {wrong} wrong")
    return wrong


if __name__ == "__main__":
    add_vectors()
    if sys.argv[1] == "make":
        make(pathlib.Path(sys.argv[2]))
    else:
        sys.exit(1 if check(pathlib.Path(sys.argv[2]), sys.argv[3]) else 0)
