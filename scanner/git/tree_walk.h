// SPDX-License-Identifier: Apache-2.0
// What a tree holds that others do not: the one question behind both enumeration (which
// blobs came new with this commit?) and attribution (which commit brought this blob to
// this path?). Equal subtrees are skipped by their ids, so the cost is that of the change.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/git/object.h"
#include "scanner/git/object_store.h"

namespace straykey {

// Trees read recently, so that a walk through history inflates each about once.
// One per thread. Holds at most kCacheBytes.
class TreeReader {
 public:
  static constexpr size_t kCacheBytes = 32u << 20;

  TreeReader(ObjectReader& objects, ObjectFormat format) : objects_(objects), format_(format) {}

  // The bytes of a tree; nullptr when it cannot be read, which is reported once for each
  // tree to `failed`.
  std::shared_ptr<const std::string> read(const ObjectId& id);

  ObjectFormat format() const { return format_; }

  std::function<void(const ObjectId& tree, const std::string& reason)> failed;

 private:
  struct Slot {
    std::shared_ptr<const std::string> bytes;
    std::list<ObjectId>::iterator age;
  };
  ObjectReader& objects_;
  ObjectFormat format_;
  std::unordered_map<ObjectId, Slot> slots_;
  std::list<ObjectId> by_age_;  // the most recent first
  size_t held_ = 0;
};

// What `tree` has at `path` ("a/b/c"), null when it has nothing there.
ObjectId id_at(TreeReader& trees, ObjectId tree, ByteView path);

class TreeWalk {
 public:
  // `skip` is asked before a tree is entered: true leaves it out. `entry` receives each
  // blob (links included, submodules not) with its path.
  using Skip = std::function<bool(const ObjectId& tree)>;
  using Entry = std::function<void(const std::string& path, const TreeEntry& entry)>;

  TreeWalk(TreeReader& trees, Skip skip, Entry entry)
      : trees_(trees), skip_(std::move(skip)), entry_(std::move(entry)) {}

  // Visits the entries of `tree` that none of `others` has under the same name with the
  // same id. Null ids among `others` stand for empty trees.
  void visit(const ObjectId& tree, const std::vector<ObjectId>& others);

 private:
  void visit_folder(const ObjectId& tree, const std::vector<ObjectId>& others, int depth);

  TreeReader& trees_;
  Skip skip_;
  Entry entry_;
  std::string path_;
};

}  // namespace straykey
