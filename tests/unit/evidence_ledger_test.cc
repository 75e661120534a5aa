// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/ledger.h"

#include <gtest/gtest.h>

#include "scanner/evidence/metrics.h"
#include "tests/support/made_year.h"

namespace straykey {
namespace {

std::string told(const FindingPast& past) {
  auto time = [](std::optional<int64_t> at) { return at ? std::to_string(*at) : "-"; };
  const Event* voided = voided_by(past);
  return past.id + " " + past.signature + " " + past.severity + " " + past.nhi + " " +
         past.standing + " " + std::to_string(past.first_run) + " " +
         std::to_string(past.first_seen) + " " + time(past.committed_at) + " " +
         time(past.removed_at) + " " + time(past.returned_at) + " " +
         std::to_string(past.returned_record) + " " +
         std::to_string(past.decision ? past.decision->record : 0) + " " +
         std::to_string(voided ? voided->record : 0) + "\n";
}

// The same of a ledger, by id.
std::string told(const Ledger& ledger) {
  std::map<ByteView, std::string> lines;
  for (const LedgerFinding& finding : ledger.findings) {
    FindingPast past;
    past.id = finding.id;
    past.signature = finding.signature;
    past.severity = name(finding.severity);
    past.nhi = ledger.nhis[finding.nhi].id;
    if (past.nhi == "finding:" + past.id) past.nhi.clear();  // one of its own
    past.standing = name(finding.standing);
    past.first_run = finding.first_run;
    past.first_seen = finding.first_seen;
    past.committed_at = finding.committed_at;
    past.removed_at = finding.removed_at;
    past.returned_at = finding.returned_at;
    past.returned_record = finding.returned_record;
    if (finding.decision) past.decision = *finding.decision;
    if (const Event* voided = course_of(ledger, finding).voided) past.events = {*voided};
    lines[finding.id] = told(past);
  }
  std::string out;
  for (const auto& [id, line] : lines) out += line;
  return out;
}

Result<Ledger> ledger_of(Store& store, int64_t moment) {
  auto snapshot = Transaction::begin(store.connection(), Access::kRead);
  if (!snapshot) return snapshot.error();
  return read_ledger(store.connection(), {moment}, [](const Ledger&, size_t) {});
}

TEST(Ledger, KnowsInTheEndWhatTheTablesKnow) {
  StorePlace place;
  Store store = open_store(place.where());
  MadeYear(store).live_until(52);
  MadeRun back(store, MadeYear::week(53), {"one", "two", "three"});
  back.find(4, Presence::kTip, 2);
  back.finish();
  auto pasts = store.all_pasts();
  ASSERT_TRUE(pasts) << pasts.error().message;
  auto ledger = ledger_of(store, INT64_MAX);
  ASSERT_TRUE(ledger) << ledger.error().message;
  std::string by_tables;
  for (const FindingPast& past : *pasts) by_tables += told(past);
  EXPECT_EQ(told(*ledger), by_tables);
  EXPECT_EQ(pasts->size(), 5u);
}

TEST(Ledger, KnowsOfAMomentOnlyWhatWasRecordedByThen) {
  StorePlace place;
  Store store = open_store(place.where());
  MadeYear year(store);
  year.live_until(20);
  auto then = ledger_of(store, MadeYear::week(19) + MadeYear::kDay);
  year.live_until(40);
  auto later = ledger_of(store, MadeYear::week(19) + MadeYear::kDay);
  ASSERT_TRUE(then && later);
  EXPECT_EQ(later->runs.size(), 20u);
  EXPECT_EQ(later->findings.size(), 3u);
  EXPECT_EQ(later->finding(made_id(1))->standing, Standing::kTip);
  EXPECT_EQ(later->head.hash, then->head.hash);
}

TEST(Ledger, SaysNothingOfRecordsThatWereTamperedWith) {
  StorePlace place;
  Store store = open_store(place.where());
  MadeYear(store).live_until(3);
  ASSERT_TRUE(store.connection().execute("UPDATE record SET time = time + 1 WHERE sequence = 4"));
  auto ledger = ledger_of(store, INT64_MAX);
  ASSERT_FALSE(ledger);
  EXPECT_NE(ledger.error().message.find(": record 4 is not what was written"),
            std::string::npos)
      << ledger.error().message;
}

TEST(Percentile, IsTheNearestRank) {
  EXPECT_EQ(percentile({}, 50), std::nullopt);
  EXPECT_EQ(percentile({7}, 90), 7);
  EXPECT_EQ(percentile({1, 2, 3, 4}, 50), 2);
  EXPECT_EQ(percentile({1, 2, 3, 4, 5}, 50), 3);
  EXPECT_EQ(percentile({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 90), 9);
}

TEST(Period, IsOfWholeDays) {
  auto period = Period::parse("2025-07-01..2025-09-30");
  ASSERT_TRUE(period);
  EXPECT_EQ(period->from, 1751328000);
  EXPECT_EQ(period->to, 1759276799);
  EXPECT_FALSE(Period::parse("2025-07-01"));
  EXPECT_FALSE(Period::parse("2025-07-01..2025-06-30"));
  EXPECT_FALSE(Period::parse("yesterday..today"));
}

}  // namespace
}  // namespace straykey
