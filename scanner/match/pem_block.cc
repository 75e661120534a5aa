// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/pem_block.h"

#include <algorithm>

#include "scanner/base/encoding.h"

namespace straykey {
namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// Escapes of C, JSON and shells undone as far as base64 needs it: \n \r \t become line
// ends, \/ and \u00XX their character.
std::string unescaped(ByteView text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
    std::optional<std::string> byte;
    if (next == 'u' && text.substr(i + 2, 2) == "00") byte = hex_decode(text.substr(i + 4, 2));
    if (next == 'n' || next == 'r' || next == 't') {
      out += '\n';
      ++i;
    } else if (next == '/') {
      out += '/';
      ++i;
    } else if (byte && byte->size() == 1) {
      out += *byte;
      i += 5;
    } else {
      out += text[i];
    }
  }
  return out;
}

// The runs of base64 characters in a line. A run without a letter or digit is a comment
// mark or an operator that joins strings, unless it is padding.
void append_base64(ByteView line, std::string& out) {
  size_t i = 0;
  while (i < line.size()) {
    size_t end = i;
    bool counts = false;
    for (; end < line.size(); ++end) {
      const char c = line[end];
      if (!is_alphanumeric(c) && c != '+' && c != '/' && c != '=') break;
      counts = counts || is_alphanumeric(c) || c == '=';
    }
    if (counts) out += line.substr(i, end - i);
    i = end + 1;
  }
}

std::optional<PemBlock> parse(ByteView text) {
  constexpr ByteView kBegin = "-----BEGIN ";
  constexpr ByteView kDashes = "-----";
  const size_t begin = text.find(kBegin);
  if (begin == ByteView::npos) return std::nullopt;
  text.remove_prefix(begin + kBegin.size());
  const size_t label_end = text.find(kDashes);
  if (label_end == ByteView::npos) return std::nullopt;
  PemBlock block;
  block.label = text.substr(0, label_end);
  text.remove_prefix(label_end + kDashes.size());
  const size_t end = text.find("-----END ");
  if (end == ByteView::npos) return std::nullopt;

  const std::string lines = unescaped(text.substr(0, end));
  for (ByteView rest = lines; !rest.empty();) {
    const size_t line_end = std::min(rest.find_first_of("\r\n"), rest.size());
    const ByteView line = rest.substr(0, line_end);
    rest.remove_prefix(std::min(line_end + 1, rest.size()));
    if (line.find(": ") != ByteView::npos) {
      block.has_headers = true;
      block.is_encrypted |= line.find("ENCRYPTED") != ByteView::npos;
    } else if (!line.starts_with('=') || line.size() != 5) {  // else the armor's CRC-24
      append_base64(line, block.body);
    }
  }
  return block;
}

}  // namespace

std::optional<PemBlock> pem_block_of(ByteView text) {
  if (text.find("-----BEGIN ") != ByteView::npos) return parse(text);
  const std::optional<std::string> decoded = base64_decode(text);
  return decoded ? parse(*decoded) : std::nullopt;
}

}  // namespace straykey
