// SPDX-License-Identifier: Apache-2.0
#include "bench/made_text.h"

#include <cstdio>
#include <cstdlib>

#include "scanner/signature/sample.h"
#include "scanner/signature/sample_text.h"

namespace straykey {
namespace {

constexpr uint64_t kBlobBytes = 64u << 10;

}  // namespace

MadeText made_text(const SignatureSet& set, uint64_t bytes, uint64_t secrets_per_mb,
                   uint64_t seed) {
  SourceLines lines(seed);
  MadeText text;
  const uint64_t secrets = bytes * secrets_per_mb / 1'000'000;
  std::string blob;
  // The next one goes somewhere into its own of `secrets` equal parts.
  auto next_place = [&] {
    return text.planted < secrets
               ? (text.planted * 1000 + lines.below(1000)) * (bytes / secrets) / 1000
               : UINT64_MAX;
  };
  for (uint64_t place = next_place(); text.bytes + blob.size() < bytes;) {
    lines.add(blob);
    if (text.bytes + blob.size() >= place) {
      const auto& examples = set[lines.below(set.size())].examples;
      blob += need(fill_sample(examples[lines.below(examples.size())], lines.number())) + "\n";
      ++text.planted;
      place = next_place();
    }
    if (blob.size() >= kBlobBytes) {
      text.bytes += blob.size();
      text.blobs.push_back(std::move(blob));
      blob.clear();
    }
  }
  text.bytes += blob.size();
  text.blobs.push_back(std::move(blob));
  return text;
}

const Database& builtin_database() {
  static const Database database = need(Database::builtin());
  return database;
}

void end_with(const Error& error) {
  std::fprintf(stderr, "bench_micro: %s\n", error.message.c_str());
  std::exit(2);
}

}  // namespace straykey
