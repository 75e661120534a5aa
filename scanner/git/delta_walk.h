// SPDX-License-Identifier: Apache-2.0
// Makes the objects of a piece of a delta forest, each from its base, depth first.
//
// The heaviest child of an object comes last and takes the place of its base in memory, so
// no more than log2(n) objects are held for a piece of n, however long the chains are.
//
// A Visitor sees every object that is made, bases before what builds on them, and may keep
// a State for each that its children see:
//
//   struct Visitor {
//     using State = ...;  // movable, default: nothing is known
//     // All bytes of an object. `wanted` is false for what only others need.
//     State whole(ObjectNumber, bool wanted, ByteView bytes);
//     // An object that is made of copies from `base` and of new bytes.
//     State changed(ObjectNumber, bool wanted, ByteView bytes,
//                   const std::vector<CopyRun>& runs, ByteView base, const State& of_base);
//     // Cannot be made: its bytes are damaged, or too many to hold. Called for wanted ones.
//     void refused(ObjectNumber);
//   };
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "scanner/git/delta.h"
#include "scanner/git/delta_forest.h"
#include "scanner/git/inflate.h"

namespace straykey {

// Memory for objects, used again and again. One per thread.
class ObjectBuffers {
 public:
  struct Buffer {
    std::unique_ptr<char[]> bytes;
    size_t capacity = 0;
    size_t size = 0;
    ByteView view() const { return {bytes.get(), size}; }
  };
  // Uninitialized. The smallest of the free ones that is large enough.
  Buffer take(size_t size);
  void give_back(Buffer buffer);

 private:
  std::vector<Buffer> free_;  // by capacity
};

// Reads and inflates packed objects. One per thread.
class PackedReader {
 public:
  // Larger objects are refused: they are read in another way, a piece at a time.
  static constexpr uint64_t kLargest = 64u << 20;

  explicit PackedReader(const DeltaForest& forest) : forest_(forest) {}

  // false when the object is damaged or too large.
  bool read_whole(ObjectNumber number, ObjectBuffers::Buffer& out);
  bool read_changed(ObjectNumber number, ByteView base, ObjectBuffers::Buffer& out,
                    std::vector<CopyRun>& runs);
  // An object with all that it is made from.
  bool read(ObjectNumber number, ObjectBuffers::Buffer& out);

  ObjectBuffers& buffers() { return buffers_; }

 private:
  const DeltaForest& forest_;
  Inflater inflater_;
  ObjectBuffers buffers_;
  ObjectBuffers::Buffer delta_;
};

template <class Visitor>
class DeltaWalk {
 public:
  DeltaWalk(const DeltaForest& forest, const ForestCut& cut, PackedReader& reader,
            Visitor& visitor)
      : forest_(forest), cut_(cut), reader_(reader), visitor_(visitor) {}

  void walk(const Piece& piece) {
    if (piece.base == kNoObject) {
      for (ObjectNumber top : piece.tops) {
        ObjectBuffers::Buffer bytes;
        if (!reader_.read_whole(top, bytes)) {
          refuse(top);
          continue;
        }
        State state = visitor_.whole(top, is(top, ForestCut::kWanted), bytes.view());
        push(top, std::move(bytes), std::move(state));
        walk_below();
      }
      return;
    }
    ObjectBuffers::Buffer bytes;
    if (!reader_.read(piece.base, bytes)) {
      for (ObjectNumber top : piece.tops) refuse(top);
      return;
    }
    State state = visitor_.whole(piece.base, false, bytes.view());
    for (ObjectNumber top : piece.tops) {
      descend(top, bytes.view(), state, [] {});
      walk_below();
    }
    reader_.buffers().give_back(std::move(bytes));
  }

 private:
  using State = typename Visitor::State;
  struct Frame {
    ObjectBuffers::Buffer bytes;
    State state;
    const ObjectNumber* next;
    const ObjectNumber* end;
    ObjectNumber heaviest = kNoObject;
  };

  bool is(ObjectNumber number, uint8_t mark) const { return (cut_.marks[number] & mark) != 0; }
  bool is_mine(ObjectNumber number) const {
    return (cut_.marks[number] & (ForestCut::kNeeded | ForestCut::kTop)) == ForestCut::kNeeded;
  }

  void push(ObjectNumber number, ObjectBuffers::Buffer bytes, State state) {
    auto children = forest_.children(number);
    if (!std::any_of(children.begin(), children.end(),
                     [&](ObjectNumber child) { return is_mine(child); })) {
      reader_.buffers().give_back(std::move(bytes));
      return;
    }
    stack_.push_back({std::move(bytes), std::move(state), children.first, children.last});
  }

  void walk_below() {
    while (!stack_.empty()) {
      Frame& frame = stack_.back();
      ObjectNumber child = kNoObject;
      while (frame.next != frame.end && child == kNoObject) {
        ObjectNumber number = *frame.next++;
        if (!is_mine(number)) continue;
        if (is(number, ForestCut::kHeaviest)) {
          frame.heaviest = number;
        } else {
          child = number;
        }
      }
      if (child != kNoObject) {
        descend(child, frame.bytes.view(), frame.state, [] {});
        continue;
      }
      // The last one: its base goes as soon as it is made.
      Frame last = std::move(frame);
      stack_.pop_back();
      if (last.heaviest != kNoObject) {
        descend(last.heaviest, last.bytes.view(), last.state,
                [&] { reader_.buffers().give_back(std::move(last.bytes)); });
      } else {
        reader_.buffers().give_back(std::move(last.bytes));
      }
    }
  }

  template <class Made>
  void descend(ObjectNumber number, ByteView base, const State& of_base, Made made) {
    ObjectBuffers::Buffer bytes;
    runs_.clear();
    if (!reader_.read_changed(number, base, bytes, runs_)) {
      made();
      refuse(number);
      return;
    }
    State state = visitor_.changed(number, is(number, ForestCut::kWanted), bytes.view(), runs_,
                                   base, of_base);
    made();
    push(number, std::move(bytes), std::move(state));
  }

  void refuse(ObjectNumber top) {
    std::vector<ObjectNumber> open{top};
    while (!open.empty()) {
      ObjectNumber number = open.back();
      open.pop_back();
      if (is(number, ForestCut::kWanted)) visitor_.refused(number);
      for (ObjectNumber child : forest_.children(number)) {
        if (is_mine(child)) open.push_back(child);
      }
    }
  }

  const DeltaForest& forest_;
  const ForestCut& cut_;
  PackedReader& reader_;
  Visitor& visitor_;
  std::vector<Frame> stack_;
  std::vector<CopyRun> runs_;
};

}  // namespace straykey
