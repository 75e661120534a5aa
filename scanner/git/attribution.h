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
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "scanner/git/history.h"
#include "scanner/git/object_graph.h"
#include "scanner/git/tree_walk.h"

namespace straykey {

// One path of one blob.
struct Place {
  ObjectId blob;
  std::string path;
  ObjectId commit;  // null for what only a tag of a tree or of a blob holds
  GitPerson author;
  int64_t committed_at = 0;
  int64_t last_held_at = 0;  // committer date of the newest commit known to hold it
  // Date of the newest commit that took it away; absent while a ref's last commit holds it.
  std::optional<int64_t> removed_at;
  bool at_tip = false;
  uint32_t order = UINT32_MAX;  // of the commit in History: oldest first
};

// What a folder holds of the wanted blobs, as a number: folders that hold the same blobs at the
// same paths have the same one.
using Holding = uint32_t;
constexpr Holding kHoldsNone = 0;

// An entry of a folder that is a wanted blob or leads to one.
struct Held {
  uint32_t name = 0;
  uint32_t what = 0;  // the ObjectNumber of a blob, the Holding of a folder
  bool is_folder = false;
  auto operator<=>(const Held&) const = default;
};

// Lists of what folders hold, each kept once.
class HoldingTable {
 public:
  HoldingTable() { number({}); }
  // In any order.
  Holding number(std::vector<Held> held);
  // In rising order.
  const std::vector<Held>& held(Holding holding) const { return *lists_[holding]; }

 private:
  struct Hash {
    size_t operator()(const std::vector<Held>& held) const;
  };
  std::unordered_map<std::vector<Held>, Holding, Hash> numbers_;
  std::vector<const std::vector<Held>*> lists_;  // its keys
};

// Which trees hold wanted blobs, and where. One thread.
class Holdings {
 public:
  virtual ~Holdings() = default;
  virtual Holding of(const ObjectId& tree) = 0;
  const std::vector<Held>& held(Holding holding) const { return table_.held(holding); }
  virtual const std::string& name(uint32_t number) = 0;
  virtual ObjectId id(ObjectNumber blob) = 0;

 protected:
  HoldingTable table_;
};
// Of a graph that has read all trees in scope: looks at what changed from tree to tree.
std::unique_ptr<Holdings> holdings_of(const ObjectGraph& graph,
                                      const std::unordered_set<ObjectId>& wanted);
// Reads each tree that is asked for and all below it, once.
std::unique_ptr<Holdings> holdings_of(TreeReader& trees,
                                      const std::unordered_set<ObjectId>& wanted);

// All places of the blobs in `wanted`, which `holdings` was made for, in the scope of
// `history`, by commit order, then path. `branches` are the tips that at_tip speaks of:
// commit ids in rising order. `objects` reads the commits that are named.
std::vector<Place> attribute(ObjectReader& objects, Holdings& holdings, const History& history,
                             const std::vector<ObjectId>& branches,
                             const std::unordered_set<ObjectId>& wanted);

}  // namespace straykey
