// SPDX-License-Identifier: Apache-2.0
// The report for people. A finding is a few lines, most severe first:
//
//   critical  GitHub personal access token  ghp_****  account 4711
//     config/prod.env:12:9
//     old/prod.env:3:9 (commit 1a2b3c4d5e)
//     first seen 2024-01-02 in 1a2b3c4d5e by Ann Author; 2 paths, 14 versions; at tip
//     owner: team-payments (CODEOWNERS, medium)
//     risk: NHI2 NHI7 · A.5.17 A.5.18 A.8.28 · long-lived (C03)
//     id: 1a1f6a9fa2
//
// Places that can be opened today come first, as path:line:column, which terminals and
// editors make clickable. What does not fit the width is cut in the middle of the path and
// at the end of names, never at the numbers.
//
// Everything that comes from outside goes through printable_text(): a file name cannot
// clear the screen of whoever reads the report.
#include <fmt/color.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "scanner/base/time.h"
#include "scanner/report/document.h"
#include "scanner/report/report.h"

namespace straykey {
namespace {

constexpr size_t kItemsShown = 10;      // of a list that can be long
constexpr size_t kReasonsShown = 3;     // in the summary line
constexpr size_t kShortCommit = 10;     // hex digits
constexpr size_t kShortId = 10;         // of a finding: enough for the verbs that take one
constexpr size_t kIdsShown = 3;         // of a framework, for one finding
constexpr size_t kLeastPathWidth = 16;  // below this a cut path tells nothing

// "512 B", "3.1 MB": decimal units, as disks and networks are sold.
std::string byte_size(uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  static constexpr const char* kUnits[] = {"kB", "MB", "GB", "TB", "PB"};
  double amount = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  for (; amount >= 999.95 && unit + 1 < std::size(kUnits); ++unit) amount /= 1000;
  return fmt::format("{:.1f} {}", amount, kUnits[unit]);
}

// "(binary archive 3, too large 1, ...)", the most frequent reasons first; "" for none.
std::string reasons(const std::map<std::string, uint64_t>& counts) {
  std::vector<std::pair<std::string, uint64_t>> ordered(counts.begin(), counts.end());
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> parts;
  for (const auto& [reason, count] : ordered) {
    if (parts.size() == kReasonsShown) {
      parts.push_back("...");
      break;
    }
    parts.push_back(fmt::format("{} {}", printable_text(reason), count));
  }
  return parts.empty() ? "" : fmt::format(" ({})", fmt::join(parts, ", "));
}

std::string short_commit(const std::string& commit) {
  return printable_text(ByteView(commit).substr(0, kShortCommit));
}

class TextReport {
 public:
  TextReport(const Evidence& evidence, const TextOptions& options)
      : evidence_(evidence), options_(options) {}

  std::string write() {
    for (size_t i = 0; i < evidence_.findings.size(); ++i)
      write_finding(evidence_.findings[i], resolution_of(evidence_, i));
    if (evidence_.findings.empty()) {
      out_ += evidence_.coverage.complete() ? "no findings\n\n"
                                            : "no findings in what was scanned\n\n";
    }
    write_failed();
    write_left_out();
    write_allowed();
    write_unused_baseline();
    write_shallow();
    out_ += paint(evidence_.coverage.complete() ? fmt::text_style() : bold(),
                  summary_line(evidence_));
    return out_ + "\n";
  }

 private:
  static fmt::text_style bold() { return fmt::emphasis::bold; }
  static fmt::text_style faint() { return fmt::emphasis::faint; }
  static fmt::text_style style_of(Severity severity) {
    switch (severity) {
      case Severity::kCritical: return fmt::fg(fmt::terminal_color::red) | bold();
      case Severity::kHigh: return fmt::fg(fmt::terminal_color::red);
      case Severity::kMedium: return fmt::fg(fmt::terminal_color::yellow);
      case Severity::kLow: return fmt::fg(fmt::terminal_color::cyan);
      case Severity::kInfo: return faint();
    }
    return {};
  }

  std::string paint(fmt::text_style style, const std::string& text) const {
    return options_.color && !text.empty() ? fmt::format(style, "{}", text) : text;
  }

  // OSC 8: a terminal that does not know it shows `text` alone.
  std::string link(const std::string& address, const std::string& text) const {
    if (!options_.hyperlink || address.empty()) return text;
    return fmt::format("\x1b]8;;{}\x1b\\{}\x1b]8;;\x1b\\", address, text);
  }

  void write_finding(const Finding& finding, const Resolution* whose) {
    const Signature& signature = (*evidence_.signatures)[finding.signature];
    std::string severity = fmt::format("{:<8}", name(finding.severity));
    std::string title = printable_text(signature.name);
    std::string shown =
        printable_text(finding.value ? finding.value->reveal() : ByteView(finding.redacted));
    std::string notes = fmt::format("{}", fmt::join(notes_of(finding, whose), ", "));
    size_t used = code_points(severity) + 2 + code_points(title) + 2 + code_points(shown) + 2;
    if (!notes.empty()) {
      notes = "  " + shorten_end(notes, room_after(used, kLeastPathWidth));
    }
    out_ += fmt::format("{}  {}  {}{}\n", paint(style_of(finding.severity), severity),
                        link(page_of(signature), paint(bold(), title)), shown,
                        paint(faint(), notes));

    std::vector<const Occurrence*> places = distinct_places(finding);
    size_t shown_places = places.size();
    if (options_.places > 0) shown_places = std::min<size_t>(shown_places, options_.places);
    for (size_t i = 0; i < shown_places; ++i) write_place(*places[i]);
    write_facts(finding, places, shown_places);
    if (whose) {
      std::string owner = "owner: " + owner_text(*whose);
      if (whose->registered) owner += "; " + printable_text(whose->nhi_id);
      out_ += "  " + shorten_end(owner, room_after(2, kLeastPathWidth)) + "\n";
    }
    write_risk(finding);
    out_ += paint(faint(), "  id: " + finding.id.substr(0, kShortId)) + "\n\n";
  }

  // The risks, the controls and the conditions, the best founded first and as many as fit into
  // one line; the other formats have all of them. That it stands where it was found (C01) is
  // said when nothing else is to be said.
  void write_risk(const Finding& finding) {
    const Assessment* assessment = evidence_.assessment(finding);
    if (!assessment || assessment->conditions.empty()) return;
    std::vector<std::string> risks, controls, reasons;
    std::vector<Mapping> mappings = *assessment->mappings;
    std::stable_sort(mappings.begin(), mappings.end(), [](const Mapping& a, const Mapping& b) {
      return a.conditions.size() > b.conditions.size();
    });
    for (const Mapping& mapping : mappings) {
      if (mapping.relation != Relation::kPrimary) continue;
      std::string id = printable_text(mapping.id->id);
      if (mapping.id->kind == IdKind::kRisk) risks.push_back(id.substr(0, id.find(':')));
      if (mapping.id->kind == IdKind::kControl) controls.push_back(id);
    }
    std::vector<Condition> conditions = assessment->conditions;
    std::stable_sort(conditions.begin(), conditions.end(),
                     [](const Condition& a, const Condition& b) { return a.level < b.level; });
    for (const Condition& one : conditions) {
      if (one.id == "C01" && conditions.size() > 1) continue;
      const ConditionKind* kind = evidence_.rulebook->condition(one.id);
      if (kind) reasons.push_back(fmt::format("{} ({})", printable_text(kind->short_title), one.id));
    }
    auto line = [&](size_t ids, size_t conditions_shown) {
      std::vector<std::string> parts;
      if (!risks.empty()) parts.push_back(first_of(risks, ids, " "));
      if (!controls.empty()) parts.push_back(first_of(controls, ids, " "));
      if (!reasons.empty()) parts.push_back(first_of(reasons, conditions_shown, ", "));
      return fmt::format("  risk: {}", fmt::join(parts, " · "));
    };
    size_t ids = kIdsShown, shown = reasons.size();
    while (shown > 1 && code_points(line(ids, shown)) > options_.width) --shown;
    while (ids > 1 && code_points(line(ids, shown)) > options_.width) --ids;
    out_ += paint(faint(), shorten_end(line(ids, shown), room_after(0, kLeastPathWidth))) + "\n";
  }

  // "a b c +2": the first `count` of a list, and how many there are more.
  static std::string first_of(std::vector<std::string> items, size_t count, const char* between) {
    size_t more = items.size() > count ? items.size() - count : 0;
    items.resize(items.size() - more);
    std::string out = fmt::format("{}", fmt::join(items, between));
    return more > 0 ? fmt::format("{} +{}", out, more) : out;
  }

  // "accepted until 2027-01-31", "known, overdue since 2026-11-01".
  static std::string state_of(const Finding& finding) {
    std::string out = name(finding.state);
    auto date = [](int64_t seconds) { return iso_time(seconds).substr(0, 10); };
    if (finding.state == FindingState::kAccepted && finding.decision->until) {
      out += " until " + date(*finding.decision->until);
    } else if (finding.overdue) {
      out += ", overdue since " + date(*finding.decision->due);
    }
    return out;
  }

  // What a reader wants to know beside the kind: whose it is, and how sure that is.
  static std::vector<std::string> notes_of(const Finding& finding, const Resolution* whose) {
    std::vector<std::string> notes;
    if (finding.state != FindingState::kNew) notes.push_back(state_of(finding));
    for (const auto& [attribute, value] : whose ? whose->identity.attributes : finding.attributes) {
      notes.push_back(printable_text(attribute) + " " + printable_text(value));
    }
    if (finding.confidence != Confidence::kHigh) {
      notes.push_back(fmt::format("{} confidence", name(finding.confidence)));
    }
    if (finding.structure != Structure::kUnknown) {
      notes.push_back(fmt::format("{} structure", name(finding.structure)));
    }
    return notes;
  }

  static std::string page_of(const Signature& signature) {
    const std::string& page =
        signature.rotation_url.empty() ? signature.docs : signature.rotation_url;
    bool plain =
        std::all_of(page.begin(), page.end(), [](char c) { return c > ' ' && c <= '~'; });
    return plain ? page : "";
  }

  // Columns left of the width after `used` ones, at least `least`.
  size_t room_after(size_t used, size_t least) const {
    return std::max(least, options_.width > used ? options_.width - used : 0);
  }

  void write_place(const Occurrence& place) {
    std::string path = place_name(place);
    bool several = evidence_.coverage.sources.size() > 1;
    if (several && !place.repository.empty()) {
      path = place.repository + (place.repository.ends_with('/') ? "" : "/") + path;
    }
    std::string where = fmt::format(":{}:{}", place.position.line, place.position.column);
    std::string held;
    if (place.presence == Presence::kHistory && !place.commit.empty()) {
      held = fmt::format(" (commit {})", short_commit(place.commit));
    }
    size_t used = 2 + where.size() + code_points(held);
    std::string text = shorten_middle(printable_text(path), room_after(used, kLeastPathWidth));
    out_ +=
        fmt::format("  {}{}\n", link(address_of(place), text + where), paint(faint(), held));
  }

  // Only an absolute path can be opened: a report does not know where it is read.
  static std::string address_of(const Occurrence& place) {
    if (place.presence == Presence::kHistory || place.path.empty()) return "";
    std::string path =
        place.repository.empty() ? place.path : place.repository + "/" + place.path;
    return path.starts_with('/') ? "file://" + uri_path(path) : "";
  }

  void write_facts(const Finding& finding, const std::vector<const Occurrence*>& places,
                   size_t shown_places) {
    std::string origin, author;
    if (finding.first_seen) {
      origin = "first seen " + iso_time(*finding.first_seen).substr(0, 10);
      const Occurrence& first = finding.occurrences.front();
      if (!first.commit.empty()) {
        origin += " in " + short_commit(first.commit);
        author = printable_text(first.author);
      }
    }
    std::vector<std::string> rest;
    std::string spread = spread_of(finding, places, shown_places);
    if (!spread.empty()) rest.push_back(spread);
    std::string presence = presence_of(finding);
    if (!presence.empty()) rest.push_back(presence);
    std::string ending = fmt::format("{}", fmt::join(rest, "; "));
    if (origin.empty() && ending.empty()) return;

    std::string line = origin;
    if (!author.empty()) {
      constexpr size_t kLeastAuthorWidth = 6;
      size_t used = 2 + origin.size() + 4 + (ending.empty() ? 0 : 2 + ending.size());
      line += " by " + shorten_end(author, room_after(used, kLeastAuthorWidth));
    }
    if (!line.empty() && !ending.empty()) line += "; ";
    out_ += "  " + paint(faint(), line + ending) + "\n";
  }

  // "12 places, 3 paths, 500 versions", without what the lines above already show.
  static std::string spread_of(const Finding& finding,
                               const std::vector<const Occurrence*>& places,
                               size_t shown_places) {
    std::set<std::pair<std::string, std::string>> paths;
    std::set<std::string> versions;
    for (const Occurrence& place : finding.occurrences) {
      paths.emplace(place.repository, place_name(place));
      if (!place.blob.empty()) versions.insert(place.blob);
    }
    std::vector<std::string> parts;
    if (places.size() > shown_places) parts.push_back(counted(places.size(), "place"));
    if (paths.size() > 1) parts.push_back(counted(paths.size(), "path"));
    if (versions.size() > 1) parts.push_back(counted(versions.size(), "version"));
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  // Where it can be seen today; "" for files outside of repositories, where it is plain.
  static std::string presence_of(const Finding& finding) {
    auto is_anywhere = [&](Presence presence) {
      return std::any_of(finding.occurrences.begin(), finding.occurrences.end(),
                         [&](const Occurrence& place) { return place.presence == presence; });
    };
    if (is_anywhere(Presence::kTip)) return "at tip";
    if (is_anywhere(Presence::kIndex)) return "in the index";
    if (is_anywhere(Presence::kWorkingTree)) return "in the working tree";
    if (is_anywhere(Presence::kFile)) return "";
    return is_anywhere(Presence::kHistory) ? "only in history" : "in unreachable objects";
  }

  void write_failed() {
    const Coverage& coverage = evidence_.coverage;
    if (coverage.complete()) return;
    out_ += paint(fmt::fg(fmt::terminal_color::red) | bold(), "not scanned:") + "\n";
    if (coverage.interrupted) {
      out_ += "  everything after the run was interrupted\n";
    }
    size_t shown = std::min(coverage.failed.size(), kItemsShown);
    for (size_t i = 0; i < shown; ++i) {
      const Failure& failure = coverage.failed[i];
      out_ += fmt::format("  {}: {}\n", printable_text(failure.where),
                          printable_text(failure.reason));
    }
    write_rest(coverage.failed.size() - shown);
  }

  // Ends a list.
  void write_rest(size_t not_shown) {
    if (not_shown > 0) out_ += fmt::format("  and {} more\n", not_shown);
    out_ += "\n";
  }

  void write_left_out() {
    if (evidence_.coverage.left_out.empty()) return;
    out_ += "left out:\n";
    for (const auto& [reason, what] : evidence_.coverage.left_out) {
      std::string line = fmt::format("  {} {}", printable_text(reason), what.count);
      if (!what.examples.empty()) {
        std::vector<std::string> examples;
        for (const std::string& example : what.examples) {
          examples.push_back(printable_text(example));
        }
        if (what.count > examples.size()) examples.push_back("...");
        std::string list = fmt::format("{}", fmt::join(examples, ", "));
        size_t used = code_points(line) + 2;
        line += ": " + shorten_end(list, room_after(used, kLeastPathWidth));
      }
      out_ += line + "\n";
    }
    out_ += "\n";
  }

  void write_allowed() {
    if (evidence_.allowed.empty()) return;
    out_ += "allowed:\n";
    for (const auto& [reason, count] : evidence_.allowed) {
      out_ += fmt::format("  {} {}\n", printable_text(reason), count);
    }
    out_ += "\n";
  }

  void write_unused_baseline() {
    if (evidence_.unused_baseline.empty()) return;
    out_ += "in the baseline, but found no more:\n";
    size_t shown = std::min(evidence_.unused_baseline.size(), kItemsShown);
    for (size_t i = 0; i < shown; ++i) {
      out_ += fmt::format("  {}\n", printable_text(evidence_.unused_baseline[i]));
    }
    write_rest(evidence_.unused_baseline.size() - shown);
  }

  void write_shallow() {
    bool any = false;
    for (const SourceCoverage& source : evidence_.coverage.sources) {
      if (source.shallow_commits == 0) continue;
      out_ += fmt::format(
          "{}: a shallow clone; history before {} is not here and was not scanned\n",
          printable_text(source.path), counted(source.shallow_commits, "commit"));
      any = true;
    }
    if (any) out_ += "\n";
  }

  const Evidence& evidence_;
  const TextOptions& options_;
  std::string out_;
};

}  // namespace

std::string report_text(const Evidence& evidence, const TextOptions& options) {
  return TextReport(evidence, options).write();
}

std::string summary_line(const Evidence& evidence) {
  RunTotals totals = run_totals(evidence);
  const Coverage& coverage = evidence.coverage;
  std::vector<std::string> severities;
  for (Severity severity : {Severity::kCritical, Severity::kHigh, Severity::kMedium,
                            Severity::kLow, Severity::kInfo}) {
    uint64_t count = totals.by_severity[static_cast<size_t>(severity)];
    if (count > 0) severities.push_back(fmt::format("{} {}", count, name(severity)));
  }
  std::string findings = counted(totals.findings, "finding");
  if (totals.findings > 0) {
    findings += fmt::format(" ({}{})", fmt::join(severities, ", "),
                            totals.known ? fmt::format("; {} known", totals.known) : "");
  }
  std::map<std::string, uint64_t> left_out;
  for (const auto& [reason, what] : coverage.left_out) left_out[reason] = what.count;
  std::map<std::string, uint64_t> failed;
  for (const Failure& failure : coverage.failed) ++failed[failure.reason];
  bool has_history =
      std::any_of(coverage.sources.begin(), coverage.sources.end(),
                  [](const SourceCoverage& source) { return source.kind == "repository"; });

  std::vector<std::string> parts = {findings};
  if (has_history) parts.push_back(counted(totals.commits, "commit"));
  parts.push_back(counted(totals.blobs, "blob"));
  parts.push_back(byte_size(totals.bytes));
  parts.push_back(counted(evidence.signatures->size(), "signature"));
  parts.push_back(fmt::format("left out {}{}", totals.left_out, reasons(left_out)));
  if (totals.allowed > 0) {
    parts.push_back(fmt::format("allowed {}{}", totals.allowed, reasons(evidence.allowed)));
  }
  parts.push_back(fmt::format("failed {}{}", coverage.failed.size(), reasons(failed)));
  if (coverage.interrupted) parts.push_back("interrupted");
  if (!evidence.reproducible) parts.push_back(fmt::format("{:.2f} s", evidence.seconds));
  return fmt::format("{}{}", coverage.complete() ? "" : "INCOMPLETE: ", fmt::join(parts, ", "));
}

}  // namespace straykey
