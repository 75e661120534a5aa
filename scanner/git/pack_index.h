// SPDX-License-Identifier: Apache-2.0
// The index of a pack: which objects it holds, and where.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scanner/base/bytes.h"
#include "scanner/git/mapped_file.h"
#include "scanner/git/object_id.h"

namespace straykey {

// A mapped file. Immutable; any thread.
class PackIndex {
 public:
  // nullopt when the file cannot be read, is damaged, or is not of version 2.
  static std::optional<PackIndex> open(const std::string& path, ObjectFormat format);

  // Where the object begins in the pack.
  std::optional<uint64_t> find(const ObjectId& id) const;

  // The objects are counted in the order of their names.
  uint32_t size() const { return count_; }
  // The bytes of the name, id_bytes(format) of them; valid as long as the index.
  const char* name(uint32_t position) const { return bytes_.data() + names_at(position); }
  // Where the object begins in the pack; nullopt when the index is damaged there.
  std::optional<uint64_t> offset(uint32_t position) const;
  // CRC-32 of the object as it lies in the pack.
  uint32_t crc(uint32_t position) const;
  // The position of a name.
  std::optional<uint32_t> position(const char* name) const;

  // Whether all objects begin inside of a pack of this size.
  bool fits(uint64_t pack_bytes) const;

 private:
  PackIndex() = default;
  uint32_t fanout(uint32_t first_byte) const;
  uint64_t offsets_at() const;
  uint64_t names_at(uint32_t position) const;

  MappedFile map_;
  ByteView bytes_;  // of map_
  uint64_t id_bytes_ = 0;
  uint32_t count_ = 0;
};

}  // namespace straykey
