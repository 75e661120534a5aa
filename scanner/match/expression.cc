// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/expression.h"

#include <algorithm>
#include <utility>

namespace straykey {
namespace {

using Kind = Expression::Kind;
constexpr uint32_t kNoBound = Expression::kNoBound;
constexpr uint32_t kMostRepeats = 1000;  // RE2 takes no more
constexpr int kDeepest = 100;

uint32_t add(uint32_t a, uint32_t b) { return a > kNoBound - b ? kNoBound : a + b; }
uint32_t times(uint32_t a, uint32_t b) {
  if (a == 0 || b == 0) return 0;
  return a > kNoBound / b ? kNoBound : a * b;
}

Expression of_class(const ByteSet& set) { return {Kind::kClass, set, {}, 0, 0, false}; }
Expression of_parts(Kind kind, std::vector<Expression> parts) {
  if (parts.size() == 1) return std::move(parts[0]);
  return {kind, {}, std::move(parts), 0, 0, false};
}
Expression of_repeat(Expression part, uint32_t least, uint32_t most) {
  if (least == 1 && most == 1) return part;
  const bool in_secret = part.in_secret;
  std::vector<Expression> parts;
  parts.push_back(std::move(part));
  return {Kind::kRepeat, {}, std::move(parts), least, most, in_secret};
}

void mark_as_secret(Expression& expression) {
  expression.in_secret = true;
  for (Expression& part : expression.parts) mark_as_secret(part);
}

void add_range(ByteSet& set, int first, int last) {
  for (int byte = first; byte <= last; ++byte) set.set(static_cast<size_t>(byte));
}

bool is_letter(size_t byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

ByteSet folded(ByteSet set) {
  for (size_t byte = 'A'; byte <= 'Z'; ++byte) {
    if (set.test(byte) || set.test(byte | 0x20)) set.set(byte).set(byte | 0x20);
  }
  return set;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Recursive descent. Every function gives nothing once something is not understood.
class Parser {
 public:
  explicit Parser(ByteView text) : text_(text) {}

  std::optional<Expression> all() {
    auto parsed = alternatives(0);
    if (!parsed || at_ != text_.size()) return std::nullopt;
    return parsed;
  }

 private:
  struct Flags {
    bool fold = false;
    bool dot_is_all = false;
  };

  bool done() const { return at_ == text_.size(); }
  bool next_is(char c) const { return !done() && text_[at_] == c; }
  bool take(ByteView word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  // Up to the ')' of the group, which stays. Flags that are set within hold to its end.
  std::optional<Expression> alternatives(int depth) {
    if (depth > kDeepest) return std::nullopt;
    Flags outer = flags_;
    std::vector<Expression> choices;
    do {
      auto choice = sequence(depth);
      if (!choice) return std::nullopt;
      choices.push_back(*std::move(choice));
    } while (take("|"));
    flags_ = outer;
    return of_parts(Kind::kAlternate, std::move(choices));
  }

  std::optional<Expression> sequence(int depth) {
    std::vector<Expression> parts;
    while (!done() && !next_is('|') && !next_is(')')) {
      auto part = atom(depth);
      if (!part) return std::nullopt;
      part = repeated(*std::move(part));
      if (!part) return std::nullopt;
      parts.push_back(*std::move(part));
    }
    return of_parts(Kind::kConcat, std::move(parts));
  }

  std::optional<Expression> atom(int depth) {
    const char c = text_[at_++];
    switch (c) {
      case '(': return group(depth);
      case '[': return bracket();
      case '\\': return escape();
      case '^':
      case '$': return Expression();
      case '*':
      case '+':
      case '?': return std::nullopt;
      case '.': {
        ByteSet set;
        set.set();
        if (!flags_.dot_is_all) set.reset('\n');
        return of_class(set);
      }
      default: return literal(static_cast<uint8_t>(c));
    }
  }

  std::optional<Expression> literal(uint8_t byte) {
    // Letters beyond ASCII have cases, too, and this parser knows none of them.
    if (flags_.fold && byte >= 0x80) return std::nullopt;
    ByteSet set;
    set.set(byte);
    return of_class(flags_.fold ? folded(set) : set);
  }

  std::optional<Expression> group(int depth) {
    Flags outer = flags_;
    bool is_secret = false;
    if (take("?")) {
      if (take("P<") || take("<")) {
        const size_t end = text_.find('>', at_);
        if (end == ByteView::npos || next_is('=') || next_is('!')) return std::nullopt;
        is_secret = text_.substr(at_, end - at_) == "secret";
        at_ = end + 1;
      } else {
        bool on = true;
        for (; !done() && !next_is(':') && !next_is(')'); ++at_) {
          switch (text_[at_]) {
            case '-': on = false; break;
            case 'i': flags_.fold = on; break;
            case 's': flags_.dot_is_all = on; break;
            case 'm':
            case 'U': break;  // where a line ends, and greed, do not matter here
            default: return std::nullopt;
          }
        }
        if (take(")")) return Expression();  // to the end of the group around it
        if (!take(":")) return std::nullopt;
      }
    }
    auto inner = alternatives(depth + 1);
    flags_ = outer;
    if (!inner || !take(")")) return std::nullopt;
    if (is_secret) mark_as_secret(*inner);
    return inner;
  }

  // \d \w \s and their opposites.
  std::optional<ByteSet> shorthand(char c, bool widen) const {
    ByteSet set;
    switch (c | 0x20) {
      case 'd': add_range(set, '0', '9'); break;
      case 'w':
        add_range(set, '0', '9');
        add_range(set, 'a', 'z');
        add_range(set, 'A', 'Z');
        set.set('_');
        break;
      case 's':
        for (char space : {' ', '\t', '\n', '\f', '\r'}) set.set(static_cast<size_t>(space));
        if (widen && c == 's') set.set('\v');
        break;
      default: return std::nullopt;
    }
    return c & 0x20 ? set : ~set;
  }

  std::optional<uint8_t> escaped_byte() {
    if (done()) return std::nullopt;
    const char c = text_[at_++];
    switch (c) {
      case 'n': return '\n';
      case 't': return '\t';
      case 'r': return '\r';
      case 'f': return '\f';
      case 'v': return '\v';
      case 'x': {
        if (text_.size() - at_ < 2) return std::nullopt;
        const int high = hex_digit(text_[at_]), low = hex_digit(text_[at_ + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        at_ += 2;
        return static_cast<uint8_t>(16 * high + low);
      }
      default: break;
    }
    if (is_letter(static_cast<uint8_t>(c)) || (c >= '0' && c <= '9')) return std::nullopt;
    return static_cast<uint8_t>(c);
  }

  std::optional<Expression> escape() {
    if (done()) return std::nullopt;
    if (ByteView("bBAz").find(text_[at_]) != ByteView::npos) {
      ++at_;
      return Expression();
    }
    if (auto set = shorthand(text_[at_], true)) {
      ++at_;
      return of_class(*set);
    }
    auto byte = escaped_byte();
    if (!byte) return std::nullopt;
    return literal(*byte);
  }

  std::optional<Expression> bracket() {
    const bool negated = take("^");
    ByteSet set;
    for (bool first = true; first || !next_is(']'); first = false) {
      if (done() || text_.substr(at_, 2) == "[:") return std::nullopt;
      uint8_t low = static_cast<uint8_t>(text_[at_++]);
      if (low == '\\') {
        if (done()) return std::nullopt;
        if (auto some = shorthand(text_[at_], !negated)) {
          ++at_;
          set |= *some;
          continue;
        }
        auto byte = escaped_byte();
        if (!byte) return std::nullopt;
        low = *byte;
      }
      uint8_t high = low;
      if (next_is('-') && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
        ++at_;
        high = static_cast<uint8_t>(text_[at_++]);
        if (high == '\\') {
          auto byte = escaped_byte();
          if (!byte) return std::nullopt;
          high = *byte;
        }
        if (high < low) return std::nullopt;
      }
      if (flags_.fold && high >= 0x80) return std::nullopt;
      add_range(set, low, high);
    }
    ++at_;
    if (flags_.fold) set = folded(set);
    if (negated) set.flip();
    if (set.none()) return std::nullopt;
    return of_class(set);
  }

  std::optional<uint32_t> number() {
    uint32_t value = 0;
    const size_t begin = at_;
    for (; !done() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      value = 10 * value + static_cast<uint32_t>(text_[at_] - '0');
      if (value > kMostRepeats) return std::nullopt;
    }
    if (at_ == begin) return std::nullopt;
    return value;
  }

  std::optional<Expression> repeated(Expression part) {
    for (int times = 0; !done(); ++times) {
      uint32_t least = 0, most = kNoBound;
      if (take("*")) {
      } else if (take("+")) {
        least = 1;
      } else if (take("?")) {
        most = 1;
      } else if (take("{")) {
        auto low = number();
        if (!low) return std::nullopt;
        least = most = *low;
        if (take(",")) {
          most = kNoBound;
          if (!next_is('}')) {
            auto high = number();
            if (!high || *high < least) return std::nullopt;
            most = *high;
          }
        }
        if (!take("}")) return std::nullopt;
      } else {
        break;
      }
      if (times > 0) return std::nullopt;
      take("?");  // lazy
      part = of_repeat(std::move(part), least, most);
    }
    return part;
  }

  ByteView text_;
  size_t at_ = 0;
  Flags flags_;
};

void open_groups(const Expression& expression, std::vector<Expression>& out) {
  if (expression.kind != Kind::kConcat) {
    out.push_back(expression);
    return;
  }
  for (const Expression& part : expression.parts) open_groups(part, out);
}

void append_byte(std::string& out, size_t byte) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += "\\x";
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

void append(std::string& out, const Expression& expression) {
  switch (expression.kind) {
    case Kind::kClass:
      if (expression.set.count() == 1) {
        append_byte(out, expression.set._Find_first());
        break;
      }
      out += '[';
      for (size_t first = 0; first < 256; ++first) {
        if (!expression.set.test(first)) continue;
        size_t last = first;
        while (last < 255 && expression.set.test(last + 1)) ++last;
        append_byte(out, first);
        if (last > first) {
          out += '-';
          append_byte(out, last);
        }
        first = last;
      }
      out += ']';
      break;
    case Kind::kConcat:
      for (const Expression& part : expression.parts) append(out, part);
      break;
    case Kind::kAlternate:
      out += "(?:";
      for (size_t i = 0; i < expression.parts.size(); ++i) {
        if (i > 0) out += '|';
        append(out, expression.parts[i]);
      }
      out += ')';
      break;
    case Kind::kRepeat:
      out += "(?:";
      append(out, expression.parts[0]);
      out += "){" + std::to_string(expression.least) + ",";
      if (expression.most != kNoBound) out += std::to_string(expression.most);
      out += '}';
      break;
  }
}

}  // namespace

uint32_t Expression::least_width() const {
  uint32_t width = 0;
  switch (kind) {
    case Kind::kClass: return 1;
    case Kind::kConcat:
      for (const Expression& part : parts) width = add(width, part.least_width());
      return width;
    case Kind::kAlternate:
      width = kNoBound;
      for (const Expression& part : parts) width = std::min(width, part.least_width());
      return width;
    case Kind::kRepeat: return times(parts[0].least_width(), least);
  }
  return 0;
}

uint32_t Expression::most_newlines() const {
  uint64_t count = 0;
  switch (kind) {
    case Kind::kClass:
      count = set.test('\n') ? 1 : 0;
      break;
    case Kind::kConcat:
      for (const Expression& part : parts) count += part.most_newlines();
      break;
    case Kind::kAlternate:
      for (const Expression& part : parts) {
        count = std::max<uint64_t>(count, part.most_newlines());
      }
      break;
    case Kind::kRepeat:
      count = uint64_t{parts[0].most_newlines()} * most;
      break;
  }
  return static_cast<uint32_t>(std::min<uint64_t>(count, kNoBound));
}

uint32_t Expression::most_width() const {
  uint32_t width = 0;
  switch (kind) {
    case Kind::kClass: return 1;
    case Kind::kConcat:
      for (const Expression& part : parts) width = add(width, part.most_width());
      return width;
    case Kind::kAlternate:
      for (const Expression& part : parts) width = std::max(width, part.most_width());
      return width;
    case Kind::kRepeat: return times(parts[0].most_width(), most);
  }
  return 0;
}

std::optional<Expression> parse_expression(ByteView text) { return Parser(text).all(); }

std::vector<Expression> elements(const Expression& expression) {
  std::vector<Expression> out;
  open_groups(expression, out);
  return out;
}

namespace {

bool holds_secret(const Expression& expression) {
  return expression.in_secret ||
         std::any_of(expression.parts.begin(), expression.parts.end(), holds_secret);
}

}  // namespace

Expression before_secret(const Expression& expression) {
  std::vector<Expression> row = elements(expression);
  row.erase(std::find_if(row.begin(), row.end(), holds_secret), row.end());
  return of_parts(Kind::kConcat, std::move(row));
}

Expression trimmed(Expression expression) {
  switch (expression.kind) {
    case Kind::kClass: break;
    case Kind::kConcat:
      expression.parts = elements(expression);
      while (!expression.parts.empty()) {
        expression.parts.back() = trimmed(std::move(expression.parts.back()));
        if (expression.parts.back().most_width() > 0) break;
        expression.parts.pop_back();
      }
      break;
    case Kind::kAlternate: {
      for (Expression& part : expression.parts) part = trimmed(std::move(part));
      // Where one choice is empty, none needs to be there.
      for (const Expression& part : expression.parts) {
        if (part.most_width() == 0) return Expression();
      }
      break;
    }
    case Kind::kRepeat:
      if (expression.least == 0) return Expression();
      expression.most = expression.least;
      break;
  }
  return expression;
}

Expression beginning(const Expression& expression, uint32_t limit) {
  if (expression.most_width() <= limit) return trimmed(expression);
  switch (expression.kind) {
    case Kind::kClass: return Expression();  // limit is 0
    case Kind::kConcat: {
      std::vector<Expression> taken;
      uint32_t width = 0;
      for (const Expression& part : elements(expression)) {
        const uint32_t more = part.most_width();
        if (more > limit - width) {
          taken.push_back(beginning(part, limit - width));
          break;
        }
        width += more;
        taken.push_back(part);
      }
      return trimmed(of_parts(Kind::kConcat, std::move(taken)));
    }
    case Kind::kAlternate: {
      std::vector<Expression> choices;
      for (const Expression& part : expression.parts) {
        choices.push_back(beginning(part, limit));
      }
      Expression cut = of_parts(Kind::kAlternate, std::move(choices));
      cut.in_secret = expression.in_secret;
      return trimmed(std::move(cut));
    }
    case Kind::kRepeat: {
      const uint32_t one = expression.parts[0].most_width();
      if (one == 0 || expression.least == 0) return Expression();
      const uint32_t whole = std::min(expression.least, limit / one);
      std::vector<Expression> taken;
      if (whole > 0) taken.push_back(of_repeat(expression.parts[0], whole, whole));
      if (whole < expression.least) {
        taken.push_back(beginning(expression.parts[0], limit - whole * one));
      }
      return trimmed(of_parts(Kind::kConcat, std::move(taken)));
    }
  }
  return Expression();
}

std::string print(const Expression& expression) {
  std::string out;
  append(out, expression);
  return out;
}

}  // namespace straykey
