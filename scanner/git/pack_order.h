// SPDX-License-Identifier: Apache-2.0
// The order in which objects are read fast: as they lie in their packs, so that bases of
// deltas are met shortly before what builds on them.
#pragma once

#include <vector>

#include "scanner/git/layout.h"
#include "scanner/git/object_id.h"

namespace straykey {

// Sorts by pack file and offset in it. Objects in no pack come first, by id. Only an
// optimisation: pack indexes that cannot be read are passed over. Any thread.
void sort_in_pack_order(const RepositoryLayout& layout, std::vector<ObjectId>& ids);

}  // namespace straykey
