// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/mixed_run.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "scanner/match/anchor.h"

namespace straykey {
namespace {

TEST(MixedRun, HasADigitOrEnoughLettersOfBothCases) {
  EXPECT_TRUE(has_mixed_run("abcdefghijklmnopqrs1"));
  EXPECT_FALSE(has_mixed_run("abcdefghijklmnopqr1"));  // 19 bytes
  EXPECT_FALSE(has_mixed_run("abstract_factory_of_beans"));
  EXPECT_FALSE(has_mixed_run("AbstractAutowireCapableBean"));  // four capitals
  EXPECT_TRUE(has_mixed_run("aBcDeFgHiJkLmNoPqRsT"));
  EXPECT_FALSE(has_mixed_run("abcdefghij 123456789 abcdefghij"));
  EXPECT_TRUE(has_mixed_run("word " + std::string(12, 'a') + "_-+/=.19"));
}

MixedSecret of(const std::string& pattern) {
  auto parsed = parse_expression(pattern);
  EXPECT_TRUE(parsed) << pattern;
  return mixed_secret(beginning(*parsed, kWidestBeginning));
}

TEST(MixedRun, IsAskedOfSecretsThatAreHardlyEverWithout) {
  EXPECT_EQ(of("key=(?P<secret>[0-9a-f]{32})").bytes, 32u);
  EXPECT_EQ(of("key=(?P<secret>[0-9a-f]{32})").lead, 4u);
  EXPECT_EQ(of("k[a-z]{0,9}=(?P<secret>[A-Za-z0-9]{20,40})").bytes, 20u);
  EXPECT_EQ(of("k[a-z]{0,9}=(?P<secret>[A-Za-z0-9]{20,40})").lead, 11u);
  EXPECT_EQ(of("(?P<secret>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})").bytes, 36u);
  EXPECT_EQ(of("(?P<secret>[0-9a-f]{40}|[A-Za-z0-9]{32})").bytes, 32u);
}

TEST(MixedRun, MayBeginBehindTheSecret) {
  EXPECT_EQ(of("a=(?P<secret>id:[0-9a-f]{40})").lead, 2u + 43 - kLeastRun);
  EXPECT_EQ(of("a=(?P<secret>id_[0-9a-f]{40})").lead, 2u);
}

TEST(MixedRun, IsNotAskedOfOthers) {
  EXPECT_EQ(of("key=(?P<secret>[0-9a-f]{19})").bytes, 0u) << "too short";
  EXPECT_EQ(of("key=(?P<secret>[a-z]{40})").bytes, 0u) << "no digits";
  EXPECT_EQ(of("AKIA(?P<secret>[A-Z2-7]{20})").bytes, 0u) << "one in 60 is without";
  EXPECT_EQ(of("key=(?P<secret>[^\"]{32})").bytes, 0u) << "may hold anything";
  EXPECT_EQ(of("key=(?P<secret>[0-9a-f]{32}|[a-z]{9})").bytes, 0u) << "one choice is short";
  EXPECT_EQ(of("(?P<secret>[^ ]{1,20}:[0-9a-f]{32})").bytes, 0u) << "may be pushed out";
  EXPECT_EQ(of("key=[0-9a-f]{32}").bytes, 0u) << "no secret";
}

// Byte by byte, in the plainest way: every run, whole.
std::vector<bool> near_by_definition(const std::string& text, uint64_t lead) {
  std::vector<bool> near(text.size());
  for (size_t begin = 0; begin < text.size(); ++begin) {
    for (size_t length = kLeastRun;
         length <= kWidestBeginning && begin + length <= text.size(); ++length) {
      // The shortest mixed run from here on, all of it a run.
      const ByteView piece = ByteView(text).substr(begin, length);
      if (!has_mixed_run(piece)) continue;
      if (has_mixed_run(piece.substr(1))) break;  // belongs to a later beginning
      for (size_t i = begin - std::min<size_t>(begin, lead); i < begin + length; ++i) {
        near[i] = true;
      }
      break;
    }
  }
  return near;
}

TEST(MixedRun, IsFoundWithWhatLeadsToItByEveryKernel) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 60; ++round) {
    std::string text;
    const size_t size = random() % (round % 4 ? 700 : 12'000);
    while (text.size() < size) {
      const size_t length = random() % (round % 3 ? 30 : 90);
      const std::string kinds[] = {"aAbBzZ", "abcxyz_", "abc019_-", " .,(\x80\xff", "0123456789"};
      const std::string& kind = kinds[random() % 5];
      for (size_t i = 0; i < length; ++i) text += kind[random() % kind.size()];
    }
    const uint64_t lead = random() % 60;
    const std::vector<bool> expected = near_by_definition(text, lead);
    std::vector<Span> first;
    for (GateKernel kernel : {GateKernel::kPortable, GateKernel::kAvx2, GateKernel::kAvx512}) {
      if (!available(kernel)) continue;
      std::vector<Span> spans;
      find_mixed_runs(text, 0, text.size(), lead, kernel, spans);
      std::vector<bool> near(text.size());
      uint64_t last = 0;
      for (Span span : spans) {
        ASSERT_TRUE(span.begin > last || last == 0) << "out of order, or touching";
        ASSERT_LE(span.end, text.size());
        last = span.end;
        for (uint64_t i = span.begin; i < span.end; ++i) near[i] = true;
      }
      for (size_t i = 0; i < text.size(); ++i) {
        ASSERT_TRUE(near[i] || !expected[i]) << "round " << round << ", byte " << i;
      }
      if (kernel == GateKernel::kPortable) first = spans;
      ASSERT_EQ(spans, first);
    }
  }
}

}  // namespace
}  // namespace straykey
