// SPDX-License-Identifier: Apache-2.0
// Events of the Open Cybersecurity Schema Framework 1.3.0, one a line, for a SIEM:
// https://schema.ocsf.io/1.3.0/classes/detection_finding and .../scan_activity
//
// A Detection Finding [2004] for each finding, then one Scan Activity [6007], which says
// whether all was scanned: a run without findings is not an empty file. finding_info.uid is the
// same in every run, by which a receiver joins them. What the schema has no name for is in
// `unmapped`, by the names of the json format. Times are milliseconds since 1970, 0 with
// --reproducible. The secret never stands here, not even with --show-secrets.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scanner/base/time.h"
#include "scanner/report/document.h"
#include "scanner/report/report.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kFailuresShown = 20;
constexpr size_t kPlacesShown = 100;

int64_t milliseconds(const Evidence& evidence, int64_t seconds) {
  return evidence.reproducible ? 0 : seconds * 1000;
}

Json metadata(const Evidence& evidence) {
  Json out = {{"version", "1.3.0"},
              {"product",
               {{"name", "straykey"}, {"vendor_name", "straykey"}, {"version", version()}}}};
  if (!evidence.run_id.empty()) out["correlation_uid"] = evidence.run_id;
  return out;
}

// 2004: 1 New, 2 In Progress, 3 Suppressed, 4 Resolved.
int status_of(const Finding& finding) {
  if (finding.is_open()) return 1;
  if (finding.state == FindingState::kAccepted) return 3;
  return finding.state == FindingState::kClosed ? 4 : 2;
}

Json evidences(const Finding& finding) {
  std::vector<const Occurrence*> places = distinct_places(finding);
  Json list = Json::array();
  for (size_t i = 0; i < places.size() && i < kPlacesShown; ++i) {
    const Occurrence& place = *places[i];
    std::string path = utf8_text(path_from_here(place));
    Json data = {{"line", place.position.line},
                 {"column", place.position.column},
                 {"presence", name(place.presence)}};
    if (!place.commit.empty()) {
      data["commit"] = utf8_text(place.commit);
      data["author"] = utf8_text(place.author);
      data["author_email"] = utf8_text(place.author_email);
    }
    list.push_back({{"file",
                     {{"name", path.substr(path.rfind('/') + 1)}, {"path", path}, {"type_id", 1}}},
                    {"data", std::move(data)}});
  }
  return list;
}

// The non-human identity that the credential is of.
Json resources(const Resolution& whose) {
  Json one = {{"uid", utf8_text(whose.nhi_id)}, {"type", "non-human identity"}};
  if (!whose.name.empty()) one["name"] = utf8_text(whose.name);
  if (!whose.owner.empty()) one["owner"] = {{"name", utf8_text(whose.owner)}};
  Json list = Json::array();
  list.push_back(std::move(one));
  return list;
}

Json unmapped(const Evidence& evidence, size_t index) {
  const Finding& finding = evidence.findings[index];
  Json out = {{"state", name(finding.state)},
              {"redacted", utf8_text(finding.redacted)},
              {"structure", name(finding.structure)},
              {"at_tip", finding.at_tip},
              {"occurrences", finding.occurrences.size()}};
  const Resolution* whose = resolution_of(evidence, index);
  if (whose) {
    out["registered"] = whose->registered;
    out["resolved_by"] = whose->resolved_by;
    if (!whose->environment.empty()) out["environment"] = utf8_text(whose->environment);
  }
  const Assessment* assessment = evidence.assessment(finding);
  if (assessment) {
    out["conditions"] = condition_ids(assessment);
    Json mappings = Json::array();
    for (const Mapping& one : *assessment->mappings) {
      if (one.relation != Relation::kPrimary) continue;
      mappings.push_back(
          {{"framework", utf8_text(one.framework->id)}, {"id", utf8_text(one.id->id)}});
    }
    out["mappings"] = std::move(mappings);
  }
  return out;
}

Json detection_finding(const Evidence& evidence, size_t index) {
  const Finding& finding = evidence.findings[index];
  const Signature& signature = (*evidence.signatures)[finding.signature];
  Json info = {{"uid", finding.id},
               {"title", printable_text(signature.name)},
               {"desc", headline(finding, signature) + "."},
               {"types", {"Secret", utf8_text(signature.id)}}};
  if (finding.first_seen) info["first_seen_time"] = *finding.first_seen * 1000;
  if (finding.last_seen) info["last_seen_time"] = *finding.last_seen * 1000;
  Json out = {{"category_uid", 2},
              {"class_uid", 2004},
              {"activity_id", 1},
              {"type_uid", 200401},
              {"time", milliseconds(evidence, evidence.finished_at)},
              {"severity_id", static_cast<int>(finding.severity) + 1},
              {"confidence_id", static_cast<int>(finding.confidence) + 1},
              {"status_id", status_of(finding)},
              {"is_alert", finding.is_open() && finding.severity >= evidence.fail_on},
              {"metadata", metadata(evidence)},
              {"message", headline(finding, signature)},
              {"finding_info", std::move(info)},
              {"evidences", evidences(finding)}};
  const Resolution* whose = resolution_of(evidence, index);
  if (whose) out["resources"] = resources(*whose);
  std::string what_to_do = sentence(signature.rotation);
  if (!what_to_do.empty()) {
    out["remediation"] = {{"desc", what_to_do}};
    if (!signature.rotation_url.empty()) {
      out["remediation"]["references"] = Json::array({utf8_text(signature.rotation_url)});
    }
  }
  out["unmapped"] = unmapped(evidence, index);
  return out;
}

Json scan_activity(const Evidence& evidence) {
  const Coverage& coverage = evidence.coverage;
  RunTotals totals = run_totals(evidence);
  int activity = coverage.interrupted ? 3 : 2;  // cancelled, completed
  Json out = {{"category_uid", 6},
              {"class_uid", 6007},
              {"activity_id", activity},
              {"type_uid", 600700 + activity},
              {"time", milliseconds(evidence, evidence.finished_at)},
              {"severity_id", coverage.complete() ? 1 : 4},
              {"status_id", coverage.complete() ? 1 : 2},
              {"metadata", metadata(evidence)},
              {"message", summary_line(evidence)},
              {"scan", {{"name", "straykey"}, {"uid", evidence.run_id}, {"type_id", 0}}},
              {"start_time", milliseconds(evidence, evidence.started_at)},
              {"end_time", milliseconds(evidence, evidence.finished_at)},
              {"num_detections", totals.findings},
              {"num_files", totals.blobs},
              {"num_skipped_items", totals.left_out},
              {"total", totals.blobs}};
  std::vector<std::string> gaps = not_scanned(coverage, kFailuresShown);
  if (!gaps.empty()) out["unmapped"] = {{"not_scanned", gaps}};
  return out;
}

}  // namespace

std::string report_ocsf(const Evidence& evidence) {
  std::string out;
  for (size_t i = 0; i < evidence.findings.size(); ++i) {
    out += json_text(detection_finding(evidence, i), -1) + "\n";
  }
  return out + json_text(scan_activity(evidence), -1) + "\n";
}

}  // namespace straykey
