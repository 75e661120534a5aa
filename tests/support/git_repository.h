// SPDX-License-Identifier: Apache-2.0
// A folder in which tests make repositories with the real git, the same on every machine:
// no configuration of the user, fixed persons and dates.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "scanner/git/layout.h"
#include "tests/support/temp_dir.h"

namespace straykey {

// Lives as long as its repositories are used.
class GitRepository {
 public:
  // Runs a shell script in the folder and gives what it prints. A script that fails fails
  // the test.
  std::string sh(const std::string& script) const {
    std::string quoted;
    for (char c : script) quoted += c == '\'' ? "'\\''" : std::string(1, c);
    std::string command = "cd '" + dir_.path() +
                          "' && exec env -i PATH=\"$PATH\" LC_ALL=C HOME=/nonexistent"
                          " GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null"
                          " GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.org"
                          " GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.org"
                          " GIT_AUTHOR_DATE='2026-01-02T03:04:05Z'"
                          " GIT_COMMITTER_DATE='2026-01-02T03:04:05Z'"
                          " bash -eu -o pipefail -c '" +
                          quoted + "'";
    std::FILE* pipe = ::popen(command.c_str(), "r");
    std::string out;
    char buffer[4096];
    while (size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, n);
    EXPECT_EQ(::pclose(pipe), 0) << script;
    return out;
  }

  // The lines of what a script prints.
  std::vector<std::string> lines(const std::string& script) const {
    std::vector<std::string> out;
    std::string text = sh(script);
    for (size_t begin = 0; begin < text.size();) {
      size_t end = text.find('\n', begin);
      if (end == std::string::npos) end = text.size();
      out.push_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
    return out;
  }

  // The one object name that a script prints.
  ObjectId id(const std::string& script) const {
    std::string text = sh(script);
    auto found = ObjectId::from_hex(text.substr(0, text.find('\n')));
    EXPECT_TRUE(found) << script << " printed " << text;
    return found.value_or(ObjectId{});
  }

  std::string path() const { return dir_.path(); }
  std::string operator/(const std::string& relative) const { return dir_ / relative; }
  const TempDir& dir() const { return dir_; }

  // The repository at `relative`, which must be one.
  RepositoryLayout layout(const std::string& relative) const {
    auto found = repository_at(dir_ / relative);
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    if (!found || !*found) {
      ADD_FAILURE() << relative << " is no repository";
      return {};
    }
    return **found;
  }

 private:
  TempDir dir_;
};

}  // namespace straykey
