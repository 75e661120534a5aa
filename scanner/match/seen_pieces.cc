// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/seen_pieces.h"

#define XXH_INLINE_ALL  // the header is all of it: no library to carry along
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <new>
#include <random>

#include "scanner/base/newlines.h"
#include "scanner/match/encoded_run.h"

namespace straykey {
namespace {

// One line in so many is chosen.
constexpr uint64_t kLines = 8;
// Pieces of fewer bytes are not worth a look; behind so many any line will do.
constexpr uint64_t kLeast = 128, kMost = 4096;

using Secret = std::array<uint32_t, XXH3_SECRET_SIZE_MIN / sizeof(uint32_t) + 14>;

const Secret& drawn_secret() {
  static const Secret secret = [] {
    Secret drawn;
    std::random_device random;
    for (uint32_t& word : drawn) word = random();
    return drawn;
  }();
  return secret;
}

// By the end of the line before and the beginning of the line at `at`.
bool is_chosen(ByteView bytes, uint64_t at) {
  uint64_t around;
  constexpr uint64_t kBefore = 5;
  if (at < kBefore || bytes.size() - at < sizeof around - kBefore) return false;
  std::memcpy(&around, bytes.data() + at - kBefore, sizeof around);
  return ((around * 0x9E3779B97F4A7C15u) >> 32) % kLines == 0;
}

}  // namespace

void SeenPieces::Free::operator()(uint64_t* slots) const { std::free(slots); }

SeenPieces::SeenPieces(uint64_t before, uint64_t behind)
    : before_(before),
      behind_(behind),
      slots_(static_cast<uint64_t*>(std::calloc(size_t{1} << kSlotBits, sizeof(uint64_t)))) {
  if (!slots_) throw std::bad_alloc();
}

void SeenPieces::take(ByteView bytes, Span span, std::vector<Piece>& pieces) const {
  const bool is_begin = span.begin < before_, is_end = bytes.size() - span.end < behind_;
  const uint64_t before = is_begin ? span.begin : before_;
  const ByteView seen = slice(bytes, {span.begin - before, span.end + behind_});
  const Secret& secret = drawn_secret();
  const XXH128_hash_t hash =
      XXH3_128bits_withSecret(seen.data(), seen.size(), secret.data(), sizeof secret);
  // Where in these bytes it stands is known as well.
  const uint64_t where =
      span.size() << 32 | before << 2 | uint64_t{is_begin} << 1 | uint64_t{is_end};
  const auto slot = static_cast<uint32_t>(hash.high64 >> (64 - kSlotBits));
  __builtin_prefetch(&slots_[slot]);
  pieces.push_back({span, slot, hash.low64 ^ where});
}

void SeenPieces::cut(ByteView bytes, Span within, std::vector<Piece>& pieces) const {
  uint64_t begin = within.begin;
  for (uint64_t step = within.begin; step < within.end; step += kNewlineStep) {
    for (uint64_t ends = newline_bits(bytes, step); ends != 0; ends &= ends - 1) {
      const uint64_t at = step + static_cast<unsigned>(std::countr_zero(ends)) + 1;
      if (at >= within.end) break;
      if (at - begin < kLeast || (at - begin < kMost && !is_chosen(bytes, at))) continue;
      if (!begins_quietly(bytes, at)) continue;
      take(bytes, {begin, at}, pieces);
      begin = at;
    }
  }
  if (begin < within.end) take(bytes, {begin, within.end}, pieces);
}

}  // namespace straykey
