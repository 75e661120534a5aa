# SPDX-License-Identifier: Apache-2.0
"""Passwords as people choose them, and formats of keys, for the set in repositories/.

Other words than those of words.py and of holdout.py, and other languages; some have no digit, some
are known to everybody. None stands here: each is put together when a set is made.
"""
import base64
import hashlib
import string

ALNUM = string.ascii_letters + string.digits
FOREIGN = ("fussball sommer schatz hallo geheimnis passwort soleil bonjour amour chouchou papillon doudou estrella corazon amigo mariposa "
           "tequiero futebol saudade gatinho flamengo amore forza ciao polska kochanie misiek lisica privet solnce zvezda welkom "
           "zomer kaas sinterklaas merhaba galatasaray sevgi sakura nihao wang long hej sommar kalle ilove bismillah inshallah").split()
PLAIN = ("monkey tiger falcon thunder winter cookie ginger hunter ranger shadow silver summer turtle velvet walrus wizard zebra anchor "
         "banana castle dragon eagle forest garden harbor island jungle kettle lemon magnet needle orange pepper quartz rocket saddle "
         "temple umbrella violin window yellow zipper blossom cricket dolphin engine feather guitar").split()
FIRST = "anna peter maria john emma paulo yuki ahmed olga lars nina carlos fatima ivan sofia tom".split()
WORK = "acme shop portal billing crm intranet office erp hotel school clinic bank store media cloud staging backup server".split()
ROLES = "admin root user test demo guest welcome manager support oracle mysql postgres tomcat sa pass".split()
WALKS = "qwerty qwertz azerty asdf zxcv 1q2w3e 1qaz2wsx qazwsx q1w2e3 zaq1 asdfgh".split()


def pick(rng, alphabet, size):
    return "".join(rng.choice(alphabet) for _ in range(size))


def leet(rng, word):
    swaps = {"a": "@4", "e": "3", "i": "1!", "o": "0", "s": "$5", "t": "7"}
    hit = [i for i, c in enumerate(word) if c in swaps]
    taken = set(rng.sample(hit, max(1, len(hit) // 2))) if hit else set()
    return "".join(rng.choice(swaps[c]) if i in taken else c for i, c in enumerate(word))


def person(rng):
    word, other = rng.choice(rng.choice((FOREIGN, PLAIN, PLAIN, FIRST, WORK))), rng.choice(rng.choice((FOREIGN, PLAIN, FIRST)))
    year, two, digits = str(rng.randint(1955, 2024)), f"{rng.randint(0, 99):02}", pick(rng, string.digits, rng.randint(1, 6))
    mark = rng.choice("!!!@@#$%&*?._-+")
    return rng.choice((
        lambda: word + two, lambda: word + digits, lambda: word.capitalize() + year, lambda: word.capitalize() + digits + mark,
        lambda: word.capitalize() + mark + digits, lambda: word + mark + digits, lambda: word + other + two, lambda: word.capitalize() + other.capitalize() + digits,
        lambda: word + "." + other + two, lambda: word.capitalize() + mark + other.capitalize(), lambda: leet(rng, word) + other, lambda: leet(rng, word.capitalize()) + digits,
        lambda: leet(rng, word.capitalize()) + mark + two, lambda: digits + word, lambda: digits + mark + word.capitalize(), lambda: mark + word.capitalize() + year + mark,
        lambda: rng.choice(WALKS) + mark + two, lambda: rng.choice(FIRST) + two + "".join(rng.sample("!@#$", 2)), lambda: word[:3].upper() + word[3:] + mark * 2 + digits,
        lambda: word[:2] + other[:2].upper() + digits + mark, lambda: f"{word}_{other}{two}", lambda: f"{word}-{other}-{digits}", lambda: word + digits + other,
        lambda: pick(rng, ALNUM, rng.randint(7, 10)), lambda: pick(rng, ALNUM + "!@#%^*-_", rng.randint(8, 14)), lambda: pick(rng, string.ascii_lowercase + string.digits, 8),
        lambda: "".join(c.upper() if i % 3 == 0 else c for i, c in enumerate(word)) + digits))()


def usual(rng):
    """What everybody tries first, and what is in use all the same."""
    role = rng.choice(ROLES)
    return rng.choice((lambda: role.capitalize() + rng.choice("@!#") + rng.choice(("1", "12", "123", "1234", "2020")), lambda: role + rng.choice(("123", "1234", "01", "2019")),
                       lambda: "P" + leet(rng, "assword") + rng.choice(("1", "1!", "123", "!", "2021")), lambda: rng.choice(WALKS) + rng.choice(("123", "1!", "r4t5")), lambda: rng.choice(WORK) + rng.choice(("123", "@123", "2020!"))))()


def phrase(rng):
    mark = rng.choice(" -_.")
    return mark.join(rng.choice(PLAIN) for _ in range(rng.randint(3, 5))) + rng.choice(("", str(rng.randint(0, 99))))


def wif(rng):
    """Bitcoin's wallet import format: base58 of version, key and the first four bytes of a double SHA-256."""
    body = b"\x80" + rng.randbytes(32) + b"\x01"
    number = int.from_bytes(body + hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4], "big")
    out = ""
    while number:
        number, digit = divmod(number, 58)
        out = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[digit] + out
    return out


def mapbox(rng):
    return base64.urlsafe_b64encode(('{"u":"%s","a":"c%s"}' % (rng.choice(FIRST), pick(rng, string.ascii_lowercase + string.digits, 24))).encode()).decode().rstrip("=") + "." + pick(rng, ALNUM + "-_", 22)


MADE = {
    "person": lambda rng, _: person(rng), "usual": lambda rng, _: usual(rng), "phrase": lambda rng, _: phrase(rng), "wif": lambda rng, _: wif(rng),
    "jwtmapbox": lambda rng, _: mapbox(rng), "aws40": lambda rng, _: base64.b64encode(rng.randbytes(30)).decode(),
    "bytes64url": lambda rng, size: base64.urlsafe_b64encode(rng.randbytes(size)).decode(),
    "sas": lambda rng, _: base64.b64encode(rng.randbytes(32)).decode().replace("+", "%2B").replace("/", "%2F").replace("=", "%3D"),
}
