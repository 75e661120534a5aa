// SPDX-License-Identifier: Apache-2.0
// The inside of a Database, for the rest of match/ only.
#pragma once

#include <hs.h>

#include <memory>
#include <mutex>
#include <vector>

#include "scanner/match/check.h"
#include "scanner/match/database.h"
#include "scanner/match/gate.h"
#include "scanner/match/regex.h"

namespace straykey {

// How far a signature reaches around its anchor. Decided when the database is compiled and
// serialized with it.
struct Reach {
  uint32_t anchor_width = 0;   // widest match of the anchor
  uint32_t before = 0;         // the pattern begins at most so many bytes before its anchor
  uint32_t pattern_width = 0;  // widest match of the pattern; kLongest when unbounded
  uint32_t mixed_bytes = 0;    // the first so many of a secret hold a mixed run; 0: may not
  uint32_t newlines = 0;       // how many of them a match of the pattern holds at most
  bool at_once = false;        // RE2 is asked where the gate knows the beginning
};

// The longest text that a pattern without a bound may cover (a key block is below it).
inline constexpr uint32_t kLongest = 32u << 10;
// Hyperscan patterns must be narrower than this, or overlaps of chunks would cost too much.
inline constexpr uint32_t kWidestAnchor = 4096;
// Groups of a pattern beyond these are not looked at.
inline constexpr int kMostGroups = 16;

// What the matches of a signature begin with, which is looked for first; the pattern is only
// asked where one is found. RE2 would go backward from a match's end to its beginning, where
// every byte that is counted is a state of its own, and one for each place where another match
// could have begun. Without a regex there is nothing that tells, and only the pattern is asked.
struct Opening {
  std::unique_ptr<RE2> regex;
  uint32_t width = 0;  // of its widest match
};

Opening make_opening(const Signature& signature);

// One signature's second stage. Immutable after make_program(); RE2 objects are
// thread-safe.
struct Program {
  std::unique_ptr<RE2> pattern;
  int secret_group = 0;  // 0: the whole match
  int groups = 0;        // so many are asked for; the fewer, the less RE2 has to do
  std::vector<std::pair<int, std::string>> attribute_groups;
  std::vector<std::unique_ptr<RE2>> except;
  std::vector<Check> checks;
  struct PartProgram {
    std::unique_ptr<RE2> pattern;
    int value_group = 0;
    Check check = nullptr;
  };
  std::vector<PartProgram> parts;
};

Result<Program> make_program(const Signature& signature);

struct DatabaseDeleter {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};

struct Database::Parts {
  SignatureSet set;
  std::unique_ptr<std::string> serialized;  // what the gates show, if it came with load()

  // Signatures whose anchors the gate knows are told by it; those whose secrets are mixed runs by
  // the other gate, near such a run. Where the end of an anchor must be known, Hyperscan looks in
  // windows that the gate leaves. The rest is looked for everywhere. Each may be none.
  Gate gate;
  Gate gate_near_runs;
  uint32_t lead = 0;  // of what that one knows, the largest; see mixed_run.h
  std::unique_ptr<hs_database_t, DatabaseDeleter> in_windows;
  std::unique_ptr<hs_database_t, DatabaseDeleter> everywhere;
  std::vector<Reach> reach;
  uint32_t widest = 0;

  // Openings are made when the first candidate of their signature comes, the relaxed pattern when
  // the first opening is found, and programs when that matches: a hook that meets none should not
  // pay for hundreds of regular expressions.
  struct Lazy {
    std::once_flag opening_once, relaxed_once, program_once;
    Opening opening;
    std::unique_ptr<RE2> relaxed;
    Program program;
  };
  std::unique_ptr<Lazy[]> lazy;

  const Opening& opening(uint32_t signature) const;
  // See relaxed.h. Null when there is nothing to relax.
  const RE2* relaxed_pattern(uint32_t signature) const;
  const Program& program(uint32_t signature) const;
};

}  // namespace straykey
