// SPDX-License-Identifier: Apache-2.0
// Text in UTF-16 inside any bytes: whole files with or without a byte order mark, and
// strings of Windows programs. Signatures are written for single bytes, so such text is
// narrowed: every unit below 256 becomes one byte.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"

namespace straykey {

// Byte i of `text` stands at `begin + 2 * i` of the original bytes.
struct WideRun {
  uint64_t begin = 0;
  const char* encoding = "utf-16le";  // or "utf-16be"
  std::string text;
};

// All runs of at least 8 such units. Linear in the number of bytes; bytes without a zero
// cost one memchr.
std::vector<WideRun> find_wide_runs(ByteView bytes);

}  // namespace straykey
