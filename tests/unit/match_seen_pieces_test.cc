// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/seen_pieces.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "scanner/match/encoded_run.h"

namespace straykey {
namespace {

constexpr uint64_t kBefore = 100, kBehind = 2;

std::string lines(std::mt19937& random, size_t bytes) {
  std::string text;
  while (text.size() < bytes) {
    text += std::string(random() % 60, static_cast<char>('a' + random() % 26));
    text += random() % 2 ? ";\n" : "\n";
  }
  return text;
}

std::vector<SeenPieces::Piece> cut(const SeenPieces& seen, const std::string& text, Span within) {
  std::vector<SeenPieces::Piece> pieces;
  seen.cut(text, within, pieces);
  return pieces;
}

std::vector<SeenPieces::Piece> cut(const SeenPieces& seen, const std::string& text) {
  return cut(seen, text, {0, text.size()});
}

size_t known(const SeenPieces& seen, const std::vector<SeenPieces::Piece>& pieces) {
  return static_cast<size_t>(std::count_if(pieces.begin(), pieces.end(),
                                           [&](const auto& piece) { return seen.knows(piece); }));
}

TEST(SeenPieces, AreLinesAndTogetherTheWhole) {
  std::mt19937 random(1);
  const SeenPieces seen(kBefore, kBehind);
  for (int round = 0; round < 200; ++round) {
    const std::string text = lines(random, random() % 20000);
    uint64_t at = text.empty() ? 0 : random() % text.size();
    const Span within{at, text.size()};
    for (const auto& piece : cut(seen, text, within)) {
      EXPECT_EQ(piece.span.begin, at);
      EXPECT_TRUE(at == within.begin || (text[at - 1] == '\n' && begins_quietly(text, at)));
      at = piece.span.end;
    }
    EXPECT_EQ(at, within.end);
  }
}

// Every byte is changed in turn.
TEST(SeenPieces, AreKnownWithTheBytesAroundThemAndWithNoOthers) {
  std::mt19937 random(2);
  for (int round = 0; round < 20; ++round) {
    SeenPieces seen(kBefore, kBehind);
    std::string text = lines(random, 3000);
    const auto pieces = cut(seen, text);
    ASSERT_GT(pieces.size(), 2u);
    EXPECT_EQ(known(seen, pieces), 0u);
    const SeenPieces::Piece& one = pieces[random() % pieces.size()];
    seen.add(one);
    EXPECT_EQ(known(seen, cut(seen, text)), 1u);
    size_t far = 0, still_known = 0;
    for (uint64_t at = 0; at < text.size(); ++at) {
      const bool is_near = at + kBefore >= one.span.begin && at < one.span.end + kBehind;
      text[at] ^= 1;
      const size_t now = known(seen, cut(seen, text));
      text[at] ^= 1;
      if (is_near) {
        ASSERT_EQ(now, 0u) << at << " of " << one.span.begin;
      } else {
        ++far;
        still_known += now;
      }
    }
    EXPECT_GT(still_known * 10, far * 9);  // some choose where pieces end
  }
}

// Where the text begins and ends makes a difference near there, and elsewhere none.
TEST(SeenPieces, NearAnEndOfTheTextAreOthers) {
  std::mt19937 random(3);
  SeenPieces seen(kBefore, kBehind);
  const std::string text = lines(random, 5000), more = lines(random, 500);
  const auto pieces = cut(seen, text);
  for (const auto& piece : pieces) seen.add(piece);
  EXPECT_EQ(known(seen, cut(seen, text)), pieces.size());
  const auto cut_off = cut(seen, text.substr(1));
  EXPECT_FALSE(seen.knows(cut_off.front()));
  EXPECT_TRUE(seen.knows(cut_off.back()));
  const auto longer = cut(seen, text + more);
  EXPECT_TRUE(seen.knows(longer.front()));
  EXPECT_FALSE(seen.knows(longer[pieces.size() - 1]));
  EXPECT_GE(known(seen, longer), pieces.size() - 1);
  EXPECT_FALSE(seen.knows(cut(seen, more + text)[0]));
  EXPECT_GE(known(seen, cut(seen, more + text)), pieces.size() - 3);
}

TEST(SeenPieces, AreForgottenRatherThanMany) {
  std::mt19937 random(4);
  SeenPieces seen(kBefore, kBehind);
  size_t all = 0, again = 0;
  std::vector<std::string> texts;
  for (int i = 0; i < 400; ++i) texts.push_back(lines(random, 1 << 20));
  for (const std::string& text : texts) {
    for (const auto& piece : cut(seen, text)) seen.add(piece);
  }
  for (const std::string& text : texts) {
    const auto pieces = cut(seen, text);
    all += pieces.size();
    again += known(seen, pieces);
  }
  EXPECT_GT(all, 500'000u);
  EXPECT_GT(again, 150'000u);
  EXPECT_LT(again, 300'000u);
}

}  // namespace
}  // namespace straykey
