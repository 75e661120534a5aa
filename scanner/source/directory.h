// SPDX-License-Identifier: Apache-2.0
// The files below a folder, or of a work tree, in the order of their names.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "scanner/source/ignore.h"
#include "scanner/source/source.h"

namespace straykey {

class Listing;
struct ListedFolder;

struct DirectoryOptions {
  std::string root;  // shown as it is given; a link to a folder is followed here only
  OriginKind kind = OriginKind::kFile;  // or kWorkingTree
  uint32_t source = 0;

  // Whether the .gitignore files of the folders count.
  bool honour_gitignore = true;
  // Ignore files from elsewhere, as text (.git/info/exclude), weakest first. All are weaker
  // than any .gitignore.
  std::vector<std::string> ignore_texts = {};
  // Of the configuration, relative to the root. Stronger than everything else here.
  IgnoreRules exclude = {};
  // Paths relative to the root, sorted by bytes, of what is looked at though it is ignored:
  // the tracked files of a repository.
  std::vector<std::string> always = {};

  // True for a file or a link (with its lstat) that needs no look, and no word either: a
  // repository's file that has not changed since it was staged. Called from any thread. May
  // be empty.
  std::function<bool(const std::string& relative_path, const struct stat& st)> skip = {};
  // Told of each folder below the root that has a `.git` entry, or looks like a bare
  // repository, as root/path. The walk leaves it, but for files of `always`; what is none
  // after all is the callee's to walk. Without a callback such folders are left out.
  std::function<void(const std::string& path)> nested = {};
};

// Owned by the serial stage, and lives until its batches are read: those list folders for it.
// The root's own `.git` is not walked. Symbolic links and
// special files are left out.
class DirectorySource : public Source {
 public:
  // A batch is full with so many files, or with the file that makes it so large, as far as
  // sizes are known: see Listing::kSample.
  static constexpr size_t kBatchFiles = 32;
  static constexpr uint64_t kBatchBytes = 8u << 20;

  explicit DirectorySource(DirectoryOptions options);
  std::unique_ptr<Batch> next(Sink& sink) override;
  SourceCoverage coverage() const override;

 private:
  // A folder that is being walked.
  struct Place {
    std::shared_ptr<ListedFolder> folder;
    size_t next = 0;  // of its entries
  };
  struct Load;

  void enter(std::shared_ptr<ListedFolder> folder, Sink& sink);
  void visit(Sink& sink, Load& load);
  std::string shown(const std::string& path) const;

  DirectoryOptions options_;
  std::shared_ptr<Listing> listing_;
  std::vector<Place> open_;  // from the root to the folder that is being walked
  bool has_begun_ = false;
};

}  // namespace straykey
