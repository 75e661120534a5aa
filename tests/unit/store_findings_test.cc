// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include "scanner/store/verify.h"
#include "tests/support/made_store.h"

namespace straykey {
namespace {

constexpr int64_t kStart = 1767225600;  // 2026-01-01T00:00:00Z
constexpr int64_t kWeek = 7 * 86400;

const char kPresences[] = "SELECT finding, source, standing, first_run, gone_run FROM presence"
                          " ORDER BY finding, source";
const char kFindings[] = "SELECT id, standing, first_run, first_seen, removed_run,"
                         " returned_record FROM finding ORDER BY id";

// What is derived is what the records say, and nothing is wrong with the chain.
void expect_intact(Store& store) {
  auto verified = verify_store(store.connection());
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified->problems, std::vector<std::string>());
}

TEST(Store, NumbersRunsWithoutGapsWhateverTheirOutcome) {
  StorePlace place;
  Store store = open_store(place.where());
  MadeRun(store, kStart, {"one"}).finish();
  RunEnd failed;
  failed.number = *store.start_run({"b", kStart + 10, {"scan"}, "host", "1"});
  failed.outcome = RunOutcome::kFailed;
  failed.reason = "it could not";
  failed.finished_at = kStart + 11;
  ASSERT_TRUE(store.finish_run(failed));
  ASSERT_TRUE(store.start_run({"c", kStart + 20, {"scan"}, "host", "1"}));  // and was killed
  MadeRun incomplete(store, kStart + 30, {"one"});
  incomplete.coverage.fail("one: blob x", "cannot be read");
  incomplete.finish();
  EXPECT_EQ(rows_of(store, "SELECT number, outcome, reason, scope, findings FROM run"
                           " ORDER BY number"),
            "1|complete|-|whole|0\n"
            "2|failed|it could not|-|-\n"
            "3|started|-|-|-\n"
            "4|incomplete|-|whole|0\n");
  EXPECT_EQ(rows_of(store, "SELECT run, source, commits, refs, whole FROM run_source"
                           " ORDER BY run"),
            "1|one|3|1|1\n4|one|3|1|0\n");
  expect_intact(store);
}

TEST(Store, KeepsPasswordsOfDatabasesOutOfTheRecords) {
  StorePlace place;
  Store store = open_store(place.where());
  const std::string word = "hush" + std::to_string(::getpid());
  ASSERT_TRUE(store.start_run({"a",
                               kStart,
                               {"--store", "postgres://ann:" + word + "@db/x",
                                "--store=postgresql://db/x?user=ann&password=" + word},
                               "host",
                               "1"}));
  EXPECT_EQ(rows_of(store, "SELECT arguments FROM run"),
            "[\"--store\",\"postgres://ann:***@db/x\","
            "\"--store=postgresql://db/x?user=ann&password=***\"]\n");
  EXPECT_EQ(rows_of(store, "SELECT body FROM record").find(word), std::string::npos);
}

TEST(Store, SeesFindingsComeGoAndComeBack) {
  StorePlace place;
  Store store = open_store(place.where());
  {
    MadeRun run(store, kStart, {"one", "two"});
    run.find(1, Presence::kTip, 0);
    run.find(1, Presence::kHistory, 1);
    run.find(2, Presence::kTip, 0);
    run.finish();
  }
  EXPECT_EQ(rows_of(store, kPresences), made_id(1) + "|one|tip|1|-\n" + made_id(1) +
                                            "|two|history|1|-\n" + made_id(2) + "|one|tip|1|-\n");
  int64_t records = number((*store.connection().query("SELECT sequence FROM head"))[0][0]);
  {  // Nothing changed, so nothing is written but the run.
    MadeRun run(store, kStart + kWeek, {"one", "two"});
    run.find(1, Presence::kTip, 0);
    run.find(1, Presence::kHistory, 1);
    run.find(2, Presence::kTip, 0);
    for (Finding& finding : run.findings) {
      for (Occurrence& o : finding.occurrences) o.committed_at = kStart - 100;
      for (Occurrence& o : finding.occurrences) {
        if (o.presence == Presence::kHistory) o.last_held_at = kStart;
      }
    }
    run.finish();
  }
  EXPECT_EQ(rows_of(store, "SELECT sequence FROM head"), std::to_string(records + 2) + "\n");
  {  // The first was removed from the tip, the second without a trace.
    MadeRun run(store, kStart + 2 * kWeek, {"one", "two"});
    run.find(1, Presence::kHistory, 0);
    run.find(1, Presence::kHistory, 1);
    run.finish();
  }
  EXPECT_EQ(rows_of(store, kPresences), made_id(1) + "|one|history|1|-\n" + made_id(1) +
                                            "|two|history|1|-\n" + made_id(2) + "|one|gone|1|3\n");
  EXPECT_EQ(rows_of(store, kFindings),
            made_id(1) + "|history|1|" + std::to_string(kStart + 5) + "|3|-\n" + made_id(2) +
                "|gone|1|" + std::to_string(kStart + 5) + "|3|-\n");
  {  // The second is back, in another repository.
    MadeRun run(store, kStart + 3 * kWeek, {"two"});
    run.find(1, Presence::kHistory, 0);
    run.find(2, Presence::kTip, 0);
    run.finish();
  }
  auto pasts = store.pasts({made_id(2), "unknown"});
  ASSERT_TRUE(pasts) << pasts.error().message;
  ASSERT_EQ(pasts->size(), 1u);
  EXPECT_EQ(pasts->at(made_id(2)).standing, "tip");
  EXPECT_EQ(pasts->at(made_id(2)).returned_at, kStart + 3 * kWeek + 5);
  EXPECT_EQ(pasts->at(made_id(2)).removed_at, std::nullopt);
  expect_intact(store);
}

TEST(Store, SaysNothingIsGoneThatARunDidNotLookFor) {
  StorePlace place;
  Store store = open_store(place.where());
  {
    MadeRun run(store, kStart, {"one", "two"});
    run.find(1, Presence::kTip, 0);
    run.find(2, Presence::kTip, 1);
    run.finish();
  }
  const std::string before = rows_of(store, kPresences);
  int64_t at = kStart;
  auto without_findings = [&](auto change) {
    MadeRun run(store, at += 60, {"one"});
    change(run);
    run.finish();
    EXPECT_EQ(rows_of(store, kPresences), before);
  };
  without_findings([](MadeRun& run) { run.end.whole = false; });
  without_findings([](MadeRun& run) { run.coverage.interrupted = true; });
  without_findings([](MadeRun& run) { run.coverage.fail("one: blob 1", "unreadable"); });
  without_findings([](MadeRun& run) { run.coverage.sources[0].shallow_commits = 1; });
  without_findings([](MadeRun& run) { run.end.severity = Severity::kCritical; });
  without_findings([](MadeRun& run) { run.allowed_ids.insert(made_id(1)); });
  without_findings([](MadeRun& run) {
    Signature other;
    other.id = "other.token";
    other.pattern = "(?P<secret>y)";
    run.signatures = *SignatureSet::make({other});
  });
  MadeRun(store, at + 60, {"one"}).finish();  // and now it looks
  EXPECT_EQ(rows_of(store, kPresences),
            made_id(1) + "|one|gone|1|9\n" + made_id(2) + "|two|tip|1|-\n");
  expect_intact(store);
}

TEST(Store, TellsWhichFindingIsMeant) {
  StorePlace place;
  Store store = open_store(place.where());
  MadeRun run(store, kStart, {"one"});
  run.find(1, Presence::kTip);
  run.find(2, Presence::kTip);
  run.find(11, Presence::kTip);
  run.finish();
  auto complaint = [&](const std::string& text) {
    auto id = store.find_finding(text);
    return id ? "found " + *id : id.error().message;
  };
  EXPECT_EQ(complaint("abcde1"), "found " + made_id(11));
  EXPECT_EQ(complaint(made_id(2)), "found " + made_id(2));
  EXPECT_EQ(complaint("abcde0"), "'abcde0' begins " + made_id(1) + " and " + made_id(2) +
                                     "; write more of it");
  EXPECT_EQ(complaint("ffffff"), "'ffffff': the store knows no such finding");
  EXPECT_EQ(complaint("abc"), "'abc' is not the id of a finding or its first 6 digits");
}

TEST(Store, TakesTwoWritersAtOnce) {
  StorePlace place;
  open_store(place.where());
  constexpr int kWriters = 3, kRuns = 12;
  std::vector<pid_t> children;
  for (int writer = 0; writer < kWriters; ++writer) {
    pid_t child = ::fork();
    if (child == 0) {
      auto store = Store::open(place.where(), Access::kWrite);
      int failed = !store;
      for (int i = 0; i < kRuns && !failed; ++i) {
        MadeRun run(*store, kStart + i, {"writer " + std::to_string(writer)});
        run.find(writer * 20 + i, Presence::kTip);
        run.finish();
        failed = ::testing::Test::HasFailure();
      }
      ::_exit(failed);
    }
    children.push_back(child);
  }
  for (pid_t child : children) {
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  Store store = open_store(place.where());
  EXPECT_EQ(rows_of(store, "SELECT COUNT(*), MAX(number) FROM run"), "36|36\n");
  EXPECT_EQ(rows_of(store, "SELECT COUNT(*) FROM finding"), "36\n");
  expect_intact(store);
}

TEST(Store, HoldsTogetherWhenAWriterIsKilledAtAnyTime) {
  StorePlace place;
  open_store(place.where());
  for (int round = 0; round < 25; ++round) {
    pid_t child = ::fork();
    if (child == 0) {
      auto store = Store::open(place.where(), Access::kWrite);
      for (int i = 0; store; ++i) {
        MadeRun run(*store, kStart, {"one"});
        for (int secret = 0; secret < 40; ++secret) {
          run.find(secret, Presence::kTip, 0, static_cast<uint64_t>(1 + i + round));
        }
        run.finish();
      }
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(4000 + 3371 * round));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    Store store = open_store(place.where());
    expect_intact(store);
  }
}

TEST(Store, RefusesWhatANewerVersionWrote) {
  StorePlace place;
  {
    Store store = open_store(place.where());
    ASSERT_TRUE(store.connection().execute("UPDATE store_schema SET version = 99"));
  }
  auto refused = Store::open(place.where(), Access::kWrite);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            without_passwords(place.where()) +
                ": the store was written by a newer straykey (schema 99, this one knows up to "
                "2); use that version");
}

TEST(Store, RefusesADatabaseOfSomebodyElse) {
  StorePlace place;
  {
    auto connection = open_connection(place.where(), IfAbsent::kCreate);
    ASSERT_TRUE(connection) << connection.error().message;
    ASSERT_TRUE((*connection)->script("CREATE TABLE theirs (x BIGINT)"));
  }
  auto refused = Store::open(place.where(), Access::kWrite);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, without_passwords(place.where()) +
                                         ": is a database, but not a store of straykey");
}

TEST(Store, SaysWhatCannotBeOpened) {
  TempDir dir;
  dir.write("text", "this is no database, and long enough to be taken for one\n");
  auto complaint = [&](const std::string& path, Access access) {
    auto store = Store::open(path, access);
    return store ? "" : store.error().message;
  };
  EXPECT_EQ(complaint(dir / "text", Access::kWrite), (dir / "text") + ": is not a store of straykey");
  EXPECT_EQ(complaint(dir / "none", Access::kRead),
            (dir / "none") + ": no such file or directory; 'straykey scan --store " +
                (dir / "none") + "' makes a store");
  EXPECT_EQ(complaint(dir / "no/such/folder", Access::kWrite),
            (dir / "no/such/folder") + ": no such file or directory");
  EXPECT_FALSE(std::filesystem::exists(dir / "none"));
}

TEST(Store, TakesPasswordsOutOfURLsOnly) {
  EXPECT_EQ(without_passwords("postgres://u:p@h/d"), "postgres://u:***@h/d");
  EXPECT_EQ(without_passwords("postgres://u:p:q@x@h:5432/d?sslmode=require"),
            "postgres://u:***@h:5432/d?sslmode=require");
  EXPECT_EQ(without_passwords("a postgresql://h/d?password=p&x=1 b postgres://u:p@h c"),
            "a postgresql://h/d?password=***&x=1 b postgres://u:***@h c");
  for (const char* plain : {"", "store.db", "postgres://h:5432/d", "postgres://u@h/d", "a:b@c"}) {
    EXPECT_EQ(without_passwords(plain), plain);
  }
}

}  // namespace
}  // namespace straykey
