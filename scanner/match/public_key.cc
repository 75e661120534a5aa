// SPDX-License-Identifier: Apache-2.0
// SSH writes a public key as texts with their lengths before them: the type's name, then the
// type's numbers (RFC 4253, 5656, 8709). OpenSSL gives the numbers, but those of RSA keys, which are
// by far the most: it takes half a millisecond to find out what kind of key it is given.
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
#include "scanner/match/der.h"

namespace straykey {
namespace {

using enum DerTag;

constexpr size_t kLargestKey = 16 << 10;  // an RSA key of 16384 bits has 10 KiB

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

void append_text(std::string& out, ByteView text) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(text.size() >> shift);
  out += text;
}

// A number as SSH and DER write it: no leading zeros but one before a set first bit.
std::string plain_number(ByteView number) {
  while (!number.empty() && number[0] == '\0') number.remove_prefix(1);
  const bool needs_zero = !number.empty() && (static_cast<uint8_t>(number[0]) & 0x80) != 0;
  return std::string(needs_zero ? 1 : 0, '\0').append(number);
}

bool append_number(std::string& out, const EVP_PKEY* key, const char* parameter) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, parameter, &number) != 1) return false;
  std::string bytes(static_cast<size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(number);
  append_text(out, plain_number(bytes));
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

PublicKey named(ByteView info, uint32_t bits, ByteView ssh) {
  return {ssh.empty() ? "" : ssh_fingerprint(ssh), hex(sha256(info)), bits};
}

std::optional<PublicKey> named(const EVP_PKEY* key) {
  unsigned char* info = nullptr;
  const int size = key ? i2d_PUBKEY(key, &info) : -1;
  ERR_clear_error();
  if (size <= 0) return std::nullopt;
  const std::string blob = ssh_blob(key);
  ERR_clear_error();
  PublicKey out =
      named(ByteView(reinterpret_cast<const char*>(info), static_cast<size_t>(size)),
            static_cast<uint32_t>(std::max(0, EVP_PKEY_get_bits(key))), blob);
  OPENSSL_free(info);
  return out;
}

// A key as PKCS #1 writes it (RFC 8017, A.1.2), or PKCS #8 around that. nullopt: another one.
std::optional<PublicKey> rsa_key(ByteView bytes) {
  const std::optional<Pkcs8> wrapped = pkcs8_of(bytes);
  const bool is_wrapped = wrapped && wrapped->algorithm == kRsaEncryption;
  std::optional<Der> members = only_sequence(is_wrapped ? wrapped->key : bytes);
  const std::optional<ByteView> version = members ? members->next(kInteger) : std::nullopt;
  if (version != ByteView("\0", 1)) return std::nullopt;
  std::array<ByteView, 8> numbers;  // the modulus, the public exponent, the rest
  for (ByteView& number : numbers) {
    const std::optional<ByteView> next = members->next(kInteger);
    if (!next) return std::nullopt;
    number = *next;
  }
  if (!members->at_end() || bits_of(numbers[0]) == 0 || bits_of(numbers[1]) == 0) {
    return std::nullopt;
  }
  const std::string modulus = plain_number(numbers[0]), exponent = plain_number(numbers[1]);
  const std::string key = der_element(
      kSequence, der_element(kInteger, modulus) + der_element(kInteger, exponent));
  const ByteView no_parameters("\x05\0", 2);
  const std::string info = der_element(
      kSequence,
      der_element(kSequence, der_element(kOid, kRsaEncryption).append(no_parameters)) +
          der_element(kBits, std::string(1, '\0') + key));
  std::string ssh;
  append_text(ssh, "ssh-rsa");
  append_text(ssh, exponent);
  append_text(ssh, modulus);
  return named(info, bits_of(modulus), ssh);
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
  if (auto rsa = rsa_key(der)) return rsa;
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const Key key(d2i_AutoPrivateKey(nullptr, &bytes, static_cast<long>(der.size())),
                &EVP_PKEY_free);
  return named(key.get());
}

std::optional<PublicKey> public_key_in(const X509& certificate) {
  return named(X509_get0_pubkey(&certificate));
}

}  // namespace straykey
