#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a hook costs whoever commits, in a repository of 50,000 files and 100,000 commits:

  hook.py STRAYKEY [--files N] [--commits N] [--runs N] [--keep FOLDER]

Ten files are staged. `straykey hook` is called as git calls it, beside `git diff --cached
--quiet`, which asks git for the same comparison and reads no file, in turns of hyperfine. The
peak of memory is that of the process itself. With --keep the repository stays there for the
next run.
"""
import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

CHANGED = 10
FILES_PER_FOLDER = 50
FOLDERS_PER_FOLDER = 32
WORDS = "return value index buffer node length const static entry result offset while".split()


def path_of(number):
    folder = number // FILES_PER_FOLDER
    return f"source/part_{folder // FOLDERS_PER_FOLDER:02}/module_{folder:04}/file_{number:05}.c"


def text_of(random_words, lines):
    return "".join(
        " ".join(random_words.choice(WORDS) for _ in range(8)) + ";\n" for _ in range(lines))


def import_history(out, files, commits):
    """Writes what `git fast-import` reads: all files, then commits that change one each."""
    words = random.Random(1)

    def put(text):
        out.write(text.encode())

    def commit(number, changes):
        put(f"commit refs/heads/main\ncommitter Ann <ann@example.test> {1500000000 + 60 * number}"
            f" +0000\ndata 6\nchange\n")
        for path, text in changes:
            put(f"M 100644 inline {path}\ndata {len(text)}\n{text}\n")

    commit(0, ((path_of(n), text_of(words, 20)) for n in range(files)))
    for number in range(1, commits):
        commit(number, [(path_of(words.randrange(files)), text_of(words, 4))])


def make_repository(folder, files, commits):
    def git(*words, **how):
        return subprocess.run(["git", *words], cwd=folder, check=True, **how)

    folder.mkdir(parents=True)
    git("init", "-q", "-b", "main")
    importer = subprocess.Popen(["git", "fast-import", "--quiet"], cwd=folder,
                                stdin=subprocess.PIPE)
    import_history(importer.stdin, files, commits)
    importer.stdin.close()
    if importer.wait() != 0:
        sys.exit("hook.py: git fast-import failed")
    git("reset", "-q", "--hard")
    words = random.Random(2)
    for number in words.sample(range(files), CHANGED):
        with open(folder / path_of(number), "a", encoding="ascii") as file:
            file.write(text_of(words, 5))
    git("add", "-u")
    # What `git commit` does to the index before it calls the hook.
    git("write-tree", stdout=subprocess.DEVNULL)


def peak_of(command, folder, environment):
    """Resident megabytes of one call, measured by a child that has no other."""
    program = ("import resource, subprocess, sys\n"
               "subprocess.run(sys.argv[1:], check=True)\n"
               "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)")
    done = subprocess.run([sys.executable, "-c", program, *command], cwd=folder, check=True,
                          env=environment, stdout=subprocess.PIPE)
    return float(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("straykey", type=pathlib.Path)
    parser.add_argument("--files", type=int, default=50000)
    parser.add_argument("--commits", type=int, default=100000)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    straykey = str(options.straykey.resolve())
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or pathlib.Path(scratch) / "repository"
        if not folder.exists():
            make_repository(folder, options.files, options.commits)
        environment = {**os.environ, "GIT_INDEX_FILE": ".git/index", "LC_ALL": "C"}
        git = ["git", "diff", "--cached", "--quiet"]
        table = pathlib.Path(scratch) / "times.json"
        # git exits with 1 when something is staged, which is so here.
        subprocess.run(["hyperfine", "-N", "-i", "--warmup", "5", "--runs", str(options.runs),
                        "--style", "none", "--export-json", table, " ".join(git),
                        f"'{straykey}' hook"], cwd=folder, env=environment, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        beside, own = json.loads(table.read_text())["results"]
        if any(own["exit_codes"]):
            sys.exit("hook.py: straykey hook did not pass")
        peak = peak_of([straykey, "hook"], folder, environment)
    print("| command | p50 ms | p95 ms | user + system ms | peak MB |\n|---|---|---|---|---|")
    for name, run, memory in (("git diff --cached --quiet", beside, ""),
                              ("straykey hook", own, f"{peak:.0f}")):
        p95 = statistics.quantiles(run["times"], n=20)[18]
        print(f"| {name} | {1000 * run['median']:.1f} | {1000 * p95:.1f} |"
              f" {1000 * (run['user'] + run['system']):.1f} | {memory} |")
    print(f"\nratio of p50: {own['median'] / beside['median']:.2f}")


if __name__ == "__main__":
    main()
