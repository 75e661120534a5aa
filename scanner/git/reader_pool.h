// SPDX-License-Identifier: Apache-2.0
// Readers of one object store, lent to whoever needs one for a while: an ObjectReader is
// one per thread, costs a millisecond to open and keeps caches that are worth keeping.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "scanner/git/object_store.h"

namespace straykey {

// Shared by all threads. The lock is held to push or pop one pointer.
class ReaderPool {
 public:
  explicit ReaderPool(const ObjectStore& store) : store_(store) {}

  // Gives its reader back when it ends.
  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<ObjectReader> reader)
        : pool_(&pool), reader_(std::move(reader)) {}
    Lease(Lease&&) = default;
    ~Lease() {
      if (reader_) pool_->give_back(std::move(reader_));
    }
    ObjectReader& operator*() { return *reader_; }
    ObjectReader* operator->() { return reader_.get(); }

   private:
    ReaderPool* pool_;
    std::unique_ptr<ObjectReader> reader_;
  };

  Result<Lease> lend() {
    {
      std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto reader = std::move(idle_.back());
        idle_.pop_back();
        return Lease(*this, std::move(reader));
      }
    }
    auto reader = store_.reader();
    if (!reader) return reader.error();
    return Lease(*this, std::move(*reader));
  }

 private:
  void give_back(std::unique_ptr<ObjectReader> reader) {
    std::lock_guard lock(mutex_);
    idle_.push_back(std::move(reader));
  }

  const ObjectStore& store_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<ObjectReader>> idle_;
};

}  // namespace straykey
