// SPDX-License-Identifier: Apache-2.0
// A set of positions as git stores it in an index that is split: an EWAH bitmap, whose
// words are runs of equal bits or literal bits.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scanner/base/bytes.h"

namespace straykey {

// The positions of the bits that are set, ascending, out of the bitmap at the start of
// `bytes`, which is then removed from them. nullopt when it is damaged or when a position is
// not below `limit`.
std::optional<std::vector<uint32_t>> take_ewah(ByteView& bytes, uint32_t limit);

}  // namespace straykey
