// SPDX-License-Identifier: Apache-2.0
#include "scanner/base/encoding.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "scanner/base/hash.h"

namespace straykey {
namespace {

// The value of each byte as a digit; -1: it is none.
using Digits = std::array<int8_t, 256>;

constexpr Digits digits(std::string_view in_order) {
  Digits out;
  out.fill(-1);
  for (size_t i = 0; i < in_order.size(); ++i) {
    out[static_cast<uint8_t>(in_order[i])] = static_cast<int8_t>(i);
  }
  return out;
}

constexpr Digits kBase64 = [] {
  Digits out = digits("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  out['-'] = out['+'];
  out['_'] = out['/'];
  return out;
}();

constexpr Digits kBase32 = [] {
  Digits out = digits("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
  for (char c = 'a'; c <= 'z'; ++c) out[static_cast<uint8_t>(c)] = static_cast<int8_t>(c - 'a');
  return out;
}();

constexpr Digits kHex = [] {
  Digits out = digits("0123456789abcdef");
  for (char c = 'A'; c <= 'F'; ++c) {
    out[static_cast<uint8_t>(c)] = static_cast<int8_t>(c - 'A' + 10);
  }
  return out;
}();

ByteView without_padding(ByteView text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  return text;
}

// Reads `bits` per character into `out`, which has room for text.size() * bits / 8 bytes; leftover
// bits below a byte are dropped, as padding demands. false at what is no digit.
bool decode(ByteView text, int bits, const Digits& digits, char* out) {
  uint32_t buffer = 0;
  int held = 0;
  for (char c : text) {
    const int value = digits[static_cast<uint8_t>(c)];
    if (value < 0) return false;
    buffer = (buffer << bits) | static_cast<uint32_t>(value);
    held += bits;
    if (held >= 8) {
      held -= 8;
      *out++ = static_cast<char>((buffer >> held) & 0xff);
    }
  }
  return true;
}

std::optional<std::string> decode(ByteView text, int bits, const Digits& digits) {
  std::string out(text.size() * static_cast<size_t>(bits) / 8, '\0');
  if (!decode(text, bits, digits, out.data())) return std::nullopt;
  return out;
}

std::string encode(ByteView bytes, int bits, const char* alphabet) {
  std::string out;
  uint32_t buffer = 0;
  int held = 0;
  for (char c : bytes) {
    buffer = (buffer << 8) | static_cast<uint8_t>(c);
    held += 8;
    while (held >= bits) {
      held -= bits;
      out += alphabet[(buffer >> held) & ((1u << bits) - 1)];
    }
  }
  if (held > 0) out += alphabet[(buffer << (bits - held)) & ((1u << bits) - 1)];
  return out;
}

std::string number(uint64_t value, size_t width, ByteView alphabet) {
  std::string out;
  for (; value; value /= alphabet.size()) out += alphabet[value % alphabet.size()];
  while (out.size() < width) out += '0';
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

std::optional<std::string> base64_decode(ByteView text) {
  ByteView body = without_padding(text);
  size_t padding = text.size() - body.size();
  if (body.size() % 4 == 1) return std::nullopt;
  if (padding && (padding > 2 || text.size() % 4 != 0)) return std::nullopt;
  return decode(body, 6, kBase64);
}

std::string base64_encode(ByteView bytes) {
  std::string out =
      encode(bytes, 6, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  while (out.size() % 4) out += '=';
  return out;
}

std::string base64url_encode(ByteView bytes) {
  return encode(bytes, 6, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}

std::optional<std::string> base32_decode(ByteView text) {
  return decode(without_padding(text), 5, kBase32);
}

std::string base32_encode(ByteView bytes) {
  return encode(bytes, 5, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
}

std::optional<std::string> hex_decode(ByteView text) {
  std::string out(text.size() / 2, '\0');
  if (!hex_decode(text, out.data())) return std::nullopt;
  return out;
}

bool hex_decode(ByteView text, char* out) {
  return text.size() % 2 == 0 && decode(text, 4, kHex, out);
}

std::string base62(uint64_t value, size_t width) {
  return number(value, width, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}

std::string base36(uint64_t value, size_t width) {
  return number(value, width, "0123456789abcdefghijklmnopqrstuvwxyz");
}

}  // namespace straykey
