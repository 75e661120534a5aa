// SPDX-License-Identifier: Apache-2.0
// A signature file is written by hand, so most of this file is about what to say when it
// is wrong. Each table is read by a TableReader: it is asked for one key after the other,
// remembers what it was asked for, and keeps the first complaint. At the end, a key that
// nobody asked for is a misspelling, and the keys that were asked for are what it can be
// compared with:
//
//   signatures/github.toml:9: signature 'github.token': unknown key 'lokback'; did you mean
//   'lookback'?
//
// An unknown key goes before every other complaint about its table, because "key 'pattern'
// is missing" is mostly the same mistake seen from the other side.
//
// Patterns are kept as text here. Whether an engine takes them is asked by
// match/database.cc and match/signature_check.cc: this folder knows no engine.
#include "scanner/signature/signature_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "scanner/base/suggest.h"

namespace straykey {
namespace {

std::string quoted(ByteView text) { return std::string("'").append(text) + "'"; }

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

enum class Presence { kRequired, kOptional };

template <class Value>
struct Choice {
  const char* word;
  Value value;
};

// Order of use: (one call for each key)* finish().
class TableReader {
 public:
  TableReader(const toml::table& table, const std::string& file, std::string subject)
      : table_(table), file_(file), subject_(std::move(subject)) {}

  // "file:line: subject: problem"; the first one stays.
  void complain(uint32_t line, const std::string& problem) {
    if (!error_) error_ = Error{file_ + ":" + std::to_string(line) + ": " + subject_ + problem};
  }

  uint32_t line() const { return table_.source().begin.line; }

  uint32_t line_of(ByteView key) const {
    auto found = table_.find(key);
    return found == table_.end() ? line() : found->first.source().begin.line;
  }

  void text(const char* key, std::string& out, Presence presence = Presence::kOptional) {
    const toml::node* node = find(key, presence);
    if (!node) return;
    const toml::value<std::string>* value = node->as_string();
    if (!value) return wrong_type(key, *node, "a string", "write it in quotes");
    out = value->get();
    if (out.empty()) complain(line_of(key), quoted(key) + " is empty; fill it in or remove it");
  }

  void texts(const char* key, std::vector<std::string>& out) {
    const toml::node* node = find(key, Presence::kOptional);
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

  // A pattern: literal fragments that are joined.
  void fragments(const char* key, std::string& out, Presence presence = Presence::kOptional) {
    if (!find(key, presence)) return;
    std::vector<std::string> pieces;
    texts(key, pieces);
    for (const std::string& piece : pieces) out += piece;
    if (out.empty()) complain(line_of(key), quoted(key) + " is empty; fill it in or remove it");
  }

  template <class Number>
  void integer(const char* key, Number& out, int64_t largest) {
    const toml::node* node = find(key, Presence::kOptional);
    if (!node) return;
    const std::string range = "an integer from 0 to " + std::to_string(largest);
    const toml::value<int64_t>* value = node->as_integer();
    if (!value) return wrong_type(key, *node, range, "write it without quotes");
    if (value->get() < 0 || value->get() > largest) {
      return complain(line_of(key), quoted(key) + " is " + std::to_string(value->get()) +
                                        "; it must be " + range);
    }
    out = static_cast<Number>(value->get());
  }

  void bits(const char* key, double& out) {
    const toml::node* node = find(key, Presence::kOptional);
    if (!node) return;
    std::optional<double> value;
    if (node->is_number()) value = node->value<double>();
    if (!value)
      return wrong_type(key, *node, "a number from 0 to 8", "write it without quotes");
    if (!(*value >= 0 && *value <= 8)) {
      return complain(line_of(key),
                      quoted(key) + " is out of range; a byte has from 0 to 8 bits");
    }
    out = *value;
  }

  void boolean(const char* key, bool& out) {
    const toml::node* node = find(key, Presence::kOptional);
    if (!node) return;
    const toml::value<bool>* value = node->as_boolean();
    if (!value) return wrong_type(key, *node, "true or false", "write it without quotes");
    out = value->get();
  }

  template <class Value>
  void choice(const char* key, Value& out, std::initializer_list<Choice<Value>> choices) {
    std::string word;
    text(key, word);
    if (word.empty()) return;
    std::vector<std::string> words;
    std::string list;
    for (const Choice<Value>& candidate : choices) {
      if (word == candidate.word) {
        out = candidate.value;
        return;
      }
      words.push_back(candidate.word);
      list += (list.empty() ? "" : ", ") + std::string(candidate.word);
    }
    complain(line_of(key), quoted(key) + " is " + quoted(word) + "; it must be one of " + list +
                               did_you_mean(word, words));
  }

  const toml::table* table(const char* key) {
    const toml::node* node = find(key, Presence::kOptional);
    if (!node) return nullptr;
    if (!node->is_table()) wrong_type(key, *node, "a table", "write it in braces");
    return node->as_table();
  }

  // [[key]]: every table of an array of tables.
  std::vector<const toml::table*> tables(const char* key, const std::string& header,
                                         Presence presence = Presence::kOptional) {
    std::vector<const toml::table*> out;
    const toml::node* node = find(key, presence);
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

  // REQUIRES: every key that the table may have was asked for.
  Result<void> finish() {
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

 private:
  const toml::node* find(const char* key, Presence presence) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
    const toml::node* node = table_.get(key);
    if (!node && presence == Presence::kRequired) {
      complain(line(), "key " + quoted(key) + " is missing; add it");
    }
    return node;
  }

  void wrong_type(const char* key, const toml::node& node, const std::string& wanted,
                  const std::string& advice) {
    complain(line_of(key),
             quoted(key) + " is " + kind(node) + "; it must be " + wanted + ", " + advice);
  }

  const toml::table& table_;
  const std::string& file_;
  std::string subject_;
  std::vector<std::string> known_;
  std::optional<Error> error_;
};

// Lower-case letters, digits and inner dashes.
bool is_word(ByteView text) {
  if (text.empty() || text.front() == '-' || text.back() == '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Result<Requirements> read_requirements(const toml::table& table, const std::string& file,
                                       const std::string& subject) {
  Requirements require;
  TableReader reader(table, file, subject + "require: ");
  constexpr int64_t kMost = std::numeric_limits<uint8_t>::max();
  reader.integer("digits", require.digits, kMost);
  reader.integer("lower", require.lower, kMost);
  reader.integer("upper", require.upper, kMost);
  reader.integer("special", require.special, kMost);
  reader.integer("distinct", require.distinct, kMost);
  Result<void> finished = reader.finish();
  if (!finished) return finished.error();
  return require;
}

Result<Part> read_part(const toml::table& table, const std::string& file,
                       const std::string& subject) {
  Part part;
  TableReader reader(table, file, subject + "part: ");
  reader.text("name", part.name, Presence::kRequired);
  reader.fragments("pattern", part.pattern, Presence::kRequired);
  reader.integer("within", part.within, 1 << 16);
  reader.boolean("required", part.required);
  if (!part.name.empty() && !is_word(part.name)) {
    reader.complain(
        reader.line_of("name"),
        "name " + quoted(part.name) + " is not a word of a-z, 0-9 and '-'; rename it");
  }
  Result<void> finished = reader.finish();
  if (!finished) return finished.error();
  return part;
}

// What a file says once for all of its signatures.
struct FileDefaults {
  std::string provider;
  std::string docs;
};

// "signature 'github.token': ", or without the id when there is none yet.
std::string subject_of(const toml::table& table) {
  std::optional<std::string> id = table["id"].value<std::string>();
  return id ? "signature " + quoted(*id) + ": " : "signature: ";
}

void complain_about_id(TableReader& reader, const std::string& id,
                       const std::string& provider) {
  size_t dot = id.find('.');
  if (dot == std::string::npos || !is_word(id.substr(0, dot)) || !is_word(id.substr(dot + 1))) {
    reader.complain(reader.line_of("id"),
                    "the id is not provider.kind in a-z, 0-9 and '-'; rename it");
  } else if (id.substr(0, dot) != provider) {
    reader.complain(reader.line_of("id"),
                    "the id does not begin with the file's provider; name it " +
                        quoted(provider + id.substr(dot)) + " or move it");
  }
}

Result<Signature> read_signature(const toml::table& table, const std::string& file,
                                 const FileDefaults& defaults) {
  const std::string subject = subject_of(table);
  TableReader reader(table, file, subject);
  Signature signature;
  signature.provider = defaults.provider;
  signature.docs = defaults.docs;
  signature.file = file;
  signature.line = reader.line();

  reader.text("id", signature.id, Presence::kRequired);
  if (!signature.id.empty()) complain_about_id(reader, signature.id, defaults.provider);
  reader.text("name", signature.name, Presence::kRequired);
  reader.text("risk", signature.risk);
  reader.fragments("pattern", signature.pattern, Presence::kRequired);
  reader.fragments("anchor", signature.anchor);
  reader.integer("lookback", signature.lookback, 1 << 16);
  reader.integer("reach", signature.reach, 1 << 16);
  reader.bits("min_entropy", signature.min_entropy);
  const toml::table* require = reader.table("require");
  reader.choice<ValueKind>("value", signature.value,
                           {{"password", ValueKind::kPassword},
                            {"key", ValueKind::kKey},
                            {"token", ValueKind::kToken}});
  reader.texts("except", signature.except);
  reader.texts("checks", signature.checks);
  reader.choice<Severity>("severity", signature.severity,
                          {{"info", Severity::kInfo},
                           {"low", Severity::kLow},
                           {"medium", Severity::kMedium},
                           {"high", Severity::kHigh},
                           {"critical", Severity::kCritical}});
  reader.choice<Confidence>("confidence", signature.confidence,
                            {{"low", Confidence::kLow},
                             {"medium", Confidence::kMedium},
                             {"high", Confidence::kHigh}});
  reader.choice<PrincipalClass>("class", signature.principal_class,
                                {{"unknown", PrincipalClass::kUnknown},
                                 {"service", PrincipalClass::kService},
                                 {"human", PrincipalClass::kHuman}});
  reader.text("identity", signature.identity);
  std::vector<const toml::table*> parts = reader.tables("part", "signature.part");
  reader.text("rotation", signature.rotation);
  reader.text("rotation_url", signature.rotation_url);
  reader.text("docs", signature.docs);
  reader.texts("examples", signature.examples);
  reader.texts("counterexamples", signature.counterexamples);
  if (signature.anchor.empty() && (signature.lookback != 0 || signature.reach != 0)) {
    reader.complain(
        reader.line_of(signature.lookback ? "lookback" : "reach"),
        "'lookback' and 'reach' are measured from an anchor, and there is none; add "
        "'anchor' or remove them");
  }
  Result<void> finished = reader.finish();
  if (!finished) return finished.error();

  if (require) {
    Result<Requirements> read = read_requirements(*require, file, subject);
    if (!read) return read.error();
    signature.require = *read;
  }
  for (const toml::table* part : parts) {
    Result<Part> read = read_part(*part, file, subject);
    if (!read) return read.error();
    signature.parts.push_back(*std::move(read));
  }
  return signature;
}

}  // namespace

Result<std::vector<Signature>> parse_signatures(ByteView text, const std::string& file) {
  toml::table parsed;
  try {
    parsed = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    return Error{file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
                 std::string(error.description()) + pointed_at(text, at)};
  }

  TableReader reader(parsed, file, "");
  FileDefaults defaults;
  reader.text("provider", defaults.provider, Presence::kRequired);
  if (!defaults.provider.empty() && !is_word(defaults.provider)) {
    reader.complain(reader.line_of("provider"),
                    "provider " + quoted(defaults.provider) +
                        " is not a word of a-z, 0-9 and '-'; rename it");
  }
  reader.text("docs", defaults.docs);
  std::vector<const toml::table*> tables =
      reader.tables("signature", "signature", Presence::kRequired);
  Result<void> finished = reader.finish();
  if (!finished) return finished.error();

  std::vector<Signature> signatures;
  std::map<std::string, uint32_t> lines;  // where each id is
  for (const toml::table* table : tables) {
    Result<Signature> signature = read_signature(*table, file, defaults);
    if (!signature) return signature.error();
    auto [first, is_new] = lines.emplace(signature->id, signature->line);
    if (!is_new) {
      return Error{file + ":" + std::to_string(signature->line) + ": signature " +
                   quoted(signature->id) + ": the id is taken by line " +
                   std::to_string(first->second) + "; give each signature its own"};
    }
    signatures.push_back(*std::move(signature));
  }
  return signatures;
}

}  // namespace straykey
