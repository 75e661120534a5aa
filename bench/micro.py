#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs bench_micro and prints a markdown table: micro.py [--smoke] PROGRAM.

With --smoke it runs everything for a moment and checks that the benchmarks count what they
should. It never looks at a time.
"""
import json
import subprocess
import sys

TIMES = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
# What the library itself says about a benchmark; all else is a counter of ours.
LIBRARY_KEYS = {
    "name", "family_index", "per_family_instance_index", "run_name", "run_type", "repetitions",
    "repetition_index", "threads", "iterations", "real_time", "cpu_time", "time_unit",
    "bytes_per_second", "items_per_second", "label",
}  # fmt: skip


def run(program, seconds):
    command = [program, "--benchmark_format=json", f"--benchmark_min_time={seconds}"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    results = json.loads(done.stdout)["benchmarks"]
    return [(r, {k: int(v) for k, v in r.items() if k not in LIBRARY_KEYS}) for r in results]


def duration(result):
    seconds = result["cpu_time"] * TIMES[result["time_unit"]]
    if "/real_time" in result["name"]:
        seconds = result["real_time"] * TIMES[result["time_unit"]]
    return f"{seconds * 1e3:.3g} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.3g} us"


def speed(result):
    if "bytes_per_second" in result:
        return f"{result['bytes_per_second'] / 1e6:,.0f} MB/s"
    if "items_per_second" in result:
        return f"{1e9 / result['items_per_second']:,.0f} ns each"
    return ""


def print_table(results):
    print("| benchmark | once | speed | counted |")
    print("|---|--:|--:|---|")
    for result, counters in results:
        counted = ", ".join(f"{name} {value:,}" for name, value in sorted(counters.items()))
        print(f"| {result['name']} | {duration(result)} | {speed(result)} | {counted} |")


def check(results):
    counted = {result["name"]: counters for result, counters in results}
    wrong = []

    def expect(name, what, holds):
        counters = counted.get(name)
        if counters is None:
            wrong.append(f"{name}: was not run")
        elif what not in counters:
            wrong.append(f"{name}: does not report {what}")
        elif not holds(counters[what]):
            wrong.append(f"{name}: {what} is {counters[what]}")

    for which in ("all", "80"):
        name = f"find_{which}_signatures/secrets_per_mb:"
        expect(name + "0", "findings", lambda n: n == 0)
        expect(name + "1", "planted", lambda n: n == 8)
        expect(name + "100", "planted", lambda n: n == 800)
    # An example may hold two credentials, and meet the one that was planted before it.
    expect("find_all_signatures/secrets_per_mb:100", "findings", lambda n: 700 <= n <= 1200)
    expect("find_80_signatures/secrets_per_mb:100", "findings", lambda n: 100 <= n <= 700)
    expect("find_80_signatures/secrets_per_mb:100", "signatures", lambda n: n == 80)
    for text in ("0", "1"):
        expect(f"gate_alone/rich:{text}", "hits", lambda n: n > 0)
        expect(f"propose_80/rich:{text}", "signatures", lambda n: n == 80)
        # The gate loses nothing.
        without = counted.get(f"propose_all_without_gate/rich:{text}", {}).get("ends")
        expect(f"propose_all/rich:{text}", "ends", lambda n: n == without)
    expect("find_rich", "findings", lambda n: n < 100)
    expect("ceiling_memchr_lines/secrets_per_mb:0", "lines", lambda n: n > 0)
    expect("database_load", "signatures", lambda n: n > 80)
    expect("database_compile", "signatures", lambda n: n > 80)
    expect("describe_matches/secrets_per_mb:100", "detections", lambda n: n >= 80)
    expect("enumerate", "commits", lambda n: n == 2000)
    expect("read_blobs/fast", "blobs", lambda n: n > 2000)
    expect("read_blobs/compat/real_time", "blobs", lambda n: n > 2000)
    expect("attribute_blobs/wanted:100", "places", lambda n: n >= 100)
    expect("parse_commits", "commits", lambda n: n == 2000)
    expect("parse_trees", "entries", lambda n: n >= 2000)
    for kind in ("zip", "tar", "tar_gz"):
        expect(f"expand/{kind}", "members", lambda n: n > 50)
    return wrong


def main():
    smoke = sys.argv[1] == "--smoke"
    results = run(sys.argv[-1], 0.001 if smoke else 1)
    if not smoke:
        print_table(results)
        return 0
    wrong = check(results)
    for line in wrong:
        print(line)
    print(f"{len(results)} benchmarks, {len(wrong)} count wrongly")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
