// SPDX-License-Identifier: Apache-2.0
#include "scanner/finding/inline_allow.h"

#include <algorithm>
#include <cstddef>

namespace straykey {
namespace {

// Our own mark and those of the tools that people come from.
constexpr ByteView kMarks[] = {
    "straykey:allow",      "gitleaks:allow",   "betterleaks:allow",
    "trufflehog:ignore",   "kingfisher:ignore", "pragma: allowlist secret",
    "pragma:allowlist secret", "ggignore",     "nosecret",
};
// These speak of the line that follows them only.
constexpr ByteView kNextLineMarks[] = {"pragma: allowlist nextline secret",
                                       "secretlint-disable-next-line"};

// Each mark holds one of these, and hardly a line does.
constexpr ByteView kOfMarks[] = {"allow", "ignore", "nosecret", "secretlint"};
static_assert([] {
  const auto holds_one = [](ByteView mark) {
    return std::any_of(std::begin(kOfMarks), std::end(kOfMarks),
                       [&](ByteView part) { return mark.find(part) != ByteView::npos; });
  };
  return std::all_of(std::begin(kMarks), std::end(kMarks), holds_one) &&
         std::all_of(std::begin(kNextLineMarks), std::end(kNextLineMarks), holds_one);
}());

// No line of people's code is longer; a minified file is one line.
constexpr uint64_t kLongestLine = 1024;

size_t find_any(ByteView line, const ByteView* begin, const ByteView* end) {
  size_t first = ByteView::npos;
  for (const ByteView* mark = begin; mark != end; ++mark) {
    first = std::min(first, line.find(*mark));
  }
  return first;
}

size_t find_mark(ByteView line) {
  return find_any(line, std::begin(kMarks), std::end(kMarks));
}

uint64_t line_begin(ByteView bytes, uint64_t at) {
  uint64_t begin = at;
  while (begin > 0 && at - begin < kLongestLine && bytes[begin - 1] != '\n') --begin;
  return begin;
}

uint64_t line_end(ByteView bytes, uint64_t at) {
  uint64_t end = at;
  while (end < bytes.size() && end - at < kLongestLine && bytes[end] != '\n') ++end;
  return end;
}

bool only_comment_before(ByteView line, size_t mark) {
  return std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(mark), [](char c) {
    return ByteView(" \t\r#/*-;<!%'\"(").find(c) != ByteView::npos;
  });
}

}  // namespace

bool is_allowed_inline(ByteView bytes, Span secret) {
  const uint64_t begin = line_begin(bytes, secret.begin);
  const uint64_t end = line_end(bytes, secret.end);
  const uint64_t begin_before = begin > 0 ? line_begin(bytes, begin - 1) : 0;
  const ByteView both = slice(bytes, {begin_before, end});
  if (find_any(both, std::begin(kOfMarks), std::end(kOfMarks)) == ByteView::npos) return false;
  if (find_mark(slice(bytes, {begin, end})) != ByteView::npos) return true;
  if (begin == 0) return false;
  const ByteView before = slice(bytes, {begin_before, begin - 1});
  size_t mark = find_mark(before);
  if (mark != ByteView::npos && only_comment_before(before, mark)) return true;
  return find_any(before, std::begin(kNextLineMarks), std::end(kNextLineMarks)) !=
         ByteView::npos;
}

}  // namespace straykey
