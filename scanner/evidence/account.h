// SPDX-License-Identifier: Apache-2.0
// The account of a period: what an evidence pack says, before it is written in one format or
// another. It is put together from the records of a store, the policy and the frameworks, and
// from nothing else: no clock, no host, no chance.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "scanner/evidence/metrics.h"
#include "scanner/evidence/schedule.h"

namespace straykey {

// What the metrics were at a moment within the period.
struct TrendPoint {
  Period period;  // from the moment before to this one
  std::vector<Metric> metrics;
};

// Not movable: the picture borrows the ledger. Holds a transaction of the connection that it was
// made from, so that what is read later is of the same state.
struct Account {
  Account(Connection& from, Transaction one_state)
      : connection(from), snapshot(std::move(one_state)) {}
  Account(const Account&) = delete;

  Connection& connection;
  Transaction snapshot;
  Period period;
  Policy policy;
  DeclaredScope declared;
  Ledger ledger;
  std::unique_ptr<const Picture> picture;
  std::vector<Metric> metrics;
  std::vector<TrendPoint> trend;  // the last one ends with the period
  DebtSheet debt;
  std::vector<Gap> gaps;
  std::vector<PlannedWindow> windows;
  Assessment run_assessment;  // C24 from the gaps, C25 from the records
};

// What an account is made with, beside the store.
struct AccountTerms {
  Period period;
  Policy policy;
  DeclaredScope declared;
};

// The error says what is wrong with the store. `names` are signatures that the program knows. The
// connection outlives the account.
Result<std::unique_ptr<const Account>> account_of(Connection& connection,
                                                  const AccountTerms& terms,
                                                  const SignatureSet& names,
                                                  std::shared_ptr<const Rulebook> book);

// A text, a number, a list of texts, or nothing. Borrows texts and lists until the row is taken.
class Cell {
 public:
  Cell() = default;
  Cell(ByteView text) : kind_(Kind::kText), borrowed_(text) {}
  Cell(const char* text) : Cell(ByteView(text)) {}
  Cell(Text text) : Cell(ByteView(text)) {}
  Cell(const std::string& text) : Cell(ByteView(text)) {}
  Cell(std::string&& text) : kind_(Kind::kOwnText), own_(std::move(text)) {}
  Cell(const std::vector<std::string>& list) : kind_(Kind::kList), list_(&list) {}
  template <class Number>
    requires std::is_integral_v<Number>
  Cell(Number number) : kind_(Kind::kNumber), number_(static_cast<int64_t>(number)) {}

  bool is_none() const { return kind_ == Kind::kNone; }
  // nullptr when it is of another kind.
  const int64_t* number() const { return kind_ == Kind::kNumber ? &number_ : nullptr; }
  const std::vector<std::string>* list() const { return list_; }
  // "" when it is of another kind.
  ByteView text() const { return kind_ == Kind::kOwnText ? ByteView(own_) : borrowed_; }

 private:
  enum class Kind : uint8_t { kNone, kNumber, kText, kOwnText, kList };
  Kind kind_ = Kind::kNone;
  int64_t number_ = 0;
  ByteView borrowed_;
  std::string own_;
  const std::vector<std::string>* list_ = nullptr;
};

// One file of the pack.
using TableRow = std::vector<Cell>;
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

// Of all NHIs, or of those at these places of the picture.
Table timeline_table(const Account& account, std::optional<std::set<uint32_t>> nhis);

// `size` findings, or all when there are fewer: those whose SHA-256 of "seed:id" in hexadecimal
// is least, in that order. Everybody can draw the same sample again, with sha256sum.
Table sample_table(const Account& account, size_t size, const std::string& seed);

// RFC 3339, or nothing.
Cell time_cell(std::optional<int64_t> seconds);
// Of the place that a finding is shown by; nothing when it has none.
Cell line_cell(const LedgerFinding& finding);

}  // namespace straykey
