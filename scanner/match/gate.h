// SPDX-License-Identifier: Apache-2.0
// The first look at every byte, at the speed of memory: where could any signature match at
// all?
//
// Every match of an expression such as twilio[a-z_]{0,9}=[0-9a-f]{32} holds, at one place,
// four bytes out of a short list. The gate knows such places of all expressions, and, for
// these four and the two bytes behind them, six tables of 16 bits: bucket b may begin at
// position p when bit b is set in table[k][byte p + k] for each k. That is a few
// instructions for 64 positions at a time, and says yes to about one position in ten. A hash
// table of the folded four bytes, and of what is known of the four behind them, says no to
// most of these, and a small automaton that reads on from there to most of the rest. What is
// left is a hit, where RE2 may be asked at once, or a window, where Hyperscan tells more. Hyperscan
// is the slower the more it looks for, so it should know little.
//
// All of this is computed from the expressions, and each step may only say yes too often. Many
// have the same gram, such as "secr", and are told apart by another one before it; those that
// are common by an automaton of their own, which also says where their matches begin.
//
// The tables are looked at where they lie in the program or in a file: megabytes, of which a
// small text asks for some pages.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/match/gate_entry.h"
#include "scanner/match/gate_kernel.h"

namespace straykey {

// An anchor may stand here.
struct GateHit {
  uint32_t signature = 0;  // of the entry
  uint32_t before = 0;     // it begins at the place, or at most so many bytes before
  uint32_t after = 0;      // and ends at most so many behind the place
  uint64_t at = 0;
};

// One of several anchors may, if Hyperscan sees it in the span.
struct GateWindow {
  Span span;
  uint64_t at = 0;
  uint32_t tail = 0;  // whose: see Gate::owners()
};

struct GateFound {
  std::vector<GateHit> hits;
  std::vector<GateWindow> windows;

  void clear() {
    hits.clear();
    windows.clear();
  }
};

// Immutable after build() or load(); shared by all threads. Move-only.
class Gate {
 public:
  Gate() = default;
  Gate(Gate&&) noexcept = default;
  Gate& operator=(Gate&&) noexcept = default;

  // Behind a gram so many states of an automaton tell whether the text reads on: the more,
  // the fewer hits are none, and the more memory. Takes seconds for hundreds of entries, and
  // less with a gate of many of the same.
  static Gate build(const std::vector<GateEntry>& entries, size_t most_states,
                    const Gate* like = nullptr);

  // Appends, in no order, a place of every match whose gram begins within [begin, end). A place
  // may come more than once. The end of a hit may be behind that of the text. What is not told at
  // once has a window, and lies in it; windows may overlap. All kernels give the same.
  void find(ByteView bytes, uint64_t begin, uint64_t end, GateKernel kernel,
            GateFound& found) const;

  // Of an automaton, where its 256 classes of bytes are in byte_classes_, and its states in
  // transitions_.
  struct Steps {
    uint32_t classes = 0;
    uint32_t transitions = 0;
    uint32_t class_count = 0;
  };
  // One that reads matches from where they begin.
  struct Whole {
    Steps steps;
    uint32_t start = 0;  // the first state, or 0 if there is none
  };
  // An entry that a hit or a window is for.
  struct Owner {
    uint32_t signature = 0;
    uint32_t before = 0;   // its match begins at most so many bytes before the gram
    uint32_t after = 0;    // and ends at most so many behind the gram's beginning
    uint32_t earlier = 0;  // the first of its earlier_, and how many there are
    uint32_t earlier_count = 0;
    Whole whole;           // of those that are common
    uint32_t at_once = 0;  // 1: hits tell of it, 0: windows
  };
  // `tail` is that of a window which this gate gave.
  std::span<const Owner> owners(uint32_t tail) const {
    return owners_.subspan(tails_[tail].owners, tails_[tail].owner_count);
  }

  // The tables as bytes, a multiple of kAlignment. The same machine, or one like it, reads
  // them back.
  ByteView serialized() const { return serialized_; }
  // Takes its bytes from the front of `in`; they stay where they are, and outlive the gate.
  // They begin at a multiple of kAlignment. False when they are damaged.
  bool load(ByteView& in);
  static constexpr size_t kAlignment = 4;

 private:
  static constexpr uint32_t kBuckets = 16;
  static constexpr uint32_t kBitmapBits = 17;
  static constexpr uint32_t kEarlierBits = 16;

  // What may stand behind one or more grams.
  struct Tail {
    Steps steps;
    uint16_t before = 0;  // the most of its owners
    uint16_t after = 0;
    uint32_t owners = 0;  // the first of its owners_, and how many there are
    uint32_t owner_count = 0;
    uint16_t has_window = 0;   // 1: one of the owners is not told at once
    uint16_t has_earlier = 0;  // 1: one of them has earlier grams
  };
  struct Known {        // about one gram
    uint32_t gram = 0;  // folded
    uint32_t tail = 0;
    uint32_t state = 0;      // of the tail's automaton, behind the gram
    uint32_t next_mask = 0;  // bits of the four bytes behind the gram that are known,
    uint32_t next_bits = 0;  // and what they are
    uint32_t other = 0;      // known, of what is common beside what is seldom, or 0
    // Of a gram such as AAAA: behind so many more of its byte any number of them leads to the same
    // state. 0 if there is no such number.
    uint32_t settles = 0;
  };
  using ByteTable = std::array<uint16_t, 256>;
  class Earlier;
  struct Tables;  // in gate_build.cc, where they are made
  friend class GateBuilder;

  static uint32_t hash(uint32_t folded) { return folded * 0x9E3779B1u; }
  bool may_be_gram(uint32_t folded) const {
    uint32_t bit = hash(folded) >> (32 - kBitmapBits);
    return (bitmap_[bit >> 5] >> (bit & 31)) & 1;
  }
  // By the highest bits, which depend on all of the gram.
  static uint32_t slot_of(uint32_t folded, uint32_t mask) {
    return static_cast<uint32_t>(hash(folded) * (uint64_t{mask} + 1) >> 32);
  }
  static uint32_t earlier_bit(uint32_t folded) { return hash(folded) >> (32 - kEarlierBits); }
  const Known* known_gram(uint32_t folded) const;
  // Whether `steps` accepts a beginning of `text` from `state` on.
  bool accepts(const Steps& steps, uint32_t state, ByteView text) const;
  // A run of one byte, and whether the text reads on behind all but its last grams.
  struct SameBytes {
    uint64_t end = 0;
    const Known* known = nullptr;  // what that was asked for
    bool reads_on = false;
  };
  // Whether the text reads on behind a gram that begins at `at`, which rises from call to call.
  bool reads_on(const Known& known, ByteView bytes, uint64_t at, SameBytes& run) const;
  void look_again(ByteView bytes, uint64_t block, uint16_t* places, size_t n,
                  GateFound& found) const;
  void tell(uint32_t number, ByteView bytes, uint64_t at, GateFound& found) const;
  void tell_at_once(const Owner& owner, ByteView bytes, uint64_t at, GateFound& found) const;
  void fill_byte_tables();

  // Positions in [0, count) of `text` at which a gram may begin, as far as the tables
  // know, in their order. `count` is a multiple of 64; all of text[0, count + kTableBytes - 1)
  // can be read, and all of found[0, count + 32) be written.
  size_t scan(const uint8_t* text, size_t count, GateKernel kernel, uint16_t* found) const;
  size_t scan_portable(const uint8_t* text, size_t count, uint16_t* found) const;
  size_t scan_avx2(const uint8_t* text, size_t count, uint16_t* found) const;
  size_t scan_avx512(const uint8_t* text, size_t count, uint16_t* found) const;

  ByteView serialized_;
  std::unique_ptr<std::string> built_;  // what serialized_ shows, after build()
  std::span<const ByteTable> table_;    // kTableBytes of them
  std::span<const uint32_t> bitmap_;
  std::span<const uint32_t> slots_;  // index in known_, 0 for none; hashed, open addressing
  uint32_t slot_mask_ = 0;
  std::span<const Known> known_;  // the first is none
  std::span<const Tail> tails_;
  std::span<const Owner> owners_;
  std::span<const uint16_t> earlier_;  // bits of grams
  std::span<const uint8_t> byte_classes_;
  std::span<const uint16_t> transitions_;

  // table_ as the vector kernels want it: [position][half of the buckets].
  alignas(64) std::array<std::array<std::array<uint8_t, 128>, 2>, kTableBytes> seven_bit_{};
  alignas(64) std::array<std::array<std::array<uint8_t, 32>, 2>, kTableBytes> five_bit_{};
  alignas(64) std::array<std::array<std::array<uint8_t, 16>, 2>, kTableBytes> high_nibble_{};
};

}  // namespace straykey
