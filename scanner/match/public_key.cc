// SPDX-License-Identifier: Apache-2.0
// SSH writes a public key as texts with their lengths before them: the type's name, then the
// type's numbers (RFC 4253, 5656, 8709). OpenSSL gives the numbers.
#include "scanner/match/public_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>

#include "scanner/base/encoding.h"
#include "scanner/base/hash.h"

namespace straykey {
namespace {

constexpr size_t kLargestKey = 16 << 10;  // an RSA key of 16384 bits has 10 KiB

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

void append_text(std::string& out, ByteView text) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(text.size() >> shift);
  out += text;
}

// A number as SSH writes it: no leading zeros but one before a set first bit.
bool append_number(std::string& out, const EVP_PKEY* key, const char* parameter) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, parameter, &number) != 1) return false;
  std::string bytes(static_cast<size_t>(BN_num_bytes(number)) + 1, '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()) + 1);
  BN_free(number);
  const bool needs_zero = bytes.size() > 1 && (static_cast<uint8_t>(bytes[1]) & 0x80) != 0;
  append_text(out, ByteView(bytes).substr(needs_zero ? 0 : 1));
  return true;
}

std::string octets(const EVP_PKEY* key, const char* parameter) {
  std::array<unsigned char, 512> bytes{};
  size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(key, parameter, bytes.data(), bytes.size(), &size) != 1)
    return "";
  return std::string(reinterpret_cast<const char*>(bytes.data()), size);
}

std::string ssh_blob(const EVP_PKEY* key) {
  std::string blob;
  bool is_whole = false;
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
      append_text(blob, "ssh-rsa");
      is_whole = append_number(blob, key, OSSL_PKEY_PARAM_RSA_E) &&
                 append_number(blob, key, OSSL_PKEY_PARAM_RSA_N);
      break;
    case EVP_PKEY_DSA:
      append_text(blob, "ssh-dss");
      is_whole = append_number(blob, key, OSSL_PKEY_PARAM_FFC_P) &&
                 append_number(blob, key, OSSL_PKEY_PARAM_FFC_Q) &&
                 append_number(blob, key, OSSL_PKEY_PARAM_FFC_G) &&
                 append_number(blob, key, OSSL_PKEY_PARAM_PUB_KEY);
      break;
    case EVP_PKEY_ED25519: {
      append_text(blob, "ssh-ed25519");
      const std::string point = octets(key, OSSL_PKEY_PARAM_PUB_KEY);
      append_text(blob, point);
      is_whole = !point.empty();
      break;
    }
    case EVP_PKEY_EC: {
      char group[64] = "";
      size_t size = 0;
      EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &size);
      const ByteView name(group, size);
      const char* curve = name == "prime256v1"  ? "nistp256"
                          : name == "secp384r1" ? "nistp384"
                          : name == "secp521r1" ? "nistp521"
                                                : nullptr;
      if (!curve) break;
      const std::string point = octets(key, OSSL_PKEY_PARAM_PUB_KEY);
      append_text(blob, std::string("ecdsa-sha2-") + curve);
      append_text(blob, curve);
      append_text(blob, point);
      is_whole = !point.empty();
      break;
    }
    default: break;
  }
  return is_whole ? blob : "";
}

std::optional<PublicKey> named(const EVP_PKEY* key) {
  PublicKey out;
  unsigned char* info = nullptr;
  const int size = key ? i2d_PUBKEY(key, &info) : -1;
  ERR_clear_error();
  if (size <= 0) return std::nullopt;
  out.spki = hex(sha256(ByteView(reinterpret_cast<const char*>(info), static_cast<size_t>(size))));
  OPENSSL_free(info);
  out.bits = static_cast<uint32_t>(std::max(0, EVP_PKEY_get_bits(key)));
  const std::string blob = ssh_blob(key);
  ERR_clear_error();
  if (!blob.empty()) out.ssh = ssh_fingerprint(blob);
  return out;
}

}  // namespace

std::string ssh_fingerprint(ByteView blob) {
  const Digest digest = sha256(blob);
  std::string text =
      base64_encode(ByteView(reinterpret_cast<const char*>(digest.data()), digest.size()));
  text.pop_back();  // ssh-keygen prints no padding, and 32 bytes have one '='
  return "SHA256:" + text;
}

uint32_t bits_of(ByteView number) {
  while (!number.empty() && number[0] == '\0') number.remove_prefix(1);
  if (number.empty()) return 0;
  return static_cast<uint32_t>((number.size() - 1) * 8) +
         static_cast<uint32_t>(std::bit_width(static_cast<uint8_t>(number[0])));
}

std::optional<PublicKey> public_key_of(ByteView der) {
  if (der.size() > kLargestKey) return std::nullopt;
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const Key key(d2i_AutoPrivateKey(nullptr, &bytes, static_cast<long>(der.size())),
                &EVP_PKEY_free);
  return named(key.get());
}

std::optional<PublicKey> public_key_in(const X509& certificate) {
  return named(X509_get0_pubkey(&certificate));
}

}  // namespace straykey
