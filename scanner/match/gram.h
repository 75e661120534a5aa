// SPDX-License-Identifier: Apache-2.0
// Four bytes that follow each other, each of them one of a set, and two more behind them: what
// the gate looks for, and how often text has it. That is estimated from how often characters are
// met and follow each other in sources, and from the words that sources are full of.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "scanner/match/expression.h"

namespace straykey {

inline constexpr size_t kGramBytes = 4;
// A gram, and what may stand behind it.
inline constexpr size_t kTableBytes = 6;
using Gram = std::array<ByteSet, kTableBytes>;

// Upper and lower case letters, and some more, become one.
inline uint32_t fold_gram(uint32_t gram) { return gram | 0x20202020u; }

// How often the four bytes of a gram follow each other, for each byte of text.
double frequency(const Gram& gram);

// How often it is met in common words, at least.
double frequency_in_words(const Gram& gram);

// Characters that are alike: letters of either case, digits, some signs, and all others.
inline constexpr size_t kSymbols = 40;

// Of a set of bytes: how many of the characters of each symbol are in it, from 0 to 1.
using Shares = std::array<float, kSymbols>;

struct Share {
  size_t symbol = 0;
  float part = 0;
};
const Share& share_of(uint8_t byte);

// How often sets that have these shares, at least one, follow each other, for each byte of text.
double frequency(std::span<const Shares> sets);

}  // namespace straykey
