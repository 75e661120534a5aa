// SPDX-License-Identifier: Apache-2.0
// Bytes read as text: UTF-8 (RFC 3629), and letters of ASCII.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "scanner/base/bytes.h"

namespace straykey {

// One step through bytes that may be UTF-8.
struct CodePoint {
  uint32_t value = 0;
  size_t length = 1;
  bool valid = false;  // else `value` is a byte that begins no code point
};

// REQUIRES: at < bytes.size(). No overlong forms, no surrogates, nothing above U+10FFFF.
CodePoint code_point_at(ByteView bytes, size_t at);

bool is_utf8(ByteView bytes);

// Bytes that are not UTF-8 become %80 to %FF. A '%' becomes %25 only where it would read
// as such an escape; every other '%' stays, so ordinary text is its own form. To decode:
// %25 is '%', %80 to %FF are bytes, all else is itself.
std::string utf8_text(ByteView bytes);

// A to Z as a to z; all other bytes stay.
std::string lower(ByteView text);

}  // namespace straykey
