// SPDX-License-Identifier: Apache-2.0
// Runs the git program for what only git can do, so that nothing of the repository can
// run anything: no hooks, filters, pagers, credential helpers, lazy fetches or transports,
// no GIT_* variable of the caller.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "scanner/base/file.h"
#include "scanner/base/result.h"
#include "scanner/git/layout.h"

namespace straykey {

// A running git with pipes to its standard input and output. One per thread. The process
// ends with this object.
// Order of use: start (write | read_line | read_exactly | complaints)* finish?
class GitProcess {
 public:
  // `arguments` follow "git --git-dir=...": {"cat-file", "--batch-command"}.
  static Result<GitProcess> start(const RepositoryLayout& layout,
                                  const std::vector<std::string>& arguments);
  // The same for any command line, its first word "git", and any environment.
  static Result<GitProcess> start(std::vector<std::string> words,
                                  std::vector<std::string> variables);
  GitProcess(GitProcess&& other) noexcept;
  GitProcess& operator=(GitProcess&& other) noexcept;
  ~GitProcess();

  Result<void> write(ByteView bytes);
  // Up to and without the next '\n'; at the end of the stream an Error with what git said
  // on standard error.
  Result<std::string> read_line();
  Result<std::string> read_exactly(uint64_t bytes);

  // The "error:" and "fatal:" lines that git wrote to standard error since the last call,
  // as one clause; "" when there are none. Warnings are not complaints.
  std::string complaints();

  // Closes git's input, and gives all that it still prints. An Error unless git ends well.
  Result<std::string> finish();

 private:
  GitProcess() = default;
  Result<bool> read_more();  // false at the end of the stream
  Error ended_early();

  pid_t pid_ = -1;
  FileHandle input_;
  FileHandle output_;
  FileHandle errors_;
  off_t errors_seen_ = 0;
  std::string buffer_;
  size_t used_ = 0;  // bytes of buffer_ that were given away
};

// Everything a git command prints, or what it said on standard error.
Result<std::string> git_output(const RepositoryLayout& layout,
                               const std::vector<std::string>& arguments);

// What git prints when the user runs it in the current folder, with the user's environment and
// configuration: for what belongs to the user, such as core.hooksPath. Never for what a
// repository is asked.
Result<std::string> users_git_output(const std::vector<std::string>& arguments);

}  // namespace straykey
