// SPDX-License-Identifier: Apache-2.0
// JUnit XML, which every CI server shows. The form has no standard; this is what the schema of
// Jenkins takes: https://github.com/jenkinsci/xunit-plugin (junit-10.xsd).
//
// One test case says whether everything in scope was scanned, so a clean run is one passed
// test and never an empty file. Each finding that fails the run is a failed test; one about
// which somebody has decided, or below --fail-on, is a skipped one.
// The secret never stands here, not even with --show-secrets.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scanner/base/time.h"
#include "scanner/report/document.h"
#include "scanner/report/report.h"

namespace straykey {
namespace {

constexpr size_t kFailuresShown = 100;

// Of printable text, so only what XML itself reads is left, and two code points that it does
// not allow.
std::string xml(const std::string& text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    CodePoint point = code_point_at(text, at);
    switch (point.value) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case 0xfffe:
      case 0xffff: out += fmt::format("\\u{{{:x}}}", point.value); break;
      default: out.append(text, at, point.length);
    }
    at += point.length;
  }
  return out;
}

std::string test_case(const std::string& kind, const std::string& title,
                      const std::string& outcome) {
  std::string head = fmt::format("    <testcase classname=\"{}\" name=\"{}\"", xml(kind), xml(title));
  if (outcome.empty()) return head + "/>\n";
  return head + ">\n" + outcome + "    </testcase>\n";
}

std::string of_finding(const Evidence& evidence, size_t index, bool fails) {
  const Finding& finding = evidence.findings[index];
  const Signature& signature = (*evidence.signatures)[finding.signature];
  std::vector<const Occurrence*> places = distinct_places(finding);
  const Occurrence& first = *places.front();
  std::string title = fmt::format("{} at {}:{}:{}", printable_text(signature.name),
                                  printable_text(path_from_here(first)), first.position.line,
                                  first.position.column);
  std::string outcome;
  if (fails) {
    std::vector<std::string> lines = {"finding " + finding.id};
    for (const Occurrence* place : places) {
      lines.push_back(fmt::format("{}:{}:{} ({})", printable_text(path_from_here(*place)),
                                  place->position.line, place->position.column,
                                  name(place->presence)));
    }
    const Resolution* whose = resolution_of(evidence, index);
    if (whose) lines.push_back("owner: " + owner_text(*whose));
    std::string what_to_do = advice(signature);
    if (!what_to_do.empty()) lines.push_back(what_to_do);
    outcome = fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
                          name(finding.severity), xml(headline(finding, signature)),
                          xml(fmt::format("{}", fmt::join(lines, "\n"))));
  } else {
    outcome = fmt::format("      <skipped message=\"{}\"/>\n",
                          finding.is_open() ? "below the severity that fails the run"
                                            : name(finding.state));
  }
  return test_case("straykey." + printable_text(signature.id), title, outcome);
}

}  // namespace

std::string report_junit(const Evidence& evidence) {
  std::string cases;
  std::vector<std::string> gaps = not_scanned(evidence.coverage, kFailuresShown);
  std::string error;
  if (!gaps.empty()) {
    error = fmt::format("      <error type=\"incomplete\" message=\"{}\">{}</error>\n",
                        xml(gaps.front()), xml(fmt::format("{}", fmt::join(gaps, "\n"))));
  }
  cases += test_case("straykey.coverage", "everything in scope was scanned", error);
  size_t failures = 0, skipped = 0;
  for (size_t i = 0; i < evidence.findings.size(); ++i) {
    const Finding& finding = evidence.findings[i];
    bool fails = finding.is_open() && finding.severity >= evidence.fail_on;
    ++(fails ? failures : skipped);
    cases += of_finding(evidence, i, fails);
  }
  std::string counts = fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\"",
                                   evidence.findings.size() + 1, failures, gaps.empty() ? 0 : 1);
  std::string when;
  if (!evidence.reproducible) {
    when = fmt::format(" time=\"{:.3f}\" timestamp=\"{}\"", evidence.seconds,
                       iso_time(evidence.started_at).substr(0, 19));
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"straykey\" {0}>\n"
      "  <testsuite name=\"straykey\" {0} skipped=\"{1}\"{2}>\n{3}"
      "    <system-out>{4}</system-out>\n"
      "  </testsuite>\n"
      "</testsuites>\n",
      counts, skipped, when, cases, xml(summary_line(evidence)));
}

}  // namespace straykey
