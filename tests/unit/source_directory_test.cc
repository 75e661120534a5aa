// SPDX-License-Identifier: Apache-2.0
#include "scanner/source/directory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "scanner/source/file_source.h"
#include "tests/support/temp_dir.h"

namespace straykey {
namespace {

using Names = std::vector<std::string>;

struct Collected : Sink {
  void blob(const Origin& origin, ByteView bytes) override {
    paths.push_back(origin.path);
    contents[origin.path] = bytes;
    last = origin;
  }
  void left_out(const std::string& reason, const std::string& where) override {
    out[reason].push_back(where);
  }
  void failed(const std::string& where, const std::string& reason) override {
    failures[where] = reason;
  }

  Names paths;
  std::map<std::string, std::string> contents;
  std::map<std::string, Names> out;
  std::map<std::string, std::string> failures;
  Origin last;
};

// Drains `source`; gives the number of batches.
size_t walk(Source& source, Collected& sink) {
  size_t batches = 0;
  while (auto batch = source.next(sink)) {
    batch->read(sink);
    ++batches;
  }
  return batches;
}

Collected walk(DirectoryOptions options) {
  Collected sink;
  DirectorySource source(std::move(options));
  walk(source, sink);
  return sink;
}

TEST(DirectorySource, GivesFilesInOrderWithTheirBytes) {
  TempDir dir;
  dir.write("b/2", "two");
  dir.write("b/1", "");
  dir.write("a", "one");
  dir.write("c/d/e", "three");
  Collected got = walk({.root = dir.path(), .kind = OriginKind::kWorkingTree, .source = 7});
  EXPECT_EQ(got.paths, (Names{"a", "b/1", "b/2", "c/d/e"}));
  EXPECT_EQ(got.contents["c/d/e"], "three");
  EXPECT_EQ(got.contents["b/1"], "");
  EXPECT_EQ(got.last.kind, OriginKind::kWorkingTree);
  EXPECT_EQ(got.last.source, 7u);
  EXPECT_TRUE(got.out.empty());
  EXPECT_TRUE(got.failures.empty());
}

TEST(DirectorySource, RootMayEndWithSlash) {
  TempDir dir;
  dir.write("a", "one");
  EXPECT_EQ(walk({.root = dir.path() + "/"}).paths, (Names{"a"}));
}

TEST(DirectorySource, BatchesAreBoundedByCountAndSize) {
  TempDir dir;
  for (int i = 0; i < 70; ++i) dir.write("f" + std::to_string(100 + i), "x");
  Collected sink;
  DirectorySource small({.root = dir.path()});
  EXPECT_EQ(walk(small, sink), 3u);
  EXPECT_EQ(sink.paths.size(), 70u);

  TempDir large;
  for (int i = 0; i < 4; ++i) {
    large.write(std::to_string(i), std::string(DirectorySource::kBatchBytes / 2, 'x'));
  }
  Collected other;
  DirectorySource source({.root = large.path()});
  EXPECT_EQ(walk(source, other), 2u);
}

TEST(DirectorySource, HonoursNestedGitignoreFiles) {
  TempDir dir;
  dir.write(".gitignore", "*.log\n/build/\n");
  dir.write("a.log", "x");
  dir.write("build/deep/a", "x");
  dir.write("src/build/a", "x");
  dir.write("src/.gitignore", "!keep.log\n");
  dir.write("src/keep.log", "x");
  dir.write("src/other.log", "x");
  Collected got = walk({.root = dir.path()});
  EXPECT_EQ(got.paths,
            (Names{".gitignore", "src/.gitignore", "src/build/a", "src/keep.log"}));
  EXPECT_EQ(got.out["ignored by .gitignore"],
            (Names{dir / "a.log", dir / "build", dir / "src/other.log"}));

  EXPECT_EQ(walk({.root = dir.path(), .honour_gitignore = false}).paths.size(), 7u);
}

TEST(DirectorySource, IgnoreTextsAreWeakerThanGitignore) {
  TempDir dir;
  dir.write(".gitignore", "!b\n");
  dir.write("a", "x");
  dir.write("b", "x");
  dir.write("c", "x");
  Collected got = walk({.root = dir.path(), .ignore_texts = {"c\na\nb\n", "!c\n"}});
  EXPECT_EQ(got.paths, (Names{".gitignore", "b", "c"}));
}

TEST(DirectorySource, TrackedFilesAreLookedAtThoughIgnored) {
  TempDir dir;
  dir.write(".gitignore", "out/\n*.key\n");
  dir.write("a.key", "x");
  dir.write("b.key", "x");
  dir.write("out/x/tracked", "x");
  dir.write("out/x/other", "x");
  dir.write("out/y/other", "x");
  Collected got = walk({.root = dir.path(), .always = {"a.key", "out/x/tracked"}});
  EXPECT_EQ(got.paths, (Names{".gitignore", "a.key", "out/x/tracked"}));
  EXPECT_EQ(got.out["ignored by .gitignore"],
            (Names{dir / "b.key", dir / "out/x/other", dir / "out/y"}));
}

TEST(DirectorySource, ConfigurationExcludesAlsoTrackedFiles) {
  TempDir dir;
  dir.write("vendor/a", "x");
  dir.write("b", "x");
  Collected got = walk({.root = dir.path(),
                        .exclude = IgnoreRules::parse("vendor/"),
                        .always = {"vendor/a"}});
  EXPECT_EQ(got.paths, (Names{"b"}));
  EXPECT_EQ(got.out["excluded by configuration"], (Names{dir / "vendor"}));
}

TEST(DirectorySource, LinksAndSpecialFilesAreLeftOut) {
  TempDir dir;
  TempDir outside;
  outside.write("secret", "x");
  dir.write("a", "x");
  ASSERT_EQ(::symlink(outside.path().c_str(), (dir / "folder").c_str()), 0);
  ASSERT_EQ(::symlink("a", (dir / "file").c_str()), 0);
  ASSERT_EQ(::mkfifo((dir / "pipe").c_str(), 0600), 0);
  Collected got = walk({.root = dir.path()});
  EXPECT_EQ(got.paths, (Names{"a"}));
  EXPECT_EQ(got.out["symbolic link"], (Names{dir / "file", dir / "folder"}));
  EXPECT_EQ(got.out["special file"], (Names{dir / "pipe"}));
}

TEST(DirectorySource, GitignoreThatIsALinkIsNotRead) {
  TempDir dir;
  dir.write("rules", "a\n");
  dir.write("a", "x");
  ASSERT_EQ(::symlink("rules", (dir / ".gitignore").c_str()), 0);
  EXPECT_EQ(walk({.root = dir.path()}).paths, (Names{"a", "rules"}));
}

TEST(DirectorySource, NestedRepositoriesAreHandedOver) {
  TempDir dir;
  dir.write(".git/config", "x");
  dir.write("a", "x");
  dir.write("sub/.git", "gitdir: ../.git/modules/sub");
  dir.write("sub/b", "x");
  dir.write("deep/clone/.git/HEAD", "x");
  dir.write("deep/clone/c", "x");
  dir.write("deep/mirror/HEAD", "x");
  dir.write("deep/mirror/objects/1", "x");
  dir.write("deep/mirror/refs/2", "x");
  dir.write("fixture/HEAD", "x");
  Names nested;
  Collected got = walk({.root = dir.path(),
                        .always = {"deep/mirror/HEAD"},
                        .nested = [&](const std::string& path) { nested.push_back(path); }});
  EXPECT_EQ(got.paths, (Names{"a", "deep/mirror/HEAD", "fixture/HEAD"}));
  EXPECT_EQ(nested, (Names{dir / "deep/clone", dir / "deep/mirror", dir / "sub"}));
  EXPECT_TRUE(got.out.empty());

  Collected alone = walk({.root = dir.path()});
  EXPECT_EQ(alone.out["nested repository"], nested);
}

TEST(DirectorySource, SkippedFilesGetNoWord) {
  TempDir dir;
  dir.write("a", "x");
  dir.write("b", "xy");
  ASSERT_EQ(::symlink("a", (dir / "c").c_str()), 0);
  auto skip = [](const std::string& path, const struct stat& st) {
    return st.st_size == 1 && (path == "a" || path == "c");
  };
  Collected got = walk({.root = dir.path(), .skip = skip});
  EXPECT_EQ(got.paths, (Names{"b"}));
  EXPECT_TRUE(got.out.empty());
}

TEST(DirectorySource, FileThatVanishesIsLeftOut) {
  TempDir dir;
  std::string a = dir.write("a", "x"), b = dir.write("b", "x"), c = dir.write("c", "x");
  Collected sink;
  DirectorySource source({.root = dir.path()});
  auto batch = source.next(sink);
  ASSERT_TRUE(batch);
  ::unlink(a.c_str());
  ::unlink(b.c_str());
  ASSERT_EQ(::symlink("c", b.c_str()), 0);
  batch->read(sink);
  EXPECT_EQ(sink.paths, (Names{"c"}));
  EXPECT_EQ(sink.out["vanished while scanning"], (Names{a}));
  EXPECT_EQ(sink.out["symbolic link"], (Names{b}));
  EXPECT_TRUE(sink.failures.empty());
}

TEST(DirectorySource, UnreadableFilesAndFoldersFail) {
  if (::geteuid() == 0) {
    // Root may read everything, so the reading is done as somebody else in a child.
    ASSERT_EXIT(
        {
          TempDir dir;
          dir.write("closed/a", "x");
          dir.write("closed-file", "x");
          dir.write("open", "x");
          ::chmod(dir.path().c_str(), 0755);
          ::chmod((dir / "closed").c_str(), 0);
          ::chmod((dir / "closed-file").c_str(), 0);
          bool is_right = false;
          if (::seteuid(65534) == 0) {
            Collected got = walk({.root = dir.path()});
            is_right = got.paths == Names{"open"} && got.failures.size() == 2 &&
                       got.failures[dir / "closed"] == "permission denied" &&
                       got.failures[dir / "closed-file"] == "permission denied";
          }
          is_right = ::seteuid(0) == 0 && is_right;
          dir.run("chmod -R u+rwX .");
          std::filesystem::remove_all(dir.path());
          std::_Exit(is_right ? 0 : 1);
        },
        testing::ExitedWithCode(0), "");
    return;
  }
  TempDir dir;
  dir.write("closed/a", "x");
  dir.write("closed-file", "x");
  dir.write("open", "x");
  ::chmod((dir / "closed").c_str(), 0);
  ::chmod((dir / "closed-file").c_str(), 0);
  Collected got = walk({.root = dir.path()});
  ::chmod((dir / "closed").c_str(), 0700);
  EXPECT_EQ(got.paths, (Names{"open"}));
  EXPECT_EQ(got.failures[dir / "closed"], "permission denied");
  EXPECT_EQ(got.failures[dir / "closed-file"], "permission denied");
}

TEST(DirectorySource, MissingRootFails) {
  TempDir dir;
  Collected got = walk({.root = dir / "none"});
  EXPECT_EQ(got.failures[dir / "none"], "no such file or directory");
}

TEST(DirectorySource, WalksVeryDeepTreesToTheLimitOfPaths) {
  TempDir dir;
  // 3000 levels of two bytes are more than PATH_MAX: the walk ends there and says so.
  ASSERT_EQ(dir.run("python3 -c '\nimport os\nfor _ in range(3000):\n"
                    "  os.mkdir(\"d\"); os.chdir(\"d\")\n'"),
            0);
  Collected got = walk({.root = dir.path()});
  ASSERT_EQ(got.failures.size(), 1u);
  EXPECT_EQ(got.failures.begin()->second, "file name too long");
  dir.run("rm -rf d");
}

TEST(FileSource, GivesTheFileByTheNameOfTheUser) {
  TempDir dir;
  std::string file = dir.write("a", "bytes");
  std::string link = dir / "link";
  ASSERT_EQ(::symlink("a", link.c_str()), 0);
  Collected sink;
  FileSource source(link, 3);
  EXPECT_EQ(walk(source, sink), 1u);
  EXPECT_EQ(sink.contents[link], "bytes");
  EXPECT_EQ(sink.last.source, 3u);
  EXPECT_EQ(sink.last.kind, OriginKind::kFile);
  EXPECT_EQ(source.coverage().kind, "file");
}

TEST(FileSource, MissingFileFails) {
  TempDir dir;
  Collected sink;
  FileSource source(dir / "none", 0);
  walk(source, sink);
  EXPECT_EQ(sink.failures[dir / "none"], "no such file or directory");
}

TEST(JoinPath, IsWrittenAsOneWould) {
  EXPECT_EQ(join_path("", "b"), "b");
  EXPECT_EQ(join_path(".", "b"), "b");
  EXPECT_EQ(join_path("/", "b"), "/b");
  EXPECT_EQ(join_path("a", "b"), "a/b");
  EXPECT_EQ(join_path("a", ""), "a");
}

}  // namespace
}  // namespace straykey
