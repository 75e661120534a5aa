// SPDX-License-Identifier: Apache-2.0
// Recursive descent over the text of a pattern. Flags hold to the end of their group, as in
// all of these engines; with (?x) spaces and comments are skipped, within classes too.
//
// In Go's dialect a text is UTF-8: a character beyond ASCII becomes its bytes, and a class
// that names some becomes alternatives of byte sequences. A negated class takes any byte
// that is not excluded; on ASCII text, which credentials are, that is the same.
#include <algorithm>
#include <array>
#include <utility>

#include "scanner/signature/regex_tree.h"

namespace straykey {
namespace {

using Kind = RegexNode::Kind;

constexpr uint32_t kMostNested = 200;
constexpr uint32_t kMostRepeats = 100000;

struct Flags {
  bool fold = false;        // i
  bool dot_all = false;     // s
  bool multi_line = false;  // m
  bool ungreedy = false;    // U
  bool verbose = false;     // x
};

bool is_letter(unsigned byte) { return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z'; }

void add_range(ByteSet& set, unsigned first, unsigned last) {
  for (unsigned byte = first; byte <= last; ++byte) set.set(byte);
}

void fold(ByteSet& set) {
  for (unsigned byte = 'a'; byte <= 'z'; ++byte) {
    bool either = set[byte] || set[byte - 32];
    set[byte] = set[byte - 32] = either;
  }
}

RegexNode set_node(const ByteSet& set) {
  RegexNode node;
  node.kind = Kind::kSet;
  node.set = set;
  return node;
}

RegexNode assertion(const char* text) {
  RegexNode node;
  node.kind = Kind::kAssertion;
  node.text = text;
  return node;
}

RegexNode joined(Kind kind, std::vector<RegexNode> children) {
  if (children.size() == 1) return std::move(children.front());
  RegexNode node;
  const bool all_sets = std::all_of(children.begin(), children.end(),
                                    [](const RegexNode& c) { return c.kind == Kind::kSet; });
  if (kind == Kind::kAlternate && all_sets && !children.empty()) {  // (?:.|\n) is a set
    for (const RegexNode& child : children) node.set |= child.set;
    node.kind = Kind::kSet;
    return node;
  }
  node.kind = children.empty() ? Kind::kEmpty : kind;
  node.children = std::move(children);
  return node;
}

std::string utf8(uint32_t code_point) {
  std::string out;
  auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xc0 | code_point >> 6);
    put(0x80 | (code_point & 0x3f));
  } else if (code_point < 0x10000) {
    put(0xe0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3f));
    put(0x80 | (code_point & 0x3f));
  } else {
    put(0xf0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3f));
    put(0x80 | (code_point >> 6 & 0x3f));
    put(0x80 | (code_point & 0x3f));
  }
  return out;
}

// The byte sequences of the code points from `first` to `last`, which is at most U+10FFFF.
void add_sequences(uint32_t first, uint32_t last, std::vector<RegexNode>& out) {
  for (uint32_t limit : {0x7fu, 0x7ffu, 0xffffu}) {
    if (first <= limit && limit < last) {
      add_sequences(first, limit, out);
      return add_sequences(limit + 1, last, out);
    }
  }
  const size_t length = utf8(first).size();
  // Cut until all bytes but the first that differs run over their whole range.
  for (size_t i = 1; i < length; ++i) {
    const uint32_t mask = (1u << (6 * i)) - 1;
    if ((first & ~mask) == (last & ~mask)) continue;
    if ((first & mask) != 0) {
      add_sequences(first, first | mask, out);
      return add_sequences((first | mask) + 1, last, out);
    }
    if ((last & mask) != mask) {
      add_sequences(first, (last & ~mask) - 1, out);
      return add_sequences(last & ~mask, last, out);
    }
  }
  const std::string low = utf8(first), high = utf8(last);
  std::vector<RegexNode> sets;
  for (size_t i = 0; i < length; ++i) {
    ByteSet set;
    add_range(set, static_cast<uint8_t>(low[i]), static_cast<uint8_t>(high[i]));
    sets.push_back(set_node(set));
  }
  out.push_back(joined(Kind::kConcat, std::move(sets)));
}

// What a class or an escape stands for.
struct CharacterClass {
  ByteSet set;
  std::vector<std::pair<uint32_t, uint32_t>> beyond;  // code points from U+0080
};

struct NamedClass {
  ByteView name;
  std::array<std::pair<uint8_t, uint8_t>, 4> ranges;  // {1, 0} where there is none
};
constexpr std::pair<uint8_t, uint8_t> kNone{1, 0};
constexpr NamedClass kNamedClasses[] = {
    {"alnum", {{{'0', '9'}, {'A', 'Z'}, {'a', 'z'}, kNone}}},
    {"alpha", {{{'A', 'Z'}, {'a', 'z'}, kNone, kNone}}},
    {"ascii", {{{0, 0x7f}, kNone, kNone, kNone}}},
    {"blank", {{{'\t', '\t'}, {' ', ' '}, kNone, kNone}}},
    {"cntrl", {{{0, 0x1f}, {0x7f, 0x7f}, kNone, kNone}}},
    {"digit", {{{'0', '9'}, kNone, kNone, kNone}}},
    {"graph", {{{'!', '~'}, kNone, kNone, kNone}}},
    {"lower", {{{'a', 'z'}, kNone, kNone, kNone}}},
    {"print", {{{' ', '~'}, kNone, kNone, kNone}}},
    {"punct", {{{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}}},
    {"space", {{{'\t', '\r'}, {' ', ' '}, kNone, kNone}}},
    {"upper", {{{'A', 'Z'}, kNone, kNone, kNone}}},
    {"word", {{{'0', '9'}, {'A', 'Z'}, {'a', 'z'}, {'_', '_'}}}},
    {"xdigit", {{{'0', '9'}, {'A', 'F'}, {'a', 'f'}, kNone}}},
};

class Parser {
 public:
  Parser(ByteView text, RegexDialect dialect) : text_(text), dialect_(dialect) {}

  Result<RegexTree> parse(RegexFault* fault) {
    RegexTree tree;
    tree.root = alternation(Flags());
    if (!failed_ && at_ < text_.size()) fail("a ')' that closes nothing");
    if (failed_) {
      if (fault) *fault = fault_;
      return Error{fault_.what};
    }
    tree.groups = groups_;
    tree.differences = std::move(differences_);
    return tree;
  }

 private:
  bool at_end() const { return failed_ || at_ >= text_.size(); }
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool next_is(ByteView word) const { return text_.substr(at_, word.size()) == word; }
  bool take(ByteView word) {
    if (failed_ || !next_is(word)) return false;
    at_ += word.size();
    return true;
  }

  void fail(std::string what) { fail_at(at_, std::move(what)); }
  void fail_at(size_t offset, std::string what) {
    if (failed_) return;
    failed_ = true;
    fault_ = {offset, std::move(what)};
  }

  void differ(const std::string& clause) {
    if (std::find(differences_.begin(), differences_.end(), clause) == differences_.end()) {
      differences_.push_back(clause);
    }
  }

  void skip_spaces(const Flags& flags) {
    for (; !at_end(); ++at_) {
      const char c = peek();
      if (next_is("(?#")) {
        size_t end = text_.find(')', at_);
        if (end == ByteView::npos) return fail("a comment (?#...) that does not end");
        at_ = end;
      } else if (!flags.verbose) {
        return;
      } else if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size() - 1);
      } else if (ByteView(" \t\n\v\f\r").find(c) == ByteView::npos) {
        return;
      }
    }
  }

  // To the end of the group or of the text.
  RegexNode alternation(Flags flags) {
    if (++depth_ > kMostNested) fail("groups nested more than 200 deep");
    std::vector<RegexNode> branches, items;
    for (skip_spaces(flags); !at_end() && peek() != ')'; skip_spaces(flags)) {
      if (take("|")) {
        branches.push_back(joined(Kind::kConcat, std::exchange(items, {})));
        continue;
      }
      RegexNode item;
      if (!atom(flags, item)) continue;  // flags for the rest of the group
      items.push_back(quantified(std::move(item), flags));
    }
    branches.push_back(joined(Kind::kConcat, std::move(items)));
    --depth_;
    return joined(Kind::kAlternate, std::move(branches));
  }

  RegexNode quantified(RegexNode item, const Flags& flags) {
    for (;;) {
      skip_spaces(flags);
      if (at_end()) return item;
      const size_t start = at_;
      uint32_t least = 0, most = RegexNode::kUnbounded;
      if (take("*")) {
      } else if (take("+")) {
        least = 1;
      } else if (take("?")) {
        most = 1;
      } else if (peek() != '{' || !bounds(flags, least, most)) {
        return item;
      }
      if (item.kind == Kind::kRepeat && item.group == -1) {
        fail_at(start, "a repetition of a repetition; put the inner one into (?:...)");
        return item;
      }
      RegexNode repeat;
      repeat.kind = Kind::kRepeat;
      repeat.least = least;
      repeat.most = most;
      repeat.lazy = flags.ungreedy != take("?");
      if (!repeat.lazy && peek() == '+') {
        fail("a possessive repetition, which neither of our engines has");
        return item;
      }
      repeat.children.push_back(std::move(item));
      repeat.group = -1;  // fresh: another quantifier may not follow
      item = std::move(repeat);
    }
  }

  // {2} {2,} {2,5}; anything else is text.
  bool bounds(const Flags& flags, uint32_t& least, uint32_t& most) {
    size_t at = at_ + 1;
    auto skip = [&] {
      while (flags.verbose && at < text_.size() && text_[at] == ' ') ++at;
    };
    auto number = [&](uint32_t& out) {
      skip();
      size_t begin = at;
      uint64_t value = 0;
      while (at < text_.size() && text_[at] >= '0' && text_[at] <= '9') {
        value = std::min<uint64_t>(value * 10 + static_cast<uint64_t>(text_[at++] - '0'),
                                   kMostRepeats + 1);
      }
      out = static_cast<uint32_t>(value);
      bool has_digits = at > begin;
      skip();
      return has_digits;
    };
    if (!number(least)) return false;
    most = least;
    if (at < text_.size() && text_[at] == ',') {
      ++at;
      if (!number(most)) most = RegexNode::kUnbounded;
    }
    if (at >= text_.size() || text_[at] != '}') return false;
    if (least > kMostRepeats || (most != RegexNode::kUnbounded && most > kMostRepeats)) {
      fail("a repetition of more than 100000 times");
    }
    if (most < least) fail("a repetition that ends before it begins");
    at_ = at + 1;
    return true;
  }

  // False when what was read are flags or a comment.
  bool atom(Flags& flags, RegexNode& out) {
    const char c = peek();
    switch (c) {
      case '(': return group(flags, out);
      case '[': out = node_of(bracket(flags)); return true;
      case '.': {
        ++at_;
        ByteSet set;
        set.set();
        if (!flags.dot_all) set.reset('\n');
        out = set_node(set);
        return true;
      }
      case '^':
        ++at_;
        out = assertion(flags.multi_line ? "(?m:^)" : "\\A");
        return true;
      case '$':
        ++at_;
        out = assertion(flags.multi_line ? "(?m:$)" : "\\z");
        return true;
      case '*':
      case '+':
      case '?': fail("a repetition of nothing"); return true;
      case '\\': out = escape(flags); return true;
      default: break;
    }
    out = literal(code_point(), flags);
    return true;
  }

  bool group(Flags& flags, RegexNode& out) {
    const size_t open = at_;
    ++at_;
    Flags inner = flags;
    RegexNode capture;
    bool captures = true;
    if (take("?")) {
      if (take("P<") || (next_is("<") && peek(1) != '=' && peek(1) != '!' && take("<"))) {
        size_t end = std::min(text_.find('>', at_), text_.size());
        capture.text = std::string(text_.substr(at_, end - at_));
        at_ = std::min(end + 1, text_.size());
      } else if (next_is("=") || next_is("!") || next_is("<")) {
        fail_at(open, "look-around, which neither of our engines has");
        return true;
      } else if (next_is(">")) {
        fail_at(open, "an atomic group, which neither of our engines has");
        return true;
      } else {
        if (!read_flags(inner)) return true;
        captures = false;
        if (take(")")) {
          flags = inner;
          return false;
        }
        if (!take(":")) {
          fail("a group of an unknown kind");
          return true;
        }
      }
    }
    if (captures) capture.group = ++groups_;
    RegexNode child = alternation(inner);
    if (!take(")")) {
      fail_at(open, "a '(' that is not closed");
      return true;
    }
    if (!captures) {
      if (child.kind == Kind::kRepeat) child.group = 0;  // (?:a+)+ is fine
      out = std::move(child);
      return true;
    }
    capture.kind = Kind::kCapture;
    capture.children.push_back(std::move(child));
    out = std::move(capture);
    return true;
  }

  bool read_flags(Flags& flags) {
    bool value = true;
    for (; !at_end() && peek() != ')' && peek() != ':'; ++at_) {
      switch (peek()) {
        case '-': value = false; break;
        case 'i': flags.fold = value; break;
        case 's': flags.dot_all = value; break;
        case 'm': flags.multi_line = value; break;
        case 'U': flags.ungreedy = value; break;
        case 'u':  // bytes all the same
          if (dialect_ == RegexDialect::kRust) break;
          [[fallthrough]];
        case 'x':
          if (dialect_ == RegexDialect::kRust) {
            if (peek() == 'x') flags.verbose = value;
            break;
          }
          [[fallthrough]];
        default: fail("an unknown flag or kind of group"); return false;
      }
    }
    return true;
  }

  uint32_t code_point() {
    const auto lead = static_cast<uint8_t>(text_[at_]);
    size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    uint32_t value = lead < 0x80   ? lead
                     : lead < 0xe0 ? lead & 0x1fu
                     : lead < 0xf0 ? lead & 0x0fu
                                   : lead & 0x07u;
    for (size_t i = 1; i < length; ++i) {
      value = value << 6 | (static_cast<uint8_t>(peek(i)) & 0x3fu);
    }
    at_ = std::min(at_ + length, text_.size());
    return value;
  }

  RegexNode literal(uint32_t value, const Flags& flags) {
    CharacterClass one;
    add(one, value, value);
    return folded(std::move(one), flags);
  }

  // Of Rust's dialect a number from \x80 to \xff is a byte, of Go's a character.
  static void add(CharacterClass& out, uint32_t first, uint32_t last) {
    if (first < 0x80) add_range(out.set, first, std::min(last, 0x7fu));
    if (last >= 0x80) out.beyond.emplace_back(std::max(first, 0x80u), last);
  }

  RegexNode folded(CharacterClass members, const Flags& flags) {
    if (flags.fold) fold(members.set);
    return node_of(std::move(members));
  }

  static RegexNode node_of(CharacterClass members) {
    if (members.beyond.empty()) return set_node(members.set);
    std::vector<RegexNode> branches;
    if (members.set.any()) branches.push_back(set_node(members.set));
    std::sort(members.beyond.begin(), members.beyond.end());
    // Ranges that touch are one: the ends of a range are in the list by themselves, too.
    for (size_t i = 0; i < members.beyond.size();) {
      auto [first, last] = members.beyond[i++];
      while (i < members.beyond.size() && members.beyond[i].first <= last + 1) {
        last = std::max(last, members.beyond[i++].second);
      }
      add_sequences(first, last, branches);
    }
    return joined(Kind::kAlternate, std::move(branches));
  }

  RegexNode escape(const Flags& flags) {
    const size_t start = at_;
    switch (peek(1)) {
      case 'A': at_ += 2; return assertion("\\A");
      case 'z': at_ += 2; return assertion("\\z");
      case 'b':
      case 'B':
        if (peek(2) == '{') {
          fail("a word boundary with a direction, which neither of our engines has");
          return {};
        }
        at_ += 2;
        return assertion(text_[start + 1] == 'b' ? "\\b" : "\\B");
      case 'C': {
        at_ += 2;
        ByteSet any;
        any.set();
        return set_node(any);
      }
      case 'Q': {
        at_ += 2;
        const size_t end = std::min(text_.find("\\E", at_), text_.size());
        std::vector<RegexNode> items;
        while (at_ < end) items.push_back(literal(code_point(), flags));
        take("\\E");
        return joined(Kind::kConcat, std::move(items));
      }
      default: break;
    }
    CharacterClass members;
    read_escape(members, flags);
    return folded(std::move(members), flags);
  }

  // An escape that stands for characters; the single character where it is one.
  std::optional<uint32_t> read_escape(CharacterClass& out, const Flags& flags) {
    const size_t start = at_++;
    if (at_end()) {
      fail_at(start, "a '\\' at the end");
      return std::nullopt;
    }
    const char c = text_[at_++];
    auto one = [&](uint32_t value) -> std::optional<uint32_t> {
      add(out, value, value);
      return value;
    };
    auto named = [&](ByteView name, bool negated) {
      ByteSet set = named_class(name);
      // \s of Go has no vertical tab; [[:space:]] has.
      if (name == "space" && dialect_ == RegexDialect::kGo) set.reset('\v');
      out.set |= negated ? ~set : set;
      return std::nullopt;
    };
    switch (c) {
      case 'd':
      case 'D': return named("digit", c == 'D');
      case 's':
      case 'S': return named("space", c == 'S');
      case 'w':
      case 'W': return named("word", c == 'W');
      case 'a': return one(7);
      case 'f': return one('\f');
      case 't': return one('\t');
      case 'n': return one('\n');
      case 'r': return one('\r');
      case 'v': return one('\v');
      case 'p':
      case 'P': unicode_class(start, c == 'P', out); return std::nullopt;
      case 'x':
      case 'u':
      case 'U': return hex_escape(start, c, out);
      default: break;
    }
    if (c >= '0' && c <= '7') {
      // Go takes \0 to \377 but for \1 to \9 alone, which would be back-references.
      uint32_t value = static_cast<uint32_t>(c - '0');
      size_t digits = 1;
      for (; digits < 3 && peek() >= '0' && peek() <= '7'; ++digits, ++at_) {
        value = value * 8 + static_cast<uint32_t>(peek() - '0');
      }
      if (c != '0' && digits == 1) {
        fail_at(start, "a back-reference, which neither of our engines has");
        return std::nullopt;
      }
      return one(value);
    }
    const auto byte = static_cast<uint8_t>(c);
    if (is_letter(byte) || (c >= '8' && c <= '9')) {
      fail_at(start, std::string("the escape \\") + c + ", which is not known here");
      return std::nullopt;
    }
    if (byte >= 0x80) {
      --at_;
      return one(code_point());
    }
    (void)flags;
    return one(byte);
  }

  std::optional<uint32_t> hex_escape(size_t start, char kind, CharacterClass& out) {
    uint32_t value = 0;
    size_t digits = 0;
    const bool braces = take("{");
    const size_t wanted = braces ? 8 : kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
    for (; digits < wanted && !at_end(); ++digits, ++at_) {
      const char d = static_cast<char>(peek() | 0x20);
      if (peek() >= '0' && peek() <= '9') {
        value = value << 4 | static_cast<uint32_t>(peek() - '0');
      } else if (d >= 'a' && d <= 'f') {
        value = value << 4 | static_cast<uint32_t>(d - 'a' + 10);
      } else {
        break;
      }
    }
    if (digits == 0 || (braces ? !take("}") : digits != wanted) || value > 0x10ffff) {
      fail_at(start, "an escape with hex digits that is not whole");
      return std::nullopt;
    }
    if (value >= 0x80 && value <= 0xff && kind == 'x' && dialect_ == RegexDialect::kRust) {
      out.set.set(value);  // a byte
      return value;
    }
    add(out, value, value);
    return value;
  }

  void unicode_class(size_t start, bool negated, CharacterClass& out) {
    std::string name;
    if (take("{")) {
      while (!at_end() && peek() != '}') name += text_[at_++];
      if (!take("}")) return fail_at(start, "a Unicode class that is not closed");
    } else if (!at_end()) {
      name = text_[at_++];
    }
    if (name.starts_with('^')) {
      negated = !negated;
      name.erase(0, 1);
    }
    ByteSet set;
    if (name == "L" || name == "Letter" || name == "Alphabetic") {
      set = named_class("alpha");
    } else if (name == "Lu" || name == "Uppercase") {
      set = named_class("upper");
    } else if (name == "Ll" || name == "Lowercase") {
      set = named_class("lower");
    } else if (name == "N" || name == "Nd" || name == "Number") {
      set = named_class("digit");
    } else if (name == "P" || name == "S") {
      set = named_class("punct");
    } else if (name == "Z" || name == "Zs") {
      set = named_class("blank");
    } else {
      return fail_at(start, "the Unicode class \\p{" + name + "}");
    }
    if (negated) set = ~set;
    add_range(set, 0x80, 0xff);
    out.set |= set;
    differ("the Unicode class \\p{" + name + "} takes every byte of characters beyond ASCII");
  }

  static ByteSet named_class(ByteView name) {
    ByteSet set;
    for (const NamedClass& known : kNamedClasses) {
      if (known.name != name) continue;
      for (auto [first, last] : known.ranges) add_range(set, first, last);
    }
    return set;
  }

  CharacterClass bracket(const Flags& flags) {
    const size_t open = at_;
    ++at_;
    const bool negated = take("^");
    CharacterClass members;
    auto skip = [&] {
      if (dialect_ == RegexDialect::kRust) skip_spaces(flags);
    };
    skip();
    bool is_first = true;
    for (;; is_first = false, skip()) {
      if (at_end()) {
        fail_at(open, "a '[' that is not closed");
        return members;
      }
      if (peek() == ']' && !is_first) break;
      if (take("[:")) {
        read_named(open, members);
        continue;
      }
      if (dialect_ == RegexDialect::kRust && peek() == '[') {
        if (++depth_ > kMostNested) fail("classes nested more than 200 deep");
        CharacterClass inner = bracket(flags);
        --depth_;
        members.set |= inner.set;
        members.beyond.insert(members.beyond.end(), inner.beyond.begin(), inner.beyond.end());
        continue;
      }
      if (dialect_ == RegexDialect::kRust &&
          (next_is("&&") || next_is("--") || next_is("~~"))) {
        fail("an intersection or difference of classes");
        return members;
      }
      std::optional<uint32_t> first = member(members, flags);
      if (!first) continue;
      skip();
      if (peek() != '-' || peek(1) == ']' || peek(1) == '\0') continue;
      const size_t dash = at_++;
      skip();
      std::optional<uint32_t> last = member(members, flags);
      if (!last || *last < *first) {
        fail_at(dash, "a range of a class that ends before it begins");
        return members;
      }
      if (*last > 0xff || dialect_ == RegexDialect::kGo) {
        add(members, *first, *last);
      } else {
        add_range(members.set, *first, *last);
      }
    }
    ++at_;
    if (flags.fold) fold(members.set);
    if (!negated) return members;
    if (!members.beyond.empty()) {
      differ("a negated class takes bytes of the characters beyond ASCII that it excludes");
      members.beyond.clear();
    }
    members.set = ~members.set;
    return members;
  }

  // One character, or a class by its escape.
  std::optional<uint32_t> member(CharacterClass& out, const Flags& flags) {
    if (at_end()) return std::nullopt;
    if (peek() == '\\' && peek(1) == 'b') {
      fail("a word boundary within a class");
      return std::nullopt;
    }
    if (peek() == '\\') return read_escape(out, flags);
    const uint32_t value = code_point();
    add(out, value, value);
    return value;
  }

  void read_named(size_t open, CharacterClass& out) {
    const bool negated = take("^");
    const size_t end = text_.find(":]", at_);
    const ByteView name = end == ByteView::npos ? ByteView() : text_.substr(at_, end - at_);
    const ByteSet set = named_class(name);
    if (set.none()) return fail_at(open, "an unknown class in [: and :]");
    out.set |= negated ? ~set : set;
    at_ = end + 2;
  }

  ByteView text_;
  RegexDialect dialect_;
  size_t at_ = 0;
  int groups_ = 0;
  uint32_t depth_ = 0;
  bool failed_ = false;
  RegexFault fault_;
  std::vector<std::string> differences_;
};

}  // namespace

Result<RegexTree> parse_regex(ByteView text, RegexDialect dialect, RegexFault* fault) {
  return Parser(text, dialect).parse(fault);
}

}  // namespace straykey
