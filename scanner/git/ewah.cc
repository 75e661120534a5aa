// SPDX-License-Identifier: Apache-2.0
// On disk: the number of bits (4 bytes), the number of 8-byte words (4 bytes), the words,
// and the place of the last marker (4 bytes), all big-endian. A word is a marker or a
// literal. A marker's bits, from the lowest:
//
//   1    the bit that is repeated
//   32   how many words of 64 such bits
//   31   how many literal words follow before the next marker
//
// A run may claim 2^38 bits in 8 bytes, so every position is held against the limit before it
// is stored.
#include "scanner/git/ewah.h"

#include "scanner/git/big_endian.h"

namespace straykey {

std::optional<std::vector<uint32_t>> take_ewah(ByteView& bytes, uint32_t limit) {
  if (bytes.size() < 8) return std::nullopt;
  uint64_t words = big_endian_32(bytes, 4);
  if (bytes.size() < 8 + words * 8 + 4) return std::nullopt;
  ByteView body = bytes.substr(8, words * 8);
  bytes.remove_prefix(8 + words * 8 + 4);

  std::vector<uint32_t> out;
  uint64_t position = 0;
  auto take_word = [&] {
    uint64_t word = big_endian(body.substr(0, 8));
    body.remove_prefix(8);
    return word;
  };
  while (!body.empty()) {
    uint64_t marker = take_word();
    uint64_t run_bits = (marker >> 1 & 0xffffffff) * 64;
    uint64_t literals = marker >> 33;
    if (marker & 1) {
      if (position + run_bits > limit) return std::nullopt;
      for (uint64_t i = 0; i < run_bits; ++i) {
        out.push_back(static_cast<uint32_t>(position + i));
      }
    }
    position += run_bits;
    if (literals * 8 > body.size()) return std::nullopt;
    for (; literals > 0; --literals, position += 64) {
      uint64_t word = take_word();
      for (uint64_t bit = 0; bit < 64; ++bit) {
        if (!(word >> bit & 1)) continue;
        if (position + bit >= limit) return std::nullopt;
        out.push_back(static_cast<uint32_t>(position + bit));
      }
    }
  }
  return out;
}

}  // namespace straykey
