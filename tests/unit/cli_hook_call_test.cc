// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "scanner/cli/hook_call.h"

namespace straykey {
namespace {

const std::string kOne(40, '1'), kTwo(40, '2'), kNull(40, '0');
ObjectId id(const std::string& hex) { return *ObjectId::from_hex(hex); }

HookSurroundings with(GitEnvironment environment, std::string input = "",
                      bool in_git_dir = false) {
  return {std::move(environment), in_git_dir, [input] { return Result<std::string>(input); }};
}

HookCall understood(const std::vector<std::string>& arguments, const HookSurroundings& how) {
  auto call = understand_hook(arguments, how);
  EXPECT_TRUE(call) << (call ? "" : call.error().message);
  return call ? *call : HookCall{};
}

TEST(HookCall, ACommitIsMadeWhenGitNamesItsIndex) {
  HookCall commit{.stage = HookStage::kCommit};
  EXPECT_EQ(understood({}, with({{"GIT_INDEX_FILE", ".git/index"}})), commit);
  EXPECT_EQ(understood({}, with({{"GIT_INDEX_FILE", ".git/index.lock"}, {"PRE_COMMIT", "1"}})),
            commit);
  EXPECT_EQ(understood({}, with({})), commit);  // by hand
}

TEST(HookCall, TheFrameworkWithoutACommitMeansAllFiles) {
  EXPECT_EQ(understood({}, with({{"PRE_COMMIT", "1"}})), HookCall{.stage = HookStage::kAllFiles});
}

TEST(HookCall, APushNamesItsRefsOnStandardInput) {
  HookCall push{.stage = HookStage::kPush, .remote = "origin"};
  push.updates = {{"refs/heads/a", {}, id(kOne)}, {"refs/heads/b", id(kTwo), {}}};
  EXPECT_EQ(understood({"origin", "/r.git"},
                       with({}, "refs/heads/a " + kOne + " refs/heads/a " + kNull +
                                    "\n(delete) " + kNull + " refs/heads/b " + kTwo + "\n")),
            push);
  EXPECT_EQ(understood({"/r.git", "/r.git"}, with({})),
            (HookCall{.stage = HookStage::kPush, .address = "/r.git"}));
}

TEST(HookCall, TheFrameworkNamesThePushInTheEnvironment) {
  EXPECT_EQ(understood({}, with({{"PRE_COMMIT", "1"},
                                 {"PRE_COMMIT_REMOTE_NAME", "origin"},
                                 {"PRE_COMMIT_REMOTE_BRANCH", "refs/heads/a"},
                                 {"PRE_COMMIT_FROM_REF", kOne},
                                 {"PRE_COMMIT_TO_REF", kTwo}})),
            (HookCall{.stage = HookStage::kPush,
                      .remote = "origin",
                      .base = kOne,
                      .head = kTwo,
                      .remote_ref = "refs/heads/a"}));
  // The first push to an empty remote, and `run --from-ref main --to-ref HEAD`.
  EXPECT_EQ(understood({}, with({{"PRE_COMMIT", "1"},
                                 {"PRE_COMMIT_REMOTE_NAME", "origin"},
                                 {"PRE_COMMIT_LOCAL_BRANCH", "refs/heads/a"}})),
            (HookCall{.stage = HookStage::kPush, .remote = "origin", .head = "refs/heads/a"}));
  EXPECT_EQ(understood({}, with({{"PRE_COMMIT", "1"},
                                 {"PRE_COMMIT_FROM_REF", "main"},
                                 {"PRE_COMMIT_TO_REF", "HEAD"}})),
            (HookCall{.stage = HookStage::kPush, .base = "main", .head = "HEAD"}));
}

TEST(HookCall, APushArrivesInQuarantineOrInTheRepositoryItself) {
  HookCall receive{.stage = HookStage::kReceive};
  receive.updates = {{"refs/heads/a", id(kOne), id(kTwo)}};
  std::string line = kOne + " " + kTwo + " refs/heads/a\n";
  EXPECT_EQ(understood({}, with({{"GIT_QUARANTINE_PATH", "/q"}}, line)), receive);
  EXPECT_EQ(understood({}, with({}, line, true)), receive);
  EXPECT_EQ(understood({"refs/heads/a", kOne, kTwo}, with({}, "", true)), receive);
}

TEST(HookCall, OneArgumentIsTheFileOfAMessage) {
  EXPECT_EQ(understood({".git/COMMIT_EDITMSG"}, with({{"GIT_INDEX_FILE", "x"}})),
            (HookCall{.stage = HookStage::kMessage, .message_file = ".git/COMMIT_EDITMSG"}));
}

TEST(HookCall, WhatIsNoPushIsAnError) {
  EXPECT_FALSE(understand_hook({}, with({}, "", true)));
  EXPECT_FALSE(understand_hook({}, with({}, "old new refs/heads/a\n", true)));
  EXPECT_FALSE(understand_hook({"origin", "/r"}, with({}, "a b\n")));
  EXPECT_FALSE(understand_hook({"a", "b", "c"}, with({})));
}

}  // namespace
}  // namespace straykey
