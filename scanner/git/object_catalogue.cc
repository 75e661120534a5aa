// SPDX-License-Identifier: Apache-2.0
#include "scanner/git/object_catalogue.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "scanner/git/big_endian.h"
#include "scanner/git/packs.h"

namespace straykey {
namespace {

// Numbers of objects without a pack need room as well.
constexpr uint64_t kMostPacked = UINT32_MAX / 2;

uint32_t word(const char* name, size_t at) {
  uint32_t value;
  std::memcpy(&value, name + at, sizeof value);
  return value;
}

}  // namespace

ObjectCatalogue::ObjectCatalogue(const RepositoryLayout& layout)
    : format_(layout.format), id_bytes_(id_bytes(layout.format)) {
  uint64_t count = 0;
  for (const std::string& file : pack_index_files(all_objects_dirs(layout))) {
    auto pack = PackFile::open(file, format_);
    if (!pack || count + pack->size() > kMostPacked) continue;
    first_.push_back(static_cast<ObjectNumber>(count));
    count += pack->size();
    packs_.push_back(std::move(pack));
  }
  packed_ = static_cast<ObjectNumber>(count);
  first_.push_back(packed_);
  fill_table();
}

void ObjectCatalogue::fill_table() {
  table_.resize(std::bit_ceil(size_t{packed_} + packed_ / 2 + 1));
  mask_ = static_cast<uint32_t>(table_.size() - 1);
  is_first_.assign(packed_, false);
  // In the order of names, which is that of the table.
  for (size_t i = 0; i < packs_.size(); ++i) {
    const PackFile& pack = *packs_[i];
    for (uint32_t entry : pack.by_name()) {
      const char* name = pack.name(entry);
      const uint32_t tag = word(name, 4);
      for (uint32_t at = home(name);; at = (at + 1) & mask_) {
        Slot& slot = table_[at];
        if (slot.number == kNoObject) {
          slot = {first_[i] + entry, tag};
          is_first_[slot.number] = true;
          break;
        }
        if (slot.tag == tag && std::memcmp(this->name(slot.number), name, id_bytes_) == 0) break;
      }
    }
  }
}

// By its first bits, as big as the table is.
uint32_t ObjectCatalogue::home(const char* name) const {
  const uint64_t bits = big_endian_32(ByteView(name, 4), 0);
  return static_cast<uint32_t>(bits * table_.size() >> 32);
}

ObjectNumber ObjectCatalogue::size() const {
  std::lock_guard lock(others_mutex_);
  return packed_ + static_cast<ObjectNumber>(other_ids_.size());
}

ObjectCatalogue::Entry ObjectCatalogue::entry(ObjectNumber number) const {
  auto after = std::upper_bound(first_.begin(), first_.end(), number);
  auto pack = static_cast<size_t>(after - first_.begin()) - 1;
  return {packs_[pack].get(), number - first_[pack]};
}

const char* ObjectCatalogue::name(ObjectNumber number) const {
  Entry at = entry(number);
  return at.pack->name(at.number);
}

ObjectId ObjectCatalogue::id(ObjectNumber number) const {
  if (number < packed_) return ObjectId::from_raw(ByteView(name(number), id_bytes_));
  std::lock_guard lock(others_mutex_);
  return other_ids_[number - packed_];
}

ObjectNumber ObjectCatalogue::find(const char* name) const {
  uint32_t tag = word(name, 4);
  for (uint32_t at = home(name);; at = (at + 1) & mask_) {
    const Slot& slot = table_[at];
    if (slot.number == kNoObject) return kNoObject;
    if (slot.tag == tag && std::memcmp(this->name(slot.number), name, id_bytes_) == 0) {
      return slot.number;
    }
  }
}

ObjectNumber ObjectCatalogue::number(const char* name) {
  ObjectNumber found = find(name);
  if (found != kNoObject) return found;
  ObjectId id = ObjectId::from_raw(ByteView(name, id_bytes_));
  std::lock_guard lock(others_mutex_);
  auto next = packed_ + static_cast<ObjectNumber>(other_ids_.size());
  auto [known, is_new] = others_.try_emplace(id, next);
  if (is_new) other_ids_.push_back(id);
  return known->second;
}

void ObjectCatalogue::numbers(const char* names, size_t count, ObjectNumber* out) {
  for (size_t i = 0; i < count; ++i) {
    __builtin_prefetch(&table_[home(names + i * id_bytes_)]);
  }
  for (size_t i = 0; i < count; ++i) {
    const char* name = names + i * id_bytes_;
    uint32_t tag = word(name, 4);
    uint32_t at = home(name);
    while (table_[at].number != kNoObject && table_[at].tag != tag) at = (at + 1) & mask_;
    out[i] = table_[at].number;
    if (out[i] != kNoObject) __builtin_prefetch(this->name(out[i]));
  }
  for (size_t i = 0; i < count; ++i) {
    const char* name = names + i * id_bytes_;
    bool is_it = out[i] != kNoObject && std::memcmp(this->name(out[i]), name, id_bytes_) == 0;
    if (!is_it) out[i] = number(name);
  }
}

ObjectNumber ObjectCatalogue::at_offset(const PackFile* pack, uint64_t offset) const {
  auto found = pack->entry_at(offset);
  if (!found) return kNoObject;
  for (size_t i = 0; i < packs_.size(); ++i) {
    if (packs_[i].get() == pack) return first_[i] + *found;
  }
  return kNoObject;
}

ObjectNumber ObjectCatalogue::in_pack(const PackFile* pack, const char* name) const {
  auto found = pack->find(name);
  return found ? at_offset(pack, pack->offset(*found)) : find(name);
}

}  // namespace straykey
