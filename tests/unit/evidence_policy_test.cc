// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/policy.h"

#include <gtest/gtest.h>

namespace straykey {
namespace {

Policy policy_of(const std::string& text) {
  auto policy = Policy::parse(text, "p.toml");
  EXPECT_TRUE(policy) << policy.error().message;
  return *policy;
}

std::string complaint(const std::string& text) {
  auto policy = Policy::parse(text, "p.toml");
  return policy ? "" : policy.error().message;
}

TEST(Policy, SaysOfAClassWhatTheClassThenTheDefaultThenTheProgramSays) {
  Policy policy = policy_of(R"(
id = "acme 1"
approved-by = "ciso"
[default]
review-days = 200
sla = { high = 3 }
[class.third-party]
review-days = 20
sla = { high = 2, info = 9 }
)");
  EXPECT_EQ(policy.id(), "acme 1");
  EXPECT_EQ(policy.approved_by(), "ciso");
  EXPECT_EQ(policy.digest().size(), 64u);
  const ClassPolicy& third = policy.of(NhiClass::kThirdParty);
  EXPECT_EQ(third.review, 20u);
  EXPECT_EQ(third.sla, (std::array<uint32_t, 5>{9, 90, 30, 2, 1}));
  EXPECT_EQ(third.exception, 90u);
  const ClassPolicy& privileged = policy.of(NhiClass::kPrivilegedService);
  EXPECT_EQ(privileged.review, 200u);
  EXPECT_EQ(privileged.max_age, 90u);  // built in for this class
  EXPECT_EQ(privileged.sla, (std::array<uint32_t, 5>{365, 90, 30, 3, 1}));
}

TEST(Policy, IsBuiltInWithoutAFile) {
  auto policy = Policy::load("");
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->id(), "built in");
  EXPECT_EQ(policy->digest(), "");
  EXPECT_EQ(policy->of(NhiClass::kEphemeral).max_age, 1u);
}

TEST(Policy, NamesTheLineOfWhatIsWrong) {
  EXPECT_EQ(complaint("id = \"x\"\n[defualt]\n"),
            "p.toml:2: unknown key 'defualt'; did you mean 'default'?");
  EXPECT_EQ(complaint("id = \"x\"\n[class.privileged]\n").substr(0, 34),
            "p.toml:2: class: unknown key 'priv");
  EXPECT_EQ(complaint("id = \"x\"\n[default]\nsla = { hihg = 1 }\n"),
            "p.toml:3: default: sla: unknown key 'hihg'; did you mean 'high'?");
  EXPECT_NE(complaint("id = \"x\"\n[default]\nreview-days = -1\n"), "");
  EXPECT_NE(complaint("[default]\n"), "");
}

}  // namespace
}  // namespace straykey
