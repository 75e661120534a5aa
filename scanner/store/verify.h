// SPDX-License-Identifier: Apache-2.0
// Whether the records of a store are what was once written, and the tables what follows
// from the records. What this can see and what it cannot:
//
//   a record changed, removed, moved or put between others   its hash, or that of the next
//   records cut off at the end                                the table head; not when that
//                                                             was set back as well
//   all hashes made anew by somebody who can write            not from the store alone
//   a row of a derived table changed                          the tables made anew
//
// For the second and the third line an older head that stands elsewhere is needed: printed,
// or signed and kept outside (evidence/signed_head.h). Then everything up to that head is
// proved; what was written after it is not.
#pragma once

#include <string>
#include <vector>

#include "scanner/store/record.h"

namespace straykey {

struct Verification {
  Head head;            // the last record that is there
  std::string store;    // the id of the store
  int64_t runs = 0;
  // Each a sentence that names the record, run or row. Empty: the store holds together.
  std::vector<std::string> problems;
  // What an auditor may want to ask about, and what is no proof of anything: clocks that
  // go back, runs that never finished.
  std::vector<std::string> notes;
};

// The error means that the store could not be read. Reads one state of it.
Result<Verification> verify_store(Connection& connection);

// What is wrong with the last `most` records and with the head: what a run can look at each time
// without reading everything. Sentences as in Verification::problems.
Result<std::vector<std::string>> verify_end(Connection& connection, int64_t most);
inline constexpr int64_t kEndRecords = 1000;  // what runs and packs look at

// Whether record number `head.sequence` has that hash; else a problem, which begins with
// `what` ("the signed head of record 12").
Result<void> verify_head(Connection& connection, const Head& head, const std::string& what,
                         Verification& verification);

}  // namespace straykey
