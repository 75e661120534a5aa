// SPDX-License-Identifier: Apache-2.0
// What follows from decisions, events and the clock: the state of a finding, the facts that
// conditions C21, C22 and C23 are made of, and whether a decision may be taken at all.
// Pure functions; all times are seconds since 1970.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scanner/base/result.h"
#include "scanner/evidence/policy.h"
#include "scanner/finding/finding.h"
#include "scanner/store/store.h"

namespace straykey {

// Sets state, decision and overdue of a finding that a run has just found, from what the
// store knew before. A decision goes before the baseline. A finding that was gone from every
// tip and is at one again has regressed, unless an exception is in force.
void judge(Finding& finding, const FindingPast& past, int64_t now);

struct LifecycleFacts {
  // Since when somebody should act: since it was found, or since it came back.
  int64_t open_since = 0;
  uint32_t sla_days = 0;  // the policy's, for its severity
  // C21: nobody acted within that time, or what was decided was not done when due. The
  // moment at which the time was up.
  std::optional<int64_t> overdue_since;
  // C22: removed from the tips, and nothing says that it was rotated or revoked.
  std::optional<int64_t> removed_unrotated_at;
  // C23: what is wrong with the exception, one clause: "it expired on 2026-01-31".
  std::string exception_fault;
};
LifecycleFacts lifecycle_facts(const FindingPast& past, const ClassPolicy& policy, int64_t now);

// The event which shows that the credential was rotated or revoked after it was exposed.
const Event* voided_by(const FindingPast& past);

// Whether the decision is complete and within the policy; the error says what is missing.
// Fills in the proof of a decision to close from an event, when there is one.
Result<void> check_decision(Decision& decision, const FindingPast& past,
                            const ClassPolicy& policy);

}  // namespace straykey
