// SPDX-License-Identifier: Apache-2.0
// A tree as text. (?i) is found again: where a whole branch is the same in both cases it is
// printed once, in lower case, behind (?i); elsewhere a set stands for itself. Only what
// both engines read alike is written: no \S (Hyperscan's lacks the vertical tab), no byte
// above 0x7f under (?i) (RE2 folds them as Latin-1), no repetition above 1000 (RE2's limit).
#include <algorithm>

#include "scanner/signature/regex_tree.h"

namespace straykey {
namespace {

using Kind = RegexNode::Kind;

constexpr uint32_t kMostRepeats = 1000;
constexpr ByteView kSpecial = "\\.+*?()|[]{}^$";
constexpr size_t kLeastFoldedPairs = 2;  // below it [Kk] is shorter than (?i:k)

ByteSet range(size_t first, size_t last) {
  ByteSet set;
  for (size_t byte = first; byte <= last; ++byte) set.set(byte);
  return set;
}

const ByteSet& word_bytes() {
  static const ByteSet set =
      range('0', '9') | range('A', 'Z') | range('a', 'z') | range('_', '_');
  return set;
}

const ByteSet& space_bytes() {  // RE2's \s
  static const ByteSet set = range('\t', '\n') | range('\f', '\r') | range(' ', ' ');
  return set;
}

// {k, K}
bool is_pair(const ByteSet& set) {
  if (set.count() != 2) return false;
  for (size_t byte = 'a'; byte <= 'z'; ++byte) {
    if (set[byte] && set[byte - 32]) return true;
  }
  return false;
}

bool is_same_in_both_cases(const ByteSet& set) {
  for (size_t byte = 'a'; byte <= 'z'; ++byte) {
    if (set[byte] != set[byte - 32]) return false;
  }
  const ByteSet high = set & range(0x80, 0xff);
  return high.none() || high.count() == 128;
}

bool can_fold(const RegexNode& node) {
  if (node.kind == Kind::kSet) return is_same_in_both_cases(node.set);
  return std::all_of(node.children.begin(), node.children.end(), can_fold);
}

size_t pairs(const RegexNode& node) {
  if (node.kind == Kind::kSet) return is_pair(node.set) ? 1 : 0;
  size_t sum = 0;
  for (const RegexNode& child : node.children) sum += pairs(child);
  return sum;
}

std::string hex_escape(size_t byte) {
  static constexpr char kDigits[] = "0123456789abcdef";
  return std::string("\\x") + kDigits[byte >> 4] + kDigits[byte & 15];
}

std::string escaped(size_t byte, ByteView special) {
  switch (byte) {
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: break;
  }
  // Quotes as numbers, because patterns stand in quotes.
  if (byte < 0x20 || byte >= 0x7f || byte == '\'' || byte == '`') return hex_escape(byte);
  const char c = static_cast<char>(byte);
  return (special.find(c) != ByteView::npos ? "\\" : "") + std::string(1, c);
}

std::string members(const ByteSet& set) {
  std::string out;
  for (size_t byte = 0; byte < 256; ++byte) {
    if (!set[byte]) continue;
    size_t last = byte;
    while (last < 255 && set[last + 1]) ++last;
    if (last - byte < 2) last = byte;
    out += escaped(byte, "\\]^-[");
    if (last > byte) out += "-" + escaped(last, "\\]^-[");
    byte = last;
  }
  return out;
}

class Printer {
 public:
  Printer(int group, const char* name) : group_(group), name_(name) {}

  std::string print(const RegexNode& node) {
    if (pairs(node) > 0 && can_fold(node)) return "(?i)" + text(node, true);
    return text(node, false);
  }

 private:
  static std::string set_text(ByteSet set, bool folded) {
    if (set.all()) return "(?s:.)";
    if ((~set).count() == 1 && !set['\n']) return ".";
    if (set == word_bytes()) return "\\w";
    if (set == ~word_bytes()) return "\\W";
    if (set == space_bytes()) return "\\s";
    const bool negated = set.count() > 128;
    if (negated) set = ~set;
    if (folded) set &= ~range('A', 'Z');
    if (set.none()) return negated ? "(?s:.)" : "[^\\x00-\\xff]";
    if (set.count() == 1 && !negated) {
      for (size_t byte = 0; byte < 256; ++byte) {
        if (set[byte]) return escaped(byte, kSpecial);
      }
    }
    return (negated ? "[^" : "[") + members(set) + "]";
  }

  // Of a concatenation, neighbours that can be folded are put behind one (?i:.
  std::string concat(const std::vector<RegexNode>& children, bool folded) {
    std::string out;
    for (size_t i = 0; i < children.size();) {
      size_t end = i, last = i, found = 0;
      while (!folded && end < children.size() && can_fold(children[end])) {
        const size_t here = pairs(children[end]);
        found += here;
        ++end;
        if (here > 0) last = end;
      }
      const bool starts_here = found >= kLeastFoldedPairs && pairs(children[i]) > 0;
      if (!starts_here) {
        out += atom(children[i], folded, /*in_row=*/true);
        ++i;
        continue;
      }
      out += "(?i:";
      for (; i < last; ++i) out += atom(children[i], true, true);
      out += ")";
    }
    return out;
  }

  // With parentheses where the place asks for them.
  std::string atom(const RegexNode& node, bool folded, bool in_row) {
    const bool is_plain_capture = node.kind == Kind::kCapture && node.group != group_;
    if (is_plain_capture) return atom(node.children.front(), folded, in_row);
    bool needs = node.kind == Kind::kAlternate ||
                 (!in_row && (node.kind == Kind::kConcat || node.kind == Kind::kRepeat ||
                              node.kind == Kind::kEmpty));
    if (needs && !folded && pairs(node) >= kLeastFoldedPairs && can_fold(node)) {
      return "(?i:" + text(node, true) + ")";
    }
    std::string inner = text(node, folded);
    return needs ? "(?:" + inner + ")" : inner;
  }

  std::string text(const RegexNode& node, bool folded) {
    switch (node.kind) {
      case Kind::kEmpty: return "";
      case Kind::kSet: return set_text(node.set, folded);
      case Kind::kAssertion: return node.text;
      case Kind::kConcat: return concat(node.children, folded);
      case Kind::kRepeat: return repeat(node, folded);
      case Kind::kCapture: {
        std::string inner = text(node.children.front(), folded);
        return node.group == group_ ? "(?P<" + std::string(name_) + ">" + inner + ")" : inner;
      }
      case Kind::kAlternate: {
        std::string out;
        for (const RegexNode& child : node.children) {
          if (&child != &node.children.front()) out += "|";
          // An alternation within a capture within this one is in the same row.
          out += child.kind == Kind::kConcat ? concat(child.children, folded)
                                             : atom(child, folded, true);
        }
        return out;
      }
    }
    return "";
  }

  std::string repeat(const RegexNode& node, bool folded) {
    const std::string child = atom(node.children.front(), folded, /*in_row=*/false);
    const char* lazy = node.lazy ? "?" : "";
    const bool bounded = node.most != RegexNode::kUnbounded;
    if (!bounded && node.least <= 1) return child + (node.least ? "+" : "*") + lazy;
    if (node.least == 0 && node.most == 1) return child + "?" + lazy;
    if (node.least == 1 && node.most == 1) return child;
    std::string out;
    uint32_t least = node.least;
    for (; least > kMostRepeats; least -= kMostRepeats) out += child + "{1000}";
    uint32_t optional = bounded ? node.most - node.least : 0;
    if (least + optional <= kMostRepeats) {
      out += child + "{" + std::to_string(least);
      if (!bounded) out += ",";
      if (optional > 0) out += "," + std::to_string(least + optional);
      return out + "}" + (bounded && optional == 0 ? "" : lazy);
    }
    if (least > 0) out += child + "{" + std::to_string(least) + "}";
    for (; optional > kMostRepeats; optional -= kMostRepeats) {
      out += child + "{0,1000}" + lazy;
    }
    return out + child + "{0," + std::to_string(optional) + "}" + lazy;
  }

  int group_;
  const char* name_;
};

}  // namespace

std::string print_regex(const RegexNode& node, int group, const char* name) {
  return Printer(group, name).print(node);
}

std::string print_literal(ByteView text) {
  std::string out;
  for (char c : text) out += escaped(static_cast<uint8_t>(c), kSpecial);
  return out;
}

}  // namespace straykey
