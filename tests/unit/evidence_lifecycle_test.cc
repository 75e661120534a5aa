// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/lifecycle.h"

#include <gtest/gtest.h>

namespace straykey {
namespace {

constexpr int64_t kDay = 86400;
constexpr int64_t kNow = 1767225600;  // 2026-01-01T00:00:00Z

FindingPast known_since(int64_t days) {
  FindingPast past;
  past.id = "f";
  past.severity = "high";
  past.standing = "tip";
  past.first_seen = kNow - days * kDay;
  past.committed_at = past.first_seen - kDay;
  return past;
}

Decision decided(Action action, int64_t term_days) {
  Decision decision;
  decision.action = action;
  decision.reason = "why";
  decision.owner = "team";
  decision.approver = "ciso";
  decision.decided_at = kNow - 5 * kDay;
  decision.record = 10;
  (action == Action::kAccept ? decision.until : decision.due) = kNow + term_days * kDay;
  return decision;
}

Event happened(const char* what, int64_t days_ago) {
  Event event;
  event.what = what;
  event.happened_at = kNow - days_ago * kDay;
  event.record = 7;
  return event;
}

// State, whether it is overdue, whether it fails a scan.
std::string judged(const FindingPast& past, bool at_tip = true,
                   FindingState before = FindingState::kNew) {
  Finding finding;
  finding.state = before;
  finding.at_tip = at_tip;
  judge(finding, past, kNow);
  return std::string(name(finding.state)) + (finding.overdue ? " overdue" : "") +
         (finding.is_open() ? " fails" : "");
}

TEST(Judgement, FollowsTheLatestDecision) {
  FindingPast past = known_since(3);
  EXPECT_EQ(judged(past), "new fails");
  EXPECT_EQ(judged(past, true, FindingState::kKnown), "known");  // in the baseline
  past.decision = decided(Action::kTreat, 2);
  EXPECT_EQ(judged(past), "known");
  past.decision = decided(Action::kTransfer, -1);
  EXPECT_EQ(judged(past), "known overdue fails");
  past.decision = decided(Action::kAccept, 2);
  EXPECT_EQ(judged(past), "accepted");
  past.decision = decided(Action::kAccept, -1);
  EXPECT_EQ(judged(past), "accepted-expired fails");
  EXPECT_EQ(judged(past, true, FindingState::kKnown), "accepted-expired fails");
  past.decision = decided(Action::kClose, 0);
  EXPECT_EQ(judged(past), "closed");
}

TEST(Judgement, SeesWhatCameBack) {
  FindingPast past = known_since(30);
  past.standing = "gone";
  EXPECT_EQ(judged(past), "regressed fails");           // with this run
  EXPECT_EQ(judged(past, false), "new fails");          // in history it always was
  past.standing = "tip";
  past.returned_record = 20;
  EXPECT_EQ(judged(past), "regressed fails");           // with an earlier one
  past.decision = decided(Action::kClose, 0);           // record 10: before it came back
  EXPECT_EQ(judged(past), "regressed fails");
  past.decision->record = 21;
  EXPECT_EQ(judged(past), "closed");
  past.decision = decided(Action::kAccept, 2);
  EXPECT_EQ(judged(past), "accepted");
}

// Since when time runs, when it was acted on, and when it is due.
std::string tracked(const FindingPast& past) {
  TrackingFacts facts = tracking_of(past, kNow);
  auto days_ago = [](std::optional<int64_t> at) {
    return at ? std::to_string((kNow - *at) / kDay) : "-";
  };
  return days_ago(facts.detected_at) + ", " + days_ago(facts.acted_at) + ", " +
         days_ago(facts.due);
}

TEST(Tracking, KnowsWhatWasDoneAndWhatIsDue) {
  FindingPast past = known_since(300);
  EXPECT_EQ(tracked(past), "300, -, -");
  past.events = {happened("reviewed", 1)};
  EXPECT_EQ(tracked(past), "300, -, -");
  past.events = {happened("revoked", 302)};  // before it was exposed
  EXPECT_EQ(tracked(past), "300, -, -");
  past.events = {happened("revoked", 9), happened("rotated", 4), happened("rotated", 302)};
  EXPECT_EQ(tracked(past), "300, 4, -");
  past.events.clear();
  past.decision = decided(Action::kTreat, -3);
  EXPECT_EQ(tracked(past), "300, -, 3");
  past.decision = decided(Action::kClose, 0);
  EXPECT_EQ(tracked(past), "300, 5, -");
  past.returned_record = 20;  // after the decision
  past.returned_at = kNow - 2 * kDay;
  EXPECT_EQ(tracked(past), "2, -, -");
}

TEST(Tracking, WaitsForTheEndOfAnException) {
  FindingPast past = known_since(300);
  past.decision = decided(Action::kAccept, 10);
  EXPECT_EQ(tracked(past), "-10, -, -");
  past.decision = decided(Action::kAccept, -1);
  EXPECT_EQ(tracked(past), "300, -, -");
  auto exception = exception_of(past);
  ASSERT_TRUE(exception);
  EXPECT_EQ(exception->approver, "ciso");
  EXPECT_EQ(exception->expires, kNow - kDay);
  past.decision = decided(Action::kTreat, 10);
  EXPECT_FALSE(exception_of(past));
}

TEST(Closing, TakesItsProofFromAnEvent) {
  FindingPast past = known_since(3);
  Decision close;
  close.action = Action::kClose;
  EXPECT_FALSE(check_decision(close, past, {}));
  past.events = {happened("created", 1), happened("revoked", 1)};
  ASSERT_TRUE(check_decision(close, past, {}));
  EXPECT_EQ(close.proof, "revoked on 2025-12-31 (record 7)");
  close.proof = "OPS-1";
  past.events.clear();
  ASSERT_TRUE(check_decision(close, past, {}));
  EXPECT_EQ(close.proof, "OPS-1");
}

}  // namespace
}  // namespace straykey
