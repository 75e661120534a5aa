// SPDX-License-Identifier: Apache-2.0
// A sequence that grows without moving what it holds. That of the library has blocks of half a
// kilobyte, so that what is larger than half of that has one of its own and no neighbour.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace straykey {

template <class T>
class Blocks {
 public:
  template <class Of, class Value>
  class Walk {
   public:
    Walk(Of* of, size_t at) : of_(of), at_(at) {}
    Value& operator*() const { return (*of_)[at_]; }
    Walk& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Walk& other) const { return at_ == other.at_; }

   private:
    Of* of_;
    size_t at_;
  };

  T& emplace_back() {
    if (size_ % kInBlock == 0) blocks_.push_back(std::make_unique<T[]>(kInBlock));
    return (*this)[size_++];
  }
  T& operator[](size_t at) { return blocks_[at / kInBlock][at % kInBlock]; }
  const T& operator[](size_t at) const { return blocks_[at / kInBlock][at % kInBlock]; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  auto begin() { return Walk<Blocks, T>(this, 0); }
  auto end() { return Walk<Blocks, T>(this, size_); }
  auto begin() const { return Walk<const Blocks, const T>(this, 0); }
  auto end() const { return Walk<const Blocks, const T>(this, size_); }

 private:
  static constexpr size_t kInBlock = 4096;

  std::vector<std::unique_ptr<T[]>> blocks_;
  size_t size_ = 0;
};

}  // namespace straykey
