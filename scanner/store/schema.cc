// SPDX-License-Identifier: Apache-2.0
#include "scanner/store/schema.h"

#include <algorithm>

namespace straykey {
namespace {

// Migration i leads from version i to version i + 1. What was released is never edited: a
// change of the schema is a further element. Times are seconds since 1970 UTC. WITHOUT ROWID,
// which only SQLite is told, spares a second search where a scan looks a row up by its key.
constexpr const char* kMigrations[] = {
    R"sql(
CREATE TABLE store_schema (version BIGINT NOT NULL);

CREATE TABLE record (
  sequence BIGINT PRIMARY KEY,
  kind     TEXT NOT NULL,
  time     BIGINT NOT NULL,
  body     TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash     TEXT NOT NULL
);
CREATE TABLE head (
  id       BIGINT PRIMARY KEY CHECK (id = 1),
  sequence BIGINT NOT NULL,
  hash     TEXT NOT NULL
);

CREATE TABLE run (
  number            BIGINT PRIMARY KEY,
  id                TEXT NOT NULL,
  started_at        BIGINT NOT NULL,
  finished_at       BIGINT,
  outcome           TEXT NOT NULL,
  reason            TEXT,
  scope             TEXT,
  arguments         TEXT NOT NULL,
  host              TEXT NOT NULL,
  version           TEXT NOT NULL,
  signatures_count  BIGINT,
  signatures_digest TEXT,
  policy_digest     TEXT,
  findings          BIGINT,
  failing           BIGINT,
  started_record    BIGINT NOT NULL,
  finished_record   BIGINT
);
CREATE TABLE run_source (
  run             BIGINT NOT NULL,
  position        BIGINT NOT NULL,
  source          TEXT NOT NULL,
  kind            TEXT NOT NULL,
  path            TEXT NOT NULL,
  refs            BIGINT NOT NULL,
  refs_digest     TEXT NOT NULL,
  commits         BIGINT NOT NULL,
  blobs           BIGINT NOT NULL,
  bytes           BIGINT NOT NULL,
  shallow_commits BIGINT NOT NULL,
  whole           BIGINT NOT NULL,
  PRIMARY KEY (run, position)
);
CREATE INDEX run_source_by_source ON run_source (source, run);
CREATE TABLE run_left_out (
  run      BIGINT NOT NULL,
  reason   TEXT NOT NULL,
  count    BIGINT NOT NULL,
  examples TEXT NOT NULL,
  PRIMARY KEY (run, reason)
);
CREATE TABLE run_allowed (
  run    BIGINT NOT NULL,
  reason TEXT NOT NULL,
  count  BIGINT NOT NULL,
  PRIMARY KEY (run, reason)
);
CREATE TABLE run_failure (
  run      BIGINT NOT NULL,
  position BIGINT NOT NULL,
  place    TEXT NOT NULL,
  reason   TEXT NOT NULL,
  PRIMARY KEY (run, position)
);

CREATE TABLE finding (
  id              TEXT PRIMARY KEY,
  signature       TEXT NOT NULL,
  severity        TEXT NOT NULL,
  confidence      TEXT NOT NULL,
  structure       TEXT NOT NULL,
  redacted        TEXT NOT NULL,
  length          BIGINT NOT NULL,
  encoding        TEXT NOT NULL,
  attributes      TEXT NOT NULL,
  nhi             TEXT,
  standing        TEXT NOT NULL,
  first_run       BIGINT NOT NULL,
  first_seen      BIGINT NOT NULL,
  committed_at    BIGINT,
  removed_run     BIGINT,
  removed_at      BIGINT,
  returned_record BIGINT,
  returned_at     BIGINT
);
CREATE INDEX finding_by_nhi ON finding (nhi);
CREATE TABLE presence (
  finding   TEXT NOT NULL,
  source    TEXT NOT NULL,
  standing  TEXT NOT NULL,
  first_run BIGINT NOT NULL,
  gone_run  BIGINT,
  digest    TEXT NOT NULL,
  record    BIGINT NOT NULL,
  PRIMARY KEY (finding, source)
);
CREATE INDEX presence_by_source ON presence (source);
CREATE TABLE occurrence (
  finding      TEXT NOT NULL,
  source       TEXT NOT NULL,
  position     BIGINT NOT NULL,
  path         TEXT NOT NULL,
  line         BIGINT NOT NULL,
  column_from  BIGINT NOT NULL,
  end_line     BIGINT NOT NULL,
  end_column   BIGINT NOT NULL,
  object       TEXT NOT NULL,
  blob         TEXT NOT NULL,
  commit_id    TEXT NOT NULL,
  author       TEXT NOT NULL,
  author_email TEXT NOT NULL,
  committed_at BIGINT,
  last_held_at BIGINT,
  presence     TEXT NOT NULL,
  PRIMARY KEY (finding, source, position)
);

CREATE TABLE decision (
  record     BIGINT PRIMARY KEY,
  finding    TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  decided_by TEXT NOT NULL,
  action     TEXT NOT NULL,
  reason     TEXT NOT NULL,
  approver   TEXT NOT NULL,
  owner      TEXT NOT NULL,
  due        BIGINT,
  until      BIGINT,
  proof      TEXT NOT NULL
);
CREATE INDEX decision_by_finding ON decision (finding, record);
CREATE TABLE event (
  record      BIGINT PRIMARY KEY,
  subject     TEXT NOT NULL,
  what        TEXT NOT NULL,
  happened_at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  recorded_by TEXT NOT NULL,
  reference   TEXT NOT NULL,
  artefact    TEXT NOT NULL,
  digest      TEXT NOT NULL,
  note        TEXT NOT NULL
);
CREATE INDEX event_by_subject ON event (subject, record);
CREATE TABLE signed_head (
  record   BIGINT PRIMARY KEY,
  sequence BIGINT NOT NULL,
  hash     TEXT NOT NULL,
  key_id   TEXT NOT NULL,
  envelope TEXT NOT NULL
);
)sql",
    R"sql(
CREATE TABLE register_import (
  record      BIGINT PRIMARY KEY,
  imported_at BIGINT NOT NULL,
  imported_by TEXT NOT NULL,
  file        TEXT NOT NULL,
  digest      TEXT NOT NULL,
  kind        TEXT NOT NULL,
  source      TEXT NOT NULL,
  as_of       BIGINT NOT NULL,
  entries     BIGINT NOT NULL,
  taken       BIGINT NOT NULL,
  passed_over BIGINT NOT NULL,
  left_out    BIGINT NOT NULL
);
CREATE TABLE nhi (
  id             TEXT PRIMARY KEY,
  registered     BIGINT NOT NULL,
  kind           TEXT,
  name           TEXT,
  owner          TEXT,
  owner_kind     TEXT,
  owner_attested BIGINT NOT NULL,
  class          TEXT,
  system         TEXT,
  environment    TEXT,
  supplier       TEXT,
  account        TEXT,
  purpose        TEXT,
  status         TEXT,
  created        BIGINT,
  last_rotated   BIGINT,
  last_used      BIGINT,
  expires        BIGINT,
  rotation_days  BIGINT,
  review_days    BIGINT,
  digest         TEXT NOT NULL,
  record         BIGINT NOT NULL
) WITHOUT ROWID;
CREATE TABLE nhi_fact (
  nhi      TEXT NOT NULL,
  position BIGINT NOT NULL,
  field    TEXT NOT NULL,
  value    TEXT NOT NULL,
  source   TEXT NOT NULL,
  as_of    BIGINT NOT NULL,
  attested BIGINT NOT NULL,
  PRIMARY KEY (nhi, position)
);
CREATE TABLE credential_link (
  kind         TEXT NOT NULL,
  provider     TEXT NOT NULL,
  value        TEXT NOT NULL,
  nhi          TEXT NOT NULL,
  credential   TEXT NOT NULL,
  status       TEXT NOT NULL,
  created      BIGINT,
  last_rotated BIGINT,
  last_used    BIGINT,
  expires      BIGINT,
  source       TEXT NOT NULL,
  as_of        BIGINT NOT NULL,
  PRIMARY KEY (kind, provider, value, nhi, credential)
) WITHOUT ROWID;
CREATE INDEX credential_link_by_nhi ON credential_link (nhi);
CREATE TABLE person (
  id      TEXT PRIMARY KEY,
  name    TEXT NOT NULL,
  emails  TEXT NOT NULL,
  logins  TEXT NOT NULL,
  active  BIGINT NOT NULL,
  left_on BIGINT,
  manager TEXT NOT NULL,
  source  TEXT NOT NULL,
  as_of   BIGINT NOT NULL,
  digest  TEXT NOT NULL,
  record  BIGINT NOT NULL
);
CREATE TABLE person_word (
  word   TEXT PRIMARY KEY,
  person TEXT NOT NULL
);
CREATE INDEX person_word_by_person ON person_word (person);
CREATE TABLE component (
  name       TEXT PRIMARY KEY,
  repository TEXT NOT NULL,
  path       TEXT NOT NULL,
  owner      TEXT NOT NULL,
  owner_kind TEXT NOT NULL,
  system     TEXT NOT NULL,
  lifecycle  TEXT NOT NULL,
  source     TEXT NOT NULL,
  as_of      BIGINT NOT NULL,
  digest     TEXT NOT NULL,
  record     BIGINT NOT NULL
);
CREATE INDEX component_by_repository ON component (repository);
)sql",
};
constexpr int64_t kVersion = static_cast<int64_t>(std::size(kMigrations));

// 0 when the database is empty.
Result<int64_t> version_of(Connection& connection) {
  auto tables = connection.tables();
  if (!tables) return tables.error();
  if (tables->empty()) return int64_t{0};
  Error foreign{connection.name() + ": is a database, but not a store of straykey"};
  if (std::find(tables->begin(), tables->end(), "store_schema") == tables->end()) return foreign;
  auto rows = connection.query("SELECT version FROM store_schema");
  if (!rows) return rows.error();
  if (rows->size() != 1 || !std::holds_alternative<int64_t>((*rows)[0][0])) return foreign;
  int64_t version = number((*rows)[0][0]);
  if (version > kVersion) {
    return Error{connection.name() + ": the store was written by a newer straykey (schema " +
                 std::to_string(version) + ", this one knows up to " +
                 std::to_string(kVersion) + "); use that version"};
  }
  return version;
}

std::string migration(int64_t from, const Connection& connection) {
  constexpr ByteView kOfSqlite = " WITHOUT ROWID";
  std::string out = kMigrations[from];
  if (!is_postgres(connection.name())) return out;
  for (size_t at; (at = out.find(kOfSqlite)) != std::string::npos;) out.erase(at, kOfSqlite.size());
  return out;
}

}  // namespace

Result<void> prepare_schema(Connection& connection) {
  auto version = version_of(connection);
  if (!version) return version.error();
  if (*version == kVersion) return {};
  auto transaction = Transaction::begin(connection, Access::kWrite);
  if (!transaction) return transaction.error();
  version = version_of(connection);  // another process may have been first
  if (!version) return version.error();
  for (int64_t from = *version; from < kVersion; ++from) {
    auto done = connection.script(migration(from, connection));
    if (!done) return done;
  }
  auto done = *version == 0
                  ? connection.execute("INSERT INTO store_schema VALUES ($1)", {kVersion})
                  : connection.execute("UPDATE store_schema SET version = $1", {kVersion});
  if (!done) return done;
  return transaction->commit();
}

Result<void> check_schema(Connection& connection) {
  auto version = version_of(connection);
  if (!version) return version.error();
  if (*version == kVersion) return {};
  return Error{connection.name() + ": " +
               (*version == 0 ? "holds nothing; 'straykey scan --store' fills it"
                              : "was written by an older straykey; a scan brings it up to date")};
}

const std::vector<DerivedTable>& derived_tables() {
  static const std::vector<DerivedTable> tables = {
      {"run", "number"},
      {"run_source", "run, position"},
      {"run_left_out", "run, reason"},
      {"run_allowed", "run, reason"},
      {"run_failure", "run, position"},
      {"finding", "id"},
      {"presence", "finding, source"},
      {"occurrence", "finding, source, position"},
      {"decision", "record"},
      {"event", "record"},
      {"signed_head", "record"},
      {"register_import", "record"},
      {"nhi", "id"},
      {"nhi_fact", "nhi, position"},
      {"credential_link", "kind, provider, value, nhi, credential"},
      {"person", "id"},
      {"person_word", "word"},
      {"component", "name"},
  };
  return tables;
}

}  // namespace straykey
