// SPDX-License-Identifier: Apache-2.0
// Bytes that somebody else owns, and half-open ranges in them.
#pragma once

#include <cstdint>
#include <string_view>

namespace straykey {

// Borrowed bytes. Not text: any byte may occur.
using ByteView = std::string_view;

// [begin, end) in bytes from the start of a blob.
struct Span {
  uint64_t begin = 0;
  uint64_t end = 0;

  uint64_t size() const { return end - begin; }
  bool operator==(const Span&) const = default;
};

inline bool overlap(Span a, Span b) { return a.begin < b.end && b.begin < a.end; }

// The bytes of `span`, clipped to what `bytes` has.
inline ByteView slice(ByteView bytes, Span span) {
  uint64_t begin = span.begin < bytes.size() ? span.begin : bytes.size();
  uint64_t end = span.end < bytes.size() ? span.end : bytes.size();
  return end > begin ? bytes.substr(begin, end - begin) : ByteView();
}

}  // namespace straykey
