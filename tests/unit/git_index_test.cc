// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdio>

#include "scanner/base/hash.h"
#include "scanner/git/index.h"
#include "tests/support/git_repository.h"

namespace straykey {
namespace {

// Paths that share beginnings, of all lengths around the padding, with odd bytes.
constexpr const char* kManyFiles =
    "git init -q -b main r; cd r; mkdir -p a/b c; for i in $(seq 40); do"
    " p=$(printf 'x%.0s' $(seq $i)); echo $i > a/$p; echo $i > a/b/y$p; echo $i > c/$p; done;"
    "echo z > \"$(printf 'n\\303\\274\\n \\377')\"; ln -s a/x link; echo '#!' > run; chmod +x "
    "run;"
    "git add .;";

// What `git ls-files -s -z` prints of these entries.
std::string listing(const Index& index, ObjectFormat format) {
  std::string out;
  for (const IndexEntry& entry : index.entries) {
    char mode[16];
    std::snprintf(mode, sizeof mode, "%06o ", entry.mode);
    out += mode + entry.id.hex(format) + " " + std::to_string(entry.stage) + "\t" + entry.path;
    out += '\0';
  }
  return out;
}

Index expect_same_as_git(const GitRepository& git, const std::string& repository = "r",
                         const std::string& options = "") {
  RepositoryLayout layout = git.layout(repository);
  auto index = read_index(layout, layout.git_dir + "/index");
  EXPECT_TRUE(index) << (index ? "" : index.error().message);
  if (!index) return {};
  EXPECT_EQ(listing(*index, layout.format),
            git.sh("git -C " + repository + " ls-files -s -z " + options));
  return *index;
}

TEST(Index, NoFileIsEmpty) {
  GitRepository git;
  git.sh("git init -q r");
  EXPECT_TRUE(expect_same_as_git(git).entries.empty());
}

TEST(Index, ReadsAllVersions) {
  for (const char* version : {"2", "3", "4"}) {
    GitRepository git;
    git.sh(std::string(kManyFiles) + "git update-index --index-version " + version + "; if [ " +
           version + " = 3 ]; then echo late > late; git add -N late; fi");
    Index index = expect_same_as_git(git);
    EXPECT_GT(index.entries.size(), 120u);
    EXPECT_GT(index.written_seconds, 0);
    EXPECT_EQ(git.dir().read("r/.git/index")[7], version[0] - '0');
  }
}

TEST(Index, ReadsFlags) {
  GitRepository git;
  git.sh(
      "git init -q r; cd r; echo x > a; echo x > b; git add b; git add -N a;"
      "git update-index --skip-worktree b");
  Index index = expect_same_as_git(git);
  ASSERT_EQ(index.entries.size(), 2u);
  EXPECT_TRUE(index.entries[0].intent_to_add);
  EXPECT_FALSE(index.entries[0].skip_worktree);
  EXPECT_TRUE(index.entries[1].skip_worktree);
  EXPECT_EQ(index.entries[1].size, 2u);
  EXPECT_GT(index.entries[1].mtime_seconds, 0u);
}

TEST(Index, ReadsConflictStages) {
  GitRepository git;
  git.sh(
      "git init -q -b main r; cd r; echo 0 > f; git add f; git commit -qm 0;"
      "git checkout -qb side; echo 1 > f; git commit -qam 1; git checkout -q main;"
      "echo 2 > f; git commit -qam 2; ! git merge -q side");
  EXPECT_EQ(expect_same_as_git(git).entries.size(), 3u);
}

TEST(Index, ReadsSha256Names) {
  GitRepository git;
  git.sh("git init -q --object-format=sha256 r; cd r; echo x > a; echo y > b; git add .");
  EXPECT_EQ(expect_same_as_git(git).entries.size(), 2u);
}

TEST(Index, ReadsSplitIndex) {
  for (const char* version : {"2", "4"}) {
    GitRepository git;
    git.sh(std::string(kManyFiles) + "git config splitIndex.maxPercentChange 100;" +
           "git update-index --index-version " + version + "; git update-index --split-index");
    expect_same_as_git(git);
    git.sh(
        "cd r; echo changed > a/xxx; echo changed > a/b/yx; git add a/xxx a/b/yx;"
        "git rm -q --cached c/x c/xx c/xxxxxxxx; echo new > b; echo new > zz; git add b zz");
    EXPECT_NE(git.dir().read("r/.git/index").find("link"), std::string::npos);
    expect_same_as_git(git);
    git.sh("cd r; git rm -rq --cached .; git add run");
    expect_same_as_git(git);
  }
}

TEST(Index, SaysThatSharedIndexIsMissing) {
  GitRepository git;
  git.sh(std::string(kManyFiles) + "git update-index --split-index; rm .git/sharedindex.*");
  RepositoryLayout layout = git.layout("r");
  EXPECT_FALSE(read_index(layout, layout.git_dir + "/index"));
}

TEST(Index, ReadsSparseIndex) {
  GitRepository git;
  git.sh(std::string(kManyFiles) +
         "git commit -qm one; git sparse-checkout init --cone --sparse-index;"
         "git sparse-checkout set c");
  Index index = expect_same_as_git(git, "r", "--sparse");
  size_t folders = 0;
  for (const IndexEntry& entry : index.entries) folders += entry.mode == 0040000;
  EXPECT_EQ(folders, 1u);
}

TEST(Index, ReadsIndexOfLinkedWorkTree) {
  GitRepository git;
  git.sh(std::string(kManyFiles) + "git commit -qm one; git worktree add -q ../linked");
  expect_same_as_git(git, "linked");
}

TEST(Index, SaysThatItIsDamaged) {
  GitRepository git;
  git.sh(kManyFiles);
  RepositoryLayout layout = git.layout("r");
  std::string good = git.dir().read("r/.git/index");
  auto error_of = [&](const std::string& bytes) {
    auto index = read_index(layout, git.dir().write("index", bytes));
    return index ? std::string("none") : index.error().message;
  };
  std::string damaged = (git / "index") + ": the index is damaged: ";
  EXPECT_EQ(error_of(good), "none");
  EXPECT_EQ(error_of(""), damaged + "it is too short");
  EXPECT_EQ(error_of(std::string(100, 'x')), damaged + "it does not begin with DIRC");
  EXPECT_EQ(error_of(good.substr(0, good.size() / 2)), damaged + "its checksum does not match");
  std::string version = good;
  version[7] = 9;
  EXPECT_EQ(error_of(version), damaged + "its version 9 is not known");
}

// Every length and a flip of every byte, under a checksum of zeros, which is not checked:
// any answer is right that is no crash. The sanitizers are the judges.
TEST(Index, SurvivesDamage) {
  GitRepository git;
  git.sh(
      "git init -q r; cd r; mkdir d; echo x > a; echo y > b; echo y > d/e; git add .;"
      "git config splitIndex.maxPercentChange 100; git update-index --index-version 4;"
      "cp .git/index ../v4; git update-index --index-version 2; cp .git/index ../v2;"
      "git update-index --split-index; echo z > b; git add b; git rm -q --cached a;"
      "cp .git/index ../split");
  RepositoryLayout layout = git.layout("r");
  std::string path = git / "damaged";
  for (const char* name : {"v2", "v4", "split"}) {
    std::string body = git.dir().read(name);
    body.resize(body.size() - 20);
    for (size_t i = 0; i < body.size(); ++i) {
      git.dir().write("damaged", body.substr(0, i) + std::string(20, '\0'));
      (void)read_index(layout, path);
      for (char flip : {'\x01', '\x80', '\xff'}) {
        std::string bytes = body + std::string(20, '\0');
        bytes[i] = static_cast<char>(bytes[i] ^ flip);
        git.dir().write("damaged", bytes);
        (void)read_index(layout, path);
      }
    }
  }
}

}  // namespace
}  // namespace straykey
