// SPDX-License-Identifier: Apache-2.0
#include "scanner/signature/pattern_place.h"

#include <toml++/toml.h>

#include <algorithm>

#include "scanner/base/file.h"
#include "scanner/base/newlines.h"

namespace straykey {
namespace {

// Where line `number` of `text` begins; npos when there are fewer.
size_t line_begin(ByteView text, uint32_t number) {
  size_t begin = 0;
  for (uint32_t line = 1; line < number; ++line) {
    const size_t end = text.find('\n', begin);
    if (end == ByteView::npos) return end;
    begin = end + 1;
  }
  return begin;
}

bool continues_character(char c) { return (static_cast<uint8_t>(c) & 0xc0) == 0x80; }

// The byte of `text` at a column, which counts characters.
size_t byte_at(ByteView text, size_t begin, uint32_t column) {
  size_t at = begin;
  for (uint32_t here = 1; here < column && at < text.size(); ++here) {
    ++at;
    while (at < text.size() && continues_character(text[at])) ++at;
  }
  return at;
}

// The byte of the source that stands for byte `offset` of the TOML string whose opening
// quote is at `at`.
size_t byte_in_string(ByteView text, size_t at, size_t offset) {
  const char quote = text[at];
  const bool is_long = text.substr(at, 3) == std::string(3, quote);
  at += is_long ? 3 : 1;
  // A line end behind the opening quotes is not part of a long string.
  if (is_long && text.substr(at, 2) == "\r\n") at += 2;
  if (is_long && text.substr(at, 1) == "\n") at += 1;
  for (size_t done = 0; done < offset && at < text.size(); ++done) {
    if (quote == '"' && text[at] == '\\' && at + 1 < text.size()) {
      at += text[at + 1] == 'u' ? 6 : text[at + 1] == 'U' ? 10 : 2;
    } else {
      ++at;
    }
  }
  return std::min(at, text.size());
}

PatternPlace place_at(ByteView text, size_t at) {
  PatternPlace place;
  const size_t before = at == 0 ? ByteView::npos : text.rfind('\n', at - 1);
  const size_t begin = before == ByteView::npos ? 0 : before + 1;
  place.line = static_cast<uint32_t>(1 + count_newlines(text.substr(0, begin)));
  ByteView line = text.substr(begin, text.find('\n', begin) - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::string indent;
  place.column = 1;
  for (size_t i = begin; i < at && i < text.size(); ++i) {
    if (continues_character(text[i])) continue;
    indent += text[i] == '\t' ? '\t' : ' ';
    ++place.column;
  }
  place.pointer = "\n  " + std::string(line) + "\n  " + indent + "^";
  return place;
}

}  // namespace

PatternPlace find_pattern_place(const Signature& signature, const char* key, size_t offset) {
  auto text = read_file(signature.file);
  if (!text) return {};
  toml::table document;
  try {
    document = toml::parse(*text, signature.file);
  } catch (const toml::parse_error&) {
    return {};
  }
  const toml::array* signatures = document["signature"].as_array();
  if (!signatures) return {};
  for (const toml::node& node : *signatures) {
    const toml::table* table = node.as_table();
    if (!table || (*table)["id"].value_or(std::string()) != signature.id) continue;
    const toml::array* fragments = (*table)[key].as_array();
    if (!fragments) return {};
    size_t left = offset;
    for (const toml::node& fragment : *fragments) {
      const auto* value = fragment.as_string();
      if (!value) return {};
      const bool is_last = &fragment == &fragments->back();
      if (left > value->get().size() || (left == value->get().size() && !is_last)) {
        left -= value->get().size();
        continue;
      }
      const toml::source_position begin = fragment.source().begin;
      const size_t line = line_begin(*text, begin.line);
      if (line == ByteView::npos) return {};
      const size_t quote = byte_at(*text, line, begin.column);
      if (quote >= text->size()) return {};
      return place_at(*text, byte_in_string(*text, quote, left));
    }
  }
  return {};
}

}  // namespace straykey
