// SPDX-License-Identifier: Apache-2.0
// Files by their names: one that the user named, or a batch of those that a walk found.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "scanner/base/file.h"
#include "scanner/source/source.h"

namespace straykey {

// `path` below `root`, as one would write it: "b" below "" or ".", "/b" below "/".
std::string join_path(const std::string& root, const std::string& path);

// Reads some files. What is gone, or has become something else since it was named, is left
// out; what cannot be read has failed.
class FileBatch : public Batch {
 public:
  // Each of `files` has a path relative to `root`. Links: of the last component.
  FileBatch(std::string root, std::vector<Origin> files, FileBytes::Links links);
  std::vector<Origin> origins() const override { return files_; }
  void read(Sink& sink) override;

 private:
  std::string root_;
  std::vector<Origin> files_;
  FileBytes::Links links_;
};

// One file that the user named, which may be a symbolic link. Its origin has the path as
// it was given.
class FileSource : public Source {
 public:
  FileSource(std::string path, uint32_t source) : path_(std::move(path)), source_(source) {}
  std::unique_ptr<Batch> next(Sink& sink) override;
  SourceCoverage coverage() const override;

 private:
  std::string path_;
  uint32_t source_;
  bool is_given_ = false;
};

}  // namespace straykey
