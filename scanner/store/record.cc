// SPDX-License-Identifier: Apache-2.0
#include "scanner/store/record.h"

#include "scanner/base/hash.h"
#include "scanner/base/text.h"
#include "scanner/store/derive.h"

namespace straykey {

std::string canonical(const nlohmann::json& body) { return body.dump(); }

std::string body_text(ByteView bytes) {
  std::string out = utf8_text(bytes);
  for (size_t at = 0; (at = out.find('\0', at)) != std::string::npos;) out.replace(at, 1, "␀");
  return out;
}

std::string record_hash(const Record& record) {
  return hex(sha256("straykey-record-1\n" + std::to_string(record.sequence) + "\n" +
                    record.kind + "\n" + std::to_string(record.time) + "\n" +
                    record.previous + "\n" + record.body));
}

Result<Head> read_head(Connection& connection) {
  auto rows = connection.query("SELECT sequence, hash FROM head");
  if (!rows) return rows.error();
  if (rows->empty()) return Head{};
  return Head{number((*rows)[0][0]), text((*rows)[0][1])};
}

Result<Record> append_record(Connection& connection, const std::string& kind, int64_t time,
                             const nlohmann::json& body) {
  auto head = read_head(connection);
  if (!head) return head.error();
  Record record{head->sequence + 1, kind, time, canonical(body), head->hash, ""};
  record.hash = record_hash(record);
  auto added = connection.execute(
      "INSERT INTO record (sequence, kind, time, body, previous, hash)"
      " VALUES ($1, $2, $3, $4, $5, $6)",
      {record.sequence, record.kind, record.time, record.body, record.previous, record.hash});
  if (!added) return added.error();
  auto moved = connection.execute(
      head->sequence == 0 ? "INSERT INTO head (id, sequence, hash) VALUES (1, $1, $2)"
                          : "UPDATE head SET sequence = $1, hash = $2 WHERE id = 1",
      {record.sequence, record.hash});
  if (!moved) return moved.error();
  auto derived = derive(connection, record, body);
  if (!derived) return derived.error();
  return record;
}

Result<void> each_record(Connection& connection, int64_t first, int64_t last,
                         const std::function<void(Record)>& record) {
  return connection.each(
      "SELECT sequence, kind, time, body, previous, hash FROM record WHERE sequence >= $1"
      " AND sequence <= $2 ORDER BY sequence",
      {first, last}, [&](Row row) {
        // Moved: a body may be megabytes.
        auto taken = [&](size_t column) {
          auto* bytes = std::get_if<std::string>(&row[column]);
          return bytes ? std::move(*bytes) : std::string();
        };
        record({number(row[0]), taken(1), number(row[2]), taken(3), taken(4), taken(5)});
      });
}

}  // namespace straykey
