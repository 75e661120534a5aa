#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Learns how people name and write things, from text that is open and at hand.

  learn_letters.py FOLDER... > scanner/match/letters.inc

Two tables, both of bits (how surprising it is), in eighths, as printable characters from '!' on:

  kLetterBits   a letter after the two before it, within one word; 27 x 27 x 26, case folded;
                0 is the beginning of the word, 1 is 'a'
  kClassBits    the class of a character after those of the two before it, within one token;
                7 x 7 x 7: none (begin, end), lower, upper, digit, -_, ./:@, other

A word is a run of letters as camelCase divides it, a token what stands between spaces, quotes and
brackets. Each counts by the logarithm of how often it was seen, and only if several files have
it, so that neither "the" nor a hash decides anything. The text of a whole Linux distribution's
documentation, headers and libraries gives nearly the same tables whichever part is taken.
"""
import collections
import gzip
import math
import pathlib
import re
import sys

TOKEN = re.compile(rb"[A-Za-z0-9_./:@+*#!?%&~^=$-]{3,40}")
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
FILES = 3
LARGEST = 300_000
SCALE, MOST = 8, 93


def read(path):
    try:
        data = path.open("rb").read(LARGEST)
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(path.read_bytes())[:LARGEST]
    except (OSError, EOFError):
        return b""
    return b"" if b"\0" in data else data


def klass(c):
    return 1 if c.islower() else 2 if c.isupper() else 3 if c.isdigit() else 4 if c in "-_" else 5 if c in "./:@" else 6


def learn(folders):
    seen = collections.Counter()
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                seen.update(set(TOKEN.findall(read(path))))
    letters, classes = collections.Counter(), collections.Counter()
    words = collections.Counter()
    for token, files in seen.items():
        if files < FILES:
            continue
        text = token.decode().strip(".:-_=")
        weight = math.log2(1 + files)
        a = b = 0
        for c in [klass(c) for c in text] + [0]:
            classes[a, b, c] += weight
            a, b = b, c
        for word in WORD.findall(text):
            words[word.lower()] += files
    for word, files in words.items():
        if len(word) < 2 or len(word) > 20:
            continue
        a = b = 0
        for c in word:
            c = ord(c) - 96
            letters[a, b, c] += math.log2(1 + files)
            a, b = b, c
    return letters, classes


def bits(counts, a, b, symbols, floor):
    """Of each symbol after a, b; mixed with those after b, then with chance."""
    two = [counts[a, b, s] for s in symbols]
    one = [sum(counts[x, b, s] for x in range(27)) for s in symbols]
    total_one = sum(one) + floor * len(symbols)
    mixed = [(n + floor) / total_one for n in one]
    total = sum(two) + 6
    return [-math.log2((n + 6 * p) / total) for n, p in zip(two, mixed)]


def printed(name, values):
    text = "".join(chr(33 + min(MOST, round(v * SCALE))) for v in values)
    rows = [text[i:i + 90] for i in range(0, len(text), 90)]
    return f"constexpr char {name}[] =\n" + "\n".join('    R"~(' + row + ')~"' for row in rows) + ";"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__.split("\n\n")[1].strip())
    letters, classes = learn(sys.argv[1:])
    table = [v for a in range(27) for b in range(27) for v in bits(letters, a, b, range(1, 27), 2)]
    print("// SPDX-License-Identifier: Apache-2.0")
    print("// Made by learn_letters.py, which says what it is.")
    print(printed("kLetterBits", table))
    print(printed("kClassBits", [v for a in range(7) for b in range(7) for v in bits(classes, a, b, range(7), 5)]))


if __name__ == "__main__":
    main()
