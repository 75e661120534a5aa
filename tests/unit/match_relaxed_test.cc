// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "scanner/match/relaxed.h"

namespace straykey {
namespace {

TEST(Relaxed, TakesUpperCountsAway) {
  EXPECT_EQ(relaxed("a{2,40}"), "a{2,}");
  EXPECT_EQ(relaxed("[a-z]{0,40}=(?:b|c){1,9}?;"), "[a-z]*=(?:b|c)+?;");
  EXPECT_EQ(relaxed("(?:(?:a{1,20}b){0,8}c){3,30}"), "(?:(?:a+b)*c){3,}");
}

TEST(Relaxed, LeavesWhatMakesFewStates) {
  EXPECT_EQ(relaxed("[a-z]{40}x{2,6}y{3,}"), "");
  EXPECT_EQ(relaxed("a{0,4}b{0,5}"), "a{0,4}b*");
}

TEST(Relaxed, ReadsNoCountWhereNoneStands) {
  EXPECT_EQ(relaxed(R"(\{1,40}[{1,40}][]{1,40}][^]{1,40}][a\]{1,40}])"), "");
  EXPECT_EQ(relaxed(R"([[:alpha:]{1,40}]{1,40})"), "[[:alpha:]{1,40}]+");
  EXPECT_EQ(relaxed(R"(\x{41}\p{Greek}\pL{1,40})"), R"(\x{41}\p{Greek}\pL+)");
  EXPECT_EQ(relaxed(R"(\\{1,40})"), R"(\\+)");
  EXPECT_EQ(relaxed(R"({1,x}{,40}{1})"), "");
  EXPECT_EQ(relaxed(R"(\Qa{1,40}\Eb{1,40})"), "");
}

}  // namespace
}  // namespace straykey
