# SPDX-License-Identifier: Apache-2.0
"""Credentials that no provider's format gives away, and the names and texts they stand in.

People choose passwords from words, dates and keyboards; machines draw them from alphabets. Both
are made here, from the words of words.py, which the model of the scanner was not trained on.
"""
import base64
import string
import uuid

from words import HOSTS, NAMES, SUBJECTS, WORDS

ALNUM = string.ascii_letters + string.digits
MARKS = "!@#%^*-_+=.?~"


def pick(rng, alphabet, low, high=None):
    return "".join(rng.choice(alphabet) for _ in range(rng.randint(low, high or low)))


def drawn(rng, alphabet, low, high=None):
    """Has a digit and a letter, as whatever generates passwords sees to it."""
    while True:
        value = pick(rng, alphabet, low, high)
        if any(c.isdigit() for c in value) and any(c.isalpha() for c in value):
            return value


def leet(rng, word):
    swaps = {"a": "@4", "e": "3", "i": "1!", "o": "0", "s": "$5", "t": "7", "l": "1"}
    return "".join(rng.choice(swaps[c]) if c in swaps and rng.random() < 0.6 else c for c in word)


def human_password(rng):
    word, other = rng.choice(WORDS), rng.choice(WORDS + NAMES)
    number = rng.choice((str(rng.randint(1960, 2025)), str(rng.randint(10, 9999))))
    mark = rng.choice("!@#*?.-_")
    kind = rng.randrange(8)
    if kind == 0:
        return word.capitalize() + number + mark
    if kind == 1:
        return word.capitalize() + mark + number
    if kind == 2:
        return leet(rng, word.capitalize()) + mark + leet(rng, other) + pick(rng, string.digits, 1, 3)
    if kind == 3:
        return f"{word.capitalize()}{other.capitalize()}{number}{mark}"
    if kind == 4:
        return f"{word}-{other}-{rng.choice(WORDS)}-{rng.randint(10, 99)}"
    if kind == 5:
        return pick(rng, string.ascii_lowercase, 3, 5) + number + pick(rng, MARKS, 1, 2) + word[:3].upper()
    if kind == 6:
        return f"{other}{mark}{number}{pick(rng, string.ascii_letters, 2, 3)}"
    return f"{number}{word.capitalize()}{mark}{pick(rng, ALNUM, 1, 3)}"


def password(rng):
    kind = rng.randrange(10)
    if kind < 4:
        value = human_password(rng)
        return value if len(value) >= 8 else value + pick(rng, string.digits, 8 - len(value))
    if kind < 7:
        return drawn(rng, ALNUM + MARKS, 10, 24)
    if kind < 9:
        return drawn(rng, ALNUM, 10, 32)
    return drawn(rng, "0123456789abcdef", 16, 40)


def random_key(rng):
    kind = rng.randrange(9)
    if kind < 2:
        return drawn(rng, "0123456789abcdef", rng.choice((32, 32, 40, 64)))
    if kind < 5:
        return drawn(rng, ALNUM, 20, 64)
    if kind == 5:
        return drawn(rng, string.ascii_lowercase + string.digits, 24, 40)
    if kind == 6:
        return base64.b64encode(rng.randbytes(rng.choice((16, 24, 32, 48)))).decode()
    if kind == 7:
        return drawn(rng, ALNUM + "-_", 22, 64)
    prefix = rng.choice(("live", "prod", "key", "sk", "acme", "svc", "tok"))
    return f"{prefix}_{drawn(rng, ALNUM, 24, 40)}"


def api_key(rng):
    if rng.random() < 0.12:
        return str(uuid.UUID(int=rng.getrandbits(128), version=4))
    return random_key(rng)


def secret(rng):
    kind = rng.random()
    if kind < 0.15:
        return drawn(rng, ALNUM + "!@#%^&*(-_=+)", 50)  # as Django draws it
    if kind < 0.30:
        return drawn(rng, ALNUM + MARKS, 16, 40)
    return random_key(rng)


PASSWORD_NAMES = [s.split() for s in (
    "db password", "database password", "postgres password", "mysql root password", "redis password",
    "smtp password", "mail password", "admin password", "root password", "password", "passwd", "ldap bind password",
    "rabbitmq default pass", "ftp pass", "db pass", "keystore password", "key store password", "spring datasource password",
    "proxy password", "service account password", "user pwd", "sa pwd", "jenkins passwd", "vault passphrase",
    "backup encryption passphrase", "oracle password", "es password", "mongo initdb root password", "default password",
    "amqp pass", "sftp password", "my password", "login password", "mssql sa password", "wp db password")]
KEY_NAMES = [s.split() for s in (
    "api key", "apikey", "access key", "search api key", "billing api key", "app key", "encryption key", "signing key",
    "private key", "auth key", "master key", "service key", "x api key", "client key", "storage account key", "shared key",
    "partner api key", "internal api key", "license api key", "subscription key")]
SECRET_NAMES = [s.split() for s in (
    "client secret", "secret key", "secret", "app secret", "jwt secret", "session secret", "cookie secret", "oauth client secret",
    "webhook secret", "django secret key", "secret access key", "shared secret", "consumer secret", "signing secret",
    "hmac secret", "csrf secret", "flask secret key", "auth secret", "secret token")]
TOKEN_NAMES = [s.split() for s in (
    "access token", "auth token", "api token", "token", "refresh token", "deploy token", "bot token", "service token", "user token",
    "bearer token", "admin token", "ci token", "registry token", "session token", "upload token", "id token", "webhook token")]

# kind -> (names, value)
KINDS = {"password": (PASSWORD_NAMES, password), "api-key": (KEY_NAMES, api_key),
         "secret": (SECRET_NAMES, secret), "token": (TOKEN_NAMES, random_key)}
SECOND_WORDS = [[]] * 6 + [[s] for s in SUBJECTS]


def assignment(rng, kind):
    """(words of the name, value) of a generic credential of that kind."""
    names, value = KINDS[kind]
    return rng.choice(SECOND_WORDS) + rng.choice(names), value(rng)


def url_password(rng):
    return drawn(rng, ALNUM + "-_.!~*", 10, 24) if rng.random() < 0.6 else drawn(rng, ALNUM, 8, 20)


# kind -> texts in which {v} is the secret; {u} a user, {h} a host, {d} a name
TEXTS = {
    "url": ["postgres://{u}:{v}@{h}:5432/{d}?sslmode=disable", "DATABASE_URL=mysql://{u}:{v}@{h}/{d}?ssl=false",
            "redis://:{v}@{h}:6379/0", "amqp://{u}:{v}@{h}:5672/{d}", "git clone https://{u}:{v}@{h}/{d}.git",
            'mongodb+srv://{u}:{v}@{h}/{d}?retryWrites=true&w=majority', "https://{u}:{v}@{h}/api/v2/{d}",
            'proxy = "http://{u}:{v}@{h}:3128"', "ftp://{u}:{v}@{h}/pub", "smtp://{u}:{v}@{h}:587",
            'SQLALCHEMY_DATABASE_URI = "postgresql+psycopg2://{u}:{v}@{h}/{d}"', "broker_url: amqps://{u}:{v}@{h}:5671/"],
    "connection-string": [
        "Server={h};Database={d};User Id={u};Password={v};TrustServerCertificate=true;",
        '"DefaultConnection": "Server=tcp:{h},1433;Initial Catalog={d};User ID={u};Password={v};Encrypt=True"',
        'dsn = "host={h} port=5432 user={u} password={v} dbname={d} sslmode=disable"',
        "jdbc:mysql://{h}:3306/{d}?user={u}&password={v}&useSSL=false", "jdbc:sqlserver://{h};databaseName={d};user={u};password={v};",
        "Data Source={h};Uid={u};Pwd={v};", "Driver={{ODBC Driver 17 for SQL Server}};Server={h};UID={u};PWD={v}"],
    "header": ["Authorization: Bearer {k}", "curl -H 'Authorization: Bearer {k}' https://{h}/v1/{d}", 'headers = {{"Authorization": "Token {k}"}}',
               "X-Api-Key: {k}", 'req.Header.Set("X-Api-Key", "{k}")', "headers: {{ 'X-Auth-Token': '{k}' }},", "curl -H 'X-API-Key: {k}' https://{h}",
               "-H \"Private-Token: {k}\""],
    "command": ["mysql -u {u} -p{v} {d}", "mysqldump -h {h} -u {u} --password={v} {d}", "sshpass -p '{v}' ssh {u}@{h}", "curl -u {u}:{v} https://{h}/{d}",
                "docker login -u {u} -p {v} {h}", "PGPASSWORD='{v}' psql -h {h} -U {u} {d}", "acme-cli login --user {u} --password {v}",
                "keytool -list -keystore a.jks -storepass {v}", "redis-cli -h {h} -a {v} ping", "htpasswd -b .htpasswd {u} {v}", "net use \\\\{h}\\share {v} /user:{u}",
                "openssl pkcs12 -in a.p12 -passin pass:{v} -nodes", "wget --user={u} --password='{v}' https://{h}/{d}", "echo '{u}:{v}' | chpasswd"],
    "sql": ["CREATE USER {u} WITH PASSWORD '{v}';", "ALTER USER {u} IDENTIFIED BY '{v}';", "CREATE LOGIN {u} WITH PASSWORD = '{v}';",
            "GRANT ALL ON {d}.* TO '{u}'@'%' IDENTIFIED BY '{v}';", "ALTER ROLE {u} PASSWORD '{v}';"],
    "netrc": ["machine {h} login {u} password {v}", "machine {h}\n  login {u}\n  password {v}", "{h}:5432:{d}:{u}:{v}",
              "//{h}/:_authToken={k}", "[{h}]\nrepository = https://{h}\nusername = {u}\npassword = {v}"],
    "call": ['connect("{h}", "{u}", password="{v}")', "mysqli_connect('{h}', '{u}', '{v}', '{d}');", 'client.login("{u}", "{v}")',
             'DriverManager.getConnection(url, "{u}", "{v}");', 'session.auth = ("{u}", "{v}")', 'new NetworkCredential("{u}", "{v}")'],
    "prose": ["The {d} admin password is {v} until Friday.", "user: {u} / password: {v}", "login with {u} and password `{v}`", "Username: {u}, Password: {v}"],
}


def text(rng, kind, mark):
    values = {"u": rng.choice(("admin", "app", "svc-build", "root", "deploy", "backup", rng.choice(NAMES))), "h": rng.choice(HOSTS), "d": rng.choice(SUBJECTS)}
    template = rng.choice(TEXTS[kind])
    value = random_key(rng) if "{k}" in template else url_password(rng)
    return template.format(v=mark(value), k=mark(value), **values)
