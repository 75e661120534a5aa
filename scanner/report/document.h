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

// "1 commit", "14 commits".
std::string counted(uint64_t count, const char* noun);

// Printable, and with a full stop at its end unless it is empty.
std::string sentence(ByteView bytes);

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

// "GitHub personal access token ghp_**** in 2 places, first seen 2024-01-02, only in history".
// Printable, without a full stop.
std::string headline(const Finding& finding, const Signature& signature);

// What to do about such a credential, with the provider's page; "" when nothing is said.
std::string advice(const Signature& signature);

// The conditions that hold and the ids that they are evidence for, of one kind:
// {"C01", "C07"} and {"A.5.17", "A.8.28"}. Printable; empty without an assessment.
std::vector<std::string> condition_ids(const Assessment* assessment);
std::vector<std::string> primary_ids(const Assessment* assessment, IdKind kind);

// A sentence for each thing that was to be scanned and was not, of failures at most `most`;
// one more sentence counts the others. Printable.
std::vector<std::string> not_scanned(const Coverage& coverage, size_t most);

// Where a place lies, seen from where the run was started: place_name(), with the repository
// in front unless it is the one that the run was in. Raw bytes.
std::string path_from_here(const Occurrence& occurrence);

// Occurrence::path, or for things without a path a name such as
// "commit-message/<object id>" or "stdin". Raw bytes.
std::string place_name(const Occurrence& occurrence);

}  // namespace straykey
