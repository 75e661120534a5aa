// SPDX-License-Identifier: Apache-2.0
// The commits and trees of a repository: who is a parent of whom, and what each tree holds.
//
// All packed ones are read in one walk over the delta forest, but for commits that git's own
// commit-graph file tells of. A tree is kept as what changed against the tree that its pack keeps
// it against, which is mostly another version of the same folder: a change or two instead of
// hundreds of entries. What is in no pack is read when it is first asked for. The texts of commits
// are kept for who looks at them next.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "scanner/git/commit_graph.h"
#include "scanner/git/delta_forest.h"
#include "scanner/git/object.h"
#include "scanner/git/object_store.h"

namespace straykey {

// What history needs of a commit.
struct CommitLinks {
  ObjectNumber tree = kNoObject;
  int64_t committed_at = 0;
  std::vector<ObjectNumber> parents;
};

// An entry of a tree; submodules are none.
struct TreeChange {
  uint32_t name = 0;                // see ObjectGraph::entry_name()
  ObjectNumber object = kNoObject;  // kNoObject: the base has this name, the tree has not
  bool is_tree = false;
};

// Some commits as they were read, one behind the other.
struct CommitTexts {
  struct Item {
    ObjectNumber number;
    uint32_t end;  // of its text in `bytes`
  };
  std::string bytes;
  std::vector<Item> items;
};

// What fails: "commit 1234", and why.
using GraphFailed = std::function<void(const std::string& where, const std::string& reason)>;

class ObjectGraph {
 public:
  // Reads all packed commits and trees, with all threads. Both must outlive it. What `known`
  // says of a commit is taken for true; see is_as_told().
  ObjectGraph(ObjectCatalogue& catalogue, const DeltaForest& forest, const CommitGraph& known,
              Verify verify);
  ~ObjectGraph();

  ObjectCatalogue& catalogue() const { return catalogue_; }

  // nullopt when it cannot be read, which is told to `failed` once. One thread at a time.
  std::optional<CommitLinks> commit(ObjectNumber number, ObjectReader& objects,
                                    const GraphFailed& failed);

  // Whether `bytes`, those of a packed commit, say the same as the graph does. Any thread, while
  // none asks for what would have to be read: commit(), blobs_of().
  bool is_as_told(ObjectNumber number, ByteView bytes) const;

  // The texts of packed commits that were read, of up to kKeptBytes in all, in no order. They
  // are given once.
  static constexpr uint64_t kKeptBytes = 128u << 20;
  std::vector<CommitTexts> take_texts();

  // Everything that these trees hold, at any depth: blobs in rising order. One thread.
  std::vector<ObjectNumber> blobs_of(const std::vector<ObjectNumber>& trees,
                                     ObjectReader& objects, const GraphFailed& failed);

  // A tree as it is kept.
  struct Tree {
    ObjectNumber number = kNoObject;
    ObjectNumber base = kNoObject;  // a tree of the graph; kNoObject: `changes` are all of it
    const TreeChange* changes = nullptr;
    size_t change_count = 0;
  };
  // All trees that were read until now, in no order.
  std::vector<Tree> trees() const;
  const std::string& entry_name(uint32_t name) const;

 private:
  struct TreeNode {
    ObjectNumber number;
    ObjectNumber base;
    const TreeChange* changes;
    uint32_t change_count;
    bool is_damaged;
  };
  struct CommitNode {
    ObjectNumber number;
    ObjectNumber tree;
    int64_t committed_at;
    uint64_t first_parent;
    uint32_t parent_count;
  };
  // Changes that stay where they are, those of a tree together.
  class Changes {
   public:
    const TreeChange* keep(const std::vector<TreeChange>& changes);
    void take(Changes&& other);

   private:
    std::vector<std::vector<TreeChange>> blocks_;  // none grows beyond what it reserved
  };
  // What was read, by one thread or by all.
  struct Nodes {
    std::vector<CommitNode> commits;
    std::vector<ObjectNumber> parents;
    std::vector<TreeNode> trees;
    Changes changes;
    std::vector<CommitTexts> texts;
  };
  class Names;
  class Reading;

  Nodes nodes_of(const CommitGraph& known);
  void take(Nodes&& nodes);
  Nodes read_whole(ObjectNumber tree, ByteView bytes);
  const TreeNode* tree(ObjectNumber number, ObjectReader& objects, const GraphFailed& failed);
  uint32_t slot(ObjectNumber number) const;

  ObjectCatalogue& catalogue_;
  const DeltaForest& forest_;
  std::unique_ptr<Names> names_;
  Nodes nodes_;
  uint32_t told_ = 0;            // the first so many commits are told by a commit-graph file
  std::vector<uint32_t> slots_;  // of packed objects: the place in nodes_
  std::unordered_map<ObjectNumber, uint32_t> other_slots_;
  std::unique_ptr<Reading> reading_;  // of what a commit-graph file tells, and is in no pack
};

}  // namespace straykey
