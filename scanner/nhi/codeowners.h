// SPDX-License-Identifier: Apache-2.0
// CODEOWNERS files: who answers for a path of a repository. Two products read files of this
// name, and they mean different things by the same line:
//
//                       GitHub                          GitLab
//   docs                a file, or a folder with all    a file only
//                       that is in it
//   docs/*              files of docs itself            the same
//   docs/**             all that is in docs             files of docs itself
//   apps/               any folder apps                 any folder apps
//   a/b                 only at the root                at any depth
//   [ab].c              no pattern: the line is wrong   a.c and b.c
//   !x                  no pattern: the line is wrong   x is owned by nobody in this section
//   [Name] @o           no pattern: the line is wrong   a section begins; @o owns its entries
//                                                       that name nobody
//   x @a # b @c         @a                              @a and @c: no comments behind entries
//   \#x                 no pattern: the line is wrong   the file #x
//
// In both the last matching entry counts, in GitLab the last one of each section, so that a
// path can have several owners for several reasons. An entry without owners takes a path out
// of everybody's hands, which is not the same as a path that no entry speaks of.
//
// GitHub:  https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
// GitLab:  https://docs.gitlab.com/user/project/codeowners/reference/
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"

namespace straykey {

enum class CodeownersDialect : uint8_t { kGithub, kGitlab };
const char* name(CodeownersDialect dialect);

// Where such a file may lie, relative to the root of a repository; the first that exists is
// read and no other. One list for both products: neither reads the other's folder.
inline constexpr ByteView kCodeownersPaths[] = {".github/CODEOWNERS", "CODEOWNERS",
                                                "docs/CODEOWNERS", ".gitlab/CODEOWNERS"};

// Whose rules a file follows: its folder says so, or lines that only GitLab knows, or
// `is_gitlab` (the repository has a .gitlab-ci.yml, its remote is a GitLab).
CodeownersDialect codeowners_dialect(ByteView path, ByteView text, bool is_gitlab);

// What one section, or the whole file, says of a path.
struct CodeownersEntry {
  std::string section;  // "" outside of sections
  bool optional = false;
  std::vector<std::string> owners;  // "@login", "@org/team", "a@b.c", "@@role"; may be empty
  uint32_t line = 0;                // of the entry, from 1
};

// A line that says nothing, and why.
struct CodeownersNote {
  uint32_t line = 0;
  std::string text;  // one clause
};

// Immutable after parse(); shared by any threads.
class Codeowners {
 public:
  // GitHub does not load a larger file.
  static constexpr size_t kMostBytes = 3u << 20;

  // Any bytes are taken; what is no entry is noted.
  static Codeowners parse(ByteView text, CodeownersDialect dialect);

  // The entries that decide for `path` (relative to the root, '/' between), in the order of
  // their sections: none when no entry speaks of it.
  std::vector<CodeownersEntry> owners_of(ByteView path) const;

  CodeownersDialect dialect() const { return dialect_; }
  const std::vector<CodeownersNote>& notes() const { return notes_; }

 private:
  struct Pattern {
    std::vector<std::string> segments;  // "**" is any number of folders, also none
    bool below = false;   // all below what the segments say, and not that itself
    bool at_or_below = false;  // that itself and all below
  };
  struct Entry {
    Pattern pattern;
    std::vector<std::string> owners;
    uint32_t line = 0;
    bool excludes = false;
  };
  struct Section {
    std::string name;
    bool optional = false;
    std::vector<Entry> entries;
  };

  void add_github(ByteView line, uint32_t number);
  void add_gitlab(ByteView line, uint32_t number);
  bool begin_section(ByteView line);
  bool matches(const Pattern& pattern, const std::vector<ByteView>& path) const;

  CodeownersDialect dialect_ = CodeownersDialect::kGithub;
  std::vector<Section> sections_;
  size_t current_ = 0;                         // section that entries are added to
  std::vector<std::string> default_owners_;    // of its latest heading
  std::vector<CodeownersNote> notes_;
};

}  // namespace straykey
