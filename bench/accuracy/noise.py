#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scans trees of real code and lists what is found at confidence medium or high, for review.

  noise.py STRAYKEY TREE... [--review FILE]

Prints a table of trees with their lines and findings. --review names a file of verdicts, one per
line: tree<TAB>path<TAB>line<TAB>signature<TAB>verdict, where the verdict is "credential" for what
a reviewer must call one (test keys and fixtures are, in form), and anything else for noise.
Findings that the file does not know are printed, redacted, to be reviewed.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys


def scan(straykey, tree):
    done = subprocess.run([straykey, "scan", "--history", "none", "--format", "json", "-q", "-j", "1", str(tree)], capture_output=True, text=True)
    if done.returncode not in (0, 1, 3):
        sys.exit(f"noise: the scan of {tree} failed ({done.returncode}): {done.stderr}")
    report = json.loads(done.stdout)
    return report["findings"], report["summary"]["allowed"].get("low confidence", 0)


def lines_of(tree):
    count = 0
    for path in pathlib.Path(tree).rglob("*"):
        if path.is_file() and not path.is_symlink():
            count += path.read_bytes().count(b"\n")
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("straykey")
    parser.add_argument("trees", nargs="+")
    parser.add_argument("--review")
    options = parser.parse_args()
    verdicts = {}
    if options.review:
        for line in pathlib.Path(options.review).read_text().splitlines():
            *key, verdict = line.split("\t")
            verdicts[tuple(key)] = verdict
    print("| project | lines | findings | credentials in form | noise | lines for each | low, left out |\n|---|---|---|---|---|---|---|")
    unknown, kinds = [], collections.Counter()
    for tree in options.trees:
        findings, low = scan(options.straykey, tree)
        name, lines = pathlib.Path(tree).name, lines_of(tree)
        noise = 0
        for finding in findings:
            at = finding["occurrences"][0]
            key = (name, at["path"], str(at["line"]), finding["signature"]["id"])
            verdict = verdicts.get(key)
            noise += verdict is not None and verdict != "credential"
            kinds[verdict or "not reviewed"] += 1
            if verdict is None:
                unknown.append(key + (finding["confidence"],))
        print(f"| {name} | {lines} | {len(findings)} | {len(findings) - noise} | {noise} | {lines // noise if noise else '-'} | {low} |", flush=True)
    print("\n" + ", ".join(f"{kind}: {count}" for kind, count in kinds.most_common()))
    for key in unknown:
        print("\t".join(key), file=sys.stderr)


if __name__ == "__main__":
    main()
