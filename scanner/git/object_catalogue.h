// SPDX-License-Identifier: Apache-2.0
// All packed objects of a repository, numbered as they lie in its packs, one pack after
// another: what is made for all objects is kept in arrays over these numbers.
//
// An object may be in several packs; then it has a number in each, and the first is the
// one that find() gives. Names of objects that no pack holds (loose, missing) get numbers
// behind the packed ones when they are first asked for.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "scanner/git/layout.h"
#include "scanner/git/object_id.h"
#include "scanner/git/pack_file.h"

namespace straykey {

using ObjectNumber = uint32_t;
inline constexpr ObjectNumber kNoObject = UINT32_MAX;

// Any thread.
class ObjectCatalogue {
 public:
  // Maps all packs of the repository and of those that it borrows from. Packs that cannot
  // be read are passed over: their objects are then like missing ones.
  explicit ObjectCatalogue(const RepositoryLayout& layout);

  ObjectFormat format() const { return format_; }

  // Numbers below this are of packed objects.
  ObjectNumber packed() const { return packed_; }
  // All numbers given until now are below this.
  ObjectNumber size() const;

  struct Entry {
    const PackFile* pack;
    uint32_t number;  // in the pack
  };
  // REQUIRES: number < packed().
  Entry entry(ObjectNumber number) const;

  ObjectId id(ObjectNumber number) const;
  // Whether find() gives this number for its name. REQUIRES: number < packed().
  bool is_first(ObjectNumber number) const { return is_first_[number]; }
  // The number of the object whose name is `name`, id_bytes(format()) of it; kNoObject when
  // no pack has it.
  ObjectNumber find(const char* name) const;
  ObjectNumber find(const ObjectId& id) const {
    return find(reinterpret_cast<const char*>(id.bytes.data()));
  }
  // The same, with a new number for what no pack has.
  ObjectNumber number(const char* name);
  ObjectNumber number(const ObjectId& id) {
    return number(reinterpret_cast<const char*>(id.bytes.data()));
  }

  // number() for `count` names, one behind the other: to ask for many at once hides that
  // each is somewhere else in memory.
  void numbers(const char* names, size_t count, ObjectNumber* out);

  // The entry of `pack` that begins at `offset`.
  ObjectNumber at_offset(const PackFile* pack, uint64_t offset) const;
  // The entry in `pack` of this name, else find().
  ObjectNumber in_pack(const PackFile* pack, const char* name) const;

 private:
  struct Slot {
    ObjectNumber number = kNoObject;
    uint32_t tag = 0;  // more bits of the name, to spare looking at it
  };
  const char* name(ObjectNumber number) const;
  uint32_t home(const char* name) const;
  void fill_table();

  ObjectFormat format_;
  uint64_t id_bytes_;
  std::vector<std::unique_ptr<const PackFile>> packs_;
  std::vector<ObjectNumber> first_;  // of each pack, and packed_ at the end
  ObjectNumber packed_ = 0;

  std::vector<Slot> table_;  // open addressing, by the first bits of the name
  uint32_t mask_ = 0;
  std::vector<bool> is_first_;

  mutable std::mutex others_mutex_;
  std::unordered_map<ObjectId, ObjectNumber> others_;
  std::deque<ObjectId> other_ids_;
};

}  // namespace straykey
