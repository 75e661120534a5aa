# SPDX-License-Identifier: Apache-2.0
"""What looks like a credential and is none: hard negatives.

ASSIGNED are values that stand by a name, mostly by the name of a credential. LINES are texts of
their own, such as lock files, with the files they stand in. Every entry is a function of a
random generator; its name is the category of the label.
"""
import base64
import hashlib
import string
import uuid

from positives import KEY_NAMES, PASSWORD_NAMES, SECRET_NAMES, TOKEN_NAMES, drawn, pick
from words import COMPANIES, HOSTS, NAMES, SUBJECTS, WORDS, camel, dotted, kebab, pascal, snake, upper

ANY_NAMES = PASSWORD_NAMES + KEY_NAMES + SECRET_NAMES + TOKEN_NAMES
HEX = "0123456789abcdef"


def any_name(rng):
    prefix = [] if rng.random() < 0.6 else [rng.choice(SUBJECTS)]
    return prefix + rng.choice(ANY_NAMES)


def words(rng, low, high=None):
    return [rng.choice(WORDS) for _ in range(rng.randint(low, high or low))]


def sha(rng, bits):
    return hashlib.new(f"sha{bits}", rng.randbytes(9)).hexdigest()


def b64(rng, size):
    return base64.b64encode(rng.randbytes(size)).decode()


def uid(rng):
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def placeholder(rng):
    name = any_name(rng)
    return name, rng.choice([
        f"your-{kebab(name)}", f"YOUR_{upper(name)}", f"<your-{kebab(name)}>", f"your_{snake(name)}_here", f"<{upper(name)}>", "changeme", "change-me-please",
        "CHANGE_ME_IN_PRODUCTION", "replace-this-value", "REPLACE_WITH_REAL_VALUE", "xxxxxxxxxxxxxxxx", "XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX", "x" * rng.randint(8, 40),
        "*" * rng.randint(6, 20), "0" * rng.choice((16, 32, 40)), "..........", "--------", "insert-token-here", f"my-{kebab(name)}", f"my{pascal(name)}", f"some-{kebab(name)}",
        f"example-{kebab(name)}-value", f"dummy-{kebab(name)}", f"fake_{snake(name)}_123", f"test-{kebab(name)}", f"{kebab(name)}-goes-here", "TODO: fill this in", "TBD-before-release", "FIXME_REAL_KEY",
        "enter your value", "supersecret", "s3cr3t-value-here", "not-a-real-secret", "placeholder-value", "redacted", "[REDACTED]", "<redacted>", "(hidden)", "1234567890abcdef", "abcdefghijklmnopqrstuvwxyz",
        "0123456789abcdef0123456789abcdef", "deadbeefdeadbeefdeadbeefdeadbeef", "aaaaaaaaaaaaaaaa", "abcd1234abcd1234", "foobarbaz123", "foo-bar-baz", "secret-value", "this-is-not-a-secret",
        "ABC123DEF456GHI789", "{your-token}", f"__{upper(name)}__", f"@@{upper(name)}@@", f"@{dotted(name)}@", f"%{upper(name)}%", f"REPLACE_ME_{upper(name)}", "sample-key-for-docs", "null", "undefined", "none", "n/a", "unused-value",
        "same-as-above", "see-1password", "ask-your-admin", "set-by-deploy", "generated-at-install", "your-256-bit-secret", "keyboard cat example"])


def variable(rng):
    name = any_name(rng)
    w = words(rng, 1, 2)
    return name, rng.choice([
        f"${{{upper(name)}}}", f"${upper(name)}", f"$({upper(name)})", f"{{{{ {snake(name)} }}}}", f"{{{{ .Values.{camel(w)}.{camel(name)} }}}}", f"${{{{ secrets.{upper(name)} }}}}", f"${{env.{upper(name)}}}", f"${{{upper(name)}:-default}}",
        f"#{{{snake(name)}}}", f"#{{ENV['{upper(name)}']}}", f"%({snake(name)})s", f"%{{{snake(name)}}}", f"<%= ENV[:{snake(name)}] %>", f"<?= $cfg->{camel(name)} ?>", f"{{{camel(name)}}}", f"{{0}}-{snake(name)}", f"${{var.{snake(name)}}}",
        f"${{{dotted(w)}.{dotted(name)}}}", f"$${{{snake(name)}}}", f"&{snake(name)}", f":{snake(name)}", f"@Model.{pascal(name)}", f"[[{snake(name)}]]", f"__{snake(name)}__", f"ENC[AES256_GCM,data:{b64(rng, 24)},iv:{b64(rng, 32)},type:str]",
        f"vault:secret/data/{kebab(w)}#{snake(name)}", f"op://{kebab(w)}/{kebab(name)}/credential", f"arn:aws:secretsmanager:eu-west-1:{pick(rng, string.digits, 12)}:secret:{kebab(w)}-{pick(rng, string.ascii_letters + string.digits, 6)}", f"ssm:/{kebab(w)}/{kebab(name)}",
        f"projects/{pick(rng, string.digits, 12)}/secrets/{kebab(name)}/versions/3", f"!Ref {pascal(name)}", f"{{{{resolve:secretsmanager:{kebab(w)}:SecretString:{snake(name)}}}}}", f"file:/run/secrets/{snake(name)}", f"@Microsoft.KeyVault(SecretUri=https://{kebab(w)}.vault.azure.net/secrets/{pascal(name)}/)",
        f"data.vault_generic_secret.{snake(w)}.data.{snake(name)}", f"module.{snake(w)}.{snake(name)}", f"var.{snake(name)}", f"local.{snake(w)}_{snake(name)}", f"config.{dotted(w)}.{camel(name)}", f"self.{snake(name)}", f"this.{camel(name)}", f"props.{camel(name)}", f"process.env.{upper(name)}",
        f"os.getenv('{upper(name)}')" if rng.random() < .5 else f"System.getenv().get({upper(name)})", f"get{pascal(name)}()", f"{camel(w)}.get{pascal(name)}(user)", f"settings.{upper(name)}", f"request.headers.{camel(name)}", f"args.{snake(name)}", f"options.{camel(name)}2", f"Config::get{pascal(name)}", f"$this->{camel(name)}", f"params[:{snake(name)}]"])


def identifier(rng):
    name, w = any_name(rng), words(rng, 1, 3)
    return name + rng.choice(([], [], ["name"], ["field"], ["key"], ["id"], ["type"], ["label"], ["path"], ["header"], ["param"], ["prefix"])), rng.choice([
        f"{camel(w)}{pascal(name)}", f"{snake(w)}_{snake(name)}", f"{upper(w)}_{upper(name)}", f"{kebab(w)}-{kebab(name)}", f"{dotted(w)}.{dotted(name)}", f"{dotted(w)}.{camel(name)}.v{rng.randint(1, 9)}", f"X-{'-'.join(x.capitalize() for x in name)}", f"{kebab(w)}-{kebab(name)}-{rng.randint(1, 99)}",
        f"{snake(name)}_{rng.randint(1, 20)}", f"input-{kebab(name)}-{rng.randint(1, 9)}", f"form-control {kebab(name)}", f"#{kebab(name)}-input", f".{kebab(name)}__field--{rng.choice(WORDS)}", f"input[name={snake(name)}]", f"//input[@id='{snake(name)}']", f"org.{rng.choice(COMPANIES)}.{dotted(w)}.{pascal(name)}",
        f"com.{rng.choice(COMPANIES)}.auth.{pascal(w)}{pascal(name)}Provider", f"io.{rng.choice(COMPANIES)}/{kebab(name)}", f"{pascal(w)}{pascal(name)}Dto2", f"{kebab(w)}/{kebab(name)}", f"/{snake(w)}/{kebab(name)}/edit", f"/etc/{rng.choice(WORDS)}/{kebab(name)}.pem", f"./keys/{kebab(w)}_rsa.pub", f"config/{snake(name)}.yml.enc",
        f"https://{rng.choice(COMPANIES)}.example.com/oauth2/{kebab(name)}", f"https://login.{rng.choice(COMPANIES)}.test/{uid(rng)}/v2.0/token", f"urn:{kebab(w)}:{kebab(name)}", f"i18n.{dotted(w)}.{snake(name)}", f"{rng.choice(SUBJECTS)}/{rng.choice(COMPANIES)}-{kebab(name)}:v1.{rng.randint(0, 30)}.{rng.randint(0, 9)}",
        f"{kebab(w)}-{kebab(name)}-{pick(rng, string.ascii_lowercase + string.digits, 5)}", f"{camel(name)}${rng.randint(1, 5)}", f"{pascal(name)}[]", f"Map<String, {pascal(name)}>", f"kubernetes.io/{kebab(name)}", f"{rng.choice(NAMES)}@{rng.choice(COMPANIES)}.test", f"{snake(name)}_for_{snake(w)}", f"is{pascal(name)}Valid2"])


def sentence(rng):
    name = any_name(rng)
    shown = " ".join(name)
    return name + rng.choice(([], ["label"], ["hint"], ["error"], ["help"], ["placeholder"])), rng.choice([
        f"Enter your {shown}", f"{shown.capitalize()} is required", f"Your {shown} must have at least 8 characters, 1 digit and 1 symbol!", f"Forgot your {shown}?", f"Invalid {shown}.", f"The {shown} has expired (HTTP 401)", f"Please type the {shown} again:", "Mot de passe oublié ?", "Passwort vergessen?",
        "Contraseña (mínimo 8 caracteres)", "Nouveau mot de passe", "Wachtwoord vergeten?", "パスワードを入力してください", "Введите пароль", "密码不能为空", "Neues_Passwort_bestätigen", "Passwort:", "Kennwort*", "Jelszó", "Hasło", "Salasana", "Lösenord", "Passwort-Wiederholung", "Пароль", "Mot-de-passe", "Contraseña", "Zugangsschlüssel",
        f"{shown}(s) for {rng.choice(SUBJECTS)}", "^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{8,}$", "[A-Za-z0-9+/]{40}", "^[a-f0-9]{32}$", "min:8|max:64|confirmed", "required|string|min:12", "at-least-8-chars", "%s:%d:%s", "Bearer %s", "token=%s&user=%d", f"{shown}: %s", "********", "••••••••", "p, li { white-space: pre; }"])


def option(rng):
    name = any_name(rng) + rng.choice((["type"], ["algorithm"], ["mode"], ["ttl"], ["length"], ["policy"], ["enabled"], ["encoding"], ["format"], ["file"], [], []))
    return name, rng.choice([
        "true", "false", "required", "optional", "disabled", "3600s", "24h", "15m30s", "86400000", "8", "128", "HS256", "RS256", "ES384", "EdDSA", "aes-256-gcm", "AES/CBC/PKCS5Padding", "PBKDF2WithHmacSHA256", "RSA-OAEP-256", "bcrypt", "argon2id", "sha512-crypt", "scram-sha-256", "client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "client_secret_post", "private_key_jwt", "authorization_code", "base64url", "utf-8", "text/plain", "application/json", "x-www-form-urlencoded", "Opaque", "kubernetes.io/tls", "string", "SecureString", "varchar(255)", "Option<String>", "&'static str", "java.lang.String", "std::string_view", "never", "always", "IfNotPresent", "1.2.840.113549.1.1.11",
        "2024-05-17T10:42:13Z", "2023-11-02", "v1.14.2-rc.3", "^7.22.5", ">=3.11,<4", "+49 30 901820", "(555) 010-2290", "1-800-555-0134", "10.12.0.0/16", "fe80::1ff:fe23:4567:890a", "00:1B:44:11:3A:B7", "#1f2d3d", "rgba(31,45,61,0.8)", "eu-central-1", "us-gov-west-1", "en_US.UTF-8", "TLSv1.3", "ECDHE-RSA-AES128-GCM-SHA256", "secp256k1", "ssh-ed25519", "prime256v1",
        "RS256,ES256,PS256", "S256", "AES256_GCM_HKDF_4KB", "HMAC_SHA256_128BITTAG", "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "aws:kms", "TripleDES", "X25519MLKEM768", "Fernet128", "pbkdf2:sha256:600000", "ISO-8859-15", "Ed25519VerificationKey2020", "UTF8String", "9007199254740991", "1700000000", "0x7fffffff", "1e-9"])


def digest_by_name(rng):
    name = rng.choice("checksum|etag|commit hash|git sha|build id|content hash|file digest|image digest|integrity|cache key|md5|sha1|sha256|revision|fingerprint|thumbprint|trace id|span id|request id|object id|node id|key fingerprint|cache key hash|layer digest|partition key|idempotency key|sort key|source hash|dedup key|query hash|module id|row key|primary key|foreign key|artifact key|blob sha".split("|")).split()
    return name, rng.choice([sha(rng, 1), sha(rng, 256), sha(rng, 256)[:32], "sha256:" + sha(rng, 256), "sha512-" + b64(rng, 64), "sha384-" + b64(rng, 48), sha(rng, 1)[:12], uid(rng), f'W/"{sha(rng, 1)[:16]}"', ":".join(pick(rng, "0123456789ABCDEF", 2) for _ in range(20)), "SHA256:" + b64(rng, 32).rstrip("=")])


def id_by_name(rng):
    name = rng.choice("client id|tenant id|subscription id|user id|app id|application id|account id|organization id|project id|resource id|correlation id|device id|message id|workspace id|instance id|session id|event id|install id|zone id|database id|secret id|key id|token id|access key id|kms key id|encryption key id|signing key id|secret name|token name|key name|key vault name|secret version|api key id|public key|ssh public key|deploy key name|token issuer|token endpoint|token url|secret store|password policy id|password reset url|api key header|secret ref|secret path|key alias|key ring|next page token|continuation token|page token|cursor".split("|")).split()
    w = words(rng, 1, 2)
    return name, rng.choice([uid(rng), pick(rng, string.digits, 8, 19), pick(rng, HEX, 24), f"{kebab(w)}-{pick(rng, HEX, 8)}", f"arn:aws:kms:us-east-1:{pick(rng, string.digits, 12)}:key/{uid(rng)}", f"i-{pick(rng, HEX, 17)}", f"projects/{kebab(w)}/locations/eu/keyRings/{w[0]}/cryptoKeys/{w[-1]}", f"{pick(rng, string.digits, 12)}-{pick(rng, string.ascii_lowercase + string.digits, 32)}.apps.googleusercontent.com",
                             f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA{b64(rng, 33)} {rng.choice(NAMES)}@laptop", f"https://{rng.choice(COMPANIES)}.vault.azure.net/secrets/{w[0]}/{pick(rng, HEX, 32)}", f"alias/{kebab(w)}", str(rng.randrange(10**6)), f"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIB{b64(rng, 90)}", f"{kebab(w)}-credentials-{rng.randint(1, 9)}"])


def stored_hash(rng):
    name = rng.choice("password hash|encrypted password|hashed password|password digest|password|passwd|user password hash|admin password hash|password bcrypt|crypted password|authelia password|user passwd".split("|")).split()
    return name, rng.choice([f"$2y$10${pick(rng, './' + string.ascii_letters + string.digits, 53)}", f"$2b$12${pick(rng, './' + string.ascii_letters + string.digits, 53)}", f"$6${pick(rng, string.ascii_letters, 8)}${pick(rng, './' + string.ascii_letters + string.digits, 86)}", f"$argon2id$v=19$m=65536,t=3,p=4${b64(rng, 16).rstrip('=')}${b64(rng, 32).rstrip('=')}",
                             f"pbkdf2_sha256$600000${pick(rng, string.ascii_letters, 22)}${b64(rng, 32)}", f"{{SSHA}}{b64(rng, 24)}", f"$apr1${pick(rng, string.ascii_letters, 8)}${pick(rng, './' + string.ascii_letters, 22)}", f"pbkdf2:sha256:260000${pick(rng, string.ascii_letters + string.digits, 16)}${sha(rng, 256)}", f"{{bcrypt}}$2a$10${pick(rng, './' + string.ascii_letters, 53)}", f"*{sha(rng, 1).upper()}", f"scrypt:32768:8:1${pick(rng, string.ascii_letters, 16)}${sha(rng, 512)}", f"SCRAM-SHA-256$4096:{b64(rng, 16)}${b64(rng, 32)}:{b64(rng, 32)}"])


def plain_word(rng):
    name = any_name(rng)
    w = words(rng, 1, 3)
    return name, rng.choice([w[0], kebab(w), snake(w), camel(w), pascal(w), upper(w), dotted(w), rng.choice(NAMES), rng.choice(SUBJECTS) + "-service", f"{kebab(w)}-v2", "password", "Password", "secret", "token", "apikey", "passwd", "pass", "default", "admin", "root", "test", "guest", "postgres", "example", "demo", "user", "mysql", "string", "password1", "test123", "secret123", "testtest", "mypassword", "test-token", "access_token", "refresh_token", "api_key", "id_token", "X-API-KEY", "Authorization", "bearer", "JSESSIONID", "XSRF-TOKEN", "csrfmiddlewaretoken", "authenticity_token", "PHPSESSID"])


def token_of_language(rng):
    name = rng.choice("bos token|eos token|pad token|unk token|sep token|token type|token kind|max tokens|next token|stop token|token separator|mask token|token class|token index|keyword token|string token|key code|key binding|shortcut key|hot key|map key|translation key|key path|key type|sort keys|public key token|key mapper|secret santa|secretary|password strength|password rules|passport type|compass|bypass mode|keyboard layout|tokenizer|token bucket|monkey patch|turkey region|donkey id".split("|")).split()
    w = words(rng, 1, 2)
    return name, rng.choice(["<s>", "</s>", "[PAD]", "<|endoftext|>", "<|im_start|>", "identifier", "LEFT_PAREN", "T_STRING", "bearer", "ctrl+shift+k", "cmd-alt-p", "Ctrl+K Ctrl+S", "b77a5c561934e089", "31bf3856ad364e35", "ArrowDown", "KEY_LEFTCTRL", f"{dotted(w)}.title", "punctuation.definition.string.begin", "varchar", "EC", f"{camel(w)}Tokenizer2", "qwerty-us-intl", "4096", "org.apache.lucene.analysis.Token2", f"{pascal(w)}TokenV2Factory"])


ASSIGNED = {"placeholder": placeholder, "variable or reference": variable, "identifier, path or URL": identifier, "label or translation": sentence,
            "option, type, date or number": option, "digest by its name": digest_by_name, "id or public part": id_by_name, "password hash": stored_hash, "word": plain_word, "token of a language": token_of_language}


def npm_lock(rng):
    w = words(rng, 1, 2)
    v = f"{rng.randint(0, 9)}.{rng.randint(0, 20)}.{rng.randint(0, 9)}"
    return [f'    "node_modules/{kebab(w)}": {{', f'      "version": "{v}",', f'      "resolved": "https://registry.example.test/{kebab(w)}/-/{kebab(w)}-{v}.tgz",', f'      "integrity": "sha512-{b64(rng, 64)}",', "    },"]


def yarn_lock(rng):
    w = words(rng, 1, 2)
    return [f'"{kebab(w)}@^{rng.randint(1, 9)}.0.0", "token-{w[0]}@^2.1.0":', f'  version "{rng.randint(1, 9)}.2.0"', f'  resolved "https://registry.example.test/{kebab(w)}.tgz#{sha(rng, 1)}"', f"  integrity sha512-{b64(rng, 64)}"]


def cargo_lock(rng):
    w = words(rng, 1, 2)
    return ["[[package]]", f'name = "{kebab(w)}-secret-key"', f'version = "0.{rng.randint(1, 30)}.1"', f'checksum = "{sha(rng, 256)}"', ""]


def go_sum(rng):
    return [f"github.com/{rng.choice(COMPANIES)}/{kebab(words(rng, 1, 2))}-token v1.{rng.randint(0, 30)}.0{rng.choice(('', '/go.mod'))} h1:{b64(rng, 32)}"]


def poetry_lock(rng):
    return [f'    {{file = "{kebab(words(rng, 2))}-1.{rng.randint(0, 9)}.0-py3-none-any.whl", hash = "sha256:{sha(rng, 256)}"}},']


def git_objects(rng):
    return [rng.choice([f"commit {sha(rng, 1)}", f"index {sha(rng, 1)[:11]}..{sha(rng, 1)[:11]} 100644", f"{sha(rng, 1)} refs/tags/v1.{rng.randrange(30)}.0", f"Merge: {sha(rng, 1)[:9]} {sha(rng, 1)[:9]}", f"160000 commit {sha(rng, 1)}\tvendor/{rng.choice(WORDS)}", f"[submodule \"{rng.choice(WORDS)}\"] = {sha(rng, 1)}", f"Cherry-picked from {sha(rng, 1)} (password reset)", f"{sha(rng, 256)}  {kebab(words(rng, 2))}.tar.gz"])]


def public_keys(rng):
    kind = rng.randrange(4)
    if kind == 0:
        return ["-----BEGIN PUBLIC KEY-----"] + [b64(rng, 48) for _ in range(6)] + [b64(rng, 20), "-----END PUBLIC KEY-----"]
    if kind == 1:
        return ["-----BEGIN CERTIFICATE-----"] + [b64(rng, 48) for _ in range(14)] + [b64(rng, 20), "-----END CERTIFICATE-----"]
    if kind == 2:
        return [f"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB{b64(rng, 270)} {rng.choice(NAMES)}@{rng.choice(COMPANIES)}"]
    return [f"{rng.choice(HOSTS)} ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB{b64(rng, 66)}"]


def minified(rng):
    names = string.ascii_letters
    parts = [f"function {pick(rng, names, 1, 2)}({pick(rng, names, 1)},{pick(rng, names, 1)}){{return {pick(rng, names, 1)}.{camel(words(rng, 1, 2))}({pick(rng, names, 1)},{rng.randrange(9999)})}}", f"var {pick(rng, names, 2)}=\"{pick(rng, names, 3)}\",{pick(rng, names, 1)}={{token:{pick(rng, names, 1)},key:\"{pick(rng, names, 2)}\",password:!0}};",
             f'{pick(rng, names, 1)}.exports={{secret:"{rng.choice(WORDS)}__{pick(rng, names, 5)}",apiKey:{pick(rng, names, 1)}.apiKey}};', f'.{rng.choice(WORDS)}_{pick(rng, names + string.digits, 5)}{{color:#{pick(rng, HEX, 6)}}}', f'{{token:"{rng.choice(WORDS)}-{rng.choice(WORDS)}-{pick(rng, names, 5)}",accessToken:e.token,refreshKey:t.key}}']
    return ["".join(rng.choice(parts) for _ in range(3)) + "".join(parts)]


def images(rng):
    return [rng.choice([f'<img alt="password" src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA{b64(rng, 240)}">', f"  background: url(data:image/svg+xml;base64,PHN2ZyB4bWxucz0i{b64(rng, 150)});", f'    "image/png": "iVBORw0KGgoAAAANSUhEUgAA{b64(rng, 300)}\\n",', f"src: url(data:font/woff2;base64,d09GMgABAAAAA{b64(rng, 210)}) format('woff2');"])]


def styles(rng):
    w = words(rng, 2)
    return [rng.choice([f".{kebab(w)}-password-field, #{kebab(w)}-token {{ color: #{pick(rng, HEX, 6)}; margin: {rng.randrange(20)}px; }}", f'<input type="password" class="form-control {kebab(w)}" id="{camel(w)}Password{rng.randint(1, 9)}" autocomplete="current-password">', f'<label for="{snake(w)}_api_key_{rng.randint(1, 9)}">API key:</label>', f'<div data-test-id="{kebab(w)}-secret-{rng.randint(1, 99)}" data-token="{w[0]}" aria-label="Access token: hidden"></div>', f".token.{w[0]}-secret {{ background: #{pick(rng, HEX, 8)}; }}", f'<button data-key="{camel(w)}.password.reset2">Reset password</button>'])]


def prose(rng):
    w = words(rng, 2)
    return [rng.choice([f"The token {w[0]} is passed to the {w[1]} in RFC 6749, section 4.{rng.randint(1, 9)}.", f"Passwords are hashed with bcrypt (cost {rng.randint(8, 14)}) and never written to {w[0]}.", f"Permission is hereby granted, free of charge, to any person obtaining a copy of {w[0]}", f"password: choose one with at least {rng.randint(8, 20)} characters, see CVE-2023-{rng.randint(1000, 49999)}", f"Secret: the {w[0]} that only {w[1]} knows (KB{rng.randint(100000, 999999)}).", f"API key - get yours at https://{rng.choice(COMPANIES)}.example.com/account/keys?ref=docs{rng.randint(1, 99)}", f"Call +1 (555) 01{rng.randint(10, 99)}-{rng.randint(1000, 9999)} if your token: expired.", f"ISBN 978-3-16-{rng.randint(100000, 999999)}-0, password protected", f"* Fixed secret rotation for {w[0]} (#{rng.randint(100, 99999)}) ([{sha(rng, 1)[:7]}](https://git.example.test/c/{sha(rng, 1)}))", f"Bearer tokens of {w[0]}: Authorization: Bearer <token>", f"-u username:password, --password PASSWORD, -k KEY   the {w[0]}", f"password (default: {w[0]}) must match {w[1]}"])]


def urls(rng):
    w = words(rng, 2)
    h = rng.choice(HOSTS)
    return [rng.choice([f"https://{h}/{kebab(w)}?ssl=false&retry=3", f"postgres://{h}:5432/{w[0]}?ssl=false", f"postgres://user:password@{h}/{w[0]}", f"mysql://root:root@localhost/{w[0]}", f"redis://{h}:6379/0", f"mongodb://$USER:$PASS@{h}/{w[0]}", f"amqp://guest:guest@{h}:5672/", f"https://<user>:<password>@{h}/{w[0]}.git", f"https://{h}:8443/{w[0]}@{rng.randint(1, 9)}.2.0/dist", f"http://user:pass@{h}", f"git@{h}:{w[0]}/{w[1]}.git", f"https://${{USER}}:${{TOKEN}}@{h}/{w[0]}", f"https://{{user}}:{{password}}@{h}/x", f"jdbc:postgresql://{h}:5432/{w[0]}?user={w[0]}&password=${{DB_PASSWORD}}", f"Server={h};Database={w[0]};User Id=sa;Password=<password>;", f"Server={h};Integrated Security=SSPI;", f"https://{h}/reset?token={{token}}&email=a@b.test", f"http://xmlns.example.test/2001/04/xmldsig-more#hmac-sha{rng.randint(200, 600)}", f"https://{h}/a/{uid(rng)}?v={sha(rng, 1)[:8]}", f"https://user:********@{h}/{w[0]}", f"sip:alice:5060@{h}", f"s3://{kebab(w)}-secrets/{uid(rng)}/key.json"])]


def code(rng):
    w, name = words(rng, 2), any_name(rng)
    return [rng.choice([f"import {{ {pascal(name)}Service }} from './{kebab(name)}/{kebab(name)}.service2';", f"from {rng.choice(COMPANIES)}.{snake(w)}.{snake(name)}_v2 import {pascal(name)}", f"if (!{camel(name)} || {camel(name)} === 'undefined') return;", f"def {snake(name)}({snake(name)}: str = None) -> str:", f"{snake(name)} = request.form['{snake(name)}']", f"{camel(name)}: {pascal(name)}Schema.optional(),", f"assert {snake(name)} == expected_{snake(name)}2", f'{snake(name)} = hashlib.sha256(b"{w[0]}").hexdigest()', f"const {upper(name)}_FLAG2: FeatureFlag = 'enable-{kebab(name)}-rotation-v2';", f"case {upper(name)}: return \"{snake(name)}\";", f"  {upper(name)} = '{snake(name)}',", f"@Column(name = \"{snake(name)}\", length = 255)", f"{snake(name)} = models.CharField(max_length=128, default='')", f"public static final String {upper(name)}_KEY = \"{dotted(w)}.{camel(name)}\";", f"let {camel(name)} = await {camel(w)}.generate{pascal(name)}({rng.randint(8, 64)});", f"echo \"{upper(name)}=${{{upper(name)}}}\" >> .env", f"curl -u \"$USER:${upper(name)}\" https://{rng.choice(HOSTS)}/api", f"curl -H \"Authorization: Bearer ${upper(name)}\" https://{rng.choice(HOSTS)}", f"--{kebab(name)}-file /run/secrets/{snake(name)}2", f"{snake(name)}={snake(name)},", f"self._{snake(name)} = {snake(name)} or generate_{snake(name)}()", f"{snake(name)} := os.Getenv(\"{upper(name)}\")", f"mysql -u root -p{w[0]} {w[1]}", f"{snake(name)} = ''.join(random.choice(chars) for _ in range(32))", f"expect({camel(name)}).toBe('{camel(w)}{pascal(name)}');", f'describe("{camel(name)}: returns {w[0]} for v2", () => {{', f"{camel(name)}: data['{snake(name)}'],", f"Password = model.Password.Trim2(),", f'token = "{w[0]}{w[1]}" + str(i)', f"{upper(name)}: {upper(w)}_{upper(name)}_V2"])]


def jwt_like_names(rng):
    w = words(rng, 5)
    return [rng.choice([f"{w[0]}.{w[1]}.{w[2]}.token.v{rng.randint(1, 9)}.{w[3]}", f"spring.security.oauth2.client.registration.{w[0]}.client-name={pascal(w[:2])}", f"\"access.token.claim\": \"true\", \"{w[0]}.{w[1]}.{w[2]}\": \"{w[3]}.{w[4]}\"", f"log4j.logger.org.{w[0]}.{w[1]}.security.TokenFilter=DEBUG", f"{w[0]}/{w[1]}/{pascal(w[2:4])}TokenImpl$1.class"])]


# category -> (file, function)
LINES = {"npm lock": ("package-lock.json", npm_lock), "yarn lock": ("yarn.lock", yarn_lock), "cargo lock": ("Cargo.lock", cargo_lock), "go sum": ("go.sum", go_sum), "poetry lock": ("poetry.lock", poetry_lock), "git objects": ("CHANGES.txt", git_objects), "public keys": ("public-keys.txt", public_keys),
         "minified code": ("app.min.js", minified), "images and fonts": ("inline.html", images), "styles and test ids": ("page.html", styles), "prose and license": ("README.md", prose), "urls": ("endpoints.txt", urls), "code": ("sample.code", code), "dotted names": ("names.properties", jwt_like_names)}
