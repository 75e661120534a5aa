// SPDX-License-Identifier: Apache-2.0
// The shared database. libpq brings a dozen libraries along (Kerberos, LDAP, TLS); it is
// loaded when a server is named, so that a hook does not pay for it.
// https://www.postgresql.org/docs/15/libpq.html
#include <dlfcn.h>
#include <libpq-fe.h>

#include <charconv>
#include <map>

#include "scanner/store/engines.h"

namespace straykey {
namespace {

// What is used of libpq.
struct Library {
  decltype(&PQconnectdb) connectdb;
  decltype(&PQstatus) status;
  decltype(&PQerrorMessage) error_message;
  decltype(&PQfinish) finish;
  decltype(&PQexec) exec;
  decltype(&PQprepare) prepare;
  decltype(&PQsendQueryPrepared) send_query_prepared;
  decltype(&PQsetSingleRowMode) set_single_row_mode;
  decltype(&PQgetResult) get_result;
  decltype(&PQresultStatus) result_status;
  decltype(&PQresultErrorMessage) result_error_message;
  decltype(&PQntuples) ntuples;
  decltype(&PQnfields) nfields;
  decltype(&PQftype) ftype;
  decltype(&PQgetisnull) getisnull;
  decltype(&PQgetvalue) getvalue;
  decltype(&PQgetlength) getlength;
  decltype(&PQclear) clear;
  decltype(&PQsetNoticeProcessor) set_notice_processor;
};

template <class Function>
bool find(void* handle, const char* symbol, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(handle, symbol));
  return function != nullptr;
}

// Loaded once and kept; nullptr where it is not installed.
const Library* library() {
  static const Library* loaded = []() -> const Library* {
    void* handle = ::dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!handle) return nullptr;
    static Library pq;
    bool whole = find(handle, "PQconnectdb", pq.connectdb) &&
                 find(handle, "PQstatus", pq.status) &&
                 find(handle, "PQerrorMessage", pq.error_message) &&
                 find(handle, "PQfinish", pq.finish) && find(handle, "PQexec", pq.exec) &&
                 find(handle, "PQprepare", pq.prepare) &&
                 find(handle, "PQsendQueryPrepared", pq.send_query_prepared) &&
                 find(handle, "PQsetSingleRowMode", pq.set_single_row_mode) &&
                 find(handle, "PQgetResult", pq.get_result) &&
                 find(handle, "PQresultStatus", pq.result_status) &&
                 find(handle, "PQresultErrorMessage", pq.result_error_message) &&
                 find(handle, "PQntuples", pq.ntuples) &&
                 find(handle, "PQnfields", pq.nfields) && find(handle, "PQftype", pq.ftype) &&
                 find(handle, "PQgetisnull", pq.getisnull) &&
                 find(handle, "PQgetvalue", pq.getvalue) &&
                 find(handle, "PQgetlength", pq.getlength) &&
                 find(handle, "PQclear", pq.clear) &&
                 find(handle, "PQsetNoticeProcessor", pq.set_notice_processor);
    return whole ? &pq : nullptr;
  }();
  return loaded;
}

// Object ids of the types that count as whole numbers: pg_type.dat of PostgreSQL.
bool is_whole_number(Oid type) { return type == 20 || type == 21 || type == 23; }

// A writer's transaction holds this advisory lock, so that writers stand in line: the ASCII
// digits of "straykey".
constexpr char kWriterLock[] = "SELECT pg_advisory_xact_lock(8319679495829910905)";

class Postgres : public Connection {
 public:
  Postgres(const Library& pq, std::string name, PGconn* connection)
      : pq_(pq), name_(std::move(name)), connection_(connection) {}
  ~Postgres() override { pq_.finish(connection_); }

  Result<void> each(const std::string& sql, const Row& parameters,
                    const std::function<void(Row)>& row) override {
    auto prepared = prepare(sql);
    if (!prepared) return prepared.error();
    std::vector<std::string> numbers(parameters.size());
    std::vector<const char*> values(parameters.size(), nullptr);
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (const auto* whole = std::get_if<int64_t>(&parameters[i])) {
        numbers[i] = std::to_string(*whole);
        values[i] = numbers[i].c_str();
      } else if (const auto* bytes = std::get_if<std::string>(&parameters[i])) {
        values[i] = bytes->c_str();
      }
    }
    if (!pq_.send_query_prepared(connection_, prepared->c_str(),
                                 static_cast<int>(values.size()), values.data(), nullptr,
                                 nullptr, 0)) {
      return error(pq_.error_message(connection_));
    }
    pq_.set_single_row_mode(connection_);
    Result<void> outcome;
    while (PGresult* result = pq_.get_result(connection_)) {
      ExecStatusType status = pq_.result_status(result);
      if (status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK) {
        for (int i = 0; i < pq_.ntuples(result); ++i) row(values_of(result, i));
      } else if (status != PGRES_COMMAND_OK) {
        outcome = error(pq_.result_error_message(result));
      }
      pq_.clear(result);
    }
    return outcome;
  }

  Result<void> script(const std::string& sql) override {
    PGresult* result = pq_.exec(connection_, sql.c_str());
    ExecStatusType status = pq_.result_status(result);
    Result<void> outcome;
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      outcome = error(pq_.result_error_message(result));
    }
    pq_.clear(result);
    return outcome;
  }

  Result<void> begin(Access access) override {
    if (access == Access::kRead) return script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    return script(std::string("BEGIN; ") + kWriterLock);
  }
  Result<void> commit() override { return script("COMMIT"); }
  void rollback() override { (void)script("ROLLBACK"); }

  Result<std::vector<std::string>> tables() override {
    auto rows = query("SELECT CAST(tablename AS TEXT) FROM pg_tables"
                      " WHERE schemaname = current_schema() ORDER BY 1");
    if (!rows) return rows.error();
    std::vector<std::string> out;
    for (const Row& row : *rows) out.push_back(text(row[0]));
    return out;
  }

  const std::string& name() const override { return name_; }

 private:
  Error error(const char* said) const {
    std::string message = without_passwords(said);
    size_t end = message.find('\n');  // what follows are details and hints
    return Error{name_ + ": " + message.substr(0, end)};
  }

  // The name of the prepared statement.
  Result<std::string> prepare(const std::string& sql) {
    auto known = statements_.find(sql);
    if (known != statements_.end()) return known->second;
    std::string statement = "s" + std::to_string(statements_.size());
    PGresult* result = pq_.prepare(connection_, statement.c_str(), sql.c_str(), 0, nullptr);
    bool ok = pq_.result_status(result) == PGRES_COMMAND_OK;
    Error failure = ok ? Error{} : error(pq_.result_error_message(result));
    pq_.clear(result);
    if (!ok) return failure;
    statements_.emplace(sql, statement);
    return statement;
  }

  Row values_of(const PGresult* result, int row) const {
    Row out(static_cast<size_t>(pq_.nfields(result)));
    for (int i = 0; i < static_cast<int>(out.size()); ++i) {
      if (pq_.getisnull(result, row, i)) continue;
      std::string bytes(pq_.getvalue(result, row, i),
                        static_cast<size_t>(pq_.getlength(result, row, i)));
      SqlValue& value = out[static_cast<size_t>(i)];
      if (is_whole_number(pq_.ftype(result, i))) {
        int64_t whole = 0;
        std::from_chars(bytes.data(), bytes.data() + bytes.size(), whole);
        value = whole;
      } else {
        value = std::move(bytes);
      }
    }
    return out;
  }

  const Library& pq_;
  std::string name_;
  PGconn* connection_;
  std::map<std::string, std::string> statements_;
};

}  // namespace

Result<std::unique_ptr<Connection>> open_postgres(const std::string& url) {
  std::string name = without_passwords(url);
  const Library* pq = library();
  if (!pq) {
    return Error{name + ": the PostgreSQL client library is not there; install libpq5"};
  }
  PGconn* raw = pq->connectdb(url.c_str());
  if (!raw) return Error{name + ": not enough memory to connect"};
  auto connection = std::make_unique<Postgres>(*pq, name, raw);
  if (pq->status(raw) != CONNECTION_OK) {
    std::string said = without_passwords(pq->error_message(raw));
    while (!said.empty() && said.back() == '\n') said.pop_back();
    for (char& c : said) c = c == '\n' || c == '\t' ? ' ' : c;
    return Error{name + ": " + said};
  }
  pq->set_notice_processor(raw, [](void*, const char*) {}, nullptr);
  auto set = connection->script("SET client_encoding = 'UTF8'; SET synchronous_commit = on;"
                                "SET lock_timeout = '" +
                                std::to_string(Connection::kWaitSeconds) + "s'");
  if (!set) return set.error();
  return std::unique_ptr<Connection>(std::move(connection));
}

}  // namespace straykey
