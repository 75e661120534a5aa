// SPDX-License-Identifier: Apache-2.0
// GitLab's secret-detection report, schema 15.0.7:
// https://gitlab.com/gitlab-org/security-products/security-report-schemas
//
// An instance reads reports of the versions that it knows and refuses newer ones whole; 15.0 is
// the oldest that is still read everywhere. One vulnerability for each finding, at the place
// that can be seen today; the other places are in its description. GitLab wants a commit at
// every place: where there is none, it is "0000000", as its own analyzer writes. Times have no
// zone. What was not scanned is told in scan.messages, and the status is then "failure".
// The secret never stands here, not even with --show-secrets.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scanner/base/time.h"
#include "scanner/report/document.h"
#include "scanner/report/report.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

// Limits of the schema, and how much of what could go on is worth reading.
constexpr size_t kLongestName = 255;
constexpr size_t kLongestSolution = 7000;
constexpr size_t kPlacesShown = 20;
constexpr size_t kFailuresShown = 100;

const char* severity_of(Severity severity) {
  static constexpr const char* kNames[] = {"Info", "Low", "Medium", "High", "Critical"};
  return kNames[static_cast<size_t>(severity)];
}

Json tool() {
  return {{"id", "straykey"},
          {"name", "straykey"},
          {"version", version()},
          {"vendor", {{"name", "straykey"}}}};
}

std::string time_without_zone(const Evidence& evidence, int64_t seconds) {
  return iso_time(evidence.reproducible ? 0 : seconds).substr(0, 19);
}

Json scan(const Evidence& evidence) {
  const Coverage& coverage = evidence.coverage;
  Json messages = Json::array();
  for (const std::string& text : not_scanned(coverage, kFailuresShown)) {
    messages.push_back({{"level", "fatal"}, {"value", text}});
  }
  for (const auto& [reason, what] : coverage.left_out) {
    messages.push_back({{"level", "info"},
                        {"value", fmt::format("Left out: {} {}.", printable_text(reason),
                                              what.count)}});
  }
  return {{"analyzer", tool()},
          {"scanner", tool()},
          {"type", "secret_detection"},
          {"start_time", time_without_zone(evidence, evidence.started_at)},
          {"end_time", time_without_zone(evidence, evidence.finished_at)},
          {"status", coverage.complete() ? "success" : "failure"},
          {"messages", std::move(messages)}};
}

std::string description(const Evidence& evidence, size_t index,
                        const std::vector<const Occurrence*>& places) {
  const Finding& finding = evidence.findings[index];
  const Signature& signature = (*evidence.signatures)[finding.signature];
  std::vector<std::string> lines = {headline(finding, signature) + "."};
  std::string risk = sentence(signature.risk);
  if (!risk.empty()) lines.push_back(risk);
  const Resolution* whose = resolution_of(evidence, index);
  if (whose) lines.push_back("Owner: " + owner_text(*whose) + ".");
  if (finding.state != FindingState::kNew) {
    lines.push_back(fmt::format("State: {}.", name(finding.state)));
  }
  size_t shown = std::min(places.size(), kPlacesShown);
  for (size_t i = 1; i < shown; ++i) {
    const Occurrence& place = *places[i];
    lines.push_back(fmt::format("Also at {}:{} ({}).", printable_text(path_from_here(place)),
                                place.position.line, name(place.presence)));
  }
  if (places.size() > shown) {
    lines.push_back(fmt::format("And at {} more.", counted(places.size() - shown, "place")));
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

Json identifiers(const Finding& finding, const Signature& signature,
                 const Assessment* assessment) {
  std::string id = printable_text(signature.id);
  Json list = Json::array();
  // The first tells GitLab which findings are of one kind.
  list.push_back({{"type", "straykey_signature"},
                  {"name", "straykey signature " + id},
                  {"value", id}});
  list.push_back({{"type", "straykey_finding"},
                  {"name", "straykey finding " + finding.id.substr(0, 16)},
                  {"value", finding.id}});
  if (!assessment) return list;
  for (const Mapping& one : *assessment->mappings) {
    if (one.relation != Relation::kPrimary) continue;
    std::string value = printable_text(one.id->id);
    list.push_back({{"type", utf8_text(one.framework->id)},
                    {"name", printable_text(one.framework->name) + " " + value},
                    {"value", value}});
  }
  return list;
}

Json location(const Occurrence& place) {
  Json commit = {{"sha", place.commit.empty() ? "0000000" : utf8_text(place.commit)}};
  if (!place.commit.empty()) {
    commit["author"] = printable_text(place.author + " <" + place.author_email + ">");
    if (place.committed_at) commit["date"] = iso_time(*place.committed_at);
  }
  return {{"file", utf8_text(path_from_here(place))},
          {"start_line", place.position.line},
          {"end_line", place.position.end_line},
          {"commit", std::move(commit)}};
}

Json vulnerability(const Evidence& evidence, size_t index) {
  const Finding& finding = evidence.findings[index];
  const Signature& signature = (*evidence.signatures)[finding.signature];
  std::vector<const Occurrence*> places = distinct_places(finding);
  Json out = {{"id", finding.id},
              {"category", "secret_detection"},
              {"name", shorten_end(printable_text(signature.name), kLongestName)},
              {"description", description(evidence, index, places)},
              {"severity", severity_of(finding.severity)}};
  std::string solution = advice(signature);
  if (!solution.empty()) out["solution"] = shorten_end(solution, kLongestSolution);
  out["identifiers"] = identifiers(finding, signature, evidence.assessment(finding));
  out["location"] = location(*places.front());
  return out;
}

}  // namespace

std::string report_gitlab(const Evidence& evidence) {
  Json vulnerabilities = Json::array();
  for (size_t i = 0; i < evidence.findings.size(); ++i) {
    vulnerabilities.push_back(vulnerability(evidence, i));
  }
  Json document = {{"version", "15.0.7"},
                   {"scan", scan(evidence)},
                   {"vulnerabilities", std::move(vulnerabilities)}};
  return json_text(document, 2) + "\n";
}

}  // namespace straykey
