// SPDX-License-Identifier: Apache-2.0
#include "scanner/store/verify.h"

#include <algorithm>
#include <unordered_map>

#include "scanner/base/hash.h"
#include "scanner/base/time.h"
#include "scanner/store/derive.h"
#include "scanner/store/schema.h"

namespace straykey {
namespace {

using Json = nlohmann::json;

std::string number_of(int64_t sequence) { return "record " + std::to_string(sequence); }

std::string numbers_of(int64_t first, int64_t last) {
  if (first == last) return number_of(first) + " is missing";
  return "records " + std::to_string(first) + " to " + std::to_string(last) + " are missing";
}

// For Verification::runs: whichever comes next is right.
constexpr int64_t kSomeRun = -1;

// Walks the records in order, from the one behind `out.head` on.
class Chain {
 public:
  explicit Chain(Verification& out) : out_(out) {}

  void add(const Record& record) {
    bool follows = record.sequence == out_.head.sequence + 1;
    if (!follows) complain(numbers_of(out_.head.sequence + 1, record.sequence - 1));
    if (record_hash(record) != record.hash) {
      complain(number_of(record.sequence) + " (" + record.kind + ", " + iso_time(record.time) +
               ") was changed: its hash does not fit what it holds");
    } else if (follows && record.previous != out_.head.hash) {
      complain(number_of(record.sequence) + " does not follow " +
               (record.sequence == 1 ? "the beginning" : number_of(record.sequence - 1)) +
               ": one of the two was replaced, put there or moved");
    }
    if (record.time < time_) {
      out_.notes.push_back(number_of(record.sequence) + " is older than the one before it, by " +
                           std::to_string(time_ - record.time) + " s: a clock went back");
    }
    time_ = record.time;
    out_.head = {record.sequence, record.hash};
    Json body = Json::parse(record.body, nullptr, false);
    if (record.sequence == 1) first(record, body);
    if (record.kind == "run-started") run(record, body);
  }

 private:
  void complain(std::string problem) { out_.problems.push_back(std::move(problem)); }

  void first(const Record& record, const Json& body) {
    if (record.kind == "store" && body.is_object() && body.contains("id") &&
        body["id"].is_string()) {
      out_.store = body["id"].get<std::string>();
    } else {
      complain("record 1 does not say which store this is");
    }
  }

  void run(const Record& record, const Json& body) {
    int64_t is = body.is_object() && body.contains("number") && body["number"].is_number_integer()
                     ? body["number"].get<int64_t>()
                     : 0;
    if (out_.runs != kSomeRun && is != out_.runs + 1) {
      complain(number_of(record.sequence) + " begins run " + std::to_string(is) + ", but run " +
               std::to_string(out_.runs + 1) + " is next");
    }
    out_.runs = is;
  }

  Verification& out_;
  int64_t time_ = INT64_MIN;
};

std::string shown(const SqlValue& value) {
  if (const auto* whole = std::get_if<int64_t>(&value)) return std::to_string(*whole);
  if (const auto* bytes = std::get_if<std::string>(&value)) return "'" + *bytes + "'";
  return "null";
}

// Each row of `table`: the values of its key, and a hash of all its values.
Result<void> each_row(Connection& connection, const DerivedTable& table,
                      const std::function<void(std::string, std::string)>& row) {
  auto keys = static_cast<size_t>(std::count(table.key.begin(), table.key.end(), ',')) + 1;
  return connection.each("SELECT " + table.key + ", * FROM " + table.name, {}, [&](Row values) {
    std::string key, all;
    for (size_t i = 0; i < values.size(); ++i) {
      std::string& out = i < keys ? key : all;
      std::string value = shown(values[i]);
      if (!out.empty()) out += ", ";
      // Lengths, so that no two rows have the same text.
      out += i < keys ? value : std::to_string(value.size()) + ":" + value;
    }
    row(std::move(key), hex(sha256(all)));
  });
}

Result<void> compare_tables(Connection& connection, std::vector<std::string>& problems) {
  auto fresh = open_connection("", IfAbsent::kCreate);
  if (!fresh) return fresh.error();
  auto ready = prepare_schema(**fresh);
  if (!ready) return ready;
  auto transaction = Transaction::begin(**fresh, Access::kWrite);
  if (!transaction) return transaction.error();
  auto derived = derive_all(connection, **fresh);
  if (!derived) {
    problems.push_back("the tables cannot be made from the records: " + derived.error().message);
    return {};
  }
  for (const DerivedTable& table : derived_tables()) {
    std::unordered_map<std::string, std::string> expected;
    auto read = each_row(**fresh, table, [&](std::string key, std::string hash) {
      expected.emplace(std::move(key), std::move(hash));
    });
    if (!read) return read;
    auto complain = [&](const std::string& key, const char* what) {
      problems.push_back("table " + table.name + ": the row " + key + " " + what);
    };
    read = each_row(connection, table, [&](std::string key, std::string hash) {
      auto found = expected.find(key);
      if (found == expected.end()) {
        complain(key, "follows from no record");
      } else {
        if (found->second != hash) complain(key, "is not what the records say");
        expected.erase(found);
      }
    });
    if (!read) return read;
    std::vector<std::string> missing;
    for (const auto& [key, hash] : expected) missing.push_back(key);
    std::sort(missing.begin(), missing.end());
    for (const std::string& key : missing) complain(key, "is missing");
  }
  return {};
}

Result<void> note_unfinished(Connection& connection, Verification& out) {
  return connection.each(
      "SELECT number, started_at FROM run WHERE finished_record IS NULL ORDER BY number", {},
      [&](const Row& row) {
        out.notes.push_back("run " + shown(row[0]) + ", started at " + iso_time(number(row[1])) +
                            ", has not finished");
      });
}

// Holds the table head against the last record that is there.
Result<void> compare_head(Connection& connection, Verification& out) {
  auto heads = connection.query("SELECT sequence, hash FROM head");
  if (!heads) return heads.error();
  if (heads->size() != 1) {
    out.problems.push_back("the table head has " + std::to_string(heads->size()) +
                           " rows instead of one");
  } else {
    Head head{number((*heads)[0][0]), text((*heads)[0][1])};
    if (head.sequence > out.head.sequence) {
      out.problems.push_back(numbers_of(out.head.sequence + 1, head.sequence) +
                             ": cut off at the end");
    } else if (head.sequence < out.head.sequence) {
      out.problems.push_back(number_of(head.sequence + 1) + " and what follows stand after the head");
    } else if (head.hash != out.head.hash) {
      out.problems.push_back("the head names another " + number_of(head.sequence));
    }
  }
  return {};
}

}  // namespace

Result<Verification> verify_store(Connection& connection) {
  Verification out;
  Chain chain(out);
  auto read = each_record(connection, 1, kLastRecord, [&](const Record& record) { chain.add(record); });
  if (!read) return read.error();
  auto held = compare_head(connection, out);
  if (!held) return held.error();
  auto compared = compare_tables(connection, out.problems);
  if (!compared) return compared.error();
  auto noted = note_unfinished(connection, out);
  if (!noted) return noted.error();
  return out;
}

Result<std::vector<std::string>> verify_end(Connection& connection, int64_t most) {
  auto last = connection.query("SELECT MAX(sequence) FROM record");
  if (!last) return last.error();
  Verification out;
  const int64_t first = std::max<int64_t>(1, number((*last)[0][0]) - most + 1);
  if (first > 1) {
    auto before = connection.query("SELECT hash FROM record WHERE sequence = $1", {first - 1});
    if (!before) return before.error();
    // One that is not there is told as missing.
    if (!before->empty()) out.head = {first - 1, text((*before)[0][0])};
    out.runs = kSomeRun;
  }
  Chain chain(out);
  auto read = each_record(connection, first, kLastRecord, [&](const Record& record) { chain.add(record); });
  if (!read) return read.error();
  auto held = compare_head(connection, out);
  if (!held) return held.error();
  return std::move(out.problems);
}

Result<void> verify_head(Connection& connection, const Head& head, const std::string& what,
                         Verification& verification) {
  auto rows = connection.query("SELECT hash FROM record WHERE sequence = $1", {head.sequence});
  if (!rows) return rows.error();
  if (rows->empty()) {
    verification.problems.push_back(what + ": " + number_of(head.sequence) +
                                    " is not in the store any more");
  } else if (text((*rows)[0][0]) != head.hash) {
    verification.problems.push_back(what + ": " + number_of(head.sequence) +
                                    " is another one now");
  }
  return {};
}

}  // namespace straykey
