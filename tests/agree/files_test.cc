// SPDX-License-Identifier: Apache-2.0
// Walking a tree gives the files that `git ls-files -co --exclude-standard` names, and the same
// words in the same order whoever lists the folders: one thread, many, or a few while others
// change the tree.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "scanner/source/directory.h"
#include "tests/support/temp_dir.h"

namespace straykey {
namespace {

using Names = std::vector<std::string>;

struct Random {
  explicit Random(uint64_t seed) : engine(seed) {}
  size_t below(size_t limit) { return engine() % limit; }
  const std::string& of(const Names& names) { return names[below(names.size())]; }
  std::mt19937_64 engine;
};

// What a walk told, in the order in which a pipeline puts it: of naming, then batch by batch.
struct Told : Sink {
  void blob(const Origin& origin, ByteView bytes) override {
    lines.push_back("file " + origin.path + " " + std::string(bytes.substr(0, 40)));
    paths.push_back(origin.path);
  }
  void left_out(const std::string& reason, const std::string& where) override {
    lines.push_back("left out: " + reason + ": " + where);
    ++left_out_count[reason];
  }
  void failed(const std::string& where, const std::string& reason) override {
    lines.push_back("failed: " + where + ": " + reason);
  }
  Names lines, paths;
  std::map<std::string, size_t> left_out_count;
};

// Walks with `threads` of them: each takes the next batch from the source, one at a time, and
// reads it on its own.
Told walk(const DirectoryOptions& options, size_t threads) {
  DirectorySource source(options);
  std::mutex mutex;
  Told naming;
  std::vector<std::unique_ptr<Told>> batches;
  auto work = [&] {
    for (;;) {
      std::unique_lock lock(mutex);
      auto batch = source.next(naming);
      if (!batch) return;
      batches.push_back(std::make_unique<Told>());
      Told& told = *batches.back();
      lock.unlock();
      batch->read(told);
    }
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
  for (auto& batch : batches) {
    naming.lines.insert(naming.lines.end(), batch->lines.begin(), batch->lines.end());
    naming.paths.insert(naming.paths.end(), batch->paths.begin(), batch->paths.end());
    for (auto& [reason, count] : batch->left_out_count) naming.left_out_count[reason] += count;
  }
  return naming;
}

std::string random_pattern(Random& random, const Names& names) {
  static const Names pieces = {"*", "?", "[a-c]", "[!a]", ".o", "a", "b", "\\"};
  std::string pattern;
  if (random.below(5) == 0) pattern += "!";
  if (random.below(4) == 0) pattern += "/";
  switch (random.below(5)) {
    case 0: pattern += random.of(names); break;
    case 1: pattern += "*." + random.of({"o", "c", "a.o", "tmp"}); break;
    case 2: pattern += random.of(names) + "/" + random.of(names); break;
    case 3: pattern += random.of({"**/", "a/**/", "*/"}) + random.of(names); break;
    case 4:
      for (size_t i = 1 + random.below(3); i-- > 0;) pattern += random.of(pieces);
  }
  if (random.below(4) == 0) pattern += "/";
  return pattern + random.of({"\n", "\n", "\r\n", "  \n"});
}

std::string random_rules(Random& random, const Names& names) {
  std::string rules;
  // Few lines are tried one by one, many are looked up.
  for (size_t i = random.of({"1", "4", "40"}) == "40" ? 40 : 1 + random.below(5); i-- > 0;) {
    rules += random_pattern(random, names);
  }
  return rules;
}

TEST(Files, AreThoseThatGitNames) {
  TempDir probe;
  if (probe.run("git init -q . 2>/dev/null") != 0) GTEST_SKIP() << "there is no git";
  const Names names = {"a",   "b",  "ab", "a.o", "b.c", "a.a.o",    ".a", "x.tmp",
                       "a b", "#a", "c",  "A",   "[a",  "\xC3\xA9", "d.", "keep.o"};
  size_t ignored = 0, named = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    Random random(seed);
    TempDir dir;
    ASSERT_EQ(dir.run("git init -q ."), 0);
    std::set<std::string> folders = {""}, files;
    for (int i = 0; i < 200; ++i) {
      std::string path;
      for (size_t depth = random.below(5); depth-- > 0;) {
        std::string folder = path + random.of(names);
        if (files.count(folder)) break;
        path = folder + "/";
        folders.insert(path);
      }
      std::string file = path + random.of(names);
      if (!folders.count(file + "/") && files.insert(file).second) dir.write(file, "x");
    }
    for (const std::string& folder : folders) {
      if (std::filesystem::exists(dir / folder) && random.below(8) == 0) {
        dir.write(folder + ".gitignore", random_rules(random, names));
      }
    }
    dir.write(".gitignore", random_rules(random, names));
    dir.write(".git/info/exclude", random_rules(random, names));
    // Some are tracked, whether they are ignored or not.
    DirectoryOptions options{.root = dir.path(),
                             .ignore_texts = {dir.read(".git/info/exclude")}};
    std::string add;
    for (const std::string& file : files) {
      if (random.below(6) != 0) continue;
      options.always.push_back(file);
      add += file + '\0';
    }
    dir.write(".git/add", add);
    ASSERT_EQ(dir.run("git -c core.excludesFile=/dev/null update-index --add -z --stdin"
                      " <.git/add && git -c core.excludesFile=/dev/null ls-files -z -co"
                      " --exclude-standard >.git/said"),
              0);
    std::string said = dir.read(".git/said");
    Names theirs;
    for (size_t at = 0; at < said.size();) {
      size_t end = said.find('\0', at);
      theirs.push_back(said.substr(at, end - at));
      at = end + 1;
    }
    std::sort(theirs.begin(), theirs.end());
    Told ours = walk(options, 1);
    std::sort(ours.paths.begin(), ours.paths.end());
    ASSERT_EQ(ours.paths, theirs) << "seed " << seed;
    named += theirs.size();
    ignored += ours.left_out_count["ignored by .gitignore"];
  }
  EXPECT_GT(named, 400u);
  EXPECT_GT(ignored, 100u);  // else the rules would test nothing
}

// Uneven: many files beside few, deep beside wide.
void write_tree(const TempDir& dir, Random& random, int folders) {
  Names paths = {""};
  for (int i = 0; i < folders; ++i) {
    std::string folder = random.of(paths) + "d" + std::to_string(i) + "/";
    paths.push_back(folder);
    for (size_t f = random.below(random.below(10) == 0 ? 150 : 12); f-- > 0;) {
      std::string name = folder + "f" + std::to_string(random.below(1000)) + ".c";
      dir.write(name, name + std::string(random.below(20) == 0 ? 300'000 : 50, 'x'));
    }
    if (random.below(5) == 0) dir.write(folder + ".gitignore", "f1*\n!f12*\n/f5*\n");
    if (random.below(9) == 0) ::symlink("f", (dir / (folder + "link")).c_str());
    if (random.below(9) == 0) ::mkfifo((dir / (folder + "pipe")).c_str(), 0600);
  }
}

TEST(Files, ComeInOneOrderFromAnyNumberOfThreads) {
  TempDir dir;
  Random random(7);
  write_tree(dir, random, 400);
  Told one = walk({.root = dir.path()}, 1);
  EXPECT_GT(one.paths.size(), 2000u);
  EXPECT_GT(one.left_out_count["ignored by .gitignore"], 100u);
  EXPECT_TRUE(std::is_sorted(one.paths.begin(), one.paths.end(), [](auto& a, auto& b) {
    return std::filesystem::path(a) < std::filesystem::path(b);
  }));
  for (size_t threads : {2u, 8u}) {
    EXPECT_EQ(walk({.root = dir.path()}, threads).lines, one.lines) << threads << " threads";
  }
}

TEST(Files, AreReachedWithFewFileDescriptors) {
  TempDir dir;
  std::string deep;
  for (int i = 0; i < 300; ++i) {
    deep += "d/";
    dir.write(deep + "a", "x");
    dir.write(deep + "e/b", "x");
  }
  rlimit before;
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few = before;
  few.rlim_cur = 40;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  Told told = walk({.root = dir.path()}, 4);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(told.paths.size(), 600u);
  EXPECT_EQ(told.lines.size(), 600u);
}

// Nothing outside of the tree is read, nothing is waited for, and every file is accounted for.
TEST(Files, MayVanishAndTurnIntoOtherThingsMeanwhile) {
  TempDir outside;
  outside.write("a", "outside");
  TempDir dir;
  constexpr int kFolders = 60, kFiles = 20;
  auto file = [&](int folder, int i) {
    return dir / ("d" + std::to_string(folder) + "/f" + std::to_string(i));
  };
  for (int folder = 0; folder < kFolders; ++folder) {
    for (int i = 0; i < kFiles; ++i) {
      dir.write("d" + std::to_string(folder) + "/f" + std::to_string(i), "inside");
    }
  }
  std::atomic<bool> is_over = false;
  std::thread changer([&] {
    Random random(3);
    while (!is_over) {
      int folder = static_cast<int>(random.below(kFolders));
      std::string path = file(folder, static_cast<int>(random.below(kFiles)));
      std::string place = dir / ("d" + std::to_string(folder));
      switch (random.below(5)) {
        case 0: ::unlink(path.c_str()); break;
        case 1:
          ::unlink(path.c_str());
          (void)!::symlink((outside / "a").c_str(), path.c_str());
          break;
        case 2:
          ::unlink(path.c_str());
          ::mkfifo(path.c_str(), 0600);
          break;
        case 3:
          ::unlink(path.c_str());
          std::ofstream(path) << "inside";
          break;
        case 4:  // the whole folder is somewhere else for a while, and a link stands for it
          ::rename(place.c_str(), (place + ".away").c_str());
          (void)!::symlink(outside.path().c_str(), place.c_str());
          ::unlink(place.c_str());
          ::rename((place + ".away").c_str(), place.c_str());
      }
    }
  });
  for (int round = 0; round < 30; ++round) {
    Told told = walk({.root = dir.path()}, 3);
    for (const std::string& line : told.lines) {
      if (line.starts_with("file ")) {
        EXPECT_TRUE(line.ends_with(" inside") || line.ends_with(" ")) << line;
      } else {
        EXPECT_TRUE(line.starts_with("left out: vanished") ||
                    line.starts_with("left out: symbolic link") ||
                    line.starts_with("left out: special file"))
            << line;
      }
    }
  }
  is_over = true;
  changer.join();
}

}  // namespace
}  // namespace straykey
