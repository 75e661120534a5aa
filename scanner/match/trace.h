// SPDX-License-Identifier: Apache-2.0
// What matching found out about a text, kept for texts that are made from it. A candidate
// whose surroundings were copied as they are need not be looked at again.
//
// It holds the secrets that were found, as Secret does.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/match/encoded.h"
#include "scanner/match/match.h"
#include "scanner/match/propose.h"

namespace straykey {

// A confirmed match with the places of its other parts.
struct Confirmed {
  Match match;
  std::vector<Span> parts;
};

// A candidate with what RE2 said of it.
struct Examined {
  Candidate candidate;
  bool is_examined = false;   // false: what came before it tells of its places already
  bool has_begin = false;     // what decided about it begins with the text,
  bool has_end = false;       // or ends with it
  uint64_t search_begin = 0;  // where the search began
  uint64_t secret_end = 0;    // of the match; 0 when there is none
  Span decided_by;            // all bytes that the answer depends on
  // nullptr when it was refused. Its places are counted from where it stood in the text in
  // which it was confirmed: here it is `moved` bytes further on.
  std::shared_ptr<const Confirmed> confirmed;
  int64_t moved = 0;
};

// Plain data.
struct Trace {
  std::vector<Examined> examined;  // by the end of the candidate
  EncodedTrace encoded;
  bool has_zero = false;           // there are zero bytes, so there may be UTF-16
};

}  // namespace straykey
