#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the whole program beside git: whole.py STRAYKEY [--runs N]

Every number of a table comes from the same run; commands take turns, so that what else the
machine does meets all of them.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from measure import Failed, least, measure

HERE = pathlib.Path(__file__).resolve().parent
STARTS = 40
MADE = {"megabytes": 256, "commits": 4000, "secrets-per-mb": 1, "seed": 1}


def start_up(straykey, folder):
    empty = folder / "empty"
    small = folder / "small"
    empty.mkdir()
    small.mkdir()
    (small / "main.c").write_text("int main(void) {\n    return 0;\n}\n")
    commands = {
        "a process that does nothing (`true`)": ["true"],
        "`straykey --version`": [straykey, "--version"],
        "`straykey scan` of an empty folder": [straykey, "scan", "-q", str(empty)],
        "`straykey scan` of one small file": [straykey, "scan", "-q", str(small / "main.c")],
        "`git --version`": ["git", "--version"],
    }
    walls = {what: [] for what in commands}
    for _ in range(STARTS):
        for what, command in commands.items():
            walls[what].append(measure(command).wall * 1000)
    print(f"\n### Start-up, {STARTS} times each\n")
    print("| command | median ms | least ms |\n|---|--:|--:|")
    for what, times in walls.items():
        print(f"| {what} | {statistics.median(times):.1f} | {min(times):.1f} |")


def whole_repository(straykey, what, path, folder, runs):
    git = ["git", "-C", path, "--no-pager"]
    reports = {jobs: folder / f"jobs{jobs}.json" for jobs in (1, os.cpu_count())}
    commands = {}
    for jobs, report in reports.items():
        commands[f"`straykey scan --jobs {jobs}`"] = [
            *(straykey, "scan", "-q", "--exit-zero", "--no-working-tree"),
            *("--jobs", str(jobs), "-f", f"json={report}", path),
        ]
    cat_file = "`git cat-file --batch-all-objects` (reads, looks at nothing)"
    commands[cat_file] = [
        *git, "cat-file", "--batch-all-objects", "--batch", "--buffer", "--unordered",
    ]  # fmt: skip
    commands["`git log -p -U0 --full-history --all` (what scanners of patches read)"] = [
        *git, "log", "-p", "-U0", "--full-history", "--all",
    ]  # fmt: skip
    all_measured = {command: [] for command in commands}
    for _ in range(runs):
        for command, arguments in commands.items():
            # An incomplete scan, of a repository that lacks objects, is measured as well.
            expected = (0, 3) if arguments[0] == straykey else (0,)
            all_measured[command].append(measure(arguments, expected))
    measured = {command: least(times) for command, times in all_measured.items()}
    summaries = [json.loads(report.read_text())["summary"] for report in reports.values()]
    counts = ("findings", "commits", "blobs", "bytes", "left_out", "failed")
    if any(s[key] != summaries[0][key] for s in summaries for key in counts):
        raise Failed(f"{path}: what is found depends on --jobs")
    print_repository(what, summaries[0], measured, measured[cat_file], runs)


def print_repository(what, summary, measured, reading, runs):
    print(f"\n### {what}, {'once' if runs == 1 else f'least of {runs} runs'}\n")
    print(
        f"{summary['commits']:,} commits, {summary['blobs']:,} blobs and messages,"
        f" {summary['bytes'] / 1e6:,.0f} MB; {summary['findings']:,} findings,"
        f" {summary['left_out']} left out, {summary['failed']} failed\n"
    )
    print("| command | wall s | CPU s | CPU / cat-file | wall / cat-file", end="")
    print(" | MB / CPU s | peak MB |\n|---|--:|--:|--:|--:|--:|--:|")
    for command, m in measured.items():
        print(
            f"| {command} | {m.wall:.2f} | {m.cpu:.2f} | {m.cpu / reading.cpu:.2f}"
            f" | {m.wall / reading.wall:.2f} | {summary['bytes'] / 1e6 / m.cpu:,.0f}"
            f" | {m.memory / 1e6:,.0f} |"
        )
    sys.stdout.flush()


def make_repository(path):
    options = [word for key, value in MADE.items() for word in (f"--{key}", str(value))]
    command = [sys.executable, str(HERE / "make_corpus.py"), "git", str(path), *options]
    made = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return f"made (make_corpus.py git {' '.join(options)}; {made['planted']} secrets planted)"


def measure_all(options):
    with tempfile.TemporaryDirectory(prefix="straykey-bench-") as name:
        folder = pathlib.Path(name)
        start_up(options.straykey, folder)
        what = make_repository(folder / "made")
        made = str(folder / "made")
        whole_repository(options.straykey, what, made, folder, options.runs)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("straykey")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    try:
        measure_all(options)
    except Failed as failed:
        sys.exit(f"whole.py: {failed}")


if __name__ == "__main__":
    main()
