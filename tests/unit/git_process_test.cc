// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "scanner/git/object_store.h"
#include "scanner/git/process.h"
#include "scanner/git/refs.h"
#include "tests/support/git_repository.h"

namespace straykey {
namespace {

constexpr const char* kOneCommit =
    "git init -q -b main r; cd r; echo x > f; git add f; git commit -qm one;";

bool has_child() { return ::waitpid(-1, nullptr, WNOHANG) == 0 || errno != ECHILD; }

TEST(GitProcess, AnswersAndEnds) {
  GitRepository git;
  git.sh(kOneCommit);
  {
    auto process = GitProcess::start(git.layout("r"), {"cat-file", "--batch"});
    ASSERT_TRUE(process);
    ASSERT_TRUE(process->write("HEAD:f\n"));
    EXPECT_EQ(*process->read_line(), "587be6b4c3f93f93c489c0111bba5596147a26cb blob 2");
    EXPECT_EQ(*process->read_exactly(3), "x\n\n");
  }
  EXPECT_FALSE(has_child());
}

TEST(GitProcess, SaysWhatGitSaid) {
  GitRepository git;
  git.sh(kOneCommit);
  auto output = git_output(git.layout("r"), {"rev-parse", "--verify", "nothing"});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().message, "git: Needed a single revision");
  EXPECT_FALSE(has_child());
}

// And not a SIGPIPE that kills us.
TEST(GitProcess, WriteToDeadGitIsAnError) {
  GitRepository git;
  git.sh(kOneCommit);
  auto process = GitProcess::start(git.layout("r"), {"no-such-command"});
  ASSERT_TRUE(process);
  auto line = process->read_line();
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().message, "git: ended early");
  Result<void> written;
  for (int i = 0; i < 100 && written; ++i) written = process->write(std::string(65536, 'x'));
  EXPECT_FALSE(written);
}

TEST(GitProcess, ReadsMuchOnBothStreams) {
  GitRepository git;
  git.sh(std::string(kOneCommit) +
         "h=$(git rev-parse HEAD); for i in $(seq 3000); do"
         " echo \"$(printf '%040d' $i) refs/tags/a-broken-ref-with-a-long-name-$i\"; done"
         " >> .git/packed-refs");
  auto output = git_output(git.layout("r"), {"for-each-ref"});
  EXPECT_FALSE(output);
  EXPECT_FALSE(has_child());
}

TEST(GitProcess, TakesNothingFromTheEnvironment) {
  GitRepository git;
  git.sh(std::string(kOneCommit) + "git init -q ../other");
  ::setenv("GIT_DIR", (git / "other/.git").c_str(), 1);
  ::setenv("GIT_CONFIG_COUNT", "1", 1);
  ::setenv("GIT_CONFIG_KEY_0", "alias.cat-file", 1);
  auto output = git_output(git.layout("r"), {"rev-parse", "HEAD:f"});
  ::unsetenv("GIT_DIR");
  ::unsetenv("GIT_CONFIG_COUNT");
  ::unsetenv("GIT_CONFIG_KEY_0");
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(*output, "587be6b4c3f93f93c489c0111bba5596147a26cb\n");
}

TEST(GitProcess, SaysThatGitIsNotInstalled) {
  GitRepository git;
  git.sh("git init -q --object-format=sha256 r");
  std::string path = ::getenv("PATH");
  ::setenv("PATH", "/nonexistent", 1);
  auto store = ObjectStore::open(git.layout("r"), ReadWay::kAuto);
  ::setenv("PATH", path.c_str(), 1);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().message,
            "git: not found; install git to read this repository (SHA-256 object names)");
}

// A repository that would run a program at every chance. None of our commands gives it one.
TEST(GitProcess, RunsNothingOfHostileRepository) {
  GitRepository git;
  git.sh(std::string(kOneCommit) +
         "git tag -a -m t v1; for i in 1 2; do echo $i > f; git stash push -q; done;"
         "p=\"touch $PWD/../ran-\"; c() { git config \"$1\" \"$2\"; };"
         "c core.fsmonitor \"${p}fsmonitor\";"
         "c core.sshCommand \"${p}ssh\"; c core.pager \"${p}pager\"; c pager.cat-file true;"
         "c pager.for-each-ref true; c alias.cat-file \"!${p}alias\";"
         "c alias.rev-parse \"!${p}alias\"; c core.alternateRefsCommand \"${p}alternate\";"
         "c core.gitProxy \"${p}proxy\"; c credential.helper \"!${p}helper\";"
         "c core.hooksPath ../hooks; c core.editor \"${p}editor\"; c core.askPass \"${p}ask\";"
         "c gpg.program \"${p}gpg\"; c log.showSignature true; c tag.gpgSign true;"
         "c filter.x.smudge \"${p}smudge\"; c filter.x.process \"${p}process\";"
         "c diff.x.textconv \"${p}textconv\"; c diff.external \"${p}diff\";"
         "c remote.origin.url \"ext::${p}ext\"; c remote.origin.uploadpack \"${p}upload\";"
         "c remote.origin.promisor true; c protocol.allow always; c protocol.ext.allow always;"
         "c extensions.partialClone origin; c core.repositoryFormatVersion 1;"
         "echo '* filter=x diff=x' > .git/info/attributes; mkdir hooks;"
         "for h in post-checkout reference-transaction fsmonitor-watchman; do"
         " printf '#!/bin/sh\\n%shook' \"$p\" > hooks/$h; chmod +x hooks/$h;"
         " cp hooks/$h .git/hooks/; done; c core.worktree /nowhere/at/all");
  RepositoryLayout layout = git.layout("r");
  layout.reftable = true;  // the way through git
  auto refs = read_refs(layout);
  ASSERT_TRUE(refs) << refs.error().message;
  EXPECT_EQ(refs->refs.size(), 5u);  // HEAD, main, stash, its older entry, v1

  for (ReadWay way : {ReadWay::kAuto, ReadWay::kCompat}) {
    auto store = ObjectStore::open(layout, way);
    ASSERT_TRUE(store) << store.error().message;
    auto reader = (*store)->reader();
    ASSERT_TRUE(reader);
    for (const Ref& ref : refs->refs) EXPECT_TRUE((*reader)->read(ref.id));
    EXPECT_TRUE((*reader)->read(blob_id("x\n", layout.format)));
    auto absent = (*reader)->read(blob_id("absent", layout.format));
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().message, "object is missing");
    EXPECT_FALSE((*reader)->resolve_prefix("0123"));
  }
  EXPECT_EQ(git.sh("ls | grep ran || true"), "");
}

TEST(GitProcess, ReadsRepositoryOfSomebodyElse) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  GitRepository git;
  git.sh(std::string(kOneCommit) + "chown -R 65534 .");
  auto output = git_output(git.layout("r"), {"rev-parse", "HEAD:f"});
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(*output, "587be6b4c3f93f93c489c0111bba5596147a26cb\n");
}

}  // namespace
}  // namespace straykey
