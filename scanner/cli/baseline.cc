// SPDX-License-Identifier: Apache-2.0
// `straykey baseline create` writes down what a scan finds today; `baseline apply` judges a
// report of yesterday by it. The file's format is told in finding/baseline.h.
#include "scanner/finding/baseline.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "scanner/base/file.h"
#include "scanner/base/interrupt.h"
#include "scanner/cli/allow_writer.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output.h"
#include "scanner/cli/progress.h"
#include "scanner/cli/scan.h"
#include "scanner/finding/baseline_import.h"
#include "scanner/finding/fingerprint.h"
#include "scanner/report/document.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

Result<Baseline> read_baseline(const std::string& file) {
  auto text = read_file(file);
  if (!text) return text.error();
  return Baseline::parse(*text, file);
}

Result<Json> read_report(const std::string& file) {
  auto text = read_file(file);
  if (!text) return text.error();
  Json report = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
  auto has = [](const Json& object, const char* key) {
    return object.is_object() && object.contains(key);
  };
  if (!has(report, "schema_version") || report["schema_version"] != 1 ||
      !has(report, "findings") || !report["findings"].is_array() || !has(report, "summary") ||
      !has(report["summary"], "complete") || !report["summary"]["complete"].is_boolean()) {
    return Error{file + ": not a report of 'straykey scan --format json'"};
  }
  for (const Json& finding : report["findings"]) {
    if (!has(finding, "id") || !finding["id"].is_string()) {
      return Error{file + ": a finding without an id; the report is not whole"};
    }
  }
  return report;
}

// What a baseline knows a finding by. A report has no SHA-1 of a secret.
Finding finding_of(const Json& json) {
  Finding out;
  out.id = json["id"];
  auto number = [](const Json& object, const char* key) -> uint64_t {
    return object.contains(key) && object[key].is_number_unsigned()
               ? object[key].get<uint64_t>()
               : 1;
  };
  auto text = [](const Json& object, const char* key) {
    return object.contains(key) && object[key].is_string() ? object[key].get<std::string>()
                                                           : "";
  };
  if (!json.contains("occurrences") || !json["occurrences"].is_array()) return out;
  for (const Json& place : json["occurrences"]) {
    if (!place.is_object()) continue;
    Occurrence o;
    o.path = text(place, "path");
    o.commit = text(place, "commit");
    o.position.line = number(place, "line");
    o.position.end_line = std::max(o.position.line, number(place, "end_line"));
    out.occurrences.push_back(std::move(o));
  }
  return out;
}

std::string counted(size_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace

int baseline_create_command(const ScanOptions& asked, const std::string& file) {
  ScanOptions options = asked;
  options.baseline.clear();  // everything is written down, known or not
  options.exit_zero = true;  // findings are what this verb is for

  // A file that is there must be a baseline: its reasons are kept, and nothing else is
  // overwritten by mistake.
  Baseline old;
  std::error_code ignored;
  bool to_stdout = file == "-";
  if (!to_stdout && std::filesystem::exists(file, ignored)) {
    auto read = read_baseline(file);
    if (!read) return usage_error(read.error().message);
    old = std::move(*read);
  }

  install_interrupt_handler();
  Progress progress(options);
  auto result = run_scan(
      options,
      [&](const PipelineProgress& done) {
        progress.update({done.blobs, done.total, done.bytes, done.detections});
      },
      old.sha1s());
  progress.clear();
  if (!result) return usage_error(result.error().message);
  const Evidence& evidence = result->evidence;
  if (evidence.coverage.interrupted) {
    tell("interrupted; no baseline was written");
    return exit_code(evidence, options);
  }
  Baseline baseline = Baseline::of(evidence.findings, *evidence.signatures, old);
  auto written =
      to_stdout ? write_stdout(baseline.write()) : replace_file(file, baseline.write());
  if (!written) return usage_error(written.error().message);
  tell_summary(evidence, options);
  if (!to_stdout && !options.quiet) {
    tell(counted(baseline.size(), "finding") + " written to " + file);
  }
  return exit_code(evidence, options);
}

int baseline_import_command(const std::vector<std::string>& files, const ScanOptions& options,
                            const std::string& out, const std::string& allow_out) {
  const std::string& form = options.formats.front().name;
  if (form != "text" && form != "json") {
    return usage_error("baseline import: tells in text or json; '" + form +
                       "' is a format of scans");
  }
  if (form == "json" && out == "-") {
    return usage_error(
        "baseline import: with --format json the baseline needs a file of its "
        "own; name it with --output");
  }
  // What is there already stays.
  Baseline baseline;
  std::error_code ignored;
  if (out != "-" && std::filesystem::exists(out, ignored)) {
    auto read = read_baseline(out);
    if (!read) return usage_error(read.error().message);
    baseline = std::move(*read);
  }
  const std::string key = options.fingerprint_key
                              ? std::string(options.fingerprint_key->reveal())
                              : std::string(kDefaultFingerprintKey);
  std::vector<AdoptedAllow> allows;
  std::vector<BaselineNote> notes;
  Json told = Json::array();
  size_t read = 0, carried = 0;
  for (const std::string& file : files) {
    auto text = read_file(file);
    if (!text) return usage_error(text.error().message);
    auto imported = import_baseline(*text, file, key);
    wipe(*text);
    if (!imported) return usage_error(imported.error().message);
    const size_t of_file = imported->entries.size() + imported->path_expressions.size();
    read += imported->read;
    carried += of_file;
    if (form == "text") {
      tell(file + ": " + imported->origin + ": " +
           counted(imported->read, "line or entry", "lines or entries") + ", " +
           std::to_string(of_file) + " carried over");
    }
    told.push_back({{"file", utf8_text(file)},
                    {"taken_for", imported->origin},
                    {"entries", imported->read},
                    {"carried_over", of_file}});
    for (ImportedEntry& entry : imported->entries) {
      if (entry.reason.empty()) entry.reason = "from " + printable_text(file);
      baseline.add(std::move(entry));
    }
    if (!imported->path_expressions.empty()) {
      allows.push_back({"", imported->path_expressions, {}, {}, "left out by " + file});
    }
    notes.insert(notes.end(), imported->notes.begin(), imported->notes.end());
  }
  if (!allows.empty() && allow_out.empty()) {
    return usage_error(
        "baseline import: lists of paths become [[allow]] rules for .straykey.toml; "
        "name a file for them with --allow-out");
  }
  if (!allows.empty()) {
    auto written = replace_file(allow_out, write_allow_rules(allows));
    if (!written) return usage_error(written.error().message);
  }
  if (baseline.size() > 0) {
    auto written =
        out == "-" ? write_stdout(baseline.write()) : replace_file(out, baseline.write());
    if (!written) return usage_error(written.error().message);
  }
  if (form == "json") {
    Json lines = Json::array();
    for (const BaselineNote& note : notes) {
      lines.push_back({{"file", utf8_text(note.file)},
                       {"line", note.line},
                       {"text", utf8_text(note.text)}});
    }
    Json document = {
        {"read", read}, {"carried_over", carried}, {"files", told}, {"notes", lines}};
    auto printed = write_stdout(json_text(document, 2) + "\n");
    return printed ? kExitClean : usage_error(printed.error().message);
  }
  for (const BaselineNote& note : notes) {
    tell(note.file + ":" + std::to_string(note.line) + ": " + note.text);
  }
  tell(std::to_string(read) + " read, " + std::to_string(carried) + " carried over, " +
       std::to_string(read - carried) + " not");
  return kExitClean;
}

int baseline_apply_command(const std::string& baseline_file, const std::string& report_file) {
  auto baseline = read_baseline(baseline_file);
  if (!baseline) return usage_error(baseline.error().message);
  auto report = read_report(report_file);
  if (!report) return usage_error(report.error().message);

  std::vector<Finding> findings;
  size_t known = 0;
  for (Json& finding : (*report)["findings"]) {
    findings.push_back(finding_of(finding));
    bool is_known = baseline->knows(findings.back());
    finding["state"] = name(is_known ? FindingState::kKnown : FindingState::kNew);
    known += is_known ? 1 : 0;
  }
  size_t fresh = findings.size() - known;
  std::vector<std::string> unused = baseline->unused(findings);
  Json& summary = (*report)["summary"];
  summary["new"] = fresh;
  summary["known"] = known;
  summary["unused_baseline"] = Json::array();
  for (const std::string& entry : unused) {
    summary["unused_baseline"].push_back(utf8_text(entry));
  }

  auto written = write_stdout(json_text(*report, 2) + "\n");
  if (!written) return usage_error(written.error().message);
  for (const std::string& entry : unused) {
    tell(baseline_file + ": nothing matches the entry any more: " + entry);
  }
  tell(counted(fresh, "new finding") + ", " + std::to_string(known) + " known");
  bool is_complete = summary["complete"];
  return fresh > 0 ? kExitFindings : is_complete ? kExitClean : kExitIncomplete;
}

}  // namespace straykey
