// SPDX-License-Identifier: Apache-2.0
#include "scanner/finding/describe.h"

#include <string.h>  // memrchr

#include <algorithm>
#include <tuple>

#include "scanner/base/hash.h"
#include "scanner/base/newlines.h"
#include "scanner/finding/inline_allow.h"

namespace straykey {
namespace {

// Lines and columns of rising offsets, counted once from the front. In UTF-16 text a line
// end is a whole unit, so the zero byte beside it belongs to the old line.
class LineCounter {
 public:
  LineCounter(ByteView bytes, bool wide, uint64_t phase)
      : bytes_(bytes), wide_(wide), phase_(wide ? phase % 2 : 0) {}

  std::pair<uint64_t, uint64_t> line_and_column(uint64_t offset) {
    if (at_ < offset) wide_ ? count_wide(offset) : count(offset);
    return {line_, offset >= line_begin_ ? offset - line_begin_ + 1 : 1};
  }

 private:
  void count(uint64_t offset) {
    const ByteView passed = slice(bytes_, {at_, offset});
    line_ += count_newlines(passed);
    const void* last = ::memrchr(passed.data(), '\n', passed.size());
    if (last) line_begin_ = static_cast<uint64_t>(static_cast<const char*>(last) - bytes_.data()) + 1;
    at_ = offset;
  }

  void count_wide(uint64_t offset) {
    while (at_ < offset) {
      const size_t found = slice(bytes_, {at_, offset}).find('\n');
      if (found == ByteView::npos) break;
      const uint64_t newline = at_ + found;
      at_ = newline + 1;
      const uint64_t unit = newline - (newline - phase_) % 2;
      if (unit + 1 >= bytes_.size() || bytes_[unit == newline ? newline + 1 : newline - 1] != 0) {
        continue;  // half of another character
      }
      at_ = std::max(at_, unit + 2);
      ++line_;
      line_begin_ = at_;
    }
  }

  ByteView bytes_;
  bool wide_;
  uint64_t phase_;  // where units begin, 0 or 1
  uint64_t line_begin_ = phase_;
  uint64_t at_ = phase_;
  uint64_t line_ = 1;
};

}  // namespace

std::vector<Detection> describe(const Origin& origin, ByteView bytes,
                                std::vector<Match> matches, const DescribeOptions& options) {
  // Matches come in rising order within each of these three ways to count.
  LineCounter narrow(bytes, false, 0);
  LineCounter wide[2] = {{bytes, true, 0}, {bytes, true, 1}};
  std::vector<Detection> detections;
  for (Match& match : matches) {
    LineCounter& lines = match.encoding.starts_with("utf-16") ? wide[match.secret.begin % 2] : narrow;
    Detection d;
    d.signature = match.signature;
    d.fingerprint = fingerprint(options.fingerprint_key, match.value);
    d.redacted = redact(match.value, match.confidence);
    d.length = match.value.size();
    d.structure = match.structure;
    d.confidence = match.confidence;
    d.attributes = std::move(match.attributes);
    d.encoding = std::move(match.encoding);
    d.origin = origin;
    std::tie(d.position.line, d.position.column) = lines.line_and_column(match.secret.begin);
    std::tie(d.position.end_line, d.position.end_column) =
        lines.line_and_column(match.secret.end - 1);
    d.allowed_inline = options.inline_allow && is_allowed_inline(bytes, match.secret);
    if (!options.known_sha1.empty()) {
      std::string sha1 = sha1_hex(match.value.reveal());
      if (options.known_sha1.count(sha1) > 0) d.sha1 = std::move(sha1);
    }
    if (options.keep_secrets) d.value = std::move(match.value);
    detections.push_back(std::move(d));
  }
  return detections;
}

}  // namespace straykey
