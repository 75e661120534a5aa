// SPDX-License-Identifier: Apache-2.0
// gitignore patterns, compiled to tokens and matched without recursion.
//
// A pattern is a row of tokens that take one byte each, with stars between them that take
// any number. The usual matcher tries all lengths for every star, which is exponential:
// "*a*a*a*a*b" against "aaaaaaaaaaaaaaaa" is how a scanner is brought to a halt. It is
// enough to remember two stars:
//
//   the last '*'   When what follows it fits nowhere in this path component, an earlier
//                  '*' of the component cannot help: it would only start the search later.
//   the last '**'  The same with whole folders. It stands between two '/', so it is tried
//                  at the starts of components only.
//
// Tokens of a component cannot outnumber its bytes and still match, so the work for one
// path of n bytes is at most in the order of n * n, with no memory taken.
//
// A .gitignore of a large project has hundreds of lines, nearly all of them names or
// "*.ending". A file name can match few of these, and which ones is looked up; the last of all
// lines that match has the word.
//
// Where git's code and its manual differ, this follows the manual. One case is known:
// before git 2.52, "a**/b" was also taken for "a", any folders, "b"; the manual (and git
// since) calls the two stars a usual '*' there, because no '/' stands before them.
#include "scanner/source/ignore.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace straykey {
namespace {

// A longer line is dropped: no path of any system is so long that it could match.
constexpr size_t kMaxPatternBytes = 64u << 10;

// Looking up is not worth its while for fewer.
constexpr size_t kFewPatterns = 8;

constexpr std::string_view kSpecial = "*?[\\";

ByteView last_component(ByteView path) { return path.substr(path.rfind('/') + 1); }

bool is_between(unsigned char c, unsigned char first, unsigned char last) {
  return c >= first && c <= last;
}

// The classes of wildmatch.c: of ASCII, independent of any locale. Space is what git calls
// space, without vertical tab and form feed.
bool is_in_named_class(ByteView name, unsigned char c, bool& is_known) {
  bool upper = is_between(c, 'A', 'Z');
  bool lower = is_between(c, 'a', 'z');
  bool digit = is_between(c, '0', '9');
  bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
  bool graph = is_between(c, '!', '~');
  is_known = true;
  if (name == "alnum") return upper || lower || digit;
  if (name == "alpha") return upper || lower;
  if (name == "blank") return c == ' ' || c == '\t';
  if (name == "cntrl") return c < 32 || c == 127;
  if (name == "digit") return digit;
  if (name == "graph") return graph;
  if (name == "lower") return lower;
  if (name == "print") return graph || c == ' ';
  if (name == "punct") return graph && !upper && !lower && !digit;
  if (name == "space") return space;
  if (name == "upper") return upper;
  if (name == "xdigit") return digit || is_between(c, 'A', 'F') || is_between(c, 'a', 'f');
  is_known = false;
  return false;
}

// Reads the class whose '[' is at `at` and leaves `at` on its ']'. False when it has no
// end or names a class that does not exist: then it can match nothing. The order of the
// cases is git's, down to what "[]-a]", "[a-]" and "[[:]" mean.
bool read_class(ByteView pattern, size_t& at, std::bitset<256>& members) {
  auto byte_at = [&](size_t i) {
    return static_cast<unsigned char>(i < pattern.size() ? pattern[i] : '\0');
  };
  unsigned char c = byte_at(++at);
  bool is_negated = c == '!' || c == '^';
  if (is_negated) c = byte_at(++at);
  unsigned char previous = 0;  // where a range can begin; 0 where it cannot
  do {
    if (c == 0) return false;
    if (c == '\\') {
      c = byte_at(++at);
      if (c == 0) return false;
      members.set(c);
    } else if (c == '-' && previous != 0 && byte_at(at + 1) != 0 && byte_at(at + 1) != ']') {
      c = byte_at(++at);
      if (c == '\\') c = byte_at(++at);
      if (c == 0) return false;
      for (unsigned i = previous; i <= c; ++i) members.set(i);
      c = 0;
    } else if (c == '[' && byte_at(at + 1) == ':') {
      size_t name = at + 2;
      size_t end = pattern.find(']', name);
      if (end == ByteView::npos) return false;
      if (end == name || pattern[end - 1] != ':') {
        members.set('[');
      } else {
        bool is_known = true;
        ByteView word = pattern.substr(name, end - 1 - name);
        for (unsigned i = 1; i < 256; ++i) {
          if (is_in_named_class(word, static_cast<unsigned char>(i), is_known)) members.set(i);
        }
        if (!is_known) return false;
        at = end;
        c = 0;
      }
    } else {
      members.set(c);
    }
    previous = c;
    c = byte_at(++at);
  } while (c != ']');
  if (is_negated) members.flip();
  members.reset('/');
  return true;
}

// Spaces at the end do not count unless a backslash stands before them.
ByteView without_trailing_spaces(ByteView line) {
  size_t end = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ' ') continue;
    if (line[i] == '\\' && ++i == line.size()) return line;
    end = i + 1;
  }
  return line.substr(0, end);
}

}  // namespace

IgnoreRules IgnoreRules::parse(ByteView text) {
  constexpr ByteView kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    text.remove_prefix(kByteOrderMark.size());
  }
  IgnoreRules rules;
  while (!text.empty()) {
    size_t end = text.find('\n');
    ByteView line = text.substr(0, end);
    text.remove_prefix(end == ByteView::npos ? text.size() : end + 1);
    rules.add(line);
  }
  if (rules.patterns_.size() > kFewPatterns) rules.sort_by_name();
  return rules;
}

void IgnoreRules::sort_by_name() {
  for (size_t i = patterns_.size(); i-- > 0;) {
    const Pattern& pattern = patterns_[i];
    ByteView text = pattern.text;
    size_t dot = text.rfind('.');
    auto place = static_cast<uint32_t>(i);
    if (pattern.shape == Shape::kLiteral) {
      by_name_[std::string(last_component(text))].push_back(place);
    } else if (pattern.shape == Shape::kSuffix && dot != ByteView::npos) {
      by_ending_[std::string(text.substr(dot))].push_back(place);
    } else {
      any_name_.push_back(place);
    }
  }
}

void IgnoreRules::add(ByteView line) {
  if (line.size() > kMaxPatternBytes || (!line.empty() && line[0] == '#')) return;
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  line = without_trailing_spaces(line.substr(0, line.find('\0')));

  Pattern pattern;
  if (!line.empty() && line[0] == '!') {
    pattern.keep = true;
    line.remove_prefix(1);
  }
  if (!line.empty() && line.back() == '/') {
    pattern.folders_only = true;
    line.remove_suffix(1);
  }
  pattern.any_folder = line.find('/') == ByteView::npos;
  if (!line.empty() && line[0] == '/') line.remove_prefix(1);
  if (line.empty()) return;

  if (line.find_first_of(kSpecial) == ByteView::npos) {
    pattern.text = line;
  } else if (pattern.any_folder && line[0] == '*' &&
             line.find_first_of(kSpecial, 1) == ByteView::npos) {
    pattern.shape = Shape::kSuffix;
    pattern.text = line.substr(1);
  } else {
    pattern.shape = Shape::kWild;
    if (!compile(line, pattern.tokens)) return;
  }
  patterns_.push_back(std::move(pattern));
}

bool IgnoreRules::compile(ByteView pattern, std::vector<Token>& tokens) {
  auto byte_at = [&](size_t i) { return i < pattern.size() ? pattern[i] : '\0'; };
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '?') {
      tokens.push_back({Token::kAnyByte});
    } else if (pattern[i] == '[') {
      Class members;
      if (!read_class(pattern, i, members)) return false;
      tokens.push_back({Token::kClass, 0, static_cast<uint32_t>(classes_.size())});
      classes_.push_back(members);
    } else if (pattern[i] == '*') {
      bool after_slash = i == 0 || pattern[i - 1] == '/';
      size_t first = i;
      while (byte_at(i + 1) == '*') ++i;
      char next = byte_at(i + 1);
      bool before_slash = next == '/' || (next == '\\' && byte_at(i + 2) == '/');
      if (i == first || !after_slash || !(before_slash || next == '\0')) {
        tokens.push_back({Token::kStar});
      } else if (next == '/') {
        tokens.push_back({Token::kFolders});
        ++i;
      } else {
        tokens.push_back({Token::kDeep});
      }
    } else {
      if (pattern[i] == '\\' && ++i == pattern.size()) return false;
      tokens.push_back({Token::kByte, pattern[i]});
    }
  }
  return true;
}

bool IgnoreRules::matches_tokens(const std::vector<Token>& tokens, ByteView text) const {
  constexpr size_t kNone = ByteView::npos;
  size_t token = 0, at = 0;
  // Behind which token, and how far it reaches so far.
  size_t star = kNone, star_end = 0;
  size_t deep = kNone, deep_end = 0;
  for (;;) {
    if (token == tokens.size()) {
      if (at == text.size()) return true;
    } else if (tokens[token].kind == Token::kStar) {
      star = ++token;
      star_end = at;
      continue;
    } else if (tokens[token].kind == Token::kDeep || tokens[token].kind == Token::kFolders) {
      deep = ++token;
      deep_end = at;
      star = kNone;
      if (token == tokens.size() && tokens[token - 1].kind == Token::kDeep) return true;
      continue;
    } else if (at < text.size()) {
      const Token& expected = tokens[token];
      char byte = text[at];
      bool fits = expected.kind == Token::kByte ? byte == expected.byte
                  : expected.kind == Token::kAnyByte
                      ? byte != '/'
                      : classes_[expected.index].test(static_cast<unsigned char>(byte));
      if (fits) {
        ++token;
        ++at;
        continue;
      }
    }
    if (star != kNone && star_end < text.size() && text[star_end] != '/') {
      at = ++star_end;
      token = star;
    } else if (deep != kNone) {
      size_t slash = text.find('/', deep_end);
      if (slash == ByteView::npos) return false;
      // "**/" ends behind the slash. "**" ends before it, and what follows takes it; the
      // slash that it already ends at does not count.
      if (tokens[deep - 1].kind == Token::kFolders) {
        deep_end = slash + 1;
      } else {
        if (slash == deep_end) slash = text.find('/', deep_end + 1);
        if (slash == ByteView::npos) return false;
        deep_end = slash;
      }
      at = deep_end;
      token = deep;
      star = kNone;
    } else {
      return false;
    }
  }
}

bool IgnoreRules::matches(const Pattern& pattern, ByteView path, ByteView name,
                          bool is_folder) const {
  if (pattern.folders_only && !is_folder) return false;
  ByteView text = pattern.any_folder ? name : path;
  switch (pattern.shape) {
    case Shape::kLiteral: return text == pattern.text;
    case Shape::kSuffix: return text.ends_with(pattern.text);
    case Shape::kWild: break;
  }
  return matches_tokens(pattern.tokens, text);
}

IgnoreRules::Verdict IgnoreRules::match(ByteView path, bool is_folder) const {
  ByteView name = last_component(path);
  size_t best = 0;  // behind the last pattern that matches
  auto look = [&](const std::vector<uint32_t>& places) {
    for (uint32_t place : places) {
      if (place < best) return;
      if (matches(patterns_[place], path, name, is_folder)) best = place + size_t{1};
    }
  };
  if (patterns_.size() > kFewPatterns) {
    auto named = by_name_.find(name);
    if (named != by_name_.end()) look(named->second);
    size_t dot = name.rfind('.');
    if (dot != ByteView::npos) {
      auto ending = by_ending_.find(name.substr(dot));
      if (ending != by_ending_.end()) look(ending->second);
    }
    look(any_name_);
  } else {
    for (size_t i = patterns_.size(); best == 0 && i-- > 0;) {
      if (matches(patterns_[i], path, name, is_folder)) best = i + 1;
    }
  }
  if (best == 0) return Verdict::kNone;
  return patterns_[best - 1].keep ? Verdict::kKeep : Verdict::kIgnore;
}

bool IgnoreRules::excludes(ByteView path, bool is_folder) const {
  if (patterns_.empty()) return false;
  for (size_t slash = path.find('/'); slash != ByteView::npos;
       slash = path.find('/', slash + 1)) {
    if (match(path.substr(0, slash), true) == Verdict::kIgnore) return true;
  }
  return match(path, is_folder) == Verdict::kIgnore;
}

IgnoreRules::Verdict verdict(const IgnoreScope* scope, ByteView path, bool is_folder) {
  for (; scope; scope = scope->above.get()) {
    auto word = scope->rules.match(path.substr(scope->base_bytes), is_folder);
    if (word != IgnoreRules::Verdict::kNone) return word;
  }
  return IgnoreRules::Verdict::kNone;
}

}  // namespace straykey
