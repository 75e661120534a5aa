// SPDX-License-Identifier: Apache-2.0
// Where lines end, many bytes at a time.
#pragma once

#include <cstdint>

#include "scanner/base/bytes.h"

namespace straykey {

inline constexpr uint64_t kNewlineStep = 64;

// A bit for each of the kNewlineStep bytes from `at` on that ends a line, the first one lowest.
// Behind the end of `bytes` there is none. `at` lies within them.
uint64_t newline_bits(ByteView bytes, uint64_t at);

uint64_t count_newlines(ByteView bytes);

}  // namespace straykey
