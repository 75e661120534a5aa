// SPDX-License-Identifier: Apache-2.0
// Text in the encodings that secrets are found in.
#pragma once

#include <zlib.h>

#include <random>
#include <string>

#include "scanner/base/encoding.h"

namespace straykey {

inline std::string gzip(const std::string& text) {
  z_stream state{};
  deflateInit2(&state, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&state, text.size()), '\0');
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  state.avail_in = static_cast<uInt>(text.size());
  state.next_out = reinterpret_cast<Bytef*>(out.data());
  state.avail_out = static_cast<uInt>(out.size());
  deflate(&state, Z_FINISH);
  out.resize(state.total_out);
  deflateEnd(&state);
  return out;
}

inline std::string hex_encode(const std::string& bytes) {
  std::string out;
  for (char c : bytes) {
    out += "0123456789abcdef"[static_cast<uint8_t>(c) >> 4];
    out += "0123456789abcdef"[static_cast<uint8_t>(c) & 15];
  }
  return out;
}

// In lines of `width` characters, behind `indent`.
inline std::string wrap(const std::string& text, size_t width, const std::string& indent) {
  std::string out;
  for (size_t at = 0; at < text.size(); at += width) {
    if (at > 0) out += "\n" + indent;
    out += text.substr(at, width);
  }
  return out;
}

// All but letters, digits and "-._~", as a query holds it.
inline std::string percent_encode(const std::string& text) {
  std::string out;
  for (char c : text) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' ||
                          c == '_' || c == '~';
    out += is_plain ? std::string(1, c) : "%" + hex_encode(std::string(1, c));
  }
  return out;
}

// As it stands in a string of JSON whose writer escapes '/', '<', '&' and '='.
inline std::string json_escape(const std::string& text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '"':
      case '\\':
      case '/': out += std::string("\\") + c; break;
      case '<':
      case '&':
      case '=': out += "\\u00" + hex_encode(std::string(1, c)); break;
      default: out += c;
    }
  }
  return out;
}

inline std::string quoted_printable(const std::string& text) {
  std::string out;
  size_t column = 0;
  for (char c : text) {
    std::string one(1, c);
    if (c == '=' || c < 0 || (c < ' ' && c != '\n' && c != '\t')) {
      static constexpr char kDigits[] = "0123456789ABCDEF";
      one = {'=', kDigits[static_cast<uint8_t>(c) >> 4], kDigits[static_cast<uint8_t>(c) & 15]};
    }
    if (c != '\n' && column + one.size() > 75) {
      out += "=\n";
      column = 0;
    }
    out += one;
    column = c == '\n' ? 0 : column + one.size();
  }
  return out;
}

inline std::string utf16le(const std::string& text) {
  std::string out;
  for (char c : text) out += {c, '\0'};
  return out;
}

// `text` in one of these, or in several, one in another.
inline std::string encode_somehow(const std::string& text, std::mt19937_64& random) {
  std::string out = text;
  do {
    switch (random() % 9) {
      case 0: out = base64_encode(out); break;
      case 1: out = base64url_encode(out); break;
      case 2: out = wrap(base64_encode(out), 60 + 4 * (random() % 5), random() % 2 ? "" : "    "); break;
      case 3: out = base64_encode(gzip(out)); break;
      case 4: out = base64_encode(utf16le(out)); break;
      case 5: out = hex_encode(out); break;
      case 6: out = percent_encode(out); break;
      case 7: out = json_escape(out); break;
      default: out = quoted_printable(out);
    }
  } while (random() % 3 == 0 && out.size() < 4000);
  return out;
}

}  // namespace straykey
