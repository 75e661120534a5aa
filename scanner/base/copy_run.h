// SPDX-License-Identifier: Apache-2.0
// How a text was made from another one.
#pragma once

#include <cstdint>

namespace straykey {

// The bytes [to, to + length) of a text are the bytes [from, from + length) of the text
// that it was made from. What no run covers is new.
struct CopyRun {
  uint64_t to = 0;
  uint64_t from = 0;
  uint64_t length = 0;
};

}  // namespace straykey
