// SPDX-License-Identifier: Apache-2.0
// The public half of a private key, named as others name it: so that a key found in a file
// meets the deploy key, the authorized_keys line or the certificate that it belongs to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scanner/base/bytes.h"

struct x509_st;  // X509 of OpenSSL

namespace straykey {

struct PublicKey {
  std::string ssh;   // "SHA256:...", what `ssh-keygen -l` prints; "" for types SSH has not
  std::string spki;  // SHA-256 of the SubjectPublicKeyInfo (RFC 5280), lower-case hex
  uint32_t bits = 0;  // of the modulus or the field
};

// `der` is an unencrypted key: PKCS #1, SEC 1, DSA or PKCS #8. nullopt when it is none, when it
// is larger than any key in use, or when its numbers do not make one.
std::optional<PublicKey> public_key_of(ByteView der);

// The key of a certificate; nullopt when it is of no kind that OpenSSL knows.
std::optional<PublicKey> public_key_in(const x509_st& certificate);

// The fingerprint of a public key in the SSH protocol's form (RFC 4253, 6.6).
std::string ssh_fingerprint(ByteView blob);

// The size of a whole number that is written with its first byte first; leading zeros count not.
uint32_t bits_of(ByteView number);

}  // namespace straykey
