// SPDX-License-Identifier: Apache-2.0
// A regular expression of another tool as a tree over bytes, from which ours are written.
//
// Flags, escapes, classes and characters beyond ASCII are resolved when the text is read, so
// a tree means the same to every engine: (?i)k is the set {K, k}, and a character of three
// bytes is three sets in a row. What is printed uses only what RE2 and Hyperscan both take.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"

namespace straykey {

// Whose syntax a text is in. kGo: RE2 on UTF-8 text, as Go's regexp has it. kRust: bytes
// without Unicode, (?x) with spaces and comments, as Rust's regex and Hyperscan have it.
enum class RegexDialect : uint8_t { kGo, kRust };

using ByteSet = std::bitset<256>;

// Plain data; a value.
struct RegexNode {
  enum class Kind : uint8_t {
    kEmpty,
    kSet,        // one byte of `set`
    kConcat,     // `children` in a row
    kAlternate,  // one of `children`
    kRepeat,     // the child `least` to `most` times
    kCapture,    // the child, as group number `group`
    kAssertion,  // `text`, which takes no bytes
  };
  static constexpr uint32_t kUnbounded = UINT32_MAX;

  Kind kind = Kind::kEmpty;
  ByteSet set;
  std::vector<RegexNode> children;
  uint32_t least = 0;
  uint32_t most = 0;
  bool lazy = false;
  int group = 0;     // from 1, in the order of the opening parentheses
  std::string text;  // of an assertion; the name of a capture, "" without one
};

struct RegexTree {
  RegexNode root;
  int groups = 0;
  // What the tree takes a little differently, as clauses: "\p{L} takes any byte from 0x80".
  std::vector<std::string> differences;
};

// Where in its text a pattern cannot be read, and why: a clause.
struct RegexFault {
  size_t offset = 0;
  std::string what;
};

// The error's message is the clause; `fault`, if any, gets the place as well.
Result<RegexTree> parse_regex(ByteView text, RegexDialect dialect, RegexFault* fault = nullptr);

// The text of a tree for RE2 in byte mode and for Hyperscan. The capture `group` becomes
// (?P<name>...), other captures vanish. 0 for no group.
std::string print_regex(const RegexNode& node, int group = 0, const char* name = "secret");

// A text that is meant literally.
std::string print_literal(ByteView text);

// Bytes that a match takes; `most` is RegexNode::kUnbounded without a limit.
struct RegexWidth {
  uint64_t least = 0;
  uint64_t most = 0;
};
RegexWidth width_of(const RegexNode& node);

// Whether every match has group `group` set, and never empty.
bool always_sets(const RegexNode& node, int group);

// The capture of that number, nullptr when there is none.
const RegexNode* find_capture(const RegexNode& node, int group);
const RegexNode* find_capture(const RegexNode& node, const std::string& name);

// Whether every match holds one of `words`, which are in lower case, in any case.
bool always_holds_one_of(const RegexNode& node, const std::vector<std::string>& words);

// A part of a pattern that every match holds, bounded and without assertions, and how many
// bytes of a match may stand before it.
struct RegexAnchor {
  std::string text;
  uint64_t before = 0;  // RegexNode::kUnbounded when there is no limit
  uint64_t widest = 0;
  size_t literal = 0;  // characters of the shortest text that it holds
};

// The parts that could serve as an anchor, the most promising first. Each is at most
// `widest` bytes wide.
std::vector<RegexAnchor> find_anchors(const RegexNode& node, uint64_t widest);

// A template (signature/sample.h) of a text that the tree takes, "" when none can be
// written. With kTooShort half of its last long run is missing.
enum class SampleLength : uint8_t { kWhole, kTooShort };
std::string sample_of(const RegexNode& node, SampleLength length = SampleLength::kWhole);

}  // namespace straykey
