// SPDX-License-Identifier: Apache-2.0
// The pattern of a signature is only asked where its opening is found, and where it matches with
// its upper counts taken away: each of its matches has to begin so, and has to be one of those.
#include <gtest/gtest.h>

#include "scanner/match/compiled.h"
#include "scanner/match/relaxed.h"
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
        const size_t end = std::min(text.size(), at + opening.width);
        ASSERT_TRUE(opening.regex->Match(text, at, end, RE2::ANCHOR_START, &begins, 1))
            << signature.id;
        ++seen;
      }
    }
  }
  EXPECT_GT(seen, signatures->size());
}

TEST(RelaxedPatterns, MatchWhereverThePatternDoes) {
  auto signatures = Database::builtin_signatures();
  ASSERT_TRUE(signatures);
  size_t seen = 0;
  for (const Signature& signature : signatures->all()) {
    const std::string text = relaxed(signature.pattern);
    if (text.empty()) continue;
    const auto pattern = make_regex(signature.pattern), other = make_regex(text);
    ASSERT_TRUE(other->ok()) << signature.id << ": " << other->error();
    for (const std::string& example : signature.examples) {
      const std::string filled = *fill_sample(example, 1);
      RegexPiece whole;
      if (!pattern->Match(filled, 0, filled.size(), RE2::UNANCHORED, &whole, 1)) continue;
      const auto at = static_cast<size_t>(whole.data() - filled.data());
      EXPECT_TRUE(other->Match(filled, at, filled.size(), RE2::ANCHOR_START, nullptr, 0))
          << signature.id;
      ++seen;
    }
  }
  EXPECT_GT(seen, signatures->size());
}

}  // namespace
}  // namespace straykey
