// SPDX-License-Identifier: Apache-2.0
// What was compiled once is read back and not compiled again, however many signatures there are:
// the numbers before the gates take so many bytes that these begin elsewhere.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "scanner/match/compiled.h"
#include "scanner/match/database.h"
#include "scanner/match/gate_buckets.h"

namespace straykey {
namespace {

SignatureSet signatures(size_t count) {
  std::vector<Signature> all(count);
  for (size_t i = 0; i < count; ++i) {
    all[i].id = "acme.token-" + std::to_string(i);
    all[i].provider = "acme";
    all[i].pattern = "acme" + std::to_string(i) + "_(?P<secret>[A-Za-z]{20})";
  }
  return *SignatureSet::make(std::move(all));
}

TEST(DatabaseLoads, WhatItWroteForAnyNumberOfSignatures) {
  for (size_t count = 1; count <= 6; ++count) {
    const auto compiled = Database::compile(signatures(count));
    ASSERT_TRUE(compiled);
    const auto bytes = compiled->serialize();
    ASSERT_TRUE(bytes);
    const auto loaded = Database::load(signatures(count), *bytes);
    ASSERT_TRUE(loaded);
    const Database::Parts& parts = loaded->parts();
    const ByteView whole = *parts.serialized;
    for (const Gate* gate : {&parts.gate, &parts.gate_near_runs}) {
      const ByteView tables = gate->serialized();
      const bool is_inside = tables.data() >= whole.data() &&
                             tables.data() + tables.size() <= whole.data() + whole.size();
      EXPECT_TRUE(is_inside) << count << " signatures were compiled again";
    }
    EXPECT_EQ(*loaded->serialize(), *bytes);
  }
}

TEST(Buckets, AcceptEveryGramThatWasPutIntoThem) {
  std::mt19937 random(1);
  std::vector<Gram> grams(100);
  for (Gram& gram : grams) {
    for (ByteSet& set : gram) {
      for (size_t n = 1 + random() % 3; n > 0; --n) set.set('a' + random() % 26);
    }
  }
  const std::vector<Gram> some(grams.begin(), grams.begin() + 60);
  const std::vector<Gram> known = put_into_buckets(some, 8);
  for (const auto& buckets : {put_into_buckets(grams, 8), put_into_buckets(grams, 8, known)}) {
    ASSERT_EQ(buckets.size(), 8u);
    for (const Gram& gram : grams) {
      EXPECT_TRUE(std::any_of(buckets.begin(), buckets.end(), [&](const Gram& bucket) {
        return accepts_all_of(bucket, gram);
      }));
    }
  }
}

}  // namespace
}  // namespace straykey
