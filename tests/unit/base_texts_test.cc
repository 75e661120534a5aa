// SPDX-License-Identifier: Apache-2.0
#include "scanner/base/texts.h"

#include <gtest/gtest.h>

#include <set>

#include "scanner/base/blocks.h"
#include "scanner/base/parallel.h"

namespace straykey {
namespace {

std::string word(size_t number) { return "word " + std::to_string(number % 5000); }

TEST(Texts, ShareOneCopyOfWhatIsEqualAndKeepEachOfTheRest) {
  Texts texts;
  std::vector<Text> shared, kept;
  for (size_t i = 0; i < 20'000; ++i) {
    shared.push_back(texts.share(word(i)));
    kept.push_back(texts.keep(word(i)));
  }
  const Texts moved = std::move(texts);
  std::set<const char*> places, kept_places;
  for (size_t i = 0; i < shared.size(); ++i) {
    EXPECT_EQ(ByteView(shared[i]), word(i));
    EXPECT_EQ(ByteView(kept[i]), word(i));
    places.insert(shared[i].place());
    kept_places.insert(kept[i].place());
  }
  EXPECT_EQ(places.size(), 5000u);
  EXPECT_EQ(kept_places.size(), 20'000u);
}

TEST(Texts, AnEmptyOneHasNoPlace) {
  Texts texts;
  EXPECT_EQ(texts.keep("").place(), nullptr);
  EXPECT_EQ(texts.share(""), Text());
  EXPECT_EQ(ByteView(Text()), "");
  const std::string large(3u << 20, 'x');
  EXPECT_EQ(ByteView(texts.keep(large)), large);
}

TEST(TextIndex, FindsWhatWasAddedAndNothingElse) {
  std::vector<std::string> texts;
  TextIndex index;
  auto text_of = [&](uint32_t i) { return ByteView(texts[i]); };
  EXPECT_EQ(index.find("word 1", text_of), std::nullopt);
  for (uint32_t i = 0; i < 5000; ++i) {
    EXPECT_EQ(index.add(word(i), i, text_of), i);
    texts.push_back(word(i));
    EXPECT_EQ(index.add(word(i / 2), i + 1, text_of), i / 2);
  }
  for (uint32_t i = 0; i < 5000; ++i) EXPECT_EQ(index.find(word(i), text_of), i);
  EXPECT_EQ(index.find("word", text_of), std::nullopt);
}

TEST(Blocks, GrowWithoutMovingWhatTheyHold) {
  Blocks<std::string> blocks;
  EXPECT_TRUE(blocks.empty());
  std::string* first = &blocks.emplace_back();
  *first = word(0);
  for (size_t i = 1; i < 10'000; ++i) blocks.emplace_back() = word(i);
  EXPECT_EQ(first, &blocks[0]);
  size_t i = 0;
  for (const std::string& one : std::as_const(blocks)) EXPECT_EQ(one, word(i++));
  EXPECT_EQ(i, blocks.size());
}

TEST(InParts, LooksAtEachPlaceOnce) {
  for (size_t size : {0u, 1u, 2u, 1000u}) {
    std::vector<int> looked(size);
    in_parts(size, 3, [&](size_t, size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) ++looked[i];
    });
    EXPECT_EQ(looked, std::vector<int>(size, 1));
  }
}

}  // namespace
}  // namespace straykey
