// SPDX-License-Identifier: Apache-2.0
// Where the parts of a repository are: found by looking at the file system, as the page
// gitrepository-layout(5) describes it, without running git and without believing its
// configuration beyond the format of its objects.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scanner/base/result.h"
#include "scanner/git/object_id.h"

namespace straykey {

// Plain data; absolute paths without trailing '/', symbolic links resolved.
struct RepositoryLayout {
  std::string git_dir;     // this work tree's own folder: HEAD, index
  std::string common_dir;  // refs, objects, packed-refs; == git_dir but for linked worktrees
  std::string work_tree;   // "" for a bare repository
  std::string objects_dir;
  // Further folders of objects, beside objects_dir and what it borrows from: those in which
  // a push waits until it is accepted.
  std::vector<std::string> more_objects_dirs;
  ObjectFormat format = ObjectFormat::kSha1;
  bool reftable = false;          // refs are not plain files: read through git
  bool partial = false;           // a promisor remote: objects may be missing on purpose
  std::vector<ObjectId> shallow;  // commits whose parents are not here
};

// The repository that `path` is (a work tree's root, a .git folder or file, a bare
// repository), or nullopt when it is none. Does not look upward. An Error is a repository
// that is broken: "path/.git: points to a folder that does not exist".
Result<std::optional<RepositoryLayout>> repository_at(const std::string& path);

// The same for `path` or the nearest folder above it that is a repository.
Result<std::optional<RepositoryLayout>> repository_above(const std::string& path);

}  // namespace straykey
