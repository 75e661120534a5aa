// SPDX-License-Identifier: Apache-2.0
// A summary in GitHub-flavoured Markdown (https://github.github.com/gfm/), for the page of a
// CI job, a comment or a ticket. A job's page takes at most 1 MiB and nothing of what is longer,
// so rows stop before that and a line counts the rest.
//
// What a stranger chose stands in code spans, inside of which nothing is a link, a picture, a
// mention or HTML; only the pipe and the backtick mean something there.
// The secret never stands here, not even with --show-secrets.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "scanner/base/time.h"
#include "scanner/report/document.h"
#include "scanner/report/report.h"

namespace straykey {
namespace {

constexpr size_t kMostBytes = 1'000'000;  // for rows; what follows them is short
constexpr size_t kLongestCell = 200;      // code points of what a stranger chose
constexpr size_t kFailuresShown = 20;

// Of any bytes, for a cell of a table: a longer fence than any run of backticks inside.
std::string code(ByteView bytes) {
  std::string text = shorten_middle(printable_text(bytes), kLongestCell);
  size_t longest = 0, run = 0;
  std::string inside;
  for (char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
    if (c == '|') inside += '\\';
    inside += c;
  }
  std::string fence(longest + 1, '`');
  bool needs_room = text.empty() || text.front() == '`' || text.back() == '`';
  const char* room = needs_room ? " " : "";
  return fence + room + inside + room + fence;
}

// Of a signature's own words, which stand outside of code: all that Markdown could read as
// its own is written as a number (6.2 Entity and numeric character references).
std::string words(ByteView bytes) {
  std::string out;
  for (char c : printable_text(bytes)) {
    if (ByteView("\\`*_{}[]<>()#+!|&~@:").find(c) == ByteView::npos) {
      out += c;
    } else {
      out += fmt::format("&#{};", static_cast<int>(c));
    }
  }
  return out;
}

std::string advice_cell(const Signature& signature) {
  std::string text = words(sentence(signature.rotation));
  const std::string& page = signature.rotation_url;
  bool is_plain = page.starts_with("https://") &&
                  std::all_of(page.begin(), page.end(), [](char c) {
                    return c > ' ' && c <= '~' && ByteView("()<>|`\\\"").find(c) == ByteView::npos;
                  });
  if (!is_plain) return text;
  return text + (text.empty() ? "" : " ") + "[page](" + page + ")";
}

std::string row(const Evidence& evidence, size_t index) {
  const Finding& finding = evidence.findings[index];
  const Signature& signature = (*evidence.signatures)[finding.signature];
  const Assessment* assessment = evidence.assessment(finding);
  std::vector<const Occurrence*> places = distinct_places(finding);
  const Occurrence& place = *places.front();
  std::string where = code(path_from_here(place)) + fmt::format(" line {}", place.position.line);
  if (places.size() > 1) where += fmt::format(", {} more", counted(places.size() - 1, "place"));
  if (!finding.at_tip) where += ", only in history";
  const Resolution* whose = resolution_of(evidence, index);
  std::string owner = !whose ? "" : whose->owner.empty() ? "nobody is named"
                                                         : code(owner_text(*whose));
  std::vector<std::string> ids = primary_ids(assessment, IdKind::kRisk);
  std::vector<std::string> controls = primary_ids(assessment, IdKind::kControl);
  ids.insert(ids.end(), controls.begin(), controls.end());
  return fmt::format("| {} | {} {} | {} | {} | {} | {} |\n", name(finding.severity),
                     words(signature.name), code(finding.redacted), where, owner,
                     words(fmt::format("{}", fmt::join(ids, " "))), advice_cell(signature));
}

}  // namespace

std::string report_markdown(const Evidence& evidence) {
  std::vector<size_t> open;
  for (size_t i = 0; i < evidence.findings.size(); ++i) {
    if (evidence.findings[i].is_open()) open.push_back(i);
  }
  std::string out = fmt::format("## straykey: {}\n\n", open.empty()
                                                           ? "no new findings"
                                                           : counted(open.size(), "new finding"));
  std::vector<std::string> gaps = not_scanned(evidence.coverage, kFailuresShown);
  if (!gaps.empty()) {
    out += "**Not all was scanned.** What is not named here is not known to be clean.\n\n";
    for (const std::string& text : gaps) out += "- " + code(text) + "\n";
    out += "\n";
  }
  if (!open.empty()) {
    out += "| severity | what | where | owner | ids | what to do |\n"
           "|---|---|---|---|---|---|\n";
  }
  size_t written = 0;
  for (; written < open.size(); ++written) {
    std::string line = row(evidence, open[written]);
    if (out.size() + line.size() > kMostBytes) break;
    out += line;
  }
  if (!open.empty()) out += "\n";
  if (written < open.size()) {
    out += fmt::format("{} more are left out of this page; the other reports of this run have "
                       "all.\n\n",
                       open.size() - written);
  }
  return out + words(summary_line(evidence)) + "\n";
}

}  // namespace straykey
