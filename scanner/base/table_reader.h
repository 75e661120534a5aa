// SPDX-License-Identifier: Apache-2.0
// Files that people write in TOML (https://toml.io/en/v1.0.0), so most of this is about what
// to say when one is wrong. Each table is read by a TableReader: it is asked for one key after
// the other, remembers what it was asked for, and keeps the first complaint. At the end, a key
// that nobody asked for is a misspelling, and the keys that were asked for are what it can be
// compared with:
//
//   signatures/github.toml:9: signature 'github.token': unknown key 'lokback'; did you mean
//   'lookback'?
//
// An unknown key goes before every other complaint about its table, because "key 'pattern'
// is missing" is mostly the same mistake seen from the other side.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/base/suggest.h"

namespace straykey {

// `text` in single quotes, for a message.
std::string quoted(ByteView text);

// The tables of `text`. `file` names it in the error, which points at the character.
Result<toml::table> parse_toml(ByteView text, const std::string& file);

// The keys of `table` in the order of the file, which the table itself does not keep.
std::vector<std::string> keys_in_order(const toml::table& table);

// Whether a table must have a key.
enum class Need { kRequired, kOptional };

template <class Value>
struct Choice {
  const char* word;
  Value value;
};

// Reads one table; keys that it lacks leave `out` as it is. Borrows `table` and `file`.
// Order of use: (one call for each key)* finish().
class TableReader {
 public:
  // `subject` stands in front of every complaint: "signature 'github.token': ".
  TableReader(const toml::table& table, const std::string& file, std::string subject)
      : table_(table), file_(file), subject_(std::move(subject)) {}

  // "file:line: subject: problem"; the first one stays.
  void complain(uint32_t line, const std::string& problem);

  uint32_t line() const { return table_.source().begin.line; }
  uint32_t line_of(ByteView key) const;

  void text(const char* key, std::string& out, Need need = Need::kOptional);
  void texts(const char* key, std::vector<std::string>& out);
  // Literal fragments that are joined.
  void fragments(const char* key, std::string& out, Need need = Need::kOptional);
  void boolean(const char* key, bool& out);

  // From 0 to `largest`; `reason` says why there is an end.
  void number(const char* key, double& out, double largest, const char* reason);

  template <class Number>
  void integer(const char* key, Number& out, int64_t largest) {
    std::optional<int64_t> value = whole_number(key, largest);
    if (value) out = static_cast<Number>(*value);
  }

  // One of some words.
  template <class Value>
  void choice(const char* key, Value& out, std::initializer_list<Choice<Value>> choices) {
    std::string word;
    text(key, word);
    if (word.empty()) return;
    std::vector<std::string> words;
    for (const Choice<Value>& candidate : choices) {
      if (word == candidate.word) {
        out = candidate.value;
        return;
      }
      words.push_back(candidate.word);
    }
    complain_about_choice(key, word, words);
  }

  // nullptr when the key is absent or no table.
  const toml::table* table(const char* key);

  // [[key]]: every table of an array of tables. `header` is how to write one.
  std::vector<const toml::table*> tables(const char* key, const std::string& header,
                                         Need need = Need::kOptional);

  // The first complaint. REQUIRES: every key that the table may have was asked for.
  Result<void> finish();

 private:
  const toml::node* find(const char* key, Need need);
  std::optional<int64_t> whole_number(const char* key, int64_t largest);
  void complain_about_choice(const char* key, const std::string& word,
                             const std::vector<std::string>& words);
  void wrong_type(const char* key, const toml::node& node, const std::string& wanted,
                  const std::string& advice);

  const toml::table& table_;
  const std::string& file_;
  std::string subject_;
  std::vector<std::string> known_;
  std::optional<Error> error_;
};

}  // namespace straykey
