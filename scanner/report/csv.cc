// SPDX-License-Identifier: Apache-2.0
// One row for each place of each finding, for spreadsheets (RFC 4180: CRLF, quotes
// doubled). A record is always one line, because printable_text() leaves no line ends.
//
// The secret itself never stands here, not even with --show-secrets: spreadsheets travel.
#include "scanner/base/time.h"
#include "scanner/report/document.h"
#include "scanner/report/report.h"

namespace straykey {
namespace {

std::string time_cell(std::optional<int64_t> seconds) {
  return seconds ? csv_cell(iso_time(*seconds)) : "";
}

// "C01 C07"
std::string condition_cell(const Assessment* assessment) {
  std::string ids;
  if (!assessment) return ids;
  for (const Condition& one : assessment->conditions) ids += (ids.empty() ? "" : " ") + one.id;
  return ids;
}

// The ids of one kind that the conditions are evidence for: "A.5.17 A.8.28".
std::string ids_cell(const Assessment* assessment, IdKind kind) {
  std::string ids;
  if (!assessment) return ids;
  for (const Mapping& one : *assessment->mappings) {
    if (one.id->kind != kind || one.relation != Relation::kPrimary) continue;
    ids += (ids.empty() ? "" : " ") + one.id->id;
  }
  return csv_cell(ids);
}

void append_row(std::string& out, const std::vector<std::string>& cells) {
  for (size_t i = 0; i < cells.size(); ++i) out += (i > 0 ? "," : "") + cells[i];
  out += "\r\n";
}

}  // namespace

std::string report_csv(const Evidence& evidence) {
  std::string out;
  append_row(out, {"id", "state", "severity", "confidence", "signature", "structure",
                   "redacted", "repository", "path", "line", "column", "commit", "author",
                   "author_email", "committed_at", "presence", "first_seen", "occurrences",
                   "identity", "nhi", "registered", "owner", "resolved_by", "owner_confidence",
                   "environment", "conditions", "risks", "controls"});
  static const Resolution kNobody;
  for (size_t i = 0; i < evidence.findings.size(); ++i) {
    const Finding& finding = evidence.findings[i];
    const Resolution* known = resolution_of(evidence, i);
    const Resolution& whose = known ? *known : kNobody;
    const Assessment* assessment = evidence.assessment(finding);
    for (const Occurrence& place : finding.occurrences) {
      append_row(out,
                 {csv_cell(finding.id), name(finding.state), name(finding.severity),
                  name(finding.confidence), csv_cell((*evidence.signatures)[finding.signature].id),
                  name(finding.structure), csv_cell(finding.redacted), csv_cell(place.repository),
                  csv_cell(place.path), std::to_string(place.position.line),
                  std::to_string(place.position.column), csv_cell(place.commit), csv_cell(place.author),
                  csv_cell(place.author_email), time_cell(place.committed_at), name(place.presence),
                  time_cell(finding.first_seen), std::to_string(finding.occurrences.size()),
                  csv_cell(whose.identity.kind), csv_cell(whose.nhi_id),
                  known ? (whose.registered ? "yes" : "no") : "", csv_cell(whose.owner),
                  whose.resolved_by, whose.owner.empty() ? "" : name(whose.confidence),
                  csv_cell(whose.environment), condition_cell(assessment),
                  ids_cell(assessment, IdKind::kRisk), ids_cell(assessment, IdKind::kControl)});
    }
  }
  return out;
}

}  // namespace straykey
