// SPDX-License-Identifier: Apache-2.0
// Which packed object is kept as a difference to which: a forest whose roots are whole.
// Whoever walks it from the roots down inflates everything once.
//
// Work is cut into pieces of a few MB: a piece is some trees, or, of a tree that is larger
// than that, some subtrees below one object, which is then made anew from its root.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "scanner/git/object_catalogue.h"
#include "scanner/git/object_store.h"

namespace straykey {

// Immutable; any thread.
class DeltaForest {
 public:
  // Reads the headers of all packed objects, with all threads.
  explicit DeltaForest(const ObjectCatalogue& catalogue);

  const ObjectCatalogue& catalogue() const { return catalogue_; }
  ObjectNumber size() const { return static_cast<ObjectNumber>(base_.size()); }

  // The object that `number` is a difference to; kNoObject for whole ones.
  ObjectNumber base(ObjectNumber number) const { return base_[number]; }
  // false for what cannot be made from its pack: a damaged header, a base that is missing.
  bool is_sound(ObjectNumber number) const { return type_[number] != kUnsound; }
  // REQUIRES: is_sound(number).
  ObjectType type(ObjectNumber number) const { return static_cast<ObjectType>(type_[number]); }
  // Bytes; a guess for what is not whole.
  uint32_t size_guess(ObjectNumber number) const { return size_[number]; }

  struct Children {
    const ObjectNumber* first;
    const ObjectNumber* last;
    const ObjectNumber* begin() const { return first; }
    const ObjectNumber* end() const { return last; }
  };
  Children children(ObjectNumber number) const {
    return {children_.data() + first_child_[number],
            children_.data() + first_child_[number + 1]};
  }
  // All sound objects, bases before what builds on them.
  const std::vector<ObjectNumber>& order() const { return order_; }

 private:
  static constexpr uint8_t kUnsound = 0xff;
  void read_headers();
  void link();

  const ObjectCatalogue& catalogue_;
  std::vector<ObjectNumber> base_;
  std::vector<uint8_t> type_;
  std::vector<uint32_t> size_;
  std::vector<uint32_t> first_child_;
  std::vector<ObjectNumber> children_;
  std::vector<ObjectNumber> order_;
};

struct Piece {
  ObjectNumber base = kNoObject;   // what `tops` are differences to; kNoObject: they are whole
  std::vector<ObjectNumber> tops;  // each with all below it that is wanted and in no other piece
};

// A part of a forest, cut into pieces.
struct ForestCut {
  std::vector<Piece> pieces;
  // For each object, some of these.
  static constexpr uint8_t kWanted = 1;    // as it was asked for
  static constexpr uint8_t kNeeded = 2;    // it or something below it is wanted
  static constexpr uint8_t kTop = 4;       // a piece begins here
  static constexpr uint8_t kHeaviest = 8;  // of its base's children in the same piece
  std::vector<uint8_t> marks;
};

// `wanted` has an element for each object of the forest; unsound ones are never wanted.
// Pieces are of about `piece_bytes` of objects.
ForestCut cut(const DeltaForest& forest, const std::function<bool(ObjectNumber)>& wanted,
              uint64_t piece_bytes);

}  // namespace straykey
