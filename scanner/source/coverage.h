// SPDX-License-Identifier: Apache-2.0
// What a run looked at, what it left out on purpose and why, and what it could not read.
// The promise "never silently clean" is kept with these numbers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"

namespace straykey {

struct LeftOut {
  static constexpr size_t kExamples = 5;

  uint64_t count = 0;
  std::vector<std::string> examples;  // the first few of all by name, in rising order

  void add_example(const std::string& where) {
    auto at = std::lower_bound(examples.begin(), examples.end(), where);
    if (at == examples.end() && examples.size() == kExamples) return;
    examples.insert(at, where);
    if (examples.size() > kExamples) examples.pop_back();
  }
};

struct Failure {
  std::string where;   // "path", "repository: blob 1234", ...
  std::string reason;  // one clause
};

// One source of the run.
struct SourceCoverage {
  std::string kind;  // "repository", "folder", "file", "archive", "stream"
  std::string path;  // as the user named it
  std::map<std::string, std::string> refs;  // name -> object id, for repositories
  uint64_t commits = 0;
  uint64_t blobs = 0;  // pieces of bytes looked at: git blobs, files, messages
  uint64_t bytes = 0;
  uint64_t shallow_commits = 0;  // commits whose parents a shallow clone lacks
};

// Plain data; combined by the serial stage only.
struct Coverage {
  std::vector<SourceCoverage> sources;
  std::map<std::string, LeftOut> left_out;  // reason -> what
  std::vector<Failure> failed;
  bool interrupted = false;

  bool complete() const { return failed.empty() && !interrupted; }

  void leave_out(const std::string& reason, const std::string& where) {
    LeftOut& entry = left_out[reason];
    ++entry.count;
    entry.add_example(where);
  }
  void fail(std::string where, std::string reason) {
    failed.push_back({std::move(where), std::move(reason)});
  }
};

}  // namespace straykey
