// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>

#include "scanner/git/refs.h"
#include "tests/support/git_repository.h"

namespace straykey {
namespace {

constexpr const char* kOneCommit =
    "git init -q -b main r && cd r && echo x > f && git add f && git commit -qm one;";

std::map<std::string, ObjectId> read(const RepositoryLayout& layout, size_t broken = 0) {
  auto refs = read_refs(layout);
  EXPECT_TRUE(refs) << (refs ? "" : refs.error().message);
  std::map<std::string, ObjectId> out;
  if (!refs) return out;
  EXPECT_EQ(refs->broken.size(), broken)
      << (refs->broken.empty() ? "" : refs->broken[0].message);
  for (const Ref& ref : refs->refs) out[ref.name] = ref.id;
  EXPECT_EQ(out.size(), refs->refs.size());
  return out;
}

TEST(Refs, LooseWinsOverPacked) {
  GitRepository git;
  git.sh(std::string(kOneCommit) +
         "git branch old; git tag -a -m t v1; git pack-refs --all;"
         "git commit -q --allow-empty -m two; git branch deep/er/name");
  ObjectId one = git.id("git -C r rev-parse HEAD~1");
  ObjectId two = git.id("git -C r rev-parse HEAD");
  auto refs = read(git.layout("r"));
  EXPECT_EQ(refs, (std::map<std::string, ObjectId>{
                      {"HEAD", two},
                      {"refs/heads/main", two},
                      {"refs/heads/old", one},
                      {"refs/heads/deep/er/name", two},
                      {"refs/tags/v1", git.id("git -C r rev-parse v1")},
                  }));
}

TEST(Refs, HeadMayBeDetachedOrUnborn) {
  GitRepository git;
  git.sh(std::string(kOneCommit) +
         "git commit -q --allow-empty -m two;"
         "git checkout -q --detach HEAD~1; git init -q ../new");
  EXPECT_EQ(read(git.layout("r"))["HEAD"], git.id("git -C r rev-parse main~1"));
  EXPECT_TRUE(read(git.layout("new")).empty());
}

TEST(Refs, FollowsSymbolicRefs) {
  GitRepository git;
  git.sh(std::string(kOneCommit) +
         "git symbolic-ref refs/heads/alias refs/heads/main;"
         "git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/gone;"
         "git symbolic-ref HEAD refs/heads/alias");
  ObjectId one = git.id("git -C r rev-parse main");
  auto refs = read(git.layout("r"));
  EXPECT_EQ(refs["refs/heads/alias"], one);
  EXPECT_EQ(refs["HEAD"], one);
  EXPECT_EQ(refs.count("refs/remotes/origin/HEAD"), 0u);
}

TEST(Refs, SymbolicCircleIsBroken) {
  GitRepository git;
  git.sh(std::string(kOneCommit) +
         "echo 'ref: refs/heads/b' > .git/refs/heads/a;"
         "echo 'ref: refs/heads/a' > .git/refs/heads/b");
  EXPECT_EQ(read(git.layout("r"), 2).size(), 2u);
}

TEST(Refs, SymbolicRefDoesNotLeaveTheRepository) {
  GitRepository git;
  git.sh(std::string(kOneCommit) +
         "git rev-parse HEAD > ../outside;"
         "echo 'ref: ../../outside' > .git/refs/heads/a");
  EXPECT_EQ(read(git.layout("r")).count("refs/heads/a"), 0u);
}

TEST(Refs, BadRefsDoNotHideGoodOnes) {
  GitRepository git;
  git.sh(std::string(kOneCommit) +
         "git branch packed; git pack-refs --all; git branch good; cd .git;"
         "> refs/heads/empty; echo garbage > refs/heads/garbage; touch refs/heads/x.lock;"
         "printf '%040d\\n' 0 > refs/heads/null; echo 'no ref at all' >> packed-refs;"
         "ln -s /etc/passwd refs/heads/link");
  auto refs = read_refs(git.layout("r"));
  ASSERT_TRUE(refs);
  std::vector<std::string> broken;
  for (const Error& error : refs->broken) broken.push_back(error.message);
  std::string at = git / "r/.git/";
  std::string no_name = ": is not a ref; it holds no object name";
  EXPECT_EQ(broken, (std::vector<std::string>{
                        at + "packed-refs: line 4 is not a ref",
                        at + "refs/heads/empty" + no_name,
                        at + "refs/heads/garbage" + no_name,
                        at + "refs/heads/link" + no_name,
                        at + "refs/heads/null" + no_name,
                    }));
  EXPECT_EQ(refs->refs.size(), 4u);  // HEAD, good, main, packed
}

TEST(Refs, ReadsHeadsOfLinkedWorkTrees) {
  GitRepository git;
  git.sh(std::string(kOneCommit) +
         "git worktree add -q --detach ../linked; cd ../linked;"
         "git commit -q --allow-empty -m two; git update-ref refs/worktree/mine HEAD");
  ObjectId one = git.id("git -C r rev-parse HEAD");
  ObjectId two = git.id("git -C linked rev-parse HEAD");
  auto from_main = read(git.layout("r"));
  EXPECT_EQ(from_main["HEAD"], one);
  EXPECT_EQ(from_main["worktrees/linked/HEAD"], two);
  EXPECT_EQ(from_main["worktrees/linked/refs/worktree/mine"], two);
  auto from_linked = read(git.layout("linked"));
  EXPECT_EQ(from_linked["HEAD"], two);
  EXPECT_EQ(from_linked["main-worktree/HEAD"], one);
}

TEST(Refs, ReadsOlderStashEntries) {
  GitRepository git;
  git.sh(std::string(kOneCommit) + "for i in 1 2 3; do echo $i > f; git stash push -q; done");
  auto refs = read(git.layout("r"));
  EXPECT_EQ(refs["refs/stash"], git.id("git -C r rev-parse stash@{0}"));
  EXPECT_EQ(refs["stash@{1}"], git.id("git -C r rev-parse stash@{1}"));
  EXPECT_EQ(refs["stash@{2}"], git.id("git -C r rev-parse stash@{2}"));
  EXPECT_EQ(refs.count("stash@{0}"), 0u);
}

// Git as it is in Debian 12 cannot make a repository with reftable, but the way through git
// reads one with files as well.
TEST(Refs, WayThroughGitGivesTheSame) {
  GitRepository git;
  git.sh(std::string(kOneCommit) +
         "git tag -a -m t v1; git symbolic-ref refs/heads/alias refs/heads/main;"
         "for i in 1 2 3; do echo $i > f; git stash push -q; done;"
         "git worktree add -q --detach ../linked; git checkout -q --orphan new");
  for (const char* path : {"r", "linked"}) {
    RepositoryLayout layout = git.layout(path);
    auto files = read(layout);
    layout.reftable = true;
    EXPECT_EQ(read(layout), files) << path;
  }
}

TEST(Refs, ReadsSha256Names) {
  GitRepository git;
  git.sh(
      "git init -q -b main --object-format=sha256 r; cd r;"
      "git commit -q --allow-empty -m one; git branch packed; git pack-refs --all;"
      "git branch loose");
  ObjectId one = git.id("git -C r rev-parse HEAD");
  auto refs = read(git.layout("r"));
  EXPECT_EQ(refs.size(), 4u);
  for (const auto& [name, id] : refs) EXPECT_EQ(id, one) << name;
}

TEST(Refs, KnowsBranches) {
  EXPECT_TRUE(is_branch({"HEAD", {}}));
  EXPECT_TRUE(is_branch({"refs/heads/a", {}}));
  EXPECT_TRUE(is_branch({"refs/remotes/origin/a", {}}));
  EXPECT_FALSE(is_branch({"refs/tags/a", {}}));
  EXPECT_FALSE(is_branch({"refs/stash", {}}));
}

}  // namespace
}  // namespace straykey
