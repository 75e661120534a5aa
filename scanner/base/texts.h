// SPDX-License-Identifier: Apache-2.0
// Texts that live as long as their keeper, in large blocks: a million of them cost little more
// than their bytes, and a pointer to one is all that anybody has to hold.
#pragma once

#include <algorithm>
#include <compare>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/base/text_index.h"

namespace straykey {

// A text that a keeper has: its length stands before its bytes.
class Text {
 public:
  Text() = default;

  operator ByteView() const { return at_ ? ByteView(at_, length()) : ByteView(); }
  bool empty() const { return !at_; }
  // The same for shared texts that are equal, and no other's; nullptr when it is empty.
  const char* place() const { return at_; }

  friend bool operator==(Text a, Text b) {
    return a.at_ == b.at_ || ByteView(a) == ByteView(b);
  }
  friend bool operator==(Text a, ByteView b) { return ByteView(a) == b; }
  friend auto operator<=>(Text a, Text b) { return ByteView(a) <=> ByteView(b); }
  friend auto operator<=>(Text a, ByteView b) { return ByteView(a) <=> b; }

 private:
  friend class Texts;
  explicit Text(const char* at) : at_(at) {}

  uint32_t length() const {
    uint32_t out;
    std::memcpy(&out, at_ - sizeof out, sizeof out);
    return out;
  }

  const char* at_ = nullptr;
};

// A Text stays valid while its keeper lives, and when that is moved.
class Texts {
 public:
  // A copy of its own. REQUIRES: below 4 GiB.
  Text keep(ByteView text) {
    if (text.empty()) return {};
    STRAYKEY_CHECK(text.size() <= std::numeric_limits<uint32_t>::max());
    const auto length = static_cast<uint32_t>(text.size());
    const size_t bytes = sizeof length + text.size();
    if (bytes > left_) add_block(bytes);
    std::memcpy(next_, &length, sizeof length);
    const char* at = next_ + sizeof length;
    std::memcpy(next_ + sizeof length, text.data(), text.size());
    next_ += bytes;
    left_ -= bytes;
    return Text(at);
  }

  // The one copy of all texts that are equal.
  Text share(ByteView text) {
    if (text.empty()) return {};
    const auto number = static_cast<uint32_t>(shared_.size());
    const uint32_t known =
        index_.add(text, number, [&](uint32_t i) { return ByteView(shared_[i]); });
    if (known == number) shared_.push_back(keep(text));
    return shared_[known];
  }

 private:
  static constexpr size_t kBlock = 1u << 20;

  void add_block(size_t least) {
    left_ = std::max(kBlock, least);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
    next_ = blocks_.back().get();
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  size_t left_ = 0;
  std::vector<Text> shared_;
  TextIndex index_;  // of shared_
};

}  // namespace straykey
