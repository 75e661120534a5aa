// SPDX-License-Identifier: Apache-2.0
// One line a finding, as compilers report, so that an editor or a log can be told once how to
// read it (integrations/problem-matcher.json) and then leads to the place:
//
//   config/prod.env:12:9: critical github.personal-token GitHub personal access token ghp_****
//
// The place is the one that can be opened today, where there is one. The state of a finding
// stands at the end, in parentheses, when somebody has decided about it.
#include "scanner/report/document.h"
#include "scanner/report/report.h"

#include <fmt/format.h>

namespace straykey {

std::string report_compact(const Evidence& evidence) {
  std::string out;
  for (const Finding& finding : evidence.findings) {
    const Signature& signature = (*evidence.signatures)[finding.signature];
    const Occurrence& place = *distinct_places(finding).front();
    std::string line = fmt::format("{}:{}:{}: {} {} {}", printable_text(path_from_here(place)),
                                   place.position.line, place.position.column,
                                   name(finding.severity), printable_text(signature.id),
                                   headline(finding, signature));
    if (finding.state != FindingState::kNew) line += fmt::format(" ({})", name(finding.state));
    out += line + "\n";
  }
  return out;
}

}  // namespace straykey
