// SPDX-License-Identifier: Apache-2.0
#include "scanner/base/text.h"

#include <fmt/format.h>

#include <iterator>

namespace straykey {
namespace {

// Whether a '%' before `rest` would read as an escape of utf8_text().
bool reads_as_escape(ByteView rest) {
  if (rest.substr(0, 2) == "25") return true;
  return rest.size() >= 2 && ByteView("89ABCDEF").find(rest[0]) != ByteView::npos &&
         ByteView("0123456789ABCDEF").find(rest[1]) != ByteView::npos;
}

}  // namespace

CodePoint code_point_at(ByteView bytes, size_t at) {
  auto byte = [&](size_t i) -> uint32_t { return static_cast<unsigned char>(bytes[i]); };
  uint32_t first = byte(at);
  if (first < 0x80) return {first, 1, true};
  size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || bytes.size() - at < length) return {first, 1, false};
  uint32_t value = first & (0x7fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) return {first, 1, false};
    value = value << 6 | (byte(at + i) & 0x3f);
  }
  static constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kLeast[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
    return {first, 1, false};
  }
  return {value, length, true};
}

bool is_utf8(ByteView bytes) {
  for (size_t at = 0; at < bytes.size();) {
    CodePoint point = code_point_at(bytes, at);
    if (!point.valid) return false;
    at += point.length;
  }
  return true;
}

std::string lower(ByteView text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string utf8_text(ByteView bytes) {
  std::string out;
  for (size_t at = 0; at < bytes.size();) {
    CodePoint point = code_point_at(bytes, at);
    if (!point.valid) {
      fmt::format_to(std::back_inserter(out), "%{:02X}", point.value);
    } else if (point.value == '%' && reads_as_escape(bytes.substr(at + 1))) {
      out += "%25";
    } else {
      out += bytes.substr(at, point.length);
    }
    at += point.length;
  }
  return out;
}

}  // namespace straykey
