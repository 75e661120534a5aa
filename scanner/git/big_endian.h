// SPDX-License-Identifier: Apache-2.0
// Numbers as git's files hold them: the most significant byte first.
#pragma once

#include <cstdint>

#include "scanner/base/bytes.h"

namespace straykey {

// The number in all of `bytes`. REQUIRES: at most 8 bytes.
inline uint64_t big_endian(ByteView bytes) {
  uint64_t value = 0;
  for (char c : bytes) value = value << 8 | static_cast<uint8_t>(c);
  return value;
}

inline uint32_t big_endian_32(ByteView bytes, uint64_t at) {
  return static_cast<uint32_t>(big_endian(bytes.substr(at, 4)));
}

}  // namespace straykey
