// SPDX-License-Identifier: Apache-2.0
#include "scanner/git/pack_file.h"

#include <tbb/parallel_sort.h>
#include <zlib.h>

#include <algorithm>
#include <utility>

#include "scanner/git/big_endian.h"

namespace straykey {
namespace {

constexpr uint64_t kPackHeader = 12;  // "PACK", version, number of objects

}  // namespace

std::unique_ptr<const PackFile> PackFile::open(const std::string& index_path,
                                               ObjectFormat format) {
  auto index = PackIndex::open(index_path, format);
  if (!index) return nullptr;
  auto pack = MappedFile::open(index_path.substr(0, index_path.size() - 4) + ".pack");
  if (!pack) return nullptr;
  ByteView bytes = pack->bytes();
  uint64_t trailer = id_bytes(format);
  if (bytes.size() < kPackHeader + trailer || !bytes.starts_with("PACK") ||
      (big_endian_32(bytes, 4) != 2 && big_endian_32(bytes, 4) != 3) ||
      big_endian_32(bytes, 8) != index->size()) {
    return nullptr;
  }

  std::vector<std::pair<uint64_t, uint32_t>> places(index->size());
  for (uint32_t i = 0; i < places.size(); ++i) {
    auto offset = index->offset(i);
    if (!offset || *offset < kPackHeader || *offset >= bytes.size() - trailer) return nullptr;
    places[i] = {*offset, i};
  }
  tbb::parallel_sort(places.begin(), places.end());

  std::unique_ptr<PackFile> file(new PackFile(std::move(*index)));
  file->pack_ = std::move(*pack);
  file->id_bytes_ = trailer;
  file->offsets_.reserve(places.size());
  file->positions_.reserve(places.size());
  for (const auto& [offset, position] : places) {
    if (!file->offsets_.empty() && file->offsets_.back() == offset) return nullptr;
    file->offsets_.push_back(offset);
    file->positions_.push_back(position);
  }
  return file;
}

std::vector<uint32_t> PackFile::by_name() const {
  std::vector<uint32_t> entries(positions_.size());
  for (uint32_t entry = 0; entry < entries.size(); ++entry) entries[positions_[entry]] = entry;
  return entries;
}

std::optional<uint32_t> PackFile::entry_at(uint64_t offset) const {
  auto at = std::lower_bound(offsets_.begin(), offsets_.end(), offset);
  if (at == offsets_.end() || *at != offset) return std::nullopt;
  return static_cast<uint32_t>(at - offsets_.begin());
}

std::optional<uint32_t> PackFile::find(const char* name) const {
  auto position = index_.position(name);
  auto offset = position ? index_.offset(*position) : std::nullopt;
  return offset ? entry_at(*offset) : std::nullopt;
}

ByteView PackFile::packed(uint32_t entry) const {
  uint64_t begin = offsets_[entry];
  uint64_t end = entry + 1 < size() ? offsets_[entry + 1] : pack_.bytes().size() - id_bytes_;
  return pack_.bytes().substr(begin, end - begin);
}

std::optional<PackedHeader> PackFile::header(uint32_t entry) const {
  return read_packed_header(packed(entry), offsets_[entry], id_bytes_);
}

std::optional<PackedHeader> read_packed_header(ByteView bytes, uint64_t offset,
                                               uint64_t name_bytes) {
  size_t at = 0;
  bool more = true;
  // The next byte; 0 behind the end, which `more` then tells.
  auto take = [&]() -> uint8_t {
    more = at < bytes.size();
    return more ? static_cast<uint8_t>(bytes[at++]) : 0;
  };

  PackedHeader header;
  uint8_t byte = take();
  header.type = static_cast<PackedType>((byte >> 4) & 7);
  header.size = byte & 0x0f;
  for (unsigned shift = 4; byte & 0x80; shift += 7) {
    if (shift > 56) return std::nullopt;
    byte = take();
    header.size |= uint64_t{byte & 0x7fu} << shift;
  }
  switch (header.type) {
    case PackedType::kCommit:
    case PackedType::kTree:
    case PackedType::kBlob:
    case PackedType::kTag:
      break;
    case PackedType::kOffsetDelta: {
      byte = take();
      uint64_t back = byte & 0x7f;
      while (byte & 0x80) {
        if (back >> 48) return std::nullopt;
        byte = take();
        back = ((back + 1) << 7) | (byte & 0x7f);
      }
      if (back == 0 || back > offset) return std::nullopt;
      header.base_offset = offset - back;
      break;
    }
    case PackedType::kNameDelta:
      if (bytes.size() - at < name_bytes) return std::nullopt;
      header.base_name = bytes.data() + at;
      at += name_bytes;
      break;
    default:
      return std::nullopt;
  }
  if (!more) return std::nullopt;
  header.compressed = bytes.substr(at);
  return header;
}

bool PackFile::crc_is_right(uint32_t entry) const {
  ByteView bytes = packed(entry);
  uLong crc = ::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  return crc == index_.crc(positions_[entry]);
}

}  // namespace straykey
