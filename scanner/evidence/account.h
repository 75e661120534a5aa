// SPDX-License-Identifier: Apache-2.0
// The account of a period: what an evidence pack says, before it is written in one format or
// another. It is put together from the records of a store, the policy and the frameworks, and
// from nothing else: no clock, no host, no chance.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scanner/evidence/metrics.h"
#include "scanner/evidence/schedule.h"

namespace straykey {

// What the metrics were at a moment within the period.
struct TrendPoint {
  Period period;  // from the moment before to this one
  std::vector<Metric> metrics;
};

// Not movable: the picture borrows the ledger.
struct Account {
  Account() = default;
  Account(const Account&) = delete;

  Period period;
  Policy policy;
  Ledger ledger;
  std::unique_ptr<const Picture> picture;
  std::vector<Metric> metrics;
  std::vector<TrendPoint> trend;  // the last one ends with the period
  DebtSheet debt;
  std::vector<Gap> gaps;
  std::vector<PlannedWindow> windows;
  Assessment run_assessment;  // C24, from the gaps
};

// The error says what is wrong with the store. `names` are signatures that the program knows.
Result<std::unique_ptr<const Account>> account_of(Connection& connection, const Period& period,
                                                  const Policy& policy,
                                                  const SignatureSet& names,
                                                  std::shared_ptr<const Rulebook> book);

// One file of the pack: rows of cells that are texts, numbers, lists of texts, or null.
using TableRow = std::vector<nlohmann::json>;
struct Table {
  std::string name;   // "findings"
  std::string title;  // a sentence that says what a row is
  std::vector<std::string> columns;
  // Gives the rows one after another: they may be a million.
  std::function<void(const std::function<void(const TableRow&)>& row)> rows;
};
// Borrows the account.
std::vector<Table> tables_of(const Account& account);

// What tables_of() is put together from, a file each.
std::vector<Table> run_tables(const Account& account);
std::vector<Table> finding_tables(const Account& account);
std::vector<Table> identity_tables(const Account& account);
std::vector<Table> control_tables(const Account& account);
std::vector<Table> metric_tables(const Account& account);

// `size` findings, or all when there are fewer: those whose SHA-256 of "seed:id" in hexadecimal
// is least, in that order. Everybody can draw the same sample again, with sha256sum.
Table sample_table(const Account& account, size_t size, const std::string& seed);

// Ids that the conditions of a finding are evidence for, of one framework.
std::vector<std::string> primary_ids(const Assessment& assessment, ByteView framework);

// RFC 3339, or null.
nlohmann::json time_cell(std::optional<int64_t> seconds);

}  // namespace straykey
