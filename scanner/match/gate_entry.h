// SPDX-License-Identifier: Apache-2.0
// How one expression goes through the gate: by the four bytes of it that are rarest in
// text among those that every match holds at a known place. Those of (?:one|another)thing
// may be different ones for each choice.
#pragma once

#include <cstdint>
#include <vector>

#include "scanner/match/expression.h"
#include "scanner/match/gram.h"

namespace straykey {

struct GateEntry {
  uint32_t signature = 0;           // whose it is; for whoever asks the gate for that
  std::vector<Gram> grams;          // one of them begins the tail of every match
  std::vector<uint32_t> spellings;  // the same as folded numbers, first byte lowest
  Expression whole;  // of all matches that go through this entry
  Expression tail;
  uint32_t before = 0;   // the tail begins at most so many bytes behind the match
  uint32_t after = 0;    // and is at most so long
  bool is_behind_secret = false;  // the gram begins behind the group "secret"
  bool is_common = false;  // met so often that each place is worth a look at the whole
  bool at_once = false;  // the gate tells, and not Hyperscan
  double frequency = 1;  // of the grams in text, for each byte: an estimate
  // Folded grams of which one begins in the match, with the tail or before; none is known if empty.
  std::vector<uint32_t> earlier;
};

// Every match goes through one of them. Nothing when no four bytes are rare enough.
std::vector<GateEntry> gate_entries(const Expression& expression);

}  // namespace straykey
