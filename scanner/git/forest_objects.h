// SPDX-License-Identifier: Apache-2.0
// Objects one by one out of a delta forest, which knows where each lies and so asks no folder
// and starts no library; what it has not is asked of another reader.
#pragma once

#include "scanner/git/delta_walk.h"
#include "scanner/git/object_store.h"

namespace straykey {

// One per thread.
class ForestObjects : public ObjectReader {
 public:
  // Both must outlive it.
  ForestObjects(const DeltaForest& forest, Verify verify, ObjectReader& others)
      : forest_(forest), packed_(forest, verify), others_(others) {}

  Result<Object> read(const ObjectId& id) override;
  Result<Header> header(const ObjectId& id) override;
  Result<ObjectId> resolve_prefix(ByteView prefix) override;

 private:
  // kNoObject when the forest cannot make it.
  ObjectNumber find(const ObjectId& id) const;

  const DeltaForest& forest_;
  PackedReader packed_;
  ObjectReader& others_;
};

}  // namespace straykey
