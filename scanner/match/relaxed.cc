// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/relaxed.h"

#include <charconv>

namespace straykey {
namespace {

// So few more are left as they are: they make few states, and tell more.
constexpr uint32_t kFewMore = 4;

// The length of what the backslash at `at` begins: \d, \x{41}, \pL, \p{Greek}. For others of
// more than two bytes (\x41, \012) two do: what follows is no count.
size_t escape_length(ByteView pattern, size_t at) {
  const bool takes_braces =
      at + 2 < pattern.size() && pattern[at + 2] == '{' &&
      ByteView("xpP").find(pattern[at + 1]) != ByteView::npos;
  return takes_braces ? pattern.find('}', at) + 1 - at : 2;
}

// The length of the class that begins at `at`: "[]a]" holds a bracket, "[[:alpha:]]" a name.
size_t class_length(ByteView pattern, size_t at) {
  size_t end = at + 1;
  if (end < pattern.size() && pattern[end] == '^') ++end;
  const size_t first = end;
  while (end < pattern.size() && (pattern[end] != ']' || end == first)) {
    if (pattern[end] == '\\') {
      end += escape_length(pattern, end);
    } else if (pattern.substr(end).starts_with("[:")) {
      end = pattern.find(":]", end) + 2;
    } else {
      ++end;
    }
  }
  return end + 1 - at;
}

}  // namespace

std::string relaxed(ByteView pattern) {
  if (pattern.find("\\Q") != ByteView::npos) return "";
  std::string out;
  bool is_other = false;
  for (size_t at = 0; at < pattern.size();) {
    const ByteView rest = pattern.substr(at);
    const size_t length = rest[0] == '\\'  ? escape_length(pattern, at)
                          : rest[0] == '[' ? class_length(pattern, at)
                                           : 1;
    if (rest[0] == '{') {
      const char* const last = rest.data() + rest.size();
      uint32_t least = 0, most = 0;
      auto read = std::from_chars(rest.data() + 1, last, least);
      if (read.ec == std::errc() && read.ptr != last && *read.ptr == ',') {
        read = std::from_chars(read.ptr + 1, last, most);
        if (read.ec == std::errc() && read.ptr != last && *read.ptr == '}' &&
            most > least + kFewMore) {
          out += least == 0 ? "*" : least == 1 ? "+" : "{" + std::to_string(least) + ",}";
          at += static_cast<size_t>(read.ptr + 1 - rest.data());
          is_other = true;
          continue;
        }
      }
    }
    out += rest.substr(0, length);
    at += length;
  }
  return is_other ? out : "";
}

}  // namespace straykey
