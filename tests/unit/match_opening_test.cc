// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "scanner/match/compiled.h"
#include "scanner/match/matcher.h"

namespace straykey {
namespace {

Opening opening_of(const std::string& pattern) {
  Signature signature;
  signature.pattern = pattern;
  return make_opening(signature);
}

TEST(Opening, IsWhatStandsBeforeTheSecretOrTheFirstBytes) {
  EXPECT_EQ(opening_of("(?i:key)[ ]{0,4}=[ ]{0,9}(?P<secret>[a-z]{20,99}?);").regex->pattern(),
            R"([\x4b\x6b][\x45\x65][\x59\x79](?:\x20){0,4}\x3d)");
  const Opening counted = opening_of("(?i:key)[ ]{0,40}=(?P<secret>[a-z]{20,99}?);");
  EXPECT_EQ(counted.regex->pattern(), R"([\x4b\x6b][\x45\x65][\x59\x79](?:\x20)*\x3d)");
  EXPECT_EQ(counted.width, 44u) << "no further is looked, though it may be wider now";
  EXPECT_EQ(opening_of(R"(\b(?P<secret>ab-[0-9]{2}[a-z]{90})\b)").width, 48u);
  EXPECT_FALSE(opening_of("(?P<secret>acme_[a-z]{20})").regex) << "short enough to be looked for";
  EXPECT_FALSE(opening_of("=(?P<secret>[a-z]*:)").regex) << "two bytes say too little";
}

// Openings that no secret follows are passed by, the first few one by one.
TEST(Opening, MayBeFoundManyTimesBeforeAMatch) {
  auto database = Database::compile(*SignatureSet::make({[] {
    Signature signature;
    signature.id = "acme.key";
    signature.provider = "acme";
    signature.pattern = "key[ ]{0,3}=(?P<secret>[a-z]{5}[0-9]{60})";
    signature.anchor = "key";
    signature.lookback = 300;
    signature.reach = 300;
    return signature;
  }()}));
  ASSERT_TRUE(database) << database.error().message;
  for (size_t before : {0, 1, 3, 4, 5, 20}) {
    std::string text;
    for (size_t i = 0; i < before; ++i) text += "key=none ";
    text += "key =abcde" + std::string(60, '7');
    const std::vector<Match> matches = Matcher(*database).find(text);
    ASSERT_EQ(matches.size(), 1u) << before;
    EXPECT_EQ(matches[0].secret.begin, text.size() - 65) << before;
  }
}

}  // namespace
}  // namespace straykey
