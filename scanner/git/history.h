// SPDX-License-Identifier: Apache-2.0
// The commits in scope, oldest first, and what hangs off the refs beside commits.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scanner/git/object.h"
#include "scanner/git/object_graph.h"
#include "scanner/git/object_store.h"
#include "scanner/git/refs.h"

namespace straykey {

struct Commit {
  ObjectId id;
  ObjectId tree;
  ObjectNumber number = kNoObject;  // of the CommitReader, as the next
  ObjectNumber tree_number = kNoObject;
  int64_t committed_at = 0;
  uint32_t first_parent = 0;  // into History::parents
  uint32_t parent_count = 0;
  bool in_scope = true;  // false: reachable from what a range leaves out
};

// An object that a ref names without a commit: an annotated tag of a blob or of a tree.
struct TaggedObject {
  ObjectId id;
  ObjectType type;
  std::string ref;
  GitPerson tagger;  // of the outermost tag; empty for a ref straight to the object
};

// Immutable after load_history(). Parents always come before their children; among
// commits that are free to come next, the oldest by committer date, then by id. Of the commits
// that are not in scope only parents of others are sure to be here.
struct History {
  std::vector<Commit> commits;
  std::vector<uint32_t> parents;  // indices of commits; lists of all commits, one by one
  std::vector<TaggedObject> tagged;
  std::vector<ObjectId> tags;  // annotated tag objects, whose text is scanned too
  uint64_t boundary = 0;       // commits in scope whose parents a shallow clone lacks

  uint64_t commits_in_scope = 0;
};

struct CommitScope {
  std::vector<Ref> tips;          // everything reachable from these,
  std::vector<ObjectId> without;  // less what is reachable from these,
  std::optional<int64_t> since;   // less commits with an older committer date
};

// Where commits come from. One thread.
class CommitReader {
 public:
  virtual ~CommitReader() = default;
  virtual ObjectNumber number(const ObjectId& id) = 0;
  virtual ObjectId id(ObjectNumber number) = 0;
  // nullopt when it cannot be read, which is told to whoever was named to the reader.
  virtual std::optional<CommitLinks> links(ObjectNumber number) = 0;
};
// From a graph that has them all. The arguments must outlive it.
std::unique_ptr<CommitReader> commits_of(ObjectGraph& graph, ObjectReader& objects,
                                         const GraphFailed& failed);
// One by one: for a few commits of many.
std::unique_ptr<CommitReader> commits_of(ObjectReader& objects, ObjectFormat format,
                                         const GraphFailed& failed);

// `layout` gives the object format and the shallow boundary. What fails is told to
// `failed` and the walk goes on.
History load_history(CommitReader& commits, ObjectReader& objects,
                     const RepositoryLayout& layout, const CommitScope& scope,
                     const GraphFailed& failed);

}  // namespace straykey
