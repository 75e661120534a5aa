#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tells whether scanning has become slower, on a machine of any speed and however busy:

  guard.py PROJECT STRAYKEY [COMMIT]

Counts the instructions that STRAYKEY and the program of COMMIT (the parent of HEAD) need
for the same scans on one thread. Ends with 1 when one of them needs over 1.05 times as many
and finds the same. COMMIT is built once, in PROJECT/build/guard.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
MOST = 1.05
HISTORY = {"megabytes": 64, "commits": 2000, "secrets-per-mb": 2, "seed": 1}
FOLDER = {"megabytes": 16, "secrets-per-mb": 2, "seed": 2}


def perf(command, folder):
    """None when the machine does not let us count."""
    output = folder / "perf.csv"
    options = ["stat", "-x", ",", "-e", "instructions:u", "-o", str(output), "--"]
    subprocess.run(["perf", *options, *command], check=True, stdout=subprocess.DEVNULL)
    count = re.search(r"^(\d+),", output.read_text(), re.MULTILINE)
    return int(count[1]) if count else None


def callgrind(command, folder):
    log = folder / "callgrind.log"
    options = ["--tool=callgrind", "--callgrind-out-file=/dev/null", f"--log-file={log}"]
    subprocess.run(["valgrind", *options, *command], check=True, stdout=subprocess.DEVNULL)
    return int(re.search(r"Collected : (\d+)", log.read_text())[1])


def choose_counter(folder):
    """What counts here, and its name."""
    if shutil.which("perf"):
        try:
            if perf(["true"], folder):
                return perf, "perf stat"
        except subprocess.CalledProcessError:  # not allowed
            pass
    if shutil.which("valgrind"):
        return callgrind, "callgrind"
    return None, ""


def make(what, options, path):
    words = [word for key, value in options.items() for word in (f"--{key}", str(value))]
    command = [sys.executable, str(HERE / "make_corpus.py"), what, str(path), *words]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def made_targets(folder):
    make("git", HISTORY, folder / "history")
    make("folder", FOLDER, folder / "folder")
    (folder / "empty").mkdir()
    return ("history", "folder", "empty")


def build(project, commit):
    """The program of that commit."""
    kept = project / "build/guard" / commit / "straykey"
    if kept.exists():
        return kept
    tree = kept.parent / "tree"
    git = ["git", "-C", str(project), "worktree"]
    print(f"guard: building {commit[:10]}", file=sys.stderr, flush=True)
    subprocess.run([*git, "add", "--detach", "--force", str(tree), commit], check=True,
                   capture_output=True)  # fmt: skip
    try:
        made = kept.parent / "made"
        configure = ["cmake", "-G", "Ninja", "-S", str(tree), "-B", str(made)]
        configure += ["-DCMAKE_BUILD_TYPE=Release", "-DBUILD_TESTING=OFF"]
        for command in (configure, ["cmake", "--build", str(made), "--target", "straykey"]):
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if done.returncode:
                sys.stderr.buffer.write(done.stdout[-4000:])
                sys.exit(f"guard.py: {commit} does not build")
        shutil.copy(made / "straykey", kept)
        shutil.rmtree(made)
    finally:
        subprocess.run([*git, "remove", "--force", str(tree)], check=True)
    return kept


def scan(counter, program, target, folder):
    """Instructions, and what was found at how many places."""
    report = folder / "report.json"
    command = [str(program), "scan", "-q", "--exit-zero", "--no-config", "--no-working-tree"]
    command += ["--reproducible", "--jobs", "1", "-f", f"json={report}", str(folder / target)]
    instructions = counter(command, folder)
    findings = json.loads(report.read_text())["findings"]
    return instructions, [(finding["id"], len(finding["occurrences"])) for finding in findings]


def compare(counter, before, now, folder):
    slower = False
    print("| scan of | before | now | ratio | findings before | now |\n|---|--:|--:|--:|--:|--:|")
    for target in made_targets(folder):
        cost_before, found_before = scan(counter, before, target, folder)
        cost_now, found_now = scan(counter, now, target, folder)
        ratio = cost_now / cost_before
        remark = ""
        if ratio > MOST and found_before == found_now:
            slower = True
            remark = f" above {MOST}"
        elif found_before != found_now:
            remark = " findings differ, so this is no comparison"
        print(
            f"| {target} | {cost_before:,} | {cost_now:,} | {ratio:.4f}{remark}"
            f" | {len(found_before)} | {len(found_now)} |"
        )
    return slower


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("project", type=pathlib.Path)
    parser.add_argument("straykey")
    parser.add_argument("commit", nargs="?", default="HEAD^")
    options = parser.parse_args()
    command = ["git", "-C", str(options.project), "rev-parse", "--verify", "-q"]
    done = subprocess.run([*command, options.commit + "^{commit}"], stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit(f"guard.py: there is no commit '{options.commit}' to compare with")
    commit = done.stdout.decode().strip()
    with tempfile.TemporaryDirectory(prefix="straykey-guard-") as name:
        folder = pathlib.Path(name)
        counter, counted_by = choose_counter(folder)
        if not counter:
            print("guard: skipped, neither perf nor valgrind can count instructions here")
            return
        before = build(options.project.resolve(), commit)
        print(f"Instructions by {counted_by}; before is {commit[:10]}.\n")
        if compare(counter, before, os.path.abspath(options.straykey), folder):
            sys.exit(1)


if __name__ == "__main__":
    main()
