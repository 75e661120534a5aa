// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "scanner/git/layout.h"
#include "tests/support/git_repository.h"

namespace straykey {
namespace {

constexpr const char* kOneCommit =
    "git init -q -b main r && cd r && echo x > f && git add f && git commit -qm one";

TEST(Layout, FindsWorkTree) {
  GitRepository git;
  git.sh(kOneCommit);
  RepositoryLayout layout = git.layout("r");
  EXPECT_EQ(layout.git_dir, git / "r/.git");
  EXPECT_EQ(layout.common_dir, git / "r/.git");
  EXPECT_EQ(layout.objects_dir, git / "r/.git/objects");
  EXPECT_EQ(layout.work_tree, git / "r");
  EXPECT_EQ(layout.format, ObjectFormat::kSha1);
  EXPECT_FALSE(layout.reftable);
  EXPECT_FALSE(layout.partial);
  EXPECT_TRUE(layout.shallow.empty());
}

TEST(Layout, FindsWorkTreeFromItsGitDir) {
  GitRepository git;
  git.sh(kOneCommit);
  EXPECT_EQ(git.layout("r/.git").work_tree, git / "r");
}

TEST(Layout, FindsBareRepository) {
  GitRepository git;
  git.sh("git init -q --bare b.git");
  RepositoryLayout layout = git.layout("b.git");
  EXPECT_EQ(layout.git_dir, git / "b.git");
  EXPECT_EQ(layout.work_tree, "");
}

TEST(Layout, FindsLinkedWorkTree) {
  GitRepository git;
  git.sh(std::string(kOneCommit) + " && git worktree add -q ../linked -b side");
  for (const char* path : {"linked", "linked/.git", "r/.git/worktrees/linked"}) {
    RepositoryLayout layout = git.layout(path);
    EXPECT_EQ(layout.git_dir, git / "r/.git/worktrees/linked") << path;
    EXPECT_EQ(layout.common_dir, git / "r/.git") << path;
    EXPECT_EQ(layout.objects_dir, git / "r/.git/objects") << path;
    EXPECT_EQ(layout.work_tree, git / "linked") << path;
  }
}

TEST(Layout, FindsSubmodule) {
  GitRepository git;
  git.sh(std::string(kOneCommit) +
         " && git -c protocol.file.allow=always submodule --quiet add ../r sub");
  RepositoryLayout layout = git.layout("r/sub");
  EXPECT_EQ(layout.git_dir, git / "r/.git/modules/sub");
  EXPECT_EQ(layout.work_tree, git / "r/sub");
}

TEST(Layout, FindsRepositoryAbove) {
  GitRepository git;
  git.sh(std::string(kOneCommit) + " && mkdir -p a/b && echo y > a/b/c");
  for (const char* path : {"r", "r/a/b", "r/a/b/c", "r/.git/objects"}) {
    auto found = repository_above(git / path);
    ASSERT_TRUE(found && *found) << path;
    EXPECT_EQ((*found)->work_tree, git / "r") << path;
  }
}

TEST(Layout, DoesNotLookUpward) {
  GitRepository git;
  git.sh(std::string(kOneCommit) + " && mkdir a");
  auto found = repository_at(git / "r/a");
  ASSERT_TRUE(found);
  EXPECT_FALSE(*found);
}

TEST(Layout, TakesFolderForFolder) {
  GitRepository git;
  git.sh("mkdir -p plain/.git only/objects && touch only/HEAD file");
  for (const char* path : {"plain", "plain/.git", "only", "file", "nowhere"}) {
    auto found = repository_at(git / path);
    ASSERT_TRUE(found) << path;
    EXPECT_FALSE(*found) << path;
  }
}

TEST(Layout, SaysThatGitFilePointsNowhere) {
  GitRepository git;
  git.dir().write("w/.git", "gitdir: ../nowhere\n");
  auto found = repository_at(git / "w");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().message,
            (git / "w/.git") + ": points to a folder that does not exist");
}

TEST(Layout, SaysThatGitFileIsNone) {
  GitRepository git;
  git.dir().write("w/.git", "hello\n");
  auto found = repository_at(git / "w");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().message,
            (git / "w/.git") + ": is not a folder and does not begin with 'gitdir: '");
}

TEST(Layout, SaysThatRepositoryLostItsHead) {
  GitRepository git;
  git.sh(std::string(kOneCommit) + " && rm .git/HEAD");
  auto found = repository_at(git / "r");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().message,
            (git / "r/.git") + ": is a broken repository, its HEAD or refs are missing");
}

TEST(Layout, ReadsSha256FromConfiguration) {
  GitRepository git;
  git.sh("git init -q --object-format=sha256 r");
  EXPECT_EQ(git.layout("r").format, ObjectFormat::kSha256);
}

TEST(Layout, ReadsExtensionsInAnySpelling) {
  GitRepository git;
  git.sh("git init -q r");
  git.dir().write("r/.git/config",
                  "# [extensions]\n[CORE]\n\trepositoryformatversion = 1 ; one\n"
                  "[Extensions]\n  ObjectFormat = \"sha\\\n256\" # quoted\n"
                  "\tREFSTORAGE=reftable\r\n[extensions \"x\"]\nobjectformat = sha1\n");
  RepositoryLayout layout = git.layout("r");
  EXPECT_EQ(layout.format, ObjectFormat::kSha256);
  EXPECT_TRUE(layout.reftable);
}

TEST(Layout, RefusesFormatsThatItDoesNotKnow) {
  GitRepository git;
  git.sh("git init -q r");
  git.dir().write("r/.git/config", "[core]\nrepositoryformatversion = 2\n");
  auto version = repository_at(git / "r");
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().message,
            (git / "r/.git/config") + ": repository format version '2' is not known");
  git.dir().write("r/.git/config", "[extensions]\nobjectformat = md5\n");
  auto format = repository_at(git / "r");
  ASSERT_FALSE(format);
  EXPECT_EQ(format.error().message,
            (git / "r/.git/config") + ": object format 'md5' is not known");
}

TEST(Layout, KnowsShallowAndPartialClones) {
  GitRepository git;
  git.sh(std::string(kOneCommit) +
         " && git commit -q --allow-empty -m two && git config uploadpack.allowFilter true");
  git.sh(
      "git clone -q --depth 1 file://$PWD/r shallow &&"
      "git clone -q --no-checkout --filter=blob:none file://$PWD/r partial");
  RepositoryLayout shallow = git.layout("shallow");
  ASSERT_EQ(shallow.shallow.size(), 1u);
  EXPECT_EQ(shallow.shallow[0], git.id("git -C shallow rev-parse HEAD"));
  EXPECT_FALSE(shallow.partial);
  EXPECT_TRUE(git.layout("partial").partial);
  // A sign of it is in the configuration and another one beside the packs.
  git.sh("git -C partial config remote.origin.promisor false");
  EXPECT_TRUE(git.layout("partial").partial);
  git.sh(
      "git -C partial config remote.origin.promisor true;"
      "rm -f partial/.git/objects/pack/*.promisor");
  EXPECT_TRUE(git.layout("partial").partial);
}

}  // namespace
}  // namespace straykey
