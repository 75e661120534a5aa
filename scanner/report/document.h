// SPDX-License-Identifier: Apache-2.0
// What several formats need: strings that are safe where they go, counts over a run, and
// the places of a finding without repetition.
//
// A path, an author, a piece of a credential: all are bytes that a stranger chose. Two
// ways lead out of the program, and every foreign string takes one of them:
//   utf8_text()       for machines: base/text.h. Valid UTF-8 out of any bytes, and the bytes
//                     can be had back.
//   printable_text()  for people. Nothing that moves a cursor, colours a terminal, breaks
//                     a line or turns the reading direction gets through.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "scanner/base/text.h"
#include "scanner/evidence/evidence.h"

namespace straykey {

// Control characters, bytes that are not UTF-8 and invisible or direction-turning code
// points as \n, \x1b, \u{202e}. Printable code points stay.
std::string printable_text(ByteView bytes);

// Length in code points; REQUIRES: valid UTF-8.
size_t code_points(ByteView text);

// `text` in at most `width` code points, with "…" for what its middle lacks. More of the
// end is kept than of the beginning: a file's name tells more than its first folder.
std::string shorten_middle(const std::string& text, size_t width);

// Likewise, but what lacks is the end.
std::string shorten_end(const std::string& text, size_t width);

// `indent` as for nlohmann::json::dump(). Like it, but code points that a terminal or an
// editor could obey are written as \uXXXX.
std::string json_text(const nlohmann::ordered_json& document, int indent);

// A cell of a CSV file (RFC 4180). A spreadsheet runs a cell that begins like a formula, and a
// path or an author is chosen by a stranger, so such a cell gets a leading apostrophe, which the
// spreadsheet hides. Always one line.
std::string csv_cell(ByteView bytes);

// The path of a URI: all but unreserved characters and '/' as %XX (RFC 3986).
std::string uri_path(ByteView path);

// Sums over a run.
struct RunTotals {
  uint64_t findings = 0;
  uint64_t known = 0;
  uint64_t occurrences = 0;
  std::array<uint64_t, 5> by_severity{};  // index: Severity
  uint64_t commits = 0;
  uint64_t blobs = 0;
  uint64_t bytes = 0;
  uint64_t left_out = 0;
  uint64_t allowed = 0;
};
RunTotals run_totals(const Evidence& evidence);

// Whose the finding of this index is; nullptr when that was not asked. Borrowed.
const Resolution* resolution_of(const Evidence& evidence, size_t finding);

// "team-payments (CODEOWNERS, medium)", for people; names are printable. For what nobody
// names an owner of, "nobody is named".
std::string owner_text(const Resolution& resolution);

// The occurrences of `finding` that differ in path or position, those that can be seen
// today before those in history only, else in their order. A secret that 500 versions of
// a file hold on one line is at one place. Pointers into `finding`.
std::vector<const Occurrence*> distinct_places(const Finding& finding);

// Occurrence::path, or for things without a path a name such as
// "commit-message/<object id>" or "stdin". Raw bytes.
std::string place_name(const Occurrence& occurrence);

}  // namespace straykey
