// SPDX-License-Identifier: Apache-2.0
#include "scanner/git/pack_order.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "scanner/git/pack_index.h"
#include "scanner/git/packs.h"

namespace straykey {
namespace {

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
  for (const std::string& file : pack_index_files(all_objects_dirs(layout))) {
    ++pack;
    auto index = PackIndex::open(file, layout.format);
    if (!index) continue;
    for (Place& place : places) {
      if (place.pack != 0) continue;
      auto offset = index->find(place.id);
      if (!offset) continue;
      place.pack = pack;
      place.offset = *offset;
    }
  }

  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return std::tie(a.pack, a.offset, a.id) < std::tie(b.pack, b.offset, b.id);
  });
  for (size_t i = 0; i < ids.size(); ++i) ids[i] = places[i].id;
}

}  // namespace straykey
