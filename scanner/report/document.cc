// SPDX-License-Identifier: Apache-2.0
#include "scanner/report/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "scanner/base/time.h"

namespace straykey {
namespace {

// Code points that act on the display, or hide, instead of being seen.
bool acts_on_display(uint32_t value) {
  struct Range {
    uint32_t first, last;
  };
  static constexpr Range kRanges[] = {
      {0x00, 0x1f},        // C0 controls, ESC among them
      {0x7f, 0x9f},        // DEL and C1 controls: U+009B is a CSI to some terminals
      {0x61c, 0x61c},      // Arabic letter mark
      {0x200b, 0x200f},    // zero width and direction marks
      {0x2028, 0x202e},    // line separators, embeddings and overrides
      {0x2060, 0x206f},    // invisible operators and isolates
      {0xfeff, 0xfeff},    // byte order mark
      {0xfff9, 0xfffb},    // interlinear annotation
      {0xe0000, 0xe007f},  // tags
  };
  return std::any_of(std::begin(kRanges), std::end(kRanges), [&](const Range& range) {
    return value >= range.first && value <= range.last;
  });
}

// What nearly all texts are made of: nothing in them has to be looked at again.
bool is_plain_byte(char c) { return c >= ' ' && c <= '~'; }
bool is_plain(ByteView text) { return std::all_of(text.begin(), text.end(), is_plain_byte); }

// Where the code point number `count` of `text` begins.
size_t offset_of(ByteView text, size_t count) {
  size_t at = 0;
  while (count-- > 0) at += code_point_at(text, at).length;
  return at;
}

}  // namespace

std::string printable_text(ByteView bytes) {
  if (is_plain(bytes)) return std::string(bytes);
  std::string out;
  for (size_t at = 0; at < bytes.size();) {
    CodePoint point = code_point_at(bytes, at);
    if (point.valid && !acts_on_display(point.value)) {
      out += bytes.substr(at, point.length);
    } else if (point.value == '\n') {
      out += "\\n";
    } else if (point.value == '\r') {
      out += "\\r";
    } else if (point.value == '\t') {
      out += "\\t";
    } else if (!point.valid || point.value < 0x80) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", point.value);
    } else {
      fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", point.value);
    }
    at += point.length;
  }
  return out;
}

size_t code_points(ByteView text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<int>(c) & 0xc0) != 0x80; }));
}

std::string shorten_middle(const std::string& text, size_t width) {
  size_t length = code_points(text);
  if (length <= width) return text;
  if (width == 0) return "";
  size_t head = (width - 1) / 3;
  size_t tail = width - 1 - head;
  return text.substr(0, offset_of(text, head)) + "…" +
         text.substr(offset_of(text, length - tail));
}

std::string shorten_end(const std::string& text, size_t width) {
  if (code_points(text) <= width) return text;
  if (width == 0) return "";
  return text.substr(0, offset_of(text, width - 1)) + "…";
}

std::string json_text(const nlohmann::ordered_json& document, int indent) {
  // What dump() leaves as it is and acts_on_display() can only stand inside of strings.
  std::string plain = document.dump(indent);
  const auto next_to_see = [&](size_t from) {
    const auto is_as_it_is = [](char c) { return is_plain_byte(c) || c == '\n'; };
    return static_cast<size_t>(std::find_if_not(plain.begin() + static_cast<std::ptrdiff_t>(from),
                                                plain.end(), is_as_it_is) -
                               plain.begin());
  };
  size_t done = 0;
  std::string out;
  out.reserve(plain.size());
  for (size_t at = next_to_see(0); at < plain.size(); at = next_to_see(done)) {
    out.append(plain, done, at - done);
    CodePoint point = code_point_at(plain, at);
    if (point.value < 0x7f || !acts_on_display(point.value)) {
      out.append(plain, at, point.length);
    } else if (point.value < 0x10000) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", point.value);
    } else {
      uint32_t rest = point.value - 0x10000;
      fmt::format_to(std::back_inserter(out), "\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10),
                     0xdc00 + (rest & 0x3ff));
    }
    done = at + point.length;
  }
  if (done == 0) return plain;
  return out.append(plain, done);
}

std::string csv_cell(ByteView bytes) {
  std::string text = printable_text(bytes);
  // The last four are full-width forms, which some spreadsheets read like the others.
  static constexpr ByteView kFormulaStarts[] = {"=", "+", "-", "@", "＝", "＋", "－", "＠"};
  if (std::any_of(std::begin(kFormulaStarts), std::end(kFormulaStarts),
                  [&](ByteView start) { return text.starts_with(start); })) {
    text.insert(0, "'");
  }
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string uri_path(ByteView path) {
  std::string out;
  for (char c : path) {
    bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                 ByteView("-._~/").find(c) != ByteView::npos;
    if (plain) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string counted(uint64_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string sentence(ByteView bytes) {
  std::string text = printable_text(bytes);
  return text.empty() || text.ends_with('.') ? text : text + ".";
}

RunTotals run_totals(const Evidence& evidence) {
  RunTotals totals;
  totals.findings = evidence.findings.size();
  for (const Finding& finding : evidence.findings) {
    totals.known += !finding.is_open();
    totals.occurrences += finding.occurrences.size();
    ++totals.by_severity[static_cast<size_t>(finding.severity)];
  }
  for (const SourceCoverage& source : evidence.coverage.sources) {
    totals.commits += source.commits;
    totals.blobs += source.blobs;
    totals.bytes += source.bytes;
  }
  for (const auto& [reason, what] : evidence.coverage.left_out) totals.left_out += what.count;
  for (const auto& [reason, count] : evidence.allowed) totals.allowed += count;
  return totals;
}

const Resolution* resolution_of(const Evidence& evidence, size_t finding) {
  return finding < evidence.resolutions.size() ? &evidence.resolutions[finding] : nullptr;
}

std::string owner_text(const Resolution& resolution) {
  if (resolution.owner.empty()) return "nobody is named";
  const std::string& step = resolution.resolved_by;
  std::string out = printable_text(resolution.owner) + " (";
  out += resolution.owner_suggested ? "suggested by history"
         : step == "codeowners"     ? "CODEOWNERS"
         : step == "owner-map"      ? "configuration"
                                    : step;
  if (resolution.owner_attested) out += ", attested";
  out += std::string(", ") + name(resolution.confidence) + ")";
  if (resolution.owner_left) out += ", who has left";
  return out;
}

std::vector<const Occurrence*> distinct_places(const Finding& finding) {
  std::vector<const Occurrence*> ordered;
  for (const Occurrence& occurrence : finding.occurrences) ordered.push_back(&occurrence);
  std::stable_partition(ordered.begin(), ordered.end(), [](const Occurrence* occurrence) {
    return occurrence->presence != Presence::kHistory;
  });
  std::set<std::tuple<std::string, std::string, Position>> seen;
  std::vector<const Occurrence*> places;
  for (const Occurrence* occurrence : ordered) {
    if (seen.emplace(occurrence->repository, place_name(*occurrence), occurrence->position)
            .second) {
      places.push_back(occurrence);
    }
  }
  return places;
}

std::string headline(const Finding& finding, const Signature& signature) {
  std::string text =
      fmt::format("{} {} in {}", printable_text(signature.name), printable_text(finding.redacted),
                  counted(distinct_places(finding).size(), "place"));
  if (finding.first_seen) text += ", first seen " + iso_time(*finding.first_seen).substr(0, 10);
  return text + (finding.at_tip ? "" : ", only in history");
}

std::string advice(const Signature& signature) {
  std::string text = sentence(signature.rotation);
  if (signature.rotation_url.empty()) return text;
  return text + (text.empty() ? "" : " ") + printable_text(signature.rotation_url);
}

std::vector<std::string> condition_ids(const Assessment* assessment) {
  std::vector<std::string> ids;
  if (!assessment) return ids;
  for (const Condition& one : assessment->conditions) ids.push_back(one.id);
  return ids;
}

std::vector<std::string> primary_ids(const Assessment* assessment, IdKind kind) {
  std::vector<std::string> ids;
  if (!assessment) return ids;
  for (const Mapping& one : *assessment->mappings) {
    if (one.id->kind == kind && one.relation == Relation::kPrimary) {
      ids.push_back(printable_text(one.id->id));
    }
  }
  return ids;
}

std::vector<std::string> not_scanned(const Coverage& coverage, size_t most) {
  std::vector<std::string> out;
  if (coverage.interrupted) out.push_back("The run was interrupted before its end.");
  size_t shown = std::min(coverage.failed.size(), most);
  for (size_t i = 0; i < shown; ++i) {
    const Failure& failure = coverage.failed[i];
    out.push_back(fmt::format("Not scanned: {}: {}.", printable_text(failure.where),
                              printable_text(failure.reason)));
  }
  if (coverage.failed.size() > shown) {
    out.push_back(fmt::format("Not scanned: {} more.", coverage.failed.size() - shown));
  }
  return out;
}

std::string path_from_here(const Occurrence& occurrence) {
  std::string place = place_name(occurrence);
  const std::string& repository = occurrence.repository;
  if (repository.empty() || repository == ".") return place;
  return repository + (repository.ends_with('/') ? "" : "/") + place;
}

std::string place_name(const Occurrence& occurrence) {
  if (!occurrence.path.empty()) return occurrence.path;
  if (occurrence.object == "stream") return "stdin";
  std::string kind = occurrence.object;  // "commit message" or "tag message"
  std::replace(kind.begin(), kind.end(), ' ', '-');
  return kind + "/" + (occurrence.blob.empty() ? occurrence.commit : occurrence.blob);
}

}  // namespace straykey
