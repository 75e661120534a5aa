// SPDX-License-Identifier: Apache-2.0
// The pattern of a signature is only asked where its opening is found: each of its matches has
// to begin with one.
#include <gtest/gtest.h>

#include "scanner/match/compiled.h"
#include "scanner/signature/sample.h"

namespace straykey {
namespace {

TEST(Openings, BeginEveryMatchOfEveryExample) {
  auto signatures = Database::builtin_signatures();
  ASSERT_TRUE(signatures);
  size_t seen = 0;
  for (const Signature& signature : signatures->all()) {
    const Opening opening = make_opening(signature);
    if (!opening.regex) continue;
    const auto pattern = make_regex(signature.pattern);
    for (const std::string& example : signature.examples) {
      for (uint64_t seed = 1; seed <= 3; ++seed) {
        const std::string text = *fill_sample(example, seed);
        RegexPiece whole, begins;
        if (!pattern->Match(text, 0, text.size(), RE2::UNANCHORED, &whole, 1)) continue;
        const auto at = static_cast<size_t>(whole.data() - text.data());
        ASSERT_TRUE(opening.regex->Match(text, at, text.size(), RE2::ANCHOR_START, &begins, 1))
            << signature.id;
        EXPECT_LE(begins.size(), opening.width) << signature.id;
        ++seen;
      }
    }
  }
  EXPECT_GT(seen, signatures->size());
}

}  // namespace
}  // namespace straykey
