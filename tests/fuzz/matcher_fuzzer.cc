// SPDX-License-Identifier: Apache-2.0
// Any bytes can be searched, with the same matches whether Hyperscan gets them whole or in
// chunks of 64 bytes, and the places of the matches lie in the bytes.
#include <algorithm>

#include "scanner/match/matcher.h"
#include "tests/fuzz/fuzzer.h"
#include "tests/support/crowded_text.h"

namespace straykey {
namespace {

// Each chunk comes with an overlap of some thousand bytes, so that the work grows with the
// square of the size.
constexpr size_t kMaxBytes = 6000;

const Database& database() {
  static const Database builtin = [] {
    auto loaded = Database::builtin();
    STRAYKEY_CHECK(loaded);
    return *std::move(loaded);
  }();
  return builtin;
}

bool same(const Match& a, const Match& b) {
  return a.signature == b.signature && a.whole == b.whole && a.secret == b.secret &&
         a.structure == b.structure && a.confidence == b.confidence &&
         a.attributes == b.attributes && a.encoding == b.encoding;
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  std::vector<std::string> seeds;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    seeds.push_back(crowded_text(database().signatures(), seed, seed % 4 == 0 ? 12 : 3));
  }
  return seeds;
}

}  // namespace straykey

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace straykey;
  static Matcher whole(database(), {.chunk_bytes = 1u << 30});
  static Matcher chunked(database(), {.chunk_bytes = 64});
  ByteView bytes(reinterpret_cast<const char*>(data), std::min(size, kMaxBytes));
  std::vector<Match> expected = whole.find(bytes);
  std::vector<Match> actual = chunked.find(bytes);
  STRAYKEY_CHECK(std::equal(expected.begin(), expected.end(), actual.begin(), actual.end(),
                            same));
  for (const Match& match : expected) {
    STRAYKEY_CHECK(match.signature < database().signatures().size());
    STRAYKEY_CHECK(match.whole.begin <= match.secret.begin);
    STRAYKEY_CHECK(match.secret.begin < match.secret.end);
    STRAYKEY_CHECK(match.secret.end <= match.whole.end);
    STRAYKEY_CHECK(match.whole.end <= bytes.size());
  }
  return 0;
}
