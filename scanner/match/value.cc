// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/value.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>

#include "scanner/base/text.h"

namespace straykey {
namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

// `word` stands in `text` as a word of its own: no letter before or behind it.
bool has_word(const std::string& text, ByteView word) {
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    size_t end = at + word.size();
    if ((at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end]))) {
      return true;
    }
  }
  return false;
}

// The share of bytes that repeat or continue the one before: "xxxx", "12345", "abcdef".
double monotony(ByteView text) {
  if (text.size() < 2) return 1;
  size_t steps = 0;
  for (size_t i = 1; i < text.size(); ++i) {
    int step = text[i] - text[i - 1];
    if (step == 0 || step == 1) ++steps;
  }
  return static_cast<double>(steps) / static_cast<double>(text.size() - 1);
}

}  // namespace

double entropy(ByteView bytes) {
  if (bytes.empty()) return 0;
  std::array<uint32_t, 256> counts{};
  for (char c : bytes) ++counts[static_cast<uint8_t>(c)];
  double total = static_cast<double>(bytes.size());
  double bits = 0;
  for (uint32_t count : counts) {
    if (count == 0) continue;
    double p = count / total;
    bits -= p * std::log2(p);
  }
  return bits;
}

bool satisfies(ByteView secret, const Requirements& require) {
  unsigned digits = 0, lower_case = 0, upper_case = 0, special = 0, distinct = 0;
  std::array<bool, 256> seen{};
  for (char c : secret) {
    if (c >= '0' && c <= '9') ++digits;
    else if (c >= 'a' && c <= 'z') ++lower_case;
    else if (c >= 'A' && c <= 'Z') ++upper_case;
    else ++special;
    bool& known = seen[static_cast<uint8_t>(c)];
    distinct += known ? 0 : 1;
    known = true;
  }
  return digits >= require.digits && lower_case >= require.lower &&
         upper_case >= require.upper && special >= require.special &&
         distinct >= require.distinct;
}

bool is_placeholder(ByteView secret) {
  if (secret.size() < 4) return true;
  if (secret.front() == '<' && secret.back() == '>') return true;
  if (secret.substr(0, 2) == "${" || secret.substr(0, 2) == "$(" ||
      secret.substr(0, 2) == "{{" || secret.substr(0, 2) == "<%") {
    return true;
  }
  if (secret.front() == '%' && secret.back() == '%') return true;
  if (secret.find("<<") != ByteView::npos) return true;  // templates, ours among them
  // Documentation's own key: the provider prints it with this ending.
  constexpr ByteView kExample = "EXAMPLE";
  if (secret.size() > kExample.size() && secret.substr(secret.size() - kExample.size()) == kExample) {
    return true;
  }
  if (secret.find("EXAMPLEKEY") != ByteView::npos) return true;
  // Behind a prefix such as "ghp_" the rest decides.
  ByteView body = secret;
  size_t mark = body.substr(0, std::min<size_t>(body.size(), 16)).rfind('_');
  if (mark != ByteView::npos && body.size() - mark > 8) body.remove_prefix(mark + 1);
  if (monotony(body) > 0.6) return true;
  if (secret.size() <= 64) {
    static constexpr ByteView kWords[] = {
        "example", "placeholder", "changeme",  "change-me", "change_me", "dummy",
        "sample",  "redacted",    "your",      "insert",    "replace",   "replaceme",
        "fake",    "foobar",      "xxxx",      "todo",      "yourtoken", "secret_here"};
    std::string text = lower(secret);
    for (ByteView word : kWords) {
      if (has_word(text, word)) return true;
    }
  }
  return false;
}

}  // namespace straykey
