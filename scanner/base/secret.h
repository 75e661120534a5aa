// SPDX-License-Identifier: Apache-2.0
// The bytes of a credential, as a type that cannot be printed by accident and that
// leaves nothing behind in memory.
//
// There is no operator<<, no formatter and no conversion. Whoever needs the bytes calls
// reveal(), which is easy to find in review: only match/, finding/describe.cc and the
// reports under --show-secrets do.
#pragma once

#include <string>
#include <utility>

#include "scanner/base/bytes.h"

namespace straykey {

// Overwrites the bytes of `text` in a way that the compiler keeps, then empties it.
void wipe(std::string& text);

// Value type; moved-from and destroyed values are wiped.
class Secret {
 public:
  Secret() = default;
  explicit Secret(ByteView bytes) : bytes_(bytes) {}
  Secret(const Secret& other) = default;
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_); }
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      wipe(bytes_);
      bytes_ = other.bytes_;
    }
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe(bytes_);
      bytes_ = other.bytes_;
      wipe(other.bytes_);
    }
    return *this;
  }
  ~Secret() { wipe(bytes_); }

  // The bytes themselves, valid while this object lives and is not assigned to.
  ByteView reveal() const { return bytes_; }
  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }

 private:
  std::string bytes_;
};

}  // namespace straykey
