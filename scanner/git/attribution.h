// SPDX-License-Identifier: Apache-2.0
// Which commit brought a blob to which path, when it was last there, and whether it still
// stands at a branch tip. Computed for the few blobs that hold findings, by one walk over
// the commits that enters only trees in which such a blob is.
//
// A blob is introduced at a path by a commit when none of its parents has it there: a
// merge introduces what it alone brings. The first such commit in the order of History is
// the one that is named, also when the blob went and came back.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "scanner/git/history.h"
#include "scanner/git/tree_walk.h"

namespace straykey {

// One path of one blob.
struct Place {
  ObjectId blob;
  std::string path;
  ObjectId commit;  // null for what only a tag of a tree or of a blob holds
  Person author;
  int64_t committed_at = 0;
  int64_t last_held_at = 0;  // committer date of the newest commit known to hold it
  bool at_tip = false;
  uint32_t order = UINT32_MAX;  // of the commit in History: oldest first
};

// All places of the blobs in `wanted` in the scope of `history`, by commit order, then
// path. `branches` are the tips that at_tip speaks of: commit ids in rising order.
std::vector<Place> attribute(ObjectReader& objects, TreeReader& trees, const History& history,
                             const std::vector<ObjectId>& branches,
                             const std::unordered_set<ObjectId>& wanted);

}  // namespace straykey
