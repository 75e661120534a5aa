// SPDX-License-Identifier: Apache-2.0
// Workflow commands, which GitHub Actions reads out of a step's output and shows as
// annotations at the lines of a change:
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
//
// Of each level ten are kept of a step and all others are dropped without a word, so here the
// ten most severe are written and a notice counts the rest. What was not scanned goes first:
// no number of findings hides it. Findings about which somebody has decided are not shown.
// The secret never stands here, not even with --show-secrets: logs are kept and read.
#include <fmt/format.h>

#include <algorithm>

#include "scanner/report/document.h"
#include "scanner/report/report.h"

namespace straykey {
namespace {

constexpr size_t kMostOfALevel = 10;
constexpr size_t kFailuresShown = 3;

enum Level : size_t { kError, kWarning, kNotice };

Level level_of(Severity severity) {
  if (severity >= Severity::kHigh) return kError;
  return severity == Severity::kMedium ? kWarning : kNotice;
}

// What a command says; line ends may stand in it.
std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '%') out += "%25";
    else if (c == '\r') out += "%0D";
    else if (c == '\n') out += "%0A";
    else out += c;
  }
  return out;
}

std::string escaped_property(const std::string& text) {
  std::string out;
  for (char c : escaped(text)) {
    if (c == ':') out += "%3A";
    else if (c == ',') out += "%2C";
    else out += c;
  }
  return out;
}

std::string annotation(Level level, const Evidence& evidence, size_t index) {
  static constexpr const char* kCommands[] = {"error", "warning", "notice"};
  const Finding& finding = evidence.findings[index];
  const Signature& signature = (*evidence.signatures)[finding.signature];
  const Occurrence& place = *distinct_places(finding).front();
  const Position& at = place.position;
  std::string title =
      fmt::format("{}: {}", name(finding.severity), printable_text(signature.name));
  std::string text = headline(finding, signature) + ".";
  const Resolution* whose = resolution_of(evidence, index);
  if (whose) text += "\nOwner: " + owner_text(*whose) + ".";
  std::string what_to_do = advice(signature);
  if (!what_to_do.empty()) text += "\n" + what_to_do;
  // Of a place on several lines GitHub takes no columns.
  std::string columns = at.line == at.end_line
                            ? fmt::format(",col={},endColumn={}", at.column, at.end_column)
                            : "";
  return fmt::format("::{} file={},line={},endLine={}{},title={}::{}\n", kCommands[level],
                     escaped_property(printable_text(path_from_here(place))), at.line,
                     at.end_line, columns, escaped_property(title), escaped(text));
}

}  // namespace

std::string report_github(const Evidence& evidence) {
  std::string out;
  size_t room[] = {kMostOfALevel, kMostOfALevel, kMostOfALevel - 1};  // a notice is kept back
  for (const std::string& text : not_scanned(evidence.coverage, kFailuresShown)) {
    out += "::error title=Not all was scanned::" + escaped(text) + "\n";
    --room[kError];
  }
  size_t more = 0;
  for (size_t i = 0; i < evidence.findings.size(); ++i) {
    if (!evidence.findings[i].is_open()) continue;
    Level level = level_of(evidence.findings[i].severity);
    if (room[level] == 0) {
      ++more;
      continue;
    }
    --room[level];
    out += annotation(level, evidence, i);
  }
  if (more > 0) {
    out += fmt::format("::notice title=straykey::{} more {} not shown here; the other reports of "
                       "this run have all.\n",
                       more, more == 1 ? "finding is" : "findings are");
  }
  return out;
}

}  // namespace straykey
