// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "scanner/base/time.h"
#include "scanner/report/document.h"
#include "scanner/report/pack.h"

namespace straykey {
namespace {

using OrderedJson = nlohmann::ordered_json;

void append(std::string& out, int64_t number) {
  char digits[20];
  auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, end);
}

void append_csv(std::string& out, const Cell& cell) {
  if (const int64_t* number = cell.number()) {
    append(out, *number);
  } else if (const auto* list = cell.list()) {
    std::string words;
    for (const std::string& word : *list) words += (words.empty() ? "" : " ") + word;
    out += csv_cell(words);
  } else {
    out += csv_cell(cell.text());
  }
}

// Bytes that JSON, terminals and editors take as they are; most texts hold no others.
bool is_plain(ByteView text) {
  for (char c : text) {
    if (c < ' ' || c > '~' || c == '"' || c == '\\') return false;
  }
  return true;
}

void append_json(std::string& out, ByteView text) {
  if (is_plain(text)) {
    out += '"';
    out += text;
    out += '"';
  } else {
    out += json_text(OrderedJson(text), -1);
  }
}

void append_json(std::string& out, const Cell& cell) {
  if (cell.is_none()) {
    out += "null";
  } else if (const int64_t* number = cell.number()) {
    append(out, *number);
  } else if (const auto* list = cell.list()) {
    out += '[';
    for (size_t i = 0; i < list->size(); ++i) {
      if (i > 0) out += ',';
      append_json(out, ByteView((*list)[i]));
    }
    out += ']';
  } else {
    append_json(out, cell.text());
  }
}

}  // namespace

uint64_t write_table(const Table& table, const Period& period, const Out& csv, const Out& json) {
  std::string line;
  std::vector<std::string> names;  // as JSON, with what stands around them
  for (const std::string& column : table.columns) {
    line += (line.empty() ? "" : ",") + csv_cell(column);
    names.push_back((names.empty() ? "{" : ",") + OrderedJson(column).dump() + ":");
  }
  csv(line + "\r\n");
  OrderedJson head = {{"table", table.name},
                      {"row_is", table.title},
                      {"period_from", iso_time(period.from)},
                      {"period_to", iso_time(period.to)}};
  std::string text = json_text(head, -1);
  text.pop_back();  // the brace; rows are written as they come
  json(text + ",\n\"rows\":[");
  uint64_t rows = 0;
  table.rows([&](const TableRow& row) {
    STRAYKEY_CHECK(row.size() == table.columns.size());
    line.clear();
    text = rows++ > 0 ? ",\n" : "\n";
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += ',';
      append_csv(line, row[i]);
      text += names[i];
      append_json(text, row[i]);
    }
    csv(line += "\r\n");
    json(text += "}");
  });
  json("\n]}\n");
  return rows;
}

}  // namespace straykey
