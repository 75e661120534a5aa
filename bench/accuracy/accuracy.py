#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Precision and recall of straykey on a labelled corpus that is made now and thrown away.

  accuracy.py STRAYKEY FILL_EXAMPLES [--seed N] [--only SET] [--write docs/accuracy.md] [--keep FOLDER]

What counts is what is reported at confidence medium or high.

* A credential is found when a finding covers it and names its signature (at confidence low, where the
  signature itself says low: encrypted values); a generic one when any finding covers it. "Elsewhere" counts what another signature found: not lost, but badly named.
* A finding that touches no labelled credential is a false alarm, of its signature and of the
  negative on that line. One that names another provider for a credential is a false alarm, too.
"""
import argparse
import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import tomllib

import corpus
import holdout
import negatives
import positives

COUNTS = ("medium", "high")
BEGIN, END = "<!-- made by bench/accuracy/accuracy.py -->", "<!-- end -->"
SETS = ("leaks", "repositories")
SIGNATURES = str(pathlib.Path(__file__).resolve().parents[2] / "signatures")


def low_by_nature():
    """Ids of the signatures that say low themselves."""
    files = [tomllib.loads(path.read_text()) for path in pathlib.Path(SIGNATURES).glob("*.toml")]
    return {s["id"] for file in files for s in file.get("signature", ()) if s.get("confidence") == "low"}


LOW = low_by_nature()


def scan(straykey, folder):
    """[(path, begin, end, signature, confidence)], places as (line, column)."""
    done = subprocess.run([straykey, "scan", "--history", "none", "--confidence", "low", "--format", "json", "-q", "-j", "1",
                           str(folder)], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"accuracy: the scan failed ({done.returncode}): {done.stderr}")
    report = json.loads(done.stdout)
    out = []
    for finding in report["findings"]:
        for at in finding["occurrences"]:
            out.append((at["path"], (at["line"], at["column"]), (at["end_line"], at["end_column"]), finding["signature"]["id"], finding["confidence"]))
    return out, report["coverage"]["left_out"]


class Tally:
    def __init__(self):
        self.expected = self.found = self.elsewhere = self.low = self.right = self.wrong = 0

    @property
    def recall(self):
        return self.found / self.expected if self.expected else 1.0

    @property
    def precision(self):
        reported = self.right + self.wrong
        return self.right / reported if reported else 1.0

    def row(self):
        return f"{self.precision:.3f} | {self.recall:.3f} | {self.expected} | {self.found} | {self.elsewhere} | {self.low} | {self.wrong}"


def is_generic(signature):
    return signature.split(".")[0] in ("generic", "url", "http-header", "connection-string", "netrc", "sql")


def provider(signature):
    return signature.split(".")[0]


class Judgement:
    """Compares findings with labels. Everything is counted once, here."""

    def __init__(self, labels, findings, misses=None):
        self.by_signature = collections.defaultdict(Tally)
        self.by_context = collections.defaultdict(Tally)
        self.by_kind = collections.defaultdict(Tally)
        self.false_by_category = collections.Counter()
        self.negatives = collections.Counter()
        self.generic, self.specific = Tally(), Tally()
        self.misses = misses if misses is not None else []
        by_path = collections.defaultdict(list)
        for label in labels:
            by_path[label["path"]].append(label)
        reports = collections.defaultdict(list)
        for path, begin, end, signature, confidence in findings:
            reports[path].append((begin, end, signature, confidence))
        for path, of_path in by_path.items():
            self.judge_file(path, of_path, reports[path])

    def judge_file(self, path, labels, found):
        positives = [x for x in labels if x["expect"] not in ("none", "unjudged")]
        lines = {}
        for label in labels:
            if label["expect"] in ("none", "unjudged"):
                if label["expect"] == "none":
                    self.negatives[label["kind"]] += 1
                for line in range(label["line"], label["end_line"] + 1):
                    lines[line] = label
        covered = [[] for _ in found]
        for label in positives:
            begin, end = (label["line"], label["column"]), (label["end_line"], label["end_column"])
            over = [i for i, f in enumerate(found) if f[0] <= end and begin <= f[1]]
            for i in over:
                covered[i].append(label)
            self.judge_positive(path, label, [found[i] for i in over])
        for f, of_finding in zip(found, covered):
            if f[3] in COUNTS:
                self.judge_finding(path, f, of_finding, lines)

    def judge_positive(self, path, label, over):
        expect, generic = label["expect"], label["expect"] == "generic"
        tallies = [self.by_context[label["context"]], self.generic if generic else self.specific]
        tallies.append(self.by_kind[label["kind"]] if generic else self.by_signature[expect])
        shown = [f for f in over if f[3] in COUNTS]
        hit = bool(shown) if generic else any(f[2] == expect and (f[3] in COUNTS or expect in LOW) for f in over)
        for tally in tallies:
            tally.expected += 1
            tally.found += hit
            if not hit and shown:
                tally.elsewhere += 1
            elif not hit and over:
                tally.low += 1
        if not hit:
            self.misses.append(("missed", path, label["line"], label["kind"], expect, label["context"], sorted({f"{f[2]}:{f[3]}" for f in over})))

    def judge_finding(self, path, found, labels, lines):
        signature = found[2]
        right = any(label["expect"] == signature or label["expect"] == "generic" or is_generic(signature) or provider(label["expect"]) == provider(signature) for label in labels)
        negative = lines.get(found[0][0])
        # What one signature must not find may well be another's, or nobody knows whose.
        if negative and not labels and (negative["expect"] == "unjudged" or negative.get("of", signature) != signature):
            return
        category = "another provider's" if labels else negative["kind"] if negative else "filler"
        context = labels[0]["context"] if labels else negative["context"] if negative else "filler"
        # A generic finding of a provider's credential is a loss of that one, not of precision.
        for tally in (self.by_signature[signature], self.by_context[context], self.generic if is_generic(signature) else self.specific):
            tally.right += right
            tally.wrong += not right
        if not right:
            self.false_by_category[category] += 1
            self.misses.append(("false", path, found[0][0], category, signature, context, found[3]))


HEADER = "precision | recall | credentials | found | elsewhere | low | false alarms"


def table(title, tallies, everything):
    rows = sorted(tallies.items(), key=lambda x: (min(x[1].recall, x[1].precision), x[0]))
    shown = [r for r in rows if everything or min(r[1].recall, r[1].precision) < 1]
    out = [f"| {title} | {HEADER} |", "|---|---|---|---|---|---|---|---|"]
    return out + [f"| {name} | {tally.row()} |" for name, tally in shown], [r for r in rows if r not in shown]


def document(judgement, made, seed):
    out = [f"Seed {seed}: {made['positive']} credentials and {made['negative']} hard negatives in {made['files']} files of {made['formats']} formats.", "",
           f"| all | {HEADER} |", "|---|---|---|---|---|---|---|---|", f"| generic signatures | {judgement.generic.row()} |", f"| specific signatures | {judgement.specific.row()} |", ""]
    out += ["### Generic credentials by kind", "", *table("kind", judgement.by_kind, True)[0], ""]
    out += ["### By context", "", *table("context", judgement.by_context, True)[0], ""]
    out += ["### False alarms by what they were raised over", "", "| what | lines or records | false alarms |", "|---|---|---|"]
    out += [f"| {kind} | {judgement.negatives.get(kind, '')} | {judgement.false_by_category[kind]} |" for kind in sorted(set(judgement.negatives) | set(judgement.false_by_category), key=lambda k: (-judgement.false_by_category[k], k))]
    specific = {k: v for k, v in judgement.by_signature.items()}
    rows, perfect = table("signature", specific, False)
    out += ["", "### By signature, worst first", "", *rows, "", f"The other {len(perfect)} are found each time and raise no false alarm:", "",
            ", ".join(f"{name} ({tally.expected or tally.right})" for name, tally in perfect)]
    return "\n".join(out) + "\n"


def set_begin(name):
    return f"<!-- {name}, made by bench/accuracy/accuracy.py -->"


def set_document(name, straykey, folder, seed):
    """The other two sets: files as they leak, and as repositories look. See holdout.py."""
    labels = holdout.make(name, folder, random.Random(seed))
    judgement = Judgement(labels, scan(straykey, folder)[0])
    whole = Tally()
    for tally in (judgement.generic, judgement.specific):
        for count in vars(whole):
            setattr(whole, count, getattr(whole, count) + getattr(tally, count))
    files = {label["path"] for label in labels}
    return "\n".join([f"Seed {seed}: {whole.expected} credentials and {sum(judgement.negatives.values())} lines without one in {len(files)} files of {len(holdout.templates(name))} shapes.", "",
                      f"| all | {HEADER} |", "|---|---|---|---|---|---|---|---|", f"| {name} | {whole.row()} |", "",
                      *table("credential", judgement.by_kind, True)[0], "", *table("file", judgement.by_context, True)[0]]) + "\n", judgement


def curve(judge_values, seed):
    """The shares of made values that the model would call drawn, by where the limit is set."""
    rng = random.Random(seed)
    kinds = {"password": "password", "api-key": "key", "secret": "key", "token": "token"}
    made = [(kinds[kind], positives.assignment(rng, kind)[1], kind) for kind in positives.KINDS for _ in range(3000)]
    made += [("password", positives.human_password(rng), "chosen by a person") for _ in range(3000)]
    made += [("key", make(rng)[1], category) for category, make in negatives.ASSIGNED.items() for _ in range(3000)]
    made = [(kind, value, label) for kind, value, label in made if "\n" not in value and "\t" not in value]
    done = subprocess.run([judge_values], input="".join(f"{k}\t{v}\n" for k, v, _ in made), check=True, capture_output=True, text=True)
    judged = [line.split("\t") for line in done.stdout.splitlines()]
    limits = [x / 10 for x in range(-4, 21, 2)]
    out = [f"One value takes {int(done.stderr)} ns. Shares with a surprise of at least so many bits per character:", "",
           "| | values | " + " | ".join(f"{x:.1f}" for x in limits) + " | called a credential |", "|---|---|" + "---|" * len(limits) + "---|"]
    for label in dict.fromkeys(label for _, _, label in made):
        scores = [(float(s), c) for (s, c), (_, _, of) in zip(judged, made) if of == label]
        shares = " | ".join(f"{sum(s >= x for s, _ in scores) / len(scores):.3f}" for x in limits)
        out.append(f"| {label} | {len(scores)} | {shares} | {sum(c == 'credential' for _, c in scores) / len(scores):.3f} |")
    return out


def keep(options, path, misses):
    if options.keep:
        path.write_text("".join(json.dumps(m) + "\n" for m in misses))


def corpus_document(options, fill, base):
    made = corpus.make(fill, SIGNATURES, base / "corpus", options.seed)
    labels = [json.loads(line) for line in (base / "corpus.labels.jsonl").open()]
    findings, left_out = scan(options.straykey, base / "corpus")
    judgement = Judgement(labels, findings)
    keep(options, base / "wrong.jsonl", judgement.misses)
    if options.keep:
        (base / "left_out.json").write_text(json.dumps(left_out, indent=1))
    judge = str(pathlib.Path(fill).with_name("judge_values"))
    return document(judgement, made, options.seed) + "\n### The value model\n\n" + "\n".join(curve(judge, options.seed)) + "\n"


def write_between_marks(path, begin, text):
    page = pathlib.Path(path)
    before, _, rest = page.read_text().partition(begin)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{begin}\n\n{text}\n{END}{after}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("straykey")
    parser.add_argument("fill_examples", nargs="?", help="built beside bench_micro; default: fill_examples beside STRAYKEY")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", metavar="PAGE", help="put the tables between the marks of this page")
    parser.add_argument("--only", choices=("corpus", *SETS), help="make and judge this set alone")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the corpus, and what was judged wrong, here")
    options = parser.parse_args()
    fill = options.fill_examples or str(pathlib.Path(options.straykey).resolve().parent / "fill_examples")
    with tempfile.TemporaryDirectory() as temporary:
        base = pathlib.Path(options.keep or temporary)
        base.mkdir(parents=True, exist_ok=True)
        pages = {}
        if options.only in (None, "corpus"):
            pages[BEGIN] = corpus_document(options, fill, base)
        for name in SETS:
            if options.only in (None, name):
                pages[set_begin(name)], judged = set_document(name, options.straykey, base / name, options.seed)
                keep(options, base / f"{name}_wrong.jsonl", judged.misses)
    for begin, text in pages.items():
        if options.write:
            write_between_marks(options.write, begin, text)
        print(text)


if __name__ == "__main__":
    main()
