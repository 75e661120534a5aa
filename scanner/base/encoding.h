// SPDX-License-Identifier: Apache-2.0
// Text forms of bytes: base64 and base64url and base32 (RFC 4648), hex, and the base 36
// and base 62 numbers that token checksums are written in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scanner/base/bytes.h"

namespace straykey {

// Standard or URL alphabet (both are taken), padding optional. nullopt when a character
// is foreign, when padding is misplaced or when the length cannot be.
std::optional<std::string> base64_decode(ByteView text);
std::string base64_encode(ByteView bytes);     // with padding
std::string base64url_encode(ByteView bytes);  // URL alphabet, no padding

// Upper or lower case, padding optional.
std::optional<std::string> base32_decode(ByteView text);
std::string base32_encode(ByteView bytes);  // upper case, no padding

std::optional<std::string> hex_decode(ByteView text);
// The same into `out`, which has room for text.size() / 2 bytes. false where the other gives nothing.
bool hex_decode(ByteView text, char* out);

// `number` in base 62 (0-9A-Za-z) or base 36 (0-9a-z), padded on the left with '0'.
std::string base62(uint64_t number, size_t width);
std::string base36(uint64_t number, size_t width);

}  // namespace straykey
