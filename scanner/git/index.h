// SPDX-License-Identifier: Apache-2.0
// The index ("staging area"): which blob is staged for which path. Read from the file, in
// the format of gitformat-index(5), versions 2 to 4, split and sparse ones included.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scanner/base/result.h"
#include "scanner/git/layout.h"
#include "scanner/git/object_id.h"

namespace straykey {

struct IndexEntry {
  std::string path;  // as stored: never empty, but ".." and ".git" in it are not refused
  ObjectId id;
  uint32_t mode = 0;  // 0100644, 0100755, 0120000 link, 0160000 submodule, 0040000 sparse
  uint8_t stage = 0;  // 0, or 1..3 while a merge has conflicts
  uint32_t size = 0;  // of the work tree file when it was staged, modulo 2^32
  uint32_t mtime_seconds = 0;
  uint32_t mtime_nanoseconds = 0;
  uint64_t inode = 0;  // modulo 2^32
  bool skip_worktree = false;
  bool intent_to_add = false;
};

struct Index {
  std::vector<IndexEntry> entries;  // by path, then stage
  // The mtime of the index file. What an entry says of a file as young may be outdated.
  int64_t written_seconds = 0;
  int64_t written_nanoseconds = 0;
};

// With kClosed, folders that are as git last wrote them as trees are one entry each, as those
// that a sparse index did not open: "folder/" of mode 0040000, whose id is the tree; all of the
// index may be one, with the path "". A commit takes the tree from the same note ("TREE"), so
// it says what comes in even where it is wrong; the entries below it and the checksum are not
// looked at, and neither does git.
enum class Folders : uint8_t { kOpen, kClosed };

// `path` is $GIT_INDEX_FILE or layout.git_dir + "/index". No such file is an empty
// index.
Result<Index> read_index(const RepositoryLayout& layout, const std::string& path,
                         Folders folders = Folders::kOpen);

}  // namespace straykey
