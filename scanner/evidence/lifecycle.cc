// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/lifecycle.h"

#include <algorithm>

#include "scanner/base/time.h"

namespace straykey {
namespace {

constexpr int64_t kDay = 86400;

std::string date(int64_t seconds) { return iso_time(seconds).substr(0, 10); }

bool came_back(const FindingPast& past) {
  return past.returned_record > (past.decision ? past.decision->record : 0);
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

void add_missed(const std::string& source, int64_t last, uint32_t days, int64_t now,
                std::vector<std::string>& missed) {
  const int64_t due = last + days * kDay;
  if (now > due) missed.push_back(source + " was to be gone through whole by " + date(due));
}

const Event* voided_by(const FindingPast& past) {
  // Exposed since the oldest commit that holds it; before that nothing was to be undone.
  int64_t exposed = past.committed_at.value_or(past.first_seen);
  const Event* newest = nullptr;
  for (const Event& event : past.events) {
    bool voids = event.what == "rotated" || event.what == "revoked";
    if (!voids || event.happened_at < exposed) continue;
    if (!newest || event.happened_at >= newest->happened_at) newest = &event;
  }
  return newest;
}

TrackingFacts tracking_of(const FindingPast& past, int64_t now) {
  TrackingFacts facts;
  facts.detected_at = past.returned_at.value_or(past.first_seen);
  if (const Event* voided = voided_by(past)) facts.acted_at = voided->happened_at;
  if (!past.decision) return facts;
  const Decision& decision = *past.decision;
  if (decision.action == Action::kAccept) {
    if (!decision.expired(now) && decision.until) facts.detected_at = *decision.until;
  } else if (came_back(past)) {
    return facts;  // what was decided before it came back is over
  } else if (decision.action == Action::kClose) {
    facts.acted_at = std::max(facts.acted_at.value_or(decision.decided_at), decision.decided_at);
  } else {
    facts.due = decision.due;
  }
  return facts;
}

std::optional<ExceptionFacts> exception_of(const FindingPast& past) {
  if (!past.decision || past.decision->action != Action::kAccept) return {};
  const Decision& decision = *past.decision;
  return ExceptionFacts{decision.owner, decision.approver, decision.reason, decision.decided_at,
                        decision.until};
}

PolicyLimits limits_of(const ClassPolicy& policy) {
  PolicyLimits limits;
  limits.lifetime = policy.max_age;
  limits.unused = policy.idle;
  limits.exception = policy.exception;
  limits.act = policy.sla;
  return limits;
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
  if (decision.expired(decision.decided_at)) {
    return Error{"accept: --until " + date(*decision.until) + " has passed"};
  }
  int64_t days = (*decision.until - decision.decided_at) / kDay;
  if (days > policy.exception) {
    return Error{"accept: its term is " + std::to_string(days) +
                 " days, and the policy allows " + std::to_string(policy.exception)};
  }
  return {};
}

}  // namespace straykey
