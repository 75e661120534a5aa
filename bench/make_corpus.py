#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a folder of files, a source tree of many folders, or a git repository, to measure with.

The same arguments make the same bytes. Credentials are made up while it runs, each one
different, so that none stands in this tree. Prints what it made as JSON.
"""
import argparse
import json
import math
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "support"))
import make_secret  # noqa: E402

WORDS = (
    "buffer index length node client server reply table entry cursor stream module offset "
    "event handle parser writer value config limit timer socket header packet signal thread "
    "queue update remove insert expand locate verify"
).split()
TELLING_WORDS = "token key secret password".split()  # names that signatures look at twice
TELLING_ONE_IN = 200
KINDS = ["github", "npm", "sendgrid"]  # formats that are known for sure, on one line
POOL = 50_000  # different lines
FILE_LINES = (50, 400)
ENDINGS = (".c", ".c", ".c", ".h", ".h", ".txt", ".yaml", ".S", ".py", "")


def code_line(rng):
    def word():
        return rng.choice(TELLING_WORDS if rng.randrange(TELLING_ONE_IN) == 0 else WORDS)

    kind = rng.randrange(8)
    if kind == 0:
        return "\n"
    if kind == 1:
        return f"static int {word()}_{word()}(struct {word()} *{word()}, int {word()}) {{\n"
    if kind == 2:
        return "// " + " ".join(word() for _ in range(rng.randint(5, 11))) + "\n"
    if kind == 3 and rng.randrange(10) == 0:
        return f"  {word()} {rng.randbytes(20).hex()}\n"
    number = rng.randrange(5000)
    return f"    {word()}_{word()}->{word()} = {word()}_{word()}({word()}, {number});\n"


class Corpus:
    def __init__(self, options):
        self.rng = random.Random(options.seed)
        self.seed = options.seed
        self.pool = [code_line(self.rng) for _ in range(POOL)]
        self.size = int(options.megabytes * 1_000_000)
        self.wanted = round(options.megabytes * options.secrets_per_mb)
        self.planted = 0
        self.bytes = 0
        self.blobs = 0

    def lines(self):
        return self.rng.choices(self.pool, k=self.rng.randint(*FILE_LINES))

    def plant(self, lines):
        """Puts credentials into `lines` so that they keep up with the bytes that were made."""
        due = min(self.wanted, self.wanted * self.bytes // self.size + 1)
        while self.planted < due:
            kind = self.rng.choice(KINDS)
            text = make_secret.KINDS[kind](random.Random(f"{kind}{self.seed}.{self.planted}"))
            lines.insert(self.rng.randint(0, len(lines)), f"    value = '{text}'\n")
            self.planted += 1

    def finish(self, lines):
        self.plant(lines)
        text = "".join(lines).encode()
        self.bytes += len(text)
        self.blobs += 1
        return text


def make_folder(corpus, path):
    while corpus.bytes < corpus.size:
        folder = path / f"part{corpus.blobs % 50:02}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"file{corpus.blobs}.c").write_bytes(corpus.finish(corpus.lines()))


def file_size(rng, mean):
    """Many small files and few large ones, as source trees have them."""
    spread = 1.4
    return int(rng.lognormvariate(math.log(mean) - spread * spread / 2, spread))


def make_tree(corpus, path, files):
    """A tree like that of a large program: a folder for 9 files, a .gitignore here and there."""
    rng = corpus.rng
    text = "".join(corpus.pool)
    mean = corpus.size / files
    folders = [path]
    path.mkdir(parents=True)
    while corpus.blobs < files:
        # Below one of the folders that are there, so that the tree grows deep and uneven.
        folder = rng.choice(folders) / f"part{len(folders)}"
        folder.mkdir()
        if len(folder.parts) - len(path.parts) < 9:
            folders.append(folder)
        if rng.randrange(300) == 0:
            (folder / ".gitignore").write_text("*.o\n*.tmp\n/generated/\n!keep.o\n")
        for _ in range(rng.randint(1, 17)):
            ending = rng.choice(ENDINGS)
            name = f"{rng.choice(WORDS)}_{corpus.blobs}{ending}"
            begin = text.index("\n", rng.randrange(len(text) // 2)) + 1
            lines = text[begin : begin + file_size(rng, mean)].splitlines(keepends=True)
            (folder / name).write_bytes(corpus.finish(lines))


def change(rng, lines, corpus):
    """A few edits, as commits have them: deltas between versions are small."""
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(lines))
        lines[at : at + rng.randrange(3)] = rng.choices(corpus.pool, k=rng.randint(1, 4))


def write_history(corpus, commits, out):
    """Versions of files, spread over all commits, until there are enough bytes."""
    rng = corpus.rng
    files = {}
    for number in range(commits):
        changes = {}
        while corpus.bytes * commits < corpus.size * (number + 1) or not changes:
            name = f"part{rng.randrange(20):02}/sub{rng.randrange(5)}/file{rng.randrange(8)}.c"
            if name in changes:
                continue
            if name in files:
                change(rng, files[name], corpus)
            else:
                files[name] = corpus.lines()
            changes[name] = corpus.finish(files[name])
        date = 1_500_000_000 + number * 3600
        message = f"Change {next(iter(changes))}".encode()
        out.write(
            b"commit refs/heads/main\n"
            b"committer Ada Example <ada@example.org> %d +0000\ndata %d\n%s\n"
            % (date, len(message), message)
        )
        for name, text in changes.items():
            out.write(b"M 100644 inline %s\ndata %d\n%s\n" % (name.encode(), len(text), text))


def make_repository(corpus, path, commits):
    git = ["git", "-C", str(path)]
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], check=True)
    with subprocess.Popen([*git, "fast-import", "--quiet"], stdin=subprocess.PIPE) as importer:
        write_history(corpus, commits, importer.stdin)
    if importer.returncode:
        sys.exit(importer.returncode)
    # One thread: several would find other deltas each time.
    subprocess.run([*git, "-c", "pack.threads=1", "repack", "-adfq"], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["folder", "tree", "git"])
    parser.add_argument("path", type=pathlib.Path, help="must not exist")
    parser.add_argument("--megabytes", type=float, default=100, help="of all files or blobs")
    parser.add_argument("--secrets-per-mb", type=float, default=0)
    parser.add_argument("--commits", type=int, default=2000)
    parser.add_argument("--files", type=int, default=66_000, help="of a tree")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.path.exists():
        sys.exit(f"make_corpus.py: {options.path} exists; name a new folder")
    corpus = Corpus(options)
    if options.what == "folder":
        make_folder(corpus, options.path)
    elif options.what == "tree":
        make_tree(corpus, options.path, options.files)
    else:
        make_repository(corpus, options.path, options.commits)
    made = {"bytes": corpus.bytes, "blobs": corpus.blobs, "planted": corpus.planted}
    print(json.dumps(made))


if __name__ == "__main__":
    main()
