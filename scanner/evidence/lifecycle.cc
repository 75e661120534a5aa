// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/lifecycle.h"

#include <algorithm>

#include "scanner/base/time.h"

namespace straykey {
namespace {

constexpr int64_t kDay = 86400;

std::string date(int64_t seconds) { return iso_time(seconds).substr(0, 10); }

uint32_t sla_of(const ClassPolicy& policy, const std::string& severity) {
  for (size_t i = 0; i < policy.sla.size(); ++i) {
    if (severity == name(static_cast<Severity>(i))) return policy.sla[i];
  }
  return policy.sla.back();  // an unknown word counts as the gravest
}

bool came_back(const FindingPast& past) {
  return past.returned_record > (past.decision ? past.decision->record : 0);
}

std::string fault_of_exception(const Decision& decision, const ClassPolicy& policy, int64_t now) {
  if (decision.expired(now)) return "it expired on " + date(*decision.until);
  if (!decision.until) return "it has no end";
  int64_t days = (*decision.until - decision.decided_at + kDay - 1) / kDay;
  if (days > policy.exception) {
    return "its term is " + std::to_string(days) + " days, and the policy allows " +
           std::to_string(policy.exception);
  }
  if (decision.owner.empty()) return "it has no owner";
  if (decision.approver.empty()) return "nobody approved it";
  if (decision.reason.empty()) return "it has no reason";
  return "";
}

}  // namespace

void judge(Finding& finding, const FindingPast& past, int64_t now) {
  finding.decision = past.decision;
  bool back = came_back(past) || (past.standing != "tip" && finding.at_tip);
  if (!past.decision) {
    if (back && finding.state == FindingState::kNew) finding.state = FindingState::kRegressed;
    return;
  }
  const Decision& decision = *past.decision;
  if (decision.action == Action::kAccept) {
    finding.state = decision.expired(now) ? FindingState::kAcceptedExpired
                                          : FindingState::kAccepted;
  } else if (back) {
    finding.state = FindingState::kRegressed;
  } else if (decision.action == Action::kClose) {
    finding.state = FindingState::kClosed;
  } else {
    finding.state = FindingState::kKnown;
    finding.overdue = decision.overdue(now);
  }
}

const Event* voided_by(const FindingPast& past) {
  // Exposed since the oldest commit that holds it; before that nothing was to be undone.
  int64_t exposed = past.committed_at.value_or(past.first_seen);
  for (const Event& event : past.events) {
    bool voids = event.what == "rotated" || event.what == "revoked";
    if (voids && event.happened_at >= exposed) return &event;
  }
  return nullptr;
}

LifecycleFacts lifecycle_facts(const FindingPast& past, const ClassPolicy& policy, int64_t now) {
  LifecycleFacts facts;
  facts.open_since = past.returned_at.value_or(past.first_seen);
  facts.sla_days = sla_of(policy, past.severity);
  const Event* voided = voided_by(past);
  const std::optional<Decision>& decision = past.decision;
  bool decided = decision && !came_back(past);
  if (decided && decision->overdue(now)) {
    facts.overdue_since = decision->due;
  } else if (!decided && !voided && now > facts.open_since + facts.sla_days * kDay) {
    facts.overdue_since = facts.open_since + facts.sla_days * kDay;
  }
  bool closed = decided && decision->action == Action::kClose;
  if (past.removed_at && !voided && !closed) facts.removed_unrotated_at = past.removed_at;
  if (decision && decision->action == Action::kAccept) {
    facts.exception_fault = fault_of_exception(*decision, policy, now);
  }
  return facts;
}

Result<void> check_decision(Decision& decision, const FindingPast& past,
                            const ClassPolicy& policy) {
  const std::string action = name(decision.action);
  auto lacks = [&](const char* option) {
    return Error{action + ": --" + option + " is missing"};
  };
  auto takes_no = [&](const char* option, const char* instead) {
    return Error{action + ": takes no --" + option + instead};
  };
  if (decision.action == Action::kClose) {
    if (decision.due || decision.until) return takes_no(decision.due ? "due" : "until", "");
    const Event* voided = voided_by(past);
    if (decision.proof.empty() && voided) {
      decision.proof = voided->what + " on " + date(voided->happened_at) + " (record " +
                       std::to_string(voided->record) + ")";
    }
    if (decision.proof.empty()) {
      return Error{"close: nothing shows that the credential of " + past.id +
                   " is void; record it with 'straykey event rotated' or 'revoked', or name "
                   "what shows it with --proof"};
    }
    return {};
  }
  if (!decision.proof.empty()) return takes_no("proof", "; only close does");
  if (decision.reason.empty()) return lacks("reason");
  if (decision.owner.empty()) return lacks("owner");
  if (decision.action != Action::kAccept) {
    if (decision.until) return takes_no("until", "; write --due");
    if (!decision.due) return lacks("due");
    if (*decision.due <= decision.decided_at) {
      return Error{action + ": --due " + date(*decision.due) + " has passed"};
    }
    return {};
  }
  if (decision.due) return takes_no("due", "; write --until");
  if (!decision.until) return lacks("until");
  if (decision.approver.empty()) return lacks("approver");
  std::string fault = fault_of_exception(decision, policy, decision.decided_at);
  if (!fault.empty()) return Error{"accept: " + fault};
  return {};
}

}  // namespace straykey
