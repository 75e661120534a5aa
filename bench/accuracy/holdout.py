#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two more labelled sets, of another shape than corpus.py: what files look like when they leak.

leaks/*.txt hold files as people commit them: settings of well-known frameworks, scripts, dumps,
notes. repositories/*.txt hold what the rest of a repository looks like: tests in many languages,
infrastructure, configuration of servers, records. Both were written without a look at the signatures. A file begins at "== category path"; in it

  {+human+}    is a credential, made when the set is made: what must be found
  {-host-}     is made as well, but is none

and every line without a credential is one on which nothing must be found. Each file is made
several times with other words, names and values. Whoever finds a line for which a scanner was not
made adds the file to the leaks, not the line to the scanner.
"""
import base64
import pathlib
import re
import string
import subprocess
import tempfile
import uuid
import zlib

import chosen
from chosen import ALNUM, pick
from corpus import END, MARK, taken_out

HERE = pathlib.Path(__file__).resolve().parent
TIMES_EACH = {"leaks": 12, "repositories": 6}
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
# Other words than words.py has.
PETS = "bella luna charlie max cooper milo rocky buddy daisy coco oscar simba felix nala kitty rufus".split()
THINGS = ("liverpool arsenal juventus chicago denver lisbon nairobi kyoto brooklyn austin sunshine rainbow chocolate "
          "pineapple bubbles dancer skywalker gandalf batman pikachu mustang porsche guinness espresso vanilla pumpkin "
          "starlight firefly moonlight wildcat bulldog cowboys lakers steelers yankees mariner trombone samurai "
          "bicycle notebook keyring biscuit dumpling lobster penguin hamster octopus flamingo walnut cabbage").split()
PEOPLE = "marta jonas aisha pavel greta hugo ines tariq lola bruno katja dmitri sven chloe ravi naomi".split()
TIMES = "spring autumn winter summer january march october monday friday sunday".split()
PROJECTS = "orchid ledger parcel kiosk beacon harvest pantry atlas courier almanac forge lagoon quarry mosaic".split()
USERS = "admin root deploy jenkins svc_backup webapp sa postgres reporting ftpuser dbadmin appuser".split()


def mixed(rng, alphabet, size):
    """Has a digit, a small and a capital letter where the alphabet has them."""
    while True:
        value = pick(rng, alphabet, size)
        kinds = [str.isdigit, str.islower, str.isupper]
        if all(any(map(k, value)) for k in kinds if any(map(k, alphabet))) or size < 6:
            return value


def swapped(rng, word):
    swaps = {"a": "@", "e": "3", "i": "1", "o": "0", "s": "$", "l": "1"}
    return "".join(swaps[c] if c in swaps and rng.random() < 0.5 else c for c in word)


def human(rng):
    """As people choose them when nobody looks: two parts at least, with a digit or a mark."""
    word = rng.choice(rng.choice((PETS, THINGS, PEOPLE, TIMES, PROJECTS)))
    other = rng.choice(rng.choice((PETS, THINGS, PEOPLE, PROJECTS)))
    year, number = str(rng.randint(1970, 2024)), str(rng.randint(0, 999))
    mark = rng.choice("!!!@@#$*.-_")
    return rng.choice((
        lambda: word + number.zfill(2), lambda: word.capitalize() + year, lambda: word.capitalize() + number + mark,
        lambda: word + mark + year, lambda: word.capitalize() + mark + number.zfill(3), lambda: word + other + number,
        lambda: word.capitalize() + other.capitalize() + mark + number[:2], lambda: swapped(rng, word.capitalize()) + year[2:] + mark,
        lambda: word.upper() + mark + other + number, lambda: number.zfill(3) + word, lambda: year + mark + word.capitalize(),
        lambda: pick(rng, string.ascii_lowercase, 3) + number.zfill(3) + mark, lambda: mixed(rng, ALNUM, rng.randint(8, 12)),
        lambda: mixed(rng, ALNUM + "!@#%^*_-+=", rng.randint(9, 16)), lambda: other + "_" + word + year[2:]))()


def weak(rng):
    """Words alone."""
    word, other = rng.choice(THINGS), rng.choice(PETS + PEOPLE)
    return rng.choice((word, word + other, word.capitalize() + other.capitalize(), f"{word}-{other}"))


def github(rng):
    body = mixed(rng, ALNUM, 30)
    number, check = zlib.crc32(body.encode()), ""
    while number:
        number, digit = divmod(number, 62)
        check = BASE62[digit] + check
    return "ghp_" + body + check.rjust(6, "0")


def npm(rng):
    return "npm_" + github(rng)[4:]


def jwt(rng):
    def part(text):
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return (part('{"alg":"HS256","typ":"JWT"}') + "." + part(f'{{"sub":"{rng.choice(USERS)}","iat":{rng.randint(1500000000, 1700000000)}}}') + "." +
            base64.urlsafe_b64encode(rng.randbytes(32)).decode().rstrip("="))


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, text=True).stdout


def pem_key(rng, _):
    return openssl(*rng.choice((["genrsa", "-traditional", "1024"], ["ecparam", "-name", "prime256v1", "-genkey", "-noout"], ["genpkey", "-algorithm", "ed25519"]))).rstrip()


def ssh_key(rng, _):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["ssh-keygen", "-q", "-t", rng.choice(("ed25519", "ecdsa")), "-N", "", "-C", "", "-f", f"{folder}/k"], check=True)
        return pathlib.Path(folder, "k").read_text().rstrip()


def of(alphabet):
    return lambda rng, size: mixed(rng, alphabet, size)


# kind -> function(rng, number behind it) -> value
MADE = {
    "human": lambda rng, _: human(rng), "weak": lambda rng, _: weak(rng),
    "drawn": lambda rng, _: mixed(rng, ALNUM + rng.choice(("", "", "!@%^*-_+=~")), rng.randint(12, 24)),
    "hex": of("0123456789abcdef"), "HEX": of("0123456789ABCDEF"), "alnum": of(ALNUM), "digits": of(string.digits), "lower": of(string.ascii_lowercase + string.digits),
    "UPPER": of(string.ascii_uppercase + string.digits), "base64url": of(ALNUM + "-_"), "crypt": of(ALNUM + "./"),
    "salt": of(ALNUM + "!@#%^*()-_[]{}~+=,.;:/?|"), "django": of(string.ascii_lowercase + string.digits + "!@#%^*(-_=+)"),
    "bytes64": lambda rng, size: base64.b64encode(rng.randbytes(size)).decode(),
    "uuid": lambda rng, _: str(uuid.UUID(int=rng.getrandbits(128), version=4)), "UUID": lambda rng, _: str(uuid.UUID(int=rng.getrandbits(128), version=4)).upper(),
    "github": lambda rng, _: github(rng), "npm": lambda rng, _: npm(rng), "jwt": lambda rng, _: jwt(rng),
    "akia": lambda rng, _: "AKIA" + pick(rng, string.ascii_uppercase + "234567", 16),
    "stripe": lambda rng, _: "sk_live_" + mixed(rng, ALNUM, 24), "sendgrid": lambda rng, _: f"SG.{mixed(rng, ALNUM + '-_', 22)}.{mixed(rng, ALNUM + '-_', 43)}",
    "slackbot": lambda rng, _: f"xoxb-{pick(rng, '123456789', 12)}-{pick(rng, '123456789', 13)}-{mixed(rng, ALNUM, 24)}",
    "googleapi": lambda rng, _: "AIzaSy" + mixed(rng, ALNUM + "-_", 33), "openai": lambda rng, _: "sk-" + mixed(rng, ALNUM, 20) + "T3BlbkFJ" + mixed(rng, ALNUM, 20),
    "azuresecret": lambda rng, _: f"{mixed(rng, ALNUM, 3)}8Q~{mixed(rng, ALNUM + '-_.', 34)}", "telegram": lambda rng, _: "AA" + mixed(rng, ALNUM + "-_", 33),
    "discord": lambda rng, _: base64.b64encode(pick(rng, "123456789", 18).encode()).decode() + "." + mixed(rng, ALNUM, 6) + "." + mixed(rng, ALNUM + "-_", 38),
    "twitter": lambda rng, _: pick(rng, "123456789", 18) + "-" + mixed(rng, ALNUM, 40),
    "basic": lambda rng, _: base64.b64encode(f"{rng.choice(USERS)}:{human(rng)}".encode()).decode(),
    "pemkey": pem_key, "sshkey": ssh_key,
    "host": lambda rng, _: rng.choice((f"{rng.choice(PROJECTS)}.acme.test", f"db{rng.randint(1, 9)}.{rng.choice(PROJECTS)}.internal", f"10.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}", "localhost")),
    "word": lambda rng, _: rng.choice(PROJECTS), "UWORD": lambda rng, _: rng.choice(PROJECTS).upper(), "user": lambda rng, _: rng.choice(USERS),
    "name": lambda rng, _: rng.choice(PEOPLE), "email": lambda rng, _: f"{rng.choice(PEOPLE)}@{rng.choice(PROJECTS)}.test",
}
MADE.update(chosen.MADE, base64=of(ALNUM + "+/"))
SIGN = re.compile(r"\{(?P<mark>[+-])(?P<b64>b64 )?(?P<kind>[a-zA-Z0-9]+)(?: (?P<argument>\w+))?(?::\w)?(?P=mark)\}")
# How a language writes a value of several lines.
LINES = {
    "json": lambda value: value.replace("\n", "\\n"),
    "java": lambda value: value.replace("\n", '\\n" +\n        "'),
    "php": lambda value: value.replace("\n", '\\n" .\n    "'),
    "array": lambda value: "\n".join(f"  '{line}'," for line in value.split("\n")),
}


def value_of(rng, kind, argument):
    number = int(argument) if argument and argument.isdigit() else 0
    value = MADE[kind](rng, number)
    if "key" in kind and argument in LINES:
        return LINES[argument](value)
    if "key" in kind and number:
        return "\n".join(" " * number + line for line in value.split("\n"))
    return value


def filled(text, rng):
    """The text with values in the place of signs, credentials between the marks of corpus.py."""
    count = 0

    def fill(found):
        nonlocal count
        value = value_of(rng, found["kind"], found["argument"])
        if found["b64"]:
            value = base64.b64encode(value.encode()).decode()
        if found["mark"] == "-":
            return value
        count += 1
        return chr(MARK + count) + value + END
    return SIGN.sub(fill, text)


def templates(name):
    """[(kind of file, path, text)] of a set, in its order."""
    out = []
    for page in sorted((HERE / name).glob("*.txt")):
        for piece in re.split(r"(?m)^== ", page.read_text())[1:]:
            head, _, text = piece.partition("\n")
            category, _, path = head.rpartition(" ")
            out.append((category, path, text))
    return out


def make(name, folder, rng):
    """Writes the files; gives labels as corpus.py does: one for each credential, and for each line without one."""
    labels = []
    for number, (category, path, text) in enumerate(templates(name)):
        kinds = [found["kind"] for found in SIGN.finditer(text) if found["mark"] == "+"]
        for time in range(TIMES_EACH[name]):
            plain, places = taken_out(filled(text, rng))
            target = pathlib.Path(folder, f"{number}-{time}", path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(plain)
            labels += labels_of(str(target.relative_to(folder)), category, plain.encode(), places, kinds)
    return labels


def labels_of(path, category, data, places, kinds):
    def at(offset):
        return data.count(b"\n", 0, offset) + 1, offset - (data.rfind(b"\n", 0, offset) + 1) + 1
    out, taken = [], set()
    for (begin, end), kind in zip(places, kinds):
        (line, column), (end_line, end_column) = at(begin), at(end - 1)
        out.append({"path": path, "line": line, "column": column, "end_line": end_line, "end_column": end_column, "expect": "generic", "kind": kind, "context": category})
        taken.update(range(line, end_line + 1))
    for line in range(1, data.count(b"\n") + 1):
        if line not in taken:
            out.append({"path": path, "line": line, "end_line": line, "expect": "none", "kind": category, "context": category})
    return out
