// SPDX-License-Identifier: Apache-2.0
// A moment of a store as an Evidence, so that every report that can tell a run can tell it too:
// the findings known by then, in the state that they were in, with whose they were, where they
// stood and what held for them. Conditions that depend on the clock and on decisions (C21 to C23)
// are judged anew for the moment; the others are those that the last run noted.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scanner/evidence/evidence.h"
#include "scanner/evidence/ledger.h"
#include "scanner/evidence/period.h"
#include "scanner/evidence/policy.h"

namespace straykey {

// Where the work on a finding has got to.
enum class Work : uint8_t {
  kUndecided,   // nobody has decided
  kInProgress,  // to be done by a date to come
  kOverdue,     // that date has passed
  kExcepted,    // an exception is in force
  kExceptionEnded,
  kBack,    // it was gone, or dealt with, and is there again
  kVoid,    // rotated or revoked, but nobody has closed it
  kClosed,  // with proof
};
const char* name(Work work);
inline constexpr Work kWorks[] = {Work::kUndecided, Work::kInProgress, Work::kOverdue,
                                  Work::kExcepted,  Work::kExceptionEnded, Work::kBack,
                                  Work::kVoid,      Work::kClosed};

// Somebody has to do something about it still.
inline bool is_open(Work work) { return work != Work::kVoid && work != Work::kClosed; }

// An NHI of which the store knows a finding or an event.
struct PictureNhi {
  std::string id;
  LedgerOwner whose;
  std::vector<size_t> findings;      // indices into Picture::known, rising
  std::vector<const Event*> events;  // of the NHI itself and of its findings, by record
  bool retired = false;              // revoked or offboarded, and not made anew since

  // The newest event of these kinds.
  std::optional<int64_t> last(std::initializer_list<const char*> kinds) const;
};

enum class Places { kNo, kYes };

// Borrows the ledger.
struct Picture {
  SignatureSet signatures;
  Evidence evidence;                        // its findings gravest first, then by id
  std::vector<const LedgerFinding*> known;  // for each of them
  std::vector<Work> work;                   // likewise
  std::vector<size_t> nhi;                  // likewise, index into `nhis`
  std::vector<PictureNhi> nhis;             // by id
};

// `names` are signatures that the program knows; those that it does not are known by their id.
// Places::kNo leaves the occurrences out, which counts do not need.
std::unique_ptr<const Picture> picture_of(const Ledger& ledger, const Period& period,
                                          const Policy& policy, const SignatureSet& names,
                                          std::shared_ptr<const Rulebook> book, Places places);

}  // namespace straykey
