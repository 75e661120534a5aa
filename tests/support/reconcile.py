#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds an evidence pack against the reports that its runs gave at the time.

    reconcile.py PACK REPORT...

REPORTs are all that `straykey scan --format json` wrote, oldest first. What the pack says of runs,
sources and findings is counted again from these, in ways of its own, and from nothing else; then
the files of the pack are held against one another. Ends with 1 and the first thing that differs.
"""
import csv
import hashlib
import json
import pathlib
import re
import sys

# Conditions that change without a run: with people, decisions, events and the clock.
CHANGING = {"C08", "C10", "C21", "C22", "C23"}
NARROWING = ("--history", "--since", "--range", "--ref", "--staged")


def same(what, wanted, given):
    if isinstance(wanted, list) and isinstance(given, list) and len(wanted) == len(given):
        for number, (one, other) in enumerate(zip(wanted, given)):
            same_value(f"{what}, {number}", one, other)
    same_value(what, wanted, given)


def same_value(what, wanted, given):
    if wanted != given:
        sys.exit(f"{what}: expected {wanted!r}, but it is {given!r}")


class Pack:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.manifest = json.loads((self.folder / "manifest.json").read_text())
        self.begin, self.end = self.manifest["period"]["from"], self.manifest["period"]["to"]

    def rows(self, name):
        """Of a table, as its CSV has them."""
        # A text that a spreadsheet would take for a formula has an apostrophe before it.
        plain = lambda text: text[1:] if re.match("'[=+@-]", text) else text
        with open(self.folder / (name + ".csv"), newline="") as file:
            return [{key: plain(text) for key, text in row.items()}
                    for row in csv.DictReader(file)]

    def document(self, name):
        return json.loads((self.folder / name).read_text())


def is_whole(report):
    return not any(word.startswith(NARROWING) for word in report["run"]["arguments"])


def name_of(source):
    return pathlib.PurePath(source["path"]).name


def check_manifest(pack):
    listed = {file["name"]: file for file in pack.manifest["files"]}
    there = {path.name for path in pack.folder.iterdir()}
    same("files", there - {"manifest.json"}, set(listed))
    for name, file in listed.items():
        data = (pack.folder / name).read_bytes()
        same(f"SHA-256 of {name}", hashlib.sha256(data).hexdigest(), file["sha256"])
        if not name.endswith(".csv"):
            continue
        rows = pack.rows(name[:-4])
        same(f"rows of {name}", file["rows"], len(rows))
        again = pack.document(name[:-4] + ".json")["rows"]
        told = [{key: " ".join(value) if isinstance(value, list) else
                 "" if value is None else str(value) for key, value in row.items()}
                for row in again]
        same(f"{name} as JSON", rows, told)


def check_runs(pack, reports):
    of_period = [one for one in reports if pack.begin <= one["run"]["started_at"] <= pack.end]
    rows = pack.rows("runs")
    same("runs", [one["run"]["id"] for one in of_period], [row["id"] for row in rows])
    same("numbers of runs", [reports.index(one) + 1 for one in of_period],
         [int(row["run"]) for row in rows])
    for row, report in zip(rows, of_period):
        summary = report["summary"]
        same(f"run {row['run']}",
             ["complete" if summary["complete"] else "incomplete",
              "yes" if is_whole(report) else "no", len(report["coverage"]["sources"]),
              summary["findings"], summary["blobs"], summary["bytes"], summary["left_out"],
              summary["failed"]],
             [row["outcome"], row["whole"]] + [int(row[key]) for key in (
                 "sources", "findings", "blobs", "bytes", "left_out", "failed")])
    scope = {row["of"]: [int(row[key]) for key in ("listed", "scanned", "failed", "left_out")]
             for row in pack.rows("scope")}
    for of, (listed, *parts) in scope.items():
        same(f"{of}: scanned, failed and left out together", listed, sum(parts))
    done = sum(one["summary"]["complete"] and is_whole(one) for one in of_period)
    broken = sum(not one["summary"]["complete"] for one in of_period)
    same("runs of the scope", [len(of_period), done, broken, len(of_period) - done - broken],
         scope["runs"])
    parts = [sum(one["summary"][key] for one in of_period)
             for key in ("blobs", "failed", "left_out")]
    same("objects of the scope", [sum(parts)] + parts, scope["objects over all runs"])
    return of_period


def check_sources(pack, reports, of_period):
    known = {name_of(source) for one in reports if one["run"]["started_at"] <= pack.end
             for source in one["coverage"]["sources"]}
    rows = {pathlib.PurePath(row["source"]).name: row for row in pack.rows("population")}
    same("sources", known, {name for name, row in rows.items() if row["last_run"]})
    for name in known:
        looked = [one for one in of_period
                  if any(name_of(source) == name for source in one["coverage"]["sources"])]
        same(f"{name} is looked at", bool(looked), rows[name]["fate"] in ("scanned", "in part"))
        same(f"runs over {name}", len(looked),
             int(rows[name]["whole_runs"]) + int(rows[name]["partial_runs"]))


def standing(finding, name):
    """In one source, by one report."""
    best = "gone"
    for place in finding["occurrences"]:
        if pathlib.PurePath(place["repository"]).name != name:
            continue
        if place["presence"] not in ("history", "unreachable"):
            return "tip"
        best = "history"
    return best


def check_findings(pack, reports):
    past = [one for one in reports if one["run"]["started_at"] <= pack.end]
    rows = {row["finding"]: row for row in pack.rows("findings")}
    same("findings", {f["id"] for one in past for f in one["findings"]}, set(rows))
    stands = {}
    newest = {}
    for report in past:
        for finding in report["findings"]:
            newest[finding["id"]] = finding
        if not is_whole(report) or not report["summary"]["complete"]:
            continue
        by_id = {finding["id"]: finding for finding in report["findings"]}
        for source in report["coverage"]["sources"]:
            name = name_of(source)
            for one in rows:
                if one in by_id:
                    stands[one, name] = standing(by_id[one], name)
                elif (one, name) in stands:
                    stands[one, name] = "gone"
    for one, row in rows.items():
        places = {where for (finding, _), where in stands.items() if finding == one}
        same(f"where {row['path']} stands", next(
            where for where in ("tip", "history", "gone") if where in places), row["standing"])
        told = {condition["id"] for condition in newest[one]["conditions"]}
        same(f"what the newest run noted of {row['path']}", told - CHANGING,
             set(row["conditions"].split()) - CHANGING)
        same(f"severity of {row['path']}", newest[one]["severity"], row["severity"])
    return rows


def check_documents(pack, rows):
    """The other files tell of the same findings."""
    sarif = pack.document("findings.sarif")["runs"][0]["results"]
    same("findings in SARIF", set(rows), {one["fingerprints"]["straykey/v1"] for one in sarif})
    page = (pack.folder / "report.html").read_text()
    data = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)
    same("findings in the page", {one[:12] for one in rows},
         {one[0] for one in json.loads(data[1])["findings"]})
    same("treatment plan", set(rows), {row["finding"] for row in pack.rows("treatment-plan")})
    risks = pack.rows("risk-register")
    is_open = [row for row in rows.values() if row["work"] not in ("void, not closed", "closed")]
    same("risks", {row["nhi"] for row in is_open}, {row["nhi"] for row in risks})
    same("findings of the risks", len(is_open), sum(int(row["findings"]) for row in risks))
    sample = pack.rows("sample")
    seed = f"{pack.begin[:10]}..{pack.end[:10]}"
    drawn = sorted(rows, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())
    same("sample", drawn[:25], [row["finding"] for row in sample])
    metrics = {row["metric"]: row["value"] for row in pack.rows("metrics")}
    last = {row["metric"]: row["value"] for row in pack.rows("trend") if row["to"] == pack.end}
    at_the_end = {"ownership-coverage", "exposure-age-median", "exposure-age-p90",
                  "exceptions-ended", "debt-interest"}
    for metric in at_the_end:
        same(f"{metric} at the end of the trend", metrics[metric], last[metric])
    links = {row["by"]: 0 for row in pack.rows("evidence-debt")}
    for row in pack.rows("evidence-debt"):
        same(f"links of {row['key']}", int(row["debt"]), sum(int(row[key]) for key in (
            "owner", "decision", "operation", "review", "closure")))
        links[row["by"]] += int(row["debt"])
    same("evidence debt by control, owner and age", {metrics["evidence-debt"]},
         {str(sum_) for sum_ in links.values()})


def main():
    pack = Pack(sys.argv[1])
    reports = sorted((json.loads(pathlib.Path(path).read_text()) for path in sys.argv[2:]),
                     key=lambda one: one["run"]["started_at"])
    check_manifest(pack)
    of_period = check_runs(pack, reports)
    check_sources(pack, reports, of_period)
    check_documents(pack, check_findings(pack, reports))


main()
