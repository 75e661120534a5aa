// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/sample_evidence.h"

namespace straykey {
namespace {

TEST(Evidence, CountsNewFindingsAtOrAboveTheThreshold) {
  SampleRun run;  // critical and high are new, medium is known
  EXPECT_EQ(run.evidence.failing_findings(), 2u);
  run.evidence.fail_on = Severity::kHigh;
  EXPECT_EQ(run.evidence.failing_findings(), 2u);
  run.evidence.fail_on = Severity::kCritical;
  EXPECT_EQ(run.evidence.failing_findings(), 1u);
}

TEST(Version, IsThatOfTheBuild) { EXPECT_STREQ(version(), STRAYKEY_VERSION); }

}  // namespace
}  // namespace straykey
