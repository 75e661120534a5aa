// SPDX-License-Identifier: Apache-2.0
// The two ways of object_store.h, each as a function that opens one reader, and the words
// that they share. Only object_store.cc chooses between them.
#pragma once

#include <memory>
#include <mutex>
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

// What the fast way reads from, found once for all of its readers. Any thread.
class FastPlaces {
 public:
  explicit FastPlaces(const RepositoryLayout& layout);

  const std::vector<std::string>& objects_dirs() const { return objects_dirs_; }
  const std::vector<std::string>& pack_indexes() const { return pack_indexes_; }
  // Those that libgit2 may see. The first call reads them all.
  const std::vector<std::string>& sound_pack_indexes() const;
  bool all_are_sound() const { return sound_pack_indexes().size() == pack_indexes_.size(); }

 private:
  std::vector<std::string> objects_dirs_;
  std::vector<std::string> pack_indexes_;
  mutable std::once_flag once_;
  mutable std::vector<std::string> sound_;
};

// SHA-1 repositories only.
std::unique_ptr<ObjectReader> open_fast_reader(std::shared_ptr<const FastPlaces> places);

// A git process, started here, so that a git that cannot read the repository says so now.
Result<std::unique_ptr<ObjectReader>> open_compat_reader(
    std::shared_ptr<const RepositoryLayout> layout);

}  // namespace straykey
