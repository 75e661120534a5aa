// SPDX-License-Identifier: Apache-2.0
// Texts that live as long as their keeper, in large blocks: a million of them cost little more
// than their bytes, and a view of one is all that anybody has to hold.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <unordered_set>
#include <vector>

#include "scanner/base/bytes.h"

namespace straykey {

// Views stay valid while the keeper lives, and when it is moved.
class Texts {
 public:
  // A copy of its own.
  ByteView keep(ByteView text) {
    if (text.empty()) return {};
    if (text.size() > left_) add_block(text.size());
    char* at = next_;
    std::memcpy(at, text.data(), text.size());
    next_ += text.size();
    left_ -= text.size();
    return {at, text.size()};
  }

  // The one copy of all texts that are equal: their views point at the same bytes.
  ByteView share(ByteView text) {
    auto known = shared_.find(text);
    return known != shared_.end() ? *known : *shared_.insert(keep(text)).first;
  }

 private:
  static constexpr size_t kBlock = 1u << 20;

  void add_block(size_t least) {
    left_ = std::max(kBlock, least);
    blocks_.push_back(std::make_unique<char[]>(left_));
    next_ = blocks_.back().get();
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  size_t left_ = 0;
  std::unordered_set<ByteView> shared_;
};

}  // namespace straykey
