// SPDX-License-Identifier: Apache-2.0
// Which trees hold wanted blobs, found in two ways.
//
// In a graph: a blob that some tree gained stays in the trees that are kept against that
// one, until one of them changes the name. All trees that hold a blob themselves are thus
// found without reading any; then, in the same way, the trees that hold those, and so on
// up to the roots, one round for each level of folders.
//
// Without one: by reading every tree below those that are asked for.
#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "scanner/git/attribution.h"

namespace straykey {
namespace {

const std::vector<Held> kNone;

void sort(std::vector<Held>& held) {
  std::sort(held.begin(), held.end(), [](const Held& a, const Held& b) {
    return std::tie(a.name, a.object, a.is_tree) < std::tie(b.name, b.object, b.is_tree);
  });
}

class GraphHoldings : public Holdings {
 public:
  GraphHoldings(const ObjectGraph& graph, const std::unordered_set<ObjectId>& wanted)
      : graph_(graph), trees_(graph.trees()), of_(graph.catalogue().size(), kNone_) {
    link();
    std::vector<bool> is_new(of_.size());
    for (const ObjectId& id : wanted) {
      ObjectNumber blob = number(id);
      if (blob < is_new.size()) is_new[blob] = true;
    }
    // Trees that are found in one round are looked for in the next.
    for (bool is_any = true; is_any;) {
      std::vector<bool> found(of_.size());
      is_any = false;
      for (uint32_t i = 0; i < trees_.size(); ++i) {
        for (size_t c = 0; c < trees_[i].change_count; ++c) {
          const TreeChange& change = trees_[i].changes[c];
          if (change.object == kNoObject || !is_new[change.object]) continue;
          is_any |= hold(i, {change.name, change.object, change.is_tree}, found);
        }
      }
      is_new = std::move(found);
    }
    for (auto& held : held_) sort(held);
  }

  ObjectNumber number(const ObjectId& id) override {
    return graph_.catalogue().number(reinterpret_cast<const char*>(id.bytes.data()));
  }
  const std::vector<Held>& held(ObjectNumber tree) override {
    return tree < of_.size() && of_[tree] != kNone_ ? held_[of_[tree]] : kNone;
  }
  const std::string& name(uint32_t number) override { return graph_.entry_name(number); }
  ObjectId id(ObjectNumber object) override { return graph_.catalogue().id(object); }

 private:
  static constexpr uint32_t kNone_ = UINT32_MAX;

  // The trees that are kept against each tree, as lists.
  void link() {
    std::vector<uint32_t> place(of_.size(), kNone_);
    for (uint32_t i = 0; i < trees_.size(); ++i) place[trees_[i].number] = i;
    first_child_.assign(trees_.size(), kNone_);
    next_child_.assign(trees_.size(), kNone_);
    for (uint32_t i = 0; i < trees_.size(); ++i) {
      if (trees_[i].base == kNoObject) continue;
      uint32_t base = place[trees_[i].base];
      if (base != kNone_) next_child_[i] = std::exchange(first_child_[base], i);
    }
  }

  // `tree` gained `entry`: so it holds it, and so do those that are kept against it. True
  // when one of them held nothing before; that is then noted in `found`.
  bool hold(uint32_t tree, const Held& entry, std::vector<bool>& found) {
    bool is_any = false;
    std::vector<uint32_t> open{tree};
    while (!open.empty()) {
      uint32_t at = open.back();
      open.pop_back();
      uint32_t& place = of_[trees_[at].number];
      if (place == kNone_) {
        place = static_cast<uint32_t>(held_.size());
        held_.emplace_back();
        found[trees_[at].number] = true;
        is_any = true;
      }
      held_[place].push_back(entry);
      for (uint32_t child = first_child_[at]; child != kNone_; child = next_child_[child]) {
        const ObjectGraph::Tree& t = trees_[child];
        if (std::none_of(t.changes, t.changes + t.change_count,
                         [&](const TreeChange& c) { return c.name == entry.name; })) {
          open.push_back(child);
        }
      }
    }
    return is_any;
  }

  const ObjectGraph& graph_;
  std::vector<ObjectGraph::Tree> trees_;
  std::vector<uint32_t> first_child_, next_child_;
  std::vector<uint32_t> of_;  // of each object: its place in held_
  std::vector<std::vector<Held>> held_;
};

class ReadHoldings : public Holdings {
 public:
  ReadHoldings(TreeReader& trees, const std::unordered_set<ObjectId>& wanted)
      : trees_(trees), wanted_(wanted) {}

  ObjectNumber number(const ObjectId& id) override {
    auto [known, is_new] = numbers_.try_emplace(id, static_cast<ObjectNumber>(ids_.size()));
    if (is_new) ids_.push_back(id);
    return known->second;
  }
  const std::vector<Held>& held(ObjectNumber tree) override { return read(tree, 0); }
  const std::string& name(uint32_t number) override { return names_[number]; }
  ObjectId id(ObjectNumber object) override { return ids_[object]; }

 private:
  static constexpr int kDeepest = 2048;

  const std::vector<Held>& read(ObjectNumber tree, int depth) {
    auto known = held_.find(tree);
    if (known != held_.end()) return known->second;
    if (depth > kDeepest) return kNone;
    std::vector<Held> held;
    if (auto bytes = trees_.read(ids_[tree])) {
      TreeEntries entries(*bytes, trees_.format());
      TreeEntry entry;
      while (entries.next(entry)) {
        if (entry.is_submodule() || (!entry.is_tree() && !wanted_.count(entry.id))) continue;
        ObjectNumber object = number(entry.id);
        if (entry.is_tree() && read(object, depth + 1).empty()) continue;
        held.push_back({name_number(entry.name), object, entry.is_tree()});
      }
    }
    sort(held);
    return held_[tree] = std::move(held);
  }

  uint32_t name_number(ByteView name) {
    auto [known, is_new] =
        name_numbers_.try_emplace(std::string(name), static_cast<uint32_t>(names_.size()));
    if (is_new) names_.emplace_back(name);
    return known->second;
  }

  TreeReader& trees_;
  const std::unordered_set<ObjectId>& wanted_;
  std::unordered_map<ObjectId, ObjectNumber> numbers_;
  std::vector<ObjectId> ids_;
  std::unordered_map<std::string, uint32_t> name_numbers_;
  std::vector<std::string> names_;
  std::unordered_map<ObjectNumber, std::vector<Held>> held_;  // nodes stay where they are
};

}  // namespace

std::unique_ptr<Holdings> holdings_of(const ObjectGraph& graph,
                                      const std::unordered_set<ObjectId>& wanted) {
  return std::make_unique<GraphHoldings>(graph, wanted);
}

std::unique_ptr<Holdings> holdings_of(TreeReader& trees,
                                      const std::unordered_set<ObjectId>& wanted) {
  return std::make_unique<ReadHoldings>(trees, wanted);
}

}  // namespace straykey
