#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures scans of whole histories beside their ceilings and beside git:

  history.py STRAYKEY BENCH_DECODE [--runs N] [--many-packs N] [--one-pack] [NAME=]REPOSITORY...
  history.py STRAYKEY BENCH_DECODE --smoke

Commands take turns, so that what else the machine does meets all of them; every number of
a table comes from the same run. README.md beside this file tells how to read it.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass

import histories
from measure import Failed, Measured, least, measure

JOBS = sorted({1, os.cpu_count()})
LOG = "`git log -p -U0 --full-history --all`"
CAT_FILE = "`git cat-file --batch-all-objects --unordered --buffer --batch`"


@dataclass
class Row:
    what: str
    measured: Measured
    jobs: int  # git has one thread
    findings: int | None = None
    blobs: int | None = None
    bytes: int = 0


def scan(jobs):
    return f"`straykey scan --jobs {jobs}`"


def before_attribution(jobs):
    return f"of that before attribution, jobs {jobs}"


def decode(jobs):
    return f"decode only, jobs {jobs}"


def unopened(jobs):
    return f"the same without opening archives, jobs {jobs}"


OURS = (scan, before_attribution, unopened, decode)


class History:
    """One repository, measured `runs` times."""

    def __init__(self, options, path, folder):
        self.path = path
        self.programs = options
        self.folder = folder
        folder.mkdir()
        self.measured = {}
        # Of what is not git's:
        self.reports = {}  # the last JSON
        self.jobs = {what(jobs): jobs for jobs in JOBS for what in OURS}

    def add(self, what, measured):
        self.measured.setdefault(what, []).append(measured)

    def run_scan(self, jobs):
        report = self.folder / "report.json"
        command = [
            *(self.programs.straykey, "scan", "-q", "--exit-zero", "--no-working-tree"),
            *("--jobs", str(jobs), "-f", f"json={report}", self.path),
        ]
        # An incomplete scan, of a repository that lacks objects, is measured as well.
        self.add(scan(jobs), measure(command, (0, 3), watch=True))
        self.reports[scan(jobs)] = json.loads(report.read_text())

    def run_decode(self, mode, jobs):
        output = self.folder / "decode.json"
        command = [self.programs.bench_decode, mode, "--jobs", str(jobs), self.path]
        with output.open("w") as out:
            measured = measure(command, watch=True, output=out)
        return measured, json.loads(output.read_text())

    def run_before_attribution(self, what, mode, jobs):
        measured, report = self.run_decode(mode, jobs)
        last = report["stages"].pop("attribution")
        measured.wall -= last["wall"]
        measured.cpu -= last["cpu"]
        # While it attributes it holds no blobs, but what it knows of trees may be more.
        measured.memory = max(s["resident"] for s in report["stages"].values())
        measured.anonymous = max(s["anonymous"] for s in report["stages"].values())
        report["stages"]["attribution"] = last
        self.add(what(jobs), measured)
        self.reports[what(jobs)] = report

    def run_decode_only(self, jobs):
        measured, report = self.run_decode("decode", jobs)
        self.add(decode(jobs), measured)
        self.reports[decode(jobs)] = report

    def run_git(self, whole):
        git = ["git", *histories.OFFLINE, "--no-pager", "-C"]
        command = [*git, self.path, "cat-file", "--batch-all-objects"]
        self.add(CAT_FILE, measure([*command, "--unordered", "--buffer", "--batch"], watch=True))
        command = [*git, str(whole), "log", "-p", "-U0", "--full-history", "--all"]
        self.add(LOG, measure(command, watch=True))

    def run(self, runs):
        whole = self.folder / "whole"
        self.gaps = histories.without_gaps(self.path, whole)
        for _ in range(runs):
            for jobs in JOBS:
                self.run_scan(jobs)
                self.run_before_attribution(before_attribution, "scan", jobs)
                self.run_before_attribution(unopened, "scan-unopened", jobs)
                self.run_decode_only(jobs)
            self.run_git(whole)
        self.parts = self.run_decode("parts", 1)[1]
        self.check()

    def check(self):
        """That all looked at the same, or a ratio of them says nothing."""
        summary = self.reports[scan(1)]["summary"]
        for what, report in self.reports.items():
            counts = report.get("summary", report)
            for key in ("commits", "blobs", "bytes"):
                if counts[key] != summary[key]:
                    raise Failed(
                        f"{self.path}: {what} has {counts[key]} {key}, not {summary[key]}"
                    )
        findings = {json.dumps(self.reports[scan(jobs)]["findings"]) for jobs in JOBS}
        if len(findings) > 1:
            raise Failed(f"{self.path}: what is found depends on --jobs")

    def rows(self):
        summary = self.reports[scan(1)]["summary"]
        for what, all_measured in self.measured.items():
            row = Row(what, least(all_measured), self.jobs.get(what, 1))
            if what in map(scan, JOBS):
                row.findings = summary["findings"]
            if what in self.reports:
                row.blobs, row.bytes = summary["blobs"], summary["bytes"]
            yield row

    def findings(self):
        """All that is said of them, but for where the repository is."""
        text = json.dumps(self.reports[scan(1)]["findings"])
        return text.replace(json.dumps(self.path)[1:-1], "")


def print_commands(history):
    rows = {row.what: row for row in history.rows()}
    git_read = rows[CAT_FILE].measured.cpu
    log = rows[LOG].measured.wall
    print("| command | wall s | CPU s | CPU / decode only | CPU / cat-file", end="")
    print(" | times faster than log -p, wall | wall / CPU | peak MB | of it anonymous", end="")
    print(" | findings | blobs | MB / CPU s |")
    print("|---|" + "--:|" * 11)
    for what, row in rows.items():
        m = row.measured
        print(
            f"| {what} | {m.wall:.2f} | {m.cpu:.2f}"
            f" | {m.cpu / rows[decode(row.jobs)].measured.cpu:.2f} | {m.cpu / git_read:.2f}"
            f" | {log / m.wall:.1f} | {m.wall / m.cpu:.2f}"
            f" | {m.memory / 1e6:,.0f} | {m.anonymous / 1e6:,.0f}"
            f" | {'' if row.findings is None else format(row.findings, ',')}"
            f" | {'' if row.blobs is None else format(row.blobs, ',')}"
            f" | {row.bytes / 1e6 / m.cpu if row.bytes else 0:,.0f} |"
        )
    return rows


def print_asked(rows):
    """What was set as a goal, beside what came out."""
    most = JOBS[-1]
    whole = rows[scan(most)].measured
    one = rows[scan(1)].measured
    log = rows[LOG].measured
    memory = max(rows[scan(jobs)].measured.anonymous for jobs in JOBS)
    reading = rows[before_attribution(1)].measured.cpu / rows[decode(1)].measured.cpu
    bare = rows[unopened(1)].measured.cpu / rows[decode(1)].measured.cpu
    asked = [
        ("CPU before attribution / decode only, 1 job", "at most 2.0", reading),
        ("the same without opening archives", "", bare),
        ("CPU / cat-file, 1 job", "at most 0.5", one.cpu / rows[CAT_FILE].measured.cpu),
        (f"times faster than log -p, {most} jobs", "at least 15", log.wall / whole.wall),
        (f"wall / CPU, {most} jobs", "at most 0.6", whole.wall / whole.cpu),
        ("peak anonymous MB", "below 500", memory / 1e6),
    ]
    print("\n| goal | asked | here |\n|---|--:|--:|")
    for what, bound, value in asked:
        print(f"| {what} | {bound} | {value:,.2f} |")


def print_stages(history):
    print("\n| stage | CPU s | wall s | peak anonymous MB |\n|---|--:|--:|--:|")
    for what in (decode(1), before_attribution(1)):
        title = "decode only" if what == decode(1) else "scan"
        for stage, cost in history.reports[what]["stages"].items():
            print(
                f"| {title}: {stage} | {cost['cpu']:.2f} | {cost['wall']:.2f}"
                f" | {cost['anonymous'] / 1e6:,.0f} |"
            )
    parts = history.parts
    print(
        f"\nOf decoding the blobs, on one thread: inflating {parts['objects']:,} objects to"
        f" {parts['inflated_bytes'] / 1e6:,.0f} MB {parts['inflate_cpu']:.2f} s,"
        f" applying deltas that make {parts['made_bytes'] / 1e6:,.0f} MB with"
        f" {parts['copies']:,} copies {parts['delta_cpu']:.2f} s,"
        f" making bases of cut trees again {parts['bases_cpu']:.2f} s."
    )


def print_history(what, history, runs):
    summary = history.reports[scan(1)]["summary"]
    detected = history.reports[before_attribution(1)]
    print(f"\n### {what}, {'once' if runs == 1 else f'least of {runs} runs'}\n")
    print(
        f"{summary['commits']:,} commits, {summary['blobs']:,} blobs and messages,"
        f" {summary['bytes'] / 1e6:,.0f} MB; {summary['findings']:,} findings from"
        f" {detected['detections']:,} detections in {detected['blobs_with_detections']:,} blobs"
        f" at {detected['places']:,} places; {summary['left_out']} left out,"
        f" {summary['failed']} failed\n"
    )
    rows = print_commands(history)
    print_asked(rows)
    print_stages(history)
    sys.stdout.flush()


def measure_repository(options, what, path, folder):
    history = History(options, path, folder / "as it is")
    history.run(options.runs)
    title = f"{what}, newest commit {histories.newest_commit(path)}"
    print_history(title, history, options.runs)
    if history.gaps:
        print(
            f"\n{history.gaps} objects are missing; `git log -p` was given empty ones"
            " in their place."
        )
    packs = [options.many_packs] if options.many_packs else []
    for count in packs + [1] * options.one_pack:
        measure_packed_anew(options, what, history, count, folder)


def measure_packed_anew(options, what, original, packs, folder):
    title = f"{what} in {packs} packs" if packs > 1 else f"{what} repacked into one pack"
    copy = folder / f"packs{packs}"
    try:
        histories.packed_anew(original.path, copy, packs, options.seconds)
    except subprocess.TimeoutExpired:
        print(f"\n### {title}: left out, packing took more than {options.seconds} s\n")
        return
    history = History(options, str(copy), folder / f"in{packs}")
    history.run(options.runs)
    print_history(title, history, options.runs)
    if history.findings() != original.findings():
        raise Failed(f"{what}: what is found depends on how it is packed")
    print("\nThe findings are those of the repository as it was.")


def smoke(options):
    """All of it on a small repository: whether everything runs and looks at the same."""
    options.runs, options.many_packs, options.one_pack = 1, 3, True
    with tempfile.TemporaryDirectory(prefix="straykey-bench-") as name:
        made = str(pathlib.Path(name) / "made")
        corpus = pathlib.Path(__file__).resolve().parent / "make_corpus.py"
        command = [sys.executable, str(corpus), "git", made, "--megabytes", "2"]
        command += ["--commits", "100", "--secrets-per-mb", "5"]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        measure_repository(options, "made", made, pathlib.Path(name))


def print_memory(options):
    print("\n### Whole histories\n")
    for jobs in JOBS:
        command = [options.bench_decode, "memory", "--jobs", str(jobs)]
        speed = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        print(f"* memory, threads {jobs}: {speed['bytes_per_second'] / 1e9:.1f} GB/s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("straykey")
    parser.add_argument("bench_decode")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--many-packs", type=int, metavar="N", help="also cut into N packs")
    parser.add_argument("--one-pack", action="store_true", help="also with all deltas anew")
    parser.add_argument("--smoke", action="store_true", help="only see that all of it runs")
    parser.add_argument("--seconds", type=int, default=900, help="at most, to pack once")
    parser.add_argument("repository", nargs="*", metavar="[NAME=]REPOSITORY")
    options = parser.parse_intermixed_args()
    try:
        if options.smoke:
            return smoke(options)
        print_memory(options)
        for given in options.repository:
            what, _, path = given.rpartition("=")
            what = what or pathlib.Path(path).resolve().name.removesuffix(".git")
            with tempfile.TemporaryDirectory(prefix="straykey-bench-") as folder:
                measure_repository(options, what, path, pathlib.Path(folder))
    except Failed as failed:
        sys.exit(f"history.py: {failed}")


if __name__ == "__main__":
    main()
