// SPDX-License-Identifier: Apache-2.0
// One database behind one small interface, whichever it is: an SQLite file for one machine,
// or PostgreSQL for many. Both are spoken to in the SQL that they share; parameters are
// $1, $2..., values are whole numbers, texts or nothing, and there are no other types.
//
// SQLite runs in WAL mode with synchronous=FULL: what commit() returned from outlives a
// kill -9 and a power cut, and what was not committed leaves no trace. Two processes may
// write to one store: begin(Access::kWrite) waits until the other one is done, at most
// kWaitSeconds.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"

namespace straykey {

// Of a column or a parameter: NULL, a whole number, UTF-8 text without NUL bytes.
using SqlValue = std::variant<std::monostate, int64_t, std::string>;
using Row = std::vector<SqlValue>;

// 0 or "" when the value is of another type, NULL included: in a column of a store that is
// so only where somebody tampered with it, and that shows in the hashes.
int64_t number(const SqlValue& value);
std::string text(const SqlValue& value);

enum class Access { kRead, kWrite };

// Not to be shared between threads. Statements are prepared once and kept.
class Connection {
 public:
  static constexpr int kWaitSeconds = 60;

  virtual ~Connection() = default;

  // Runs one statement, and gives its rows one after another to `row`, which must not use
  // this connection. The error names the database and what it said.
  virtual Result<void> each(const std::string& sql, const Row& parameters,
                            const std::function<void(Row)>& row) = 0;
  // Several statements without parameters, separated by ';'.
  virtual Result<void> script(const std::string& sql) = 0;

  // Reading sees one state of the database until the end. Writing keeps other writers out.
  virtual Result<void> begin(Access access) = 0;
  virtual Result<void> commit() = 0;
  // Takes back what was done since begin(). Never fails for what matters: a connection that
  // is lost has committed nothing.
  virtual void rollback() = 0;

  // The tables that there are, by name.
  virtual Result<std::vector<std::string>> tables() = 0;
  // How messages call the database: a file, or a URL without its password.
  virtual const std::string& name() const = 0;

  Result<void> execute(const std::string& sql, const Row& parameters = {});
  Result<std::vector<Row>> query(const std::string& sql, const Row& parameters = {});
};

enum class IfAbsent { kCreate, kRefuse };

// `where` is a file, "" for one that goes away with the connection, or postgres://[user[:password]@]host[:port]/database[?...]
// (what libpq takes as a URL; postgresql:// as well). A file is made when it is not there and
// `absent` says so; its folder is not. The PostgreSQL client library is loaded here and only
// then, so that nobody else pays for it.
Result<std::unique_ptr<Connection>> open_connection(const std::string& where, IfAbsent absent);

// Whether `where` names a server and not a file.
bool is_postgres(ByteView where);

// `text` with the passwords of the postgres URLs in it replaced by "***": for messages, and
// for arguments that are recorded.
std::string without_passwords(ByteView text);

// One transaction. Takes everything back unless commit() was called.
class Transaction {
 public:
  static Result<Transaction> begin(Connection& connection, Access access);
  Transaction(Transaction&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  Result<void> commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

}  // namespace straykey
