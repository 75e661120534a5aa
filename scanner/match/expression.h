// SPDX-License-Identifier: Apache-2.0
// A regular expression as a tree, so that facts about all of its matches can be computed
// instead of believed: how wide they are, how they begin, which bytes they must hold.
//
// The tree may match more than the expression, never less: assertions (\b ^ $) are
// dropped, and \s has the vertical tab, which Hyperscan counts and RE2 does not.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"

namespace straykey {

using ByteSet = std::bitset<256>;

struct Expression {
  enum class Kind : uint8_t {
    kClass,      // one byte of `set`
    kConcat,     // `parts` one after another; without parts, the empty text
    kAlternate,  // one of `parts`
    kRepeat,     // parts[0], from `least` to `most` times
  };
  static constexpr uint32_t kNoBound = UINT32_MAX;

  Kind kind = Kind::kConcat;
  ByteSet set;
  std::vector<Expression> parts;
  uint32_t least = 0;
  uint32_t most = 0;
  bool in_secret = false;  // it, or what it repeats, stands in the group "secret"

  // In bytes. A width without bound is kNoBound.
  uint32_t least_width() const;
  uint32_t most_width() const;
  // How many ends of lines a match can hold at most.
  uint32_t most_newlines() const;
};

// Nothing when `text` is no expression, or uses what this parser does not know; both
// engines take more than it does.
std::optional<Expression> parse_expression(ByteView text);

// What every match of `expression` begins with, no wider than `limit` bytes, and as long
// as that allows. Ends with something that must be there: [a-z]{3,9} becomes [a-z]{3}.
Expression beginning(const Expression& expression, uint32_t limit);

// The same without an end that need not be there.
Expression trimmed(Expression expression);

// The elements of a concatenation, groups within it opened.
std::vector<Expression> elements(const Expression& expression);

// What stands before the group "secret" in every match: the elements before the first one
// that is it or holds it.
Expression before_secret(const Expression& expression);

// As text that Hyperscan and RE2 read.
std::string print(const Expression& expression);

}  // namespace straykey
