#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What it adds to a scan to say whose its findings are:

  whose.py STRAYKEY [--findings N] [--credentials N] [--megabytes N] [--runs N]

A folder with N findings of AWS keys, half of them in the register, is scanned with a store that
holds a register of N credentials, and with one whose register is empty; in turns, so that both have
recorded as many runs. Both record all findings. CPU time, the least of the runs. Where perf is
installed, one more scan says how many of its samples are in Resolver::resolve.
"""
import argparse
import pathlib
import random
import shutil
import string
import subprocess
import tempfile

from measure import least, measure

BASE32 = string.ascii_uppercase + "234567"
ALNUM = string.ascii_letters + string.digits


def key_id(number):
    out = "AK" + "IARZPUZDIKA"  # the account stands in front
    for _ in range(7):
        number, digit = divmod(number, 32)
        out += BASE32[digit]
    return out


def write_table(path, credentials):
    with open(path, "w") as out:
        out.write("nhi_id,owner,provider,credential_id\n")
        for i in range(credentials):
            out.write(f"svc-{i},team-{i % 97},aws,{key_id(i)}\n")


def write_corpus(folder, findings, credentials, megabytes):
    rng = random.Random(1)
    words = ["".join(rng.choice(string.ascii_lowercase) for _ in range(rng.randint(2, 9)))
             for _ in range(3000)]
    files = 1000
    filler = megabytes * 1_000_000 // files
    for i in range(files):
        lines, size = [], 0
        while size < filler:
            lines.append(" ".join(rng.choice(words) for _ in range(10)) + ";")
            size += len(lines[-1]) + 1
        for j in range(i, findings, files):
            known = j % 2 == 0
            number = rng.randrange(credentials) if known else (1 << 30) + j
            lines.insert(rng.randrange(len(lines) + 1),
                         f"aws_access_key_id = {key_id(number)}\naws_secret_access_key = "
                         + "".join(rng.choice(ALNUM) for _ in range(40)))
        path = folder / f"services/s{i}/config/app.env"
        path.parent.mkdir(parents=True)
        path.write_text("\n".join(lines) + "\n")


def share_in(function, command, folder):
    """Of the samples of a command, the kernel's too, those with `function` on their stack."""
    profile = folder / "perf.data"
    subprocess.run(["perf", "record", "-q", "-e", "cpu-clock", "-F", "199", "--call-graph",
                    "dwarf,16384", "-o", profile, *command], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stacks = subprocess.run(["perf", "script", "-i", profile, "-F", "comm,ip,sym"], check=True,
                            capture_output=True, text=True).stdout.strip().split("\n\n")
    return sum(function in stack for stack in stacks) / len(stacks), len(stacks)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("straykey")
    parser.add_argument("--findings", type=int, default=10_000)
    parser.add_argument("--credentials", type=int, default=1_000_000)
    parser.add_argument("--megabytes", type=int, default=3000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="straykey-whose-") as name:
        folder = pathlib.Path(name)
        write_corpus(folder / "corpus", options.findings, options.credentials, options.megabytes)
        write_table(folder / "table.csv", options.credentials)
        (folder / "none.csv").write_text("nhi_id,owner,provider,credential_id\nnone,a,aws,b\n")
        stores = {"empty": "none.csv", "full": "table.csv"}
        for store, table in stores.items():
            made = measure([options.straykey, "nhi", "import", folder / table, "--store",
                            folder / (store + ".db")], stderr=subprocess.DEVNULL)
            print(f"import {table}: {made.cpu:.1f} s CPU, {made.memory / 1e6:.0f} MB")
        scan = [options.straykey, "scan", folder / "corpus", "--no-progress", "-q", "--fail-on",
                "never", "--format", "jsonl", "--store"]
        runs = {store: [] for store in stores}
        # The first run of a store records everything, and is not counted.
        for number in range(options.runs + 1):
            for store in stores:
                one = measure([*scan, folder / (store + ".db")], stderr=subprocess.DEVNULL)
                if number > 0:
                    runs[store].append(one)
        empty, full = least(runs["empty"]).cpu, least(runs["full"]).cpu
        print(f"scan, {options.findings} findings: {empty:.2f} s CPU with an empty register, "
              f"{full:.2f} s with {options.credentials} credentials: "
              f"{(full - empty) / full * 100:+.1f} %")
        if shutil.which("perf"):
            share, samples = share_in("Resolver::resolve", [*scan, folder / "full.db"], folder)
            print(f"in Resolver::resolve: {share * 100:.1f} % of {samples} samples")


if __name__ == "__main__":
    main()
