// SPDX-License-Identifier: Apache-2.0
// DER (X.690) as far as keys need it: elements read one after the other, and written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scanner/base/bytes.h"

namespace straykey {

enum class DerTag : uint8_t {
  kInteger = 0x02,
  kBits = 0x03,
  kOctets = 0x04,
  kOid = 0x06,
  kSequence = 0x30,
};

// Object identifiers, as they are encoded.
inline constexpr ByteView kRsaEncryption = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";  // RFC 8017

// Once something is wrong, nothing more is given.
class Der {
 public:
  explicit Der(ByteView bytes) : bytes_(bytes) {}

  // The content of the next element when it has this tag.
  std::optional<ByteView> next(DerTag tag) {
    if (bytes_.size() < 2 || static_cast<DerTag>(bytes_[0]) != tag) return std::nullopt;
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
  const std::optional<ByteView> content = outer.next(DerTag::kSequence);
  if (!content || !outer.at_end()) return std::nullopt;
  return Der(*content);
}

// A key in the wrapping of PKCS #8 (RFC 5958): of which algorithm it is, and its own bytes.
struct Pkcs8 {
  ByteView algorithm;  // an object identifier
  ByteView key;
};
inline std::optional<Pkcs8> pkcs8_of(ByteView bytes) {
  std::optional<Der> members = only_sequence(bytes);
  if (!members || !members->next(DerTag::kInteger)) return std::nullopt;
  const std::optional<ByteView> identifier = members->next(DerTag::kSequence);
  const std::optional<ByteView> oid =
      identifier ? Der(*identifier).next(DerTag::kOid) : std::nullopt;
  const std::optional<ByteView> key = members->next(DerTag::kOctets);
  if (!oid || !key) return std::nullopt;
  return Pkcs8{*oid, *key};
}

// An element. REQUIRES: content.size() < 2^32.
inline std::string der_element(DerTag tag, ByteView content) {
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
