// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/assess.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/sample_evidence.h"
#include "tests/support/temp_dir.h"

namespace straykey {
namespace {

constexpr int64_t kDay = 24 * 60 * 60;
constexpr int64_t kNow = 1767225600;  // 2026-01-01

// "C01 direct: ..." of one condition, "" when it is not claimed.
std::string claim(const Evidence& evidence, size_t finding, const std::string& id) {
  for (const Condition& one : evidence.assessments[finding].conditions) {
    if (one.id == id) return std::string(name(one.level)) + ": " + one.because;
  }
  return "";
}

std::shared_ptr<const Rulebook> builtin() {
  return std::make_shared<const Rulebook>(*Rulebook::builtin());
}

TEST(Assess, ClaimsWhatTheScanShowsAndNothingThatOthersWouldHaveToSay) {
  SampleRun run;
  assess(run.evidence, builtin(), {});
  ASSERT_EQ(run.evidence.assessments.size(), 3u);
  EXPECT_EQ(claim(run.evidence, 0, "C03"),
            "direct: exposed since 2024-01-02, 730 days until now; the policy allows 90");
  EXPECT_EQ(claim(run.evidence, 1, "C02"),
            "direct: no branch tip, index or file holds it; commit 4d5e6f7081 does");
  for (size_t i = 0; i < 3; ++i) {
    for (const char* id : {"C08", "C09", "C10", "C21", "C22", "C23"}) {
      EXPECT_EQ(claim(run.evidence, i, id), "") << i << " " << id;
    }
    EXPECT_EQ(run.evidence.assessment(run.evidence.findings[i]), &run.evidence.assessments[i]);
  }
}

TEST(Assess, AsksOthersAboutEachFinding) {
  SampleRun run;
  AssessOptions options;
  options.outside = [&](const Finding& finding) {
    OutsideFacts facts;
    if (finding.id[0] == '1') facts.owner = OwnerFacts{"ann@example.org", false, true};
    if (finding.id[0] == '2') {
      facts.policy.emplace().act = {1, 1, 1, 1, 1};
      facts.tracking.emplace().detected_at = kNow - 2 * kDay;
    }
    return facts;
  };
  assess(run.evidence, builtin(), options);
  EXPECT_EQ(claim(run.evidence, 0, "C08"),
            "correlated: its owner, ann@example.org, is not active in the roster");
  EXPECT_EQ(claim(run.evidence, 1, "C21"),
            "direct: known since 2025-12-30, 2 days; the policy allows 1 for high");
  EXPECT_EQ(claim(run.evidence, 1, "C22"),
            "correlated: no event of rotation or revocation is known");
  EXPECT_EQ(claim(run.evidence, 2, "C21"), "");
}

TEST(Assess, ReadsTheModeOfFilesThatHoldAFindingToday) {
  TempDir folder;
  folder.write(".env", "x");
  ASSERT_EQ(chmod((folder.path() + "/.env").c_str(), 0644), 0);
  SampleRun run;
  Occurrence& place = run.evidence.findings[2].occurrences[0];
  place.repository = folder.path();
  place.path = ".env";
  assess(run.evidence, builtin(), {});
  EXPECT_EQ(claim(run.evidence, 2, "C20"), "direct: .env has the mode 0644");
  ASSERT_EQ(chmod((folder.path() + "/.env").c_str(), 0600), 0);
  assess(run.evidence, builtin(), {});
  EXPECT_EQ(claim(run.evidence, 2, "C20"), "");
}

TEST(Assess, ATokenThatDoesNotEndIsLongLived) {
  SampleRun run;
  Finding& finding = run.evidence.findings[2];
  finding.structure = Structure::kValid;
  finding.attributes = {{"alg", "RS256"}, {"iat", "1767225600"}};
  assess(run.evidence, builtin(), {});
  EXPECT_EQ(claim(run.evidence, 2, "C03"), "direct: it has no end, and its kind can have one");
  finding.attributes.emplace_back("exp", "1767229200");
  assess(run.evidence, builtin(), {});
  EXPECT_EQ(claim(run.evidence, 2, "C03"), "");
}

TEST(Assess, FindingsOfTheSameConditionsShareTheirMappings) {
  SampleRun run;
  run.evidence.findings.assign(2, run.evidence.findings[1]);
  assess(run.evidence, builtin(), {});
  EXPECT_EQ(run.evidence.assessments[0].mappings, run.evidence.assessments[1].mappings);
}

}  // namespace
}  // namespace straykey
