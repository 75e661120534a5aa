// SPDX-License-Identifier: Apache-2.0
// A pack index (gitformat-pack(5), version 2) is a table of the sorted object names of a
// pack, with the offsets behind it:
//
//   magic version | fanout: how many names begin with a byte <= b | names | CRCs | offsets |
//   offsets of 8 bytes, for those that 31 bits cannot hold | two checksums
//
// Every name is looked up by binary search between two fanout numbers, as git does it. The
// file is mapped, as a look-up touches little of it; git replaces such files and never
// shortens them.
#include "scanner/git/pack_index.h"

#include <cstring>
#include <utility>

#include "scanner/git/big_endian.h"

namespace straykey {
namespace {

constexpr uint64_t kHeaderBytes = 8 + 256 * 4;
constexpr ByteView kMagic("\377tOc\0\0\0\2", 8);

}  // namespace

std::optional<PackIndex> PackIndex::open(const std::string& path, ObjectFormat format) {
  auto map = MappedFile::open(path);
  if (!map || map->bytes().size() < kHeaderBytes) return std::nullopt;

  PackIndex index;
  index.map_ = std::move(*map);
  index.bytes_ = index.map_.bytes();
  index.id_bytes_ = id_bytes(format);
  if (!index.bytes_.starts_with(kMagic)) return std::nullopt;
  for (uint32_t byte = 1; byte < 256; ++byte) {
    if (index.fanout(byte) < index.fanout(byte - 1)) return std::nullopt;
  }
  index.count_ = index.fanout(255);
  uint64_t least = index.offsets_at() + index.count_ * uint64_t{4} + 2 * index.id_bytes_;
  if (index.bytes_.size() < least) return std::nullopt;
  return index;
}

std::optional<uint32_t> PackIndex::position(const char* name) const {
  auto first_byte = static_cast<uint8_t>(name[0]);
  uint32_t low = first_byte == 0 ? 0 : fanout(first_byte - 1u);
  uint32_t high = fanout(first_byte);
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    int order = std::memcmp(this->name(middle), name, id_bytes_);
    if (order == 0) return middle;
    if (order < 0) low = middle + 1;
    if (order > 0) high = middle;
  }
  return std::nullopt;
}

std::optional<uint64_t> PackIndex::find(const ObjectId& id) const {
  auto found = position(reinterpret_cast<const char*>(id.bytes.data()));
  return found ? offset(*found) : std::nullopt;
}

uint32_t PackIndex::crc(uint32_t position) const {
  return big_endian_32(bytes_, names_at(count_) + position * uint64_t{4});
}

uint64_t PackIndex::names_at(uint32_t position) const {
  return kHeaderBytes + position * id_bytes_;
}

bool PackIndex::fits(uint64_t pack_bytes) const {
  for (uint32_t i = 0; i < count_; ++i) {
    auto at = offset(i);
    if (!at || *at + id_bytes_ >= pack_bytes) return false;
  }
  return true;
}

uint32_t PackIndex::fanout(uint32_t first_byte) const {
  return big_endian_32(bytes_, 8 + first_byte * 4);
}

// Behind the names and their CRCs.
uint64_t PackIndex::offsets_at() const { return kHeaderBytes + count_ * (id_bytes_ + 4); }

std::optional<uint64_t> PackIndex::offset(uint32_t position) const {
  uint32_t small = big_endian_32(bytes_, offsets_at() + position * uint64_t{4});
  if (!(small >> 31)) return small;
  uint64_t large_at = offsets_at() + count_ * uint64_t{4};
  uint64_t at = large_at + (small & 0x7fffffff) * uint64_t{8};
  if (at + 8 > bytes_.size() - 2 * id_bytes_) return std::nullopt;
  uint64_t large = big_endian(bytes_.substr(at, 8));
  return large >> 63 ? std::nullopt : std::optional(large);
}

}  // namespace straykey
