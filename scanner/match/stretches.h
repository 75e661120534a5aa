// SPDX-License-Identifier: Apache-2.0
// What is known of a text that was made from another one, and what must be looked at: copies
// deep enough within which nothing depends on what stands around them, and the rest.
#pragma once

#include <cstdint>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/copy_run.h"

namespace straykey {

struct Stretch {
  Span span;
  const CopyRun* copy = nullptr;  // what it is known from; nullptr: it is fresh
};

// All of `bytes`, which `copies` made from a text of `base_size` bytes, as stretches in their
// order, to `out`. Their ends are quiet places (encoded_run.h). Those that are known have
// `before` bytes of their copy before them and `behind` bytes behind them, where neither text
// begins or ends with them. `copies` are in the order of `to`, and must outlive `out`.
void find_stretches(ByteView bytes, uint64_t base_size, const std::vector<CopyRun>& copies,
                    uint64_t before, uint64_t behind, std::vector<Stretch>& out);

}  // namespace straykey
