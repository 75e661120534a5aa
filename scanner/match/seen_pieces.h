// SPDX-License-Identifier: Apache-2.0
// Pieces of text in which nothing was found. The blobs of a history bring the same pieces again
// and again: an edit on two branches and its way back, a file that was moved and changed, what
// an archive holds in each release.
//
// Texts are cut before lines that their own bytes choose, so texts that share lines share
// pieces. A piece is known by 82 bits of a hash (XXH3) under a key that is drawn when the
// process begins and never leaves it: nobody can write a text that is mistaken for another, and
// by chance it happens once in 10^19 pieces. The set forgets what was long ago.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "scanner/base/bytes.h"

namespace straykey {

// One per thread.
class SeenPieces {
 public:
  struct Piece {
    Span span;
    uint32_t slot = 0;  // what it is known by
    uint64_t key = 0;
    bool is_empty = true;  // nothing was found in it; for the caller to say
  };

  // What is found in a piece depends on so many bytes before it and behind it, and on whether
  // the text begins or ends within these.
  SeenPieces(uint64_t before, uint64_t behind);

  // Appends the pieces of `within`, in their order. Both ends of `within` are quiet places of
  // `bytes` (encoded_run.h), and so are those of pieces. Whether they are known is best asked
  // when many are cut: memory is slow.
  void cut(ByteView bytes, Span within, std::vector<Piece>& pieces) const;

  bool knows(const Piece& piece) const { return slots_[piece.slot] == piece.key; }
  void add(const Piece& piece) { slots_[piece.slot] = piece.key; }

 private:
  static constexpr unsigned kSlotBits = 18;  // 2 MB, of which a small text touches little
  void take(ByteView bytes, Span span, std::vector<Piece>& pieces) const;

  struct Free {
    void operator()(uint64_t* slots) const;
  };
  uint64_t before_, behind_;
  std::unique_ptr<uint64_t[], Free> slots_;
};

}  // namespace straykey
