// SPDX-License-Identifier: Apache-2.0
#include "scanner/base/table_reader.h"

#include <algorithm>

namespace straykey {
namespace {

// "a string", "an array": what a node is, for people.
std::string kind(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "an array";
    case toml::node_type::string: return "a string";
    case toml::node_type::integer: return "an integer";
    case toml::node_type::floating_point: return "a number";
    case toml::node_type::boolean: return "a boolean";
    default: return "a date or time";
  }
}

// The line of the source and a caret under the column, which toml++ counts in characters.
std::string pointed_at(ByteView text, toml::source_position position) {
  size_t begin = 0;
  for (toml::source_index line = 1; line < position.line; ++line) {
    size_t end = text.find('\n', begin);
    if (end == ByteView::npos) return "";
    begin = end + 1;
  }
  ByteView line = text.substr(begin, text.find('\n', begin) - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::string indent;
  toml::source_index column = 1;
  for (size_t i = 0; i < line.size() && column < position.column; ++i) {
    if ((static_cast<uint8_t>(line[i]) & 0xc0) == 0x80) continue;  // inside a character
    indent += line[i] == '\t' ? '\t' : ' ';
    ++column;
  }
  return "\n  " + std::string(line) + "\n  " + indent + "^";
}

}  // namespace

std::string quoted(ByteView text) { return std::string("'").append(text) + "'"; }

Result<toml::table> parse_toml(ByteView text, const std::string& file) {
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    return Error{file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
                 std::string(error.description()) + pointed_at(text, at)};
  }
}

std::vector<std::string> keys_in_order(const toml::table& table) {
  std::vector<const toml::key*> keys;
  for (auto&& [key, node] : table) keys.push_back(&key);
  std::sort(keys.begin(), keys.end(), [](const toml::key* a, const toml::key* b) {
    return a->source().begin < b->source().begin;
  });
  std::vector<std::string> out;
  for (const toml::key* key : keys) out.emplace_back(key->str());
  return out;
}

void TableReader::complain(uint32_t line, const std::string& problem) {
  if (!error_) error_ = Error{file_ + ":" + std::to_string(line) + ": " + subject_ + problem};
}

uint32_t TableReader::line_of(ByteView key) const {
  auto found = table_.find(key);
  return found == table_.end() ? line() : found->first.source().begin.line;
}

void TableReader::text(const char* key, std::string& out, Need need) {
  const toml::node* node = find(key, need);
  if (!node) return;
  const toml::value<std::string>* value = node->as_string();
  if (!value) return wrong_type(key, *node, "a string", "write it in quotes");
  out = value->get();
  if (out.empty()) complain(line_of(key), quoted(key) + " is empty; fill it in or remove it");
}

void TableReader::texts(const char* key, std::vector<std::string>& out) {
  const toml::node* node = find(key, Need::kOptional);
  if (!node) return;
  const std::string advice = "write " + std::string(key) + " = ['...']";
  if (!node->is_array()) return wrong_type(key, *node, "an array of strings", advice);
  for (const toml::node& element : *node->as_array()) {
    if (!element.is_string()) {
      return complain(element.source().begin.line, quoted(key) + " holds " + kind(element) +
                                                       " where a string must be; " + advice);
    }
    out.push_back(element.as_string()->get());
  }
}

void TableReader::fragments(const char* key, std::string& out, Need need) {
  if (!find(key, need)) return;
  std::vector<std::string> pieces;
  texts(key, pieces);
  for (const std::string& piece : pieces) out += piece;
  if (out.empty()) complain(line_of(key), quoted(key) + " is empty; fill it in or remove it");
}

void TableReader::boolean(const char* key, bool& out) {
  const toml::node* node = find(key, Need::kOptional);
  if (!node) return;
  const toml::value<bool>* value = node->as_boolean();
  if (!value) return wrong_type(key, *node, "true or false", "write it without quotes");
  out = value->get();
}

void TableReader::number(const char* key, double& out, double largest, const char* reason) {
  const toml::node* node = find(key, Need::kOptional);
  if (!node) return;
  std::optional<double> value;
  if (node->is_number()) value = node->value<double>();
  if (!value) {
    return wrong_type(key, *node,
                      "a number from 0 to " + std::to_string(static_cast<int64_t>(largest)),
                      "write it without quotes");
  }
  if (!(*value >= 0 && *value <= largest)) {
    return complain(line_of(key), quoted(key) + " is out of range; " + reason);
  }
  out = *value;
}

const toml::table* TableReader::table(const char* key) {
  const toml::node* node = find(key, Need::kOptional);
  if (!node) return nullptr;
  if (!node->is_table()) wrong_type(key, *node, "a table", "write it in braces");
  return node->as_table();
}

std::vector<const toml::table*> TableReader::tables(const char* key, const std::string& header,
                                                    Need need) {
  std::vector<const toml::table*> out;
  const toml::node* node = find(key, need);
  if (!node) return out;
  const std::string advice = "begin each with [[" + header + "]]";
  if (!node->is_array()) {
    wrong_type(key, *node, "an array of tables", advice);
    return out;
  }
  for (const toml::node& element : *node->as_array()) {
    if (const toml::table* found = element.as_table()) {
      out.push_back(found);
    } else {
      wrong_type(key, element, "an array of tables", advice);
    }
  }
  return out;
}

Result<void> TableReader::finish() {
  const toml::key* first = nullptr;
  for (auto&& [key, node] : table_) {
    if (std::find(known_.begin(), known_.end(), key.str()) != known_.end()) continue;
    if (!first || key.source().begin < first->source().begin) first = &key;
  }
  if (first) {
    error_.reset();
    complain(first->source().begin.line,
             "unknown key " + quoted(first->str()) + did_you_mean(first->str(), known_));
  }
  if (error_) return *error_;
  return {};
}

const toml::node* TableReader::find(const char* key, Need need) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
  const toml::node* node = table_.get(key);
  if (!node && need == Need::kRequired) {
    complain(line(), "key " + quoted(key) + " is missing; add it");
  }
  return node;
}

std::optional<int64_t> TableReader::whole_number(const char* key, int64_t largest) {
  const toml::node* node = find(key, Need::kOptional);
  if (!node) return std::nullopt;
  const std::string range = "an integer from 0 to " + std::to_string(largest);
  const toml::value<int64_t>* value = node->as_integer();
  if (!value) {
    wrong_type(key, *node, range, "write it without quotes");
    return std::nullopt;
  }
  if (value->get() < 0 || value->get() > largest) {
    complain(line_of(key),
             quoted(key) + " is " + std::to_string(value->get()) + "; it must be " + range);
    return std::nullopt;
  }
  return value->get();
}

void TableReader::complain_about_choice(const char* key, const std::string& word,
                                        const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& known : words) list += (list.empty() ? "" : ", ") + known;
  complain(line_of(key), quoted(key) + " is " + quoted(word) + "; it must be one of " + list +
                             did_you_mean(word, words));
}

void TableReader::wrong_type(const char* key, const toml::node& node,
                             const std::string& wanted, const std::string& advice) {
  complain(line_of(key),
           quoted(key) + " is " + kind(node) + "; it must be " + wanted + ", " + advice);
}

}  // namespace straykey
