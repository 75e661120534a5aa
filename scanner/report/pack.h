// SPDX-License-Identifier: Apache-2.0
// An evidence pack: the account of a period as files, each with its place in the manifest. Whoever
// has the store, the policy and the frameworks makes the same bytes again.
//
// Files are written as they are made, a piece at a time: a table may have a million rows.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "scanner/evidence/account.h"

namespace straykey {

// Where the files of a pack go.
class PackFile {
 public:
  virtual ~PackFile() = default;
  virtual Result<void> write(ByteView piece) = 0;
  // It is whole.
  virtual Result<void> keep() = 0;
};
using OpenPackFile = std::function<Result<std::unique_ptr<PackFile>>(const std::string& name)>;

// Takes the pieces of a text one after another.
using Out = std::function<void(ByteView piece)>;

// Gives the number of files; the manifest is the last. Ends with the first error, of a file or of
// the store. Files are made by several threads, each by one; `open` and keep() are called by one
// thread at a time.
Result<size_t> make_pack(const Account& account, const OpenPackFile& open);

// A table in either form. CSV as csv_cell() writes it, lists separated by blanks; JSON with one
// row a line. Gives the number of rows.
uint64_t write_table(const Table& table, const Period& period, const Out& csv, const Out& json);

// The gravest findings of an account, at most so many, are in the documents for other tools:
// readers of these formats take all of a document into memory. All findings are in the tables.
inline constexpr size_t kMostInDocuments = 10'000;

// The open findings and what they mean as OSCAL assessment results, and as a plan of action and
// milestones; `evidence` is an excerpt of the account. All findings as CycloneDX, with
// declarations for an assessor to complete.
void oscal_results(const Account& account, const Evidence& evidence, const Out& out);
void oscal_poam(const Account& account, const Evidence& evidence, const Out& out);
void cyclonedx_declarations(const Account& account, const Out& out);
// report_sarif() of an excerpt of so many findings in all.
void write_sarif(const Evidence& evidence, size_t all, const Out& out);

// The page of a scan (report.h), with what a period has beyond it: metrics, trend, timelines.
std::string report_html(const Account& account);

// One page for a management review, as Markdown.
std::string management_review(const Account& account);

}  // namespace straykey
