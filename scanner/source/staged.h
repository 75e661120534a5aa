// SPDX-License-Identifier: Apache-2.0
// What is staged: the entries of an index that a tree, that of HEAD, does not hold.
#pragma once

#include <functional>

#include "scanner/git/index.h"
#include "scanner/git/tree_walk.h"

namespace straykey {

// Calls `visit` for each entry of `index` whose path `tree` does not have with the same id, in
// the order of the index. A null `tree` is an empty one. `committed` is what the tree has at
// that path, null when it has nothing: for a folder of a sparse index a tree to compare with.
//
// Trees that cannot be read are told to trees.failed; what is staged below them counts as not
// held. On the thread of the caller; reads only folders that the index has entries in.
void for_each_staged(
    TreeReader& trees, const ObjectId& tree, const Index& index,
    const std::function<void(const IndexEntry& entry, const ObjectId& committed)>& visit);

}  // namespace straykey
