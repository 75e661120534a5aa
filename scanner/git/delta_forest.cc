// SPDX-License-Identifier: Apache-2.0
#include "scanner/git/delta_forest.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>

namespace straykey {
namespace {

constexpr uint8_t kOfBase = 0xfe;  // until the base is known

}  // namespace

DeltaForest::DeltaForest(const ObjectCatalogue& catalogue) : catalogue_(catalogue) {
  read_headers();
  link();
}

void DeltaForest::read_headers() {
  ObjectNumber count = catalogue_.packed();
  base_.assign(count, kNoObject);
  type_.assign(count, kUnsound);
  size_.assign(count, 0);
  tbb::parallel_for(tbb::blocked_range<ObjectNumber>(0, count, 4096), [&](const auto& range) {
    for (ObjectNumber number = range.begin(); number != range.end(); ++number) {
      ObjectCatalogue::Entry at = catalogue_.entry(number);
      auto header = at.pack->header(at.number);
      if (!header) continue;
      size_[number] = static_cast<uint32_t>(std::min<uint64_t>(header->size, UINT32_MAX));
      switch (header->type) {
        case PackedType::kCommit: type_[number] = uint8_t(ObjectType::kCommit); break;
        case PackedType::kTree: type_[number] = uint8_t(ObjectType::kTree); break;
        case PackedType::kBlob: type_[number] = uint8_t(ObjectType::kBlob); break;
        case PackedType::kTag: type_[number] = uint8_t(ObjectType::kTag); break;
        case PackedType::kOffsetDelta:
          base_[number] = catalogue_.at_offset(at.pack, header->base_offset);
          if (base_[number] != kNoObject) type_[number] = kOfBase;
          break;
        case PackedType::kNameDelta:
          base_[number] = catalogue_.in_pack(at.pack, header->base_name);
          if (base_[number] != kNoObject) type_[number] = kOfBase;
          break;
      }
    }
  });
}

// What is reached from the roots gets its type; what is not, because of a missing base or
// a circle, stays unsound.
void DeltaForest::link() {
  auto count = static_cast<ObjectNumber>(base_.size());
  first_child_.assign(size_t{count} + 1, 0);
  for (ObjectNumber base : base_) {
    if (base != kNoObject) ++first_child_[base + 1];
  }
  for (size_t i = 1; i <= count; ++i) first_child_[i] += first_child_[i - 1];
  children_.resize(first_child_[count]);
  std::vector<uint32_t> next(first_child_.begin(), first_child_.end() - 1);
  for (ObjectNumber number = 0; number < count; ++number) {
    if (base_[number] != kNoObject) children_[next[base_[number]]++] = number;
  }

  order_.reserve(count);
  for (ObjectNumber number = 0; number < count; ++number) {
    if (base_[number] == kNoObject && type_[number] != kUnsound) order_.push_back(number);
  }
  for (size_t i = 0; i < order_.size(); ++i) {
    for (ObjectNumber child : children(order_[i])) {
      type_[child] = type_[order_[i]];
      size_[child] = size_[order_[i]];
      order_.push_back(child);
    }
  }
  for (ObjectNumber number = 0; number < count; ++number) {
    if (type_[number] == kOfBase) type_[number] = kUnsound;
  }
}

ForestCut cut(const DeltaForest& forest, const std::function<bool(ObjectNumber)>& wanted,
              uint64_t piece_bytes) {
  ForestCut out;
  out.marks.assign(forest.size(), 0);
  std::vector<uint8_t>& marks = out.marks;
  std::vector<uint64_t> weight(forest.size(), 0);  // of what belongs to the object's piece
  std::vector<ObjectNumber> mine;
  const std::vector<ObjectNumber>& order = forest.order();

  // Packs children that no piece has yet into pieces, until the rest is small.
  auto cut_off = [&](ObjectNumber base, uint64_t rest) {
    std::sort(mine.begin(), mine.end(), [&](ObjectNumber a, ObjectNumber b) {
      return weight[a] != weight[b] ? weight[a] > weight[b] : a < b;
    });
    Piece piece{base, {}};
    uint64_t bytes = 0;
    for (ObjectNumber child : mine) {
      if (rest <= piece_bytes && bytes == 0) break;
      marks[child] |= ForestCut::kTop;
      piece.tops.push_back(child);
      bytes += weight[child];
      rest -= weight[child];
      if (bytes >= piece_bytes) {
        out.pieces.push_back(std::move(piece));
        piece = {base, {}};
        bytes = 0;
      }
    }
    if (bytes > 0) out.pieces.push_back(std::move(piece));
    return rest;
  };

  for (size_t i = order.size(); i-- > 0;) {
    ObjectNumber number = order[i];
    if (wanted(number)) marks[number] |= ForestCut::kWanted | ForestCut::kNeeded;
    uint64_t below = 0;
    mine.clear();
    for (ObjectNumber child : forest.children(number)) {
      if (!(marks[child] & ForestCut::kNeeded)) continue;
      marks[number] |= ForestCut::kNeeded;
      mine.push_back(child);
      below += weight[child];
    }
    if (below > piece_bytes) below = cut_off(number, below);
    ObjectNumber heaviest = kNoObject;
    for (ObjectNumber child : mine) {
      if (marks[child] & ForestCut::kTop) continue;
      if (heaviest == kNoObject || weight[child] > weight[heaviest]) heaviest = child;
    }
    if (heaviest != kNoObject) marks[heaviest] |= ForestCut::kHeaviest;
    // Some bytes for each, or thousands of empty objects would be one piece.
    weight[number] = below + forest.size_guess(number) + 256;
  }

  // The roots, as they lie in the packs.
  Piece piece;
  uint64_t bytes = 0;
  std::vector<Piece> of_roots;
  for (ObjectNumber number : order) {
    if (forest.base(number) != kNoObject) break;  // roots come first
    if (!(marks[number] & ForestCut::kNeeded)) continue;
    marks[number] |= ForestCut::kTop;
    piece.tops.push_back(number);
    bytes += weight[number];
    if (bytes >= piece_bytes) {
      of_roots.push_back(std::move(piece));
      piece = {};
      bytes = 0;
    }
  }
  if (!piece.tops.empty()) of_roots.push_back(std::move(piece));
  out.pieces.insert(out.pieces.end(), std::make_move_iterator(of_roots.begin()),
                    std::make_move_iterator(of_roots.end()));
  return out;
}

}  // namespace straykey
