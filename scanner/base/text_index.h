// SPDX-License-Identifier: Apache-2.0
// Finds numbers by texts, which are held elsewhere: 12 bytes for each on average, where a map of
// the library takes 56, and memory is looked at in one place for most of them.
//
// Open addressing with linear probing. A slot has half of the hash beside the number, so that a
// text is looked at when it is the right one, and next to never else.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "scanner/base/bytes.h"

namespace straykey {

// `text_of(number)` gives the text that was added with a number.
class TextIndex {
 public:
  template <class TextOf>
  std::optional<uint32_t> find(ByteView text, const TextOf& text_of) const {
    if (slots_.empty()) return {};
    const Slot& slot = slots_[place(text, text_of)];
    return slot.number == kNone ? std::nullopt : std::optional(slot.number);
  }

  // Gives the number that the text has, which is `number` if it is new.
  template <class TextOf>
  uint32_t add(ByteView text, uint32_t number, const TextOf& text_of) {
    if (4 * (size_ + 1) > 3 * slots_.size()) grow();
    Slot& slot = slots_[place(text, text_of)];
    if (slot.number != kNone) return slot.number;
    ++size_;
    slot = {hash_of(text), number};
    return number;
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  struct Slot {
    uint32_t hash = 0;
    uint32_t number = kNone;
  };

  static uint32_t hash_of(ByteView text) {
    return static_cast<uint32_t>(std::hash<ByteView>()(text) >> 16);
  }

  // Where the text is, or would be.
  template <class TextOf>
  size_t place(ByteView text, const TextOf& text_of) const {
    const uint32_t hash = hash_of(text);
    size_t at = hash & (slots_.size() - 1);
    while (slots_[at].number != kNone &&
           (slots_[at].hash != hash || text_of(slots_[at].number) != text)) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return at;
  }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? 64 : 2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number == kNone) continue;
      size_t at = slot.hash & (slots_.size() - 1);
      while (slots_[at].number != kNone) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;  // a power of two
  size_t size_ = 0;
};

}  // namespace straykey
