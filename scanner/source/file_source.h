// SPDX-License-Identifier: Apache-2.0
// Files by their names: one that the user named, and what is told of those that cannot be
// read.
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

// Where a file is: its path relative to an open folder, or to AT_FDCWD. `links` is about the
// last component. Borrows the path.
struct FileName {
  int folder;
  const char* path;
  FileBytes::Links links;
};

// Tells `sink` why a file could not be read, which is shown as `where`: between naming and
// reading it everything can happen. What is gone, or has become something else, is left out,
// when a walk came to it (kRefuse); all else has failed, for `reason`.
void explain(const FileName& name, const std::string& where, const std::string& reason,
             Sink& sink);

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
