// SPDX-License-Identifier: Apache-2.0
// An evidence pack: the account of a period as files, each with its place in the manifest. Whoever
// has the store, the policy and the frameworks makes the same bytes again.
#pragma once

#include <functional>
#include <string>

#include "scanner/evidence/account.h"

namespace straykey {

struct PackFile {
  std::string name;   // "findings.csv"
  std::string title;  // what is in it
  std::string bytes;
  std::optional<uint64_t> rows;  // of a table
};

// Gives the files one after another to `file`, each whole; the manifest is the last. Ends with
// the first error of `file`.
Result<void> make_pack(const Account& account,
                       const std::function<Result<void>(const PackFile&)>& file);

// A table in either form. CSV as csv_cell() writes it, lists separated by blanks; JSON with one
// row a line.
struct TableText {
  std::string csv;
  std::string json;
  uint64_t rows = 0;
};
TableText table_text(const Table& table, const Period& period);

// The page of a scan (report.h), with what a period has beyond it: metrics, trend, timelines.
std::string report_html(const Account& account);

// One page for a management review, as Markdown.
std::string management_review(const Account& account);

}  // namespace straykey
