// SPDX-License-Identifier: Apache-2.0
// What Bitbucket's Code Insights take: a report, and annotations in requests of 100 at most
// and 1,000 in all. https://developer.atlassian.com/cloud/bitbucket/rest/api-group-reports/
//
//   {"report_id": ..., "report": the body of the PUT, "annotations": [the body of a POST, ...]}
//
// integrations/bitbucket/insights.sh sends it. The external ids are the findings' own, so that
// to send a report again replaces it. Annotations are for findings that somebody has to act
// on, the most severe first; report.details counts what has no room.
// The secret never stands here, not even with --show-secrets.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scanner/report/document.h"
#include "scanner/report/report.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostAnnotations = 1000;
constexpr size_t kMostInARequest = 100;
constexpr size_t kLongestSummary = 450;
constexpr size_t kLongestDetails = 2000;
constexpr size_t kFailuresShown = 5;

const char* severity_of(Severity severity) {
  static constexpr const char* kNames[] = {"LOW", "LOW", "MEDIUM", "HIGH", "CRITICAL"};
  return kNames[static_cast<size_t>(severity)];
}

Json annotation(const Evidence& evidence, size_t index) {
  const Finding& finding = evidence.findings[index];
  const Signature& signature = (*evidence.signatures)[finding.signature];
  const Occurrence& place = *distinct_places(finding).front();
  std::vector<std::string> details;
  std::string risk = sentence(signature.risk);
  if (!risk.empty()) details.push_back(risk);
  const Resolution* whose = resolution_of(evidence, index);
  if (whose) details.push_back("Owner: " + owner_text(*whose) + ".");
  std::string what_to_do = advice(signature);
  if (!what_to_do.empty()) details.push_back(what_to_do);
  Json out = {{"external_id", "straykey-" + finding.id},
              {"annotation_type", "VULNERABILITY"},
              {"severity", severity_of(finding.severity)},
              {"path", utf8_text(path_from_here(place))},
              {"line", place.position.line},
              {"summary", shorten_end(headline(finding, signature), kLongestSummary)}};
  if (!details.empty()) {
    out["details"] = shorten_end(fmt::format("{}", fmt::join(details, "\n")), kLongestDetails);
  }
  return out;
}

}  // namespace

std::string report_bitbucket(const Evidence& evidence) {
  Json requests = Json::array();
  size_t written = 0, more = 0;
  for (size_t i = 0; i < evidence.findings.size(); ++i) {
    if (!evidence.findings[i].is_open()) continue;
    if (written == kMostAnnotations) {
      ++more;
      continue;
    }
    if (written++ % kMostInARequest == 0) requests.push_back(Json::array());
    requests.back().push_back(annotation(evidence, i));
  }
  std::vector<std::string> details = not_scanned(evidence.coverage, kFailuresShown);
  details.push_back(summary_line(evidence) + ".");
  if (more > 0) details.push_back(fmt::format("{} more findings have no annotation.", more));

  RunTotals totals = run_totals(evidence);
  bool passed = evidence.coverage.complete() && evidence.failing_findings() == 0;
  Json data = Json::array();
  data.push_back({{"title", "New findings"},
                  {"type", "NUMBER"},
                  {"value", totals.findings - totals.known}});
  data.push_back({{"title", "Known findings"}, {"type", "NUMBER"}, {"value", totals.known}});
  data.push_back({{"title", "Everything in scope was scanned"},
                  {"type", "BOOLEAN"},
                  {"value", evidence.coverage.complete()}});
  Json document = {
      {"report_id", "straykey"},
      {"report",
       {{"title", "straykey"},
        {"details", shorten_end(fmt::format("{}", fmt::join(details, "\n")), kLongestDetails)},
        {"report_type", "SECURITY"},
        {"reporter", "straykey"},
        {"result", passed ? "PASSED" : "FAILED"},
        {"data", std::move(data)}}},
      {"annotations", std::move(requests)}};
  return json_text(document, 2) + "\n";
}

}  // namespace straykey
