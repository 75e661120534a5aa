// SPDX-License-Identifier: Apache-2.0
#include "scanner/base/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <zlib.h>

#include "scanner/base/result.h"

namespace straykey {
namespace {

Digest digest(const EVP_MD* kind, ByteView bytes) {
  Digest out{};
  STRAYKEY_CHECK(EVP_Digest(bytes.data(), bytes.size(), out.data(), nullptr, kind, nullptr));
  return out;
}

}  // namespace

Digest sha256(ByteView bytes) { return digest(EVP_sha256(), bytes); }

Digest sha1(ByteView bytes) { return digest(EVP_sha1(), bytes); }

Digest hmac_sha256(ByteView key, ByteView bytes) {
  Digest out{};
  STRAYKEY_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                      reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), out.data(),
                      nullptr));
  return out;
}

uint32_t crc32(ByteView bytes) {
  return static_cast<uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()),
                                         bytes.size()));
}

std::string hex(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (char c : bytes) {
    auto byte = static_cast<uint8_t>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string sha1_hex(ByteView bytes) { return hex(sha1(bytes)).substr(0, 40); }

}  // namespace straykey
