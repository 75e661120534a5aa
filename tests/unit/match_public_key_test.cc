// SPDX-License-Identifier: Apache-2.0
// RSA keys are read here and by OpenSSL; both must name them alike.
#include "scanner/match/public_key.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace straykey {
namespace {

template <class Write>
std::string written(Write write) {
  unsigned char* bytes = nullptr;
  const int size = write(&bytes);
  EXPECT_GT(size, 0);
  std::string out(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  OPENSSL_free(bytes);
  return out;
}

void expect_equal(const std::optional<PublicKey>& a, const std::optional<PublicKey>& b) {
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->ssh, b->ssh);
  EXPECT_EQ(a->spki, b->spki);
  EXPECT_EQ(a->bits, b->bits);
}

TEST(PublicKey, OfRsaKeysIsThatOfTheirCertificates) {
  for (unsigned bits : {512u, 1024u, 1025u, 1031u, 2048u}) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", size_t{bits}), &EVP_PKEY_free);
    ASSERT_TRUE(key);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
    ASSERT_EQ(X509_set_pubkey(certificate.get(), key.get()), 1);
    const auto expected = public_key_in(*certificate);
    ASSERT_TRUE(expected);
    EXPECT_EQ(expected->bits, bits);

    const std::string pkcs1 =
        written([&](unsigned char** out) { return i2d_PrivateKey(key.get(), out); });
    expect_equal(public_key_of(pkcs1), expected);
    const std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)> wrapped(
        EVP_PKEY2PKCS8(key.get()), &PKCS8_PRIV_KEY_INFO_free);
    const std::string pkcs8 = written(
        [&](unsigned char** out) { return i2d_PKCS8_PRIV_KEY_INFO(wrapped.get(), out); });
    expect_equal(public_key_of(pkcs8), expected);

    EXPECT_FALSE(public_key_of(pkcs1.substr(0, pkcs1.size() - 1)));
    EXPECT_FALSE(public_key_of(pkcs8.substr(1)));
  }
}

}  // namespace
}  // namespace straykey
