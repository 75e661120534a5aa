// SPDX-License-Identifier: Apache-2.0
// The signatures of a run: unique ids, in the order of their ids, and a digest that
// names the set in every report.
#pragma once

#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/signature/signature.h"

namespace straykey {

// Immutable after load() or select().
class SignatureSet {
 public:
  // Sorts by id. Two signatures of one id are an error that names both places.
  static Result<SignatureSet> make(std::vector<Signature> signatures);

  // Reads every path: a .toml file, or a folder of them (not recursive, by name).
  static Result<SignatureSet> load(const std::vector<std::string>& paths);

  // Adds `other`; a signature of `other` replaces one of the same id.
  void merge(SignatureSet other);

  // Keeps the signatures whose id matches a glob of `enable` (empty: all) and none of
  // `disable`. A glob that matches nothing is an error with a suggestion.
  Result<void> select(const std::vector<std::string>& enable,
                      const std::vector<std::string>& disable);

  const std::vector<Signature>& all() const { return signatures_; }
  const Signature& operator[](size_t index) const { return signatures_[index]; }
  size_t size() const { return signatures_.size(); }

  // SHA-256 over everything that decides what is found, in hex.
  std::string digest() const;

  // A compact form for embedding, with the digest, which costs a start more than to unpack.
  // TOML would be too slow.
  std::string pack() const;
  static Result<SignatureSet> unpack(ByteView packed);

 private:
  std::vector<Signature> signatures_;
  std::string digest_;  // as it was packed; "" when it is to be computed
};

// Whether `text` matches `glob`, where * stands for any run of characters and ? for one.
bool glob_match(ByteView glob, ByteView text);

}  // namespace straykey
