// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "scanner/match/anchor.h"
#include "scanner/match/expression.h"

namespace straykey {
namespace {

struct Widths {
  uint32_t least, most;
  bool operator==(const Widths&) const = default;
};

Widths widths(ByteView text) {
  const auto expression = parse_expression(text);
  if (!expression) return {1, 0};
  return {expression->least_width(), expression->most_width()};
}

std::string begins(ByteView text, uint32_t limit) {
  return print(beginning(*parse_expression(text), limit));
}

TEST(Expression, KnowsHowWideItsMatchesAre) {
  EXPECT_EQ(widths("abc"), (Widths{3, 3}));
  EXPECT_EQ(widths(R"(\b(?P<secret>ab{2,5}|x)$)"), (Widths{1, 6}));
  EXPECT_EQ(widths("(?i:a|bc)?[^]x-z]+"), (Widths{1, UINT32_MAX}));
  EXPECT_EQ(widths(R"((?m:^)\x41\.[\w\]-]{2}.*?)"), (Widths{4, UINT32_MAX}));
}

TEST(Expression, GivesUpOnWhatItDoesNotKnow) {
  for (const char* text : {R"(\pL)", R"(\Qa\E)", "[[:alpha:]]", "a{2", "(a", "a)", "*a", "a**",
                           R"(\1)", "(?i)\xe9", "[z-a]", "(?=a)", "[a"}) {
    EXPECT_FALSE(parse_expression(text)) << text;
  }
}

TEST(Expression, BeginsWithAsMuchAsFitsAndMustBeThere) {
  EXPECT_EQ(begins("ab[0-9]{3,9}", 99), R"(\x61\x62(?:[\x30-\x39]){3,3})");
  EXPECT_EQ(begins("ab[0-9]{3,9}", 4), R"(\x61\x62(?:[\x30-\x39]){2,2})");
  EXPECT_EQ(begins("a(?:bc|d)?(?:-)*", 99), R"(\x61)");
  EXPECT_EQ(begins("a(?:b|cd{9})", 3), R"(\x61(?:\x62|\x63\x64))");
  EXPECT_EQ(begins("a(?:xyz){4}", 6), R"(\x61\x78\x79\x7a\x78\x79)");
  EXPECT_EQ(begins("[ab]*c", 9), "");
}

TEST(Expression, FoldsLettersAndWidensSpaces) {
  EXPECT_EQ(begins("(?i)a(?-i:b)-", 9), R"([\x41\x61]\x62\x2d)");
  EXPECT_EQ(begins(R"(\s)", 9), R"([\x09-\x0d\x20])");
  EXPECT_EQ(begins(R"([^\s])", 9), R"([\x00-\x08\x0b\x0e-\x1f\x21-\xff])");
}

TEST(Anchor, IsTheBeginningOfThePatternUnlessThatHoldsNothing) {
  Signature signature;
  signature.pattern = R"(\b(?P<secret>acme_[a-z]{20,900})\b)";
  signature.anchor = "acme_";
  auto anchor = anchor_of(signature);
  ASSERT_TRUE(anchor);
  EXPECT_TRUE(anchor->is_beginning);
  EXPECT_EQ(anchor->width, 25u);

  signature.pattern = R"([a-z]{1,99}(?P<secret>acme_[a-z]{20})\b)";
  signature.lookback = 99;
  anchor = anchor_of(signature);
  ASSERT_TRUE(anchor);
  EXPECT_FALSE(anchor->is_beginning);
  EXPECT_EQ(anchor->text, R"(\x61\x63\x6d\x65\x5f)");
}

}  // namespace
}  // namespace straykey
