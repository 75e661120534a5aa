// SPDX-License-Identifier: Apache-2.0
// `straykey baseline create` writes down what a scan finds today; `baseline apply` judges a
// report of yesterday by it. The file's format is told in finding/baseline.h.
#include "scanner/finding/baseline.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "scanner/base/file.h"
#include "scanner/base/interrupt.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output.h"
#include "scanner/cli/progress.h"
#include "scanner/cli/scan.h"
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
      !has(report, "findings") || !report["findings"].is_array() ||
      !has(report, "summary") || !has(report["summary"], "complete") ||
      !report["summary"]["complete"].is_boolean()) {
    return Error{file + ": not a report of 'straykey scan --format json'"};
  }
  for (const Json& finding : report["findings"]) {
    if (!has(finding, "id") || !finding["id"].is_string()) {
      return Error{file + ": a finding without an id; the report is not whole"};
    }
  }
  return report;
}

std::string counted(size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
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
  auto result = run_scan(options, [&](const PipelineProgress& done) {
    progress.update({done.blobs, done.total, done.bytes, done.detections});
  });
  progress.clear();
  if (!result) return usage_error(result.error().message);
  const Evidence& evidence = result->evidence;
  if (evidence.coverage.interrupted) {
    tell("interrupted; no baseline was written");
    return exit_code(evidence, options);
  }
  Baseline baseline = Baseline::of(evidence.findings, *evidence.signatures, old);
  auto written = to_stdout ? write_stdout(baseline.write())
                           : replace_file(file, baseline.write());
  if (!written) return usage_error(written.error().message);
  tell_summary(evidence, options);
  if (!to_stdout && !options.quiet) {
    tell(counted(baseline.size(), "finding") + " written to " + file);
  }
  return exit_code(evidence, options);
}

int baseline_apply_command(const std::string& baseline_file, const std::string& report_file) {
  auto baseline = read_baseline(baseline_file);
  if (!baseline) return usage_error(baseline.error().message);
  auto report = read_report(report_file);
  if (!report) return usage_error(report.error().message);

  std::vector<std::string> fingerprints;
  size_t known = 0;
  for (Json& finding : (*report)["findings"]) {
    fingerprints.push_back(finding["id"]);
    bool is_known = baseline->contains(fingerprints.back());
    finding["state"] = name(is_known ? FindingState::kKnown : FindingState::kNew);
    known += is_known ? 1 : 0;
  }
  size_t fresh = fingerprints.size() - known;
  std::vector<std::string> unused = baseline->unused(fingerprints);
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
