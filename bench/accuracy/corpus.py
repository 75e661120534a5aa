#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a labelled corpus: files of many formats, and labels.jsonl that says what is in them.

  corpus.py FILL_EXAMPLES SIGNATURES OUT [--seed N] [--contexts N] [--negatives N]

The same arguments make the same bytes, and no credential of it ever stands in this tree. Labels:

  {"path", "line", "column", "end_line", "end_column", "expect": "github.token", "context", "kind"}
  {"path", "line", "end_line", "expect": "none", "kind": "placeholder", "context"}
  {"path", "line", "end_line", "expect": "unjudged"}: an example may hold a second credential

Columns count bytes from 1; ends are inclusive. While a file is put together, a secret stands
between private characters: MARK + its number before it, END behind it. They survive escaping and
are taken out when the file is written.
"""
import argparse
import json
import pathlib
import random
import re
import subprocess

import negatives
import positives
import shapes
from words import SUBJECTS, WORDS, snake

MARK, END = 0xF0000, "\ue001"
GENERIC_CONTEXTS = 1400  # of each kind of assignment; of each kind of text a third
RECORDS_IN_FILE = 12


class Corpus:
    def __init__(self, folder, seed):
        self.folder = folder
        self.rng = random.Random(seed)
        self.labels = (folder.parent / (folder.name + ".labels.jsonl")).open("w")
        self.open = {}  # shape -> (records)
        self.files = 0
        self.count = {"positive": 0, "negative": 0, "unjudged": 0}

    def add(self, shape, text, label):
        """`label`: what is said of the record; its places come when the file is written."""
        records = self.open.setdefault(shape[1], (shape, []))[1]
        records.append((text, label))
        if len(records) >= RECORDS_IN_FILE:
            self.write(*self.open.pop(shape[1]))

    def filler(self, shape):
        words = [self.rng.choice(SUBJECTS), self.rng.choice(WORDS)]
        value = self.rng.choice((str(self.rng.randrange(9999)), self.rng.choice(WORDS), "true", "5m"))
        if shape in shapes.ASSIGN:
            return shape[3](words, value, self.rng)
        return shape[3](f"{snake(words)} = {value}", self.rng)

    def write(self, shape, records):
        self.rng.shuffle(records)
        kind = shape[0]
        out = [shapes.HEADS.get(kind, "")]
        labels, line = [], out[0].count("\n") + 1
        # Other parts of a credential are looked for some hundred bytes around it.
        for text, label in records:
            for piece, said in [(self.filler(shape), None)] * self.rng.randint(1, 3) + [(text, label)]:
                plain, places = taken_out(piece)
                if said:
                    labels += placed(said, places, line, plain)
                    if said["kind"] == "signature":  # its other lines may hold other credentials
                        labels.append({"expect": "unjudged", "kind": "other part", "context": said["context"],
                                       "line": line, "end_line": line + plain.count("\n")})
                out.append(plain + "\n")
                line += plain.count("\n") + 1
        out.append(shapes.TAILS.get(kind, ""))
        self.save(shape[2].format(n=self.files), "".join(out), labels)

    def save(self, path, text, labels):
        self.files += 1
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
        for label in labels:
            label["path"] = path
            self.count[{"none": "negative", "unjudged": "unjudged"}.get(label["expect"], "positive")] += 1
            self.labels.write(json.dumps(label) + "\n")

    def finish(self):
        for shape, records in list(self.open.values()):
            self.write(shape, records)
        self.labels.close()


def marked(value, number=0):
    return chr(MARK + number) + value + END


def taken_out(text):
    """The text without marks, and the byte spans that they enclosed."""
    out, places, begin = bytearray(), [], None
    for c in text:
        if ord(c) >= MARK:
            begin = len(out)
        elif c == END:
            places.append((begin, len(out)))
        else:
            out += c.encode()
    return out.decode(), places


def placed(label, places, line, plain):
    if label["expect"] == "none":
        return [{**label, "line": line, "end_line": line + plain.count("\n")}]
    data, out = plain.encode(), []
    for begin, end in places:
        def at(offset):
            return line + data.count(b"\n", 0, offset), offset - (data.rfind(b"\n", 0, offset) + 1) + 1
        (first, column), (last, end_column) = at(begin), at(end - 1)
        out.append({**label, "line": first, "column": column, "end_line": last, "end_column": end_column})
    return out


ASSIGNMENT = re.compile(
    r"""^\s*(?:export |set |const |let |var |ENV |ARG |"""
    r"""-\ name:\ (?P<k8s>\w+)\n\s*value:\s*|)["']?(?P<name>[A-Za-z][\w.-]{1,60})?["']?\s{0,2}(?:=>|:=|[=:])?\s{0,2}["']?(?P<value>[^\s"']+)["']?[,;]?\s*$""")


def words_of(name):
    """snake, kebab, camel and dotted names into words; initials stay together."""
    pieces = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    return [p.lower() for p in pieces] or [name.lower()]


def as_assignment(text):
    """(words, value with marks) when an example is nothing but one assignment."""
    found = ASSIGNMENT.match(text)
    if not found or MARK not in [ord(c) for c in found["value"] if ord(c) >= MARK]:
        return None
    name = found["k8s"] or found["name"]
    if not name or not found["k8s"] and not re.search(r"[=:]\s{0,2}[\"']?" + re.escape(found["value"][:4]), text):
        return None
    if re.match(r"\s*[\w.-]+:\S", text):  # a URL, or user:hash
        return None
    # Digits within words ("s3", "oauth2") would be torn apart by other cases.
    if re.search(r"[A-Za-z]\d|\d[A-Za-z]", name):
        return None
    return words_of(name), found["value"]


def add_signatures(corpus, examples, contexts):
    """Each signature in `contexts` different shapes, and its counterexamples as they are."""
    rng = corpus.rng
    by_id = {}
    for example in examples:
        by_id.setdefault(example["id"], []).append(example)
    for signature, found in by_id.items():
        good = [e for e in found if "secret" in e]
        rng.shuffle(good)
        used = set()
        for i in range(contexts):
            example = good[i % len(good)]
            data = example["text"].encode()
            begin, end = example["secret"]
            text = data[:begin].decode() + marked(data[begin:end].decode()) + data[end:].decode()
            assigned = as_assignment(text)
            kinds = shapes.ASSIGN if assigned and i % 4 != 3 else shapes.EMBED
            # What is looked for as lines of its own file means nothing with "// " before each, or
            # under another name. Private keys do: they stand in JSON, in comments, in logs.
            of_lines = example["of_lines"] or b"\n" in data[:end] and kinds is shapes.EMBED
            if of_lines and not signature.startswith("private-key."):
                assigned = None
                kinds = [s for s in shapes.EMBED if s[1] in shapes.KEEPS_LINES]
            choices = [s for s in kinds if s[1] not in used]
            shape = rng.choice(choices or kinds)
            used.add(shape[1])
            record = shape[3](*assigned, rng) if assigned and shape in shapes.ASSIGN else shape[3](text, rng)
            corpus.add(shape, record, {"expect": signature, "kind": "signature", "context": shape[1]})
        for example in found:
            if "secret" not in example:
                shape = rng.choice(shapes.EMBED)
                corpus.add(shape, shape[3](example["text"], rng), {"expect": "none", "kind": "counterexample", "of": signature, "context": shape[1]})


def add_generic(corpus):
    rng = corpus.rng
    for kind in positives.KINDS:
        for i in range(GENERIC_CONTEXTS):
            words, value = positives.assignment(rng, kind)
            shape = shapes.ASSIGN[i % len(shapes.ASSIGN)]
            if shape[1] in ("compose-list", "ini", "conf", "properties", "batch", "csv", "log", "url-query", "dockerfile-env-space", "make") and not shapes.bare(value):
                shape = shapes.ASSIGN[rng.randrange(9)]
            corpus.add(shape, shape[3](words, marked(value), rng), {"expect": "generic", "kind": kind, "context": shape[1]})
    for kind in positives.TEXTS:
        for i in range(GENERIC_CONTEXTS // 3):
            shape = shapes.EMBED[i % len(shapes.EMBED)]
            corpus.add(shape, shape[3](positives.text(rng, kind, marked), rng), {"expect": "generic", "kind": kind, "context": shape[1]})


def add_negatives(corpus, count):
    rng = corpus.rng
    for i in range(count * 7 // 10):
        category = list(negatives.ASSIGNED)[i % len(negatives.ASSIGNED)]
        words, value = negatives.ASSIGNED[category](rng)
        shape = rng.choice(shapes.ASSIGN)
        corpus.add(shape, shape[3](words, value, rng), {"expect": "none", "kind": category, "context": shape[1]})
    per_category = count * 3 // 10 // len(negatives.LINES) + 1
    for category, (name, make) in negatives.LINES.items():
        text, labels, line = [], [], 1
        for i in range(per_category):
            record = make(rng)
            labels.append({"expect": "none", "kind": category, "context": name, "line": line, "end_line": line + len(record) - 1})
            text += record
            line += len(record)
            if len(labels) == 100 or i == per_category - 1:
                corpus.save(f"plain/{corpus.files}/{name}", "\n".join(text) + "\n", labels)
                text, labels, line = [], [], 1


def make(fill_examples, signatures, folder, seed=1, contexts=6, negative_count=24_000):
    """Returns how many of each are in it."""
    printed = subprocess.run([fill_examples, signatures, "3", str(seed)], check=True, capture_output=True, text=True).stdout
    examples = [json.loads(line) for line in printed.splitlines()]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    corpus = Corpus(folder, seed)
    add_signatures(corpus, [e for e in examples if not e["id"].startswith("generic.")], contexts)
    add_generic(corpus)
    add_negatives(corpus, negative_count)
    corpus.finish()
    return corpus.count | {"files": corpus.files, "formats": len({s[0] for s in shapes.ASSIGN + shapes.EMBED}) + len(negatives.LINES)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("fill_examples")
    parser.add_argument("signatures")
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--contexts", type=int, default=6)
    parser.add_argument("--negatives", type=int, default=24_000)
    options = parser.parse_args()
    print(json.dumps(make(options.fill_examples, options.signatures, options.out, options.seed, options.contexts, options.negatives)))


if __name__ == "__main__":
    main()
