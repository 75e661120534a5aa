// SPDX-License-Identifier: Apache-2.0
// DER (X.690) as far as keys need it: elements read one after the other, and written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scanner/base/bytes.h"

namespace straykey {

// Tags.
inline constexpr uint8_t kInteger = 0x02;
inline constexpr uint8_t kBits = 0x03;
inline constexpr uint8_t kOctets = 0x04;
inline constexpr uint8_t kOid = 0x06;
inline constexpr uint8_t kSequence = 0x30;

// Object identifiers, as they are encoded.
inline constexpr ByteView kRsaEncryption = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";  // RFC 8017

// Once something is wrong, nothing more is given.
class Der {
 public:
  explicit Der(ByteView bytes) : bytes_(bytes) {}

  // The content of the next element when it has this tag.
  std::optional<ByteView> next(uint8_t tag) {
    if (bytes_.size() < 2 || static_cast<uint8_t>(bytes_[0]) != tag) return std::nullopt;
    size_t header = 2;
    size_t size = static_cast<uint8_t>(bytes_[1]);
    if (size >= 0x80) {
      const size_t digits = size & 0x7f;
      if (digits == 0 || digits > 4 || bytes_.size() < header + digits) return std::nullopt;
      size = 0;
      for (size_t i = 0; i < digits; ++i)
        size = size << 8 | static_cast<uint8_t>(bytes_[header + i]);
      header += digits;
    }
    if (size > bytes_.size() - header) return std::nullopt;
    const ByteView content = bytes_.substr(header, size);
    bytes_.remove_prefix(header + size);
    return content;
  }
  bool at_end() const { return bytes_.empty(); }

 private:
  ByteView bytes_;
};

// The members of the one SEQUENCE that `bytes` is.
inline std::optional<Der> only_sequence(ByteView bytes) {
  Der outer(bytes);
  const std::optional<ByteView> content = outer.next(kSequence);
  if (!content || !outer.at_end()) return std::nullopt;
  return Der(*content);
}

// An element. REQUIRES: content.size() < 2^32.
inline std::string der(uint8_t tag, ByteView content) {
  std::string out(1, static_cast<char>(tag));
  const size_t size = content.size();
  if (size < 0x80) {
    out += static_cast<char>(size);
  } else {
    int digits = 1;
    while (digits < 4 && size >> (8 * digits) != 0) ++digits;
    out += static_cast<char>(0x80 | digits);
    while (digits-- > 0) out += static_cast<char>(size >> (8 * digits));
  }
  return out += content;
}

}  // namespace straykey
