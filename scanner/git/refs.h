// SPDX-License-Identifier: Apache-2.0
// The names that keep objects alive: refs, HEAD of every worktree, entries of the stash.
#pragma once

#include <string>
#include <vector>

#include "scanner/base/result.h"
#include "scanner/git/layout.h"
#include "scanner/git/object_id.h"

namespace straykey {

struct Ref {
  std::string name;  // "refs/heads/main", "HEAD", "stash@{1}", "worktrees/x/HEAD"
  ObjectId id;       // what it points to: a commit, a tag, sometimes a tree or a blob
  bool operator==(const Ref&) const = default;
};

struct Refs {
  std::vector<Ref> refs;      // sorted by name
  std::vector<Error> broken;  // refs that cannot be read, each sentence names its file
};

// All refs: loose and packed ones (loose wins), HEAD and the heads of linked worktrees
// (symbolic ones resolved; an unborn branch gives none), and the older stash entries,
// which only the reflog knows. One unreadable ref does not hide the others. Whether the
// objects exist is not looked at.
Result<Refs> read_refs(const RepositoryLayout& layout);

// Branches are what "at a tip" speaks of: refs/heads/, refs/remotes/, HEAD.
bool is_branch(const Ref& ref);

}  // namespace straykey
