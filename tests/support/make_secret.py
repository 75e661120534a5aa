#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints a made-up credential of a real format: make_secret.py KIND SEED.

Tests plant these. They are made at run time so that no scanner finds one in this tree.
"""
import base64
import random
import string
import sys
import zlib

ALNUM = string.digits + string.ascii_uppercase + string.ascii_lowercase


def base62(number, width):
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = ALNUM[digit] + digits
    return digits.rjust(width, "0")


def github(rng):
    body = "".join(rng.choice(ALNUM) for _ in range(30))
    return "ghp" + "_" + body + base62(zlib.crc32(body.encode()), 6)


def npm(rng):
    body = "".join(rng.choice(ALNUM) for _ in range(30))
    return "npm" + "_" + body + base62(zlib.crc32(body.encode()), 6)


def sendgrid(rng):
    part = lambda n: "".join(rng.choice(ALNUM) for _ in range(n))
    return "S" + "G." + part(22) + "." + part(43)


def password(rng):
    return "".join(rng.choice(ALNUM + "!#%+") for _ in range(18)) + "7"


def pem(rng):
    data = bytes([0x30, 0x82, 0x04, 0xBC]) + rng.randbytes(0x4BC)
    text = base64.b64encode(data).decode()
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    label = "RSA PRIVATE " + "KEY"
    return "\n".join(["-----BEGIN " + label + "-----", *lines, "-----END " + label + "-----"])


KINDS = {"github": github, "npm": npm, "sendgrid": sendgrid, "password": password, "pem": pem}

if __name__ == "__main__":
    kind, seed = sys.argv[1:]
    print(KINDS[kind](random.Random(kind + seed)))
