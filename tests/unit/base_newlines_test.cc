// SPDX-License-Identifier: Apache-2.0
#include "scanner/base/newlines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace straykey {
namespace {

TEST(Newlines, AreSeenAndCountedAsOneByOne) {
  std::mt19937 random(1);
  for (size_t size : {0, 1, 15, 16, 17, 63, 64, 65, 4000, 4080, 4081, 5000, 100000}) {
    for (int round = 0; round < 20; ++round) {
      std::string text(size, 'a');
      // From none to nothing else.
      for (char& c : text) c = static_cast<int>(random() % 20) < round ? '\n' : "\v\t\x8a"[random() % 3];
      EXPECT_EQ(count_newlines(text), static_cast<size_t>(std::count(text.begin(), text.end(), '\n')));
      for (uint64_t at = 0; at < size; at += 1 + random() % 100) {
        uint64_t bits = 0;
        for (uint64_t i = 0; i < kNewlineStep && at + i < size; ++i) {
          bits |= uint64_t{text[at + i] == '\n'} << i;
        }
        ASSERT_EQ(newline_bits(text, at), bits) << at << " of " << size;
      }
    }
  }
}

}  // namespace
}  // namespace straykey
