// SPDX-License-Identifier: Apache-2.0
// Stretches of text in which nothing was found. Versions of a text bring the same stretches
// again and again: an edit on two branches, and its way back.
//
// A stretch is known by 128 bits of a hash (XXH3) under a key that is drawn when the process
// begins and never leaves it: nobody can write a text that is mistaken for another, and by
// chance it happens less than once in 10^25 pairs. The set forgets what was long ago.
#pragma once

#include <cstdint>
#include <vector>

#include "scanner/base/bytes.h"

namespace straykey {

// One per thread.
class SeenWindows {
 public:
  struct Key {
    uint64_t low = 0, high = 0;
    bool operator==(const Key&) const = default;
  };

  SeenWindows();

  static Key key_of(ByteView window);
  bool contains(const Key& key) const { return slots_[slot(key)] == key; }
  void add(const Key& key) { slots_[slot(key)] = key; }

 private:
  static constexpr unsigned kSlotBits = 16;  // 1 MB
  static size_t slot(const Key& key) { return key.low >> (64 - kSlotBits); }

  std::vector<Key> slots_;
};

}  // namespace straykey
