// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "scanner/source/staged.h"
#include "tests/support/git_repository.h"

namespace straykey {
namespace {

using Names = std::vector<std::string>;

// The paths that are staged in the repository at `relative`, those that HEAD has with '*'.
Names staged(const GitRepository& git, const std::string& relative = ".",
             Folders folders = Folders::kOpen) {
  RepositoryLayout layout = git.layout(relative);
  auto store = ObjectStore::open(layout, ReadWay::kAuto);
  EXPECT_TRUE(store);
  auto reader = (*store)->reader();
  EXPECT_TRUE(reader);
  auto index = read_index(layout, layout.git_dir + "/index", folders);
  EXPECT_TRUE(index);
  TreeReader trees(**reader, layout.format);
  ObjectId tree;
  std::string head =
      git.sh("cd " + relative + " && git rev-parse -q --verify HEAD^{tree} || :");
  if (!head.empty()) tree = *ObjectId::from_hex(head.substr(0, head.size() - 1));
  Names names;
  for_each_staged(trees, tree, *index, [&](const IndexEntry& entry, const ObjectId& committed) {
    if (folders == Folders::kClosed && entry.mode == 0040000) {
      TreeWalk walk(
          trees, [](const ObjectId&) { return false; },
          [&](const std::string& path, const TreeEntry&) { names.push_back(entry.path + path); });
      return walk.visit(entry.id, {committed});
    }
    names.push_back(entry.path + (committed.is_null() ? "" : "*"));
  });
  return names;
}

TEST(Staged, EverythingBeforeTheFirstCommit) {
  GitRepository git;
  git.sh("git init -q . && mkdir a && echo 1 >a/b && echo 2 >c && git add .");
  EXPECT_EQ(staged(git), (Names{"a/b", "c"}));
}

TEST(Staged, WhatIsNewAndWhatChanged) {
  GitRepository git;
  git.sh(
      "git init -q . && mkdir -p a/b a-b a.b && for f in a/b/1 a/b/2 a-b/1 a.b/1 z; do "
      "echo $f >$f; done && git add . && git commit -qm one");
  EXPECT_EQ(staged(git), Names{});
  git.sh(
      "echo x >a/b/2 && echo x >a/b/3 && echo x >0 && echo x >zz && mkdir a0 && "
      "echo x >a0/1 && git rm -q a.b/1 && git add .");
  EXPECT_EQ(staged(git), (Names{"0", "a/b/2*", "a/b/3", "a0/1", "zz"}));
}

TEST(Staged, FilesThatBecomeFoldersAndFoldersThatBecomeFiles) {
  GitRepository git;
  git.sh(
      "git init -q . && mkdir a && echo 1 >a/x && echo 2 >b && echo 3 >b-c && git add . && "
      "git commit -qm one && rm -r a b && mkdir b && echo 4 >a && echo 5 >b/x && git add -A .");
  EXPECT_EQ(staged(git), (Names{"a", "b/x"}));
}

TEST(Staged, AllSidesOfAConflict) {
  GitRepository git;
  git.sh(
      "git init -q -b main . && echo 1 >a && git add . && git commit -qm base && "
      "git checkout -qb side && echo 2 >a && git commit -qam side && git checkout -q main && "
      "echo 3 >a && git commit -qam main && ! git merge -q side");
  EXPECT_EQ(staged(git), (Names{"a*", "a*"}));  // HEAD has the third, ours
}

TEST(Staged, AgreesWithGitOnManyFiles) {
  GitRepository git;
  git.sh(
      "git init -q . && for i in $(seq 300); do d=$((i % 7))/$((i % 31)); mkdir -p $d; "
      "echo $i >$d/f$i; done && git add . && git commit -qm one && "
      "for i in $(seq 1 11 300); do echo x >>$((i % 7))/$((i % 31))/f$i; done && "
      "for i in $(seq 2 13 300); do rm $((i % 7))/$((i % 31))/f$i; done && "
      "for i in $(seq 3 17 300); do echo $i >$((i % 7))/$((i % 31))/new$i; done && git add -A");
  Names ours;
  for (std::string& name : staged(git)) {
    ours.push_back(name.ends_with('*') ? name.substr(0, name.size() - 1) : name);
  }
  EXPECT_EQ(ours, git.lines("git diff --cached --name-only --no-renames --diff-filter=d"));
  EXPECT_GT(ours.size(), 40u);
}

// What git noted in the index as trees gives the same answer as all entries: with all of it
// valid, with a part, and with none.
TEST(Staged, AgreesWithGitOnClosedFolders) {
  GitRepository git;
  git.sh(
      "git init -q . && for i in $(seq 200); do d=$((i % 5))/$((i % 7)); mkdir -p $d $d.d; "
      "echo $i >$d/f$i; echo $i >$d.d/f; done && git add . && git commit -qm one");
  EXPECT_EQ(staged(git, ".", Folders::kClosed), Names{});
  const std::string steps[] = {
      "echo x >>3/2/f23 && echo y >3/new && git rm -qr 1/4 && git add -A",
      "git write-tree >/dev/null",
      "mv 0 0.moved && echo z >2/1.d/g && git add -A",
      "git -c index.version=4 update-index --index-version 4",
      "git update-index --index-version 2 && git update-index --split-index && echo q >q && git add q",
      "git update-index --no-split-index && echo i >later && git add -N later && git write-tree || :",
  };
  for (const std::string& step : steps) {
    git.sh(step);
    Names ours;
    for (std::string& name : staged(git, ".", Folders::kClosed)) {
      ours.push_back(name.ends_with('*') ? name.substr(0, name.size() - 1) : name);
    }
    std::sort(ours.begin(), ours.end());
    Names gits = git.lines("git diff --cached --name-only --no-renames --diff-filter=d");
    std::erase(ours, "later");  // it is there to be added, and is not yet
    std::sort(gits.begin(), gits.end());
    EXPECT_EQ(ours, gits) << step;
  }
}

TEST(Staged, FoldersOfASparseIndexAreComparedAsTrees) {
  GitRepository git;
  git.sh(
      "git init -q . && mkdir -p in out/deep && echo 1 >in/a && echo 2 >out/deep/b && "
      "git add . && git commit -qm one && git sparse-checkout set --cone --sparse-index in && "
      "echo 3 >in/c && git add in");
  EXPECT_EQ(staged(git), (Names{"in/c"}));
}

TEST(Staged, BelowATreeThatIsMissingEverythingIs) {
  GitRepository git;
  git.sh(
      "git init -q . && mkdir a b && echo 1 >a/x && echo 2 >b/x && git add . && "
      "git commit -qm one && id=$(git rev-parse HEAD:a) && "
      "rm -f .git/objects/${id:0:2}/${id:2}");
  EXPECT_EQ(staged(git), (Names{"a/x"}));
}

}  // namespace
}  // namespace straykey
