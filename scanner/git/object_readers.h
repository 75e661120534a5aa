// SPDX-License-Identifier: Apache-2.0
// The two ways of object_store.h, each as a function that opens one reader, and the words
// that they share. Only object_store.cc chooses between them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scanner/base/result.h"
#include "scanner/git/layout.h"
#include "scanner/git/object_store.h"

namespace straykey {

inline const Error kMissing{"object is missing"};
inline const Error kAmbiguous{"more than one object has a name that begins so"};

inline bool is_missing(const Error& error) { return error.message == kMissing.message; }

// "commit", "tree", "blob" or "tag".
std::optional<ObjectType> parse_type(ByteView name);

// The first name that may begin with `prefix`: its digits, then zeros.
Result<ObjectId> pad_prefix(ByteView prefix, ObjectFormat format);

// What the fast way reads from, found once for all of its readers.
struct FastPlaces {
  std::vector<std::string> objects_dirs;  // for loose objects
  std::vector<std::string> pack_indexes;  // of the packs that libgit2 may see
  bool all_packs = true;                  // there is no other pack
};
FastPlaces find_fast_places(const RepositoryLayout& layout);

// libgit2; SHA-1 repositories only.
Result<std::unique_ptr<ObjectReader>> open_fast_reader(const FastPlaces& places);

// A git process, started here, so that a git that cannot read the repository says so now.
Result<std::unique_ptr<ObjectReader>> open_compat_reader(
    std::shared_ptr<const RepositoryLayout> layout);

}  // namespace straykey
