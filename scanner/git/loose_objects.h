// SPDX-License-Identifier: Apache-2.0
// Objects that are files of their own: objects/5f/0b..., not yet in a pack.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "scanner/base/result.h"
#include "scanner/git/object_store.h"

namespace straykey {

// SHA-1 names only. Immutable; any thread.
class LooseObjects {
 public:
  explicit LooseObjects(std::vector<std::string> objects_dirs)
      : objects_dirs_(std::move(objects_dirs)) {}

  // From the first folder that has it; the errors are those of ObjectReader.
  Result<Object> read(const ObjectId& id) const;
  Result<ObjectReader::Header> header(const ObjectId& id) const;
  // All objects whose name begins with `prefix`, of at least 4 hexadecimal digits.
  std::set<ObjectId> begin_with(ByteView prefix) const;
  // All of them, in rising order.
  std::vector<ObjectId> all() const;

 private:
  std::vector<std::string> objects_dirs_;
};

}  // namespace straykey
