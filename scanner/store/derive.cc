// SPDX-License-Identifier: Apache-2.0
#include "scanner/store/derive.h"

#include <map>

namespace straykey {
namespace {

using Json = nlohmann::json;

// Values of a body as parameters: what is absent is NULL.
SqlValue value_of(const Json& json) {
  if (json.is_null()) return {};
  if (json.is_boolean()) return int64_t{json.get<bool>()};
  if (json.is_number_integer()) return json.get<int64_t>();
  if (json.is_string()) return json.get<std::string>();
  return canonical(json);  // lists and objects stay JSON
}

SqlValue value_at(const Json& body, const char* key) {
  auto found = body.find(key);
  return found == body.end() ? SqlValue() : value_of(*found);
}

const Json& list_at(const Json& body, const char* key) {
  static const Json none = Json::array();
  auto found = body.find(key);
  return found == body.end() ? none : *found;
}

// Adds a row: the columns named `columns` are the members of `body` of the same name.
class Insert {
 public:
  Insert(Connection& connection, std::string table, Row first, std::string first_columns)
      : connection_(connection),
        table_(std::move(table)),
        columns_(std::move(first_columns)),
        values_(std::move(first)) {}

  Insert& members(const Json& body, std::initializer_list<const char*> names) {
    for (const char* name : names) add(name, value_at(body, name));
    return *this;
  }
  Insert& add(const char* column, SqlValue value) {
    columns_ += (columns_.empty() ? "" : ", ") + std::string(column);
    values_.push_back(std::move(value));
    return *this;
  }
  Result<void> run() {
    std::string places;
    for (size_t i = 1; i <= values_.size(); ++i) {
      places += (i == 1 ? "$" : ", $") + std::to_string(i);
    }
    return connection_.execute(
        "INSERT INTO " + table_ + " (" + columns_ + ") VALUES (" + places + ")", values_);
  }

 private:
  Connection& connection_;
  std::string table_;
  std::string columns_;
  Row values_;
};

Result<void> run_started(Connection& db, const Record& record, const Json& body) {
  return Insert(db, "run", {record.sequence}, "started_record")
      .members(body, {"number", "id", "started_at", "arguments", "host", "version"})
      .add("outcome", "started")
      .run();
}

Result<void> run_finished(Connection& db, const Record& record, const Json& body) {
  SqlValue run = value_at(body, "number");
  auto done = db.execute(
      "UPDATE run SET finished_at = $2, outcome = $3, reason = $4, scope = $5,"
      " signatures_count = $6, signatures_digest = $7, policy_digest = $8, findings = $9,"
      " failing = $10, finished_record = $11 WHERE number = $1",
      {run, value_at(body, "finished_at"), value_at(body, "outcome"), value_at(body, "reason"),
       value_at(body, "scope"), value_at(body, "signatures_count"),
       value_at(body, "signatures_digest"), value_at(body, "policy_digest"),
       value_at(body, "findings"), value_at(body, "failing"), record.sequence});
  if (!done) return done;
  int64_t position = 0;
  for (const Json& source : list_at(body, "sources")) {
    done = Insert(db, "run_source", {run, position++}, "run, position")
               .members(source, {"source", "kind", "path", "refs", "refs_digest", "commits",
                                 "blobs", "bytes", "shallow_commits", "whole"})
               .run();
    if (!done) return done;
  }
  for (const Json& what : list_at(body, "left_out")) {
    done = Insert(db, "run_left_out", {run}, "run")
               .members(what, {"reason", "count", "examples"})
               .run();
    if (!done) return done;
  }
  for (const Json& what : list_at(body, "allowed")) {
    done = Insert(db, "run_allowed", {run}, "run").members(what, {"reason", "count"}).run();
    if (!done) return done;
  }
  position = 0;
  for (const Json& failure : list_at(body, "failed")) {
    done = Insert(db, "run_failure", {run, position++}, "run, position")
               .members(failure, {"place", "reason"})
               .run();
    if (!done) return done;
  }
  return {};
}

// The finding stands where any of its sources has it: a tip goes before history, that
// before gone.
Result<void> settle_finding(Connection& db, const Record& record, const Json& body,
                            const std::string& before) {
  auto rows = db.query("SELECT standing FROM presence WHERE finding = $1",
                       {value_at(body, "id")});
  if (!rows) return rows.error();
  std::string now = "gone";
  for (const Row& row : *rows) {
    std::string standing = text(row[0]);
    if (standing == "tip" || now == "gone") now = standing;
  }
  if (now == before) return {};
  SqlValue id = value_at(body, "id");
  if (now == "tip") {  // it was there, it was not, and it is back
    return db.execute("UPDATE finding SET standing = $2, removed_run = NULL, removed_at = NULL,"
                      " returned_record = $3, returned_at = $4 WHERE id = $1",
                      {id, now, record.sequence, record.time});
  }
  if (before == "tip") {
    return db.execute("UPDATE finding SET standing = $2, removed_run = $3, removed_at = $4"
                      " WHERE id = $1",
                      {id, now, value_at(body, "run"), record.time});
  }
  return db.execute("UPDATE finding SET standing = $2 WHERE id = $1", {id, now});
}

Result<void> finding(Connection& db, const Record& record, const Json& body) {
  SqlValue id = value_at(body, "id"), source = value_at(body, "source");
  auto known = db.query("SELECT standing FROM finding WHERE id = $1", {id});
  if (!known) return known.error();
  Result<void> done;
  if (known->empty()) {
    done = Insert(db, "finding", {value_at(body, "run"), record.time}, "first_run, first_seen")
               .members(body, {"id", "signature", "severity", "confidence", "structure",
                               "redacted", "length", "encoding", "attributes", "nhi",
                               "standing", "committed_at"})
               .run();
  } else {
    done = db.execute(
        "UPDATE finding SET signature = $2, severity = $3, confidence = $4, structure = $5,"
        " redacted = $6, length = $7, encoding = $8, attributes = $9, nhi = $10,"
        " committed_at = CASE WHEN committed_at < $11 THEN committed_at ELSE"
        " COALESCE($11, committed_at) END WHERE id = $1",
        {id, value_at(body, "signature"), value_at(body, "severity"),
         value_at(body, "confidence"), value_at(body, "structure"), value_at(body, "redacted"),
         value_at(body, "length"), value_at(body, "encoding"), value_at(body, "attributes"),
         value_at(body, "nhi"), value_at(body, "committed_at")});
  }
  if (!done) return done;

  auto there = db.query("SELECT first_run FROM presence WHERE finding = $1 AND source = $2",
                        {id, source});
  if (!there) return there.error();
  if (there->empty()) {
    done = Insert(db, "presence",
                  {id, value_at(body, "run"), record.sequence, value_at(body, "digest")},
                  "finding, first_run, record, digest")
               .members(body, {"source", "standing"})
               .run();
  } else {
    done = db.execute("UPDATE presence SET standing = $3, gone_run = NULL, digest = $4,"
                      " record = $5 WHERE finding = $1 AND source = $2",
                      {id, source, value_at(body, "standing"), value_at(body, "digest"),
                       record.sequence});
    if (!done) return done;
    done = db.execute("DELETE FROM occurrence WHERE finding = $1 AND source = $2", {id, source});
  }
  if (!done) return done;
  int64_t position = 0;
  for (const Json& place : list_at(body, "occurrences")) {
    done = Insert(db, "occurrence", {id, source, position++}, "finding, source, position")
               .members(place, {"path", "line", "column_from", "end_line", "end_column",
                                "object", "blob", "commit_id", "author", "author_email",
                                "committed_at", "last_held_at", "presence"})
               .run();
    if (!done) return done;
  }
  if (known->empty()) return {};
  return settle_finding(db, record, body, text((*known)[0][0]));
}

Result<void> gone(Connection& db, const Record& record, const Json& body) {
  SqlValue id = value_at(body, "id");
  auto known = db.query("SELECT standing FROM finding WHERE id = $1", {id});
  if (!known) return known.error();
  if (known->empty()) return {};  // a record that fits nothing: the chain will tell
  auto done = db.execute("UPDATE presence SET standing = 'gone', gone_run = $3, record = $4"
                         " WHERE finding = $1 AND source = $2",
                         {id, value_at(body, "source"), value_at(body, "run"), record.sequence});
  if (!done) return done;
  done = db.execute("DELETE FROM occurrence WHERE finding = $1 AND source = $2",
                    {id, value_at(body, "source")});
  if (!done) return done;
  return settle_finding(db, record, body, text((*known)[0][0]));
}

Result<void> decision(Connection& db, const Record& record, const Json& body) {
  return Insert(db, "decision", {record.sequence, record.time}, "record, decided_at")
      .members(body, {"finding", "decided_by", "action", "reason", "approver", "owner", "due",
                      "until", "proof"})
      .run();
}

Result<void> event(Connection& db, const Record& record, const Json& body) {
  return Insert(db, "event", {record.sequence, record.time}, "record, recorded_at")
      .members(body, {"subject", "what", "happened_at", "recorded_by", "reference", "artefact",
                      "digest", "note"})
      .run();
}

Result<void> signed_head(Connection& db, const Record& record, const Json& body) {
  return Insert(db, "signed_head", {record.sequence}, "record")
      .members(body, {"sequence", "hash", "key_id", "envelope"})
      .run();
}

Result<void> register_import(Connection& db, const Record& record, const Json& body) {
  return Insert(db, "register_import", {record.sequence, record.time}, "record, imported_at")
      .members(body, {"imported_by", "file", "digest", "kind", "source", "as_of", "entries",
                      "taken", "passed_over", "left_out"})
      .run();
}

// A record of the register is all that is known of one entry by then.
Result<void> nhi(Connection& db, const Record& record, const Json& body) {
  SqlValue id = value_at(body, "id");
  for (const char* before : {"DELETE FROM nhi WHERE id = $1", "DELETE FROM nhi_fact WHERE nhi = $1",
                             "DELETE FROM credential_link WHERE nhi = $1"}) {
    auto done = db.execute(before, {id});
    if (!done) return done;
  }
  auto done = Insert(db, "nhi", {record.sequence}, "record")
                  .members(body, {"id", "registered", "kind", "name", "owner", "owner_kind",
                                  "owner_attested", "class", "system", "environment",
                                  "supplier", "account", "purpose", "status", "created",
                                  "last_rotated", "last_used", "expires", "rotation_days",
                                  "review_days", "digest"})
                  .run();
  if (!done) return done;
  int64_t position = 0;
  for (const Json& fact : list_at(body, "facts")) {
    done = Insert(db, "nhi_fact", {id, position++}, "nhi, position")
               .members(fact, {"field", "value", "source", "as_of", "attested"})
               .run();
    if (!done) return done;
  }
  for (const Json& link : list_at(body, "credentials")) {
    done = Insert(db, "credential_link", {id}, "nhi")
               .members(link, {"kind", "provider", "value", "credential", "status", "created",
                               "last_rotated", "last_used", "expires", "source", "as_of"})
               .run();
    if (!done) return done;
  }
  return {};
}

Result<void> person(Connection& db, const Record& record, const Json& body) {
  SqlValue id = value_at(body, "id");
  Row same = {id};
  for (const Json& other : list_at(body, "replaces")) same.push_back(value_of(other));
  for (const SqlValue& other : same) {
    auto done = db.execute("DELETE FROM person WHERE id = $1", {other});
    if (done) done = db.execute("DELETE FROM person_word WHERE person = $1", {other});
    if (!done) return done;
  }
  auto done = Insert(db, "person", {record.sequence}, "record")
                  .members(body, {"id", "name", "emails", "logins", "active", "left_on",
                                  "manager", "source", "as_of", "digest"})
                  .run();
  if (!done) return done;
  for (const char* words : {"emails", "logins"}) {
    for (const Json& word : list_at(body, words)) {
      // An address may be a login as well.
      done = db.execute("INSERT INTO person_word (word, person) VALUES ($1, $2)"
                        " ON CONFLICT (word) DO NOTHING",
                        {value_of(word), id});
      if (!done) return done;
    }
  }
  return {};
}

Result<void> component(Connection& db, const Record& record, const Json& body) {
  auto done = db.execute("DELETE FROM component WHERE name = $1", {value_at(body, "name")});
  if (!done) return done;
  return Insert(db, "component", {record.sequence}, "record")
      .members(body, {"name", "repository", "path", "owner", "owner_kind", "system",
                      "lifecycle", "source", "as_of", "digest"})
      .run();
}

using Deriver = Result<void> (*)(Connection&, const Record&, const Json&);

const std::map<std::string, Deriver>& derivers() {
  static const std::map<std::string, Deriver> table = {
      {"store", [](Connection&, const Record&, const Json&) { return Result<void>(); }},
      {"run-started", run_started},
      {"run-finished", run_finished},
      {"finding", finding},
      {"gone", gone},
      {"decision", decision},
      {"event", event},
      {"signed-head", signed_head},
      {"import", register_import},
      {"nhi", nhi},
      {"person", person},
      {"component", component},
  };
  return table;
}

}  // namespace

Result<void> derive(Connection& connection, const Record& record, const Json& body) {
  auto deriver = derivers().find(record.kind);
  if (deriver == derivers().end() || !body.is_object()) {
    return Error{connection.name() + ": record " + std::to_string(record.sequence) +
                 " is of a kind that this straykey does not know"};
  }
  auto done = deriver->second(connection, record, body);
  if (!done) {
    return Error{done.error().message + " (record " + std::to_string(record.sequence) + ")"};
  }
  return {};
}

Result<void> derive_all(Connection& from, Connection& into) {
  Result<void> outcome;
  auto read = each_record(from, 1, kLastRecord, [&](Record record) {
    if (!outcome) return;
    Json body = Json::parse(record.body, nullptr, false);
    outcome = derive(into, record, body);
  });
  return read ? outcome : read;
}

}  // namespace straykey
