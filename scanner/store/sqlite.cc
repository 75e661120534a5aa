// SPDX-License-Identifier: Apache-2.0
// The embedded database: one file, and beside it its write-ahead log while it is in use.
// https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "scanner/base/file.h"
#include "scanner/store/engines.h"

namespace straykey {
namespace {

class Sqlite : public Connection {
 public:
  Sqlite(std::string path, sqlite3* database) : name_(std::move(path)), database_(database) {}
  ~Sqlite() override {
    for (auto& [sql, prepared] : statements_) sqlite3_finalize(prepared.statement);
    sqlite3_close(database_);
  }

  Result<void> each(const std::string& sql, const Row& parameters,
                    const std::function<void(Row)>& row) override {
    auto prepared = prepare(sql);
    if (!prepared) return prepared.error();
    const auto& [statement, positions] = **prepared;
    for (size_t i = 0; i < std::min(parameters.size(), positions.size()); ++i) {
      const int at = positions[i];
      if (at == 0) continue;  // a parameter that the statement does not use
      if (const auto* whole = std::get_if<int64_t>(&parameters[i])) {
        sqlite3_bind_int64(statement, at, *whole);
      } else if (const auto* bytes = std::get_if<std::string>(&parameters[i])) {
        sqlite3_bind_text64(statement, at, bytes->data(), bytes->size(), SQLITE_STATIC,
                            SQLITE_UTF8);
      } else {
        sqlite3_bind_null(statement, at);
      }
    }
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) row(values(statement));
    Result<void> outcome;
    if (code != SQLITE_DONE) outcome = error();
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return outcome;
  }

  Result<void> script(const std::string& sql) override {
    if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      return error();
    }
    return {};
  }

  // A writer says so at once: one that reads first and writes later could find that
  // somebody else wrote in between.
  Result<void> begin(Access access) override {
    return script(access == Access::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
  }
  Result<void> commit() override { return script("COMMIT"); }
  void rollback() override {
    if (!sqlite3_get_autocommit(database_)) (void)script("ROLLBACK");
  }

  Result<std::vector<std::string>> tables() override {
    auto rows = query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    if (!rows) return rows.error();
    std::vector<std::string> out;
    for (const Row& row : *rows) out.push_back(text(row[0]));
    return out;
  }

  const std::string& name() const override { return name_; }

  Error error() const {
    int code = sqlite3_extended_errcode(database_);
    std::string message = name_ + ": " + sqlite3_errmsg(database_);
    if ((code & 0xff) == SQLITE_BUSY) {
      message = name_ + ": another process writes to the store; try again when it is done";
    } else if (code == SQLITE_FULL) {
      message = name_ + ": the disk is full; nothing was changed";
    } else if ((code & 0xff) == SQLITE_NOTADB) {
      message = name_ + ": is not a store of straykey";
    } else if ((code & 0xff) == SQLITE_IOERR && sqlite3_system_errno(database_) != 0) {
      message += ": " + system_reason(sqlite3_system_errno(database_));
    }
    return Error{message};
  }

 private:
  struct Prepared {
    sqlite3_stmt* statement = nullptr;
    std::vector<int> positions;  // of $1, $2...; 0 where the statement has none
  };

  Result<const Prepared*> prepare(const std::string& sql) {
    auto [entry, added] = statements_.try_emplace(sql);
    Prepared& prepared = entry->second;
    if (!added) return &prepared;
    if (sqlite3_prepare_v3(database_, sql.c_str(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &prepared.statement, nullptr) != SQLITE_OK) {
      statements_.erase(entry);
      return error();
    }
    for (int at = 1; at <= sqlite3_bind_parameter_count(prepared.statement); ++at) {
      const char* name = sqlite3_bind_parameter_name(prepared.statement, at);
      const size_t number = name ? std::strtoul(name + 1, nullptr, 10) : 0;
      if (number == 0) continue;
      if (prepared.positions.size() < number) prepared.positions.resize(number);
      prepared.positions[number - 1] = at;
    }
    return &prepared;
  }

  static Row values(sqlite3_stmt* statement) {
    Row out(static_cast<size_t>(sqlite3_column_count(statement)));
    for (int i = 0; i < static_cast<int>(out.size()); ++i) {
      SqlValue& value = out[static_cast<size_t>(i)];
      switch (sqlite3_column_type(statement, i)) {
        case SQLITE_NULL: break;
        case SQLITE_INTEGER: value = sqlite3_column_int64(statement, i); break;
        default:  // whoever wrote a blob or a float here shall see it as text
          value = std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, i)),
                              static_cast<size_t>(sqlite3_column_bytes(statement, i)));
      }
    }
    return out;
  }

  std::string name_;
  sqlite3* database_;
  std::map<std::string, Prepared> statements_;
};

}  // namespace

Result<std::unique_ptr<Connection>> open_sqlite(const std::string& path, IfAbsent absent) {
  // A name such as "file:x?vfs=y" would be a URI to some builds of SQLite; "./" makes it a path.
  bool temporary = path.empty();
  std::string file = temporary || path.starts_with("/") ? path : "./" + path;
  if (!temporary && absent == IfAbsent::kRefuse && ::access(file.c_str(), F_OK) != 0) {
    return Error{path + ": " + system_reason(errno) +
                 "; 'straykey scan --store " + path + "' makes a store"};
  }
  sqlite3* database = nullptr;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  if (absent == IfAbsent::kCreate || temporary) flags |= SQLITE_OPEN_CREATE;
  int code = sqlite3_open_v2(file.c_str(), &database, flags, nullptr);
  auto connection = std::make_unique<Sqlite>(path, database);
  if (code != SQLITE_OK) {
    if (!database) return Error{path + ": not enough memory to open the store"};
    int reason = sqlite3_system_errno(database);
    if (reason != 0) return Error{path + ": " + system_reason(reason)};
    return connection->error();
  }
  sqlite3_busy_timeout(database, Connection::kWaitSeconds * 1000);
  // The defences of https://www.sqlite.org/security.html: a file may come from anywhere.
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  auto set = connection->script(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
      "PRAGMA cell_size_check = ON;"
      "PRAGMA cache_size = -65536");  // KiB, as far as it is needed: a register is larger than 2 MiB
  if (!set) return set.error();
  return std::unique_ptr<Connection>(std::move(connection));
}

}  // namespace straykey
