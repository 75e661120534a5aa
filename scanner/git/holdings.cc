// SPDX-License-Identifier: Apache-2.0
// Which trees hold wanted blobs, found in two ways.
//
// In a graph: a tree holds what the tree holds that it is kept against, but for the names that
// changed. Most trees thus hold what another one does, and none is read.
//
// Without one: by reading every tree below those that are asked for.
#include <algorithm>
#include <span>
#include <unordered_map>
#include <utility>

#include "scanner/git/attribution.h"

namespace straykey {
namespace {

constexpr uint32_t kDeepest = 2048;  // folders in one another; what is deeper has no place

class GraphHoldings : public Holdings {
 public:
  GraphHoldings(const ObjectGraph& graph, const std::unordered_set<ObjectId>& wanted)
      : graph_(graph), trees_(graph.trees()), place_(graph.catalogue().size(), kNone),
        is_wanted_(place_.size()), of_(trees_.size()) {
    for (uint32_t i = 0; i < trees_.size(); ++i) place_[trees_[i].number] = i;
    for (const ObjectId& id : wanted) {
      const ObjectNumber blob = graph.catalogue().number(id);
      if (blob < is_wanted_.size()) is_wanted_[blob] = true;
    }
  }

  Holding of(const ObjectId& tree) override {
    const uint32_t place = place_of(graph_.catalogue().number(tree));
    if (place == kNone) return kHoldsNone;
    if (of_[place].step != Known::kDone) find(place);
    return of_[place].holding;
  }
  const std::string& name(uint32_t number) override { return graph_.entry_name(number); }
  ObjectId id(ObjectNumber blob) override { return graph_.catalogue().id(blob); }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  // Of a tree.
  struct Known {
    Holding holding = kHoldsNone;
    uint16_t height = 0;    // of the folders in it that hold something
    bool is_alone = false;  // what it is kept against is not asked
    enum : uint8_t { kNew, kOpen, kDone } step = kNew;
  };
  // A tree that waits for others: the one it is kept against, then those in it.
  struct Waiting {
    uint32_t place;
    bool is_base = false;  // the one before waits for it as what it is kept against
    std::vector<TreeChange> entries = {};  // if it is alone, all
    size_t next = 0;                       // of its changes, or entries
  };

  uint32_t place_of(ObjectNumber tree) const {
    return tree < place_.size() ? place_[tree] : kNone;
  }
  uint32_t base_of(uint32_t place) const {
    const ObjectNumber base = trees_[place].base;
    return base == kNoObject ? kNone : place_of(base);
  }
  uint32_t asked_base_of(uint32_t place) const {
    return of_[place].is_alone ? kNone : base_of(place);
  }
  std::span<const TreeChange> changes_of(uint32_t place) const {
    return {trees_[place].changes, trees_[place].change_count};
  }

  void find(uint32_t place) {
    open(place, false);
    while (!waiting_.empty()) {
      Waiting& top = waiting_.back();
      const uint32_t base = asked_base_of(top.place);
      if (base != kNone && of_[base].step == Known::kNew) {
        open(base, true);
        continue;
      }
      // A base that waits for this very tree.
      if (base != kNone && of_[base].step == Known::kOpen) be_alone(top);
      const uint32_t inner = next_inner(top);
      if (inner == kNone) {
        settle(top);
        waiting_.pop_back();
      } else if (of_[inner].step == Known::kNew) {
        open(inner, false);
      } else {
        break_circle(inner);
      }
    }
  }

  void open(uint32_t place, bool is_base) {
    of_[place].step = Known::kOpen;
    waiting_.push_back({place, is_base});
    if (of_[place].is_alone) be_alone(waiting_.back());
  }

  // The next tree in it that is not done; kNone at the end.
  uint32_t next_inner(Waiting& tree) const {
    const auto entries = entries_of(tree);
    for (; tree.next < entries.size(); ++tree.next) {
      const TreeChange& entry = entries[tree.next];
      if (!entry.is_tree || entry.object == kNoObject) continue;
      const uint32_t inner = place_of(entry.object);
      if (inner != kNone && of_[inner].step != Known::kDone) return inner;
    }
    return kNone;
  }
  std::span<const TreeChange> entries_of(const Waiting& tree) const {
    return of_[tree.place].is_alone ? std::span<const TreeChange>(tree.entries)
                                    : changes_of(tree.place);
  }

  // The last one has `inner` in it, which waits itself. When that is only because one of those
  // in between is a base, what is kept against it is found without it. Otherwise a tree leads
  // to itself, as only a forged index makes it: the last one goes on without `inner`.
  void break_circle(uint32_t inner) {
    size_t at = waiting_.size() - 1;
    while (waiting_[at].place != inner && !waiting_[at].is_base) --at;
    if (waiting_[at].place == inner) {
      ++waiting_.back().next;
      return;
    }
    for (; waiting_.size() > at; waiting_.pop_back()) {
      of_[waiting_.back().place].step = Known::kNew;
    }
    be_alone(waiting_.back());
  }

  void be_alone(Waiting& tree) {
    std::vector<uint32_t> chain;
    for (uint32_t at = tree.place; at != kNone; at = base_of(at)) chain.push_back(at);
    for (; !chain.empty(); chain.pop_back()) {
      const auto changes = changes_of(chain.back());
      std::erase_if(tree.entries, [&](const TreeChange& e) { return is_in(changes, e.name); });
      for (const TreeChange& change : changes) {
        if (change.object != kNoObject) tree.entries.push_back(change);
      }
    }
    of_[tree.place].is_alone = true;
    tree.next = 0;
  }
  static bool is_in(std::span<const TreeChange> changes, uint32_t name) {
    return std::any_of(changes.begin(), changes.end(),
                       [&](const TreeChange& change) { return change.name == name; });
  }

  void settle(const Waiting& tree) {
    const uint32_t base = asked_base_of(tree.place);
    const std::vector<Held>& before = held(base == kNone ? kHoldsNone : of_[base].holding);
    const auto entries = entries_of(tree);
    Known& known = of_[tree.place];
    known.step = Known::kDone;
    if (base != kNone) {
      known.holding = of_[base].holding;
      known.height = of_[base].height;
    }
    gained_.clear();
    bool is_less = false;
    for (const TreeChange& entry : entries) {
      is_less |= std::binary_search(before.begin(), before.end(), Held{entry.name},
                                    [](const Held& a, const Held& b) { return a.name < b.name; });
      if (entry.object == kNoObject) continue;
      if (entry.is_tree) {
        gain_folder(entry, known);
      } else if (entry.object < is_wanted_.size() && is_wanted_[entry.object]) {
        gained_.push_back({entry.name, entry.object, false});
      }
    }
    if (!is_less && gained_.empty()) return;
    for (const Held& entry : before) {
      if (!is_in(entries, entry.name)) gained_.push_back(entry);
    }
    known.holding = table_.number(gained_);
  }

  void gain_folder(const TreeChange& entry, Known& known) {
    const uint32_t place = place_of(entry.object);
    if (place == kNone) return;
    const Known& inner = of_[place];
    if (inner.step != Known::kDone || inner.holding == kHoldsNone || inner.height == kDeepest) {
      return;
    }
    gained_.push_back({entry.name, inner.holding, true});
    known.height = std::max<uint16_t>(known.height, inner.height + 1);
  }

  const ObjectGraph& graph_;
  std::vector<ObjectGraph::Tree> trees_;
  std::vector<uint32_t> place_;  // of each object: which of trees_ it is
  std::vector<bool> is_wanted_;  // each object
  std::vector<Known> of_;        // of each of trees_
  std::vector<Waiting> waiting_;
  std::vector<Held> gained_;
};

class ReadHoldings : public Holdings {
 public:
  ReadHoldings(TreeReader& trees, const std::unordered_set<ObjectId>& wanted)
      : trees_(trees), wanted_(wanted) {}

  Holding of(const ObjectId& tree) override { return read(tree, 0); }
  const std::string& name(uint32_t number) override { return names_[number]; }
  ObjectId id(ObjectNumber blob) override { return blobs_[blob]; }

 private:
  Holding read(const ObjectId& tree, uint32_t depth) {
    auto known = holdings_.find(tree);
    if (known != holdings_.end()) return known->second;
    if (depth > kDeepest) return kHoldsNone;
    std::vector<Held> held;
    if (auto bytes = trees_.read(tree)) {
      TreeEntries entries(*bytes, trees_.format());
      TreeEntry entry;
      while (entries.next(entry)) {
        if (entry.is_submodule()) continue;
        if (entry.is_tree()) {
          const Holding inner = read(entry.id, depth + 1);
          if (inner != kHoldsNone) held.push_back({number_of(entry.name), inner, true});
        } else if (wanted_.count(entry.id)) {
          held.push_back({number_of(entry.name), number_of(entry.id), false});
        }
      }
    }
    return holdings_[tree] = table_.number(std::move(held));
  }

  uint32_t number_of(ByteView name) {
    auto [known, is_new] =
        name_numbers_.try_emplace(std::string(name), static_cast<uint32_t>(names_.size()));
    if (is_new) names_.emplace_back(name);
    return known->second;
  }
  ObjectNumber number_of(const ObjectId& blob) {
    auto [known, is_new] =
        blob_numbers_.try_emplace(blob, static_cast<ObjectNumber>(blobs_.size()));
    if (is_new) blobs_.push_back(blob);
    return known->second;
  }

  TreeReader& trees_;
  const std::unordered_set<ObjectId>& wanted_;
  std::unordered_map<ObjectId, ObjectNumber> blob_numbers_;
  std::vector<ObjectId> blobs_;
  std::unordered_map<std::string, uint32_t> name_numbers_;
  std::vector<std::string> names_;
  std::unordered_map<ObjectId, Holding> holdings_;  // of trees
};

}  // namespace

size_t HoldingTable::Hash::operator()(const std::vector<Held>& held) const {
  uint64_t hash = held.size();
  for (const Held& entry : held) {
    hash ^= (uint64_t{entry.name} << 32 | entry.what) + entry.is_folder;
    hash *= 0x9e3779b97f4a7c15;  // 2^64 by the golden ratio
    hash ^= hash >> 32;
  }
  return hash;
}

Holding HoldingTable::number(std::vector<Held> held) {
  std::sort(held.begin(), held.end());
  auto [known, is_new] =
      numbers_.try_emplace(std::move(held), static_cast<Holding>(lists_.size()));
  if (is_new) lists_.push_back(&known->first);
  return known->second;
}

std::unique_ptr<Holdings> holdings_of(const ObjectGraph& graph,
                                      const std::unordered_set<ObjectId>& wanted) {
  return std::make_unique<GraphHoldings>(graph, wanted);
}

std::unique_ptr<Holdings> holdings_of(TreeReader& trees,
                                      const std::unordered_set<ObjectId>& wanted) {
  return std::make_unique<ReadHoldings>(trees, wanted);
}

}  // namespace straykey
