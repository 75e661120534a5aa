// SPDX-License-Identifier: Apache-2.0
// From the export of some system to the register. What an export is, is told by what is in it;
// it is read whole, each entry on its own, and only then joined with the register. So a file
// is taken or it is not, and nothing is half imported:
//
//   no file of a kind that is known, cut off, wrong encoding    an Error, nothing is taken
//   single entries that are not as documented                   left out, counted, told
//   entries that are about no identity                          passed over, counted
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/nhi/importer.h"
#include "scanner/nhi/register.h"

namespace straykey {

struct ImportOptions {
  std::string kind;              // "" to tell it from the content
  std::string source;            // "" for the name of the kind
  std::optional<int64_t> as_of;  // seconds since 1970; else what the export says, else its file
  std::map<std::string, std::string> columns;  // key of the importer -> key of the export
};

struct Tally {
  uint64_t count = 0;
  std::string first;  // "line 7"
};
using Tallies = std::map<std::string, Tally>;  // by reason

struct Intake {
  std::string file;
  std::string kind;  // "" for a file without entries
  std::string title;
  std::string source;
  int64_t as_of = 0;
  uint64_t entries = 0;
  uint64_t taken = 0;
  Tallies left_out;
  Tallies passed_over;
  std::vector<std::string> gaps;  // the export says itself that it is not whole

  bool is_whole() const { return left_out.empty() && gaps.empty(); }
};

// What one entry says of one NHI, packed; "" where it says nothing.
struct PackedEntry {
  std::string nhi_id, facts, links;
};

// What one file says, not yet joined with anything.
struct Imported {
  Intake report;
  std::deque<PackedEntry> nhis;  // gives memory back while it is emptied
  std::vector<LooseLink> loose;
  std::vector<Person> people;
  std::vector<Component> components;
};

// `changed` is when the file was changed, in seconds since 1970. The error says, with its
// place, why nothing of the file can be taken.
Result<Imported> read_export(ByteView text, const std::string& file, int64_t changed,
                             const ImportOptions& options);

// Joins what several files say, in any order, with the register; then credentials without an
// NHI with what is known by now, and slots of AWS with keys (import_aws.cc). Credentials that
// still belong to nobody are left out, which their file's report then says.
std::vector<Intake> merge(std::vector<Imported> files, Register& reg);

// "aws-credential-report", ...: all that may stand in ImportOptions::kind, with titles.
std::vector<std::pair<std::string, std::string>> import_kinds();

}  // namespace straykey
