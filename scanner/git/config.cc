// SPDX-License-Identifier: Apache-2.0
// The syntax of git-config(1): "[section]", "[section "subsection"]", "key = value", with
// comments from '#' or ';', quotes, backslash escapes, and lines that a final backslash
// continues.
#include "scanner/git/config.h"

#include <cctype>

#include "scanner/base/text.h"

namespace straykey {
namespace {

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// One pass over the text; every step leaves `at_` behind what it read.
class ConfigReader {
 public:
  explicit ConfigReader(ByteView text) : text_(text) {
    if (text_.substr(0, 3) == "\xef\xbb\xbf") at_ = 3;
  }

  GitConfig read() {
    GitConfig config;
    std::string section;
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == '[') {
        section = read_section();
      } else if (std::isalpha(static_cast<unsigned char>(c))) {
        std::string key = read_name();
        config[section + lower(key)] = read_value();
      } else if (c == '#' || c == ';') {
        skip_line();
      } else {
        ++at_;
      }
    }
    return config;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\n'; }
  void skip_blanks() {
    while (is_blank(peek())) ++at_;
  }
  void skip_line() {
    while (peek() != '\n') ++at_;
  }

  std::string read_name() {
    size_t begin = at_;
    while (is_name(peek())) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  // "[core]" gives "core.", "[remote "a b"]" gives "remote.a b.".
  std::string read_section() {
    ++at_;
    size_t begin = at_;
    while (is_name(peek()) || peek() == '.') ++at_;
    std::string section = lower(std::string(text_.substr(begin, at_ - begin))) + ".";
    skip_blanks();
    if (peek() == '"') {
      for (++at_; peek() != '"' && peek() != '\n'; ++at_) {
        if (peek() == '\\') ++at_;
        section += peek();
      }
      section += '.';
    }
    while (peek() != ']' && peek() != '\n') ++at_;
    ++at_;
    return section;
  }

  std::string read_value() {
    skip_blanks();
    if (peek() != '=') {
      skip_line();
      return "true";
    }
    ++at_;
    skip_blanks();
    std::string value;
    size_t kept = 0;  // blanks behind this length are not part of the value
    bool quoted = false;
    for (; peek() != '\n'; ++at_) {
      char c = peek();
      if (c == '"') {
        quoted = !quoted;
        kept = value.size();
        continue;
      }
      if (!quoted && (c == '#' || c == ';')) break;
      if (c == '\\') {
        ++at_;
        if (peek() == '\r') ++at_;
        c = peek();
        if (c == '\n') continue;
        if (c == 'n') c = '\n';
        if (c == 't') c = '\t';
        value += c;
        kept = value.size();
        continue;
      }
      value += c;
      if (quoted || !is_blank(c)) kept = value.size();
    }
    skip_line();
    value.resize(kept);
    return value;
  }

  ByteView text_;
  size_t at_ = 0;
};

}  // namespace

GitConfig parse_git_config(ByteView text) { return ConfigReader(text).read(); }

bool is_true(const GitConfig& config, const std::string& key) {
  auto found = config.find(key);
  if (found == config.end()) return false;
  std::string value = lower(found->second);
  if (value == "true" || value == "yes" || value == "on") return true;
  return !value.empty() && value.find_first_not_of("0123456789") == std::string::npos &&
         value.find_first_not_of('0') != std::string::npos;
}

}  // namespace straykey
