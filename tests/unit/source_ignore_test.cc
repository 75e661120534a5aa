// SPDX-License-Identifier: Apache-2.0
#include "scanner/source/ignore.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace straykey {
namespace {

using Verdict = IgnoreRules::Verdict;

bool ignores(ByteView text, ByteView path, bool is_folder = false) {
  return IgnoreRules::parse(text).match(path, is_folder) == Verdict::kIgnore;
}

TEST(IgnoreRules, PatternWithoutSlashMatchesInAnyFolder) {
  EXPECT_TRUE(ignores("a.log", "a.log"));
  EXPECT_TRUE(ignores("a.log", "x/y/a.log"));
  EXPECT_FALSE(ignores("a.log", "x/ba.log"));
  EXPECT_TRUE(ignores("*.log", "x/y/a.log"));
  EXPECT_TRUE(ignores("a*g", "x/y/a.log"));
  EXPECT_FALSE(ignores("*.log", "x.log/y"));
}

TEST(IgnoreRules, SlashAtTheStartOrWithinAnchors) {
  EXPECT_TRUE(ignores("/a", "a"));
  EXPECT_FALSE(ignores("/a", "x/a"));
  EXPECT_TRUE(ignores("x/a", "x/a"));
  EXPECT_FALSE(ignores("x/a", "y/x/a"));
  EXPECT_TRUE(ignores("x/*", "x/a"));
  EXPECT_FALSE(ignores("x/*", "x/a/b"));
}

TEST(IgnoreRules, SlashAtTheEndMeansFolders) {
  EXPECT_TRUE(ignores("a/", "x/a", true));
  EXPECT_FALSE(ignores("a/", "x/a", false));
}

TEST(IgnoreRules, TwoStarsStandForFolders) {
  for (ByteView path : {"b", "x/b", "x/y/b"}) EXPECT_TRUE(ignores("**/b", path)) << path;
  for (ByteView path : {"a/b", "a/x/b", "a/x/y/b"}) EXPECT_TRUE(ignores("a/**/b", path));
  EXPECT_FALSE(ignores("a/**/b", "a/xb"));
  EXPECT_TRUE(ignores("a/**", "a/x/y"));
  EXPECT_FALSE(ignores("a/**", "a"));
  EXPECT_TRUE(ignores("a/**/c/**/e*f", "a/b/c/c/d/exf"));
  EXPECT_FALSE(ignores("a/**/c/**/e*f", "a/b/c/c/d/ex/f"));
}

TEST(IgnoreRules, TwoStarsWithinAComponentAreOne) {
  EXPECT_TRUE(ignores("/a**b", "axxb"));
  EXPECT_FALSE(ignores("/x/a**b", "x/ax/xb"));
  EXPECT_FALSE(ignores("/a**/b", "a1/2/b"));
}

TEST(IgnoreRules, LastPatternThatMatchesWins) {
  EXPECT_FALSE(ignores("*.log\n!keep.log", "keep.log"));
  EXPECT_TRUE(ignores("!keep.log\n*.log", "keep.log"));
  EXPECT_EQ(IgnoreRules::parse("*\n!a").match("a", false), Verdict::kKeep);
  EXPECT_EQ(IgnoreRules::parse("b").match("a", false), Verdict::kNone);
}

TEST(IgnoreRules, FileOfAnExcludedFolderCannotComeBack) {
  IgnoreRules rules = IgnoreRules::parse("build/\n!build/keep");
  EXPECT_TRUE(rules.excludes("build/keep", false));
  EXPECT_FALSE(rules.excludes("other/keep", false));
  EXPECT_FALSE(IgnoreRules::parse("build/*\n!build/keep").excludes("build/keep", false));
}

TEST(IgnoreRules, CommentsSpacesAndEscapesAreRead) {
  EXPECT_FALSE(ignores("#a", "#a"));
  EXPECT_TRUE(ignores("\\#a", "#a"));
  EXPECT_TRUE(ignores("\\!a", "!a"));
  EXPECT_TRUE(ignores("a   ", "a"));
  EXPECT_TRUE(ignores("a\\ ", "a "));
  EXPECT_TRUE(ignores("a\\   ", "a "));
  EXPECT_TRUE(ignores(" a", " a"));
  EXPECT_TRUE(ignores("a\r\nb\r\n", "a"));
  EXPECT_TRUE(ignores("\xEF\xBB\xBF" "a", "a"));
  EXPECT_TRUE(ignores("\\*", "*"));
  EXPECT_FALSE(ignores("\\*", "a"));
  EXPECT_FALSE(ignores("a\\", "a\\"));
  EXPECT_FALSE(ignores("a\\", "a"));
}

TEST(IgnoreRules, EmptyLinesMatchNothing) {
  EXPECT_TRUE(IgnoreRules::parse("\n\r\n   \n!\n/\n# x\n").empty());
  EXPECT_FALSE(IgnoreRules::parse("").excludes("a", false));
}

TEST(IgnoreRules, ClassesMatchOneByte) {
  EXPECT_TRUE(ignores("[ab]c", "bc"));
  EXPECT_FALSE(ignores("[!ab]c", "bc"));
  EXPECT_TRUE(ignores("[^ab]c", "xc"));
  EXPECT_TRUE(ignores("[]-]c", "]c"));
  EXPECT_TRUE(ignores("[a-]c", "-c"));
  EXPECT_TRUE(ignores("[[:digit:]x]c", "7c"));
  EXPECT_FALSE(ignores("[[:nonsense:]7]c", "7c"));
  EXPECT_TRUE(ignores("[\\]]c", "]c"));
  EXPECT_FALSE(ignores("[ab", "a"));
  EXPECT_FALSE(ignores("x/a[!b]c", "x/a/c"));
}

TEST(IgnoreRules, BytesThatAreNoTextAreTaken) {
  EXPECT_TRUE(ignores("\xFF*\xFE", "\xFF" "abc\xFE"));
  EXPECT_TRUE(ignores("[\x80-\xFF]", "\xC3"));
  EXPECT_TRUE(ignores(ByteView("a\0b\n", 4), "a"));
}

TEST(IgnoreRules, ManyStarsTakeNoLongTime) {
  std::string pattern = "/", folders = "/", path;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  for (int i = 0; i < 100; ++i) folders += "**/*a*a/";
  for (int i = 0; i < 1000; ++i) path += i % 4 == 3 ? '/' : 'a';
  std::string flat(4000, 'a');
  auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(ignores(pattern + "b", flat));
  EXPECT_FALSE(ignores(folders + "b", path));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST(IgnoreScope, DeeperRulesWin) {
  auto top = std::make_shared<IgnoreScope>(IgnoreScope{IgnoreRules::parse("*.log"), 0, {}});
  IgnoreScope below{IgnoreRules::parse("!keep.log\n/only"), 2, top};
  EXPECT_EQ(verdict(&below, "x/keep.log", false), Verdict::kKeep);
  EXPECT_EQ(verdict(&below, "x/other.log", false), Verdict::kIgnore);
  EXPECT_EQ(verdict(&below, "x/only", false), Verdict::kIgnore);
  EXPECT_EQ(verdict(&below, "x/y/only", false), Verdict::kNone);
  EXPECT_EQ(verdict(nullptr, "x", false), Verdict::kNone);
}

// Agreement with git itself: random patterns in nested .gitignore files, real paths.
class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  size_t below(size_t n) { return engine_() % n; }
  template <class T>
  const T& of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

 private:
  std::mt19937 engine_;
};

std::string random_pattern(Random& random) {
  static const std::vector<std::string> pieces = {
      "a",    "b",     "ab",    "ba",    ".c",     "-",     "]",         "!",         "*",
      "*",    "?",     "[ab]",  "[!a]",  "[^b]",   "[a-c]", "[]a]",      "[a-]",      "[!]-]",
      "\\a",  "\\*",   "\\[",   "\\ ",   " ",      "#",     "[[:alpha:]", "[[:alpha:]]", "[[:]",
      "[[]",  "[\\]a]", "[b-a]", "[[:punct:]a]", "[[:bad:]]", "[", "[*]", "[a-c-z]", "[[:x]]"};
  std::string pattern;
  if (random.below(4) == 0) pattern += "!";
  if (random.below(4) == 0) pattern += "/";
  size_t components = 1 + random.below(3);
  for (size_t i = 0; i < components; ++i) {
    if (i > 0) pattern += random.below(12) == 0 ? "\\/" : "/";
    if (random.below(4) == 0) {
      pattern += random.below(6) == 0 ? "***" : "**";
      continue;
    }
    size_t length = 1 + random.below(3);
    for (size_t j = 0; j < length; ++j) pattern += random.of(pieces);
  }
  if (random.below(5) == 0) pattern += "/";
  if (random.below(8) == 0) pattern += "  ";
  if (random.below(12) == 0) pattern += "\\";
  if (random.below(12) == 0) pattern += "\r";
  return pattern;
}

// Whether the pattern has stars that git before 2.52 reads otherwise than its manual says.
bool is_read_otherwise(const std::string& pattern) {
  size_t special = pattern.find_first_of("*?[\\", pattern[0] == '!' ? 1 : 0);
  if (special == std::string::npos || special == 0) return false;
  char before = pattern[special - 1];
  return pattern.compare(special, 2, "**") == 0 && before != '/' && before != '!';
}

std::string random_rules(Random& random) {
  std::string text;
  for (size_t lines = 1 + random.below(6); lines-- > 0;) {
    std::string pattern = random_pattern(random);
    if (!is_read_otherwise(pattern)) text += pattern + "\n";
  }
  return text;
}

// Which of the paths in .git/asked git ignores.
std::set<std::string> ignored_by_git(const TempDir& dir) {
  int code = dir.run("GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null HOME=/nonexistent "
                     "git check-ignore --no-index -z --stdin <.git/asked >.git/said");
  EXPECT_TRUE(code == 0 || code == 1);
  std::string said = dir.read(".git/said");
  std::set<std::string> paths;
  for (size_t at = 0; at < said.size();) {
    size_t end = said.find('\0', at);
    paths.insert(said.substr(at, end - at));
    at = end + 1;
  }
  return paths;
}

TEST(IgnoreRules, NamedClassesAgreeWithGit) {
  TempDir dir;
  if (dir.run("git init -q . 2>/dev/null") != 0) GTEST_SKIP() << "there is no git";
  std::string asked;
  for (int byte = 1; byte < 256; ++byte) {
    if (byte != '/') asked += std::string("x") + static_cast<char>(byte) + '\0';
  }
  dir.write(".git/asked", asked);
  for (const char* name : {"alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower",
                           "print", "punct", "space", "upper", "xdigit", "other"}) {
    std::string pattern = std::string("x[[:") + name + ":]]";
    dir.write(".gitignore", pattern + "\n");
    std::set<std::string> ours;
    for (size_t at = 0; at < asked.size(); at += 3) {
      if (ignores(pattern, asked.substr(at, 2))) ours.insert(asked.substr(at, 2));
    }
    EXPECT_EQ(ours, ignored_by_git(dir)) << name;
  }
}

TEST(IgnoreScope, AgreesWithGit) {
  TempDir dir;
  if (dir.run("git init -q . 2>/dev/null") != 0) GTEST_SKIP() << "there is no git";
  Random random(20250701);
  const std::vector<std::string> names = {"a",   "b",  "ab",  "ba",   "a.c", "*",  "]", "-",
                                          "abc", "[a", "a b", "a ",   "#a",  "!b", "c", "\\a",
                                          "A",   "bb", "a*",  "\xC3\xA9"};
  // Folders and files, up to four levels; a name is one of the two.
  std::set<std::string> folders = {""}, files;
  while (files.size() < 250) {
    std::string path;
    for (size_t depth = random.below(4); depth-- > 0;) {
      std::string folder = path + random.of(names);
      if (files.count(folder)) break;
      path = folder + "/";
      folders.insert(path);
    }
    std::string file = path + random.of(names);
    if (folders.count(file + "/")) continue;
    if (files.insert(file).second) dir.write(file, "");
  }
  std::string asked;
  for (const std::string& path : files) asked += path + '\0';
  for (const std::string& path : folders) {
    if (!path.empty()) asked += path.substr(0, path.size() - 1) + '\0';
  }
  dir.write(".git/asked", asked);

  size_t compared = 0, ignored = 0;
  for (int round = 0; round < 150; ++round) {
    std::vector<std::pair<std::string, std::string>> texts;  // folder, its .gitignore
    for (const std::string& folder : folders) {
      if (folder.empty() || random.below(25) == 0) {
        texts.emplace_back(folder, random_rules(random));
        dir.write(folder + ".gitignore", texts.back().second);
      }
    }
    std::string exclude = random_rules(random);
    dir.write(".git/info/exclude", exclude);
    auto theirs = ignored_by_git(dir);

    auto whole = std::make_shared<IgnoreScope>(IgnoreScope{IgnoreRules::parse(exclude), 0, {}});
    // The scope of `folder` ("" or "x/y/"), built from the top.
    auto scope_of = [&](const std::string& folder) {
      std::shared_ptr<const IgnoreScope> scope = whole;
      for (const auto& [base, text] : texts) {  // sorted: the shorter prefixes come first
        if (!folder.starts_with(base)) continue;
        scope = std::make_shared<IgnoreScope>(
            IgnoreScope{IgnoreRules::parse(text), base.size(), scope});
      }
      return scope;
    };
    auto ours = [&](const std::string& path, bool is_folder) {
      for (size_t slash = 0;; ++slash) {
        slash = path.find('/', slash);
        bool is_last = slash == std::string::npos;
        std::string part = path.substr(0, slash);
        auto scope = scope_of(part.substr(0, part.rfind('/') + 1));
        if (verdict(scope.get(), part, !is_last || is_folder) == Verdict::kIgnore) return true;
        if (is_last) return false;
      }
    };
    auto compare = [&](const std::string& path, bool is_folder) {
      bool is_ours = ours(path, is_folder);
      ++compared;
      ignored += is_ours;
      if (is_ours == (theirs.count(path) == 1)) return true;
      std::string rules = "exclude:\n" + exclude;
      for (const auto& [base, text] : texts) rules += "in '" + base + "':\n" + text;
      ADD_FAILURE() << "round " << round << ", '" << path << "': we say "
                    << (is_ours ? "ignored" : "not ignored") << "\n" << rules;
      return false;
    };
    for (const std::string& path : files) {
      if (!compare(path, false)) return;
    }
    for (const std::string& path : folders) {
      if (!path.empty() && !compare(path.substr(0, path.size() - 1), true)) return;
    }
    for (const auto& text : texts) {
      std::filesystem::remove(dir / (text.first + ".gitignore"));
    }
  }
  EXPECT_GT(compared, 30000u);
  EXPECT_GT(ignored, compared / 20);  // else the patterns would test nothing
}

}  // namespace
}  // namespace straykey
