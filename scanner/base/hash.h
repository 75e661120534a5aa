// SPDX-License-Identifier: Apache-2.0
// Hashes, all from OpenSSL or zlib. Digests are raw bytes; hex() makes them readable.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "scanner/base/bytes.h"

namespace straykey {

using Digest = std::array<uint8_t, 32>;

Digest sha256(ByteView bytes);

// SHA-256 of bytes that come piece by piece. Order of use: add()* digest().
class Sha256 {
 public:
  Sha256();
  void add(ByteView bytes);
  Digest digest();

 private:
  // OpenSSL's SHA256_CTX, which its header need not be included for.
  alignas(8) std::array<unsigned char, 112> context_;
};

// HMAC-SHA-256 (RFC 2104) of `bytes` under `key`; any key length.
Digest hmac_sha256(ByteView key, ByteView bytes);

// SHA-1 in the first 20 bytes, the rest zero. Only for git's object names, and for what
// other tools named by it.
Digest sha1(ByteView bytes);
std::string sha1_hex(ByteView bytes);  // 40 digits

// UUID version 5 (RFC 9562, 5.5) of `name` within straykey's own namespace: the same name has
// the same UUID everywhere.
std::string name_uuid(ByteView name);

// CRC-32 as in zlib and PNG (polynomial 0xEDB88320), over all of `bytes`.
uint32_t crc32(ByteView bytes);

// Lower-case hexadecimal digits of `bytes`.
std::string hex(ByteView bytes);
inline std::string hex(const Digest& digest) {
  return hex(ByteView(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

}  // namespace straykey
