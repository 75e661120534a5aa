// SPDX-License-Identifier: Apache-2.0
// What git wrote down of its commits, so that they need not be inflated to walk them: for each
// one its tree, its parents and its time (gitformat-commit-graph(5)). One file, or a chain of
// them of which each adds to those before.
//
// Nothing says that it is true. Who walks by it has to compare each commit with what it says
// of it as soon as the commit is read; then a false one is found, because the first commit on
// any way from a tip that it lies about is one that the walk meets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scanner/git/mapped_file.h"
#include "scanner/git/object_id.h"

namespace straykey {

// Borrows from the CommitGraph: names are id_bytes(format) bytes.
struct GraphCommit {
  const char* name = nullptr;
  const char* tree = nullptr;
  int64_t committed_at = 0;  // seconds since 1970, as far as 34 bits hold them
  std::vector<const char*> parents;
};

// Move-only; any thread may read.
class CommitGraph {
 public:
  // That of `objects_dir`. Has no commits when there is none, or when something in it is not
  // as the format says: a file that stops early, a checksum, a parent that is not there.
  static CommitGraph open(const std::string& objects_dir, ObjectFormat format);

  uint32_t size() const { return size_; }
  // REQUIRES: number < size().
  GraphCommit commit(uint32_t number) const;

 private:
  struct Layer {
    MappedFile file;
    uint32_t first = 0;  // commits in the layers before
    uint32_t size = 0;
    ByteView names, data, edges;
  };
  bool add(const std::string& path, ObjectFormat format);
  bool is_sound() const;
  uint32_t generation(uint32_t number) const;
  // Takes a number of the whole, and makes it one of its layer.
  const Layer& layer_of(uint32_t& number) const;
  template <class Found>
  bool each_parent(const Layer& layer, uint32_t number, Found found) const;

  size_t id_bytes_ = 20;
  std::vector<Layer> layers_;
  uint32_t size_ = 0;
};

}  // namespace straykey
