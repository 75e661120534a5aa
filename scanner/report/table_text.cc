// SPDX-License-Identifier: Apache-2.0
#include "scanner/base/time.h"
#include "scanner/report/document.h"
#include "scanner/report/pack.h"

namespace straykey {
namespace {

using OrderedJson = nlohmann::ordered_json;

std::string text_of(const nlohmann::json& cell) {
  if (cell.is_null()) return "";
  if (cell.is_string()) return cell.get<std::string>();
  if (!cell.is_array()) return cell.dump();
  std::string out;
  for (const auto& item : cell) out += (out.empty() ? "" : " ") + item.get<std::string>();
  return out;
}

}  // namespace

TableText table_text(const Table& table, const Period& period) {
  TableText out;
  for (const std::string& column : table.columns) {
    out.csv += (out.csv.empty() ? "" : ",") + csv_cell(column);
  }
  out.csv += "\r\n";
  OrderedJson head = {{"table", table.name},
                      {"row_is", table.title},
                      {"period_from", iso_time(period.from)},
                      {"period_to", iso_time(period.to)}};
  out.json = json_text(head, -1);
  out.json.pop_back();  // the brace; rows are written as they come
  out.json += ",\n\"rows\":[";
  table.rows([&](const TableRow& row) {
    STRAYKEY_CHECK(row.size() == table.columns.size());
    OrderedJson object = OrderedJson::object();
    for (size_t i = 0; i < row.size(); ++i) {
      out.csv += (i > 0 ? "," : "") + csv_cell(text_of(row[i]));
      object[table.columns[i]] = row[i];
    }
    out.csv += "\r\n";
    out.json += (out.rows++ > 0 ? ",\n" : "\n") + json_text(object, -1);
  });
  out.json += "\n]}\n";
  return out;
}

}  // namespace straykey
