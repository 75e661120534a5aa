// SPDX-License-Identifier: Apache-2.0
// A statement, signed with Ed25519, that at some time the records of a store ended with one
// hash. It is kept in the store and, what counts, outside of it: whoever can write the store
// can make all hashes anew, but not this signature.
//
// The statement is an in-toto Statement v1
// (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md) in a DSSE envelope
// (https://github.com/secure-systems-lab/dsse/blob/master/envelope.md):
//
//   subject    record N of the store, its hash as the digest sha256
//   predicate  {store, sequence, runs, signed_at}
//
// The signature is over PAE = "DSSEv1 28 application/vnd.in-toto+json LENGTH PAYLOAD".
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/store/record.h"

typedef struct evp_pkey_st EVP_PKEY;

namespace straykey {

// The pre-authentication encoding of DSSE: what is signed.
std::string dsse_pae(ByteView payload_type, ByteView payload);

// An Ed25519 key (RFC 8032), from a PEM file as `openssl genpkey -algorithm ed25519` and
// `openssl pkey -pubout` write them. Move-only.
class Ed25519Key {
 public:
  static Result<Ed25519Key> read_private(const std::string& file);
  static Result<Ed25519Key> read_public(const std::string& file);

  // SHA-256 of the public key as SubjectPublicKeyInfo (DER), in hex.
  const std::string& id() const { return id_; }
  std::string sign(ByteView bytes) const;  // 64 bytes; REQUIRES: read_private()
  bool verifies(ByteView bytes, ByteView signature) const;

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const;
  };
  static Result<Ed25519Key> make(EVP_PKEY* key, const std::string& file);

  std::unique_ptr<EVP_PKEY, Free> key_;
  std::string id_;
};

struct HeadStatement {
  Head head;
  std::string store;  // its id
  int64_t runs = 0;
  int64_t signed_at = 0;  // seconds since 1970
};

// One line of JSON.
std::string sign_head(const HeadStatement& statement, const Ed25519Key& key);

// What an envelope says, once a signature in it is of one of `keys`. Without keys nothing is
// proved and only what it says is read. `where` begins the error: "head.json: ...".
Result<HeadStatement> open_envelope(ByteView envelope, const std::vector<Ed25519Key>& keys,
                                    const std::string& where);

}  // namespace straykey
