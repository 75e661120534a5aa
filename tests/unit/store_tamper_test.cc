// SPDX-License-Identifier: Apache-2.0
// Everything that can be done to the records of a store with SQL is seen, or is said in
// docs/store.md to be seen only against a head that stands elsewhere.
#include <gtest/gtest.h>

#include <random>

#include "scanner/store/derive.h"
#include "scanner/store/schema.h"
#include "scanner/store/verify.h"
#include "tests/support/made_store.h"

namespace straykey {
namespace {

constexpr int64_t kStart = 1767225600;

// Ten runs with findings that come and go, decisions, events and a signed head.
void fill(Store& store) {
  for (int week = 0; week < 10; ++week) {
    MadeRun run(store, kStart + week * 604800, {"one", "two"});
    run.coverage.leave_out("binary", "a.bin");
    run.allowed = {{"allowed inline", 2}};
    if (week % 4 == 3) run.coverage.fail("three", "cannot be read");
    for (int secret = 0; secret < 6; ++secret) {
      if ((secret + week) % 3 > 0) run.find(secret, Presence::kTip, 0);
      run.find(secret, week > secret ? Presence::kHistory : Presence::kTip, 1);
    }
    run.finish();
    Decision decision;
    decision.action = static_cast<Action>(week % 5);
    decision.reason = "reason " + std::to_string(week);
    decision.owner = "team";
    decision.due = kStart + week;
    decision.decided_at = kStart + week * 604800 + 50;
    ASSERT_TRUE(store.decide({{made_id(week % 6), decision}}));
    Event event;
    event.subject = week % 2 ? made_id(week % 6) : "aws:1:user/x";
    event.what = event_names()[static_cast<size_t>(week % 6)];
    event.happened_at = kStart + week;
    event.recorded_at = kStart + week * 604800 + 60;
    event.reference = "TICKET-" + std::to_string(week);
    ASSERT_TRUE(store.add_events({event}));
  }
  auto head = read_head(store.connection());
  ASSERT_TRUE(store.add_signed_head(*head, "key", "envelope", kStart + 9 * 604800 + 70));
}

class Tampering : public ::testing::Test {
 protected:
  Tampering() : store_(open_store(place_.where())) { fill(store_); }

  std::vector<std::string> problems() {
    auto verified = verify_store(store_.connection());
    EXPECT_TRUE(verified) << verified.error().message;
    return verified ? verified->problems : std::vector<std::string>();
  }
  // What is found after `sql`, which is then taken back.
  std::vector<std::string> problems_after(const std::string& sql) {
    auto transaction = Transaction::begin(store_.connection(), Access::kWrite);
    auto done = store_.connection().script(sql);
    EXPECT_TRUE(done) << sql << ": " << done.error().message;
    return problems();
  }
  int64_t last() { return read_head(store_.connection())->sequence; }
  Record record(int64_t sequence) {
    auto rows = store_.connection().query(
        "SELECT sequence, kind, time, body, previous, hash FROM record WHERE sequence = $1",
        {sequence});
    const Row& row = (*rows)[0];
    return {number(row[0]), text(row[1]), number(row[2]), text(row[3]), text(row[4]), text(row[5])};
  }
  static std::string literal(const std::string& value) {
    std::string out = "'";
    for (char c : value) out += c == '\'' ? "''" : std::string(1, c);
    return out + "'";
  }
  static std::string insertion(const Record& r) {
    return "INSERT INTO record (sequence, kind, time, body, previous, hash) VALUES (" +
           std::to_string(r.sequence) + "," + literal(r.kind) + "," + std::to_string(r.time) +
           "," + literal(r.body) + "," + literal(r.previous) + "," + literal(r.hash) + ");";
  }
  static std::string removal(int64_t sequence) {
    return "DELETE FROM record WHERE sequence = " + std::to_string(sequence) + ";";
  }

  StorePlace place_;
  Store store_;
};

TEST_F(Tampering, IsNotSeenWhereThereIsNone) { EXPECT_EQ(problems(), std::vector<std::string>()); }

TEST_F(Tampering, IsNamed) {
  const std::string end = std::to_string(last());
  auto first = [&](const std::string& sql) {
    auto found = problems_after(sql);
    return found.empty() ? "nothing" : found.front();
  };
  EXPECT_EQ(first("UPDATE record SET body = '{}' WHERE sequence = 4"),
            "record 4 (finding, 2026-01-01T00:00:05Z) was changed: its hash does not fit what it "
            "holds");
  EXPECT_EQ(first(removal(7)), "record 7 is missing");
  EXPECT_EQ(first("DELETE FROM record WHERE sequence BETWEEN 5 AND 8"),
            "records 5 to 8 are missing");
  EXPECT_EQ(first(removal(last())), "record " + end + " is missing: cut off at the end");
  EXPECT_EQ(first("UPDATE head SET sequence = sequence - 1"),
            "record " + end + " and what follows stand after the head");
  EXPECT_EQ(first("UPDATE head SET hash = '" + std::string(64, '0') + "'"),
            "the head names another record " + end);
  EXPECT_EQ(first("DELETE FROM head"), "the table head has 0 rows instead of one");
  auto decision = store_.connection().query("SELECT MIN(record) FROM decision");
  EXPECT_EQ(first("UPDATE decision SET reason = 'better'"),
            "table decision: the row " + std::to_string(number((*decision)[0][0])) +
                " is not what the records say");
  EXPECT_EQ(first("DELETE FROM run WHERE number = 3"), "table run: the row 3 is missing");
  EXPECT_EQ(first("UPDATE finding SET severity = 'low' WHERE id = " + literal(made_id(2))),
            "table finding: the row '" + made_id(2) + "' is not what the records say");
  Record replaced = record(6);
  replaced.time += 1;
  replaced.hash = record_hash(replaced);
  EXPECT_EQ(first(removal(6) + insertion(replaced)),
            "record 7 does not follow record 6: one of the two was replaced, put there or moved");
}

TEST_F(Tampering, IsSeenEachOfAThousandTimes) {
  std::mt19937 random(6);
  const int64_t end = last();
  auto any = [&](int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random);
  };
  std::map<std::string, int> done;
  for (int round = 0; round < 1000; ++round) {
    Record victim = record(any(1, end));
    const std::string at = std::to_string(victim.sequence);
    std::string sql, what;
    switch (round % 8) {
      case 0: {  // one character of the body
        what = "edit";
        size_t place = static_cast<size_t>(any(0, static_cast<int64_t>(victim.body.size()) - 1));
        if (static_cast<unsigned char>(victim.body[place]) >= 0x80) place = 0;
        victim.body[place] = victim.body[place] == 'x' ? 'y' : 'x';
        sql = "UPDATE record SET body = " + literal(victim.body) + " WHERE sequence = " + at;
        break;
      }
      case 1: {  // a value of the body, and its own hash made to fit
        what = "edit with hash";
        nlohmann::json body = nlohmann::json::parse(victim.body);
        body[body.begin().key()] = any(0, 1 << 30);
        victim.body = canonical(body);
        victim.hash = record_hash(victim);
        sql = removal(victim.sequence) + insertion(victim);
        break;
      }
      case 2:
        what = "time";
        sql = "UPDATE record SET time = time + " + std::to_string(any(1, 100000)) +
              " WHERE sequence = " + at;
        break;
      case 3:
        what = "delete";
        sql = removal(victim.sequence);
        break;
      case 4: {  // all later ones make room
        what = "insert";
        sql = "UPDATE record SET sequence = sequence + 1000 WHERE sequence > " + at + ";" +
              "UPDATE record SET sequence = sequence - 999 WHERE sequence > 1000;";
        Record put = victim;
        ++put.sequence;
        put.previous = victim.hash;
        put.hash = record_hash(put);
        sql += insertion(put) + "UPDATE head SET sequence = sequence + 1";
        break;
      }
      case 5: {
        what = "swap";
        int64_t other = any(1, end);
        if (other == victim.sequence) other = other == end ? 1 : other + 1;
        Record second = record(other);
        std::swap(victim.sequence, second.sequence);
        sql = removal(victim.sequence) + removal(second.sequence) + insertion(victim) +
              insertion(second);
        break;
      }
      case 6:
        what = "truncate";
        sql = "DELETE FROM record WHERE sequence >= " + at;
        break;
      default: {
        what = "hash";
        std::string& of = round % 16 < 8 ? victim.hash : victim.previous;
        of[static_cast<size_t>(any(0, 63))] = 'g';
        sql = removal(victim.sequence) + insertion(victim);
      }
    }
    ++done[what];
    EXPECT_FALSE(problems_after(sql).empty()) << what << ": " << sql.substr(0, 300);
  }
  EXPECT_EQ(done.size(), 8u);
  EXPECT_EQ(problems(), std::vector<std::string>());  // all was taken back
}

TEST_F(Tampering, OfAnyRowOfAnyDerivedTableIsSeen) {
  change_register(store_, fill_register, {{"users.csv", "0a", "aws-users", "cmdb", 1, 2, 2, 0, 0}});
  for (const DerivedTable& table : derived_tables()) {
    auto rows = store_.connection().query("SELECT COUNT(*) FROM " + table.name);
    ASSERT_GT(number((*rows)[0][0]), 0) << table.name;
    EXPECT_FALSE(problems_after("DELETE FROM " + table.name).empty()) << table.name;
  }
  EXPECT_FALSE(problems_after("UPDATE run SET started_at = started_at + 1 WHERE number = 2").empty());
  EXPECT_FALSE(problems_after("UPDATE occurrence SET path = 'elsewhere' WHERE position = 0").empty());
  EXPECT_FALSE(problems_after("UPDATE decision SET until = 5 WHERE action = 'accept'").empty());
}

// Makes all hashes anew from record `from` on, as somebody who can write the database may.
void forge(Connection& connection, int64_t from) {
  std::vector<Record> records;
  ASSERT_TRUE(each_record(connection, 1, kLastRecord, [&](Record record) { records.push_back(record); }));
  std::string previous = kNoHash;
  int64_t sequence = 0;
  for (Record& record : records) {
    int64_t was = record.sequence;
    record.sequence = ++sequence;
    record.previous = previous;
    record.hash = record_hash(record);
    previous = record.hash;
    if (was < from) continue;
    ASSERT_TRUE(connection.execute(
        "UPDATE record SET sequence = $1, previous = $2, hash = $3 WHERE sequence = $4",
        {record.sequence, record.previous, record.hash, was}));
  }
  ASSERT_TRUE(connection.execute("UPDATE head SET sequence = $1, hash = $2", {sequence, previous}));
  for (const DerivedTable& table : derived_tables()) {
    ASSERT_TRUE(connection.execute("DELETE FROM " + table.name));
  }
  for (const Record& record : records) {
    ASSERT_TRUE(derive(connection, record, nlohmann::json::parse(record.body)));
  }
}

TEST_F(Tampering, ThatMakesAllAnewIsSeenAgainstAHeadThatStandsElsewhere) {
  const Head noted = *read_head(store_.connection());
  Connection& connection = store_.connection();
  auto transaction = Transaction::begin(connection, Access::kWrite);
  auto decisions = connection.query("SELECT MIN(record) FROM decision");
  int64_t victim = number((*decisions)[0][0]);
  ASSERT_TRUE(connection.script(removal(victim)));
  forge(connection, victim);
  EXPECT_EQ(problems(), std::vector<std::string>());  // the store alone cannot tell
  Verification verification;
  ASSERT_TRUE(verify_head(connection, noted, "the noted head", verification));
  EXPECT_EQ(verification.problems,
            std::vector<std::string>{"the noted head: record " + std::to_string(noted.sequence) +
                                     " is not in the store any more"});
}

TEST_F(Tampering, WithARunTakenOutLeavesAGapInTheirNumbers) {
  Connection& connection = store_.connection();
  auto transaction = Transaction::begin(connection, Access::kWrite);
  auto run = connection.query("SELECT started_record, finished_record FROM run WHERE number = 4");
  int64_t from = number((*run)[0][0]);
  ASSERT_TRUE(connection.script("DELETE FROM record WHERE sequence BETWEEN " +
                                std::to_string(from) + " AND " +
                                std::to_string(number((*run)[0][1]))));
  forge(connection, from);
  auto found = problems();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].find("begins run 5, but run 4 is next"), std::string::npos) << found[0];
}

}  // namespace
}  // namespace straykey
