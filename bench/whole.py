#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the whole program beside git and beside reading: whole.py STRAYKEY READ_FILES [--runs N]

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
STAGED = {"files": 10, "tracked": 50_000}
TREE = {"files": 66_000, "megabytes": 740, "secrets-per-mb": 0.1, "seed": 1}
MADE = {"megabytes": 256, "commits": 4000, "secrets-per-mb": 1, "seed": 1}


def make_staged(path):
    """A repository with many files, some of them changed and staged."""
    git = ["git", "-C", str(path)]
    subprocess.run(["git", "init", "-q", "-b", "main", str(path)], check=True)
    with subprocess.Popen([*git, "fast-import", "--quiet"], stdin=subprocess.PIPE) as importer:
        importer.stdin.write(
            b"commit refs/heads/main\ncommitter Ada Example <ada@example.org> 1500000000 +0000\n"
            b"data 3\nall\n"
        )
        for number in range(STAGED["tracked"]):
            text = b"int f%d(void) { return %d; }\n" % (number, number) * (1 + number % 40)
            name = b"part%02d/sub%03d/file%d.c" % (number % 40, number % 700, number)
            importer.stdin.write(b"M 100644 inline %s\ndata %d\n%s\n" % (name, len(text), text))
    subprocess.run([*git, "reset", "-q", "--hard"], check=True)
    names = subprocess.run([*git, "ls-files"], stdout=subprocess.PIPE, check=True, text=True)
    names = names.stdout.split()
    changed = names[:: len(names) // STAGED["files"]][: STAGED["files"]]
    for name in changed:
        with open(path / name, "a") as file:
            file.write("int added;\n" * 100)
    subprocess.run([*git, "add", *changed], check=True)


def start_up(straykey, folder):
    empty = folder / "empty"
    small = folder / "small"
    staged = folder / "staged"
    empty.mkdir()
    small.mkdir()
    make_staged(staged)
    (small / "main.c").write_text("int main(void) {\n    return 0;\n}\n")
    commands = {
        "a process that does nothing (`true`)": ["true"],
        "`straykey --version`": [straykey, "--version"],
        "`straykey scan` of an empty folder": [straykey, "scan", "-q", str(empty)],
        "`straykey scan` of one small file": [straykey, "scan", "-q", str(small / "main.c")],
        "`git --version`": ["git", "--version"],
        f"`straykey scan --staged`: {STAGED['files']} files of {STAGED['tracked']:,}": [
            *(straykey, "scan", "-q", "--staged", str(staged)),
        ],
        "`git diff --cached --quiet` there (1: it differs)": [
            *("git", "-C", str(staged), "diff", "--cached", "--quiet"),
        ],
    }
    walls = {what: [] for what in commands}
    peaks = {}
    for _ in range(STARTS):
        for what, command in commands.items():
            measured = measure(command, (0, 1) if command[0] == "git" else (0,))
            walls[what].append(measured.wall * 1000)
            peaks[what] = max(peaks.get(what, 0), measured.memory)
    print(f"\n### Start-up, {STARTS} times each\n")
    print("| command | median ms | least ms | peak MB |\n|---|--:|--:|--:|")
    for what, times in walls.items():
        print(f"| {what} | {statistics.median(times):.1f} | {min(times):.1f}", end="")
        print(f" | {peaks[what] / 1e6:.0f} |")


def whole_tree(straykey, read_files, folder, runs):
    """A tree in memory: scanning it beside reading it, with as many threads."""
    tree = folder / "tree"
    made = make_corpus("tree", tree, TREE)
    report = folder / "tree.json"
    rows = {}
    summaries = []
    measure([read_files, str(tree), "1"])  # so that it is in memory
    for _ in range(runs):
        for jobs in sorted({1, 2, os.cpu_count()}):
            reading = subprocess.run(
                [read_files, str(tree), str(jobs)], stdout=subprocess.PIPE, check=True
            )
            read = json.loads(reading.stdout)
            scan = [straykey, "scan", "-q", "--exit-zero", "--jobs", str(jobs)]
            scanned = measure([*scan, "-f", f"json={report}", str(tree)])
            summaries.append(json.loads(report.read_text())["summary"])
            rows.setdefault(jobs, []).append((read, scanned))
    counts = ("findings", "blobs", "bytes", "left_out", "failed")
    if any(s[key] != summaries[0][key] for s in summaries for key in counts):
        raise Failed("what is found in a tree depends on --jobs")
    if (read["files"], read["bytes"]) != (summaries[0]["blobs"], summaries[0]["bytes"]):
        raise Failed("the tree that was read is not the one that was scanned")
    print(f"\n### A made tree of files, in memory, least of {runs} runs\n")
    print(
        f"make_corpus.py {made}: {read['files']:,} files in {read['folders']:,} folders,"
        f" {read['bytes'] / 1e6:,.0f} MB; {summaries[0]['findings']} findings\n"
    )
    print("| threads | list only s | read only s | `straykey scan` s", end="")
    print(" | CPU s | scan / read | peak MB |\n|--:|--:|--:|--:|--:|--:|--:|")
    for jobs, measured in rows.items():
        listing = min(read["list_s"] for read, _ in measured)
        reading = min(read["read_s"] for read, _ in measured)
        scan = least([scanned for _, scanned in measured])
        print(
            f"| {jobs} | {listing:.3f} | {reading:.3f} | {scan.wall:.3f} | {scan.cpu:.3f}"
            f" | {scan.wall / reading:.2f} | {scan.memory / 1e6:.0f} |"
        )
    sys.stdout.flush()


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


def make_corpus(what, path, options):
    """Gives the arguments that it was made with."""
    words = [word for key, value in options.items() for word in (f"--{key}", str(value))]
    command = [sys.executable, str(HERE / "make_corpus.py"), what, str(path), *words]
    made = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return f"{what} {' '.join(words)}; {made['planted']} secrets planted"


def measure_all(options):
    with tempfile.TemporaryDirectory(prefix="straykey-bench-") as name:
        folder = pathlib.Path(name)
        start_up(options.straykey, folder)
        whole_tree(options.straykey, options.read_files, folder, max(5, options.runs))
        what = f"made (make_corpus.py {make_corpus('git', folder / 'made', MADE)})"
        made = str(folder / "made")
        whole_repository(options.straykey, what, made, folder, options.runs)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("straykey")
    parser.add_argument("read_files")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    try:
        measure_all(options)
    except Failed as failed:
        sys.exit(f"whole.py: {failed}")


if __name__ == "__main__":
    main()
