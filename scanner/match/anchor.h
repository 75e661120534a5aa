// SPDX-License-Identifier: Apache-2.0
// What Hyperscan looks for in place of a whole signature: something narrow that is at, or
// near, the beginning of every match. The matcher must look again around each edit of a
// file as far as the widest anchor reaches, and the gate wants literals near the front.
//
// It is computed: the pattern's own beginning, cut at kWidestBeginning bytes. A signature
// says `anchor` itself when its pattern begins with anything at all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scanner/base/result.h"
#include "scanner/match/gate_entry.h"
#include "scanner/match/mixed_run.h"
#include "scanner/signature/signature.h"

namespace straykey {

inline constexpr uint32_t kWidestBeginning = 192;

struct Anchor {
  std::string text;                // for Hyperscan
  uint32_t width = 0;              // the widest match, in bytes, with what may stand before it
  uint32_t before = 0;             // a match may begin so many bytes before
  std::vector<GateEntry> entries;  // without any, the gate does not know the anchor
  MixedSecret mixed;               // where it is the beginning, and the gate knows it
  bool is_beginning = false;       // of the pattern, whatever the signature calls its anchor
};

Result<Anchor> anchor_of(const Signature& signature);

// The widest match of `pattern` in bytes, UINT32_MAX when it has no bound. The error is
// Hyperscan's.
Result<uint32_t> widest_match(const std::string& pattern);

}  // namespace straykey
