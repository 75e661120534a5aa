// SPDX-License-Identifier: Apache-2.0
// OpenSSL's plain hash functions. What OpenSSL 3 would rather see used looks for providers and
// reads a configuration file first: half a millisecond of every start, and for the many small
// things that are hashed here more than the hashing.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "scanner/base/hash.h"

#include <openssl/sha.h>
#include <zlib.h>

#include <algorithm>
#include <new>

#include "scanner/base/result.h"

namespace straykey {
namespace {

constexpr size_t kHmacBlock = 64;

using HmacBlock = std::array<uint8_t, kHmacBlock>;

// The hash of `first` and then `second`.
Digest sha256_of(ByteView first, ByteView second) {
  SHA256_CTX context;
  Digest out{};
  STRAYKEY_CHECK(SHA256_Init(&context));
  STRAYKEY_CHECK(SHA256_Update(&context, first.data(), first.size()));
  STRAYKEY_CHECK(SHA256_Update(&context, second.data(), second.size()));
  STRAYKEY_CHECK(SHA256_Final(out.data(), &context));
  return out;
}

template <size_t size>
ByteView view(const std::array<uint8_t, size>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

// The key, filled up with zeros, each byte changed with `pad`.
HmacBlock padded(ByteView key, uint8_t pad) {
  HmacBlock block{};
  std::copy(key.begin(), key.end(), block.begin());
  for (uint8_t& byte : block) byte = static_cast<uint8_t>(byte ^ pad);
  return block;
}

}  // namespace

Digest sha256(ByteView bytes) { return sha256_of(bytes, {}); }

Digest sha1(ByteView bytes) {
  SHA_CTX context;
  Digest out{};
  STRAYKEY_CHECK(SHA1_Init(&context));
  STRAYKEY_CHECK(SHA1_Update(&context, bytes.data(), bytes.size()));
  STRAYKEY_CHECK(SHA1_Final(out.data(), &context));
  return out;
}

Sha256::Sha256() {
  static_assert(sizeof(context_) >= sizeof(SHA256_CTX));
  STRAYKEY_CHECK(SHA256_Init(new (context_.data()) SHA256_CTX));
}

void Sha256::add(ByteView bytes) {
  STRAYKEY_CHECK(SHA256_Update(reinterpret_cast<SHA256_CTX*>(context_.data()), bytes.data(),
                               bytes.size()));
}

Digest Sha256::digest() {
  Digest out{};
  STRAYKEY_CHECK(SHA256_Final(out.data(), reinterpret_cast<SHA256_CTX*>(context_.data())));
  return out;
}

Digest hmac_sha256(ByteView key, ByteView bytes) {
  Digest of_key{};
  if (key.size() > kHmacBlock) {
    of_key = sha256(key);
    key = view(of_key);
  }
  Digest inner = sha256_of(view(padded(key, 0x36)), bytes);
  return sha256_of(view(padded(key, 0x5c)), view(inner));
}

std::string name_uuid(ByteView name) {
  // The UUID version 5 of "straykey" within the namespace of domain names.
  static constexpr ByteView kNamespace("\x9c\x16\x52\xef\x7c\x62\x54\xb3\x98\x9b\x8b\x1d\x56\x2b\x3e\xb7",
                                       16);
  Digest digest = sha1(std::string(kNamespace) + std::string(name));
  digest[6] = static_cast<uint8_t>((digest[6] & 0x0f) | 0x50);
  digest[8] = static_cast<uint8_t>((digest[8] & 0x3f) | 0x80);
  std::string out = hex(digest).substr(0, 32);
  for (size_t at : {20, 16, 12, 8}) out.insert(at, "-");
  return out;
}

uint32_t crc32(ByteView bytes) {
  return static_cast<uint32_t>(
      ::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
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
