// SPDX-License-Identifier: Apache-2.0
// What a scan looks at: its targets as sources, of which some are repositories.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scanner/base/result.h"
#include "scanner/cli/options.h"
#include "scanner/source/coverage.h"
#include "scanner/source/ignore.h"
#include "scanner/source/repository.h"
#include "scanner/source/source.h"

namespace straykey {

// What is about to come in, as a hook sees it: a scope of a repository, or the text of a
// commit that is being made.
struct ComingIn {
  RepositoryOptions repository;  // the layout and the scope; the rest is taken from the options
  std::optional<std::string> message;  // then `repository` is not looked at
};

// The sources of a run and which of them are repositories, by index. Repositories that turn up
// inside a target are appended while the pipeline runs. `options` must outlive it; it is not
// moved, for the sources call it back.
class Targets {
 public:
  explicit Targets(const ScanOptions& options);
  Targets(const Targets&) = delete;
  Targets& operator=(const Targets&) = delete;

  // All targets of the options. The error is a whole sentence that names the target.
  Result<void> add_all();
  Result<void> add(ComingIn what);

  std::vector<std::unique_ptr<Source>>& sources() { return sources_; }
  // nullptr when the source is none.
  RepositorySource* repository(size_t index) const { return repositories_[index]; }
  // The only folder outside of repositories, "" when there is none or another target: places
  // in such folders do not say which they are of.
  std::string only_folder() const { return sources_.size() == 1 ? folder_ : ""; }
  // Repositories inside a target that could not be opened.
  void report_broken(Coverage& coverage) const;

 private:
  Result<void> add(const std::string& target);
  Result<void> add_folder(const std::string& path);
  Result<void> need_repository(const std::string& target) const;
  Result<void> add_repository(const std::string& path, const RepositoryLayout& layout);
  Result<void> add_repository(const std::string& path, RepositoryOptions repository);
  void add_nested(const std::string& path);
  uint32_t next_index() const { return static_cast<uint32_t>(sources_.size()); }
  Result<void> keep(std::unique_ptr<Source> source);

  const ScanOptions& options_;
  IgnoreRules exclude_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<RepositorySource*> repositories_;  // nullptr for other sources
  std::vector<std::pair<std::string, std::string>> broken_;
  std::string folder_;  // the last one that is no repository
};

// The paths that --exclude and the configuration leave out.
IgnoreRules excluded_paths(const ScanOptions& options);

// What a scan would look at, a line each, without reading it: --explain-scope.
Result<std::string> explain_scope(const ScanOptions& options);

}  // namespace straykey
