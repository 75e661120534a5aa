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

// Sets state, decision and overdue of a finding that a run has just found, from what the
// store knew before. A decision goes before the baseline. A finding that was gone from every
// tip and is at one again has regressed, unless an exception is in force.
void judge(Finding& finding, const FindingPast& past, int64_t now);

// For the conditions C21 (nobody acted in time) and C22 (removed, and not rotated or revoked).
// Time runs since the finding was seen first, or came back; while an exception is in force, it
// runs from the end of that. A decision to close counts as having acted, for it has its proof.
TrackingFacts tracking_of(const FindingPast& past, int64_t now);
// For C23: the exception that is the latest decision.
std::optional<ExceptionFacts> exception_of(const FindingPast& past);
// The policy as conditions ask for it.
PolicyLimits limits_of(const ClassPolicy& policy);

// Adds to `missed` that `source`, gone through whole at `last`, was not again within `days`.
void add_missed(const std::string& source, int64_t last, uint32_t days, int64_t now,
                std::vector<std::string>& missed);

// The newest event which shows that the credential was rotated or revoked after it was exposed.
const Event* voided_by(const FindingPast& past);

// Whether the decision is complete and within the policy; the error says what is missing.
// Fills in the proof of a decision to close from an event, when there is one.
Result<void> check_decision(Decision& decision, const FindingPast& past,
                            const ClassPolicy& policy);

}  // namespace straykey
