// SPDX-License-Identifier: Apache-2.0
// Text to measure with, made from a seed: the same on every machine, and no credential
// stands in this tree.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scanner/match/database.h"

namespace straykey {

struct MadeText {
  std::vector<std::string> blobs;  // some 64 kB each, like the sources of a large project
  uint64_t bytes = 0;
  uint64_t planted = 0;
};

// Lines that look like source code, with `secrets_per_mb` filled examples of `set` in each
// 1,000,000 bytes, at random places. Without them next to nothing in it is a finding.
MadeText made_text(const SignatureSet& set, uint64_t bytes, uint64_t secrets_per_mb,
                   uint64_t seed);

// The built-in signatures; opened once.
const Database& builtin_database();

// The value of `result`, which a benchmark cannot go on without: prints the error and ends.
[[noreturn]] void end_with(const Error& error);
template <class T>
T need(Result<T> result) {
  if (!result) end_with(result.error());
  return *std::move(result);
}

}  // namespace straykey
