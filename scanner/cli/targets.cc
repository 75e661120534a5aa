// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/targets.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "scanner/base/file.h"
#include "scanner/base/time.h"
#include "scanner/report/document.h"
#include "scanner/source/directory.h"
#include "scanner/source/file_source.h"
#include "scanner/source/stream.h"
#include "scanner/source/text_source.h"

namespace straykey {

IgnoreRules excluded_paths(const ScanOptions& options) {
  std::string patterns;
  for (const std::string& line : options.exclude) patterns += line + "\n";
  return IgnoreRules::parse(patterns);
}

Targets::Targets(const ScanOptions& options)
    : options_(options), exclude_(excluded_paths(options)) {}

Result<void> Targets::add_all() {
  for (const std::string& target : options_.targets) {
    auto added = add(target);
    if (!added) return added;
  }
  return {};
}

Result<void> Targets::add(ComingIn what) {
  if (what.message) {
    return keep(std::make_unique<TextSource>(std::move(*what.message), "commit message",
                                             next_index()));
  }
  return add_repository(".", std::move(what.repository));
}

void Targets::report_broken(Coverage& coverage) const {
  for (const auto& [where, reason] : broken_) coverage.fail(where, reason);
}

Result<void> Targets::add(const std::string& target) {
  if (target == "-") {
    return keep(std::make_unique<StreamSource>(STDIN_FILENO, next_index()));
  }
  struct stat st;
  if (::stat(target.c_str(), &st) != 0) {
    return Error{target + ": " + system_reason(errno)};
  }
  if (!S_ISDIR(st.st_mode)) {
    auto allowed = need_repository(target);
    if (!allowed) return allowed;
    return keep(std::make_unique<FileSource>(target, next_index()));
  }
  // A scan of "here" means the repository that "here" belongs to.
  auto layout = target == "." ? repository_above(target) : repository_at(target);
  if (!layout) return layout.error();
  if (*layout) return add_repository(target, **layout);
  auto allowed = need_repository(target);
  if (!allowed) return allowed;
  return add_folder(target);
}

Result<void> Targets::add_folder(const std::string& path) {
  DirectoryOptions folder;
  folder.root = path;
  folder.kind = OriginKind::kFile;
  folder.source = next_index();
  folder.honour_gitignore = options_.ignore_files;
  folder.exclude = exclude_;
  folder.nested = [this](const std::string& nested) { add_nested(nested); };
  folder_ = path;
  return keep(std::make_unique<DirectorySource>(std::move(folder)));
}

Result<void> Targets::need_repository(const std::string& target) const {
  const char* option = !options_.range.empty()  ? "--range"
                       : !options_.since.empty() ? "--since"
                       : !options_.refs.empty()  ? "--ref"
                       : options_.staged         ? "--staged"
                                                 : nullptr;
  if (!option) return {};
  return Error{target + ": is not a git repository, so " + option +
               " has nothing to select from"};
}

Result<void> Targets::add_repository(const std::string& path, const RepositoryLayout& layout) {
  RepositoryOptions repository;
  repository.layout = layout;
  repository.history = options_.history == HistoryScope::kAll && !options_.staged;
  repository.include_unreachable = options_.include_unreachable;
  repository.range = options_.range;
  if (!options_.since.empty()) {
    repository.since = parse_time(options_.since, now_seconds());
    if (!repository.since) {
      return Error{"--since '" + options_.since +
                   "': is not a date; write 2026-01-31 or '3 weeks ago'"};
    }
  }
  repository.refs = options_.refs;
  repository.staged = options_.staged;
  repository.working_tree = options_.working_tree;
  repository.nested = [this](const std::string& nested) { add_nested(nested); };
  return add_repository(path, std::move(repository));
}

// `repository` says what of it is in scope.
Result<void> Targets::add_repository(const std::string& path, RepositoryOptions repository) {
  repository.path = path;
  repository.source_index = next_index();
  repository.way = options_.git_reader == GitReader::kFast     ? ReadWay::kFast
                   : options_.git_reader == GitReader::kCompat ? ReadWay::kCompat
                                                               : ReadWay::kAuto;
  repository.verify = options_.verify_objects ? Verify::kYes : Verify::kNo;
  repository.honour_gitignore = options_.ignore_files;
  repository.exclude = exclude_;
  auto source = RepositorySource::open(std::move(repository));
  if (!source) return source.error();
  RepositorySource* opened = source->get();
  auto kept = keep(std::move(*source));
  repositories_.back() = opened;
  return kept;
}

// What cannot be opened as the repository that it looks like is walked as a folder, and
// its history counts as not scanned.
void Targets::add_nested(const std::string& path) {
  auto layout = repository_at(path);
  auto added = layout && *layout ? add_repository(path, **layout) : add_folder(path);
  if (!layout) broken_.emplace_back(path, layout.error().message);
  if (!added) {
    broken_.emplace_back(path, added.error().message);
    (void)add_folder(path);
  }
}

Result<void> Targets::keep(std::unique_ptr<Source> source) {
  sources_.push_back(std::move(source));
  repositories_.push_back(nullptr);
  return {};
}

Result<std::string> explain_scope(const ScanOptions& options) {
  Targets targets(options);
  auto added = targets.add_all();
  if (!added) return added.error();
  Coverage coverage;
  CoverageSink sink(coverage);
  std::string lines;
  auto& sources = targets.sources();
  for (size_t i = 0; i < sources.size(); ++i) {
    std::string what;
    while (auto batch = sources[i]->next(sink)) {
      for (const Origin& origin : batch->origins()) {
        RepositorySource* repository = targets.repository(i);
        what += std::string("  ") + name(origin.kind);
        if (repository && !origin.object.is_null()) {
          what += " " + origin.object.hex(repository->format());
        }
        if (!origin.path.empty()) what += " " + printable_text(origin.path);
        what += "\n";
      }
    }
    SourceCoverage about = sources[i]->coverage();
    lines += about.kind + " " + printable_text(about.path) + "\n";
    for (const auto& [ref, id] : about.refs) lines += "  ref " + printable_text(ref) + " " + id + "\n";
    lines += what;
  }
  targets.report_broken(coverage);
  for (const auto& [reason, what] : coverage.left_out) {
    lines += "left out: " + reason + ": " + std::to_string(what.count) + "\n";
  }
  for (const Failure& failure : coverage.failed) {
    lines += "cannot be scanned: " + printable_text(failure.where) + ": " + failure.reason + "\n";
  }
  return lines;
}

}  // namespace straykey
