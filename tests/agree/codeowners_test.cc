// SPDX-License-Identifier: Apache-2.0
// CODEOWNERS files made by chance, and who answers for paths made by chance: the same as others
// say. For GitHub that is a Go program by somebody else (tests/agree/codeowners/main.go), for
// GitLab what its documentation says it calls, File.fnmatch of Ruby (gitlab.rb).
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "scanner/nhi/codeowners.h"
#include "tests/support/temp_dir.h"

namespace straykey {
namespace {

struct Case {
  std::string file, path;
};

// Names are few, so that patterns and paths meet.
class CaseMaker {
 public:
  explicit CaseMaker(CodeownersDialect dialect) : dialect_(dialect) {}

  Case next() {
    Case out;
    const bool is_gitlab = dialect_ == CodeownersDialect::kGitlab;
    const size_t lines = 1 + below(4);
    for (size_t i = 0; i < lines; ++i) {
      if (is_gitlab && below(6) == 0) {
        out.file += std::string(below(3) == 0 ? "^" : "") + "[" + one_of({"One", "Two", "one"}) +
                    "]" + one_of({"", "[2]", " @d", "[2] @d @e"}) + "\n";
      }
      const bool excludes = is_gitlab && below(6) == 0;
      out.file += (excludes ? "!" : "") + pattern();
      const size_t owners = excludes ? 0 : below(3);
      for (size_t j = 0; j < owners; ++j) out.file += std::string(" @o") + std::to_string(i) + std::to_string(j);
      out.file += "\n";
    }
    const size_t depth = 1 + below(4);
    for (size_t i = 0; i < depth; ++i) out.path += (i > 0 ? "/" : "") + name();
    return out;
  }

 private:
  size_t below(size_t limit) { return random_() % limit; }
  std::string one_of(const std::vector<std::string>& of) { return of[below(of.size())]; }
  // Not for GitHub: '#' in the middle of a name, which it does not document. The Go program takes
  // it for a comment, gitignore, which GitHub says its patterns follow, for a character.
  std::string name() {
    std::vector<std::string> of = {"a", "b", "ab", "abc", "a.c", "b.c", ".a", "A", "a b"};
    if (dialect_ == CodeownersDialect::kGitlab) of.push_back("a#b");
    return one_of(of);
  }

  std::string segment() {
    switch (below(8)) {
      case 0: return "*";
      case 1: return "*.c";
      case 2: return one_of({"a*", "*b", "a?", "?.c", ".*", "a*c", "*b*"});
      case 3:
        if (dialect_ == CodeownersDialect::kGitlab)
          return one_of({"[ab]", "[a-b].c", "[!a]", "[^a]*", "a[bc]", "\\a"});
        return "a";
      default: {
        std::string out = name();
        const size_t blank = out.find(' ');
        if (blank != std::string::npos) out.insert(blank, "\\");
        return out;
      }
    }
  }

  std::string pattern() {
    std::string out = below(2) == 0 ? "/" : "";
    const size_t depth = 1 + below(3);
    bool was_deep = false;
    for (size_t i = 0; i < depth; ++i) {
      const bool is_deep = !was_deep && below(5) == 0;
      out += (i > 0 ? "/" : "") + (is_deep ? "**" : segment());
      was_deep = is_deep;
    }
    if (!was_deep && below(4) == 0) out += "/";
    return out;
  }

  CodeownersDialect dialect_;
  std::mt19937_64 random_{20261121};
};

std::string ours(const Case& c, CodeownersDialect dialect) {
  std::string out;
  for (const CodeownersEntry& entry : Codeowners::parse(c.file, dialect).owners_of(c.path)) {
    out += (out.empty() ? "" : "; ") + std::to_string(entry.line);
    for (const std::string& owner : entry.owners) out += " " + owner;
  }
  return out.empty() ? "0" : out;
}

struct Answers {
  std::string why_none;
  std::vector<std::string> lines;
};

// What `command` answers to each case.
Answers asked(const std::string& command, const std::vector<Case>& cases) {
  TempDir dir;
  std::ofstream in(dir / "cases");
  for (const Case& c : cases) in << nlohmann::json{{"file", c.file}, {"path", c.path}} << "\n";
  in.close();
  Answers out;
  FILE* pipe = popen((command + " <'" + (dir / "cases") + "' 2>'" + (dir / "errors") + "'").c_str(), "r");
  if (!pipe) return {"no process could be started", {}};
  std::string text;
  char piece[65536];
  while (const size_t size = std::fread(piece, 1, sizeof piece, pipe)) text.append(piece, size);
  const int status = pclose(pipe);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::ifstream errors(dir / "errors");
    std::getline(errors, out.why_none);
    if (out.why_none.empty()) out.why_none = "it failed";
  }
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) out.lines.push_back(line);
  return out;
}

void expect_same(const std::string& command, CodeownersDialect dialect) {
  constexpr size_t kCases = 20'000;
  CaseMaker maker(dialect);
  std::vector<Case> cases;
  for (size_t i = 0; i < kCases; ++i) cases.push_back(maker.next());
  const Answers theirs = asked(command, cases);
  if (!theirs.why_none.empty()) GTEST_SKIP() << theirs.why_none;
  ASSERT_EQ(theirs.lines.size(), cases.size());
  size_t spoken = 0, different = 0;
  for (size_t i = 0; i < cases.size(); ++i) {
    const std::string mine = ours(cases[i], dialect);
    spoken += mine != "0";
    if (mine == theirs.lines[i]) continue;
    if (++different <= 20) {
      ADD_FAILURE() << cases[i].file << "on " << cases[i].path << ": " << mine << ", but others say "
                    << theirs.lines[i];
    }
  }
  EXPECT_EQ(different, 0u);
  EXPECT_GT(spoken, kCases / 5);  // else it was no test
}

TEST(Codeowners, GithubsRulesAreThoseThatOthersRead) {
  expect_same("cd '" STRAYKEY_CODEOWNERS_PROGRAMS "' && go run .", CodeownersDialect::kGithub);
}

TEST(Codeowners, GitlabsRulesAreThoseOfFnmatch) {
  expect_same("ruby '" STRAYKEY_CODEOWNERS_PROGRAMS "/gitlab.rb'", CodeownersDialect::kGitlab);
}

}  // namespace
}  // namespace straykey
