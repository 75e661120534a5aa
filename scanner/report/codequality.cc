// SPDX-License-Identifier: Apache-2.0
// GitLab's Code Quality report, which merge requests show in every tier:
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
//
// A list of issues and nothing around it, so what was not scanned is an issue as well, the
// first one. GitLab compares the fingerprints of two reports to tell new issues from old ones.
// The secret never stands here, not even with --show-secrets.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scanner/base/hash.h"
#include "scanner/report/document.h"
#include "scanner/report/report.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kFailuresShown = 10;

const char* severity_of(Severity severity) {
  static constexpr const char* kNames[] = {"info", "minor", "major", "critical", "blocker"};
  return kNames[static_cast<size_t>(severity)];
}

Json issue(const std::string& description, const std::string& check, const std::string& id,
           const char* severity, const std::string& path, uint64_t line) {
  return {{"description", description},
          {"check_name", check},
          {"fingerprint", id},
          {"severity", severity},
          {"location", {{"path", path}, {"lines", {{"begin", line}}}}}};
}

}  // namespace

std::string report_codequality(const Evidence& evidence) {
  Json issues = Json::array();
  for (const std::string& text : not_scanned(evidence.coverage, kFailuresShown)) {
    issues.push_back(issue(text, "straykey.not-scanned", hex(sha256(text)), "blocker", ".", 1));
  }
  for (size_t i = 0; i < evidence.findings.size(); ++i) {
    const Finding& finding = evidence.findings[i];
    const Signature& signature = (*evidence.signatures)[finding.signature];
    const Occurrence& place = *distinct_places(finding).front();
    std::string text = headline(finding, signature) + ".";
    const Resolution* whose = resolution_of(evidence, i);
    if (whose) text += " Owner: " + owner_text(*whose) + ".";
    issues.push_back(issue(text, utf8_text(signature.id), finding.id,
                           severity_of(finding.severity), utf8_text(path_from_here(place)),
                           place.position.line));
  }
  return json_text(issues, 2) + "\n";
}

}  // namespace straykey
