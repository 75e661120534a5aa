// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "scanner/git/config.h"

namespace straykey {
namespace {

TEST(GitConfig, ReadsValues) {
  GitConfig config = parse_git_config(
      "\xef\xbb\xbf[a]\nkey = one two  \n Flag\n[b \"Sub \\\"x\\\"\"] k = \"a ; b\"c ; d\n"
      "[c] # comment\n  k = x\\ty\\n\\\\\n  k2 = 1\\\n2\n");
  EXPECT_EQ(config, (GitConfig{{"a.key", "one two"},
                               {"a.flag", "true"},
                               {"b.Sub \"x\".k", "a ; bc"},
                               {"c.k", "x\ty\n\\"},
                               {"c.k2", "12"}}));
}

TEST(GitConfig, LastValueCounts) { EXPECT_EQ(parse_git_config("[a]k=1\n[A]K=2")["a.k"], "2"); }

TEST(GitConfig, KnowsTruth) {
  GitConfig config = parse_git_config("[a]\nt\ny = YES\nn = no\none = 1\nzero = 00\ne =\n");
  EXPECT_TRUE(is_true(config, "a.t"));
  EXPECT_TRUE(is_true(config, "a.y"));
  EXPECT_TRUE(is_true(config, "a.one"));
  EXPECT_FALSE(is_true(config, "a.n"));
  EXPECT_FALSE(is_true(config, "a.zero"));
  EXPECT_FALSE(is_true(config, "a.e"));
  EXPECT_FALSE(is_true(config, "a.absent"));
}

TEST(GitConfig, SurvivesGarbage) {
  for (const char* text : {"[", "[a", "[a \"", "[a \"\\", "[a]\nk", "[a]\nk=", "[a]\nk=\\",
                           "[a]\nk=\"x", "=", "]", "\\", "[a]\nk=\\\n"}) {
    parse_git_config(text);
  }
}

}  // namespace
}  // namespace straykey
