// SPDX-License-Identifier: Apache-2.0
// A store of a test's own, and made-up runs to fill it. The store is an SQLite file, or,
// when STRAYKEY_TEST_POSTGRES has the URL of a server, a schema of its own in there.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "scanner/store/store.h"
#include "scanner/store/stored_register.h"
#include "tests/support/temp_dir.h"

namespace straykey {

// Names a new, empty store.
class StorePlace {
 public:
  StorePlace() {
    const char* server = std::getenv("STRAYKEY_TEST_POSTGRES");
    if (!server) {
      where_ = dir_ / "store.db";
      return;
    }
    static int count = 0;
    std::string schema = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
    auto connection = open_connection(server, IfAbsent::kRefuse);
    EXPECT_TRUE(connection) << connection.error().message;
    EXPECT_TRUE((*connection)->script("CREATE SCHEMA " + schema));
    where_ = std::string(server) +
             (std::string(server).find('?') == std::string::npos ? "?" : "&") +
             "options=-csearch_path%3D" + schema;
  }

  const std::string& where() const { return where_; }

 private:
  TempDir dir_;
  std::string where_;
};

inline Store open_store(const std::string& where) {
  auto store = Store::open(where, Access::kWrite);
  if (!store) {
    ADD_FAILURE() << store.error().message;
    std::abort();
  }
  return std::move(*store);
}

// The fingerprint of secret number `secret`, below 100.
inline std::string made_id(int secret) {
  std::string id = std::string(31, '0') + std::to_string(secret % 10);
  id.replace(0, 6, "abcde" + std::string(1, static_cast<char>('0' + secret / 10)));
  return id;
}

// One run over `sources`, all of them repositories that are looked at whole. Change what is
// to be otherwise before finish().
class MadeRun {
 public:
  MadeRun(Store& store, int64_t at, std::vector<std::string> sources)
      : store_(store), at_(at) {
    Signature signature;
    signature.id = "made.token";
    signature.pattern = "(?P<secret>x)";
    auto set = SignatureSet::make({signature});
    signatures = std::move(*set);
    auto number = store.start_run({"run-" + std::to_string(at), at, {"scan", "."}, "host", "1"});
    EXPECT_TRUE(number) << number.error().message;
    end.number = *number;
    end.finished_at = at + 5;
    end.whole = true;
    for (const std::string& source : sources) {
      SourceCoverage covered;
      covered.kind = "repository";
      covered.path = source;
      covered.refs = {{"refs/heads/main", std::string(40, 'a')}};
      covered.commits = 3;
      covered.blobs = 7;
      covered.bytes = 900;
      coverage.sources.push_back(covered);
    }
    end.source_names = std::move(sources);
  }

  // The secret number `secret` stands in line `line` of source number `source`.
  void find(int secret, Presence presence, uint32_t source = 0, uint64_t line = 1) {
    std::string id = made_id(secret);
    auto known = std::find_if(findings.begin(), findings.end(),
                              [&](const Finding& finding) { return finding.id == id; });
    if (known == findings.end()) {
      Finding finding;
      finding.id = id;
      finding.redacted = "****";
      finding.length = 20;
      finding.severity = Severity::kHigh;
      finding.attributes = {{"user", "u\xff" + std::to_string(secret)}};
      findings.push_back(std::move(finding));
      known = findings.end() - 1;
    }
    Occurrence place;
    place.path = "src/\xc3\xa9_" + std::to_string(secret) + ".txt";
    place.position = {line, 1, line, 20};
    place.object = "blob";
    place.blob = std::string(40, 'b');
    place.commit = std::string(40, 'c');
    place.author = "Ann \xff";
    place.author_email = "ann@example.test";
    place.committed_at = at_ - 100;
    place.last_held_at = at_;
    place.presence = presence;
    place.source = source;
    known->at_tip |= presence == Presence::kTip;
    known->occurrences.push_back(std::move(place));
  }

  void finish() {
    end.signatures = &signatures;
    end.signatures_digest = "digest";
    end.coverage = &coverage;
    end.findings = &findings;
    end.allowed = &allowed;
    end.allowed_ids = &allowed_ids;
    if (!coverage.complete()) end.outcome = RunOutcome::kIncomplete;
    auto done = store_.finish_run(end);
    ASSERT_TRUE(done) << done.error().message;
  }

  SignatureSet signatures;
  Coverage coverage;
  std::vector<Finding> findings;
  std::map<std::string, uint64_t> allowed;
  std::set<std::string> allowed_ids;
  RunEnd end;

 private:
  Store& store_;
  int64_t at_;
};

inline constexpr int64_t kRegisterTime = 1'790'000'000;

// Changes the register of a store, and notes imports.
inline void change_register(Store& store, const std::function<void(Register&)>& how,
            std::vector<ImportNote> notes = {}) {
  auto changed = change_stored_register(store.connection(), kRegisterTime, "ann", [&](Register& reg) {
    how(reg);
    return Result<std::vector<ImportNote>>(notes);
  });
  ASSERT_TRUE(changed) << changed.error().message;
}

inline Nhi made_nhi(const std::string& id, const std::string& owner, int64_t as_of) {
  Nhi nhi;
  nhi.id = id;
  say(nhi, Field::kKind, "aws.user", "aws-users", as_of);
  say(nhi, Field::kOwner, owner, "cmdb", as_of);
  say(nhi, Field::kOwnerKind, "team", "cmdb", as_of);
  say(nhi, Field::kClass, "privileged-service", "cmdb", as_of);
  say(nhi, Field::kExpires, "2026-11-21T04:05:06Z", "aws-users", as_of);
  say(nhi, Field::kRotationDays, "90", "policy", as_of);
  return nhi;
}

// Something of everything.
inline void fill_register(Register& reg) {
  reg.add(made_nhi("aws:1:user/deploy", "payments", 10));
  reg.add(made_nhi("aws:1:user/deploy", "checkout", 5));
  Nhi candidate;
  candidate.id = "candidate:00ff";
  candidate.registered = false;
  reg.add(candidate);
  for (const char* key : {"KEYONE", "KEYTWO"}) {
    CredentialLink link;
    link.provider = "aws";
    link.value = key;
    link.nhi_id = "aws:1:user/deploy";
    link.status = NhiStatus::kActive;
    link.created = 7;
    link.source = "aws-keys";
    link.as_of = 10;
    reg.add(link);
  }
  CredentialLink hint{LinkKind::kHintAndApplication, "azure", "abc|app", "candidate:00ff", "k1",
                      NhiStatus::kUnknown, {}, {}, {}, 99, "az", 3};
  reg.add(hint);
  reg.add(Person{"Bob", {"Bob@Acme.example"}, {"bob"}, false, 1234, "ana@acme.example", "hr", 4});
  reg.add(Person{"Ana", {"ana@acme.example"}, {}, true, {}, "", "hr", 4});
  reg.add(Component{"component:default/b", "Acme/Shop", "services/b", "team-b", OwnerKind::kTeam,
                    "shop", "production", "backstage", 2});
  reg.add(Component{"component:default/a", "acme/shop", "", "team-a", OwnerKind::kTeam, "", "",
                    "backstage", 2});
}

// The rows of a query, values separated by '|', a line each; NULL is "-".
inline std::string rows_of(Store& store, const std::string& sql) {
  std::string out;
  auto rows = store.connection().query(sql);
  if (!rows) return rows.error().message;
  for (const Row& row : *rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out += "|";
      const auto* whole = std::get_if<int64_t>(&row[i]);
      out += whole                                            ? std::to_string(*whole)
             : std::holds_alternative<std::monostate>(row[i]) ? "-"
                                                              : text(row[i]);
    }
    out += "\n";
  }
  return out;
}

}  // namespace straykey
