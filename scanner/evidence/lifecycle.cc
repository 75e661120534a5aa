// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/lifecycle.h"

#include <algorithm>

#include "scanner/base/time.h"

namespace straykey {
namespace {

constexpr int64_t kDay = 86400;

std::string date(int64_t seconds) { return iso_time(seconds).substr(0, 10); }

bool came_back(const Course& course) {
  return course.returned_record > (course.decision ? course.decision->record : 0);
}

// What was done before it came back undid another exposure.
bool is_void(const Course& course) {
  return course.voided && course.voided->happened_at >= course.returned_at.value_or(INT64_MIN);
}

struct State {
  FindingState state = FindingState::kNew;
  bool overdue = false;
};

// `before` is by the baseline, `at_tip` where it stands now.
State state_of(const Course& course, FindingState before, bool at_tip, int64_t now) {
  bool back = came_back(course) || (!course.at_tip && at_tip);
  if (!course.decision) {
    return {back && before == FindingState::kNew ? FindingState::kRegressed : before, false};
  }
  const Decision& decision = *course.decision;
  if (decision.action == Action::kAccept) {
    return {decision.expired(now) ? FindingState::kAcceptedExpired : FindingState::kAccepted,
            false};
  }
  if (back) return {FindingState::kRegressed, false};
  if (decision.action == Action::kClose) return {FindingState::kClosed, false};
  return {FindingState::kKnown, decision.overdue(now)};
}

}  // namespace

Course::Course(const FindingPast& past)
    : at_tip(past.standing == "tip"),
      first_seen(past.first_seen),
      committed_at(past.committed_at),
      returned_at(past.returned_at),
      returned_record(past.returned_record),
      decision(past.decision ? &*past.decision : nullptr),
      voided(voided_by(past)) {}

void judge(Finding& finding, const Course& course, int64_t now) {
  State is = state_of(course, finding.state, finding.at_tip, now);
  finding.state = is.state;
  finding.overdue = is.overdue;
  finding.decision.reset();
  if (course.decision) finding.decision = *course.decision;
}

const char* name(Work work) {
  static constexpr const char* kNames[] = {"not decided", "in progress",     "overdue",
                                           "excepted",    "exception ended", "back",
                                           "void, not closed", "closed"};
  return kNames[static_cast<int>(work)];
}

Work work_of(const Course& course, int64_t now) {
  const State is = state_of(course, FindingState::kNew, course.at_tip, now);
  switch (is.state) {
    case FindingState::kAccepted: return Work::kExcepted;
    case FindingState::kClosed: return Work::kClosed;
    case FindingState::kRegressed: return Work::kBack;
    default: break;
  }
  if (is_void(course)) return Work::kVoid;
  if (is.state == FindingState::kAcceptedExpired) return Work::kExceptionEnded;
  if (is.overdue) return Work::kOverdue;
  return course.decision ? Work::kInProgress : Work::kUndecided;
}

void add_missed(const std::string& source, int64_t last, uint32_t days, int64_t now,
                std::vector<std::string>& missed) {
  const int64_t due = last + days * kDay;
  if (now > due) missed.push_back(source + " was to be gone through whole by " + date(due));
}

bool is_voiding(const Event& event) {
  return event.what == "rotated" || event.what == "revoked";
}

const Event* voids(const Event* newest, std::optional<int64_t> committed_at, int64_t first_seen) {
  // Exposed since the oldest commit that holds it.
  return newest && newest->happened_at >= committed_at.value_or(first_seen) ? newest : nullptr;
}

const Event* voided_by(const FindingPast& past) {
  const Event* newest = nullptr;
  for (const Event& event : past.events) {
    if (!is_voiding(event)) continue;
    if (!newest || event.happened_at >= newest->happened_at) newest = &event;
  }
  return voids(newest, past.committed_at, past.first_seen);
}

TrackingFacts tracking_of(const Course& course, int64_t now) {
  TrackingFacts facts;
  facts.detected_at = course.returned_at.value_or(course.first_seen);
  if (is_void(course)) facts.acted_at = course.voided->happened_at;
  if (!course.decision) return facts;
  const Decision& decision = *course.decision;
  if (decision.action == Action::kAccept) {
    if (!decision.expired(now) && decision.until) facts.detected_at = *decision.until;
  } else if (came_back(course)) {
    return facts;  // what was decided before it came back is over
  } else if (decision.action == Action::kClose) {
    facts.acted_at = std::max(facts.acted_at.value_or(decision.decided_at), decision.decided_at);
  } else {
    facts.due = decision.due;
  }
  return facts;
}

std::optional<ExceptionFacts> exception_of(const Course& course) {
  if (!course.decision || course.decision->action != Action::kAccept) return {};
  const Decision& decision = *course.decision;
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
