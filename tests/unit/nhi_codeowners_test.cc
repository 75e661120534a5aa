// SPDX-License-Identifier: Apache-2.0
#include "scanner/nhi/codeowners.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace straykey {
namespace {

constexpr auto kGithub = CodeownersDialect::kGithub;
constexpr auto kGitlab = CodeownersDialect::kGitlab;

// "none" when no entry speaks of the path; else each deciding entry as
// "section: owner owner", with "(optional)" behind the section's name, joined by "; ". An
// entry that takes the path out of everybody's hands shows as "nobody".
std::string owners(const Codeowners& file, ByteView path) {
  std::string out;
  for (const CodeownersEntry& entry : file.owners_of(path)) {
    if (!out.empty()) out += "; ";
    if (!entry.section.empty())
      out += entry.section + (entry.optional ? " (optional): " : ": ");
    if (entry.owners.empty()) out += "nobody";
    for (size_t i = 0; i < entry.owners.size(); ++i) out += (i > 0 ? " " : "") + entry.owners[i];
  }
  return out.empty() ? "none" : out;
}

struct Case {
  const char* file;
  const char* path;
  const char* owners;
};

void expect_all(CodeownersDialect dialect, const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    EXPECT_EQ(owners(Codeowners::parse(c.file, dialect), c.path), c.owners)
        << name(dialect) << ": " << c.file << " on " << c.path;
  }
}

TEST(Codeowners, FollowsGithubsRules) {
  expect_all(kGithub, {
      // Any file, by name, by ending
      {"* @a", "README", "@a"},
      {"* @a", "x/y/z.c", "@a"},
      {"* @a", ".github/workflows/ci.yml", "@a"},
      {"*.js @a", "app.js", "@a"},
      {"*.js @a", "x/y/app.js", "@a"},
      {"*.js @a", "app.jsx", "none"},
      {"*.js @a", "lib.js/readme", "@a"},  // a folder of that name
      {"Makefile @a", "x/Makefile", "@a"},
      {"Makefile @a", "x/Makefile.am", "none"},
      {"makefile @a", "Makefile", "none"},
      // Folders
      {"apps/ @a", "apps/x", "@a"},
      {"apps/ @a", "x/apps/y/z", "@a"},
      {"apps/ @a", "apps", "none"},
      {"/docs/ @a", "docs/x/y.md", "@a"},
      {"/docs/ @a", "x/docs/y.md", "none"},
      {"docs/ @a", "mydocs/y.md", "none"},
      {"docs @a", "docs/x/y", "@a"},
      {"docs @a", "x/docs", "@a"},
      {"/docs @a", "docs", "@a"},
      {"/docs @a", "docs/y", "@a"},
      {"/docs @a", "docsy", "none"},
      // Only what is directly in it
      {"docs/* @a", "docs/getting-started.md", "@a"},
      {"docs/* @a", "docs/build-app/troubleshooting.md", "none"},
      {"/docs/* @a", "x/docs/y", "none"},
      {"docs/*.md @a", "docs/x.md", "@a"},
      {"docs/*.md @a", "docs/x/y.md", "none"},
      {"docs/x* @a", "docs/xy/z", "@a"},
      // A slash within binds to the root
      {"x/y @a", "x/y", "@a"},
      {"x/y @a", "w/x/y", "none"},
      {"x/y/ @a", "w/x/y/z", "none"},
      // Any number of folders
      {"**/logs @a", "build/logs/x", "@a"},
      {"**/logs @a", "logs", "@a"},
      {"/a/**/z @a", "a/z", "@a"},
      {"/a/**/z @a", "a/b/c/z", "@a"},
      {"/a/**/z @a", "a/b/c/y", "none"},
      {"a/** @a", "a/b/c", "@a"},
      {"a/** @a", "a", "none"},
      {"** @a", "a/b", "@a"},
      {"/a/**/b/**/c @a", "a/x/b/y/b/z/c", "@a"},
      {"/a/*/c @a", "a/b/c", "@a"},
      {"/a/*/c @a", "a/c", "none"},
      {"/a/*/c @a", "a/b/b/c", "none"},
      {"/ @a", "a", "none"},
      // One character, and characters that mean nothing
      {"/?.c @a", "x.c", "@a"},
      {"/?.c @a", "xx.c", "none"},
      {"/?.c @a", "\xc3\xa9.c", "@a"},
      {"/a+b(c).d @a", "a+b(c).d", "@a"},
      {"/a\\ b @a", "a b", "@a"},
      {"/a\\ b/ @a", "a b/c", "@a"},
      {"/a#b @a", "a#b", "@a"},
      {"\\*.c @a", "x.c", "none"},
      // The last one counts; one without owners frees
      {"* @a\n*.c @b", "x.c", "@b"},
      {"*.c @b\n* @a", "x.c", "@a"},
      {"* @a\n/x/", "x/y", "nobody"},
      {"* @a\n/x/\n/x/y @b", "x/y", "@b"},
      {"* @a\n/x/ # nobody's", "x/y", "nobody"},
      // Owners and comments
      {"* @org/team a@b.example @c-d", "x", "@org/team a@b.example @c-d"},
      {"* @a # not @b", "x", "@a"},
      {"# * @a", "x", "none"},
      {"\t* \t @a  \r\n", "x", "@a"},
      {"\xef\xbb\xbf* @a", "x", "@a"},
      // Lines that are none
      {"* @a\n!x @b", "x", "@a"},
      {"* @a\n[ab].c @b", "a.c", "@a"},
      {"* @a\n\\#x @b", "#x", "@a"},
      {"* @a\nx b", "x", "@a"},
      {"* @a\nx @b/c/d", "x", "@a"},
      {"* @a\n[Docs] @b\nx", "x", "nobody"},
      {"* @a\n/a***b @b", "axb", "@a"},
  });
}

TEST(Codeowners, FollowsGitlabsRules) {
  expect_all(kGitlab, {
      {"* @a", "README", "@a"},
      {"* @a", "x/.y/z.c", "@a"},
      {"*.rb @a", "x/y/z.rb", "@a"},
      {"*.rb @a", "x.rb/y", "none"},
      {"README.md @a", "internal/README.md", "@a"},
      {"internal/README.md @a", "docs/internal/README.md", "@a"},
      {"/internal/README.md @a", "docs/internal/README.md", "none"},
      {"README.md @a", "OLDREADME.md", "none"},
      {"readme.md @a", "README.md", "none"},
      // Folders end in a slash
      {"docs @a", "docs/x", "none"},
      {"docs/ @a", "docs/x", "@a"},
      {"docs/ @a", "x/docs/y/z", "@a"},
      {"/docs/ @a", "docs/x/y.md", "@a"},
      {"/docs/ @a", "x/docs/y.md", "none"},
      {"/docs/ @a", "docs", "none"},
      // Wildcards
      {"/docs/* @a", "docs/x.md", "@a"},
      {"/docs/* @a", "docs/x/y.md", "none"},
      {"/docs/** @a", "docs/x/y.md", "none"},
      {"/docs/**/* @a", "docs/x/y.md", "@a"},
      {"/docs/**/*.md @a", "docs/index.md", "@a"},
      {"/docs/**/index.md @a", "docs/api/graphql/index.md", "@a"},
      {"/docs/*spec* @a", "docs/qa_specs.rb", "@a"},
      {"/docs/*/README.md @a", "docs/api/README.md", "@a"},
      {"/docs/*/README.md @a", "docs/a/b/README.md", "none"},
      {"/docs/.* @a", "docs/.hidden", "@a"},
      {"/?.c @a", "\xc3\xa9.c", "@a"},
      {"/[ab].c @a", "b.c", "@a"},
      {"/[!ab].c @a", "b.c", "none"},
      {"/[^ab].c @a", "c.c", "@a"},
      {"/[a-c]x @a", "bx", "@a"},
      {"/[a-c]x @a", "dx", "none"},
      {"/x[a @a", "x[a", "none"},
      {"/\\[a @a", "[a", "@a"},
      {"/a{b,c} @a", "ab", "none"},
      {"path\\ with\\ blanks/ @a", "path with blanks/x", "@a"},
      {"\\#file.rb @a", "#file.rb", "@a"},
      {"# x @a", "x", "none"},
      // The last entry counts
      {"* @a\n*.rb @b", "x.rb", "@b"},
      {"*.rb @b\n* @a", "x.rb", "@a"},
      {"* @a\nx", "x", "nobody"},
      // Sections
      {"* @admin\n[README Owners]\nREADME.md @u1 @u2\ninternal/README.md @u4\n"
       "[README other owners]\nREADME.md @u3",
       "README.md", "@admin; README Owners: @u1 @u2; README other owners: @u3"},
      {"* @admin\n[README Owners]\nREADME.md @u1 @u2\ninternal/README.md @u4\n"
       "[README other owners]\nREADME.md @u3",
       "internal/README.md", "@admin; README Owners: @u4; README other owners: @u3"},
      {"[D] @d\ndocs/\nREADME.md @r", "docs/x", "D: @d"},
      {"[D] @d\ndocs/\nREADME.md @r", "README.md", "D: @r"},
      {"[D][2] @d @e\nx", "x", "D: @d @e"},
      {"^[D] @d\nx", "x", "D (optional): @d"},
      {"[D]\na @d\n[E]\nb @e\n[d]\nb @f", "b", "D: @f; E: @e"},
      {"[D] @d\na\n[D] @e\nb", "a", "D: @d"},
      {"[D] @d\na\n[D] @e\nb", "b", "D: @e"},
      {"[D] @d\na\n[D]\nb", "b", "D: nobody"},
      {"^[D]\na @d\n[D]\nb @e", "a", "D: @d"},
      {"[D]\n* @d\n[E]\na @e", "b", "D: @d"},
      // What looks like a heading and is none
      {"[D\nx @d", "x", "@d"},
      {"[]\nx @d", "x", "@d"},
      {"[D] @d\n[ab].c @e", "a.c", "D: @e"},
      {"[D] @d\n[ab]*.c @e", "ax.c", "D: @e"},
      // Exclusions
      {"* @a\n!pom.xml", "x/pom.xml", "none"},
      {"* @a\n!*.rb\n/special/*.rb @b", "special/x.rb", "none"},
      {"*.rb @a\n!/config/**/*.rb\n/config/routes.rb @b", "config/routes.rb", "none"},
      {"[R]\n*.rb @a\n!/config/**/*.rb\n[C]\n/config/**/* @b", "config/x/y.rb", "C: @b"},
      {"[R] @a\n*.rb\n!x.rb", "x.rb", "none"},
      // Owners
      {"x @g/h/i a@b.example @@developers", "x", "@g/h/i a@b.example @@developers"},
      {"x @a # and @b", "x", "@a @b"},
      {"x somebody", "x", "nobody"},
      {"x (@a), @b.", "x", "@a @b"},
      {"x @a @a", "x", "@a"},
  });
}

// Behind the bracket of a heading stands a blank or nothing.
TEST(Codeowners, ASetAtTheFrontIsNoHeading) {
  EXPECT_EQ(owners(Codeowners::parse("* @a\n[ab].c @e", kGitlab), "b.c"), "@e");
  EXPECT_EQ(owners(Codeowners::parse("* @a\n[ab] @e\n", kGitlab), "b"), "@a");
}

TEST(Codeowners, LinesThatSayNothingAreNoted) {
  auto notes = [](ByteView text, CodeownersDialect dialect) {
    std::string out;
    const Codeowners file = Codeowners::parse(text, dialect);
    for (const CodeownersNote& note : file.notes())
      out += std::to_string(note.line) + ": " + note.text + "\n";
    return out;
  };
  EXPECT_EQ(notes("* @a\n!x @b\n[ab] @b\n\n\\#x @b\nx you\na***b @c\n", kGithub),
            "2: patterns cannot be negated\n3: there are no sets in patterns\n"
            "5: '\\#' does not begin a pattern\n6: 'you' is no user, team or address\n"
            "7: '***' is no pattern\n");
  EXPECT_EQ(notes("x\n[D]\n!y\nz @a\n", kGitlab), "1: the entry names no owner\n");
  EXPECT_EQ(notes(std::string(Codeowners::kMostBytes + 1, '#'), kGithub),
            "0: the file is larger than 3 MB, which GitHub does not load\n");
}

TEST(Codeowners, TheDialectIsToldByFolderAndByLines) {
  EXPECT_EQ(codeowners_dialect(".github/CODEOWNERS", "[Docs]\n", true), kGithub);
  EXPECT_EQ(codeowners_dialect(".gitlab/CODEOWNERS", "* @a\n", false), kGitlab);
  EXPECT_EQ(codeowners_dialect("CODEOWNERS", "* @a\n", false), kGithub);
  EXPECT_EQ(codeowners_dialect("CODEOWNERS", "* @a\n", true), kGitlab);
  EXPECT_EQ(codeowners_dialect("docs/CODEOWNERS", "* @a\n^[Docs] @b\n", false), kGitlab);
  EXPECT_EQ(codeowners_dialect("CODEOWNERS", "* @a\n!x\n", false), kGitlab);
  EXPECT_EQ(codeowners_dialect("CODEOWNERS", "* @@maintainer\n", false), kGitlab);
  EXPECT_EQ(codeowners_dialect("CODEOWNERS", "# [Docs]\n* @a\n", false), kGithub);
}

// What a stranger writes must not cost more than the product of its lengths.
TEST(Codeowners, NoPatternTakesLong) {
  std::string stars, folders, path;
  for (int i = 0; i < 400; ++i) {
    stars += "*a";
    folders += "**/a/";
    path += "a/";
  }
  const Codeowners file = Codeowners::parse("/" + stars + "b @a\n" + folders + "b @a", kGitlab);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(owners(file, std::string(4000, 'a')), "none");
  EXPECT_EQ(owners(file, path + "c"), "none");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

}  // namespace
}  // namespace straykey
