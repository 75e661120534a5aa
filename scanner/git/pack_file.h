// SPDX-License-Identifier: Apache-2.0
// A pack and its index, mapped: the objects in the order in which they lie in the pack.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/git/mapped_file.h"
#include "scanner/git/object_id.h"
#include "scanner/git/pack_index.h"

namespace straykey {

// How an object is kept in a pack, by the numbers of gitformat-pack(5).
enum class PackedType : uint8_t {
  kCommit = 1,
  kTree = 2,
  kBlob = 3,
  kTag = 4,
  kOffsetDelta = 6,
  kNameDelta = 7,
};

// What stands before the compressed bytes of an object.
struct PackedHeader {
  PackedType type = PackedType::kBlob;
  uint64_t size = 0;         // inflated, in bytes: of the object, or of the delta
  uint64_t base_offset = 0;  // kOffsetDelta
  const char* base_name = nullptr;  // kNameDelta: id_bytes of it
  ByteView compressed;       // from the zlib stream on to the next object
};

// Of the object that begins at `offset` of its pack with `bytes`, which may go on behind it.
// Names have `name_bytes` bytes. nullopt when it is damaged.
std::optional<PackedHeader> read_packed_header(ByteView bytes, uint64_t offset,
                                               uint64_t name_bytes);

// Immutable after open(); any thread. git replaces packs and never changes them, and what
// is mapped stays when git deletes it.
class PackFile {
 public:
  // `index_path` is the .idx file. nullptr when either file cannot be read, is damaged, is
  // of another version, or they do not belong together.
  static std::unique_ptr<const PackFile> open(const std::string& index_path,
                                              ObjectFormat format);

  // Entries are counted in the order of their offsets.
  uint32_t size() const { return static_cast<uint32_t>(offsets_.size()); }
  const char* name(uint32_t entry) const { return index_.name(positions_[entry]); }
  uint64_t offset(uint32_t entry) const { return offsets_[entry]; }
  std::vector<uint32_t> by_name() const;  // all entries, in the order of their names
  std::optional<uint32_t> entry_at(uint64_t offset) const;
  std::optional<uint32_t> find(const char* name) const;

  // nullopt when it is damaged.
  std::optional<PackedHeader> header(uint32_t entry) const;

  // Whether the bytes in the pack are those that the index was made of. Reads them all.
  bool crc_is_right(uint32_t entry) const;

 private:
  explicit PackFile(PackIndex index) : index_(std::move(index)) {}
  ByteView packed(uint32_t entry) const;

  PackIndex index_;
  MappedFile pack_;
  uint64_t id_bytes_ = 0;
  std::vector<uint64_t> offsets_;
  std::vector<uint32_t> positions_;  // in the index
};

}  // namespace straykey
