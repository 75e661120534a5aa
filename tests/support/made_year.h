// SPDX-License-Identifier: Apache-2.0
// A year of an organisation in a store: a scan every Monday of 2025 at 03:00, but for the one of
// week 30, and that of week 27 could not read everything. Weeks count from 0, Monday the 6th of
// January. What becomes of its five secrets:
//
//   1  in "one" from week 0; removed in week 20, revoked two days later, closed in week 21
//   2  in "one" from week 5; nobody owns it; to be treated by week 12, and is not
//   3  in "two" from week 10; its owner is a guess; accepted until week 20
//   4  in "three" from week 20, which nobody decides about; gone with the run of week 31
//   5  in "one" from week 26; rotated ten days later, and not closed
#pragma once

#include <memory>

#include "tests/support/made_store.h"

namespace straykey {

class MadeYear {
 public:
  static constexpr int64_t kDay = 86400;
  static constexpr int64_t kMonday = 1736132400;  // 2025-01-06T03:00:00Z
  static int64_t week(int number) { return kMonday + number * 7 * kDay; }

  explicit MadeYear(Store& store) : store_(store) {}

  // Lives through the weeks from where it stopped to `end`, which is not among them.
  void live_until(int end) {
    for (; next_ < end; ++next_) live(next_);
  }

 private:
  struct Secret {
    int number, from, until;  // weeks, the last not included
    uint32_t source;
    const char* nhi;
    const char* owner;
    bool suggested;
  };
  static constexpr Secret kSecrets[] = {
      {1, 0, 99, 0, "nhi:a", "payments", false}, {2, 5, 99, 0, "nhi:b", "", false},
      {3, 10, 99, 1, "nhi:c", "team-x", true},   {4, 20, 31, 2, "nhi:d", "ops", false},
      {5, 26, 99, 0, "nhi:e", "ops", false},
  };

  void live(int number) {
    if (number != 30) scan(number);
    if (number == 6) decide(2, Action::kTreat, week(12), number);
    if (number == 11) decide(3, Action::kAccept, week(20), number);
    if (number == 20) happen("nhi:a", "revoked", week(20) + 2 * kDay);
    if (number == 21) decide(1, Action::kClose, {}, number);
    if (number == 25) happen("nhi:d", "reviewed", week(25) + kDay);
    if (number == 27) happen("nhi:e", "rotated", week(26) + 10 * kDay + kDay / 2);
  }

  void scan(int number) {
    std::vector<std::string> sources = {"one", "two", "three"};
    sources.resize(number < 10 ? 1 : number < 20 ? 2 : 3);
    MadeRun run(store_, week(number), sources);
    for (const Secret& secret : kSecrets) {
      if (number < secret.from || number >= secret.until) continue;
      bool removed = secret.number == 1 && number >= 20;
      run.find(secret.number, removed ? Presence::kHistory : Presence::kTip, secret.source);
      Occurrence& place = run.findings.back().occurrences.back();
      place.committed_at = week(secret.from) - 10 * kDay;
      place.last_held_at = week(secret.from);
      Resolution whose;
      whose.nhi_id = secret.nhi;
      whose.owner = secret.owner;
      whose.owner_kind = OwnerKind::kTeam;
      whose.resolved_by = whose.owner.empty() ? "" : secret.suggested ? "history" : "register";
      whose.owner_suggested = secret.suggested;
      resolutions_.push_back(whose);
      run.end.conditions.push_back({removed
                                        ? KnownCondition{"C02", "direct", "only in history"}
                                        : KnownCondition{"C01", "direct", "at a tip"}});
    }
    if (number == 27) run.coverage.fail("two: blob x", "cannot be read");
    run.end.resolutions = &resolutions_;
    run.finish();
    resolutions_.clear();
  }

  void decide(int secret, Action action, std::optional<int64_t> end, int number) {
    Decision decision;
    decision.action = action;
    decision.reason = "because";
    decision.owner = "payments";
    decision.approver = "ciso";
    (action == Action::kAccept ? decision.until : decision.due) = end;
    if (action == Action::kClose) decision.proof = "revoked";
    decision.decided_at = week(number) + kDay;
    decision.decided_by = "ann";
    ASSERT_TRUE(store_.decide({{made_id(secret), decision}}));
  }

  void happen(const char* subject, const char* what, int64_t at) {
    Event event;
    event.subject = subject;
    event.what = what;
    event.happened_at = event.recorded_at = at;
    event.recorded_by = "ann";
    event.reference = "OPS-1";
    ASSERT_TRUE(store_.add_events({event}));
  }

  Store& store_;
  std::vector<Resolution> resolutions_;
  int next_ = 0;
};

}  // namespace straykey
