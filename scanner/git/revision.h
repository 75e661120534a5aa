// SPDX-License-Identifier: Apache-2.0
// What people write for a commit: a ref by any of its names, an object id or the beginning
// of one, with ~N and ^N behind it. A part of gitrevisions(7), without running git.
#pragma once

#include <string>
#include <vector>

#include "scanner/base/result.h"
#include "scanner/git/object_store.h"
#include "scanner/git/refs.h"

namespace straykey {

// The commit that `revision` names. The error says what is not known.
Result<ObjectId> resolve_revision(ByteView revision, const std::vector<Ref>& refs,
                                  ObjectReader& objects);

// The commit that `id` is or that a tag of this name leads to. The error is one clause.
Result<ObjectId> peel_to_commit(ObjectId id, ObjectReader& objects);

// The refs that `pattern` names: one by its full or short name, or several by a glob over
// full names.
std::vector<Ref> select_refs(ByteView pattern, const std::vector<Ref>& refs);

}  // namespace straykey
