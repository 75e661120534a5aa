// SPDX-License-Identifier: Apache-2.0
// The blobs and messages of a whole history, read in one walk over its packs: each version
// of a file is made from the one that its pack keeps it against, and the Sink is told what
// changed.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "scanner/git/delta_walk.h"
#include "scanner/git/object_catalogue.h"
#include "scanner/git/object_graph.h"
#include "scanner/source/object_batch.h"

namespace straykey {

// Shared by its batches, which any thread may read.
class PackedObjects {
 public:
  // `wanted` has an element for each object of the forest. All must outlive it. Commits whose
  // texts `graph` has kept are not read again; others are compared with what it was told of them.
  PackedObjects(const DeltaForest& forest, ObjectGraph& graph,
                const std::vector<bool>& wanted, const ObjectPlace& place, Verify verify);

  // The next piece of work; nullptr at the end. One thread.
  std::unique_ptr<Batch> next();

 private:
  class PieceBatch;
  class TextsBatch;
  std::unique_ptr<PackedReader> lend();
  void give_back(std::unique_ptr<PackedReader> reader);
  ObjectItem item(ObjectNumber number) const;

  const DeltaForest& forest_;
  const ObjectGraph& graph_;
  const ObjectPlace& place_;
  Verify verify_;
  const std::vector<bool>& wanted_;
  std::vector<CommitTexts> texts_;  // that were not given yet
  ForestCut cut_;
  size_t next_piece_ = 0;
  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<PackedReader>> readers_;  // idle
};

}  // namespace straykey
