// SPDX-License-Identifier: Apache-2.0
// The insides of commits, tags and trees, read from their bytes. Bytes of a repository
// are hostile: every field is checked, nothing is believed about lengths.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/git/object_id.h"

namespace straykey {

struct GitPerson {
  std::string name;
  std::string email;
  int64_t seconds = 0;  // since 1970 UTC; 0 when the date does not parse
};

struct CommitObject {
  ObjectId tree;
  std::vector<ObjectId> parents;
  GitPerson author;
  GitPerson committer;
};
// nullopt when there is no tree line or an id does not parse.
std::optional<CommitObject> parse_commit(ByteView bytes);

struct TagObject {
  ObjectId target;
  std::string target_type;  // "commit", "tree", "blob", "tag"
  GitPerson tagger;            // empty in very old tags
};
std::optional<TagObject> parse_tag(ByteView bytes);

// One line of a tree; borrows from the tree's bytes.
struct TreeEntry {
  uint32_t mode = 0;
  ByteView name;
  ObjectId id;

  bool is_tree() const { return (mode & 0170000) == 0040000; }
  bool is_submodule() const { return (mode & 0170000) == 0160000; }
  bool is_blob() const { return !is_tree() && !is_submodule(); }
};

// Reads a tree's entries in order. Order of use: while (next(entry)).
class TreeEntries {
 public:
  TreeEntries(ByteView tree, ObjectFormat format) : rest_(tree), id_bytes_(id_bytes(format)) {}
  // false at the end, and at damage; damaged() tells which.
  bool next(TreeEntry& entry);
  bool damaged() const { return damaged_; }

 private:
  ByteView rest_;
  size_t id_bytes_;
  bool damaged_ = false;
};

}  // namespace straykey
