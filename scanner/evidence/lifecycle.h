// SPDX-License-Identifier: Apache-2.0
// What follows from decisions, events and the clock: the state of a finding, the facts that
// conditions C21, C22 and C23 are judged by, and whether a decision may be taken at all.
// Pure functions; all times are seconds since 1970.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scanner/base/result.h"
#include "scanner/evidence/conditions.h"
#include "scanner/evidence/policy.h"
#include "scanner/finding/finding.h"
#include "scanner/store/store.h"

namespace straykey {

// How it went with a finding, which is all that its state follows from. A scan has it from the
// tables of the store, an account of a period from the records up to its end; both are judged by
// the functions below. Borrows decision and event.
struct Course {
  bool at_tip = false;
  int64_t first_seen = 0;
  std::optional<int64_t> committed_at;
  std::optional<int64_t> returned_at;
  int64_t returned_record = 0;
  const Decision* decision = nullptr;  // the latest
  const Event* voided = nullptr;       // as voided_by() finds it

  Course() = default;
  Course(const FindingPast& past);  // NOLINT: a past is a course
};

// The newest event of rotation or revocation, of the finding or of its NHI, when it is not older
// than the exposure: before that nothing was to be undone. `newest` may be null.
const Event* voids(const Event* newest, std::optional<int64_t> committed_at, int64_t first_seen);
// Likewise out of all events of `past`.
const Event* voided_by(const FindingPast& past);
bool is_voiding(const Event& event);

// Sets state, decision and overdue of a finding that a run has just found, from what the
// store knew before. A decision goes before the baseline. A finding that was gone from every
// tip and is at one again has regressed, unless an exception is in force.
void judge(Finding& finding, const Course& course, int64_t now);

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
Work work_of(const Course& course, int64_t now);

// Somebody has to do something about it still.
inline bool is_open(Work work) { return work != Work::kVoid && work != Work::kClosed; }

// For the conditions C21 (nobody acted in time) and C22 (removed, and not rotated or revoked).
// Time runs since the finding was seen first, or came back; while an exception is in force, it
// runs from the end of that. A decision to close counts as having acted, for it has its proof.
TrackingFacts tracking_of(const Course& course, int64_t now);
// For C23: the exception that is the latest decision.
std::optional<ExceptionFacts> exception_of(const Course& course);
// The policy as conditions ask for it.
PolicyLimits limits_of(const ClassPolicy& policy);

// Adds to `missed` that `source`, gone through whole at `last`, was not again within `days`.
void add_missed(const std::string& source, int64_t last, uint32_t days, int64_t now,
                std::vector<std::string>& missed);

// Whether the decision is complete and within the policy; the error says what is missing.
// Fills in the proof of a decision to close from an event, when there is one.
Result<void> check_decision(Decision& decision, const FindingPast& past,
                            const ClassPolicy& policy);

}  // namespace straykey
