#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the evidence pack of a quarter costs, and how fast its page opens in a browser.

    pack.py BUILD [--findings N] [--repositories N] [--store FILE] [--runs N]

BUILD is a folder with the programs straykey and bench_make_store. FILE is a store to read, made
when it is not there and kept then; without one it is made and goes away. Prints a table. The page
is measured by the browser's own clock, from the start of the navigation
(https://www.w3.org/TR/navigation-timing-2/), when Chromium is installed.
"""
import argparse
import pathlib
import shutil
import sys
import tempfile

from measure import least, measure

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "support"))
from browser import Browser  # noqa: E402  (its folder was not on the path before)

PERIOD = "2026-01-01..2026-03-31"  # what bench_make_store writes of


def open_page(page):
    """Milliseconds to the first paint and to the end of loading, and the findings shown."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(shutil.which("chromium"), profile)
        try:
            browser.call("Page.navigate", url=page.as_uri())
            browser.wait_for("Page.loadEventFired")
            browser.ask("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))")
            loaded = browser.ask("performance.getEntriesByType('navigation')[0].loadEventEnd")
            painted = browser.ask("performance.getEntriesByName('first-contentful-paint')"
                                  "[0]?.startTime ?? -1")
            count = browser.ask("document.getElementById('findings-count').textContent")
            return painted, loaded, count
        finally:
            browser.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--findings", type=int, default=1_000_000)
    parser.add_argument("--repositories", type=int, default=10_000)
    parser.add_argument("--store", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        store = options.store or folder / "store.db"
        if not store.exists():
            measure([options.build / "bench_make_store", store, str(options.findings),
                     str(options.repositories)])
        runs = []
        for run in range(options.runs):
            shutil.rmtree(folder / "pack", ignore_errors=True)
            runs.append(measure([options.build / "straykey", "evidence", "pack", "--store", store,
                                 "--period", PERIOD, "--out", folder / "pack"]))
        cost = least(runs)
        size = sum(path.stat().st_size for path in (folder / "pack").iterdir())
        print("| of the pack | |\n|---|---|")
        print(f"| store | {store.stat().st_size / 1e6:,.0f} MB |")
        print(f"| pack | {size / 1e6:,.0f} MB |")
        print(f"| wall, least of {options.runs} | {cost.wall:.1f} s |")
        print(f"| CPU | {cost.cpu:.1f} s |")
        print(f"| peak of resident memory, mapped files included | {cost.memory / 1e6:,.0f} MB |")
        if not shutil.which("chromium"):
            return
        page = folder / "pack" / "report.html"
        painted, loaded, count = open_page(page)
        print(f"| report.html | {page.stat().st_size / 1e6:.1f} MB |")
        print(f"| its first paint | {painted:.0f} ms |")
        print(f"| it has loaded | {loaded:.0f} ms, {count} |")


main()
