#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How the cost of a scan grows, on repositories that are made for it:

  growth.py STRAYKEY [--runs N] [--megabytes N]

With history doubled, cores doubled, signatures doubled, and ten times the secrets. What a
scan of an empty folder costs with the same signatures is taken off, so that to compile
them, which is done once a run, is not what grows.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from measure import Failed, Measured, least, measure

HERE = pathlib.Path(__file__).resolve().parent
COMMITS_PER_MB = 16


@dataclass(frozen=True)
class Case:
    """A scan: of so much history, with so many threads, signatures and secrets."""

    size: int = 1
    jobs: int = 1
    signatures: str = "built in"
    secrets_per_mb: int = 1


# What is doubled (or more), with the case before and the one after it.
STEPS = (
    ("history x2", Case(1), Case(2)),
    ("history x4", Case(1), Case(4)),
    ("cores x2", Case(4, jobs=1), Case(4, jobs=2)),
    ("signatures x2", Case(4, signatures="half"), Case(4, signatures="all")),
    ("secrets x10", Case(4), Case(4, secrets_per_mb=10)),
    ("secrets x100", Case(4), Case(4, secrets_per_mb=100)),
)


class Growth:
    def __init__(self, options, folder):
        self.straykey = options.straykey
        self.megabytes = options.megabytes
        self.folder = folder
        self.measured = {}  # case -> what each run cost, above a scan of nothing
        self.findings = {}
        (folder / "empty").mkdir()
        listed = self.output("signatures", "list", "--json")
        self.ids = sorted(kind["id"] for kind in json.loads(listed)["signatures"])

    def output(self, *words):
        done = subprocess.run([self.straykey, *words], stdout=subprocess.PIPE, check=True)
        return done.stdout

    def repository(self, case):
        path = self.folder / f"made-{case.size}-{case.secrets_per_mb}"
        if not path.exists():
            megabytes = case.size * self.megabytes
            command = [sys.executable, str(HERE / "make_corpus.py"), "git", str(path)]
            command += ["--megabytes", str(megabytes), "--seed", "1"]
            command += ["--commits", str(megabytes * COMMITS_PER_MB)]
            command += ["--secrets-per-mb", str(case.secrets_per_mb)]
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        return path

    def scan(self, case, target):
        report = self.folder / "report.json"
        command = [self.straykey, "scan", "-q", "--exit-zero", "--no-config"]
        command += ["--no-working-tree", "--jobs", str(case.jobs), "-f", f"json={report}"]
        if case.signatures != "built in":
            # Named in both cases, so that both compile what they use.
            half = len(self.ids) // 2
            for name in self.ids[: half if case.signatures == "half" else None]:
                command += ["--enable", name]
        cost = measure([*command, str(target)])
        return cost, json.loads(report.read_text())["summary"]["findings"]

    def run(self, case):
        cost, findings = self.scan(case, self.repository(case))
        nothing, _ = self.scan(case, self.folder / "empty")
        if self.findings.setdefault(case, findings) != findings:
            raise Failed(f"{case}: two runs find different things")
        above = Measured(cost.wall - nothing.wall, cost.cpu - nothing.cpu, cost.memory)
        self.measured.setdefault(case, []).append(above)

    def print(self):
        print("| what grows | CPU s | then | CPU ratio | wall ratio | findings | then |")
        print("|---|" + "--:|" * 6)
        for what, before, after in STEPS:
            one, other = least(self.measured[before]), least(self.measured[after])
            print(
                f"| {what} | {one.cpu:.2f} | {other.cpu:.2f} | {other.cpu / one.cpu:.2f}"
                f" | {other.wall / one.wall:.2f} | {self.findings[before]:,}"
                f" | {self.findings[after]:,} |"
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("straykey")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--megabytes", type=int, default=32, help="of the smallest history")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="straykey-bench-") as name:
        try:
            growth = Growth(options, pathlib.Path(name))
            for _ in range(options.runs):
                for case in dict.fromkeys(case for step in STEPS for case in step[1:]):
                    growth.run(case)
        except Failed as failed:
            sys.exit(f"growth.py: {failed}")
        times = "once" if options.runs == 1 else f"least of {options.runs} runs"
        print(f"\n### How cost grows, from {options.megabytes} MB of history, {times}\n")
        growth.print()


if __name__ == "__main__":
    main()
