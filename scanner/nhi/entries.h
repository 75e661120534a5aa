// SPDX-License-Identifier: Apache-2.0
// An export as a series of entries, whatever it is written in: a row of CSV (RFC 4180), an
// element of a list in JSON (RFC 8259), a document of YAML, a [[table]] of TOML. Importers see
// entries only, as JSON values, one at a time, so that an export of a million rows costs no
// more memory than what is taken out of it.
//
//   JSON   [entry, ...]                       list ""
//          {"Users": [entry, ...], "a": 1}    list "Users", then {"a": 1} as list "."
//   CSV    an object of texts by column, list ""
//   YAML   a document each, list ""; of a sequence its elements
//   TOML   [[nhi]] an object each, list "nhi"; keys above the first header are list "."
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"

namespace straykey {

struct Entry {
  std::string list;
  nlohmann::json value;
  // Where it is: its line for CSV and TOML, else its number in the list, from 1.
  uint64_t place = 0;
};

enum class ExportFormat : uint8_t { kJson, kCsv, kYaml, kToml };
const char* name(ExportFormat format);

// What `text` is written in, by its beginning; `file` helps with its ending only.
ExportFormat format_of(ByteView text, const std::string& file);

// "line 7" or "entry 7": Entry::place for people.
std::string place_text(ExportFormat format, uint64_t place);

// Calls `take` for each entry; stops with its error. The other errors say, with the place,
// why the text is not what it should be: not UTF-8, cut off, a column twice. Entries that
// were given before an error are of a file that is broken, and not to be used.
Result<void> read_entries(ByteView text, const std::string& file, ExportFormat format,
                          const std::function<Result<void>(Entry)>& take);

}  // namespace straykey
