// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/seen_windows.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace straykey {
namespace {

TEST(SeenWindows, KnowTheBytesThatWereAddedAndNoOthers) {
  std::mt19937 random(7);
  SeenWindows seen;
  for (int i = 0; i < 2000; ++i) {
    std::string window(1 + random() % 2000, 'a');
    for (char& c : window) c = static_cast<char>(random());
    const auto key = SeenWindows::key_of(window);
    EXPECT_FALSE(seen.contains(key));
    seen.add(key);
    EXPECT_TRUE(seen.contains(SeenWindows::key_of(std::string(window))));
    window[random() % window.size()] ^= 1;
    EXPECT_FALSE(seen.contains(SeenWindows::key_of(window)));
    EXPECT_FALSE(seen.contains(SeenWindows::key_of(window + '\0')));
  }
}

TEST(SeenWindows, ForgetRatherThanGrow) {
  SeenWindows seen;
  for (int i = 0; i < 1'000'000; ++i) seen.add(SeenWindows::key_of(std::to_string(i)));
  int known = 0;
  for (int i = 0; i < 1'000'000; ++i) known += seen.contains(SeenWindows::key_of(std::to_string(i)));
  EXPECT_GT(known, 20'000);
  EXPECT_LT(known, 70'000);
}

}  // namespace
}  // namespace straykey
