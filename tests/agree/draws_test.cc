// SPDX-License-Identifier: Apache-2.0
// A signature finds its credential whatever the provider happened to draw: what it asks of digits,
// capitals and words must not be wrong about more than a few keys in a hundred, and about no
// private key.
#include <gtest/gtest.h>

#include "scanner/match/matcher.h"
#include "scanner/signature/sample.h"

namespace straykey {
namespace {

class Draws : public testing::Test {
 protected:
  // How many of the first `seeds` fillings of an example hold nothing that is reported as surely
  // as the signature says.
  uint64_t missed(const Signature& signature, const std::string& example, uint64_t seeds) {
    uint64_t count = 0;
    for (uint64_t seed = 1; seed <= seeds; ++seed) {
      const Confidence least = std::min(signature.confidence, Confidence::kMedium);
      const std::vector<Match> matches = matcher_.find(*fill_sample(example, seed));
      count += std::none_of(matches.begin(), matches.end(),
                            [&](const Match& match) { return match.confidence >= least; });
    }
    return count;
  }

  SignatureSet signatures_ = *Database::builtin_signatures();

 private:
  Database database_ = *Database::builtin();
  Matcher matcher_{database_};
};

TEST_F(Draws, OfEachExampleAreFoundButForAFew) {
  constexpr uint64_t kSeeds = 50, kFew = 2;
  for (const Signature& signature : signatures_.all()) {
    for (const std::string& example : signature.examples) {
      EXPECT_LE(missed(signature, example, kSeeds), kFew) << signature.id << ": " << example;
    }
  }
}

TEST_F(Draws, OfPrivateKeysAreAllFound) {
  constexpr uint64_t kSeeds = 1000;
  for (const Signature& signature : signatures_.all()) {
    if (signature.id != "private-key.pem") continue;
    for (const std::string& example : signature.examples) {
      EXPECT_EQ(missed(signature, example, kSeeds), 0u) << example;
    }
  }
}

}  // namespace
}  // namespace straykey
