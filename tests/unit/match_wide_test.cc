// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/wide.h"

#include <gtest/gtest.h>

#include <random>

namespace straykey {
namespace {

// The same by definition: from the front, the longest run that begins at each byte.
std::vector<std::pair<uint64_t, std::string>> by_definition(const std::string& bytes) {
  std::vector<std::pair<uint64_t, std::string>> out;
  for (size_t at = 0; at < bytes.size();) {
    std::string best;
    for (size_t zero_at : {1u, 0u}) {
      std::string text;
      for (size_t i = at; i + 1 < bytes.size(); i += 2) {
        if (bytes[i + zero_at] != 0 || bytes[i + 1 - zero_at] == 0) break;
        text += bytes[i + 1 - zero_at];
      }
      if (text.size() >= 8 && best.empty()) best = text;
    }
    if (!best.empty()) out.emplace_back(at, best);
    at += best.empty() ? 1 : 2 * best.size();
  }
  return out;
}

TEST(Wide, RunsAreThoseOfTheDefinition) {
  std::mt19937_64 random(7);
  size_t found = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string bytes;
    size_t size = random() % 400;
    while (bytes.size() < size) {
      size_t part = random() % 60;
      switch (random() % 5) {
        case 0: bytes.append(part, '\0'); break;
        case 1: bytes.append(part, 'x'); break;
        case 2:
          for (size_t i = 0; i < part; ++i) bytes += {static_cast<char>('a' + i % 26), '\0'};
          break;
        case 3:
          for (size_t i = 0; i < part; ++i) bytes += {'\0', static_cast<char>('A' + i % 26)};
          break;
        default:
          for (size_t i = 0; i < part; ++i) bytes += "a\0"[random() % 2];
      }
    }
    std::vector<std::pair<uint64_t, std::string>> actual;
    for (const WideRun& run : find_wide_runs(bytes)) actual.emplace_back(run.begin, run.text);
    found += actual.size();
    ASSERT_EQ(actual, by_definition(bytes)) << "round " << round;
  }
  EXPECT_GT(found, 3000u);
}

}  // namespace
}  // namespace straykey
