// SPDX-License-Identifier: Apache-2.0
// The index of a pack: which objects it holds, and where.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "scanner/base/bytes.h"
#include "scanner/git/object_id.h"

namespace straykey {

// A mapped file. Immutable; any thread.
class PackIndex {
 public:
  // nullopt when the file cannot be read, is damaged, or is not of version 2.
  static std::optional<PackIndex> open(const std::string& path, ObjectFormat format);

  // Where the object begins in the pack.
  std::optional<uint64_t> find(const ObjectId& id) const;

  // Whether all objects begin inside of a pack of this size.
  bool fits(uint64_t pack_bytes) const;

 private:
  struct Unmap {
    size_t size;
    void operator()(const char* map) const;
  };

  PackIndex() = default;
  uint32_t fanout(uint32_t first_byte) const;
  uint64_t offsets_at() const;
  std::optional<uint64_t> offset(uint32_t position) const;

  std::unique_ptr<const char, Unmap> map_;
  ByteView bytes_;
  uint64_t id_bytes_ = 0;
  uint32_t count_ = 0;
};

}  // namespace straykey
