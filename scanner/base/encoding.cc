// SPDX-License-Identifier: Apache-2.0
#include "scanner/base/encoding.h"

#include <algorithm>

#include "scanner/base/hash.h"

namespace straykey {
namespace {

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

int base32_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a';
  if (c >= '2' && c <= '7') return c - '2' + 26;
  return -1;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

ByteView without_padding(ByteView text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  return text;
}

// Reads `bits` per character; leftover bits below a byte are dropped, as padding demands.
template <class Value>
std::optional<std::string> decode(ByteView text, int bits, Value value) {
  std::string out;
  out.reserve(text.size() * static_cast<size_t>(bits) / 8);
  uint32_t buffer = 0;
  int held = 0;
  for (char c : text) {
    int v = value(c);
    if (v < 0) return std::nullopt;
    buffer = (buffer << bits) | static_cast<uint32_t>(v);
    held += bits;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>((buffer >> held) & 0xff);
    }
  }
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
  return decode(body, 6, base64_value);
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
  return decode(without_padding(text), 5, base32_value);
}

std::string base32_encode(ByteView bytes) {
  return encode(bytes, 5, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
}

std::optional<std::string> hex_decode(ByteView text) {
  if (text.size() % 2) return std::nullopt;
  return decode(text, 4, hex_value);
}

std::string base62(uint64_t value, size_t width) {
  return number(value, width, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}

std::string base36(uint64_t value, size_t width) {
  return number(value, width, "0123456789abcdefghijklmnopqrstuvwxyz");
}

}  // namespace straykey
