// SPDX-License-Identifier: Apache-2.0
// A pack index (gitformat-pack(5), version 2) is a table of the sorted object names of a
// pack, with the offsets behind it:
//
//   magic version | fanout: how many names begin with a byte <= b | names | CRCs | offsets |
//   offsets of 8 bytes, for those that 31 bits cannot hold | two checksums
//
// Every name is looked up by binary search between two fanout numbers, as git does it.
#include "scanner/git/pack_order.h"

#include <dirent.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include "scanner/base/file.h"
#include "scanner/git/big_endian.h"
#include "scanner/git/objects_dirs.h"

namespace straykey {
namespace {

constexpr uint64_t kHeaderBytes = 8 + 256 * 4;

// One pack's index; borrows the file's bytes.
class PackIndex {
 public:
  static std::optional<PackIndex> open(ByteView bytes, ObjectFormat format) {
    if (bytes.size() < kHeaderBytes || bytes.substr(0, 8) != ByteView("\377tOc\0\0\0\2", 8)) {
      return std::nullopt;
    }
    PackIndex index;
    index.bytes_ = bytes;
    index.id_bytes_ = id_bytes(format);
    index.count_ = index.fanout(255);
    uint64_t offsets_end = index.offsets_at() + index.count_ * uint64_t{4};
    if (bytes.size() < offsets_end + 2 * index.id_bytes_) return std::nullopt;
    index.large_at_ = offsets_end;
    return index;
  }

  // Where the object begins in the pack.
  std::optional<uint64_t> find(const ObjectId& id) const {
    uint32_t low = id.bytes[0] == 0 ? 0 : fanout(id.bytes[0] - 1u);
    uint32_t high = std::min(fanout(id.bytes[0]), count_);
    while (low < high) {
      uint32_t middle = low + (high - low) / 2;
      const char* name = bytes_.data() + kHeaderBytes + middle * id_bytes_;
      int order = std::memcmp(name, id.bytes.data(), id_bytes_);
      if (order == 0) return offset(middle);
      if (order < 0) low = middle + 1;
      if (order > 0) high = middle;
    }
    return std::nullopt;
  }

 private:
  uint32_t fanout(uint32_t first_byte) const {
    return big_endian_32(bytes_, 8 + first_byte * 4);
  }
  // Behind the names and their CRCs.
  uint64_t offsets_at() const { return kHeaderBytes + count_ * (id_bytes_ + 4); }

  std::optional<uint64_t> offset(uint32_t position) const {
    uint32_t small = big_endian_32(bytes_, offsets_at() + position * uint64_t{4});
    if (!(small >> 31)) return small;
    uint64_t at = large_at_ + (small & 0x7fffffff) * uint64_t{8};
    if (at + 8 > bytes_.size()) return std::nullopt;
    return big_endian(bytes_.substr(at, 8));
  }

  ByteView bytes_;
  uint64_t id_bytes_ = 0;
  uint64_t large_at_ = 0;
  uint32_t count_ = 0;
};

std::vector<std::string> index_files_in(const std::string& folder) {
  std::vector<std::string> files;
  std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), &::closedir);
  if (!open) return files;
  while (const dirent* entry = ::readdir(open.get())) {
    std::string name = entry->d_name;
    if (name.ends_with(".idx")) files.push_back(folder + "/" + name);
  }
  std::sort(files.begin(), files.end());
  return files;
}

struct Place {
  uint32_t pack = 0;  // 0 is no pack
  uint64_t offset = 0;
  ObjectId id;
};

}  // namespace

void sort_in_pack_order(const RepositoryLayout& layout, std::vector<ObjectId>& ids) {
  if (ids.size() < 2) return;
  std::vector<Place> places;
  places.reserve(ids.size());
  for (const ObjectId& id : ids) places.push_back({0, 0, id});
  // By name, so that the searches walk through an index from front to back.
  std::sort(places.begin(), places.end(),
            [](const Place& a, const Place& b) { return a.id < b.id; });

  uint32_t pack = 0;
  for (const std::string& objects_dir : all_objects_dirs(layout)) {
    for (const std::string& file : index_files_in(objects_dir + "/pack")) {
      ++pack;
      auto bytes = FileBytes::read(file);
      if (!bytes) continue;
      auto index = PackIndex::open(bytes->bytes(), layout.format);
      if (!index) continue;
      for (Place& place : places) {
        if (place.pack != 0) continue;
        auto offset = index->find(place.id);
        if (!offset) continue;
        place.pack = pack;
        place.offset = *offset;
      }
    }
  }

  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return std::tie(a.pack, a.offset, a.id) < std::tie(b.pack, b.offset, b.id);
  });
  for (size_t i = 0; i < ids.size(); ++i) ids[i] = places[i].id;
}

}  // namespace straykey
