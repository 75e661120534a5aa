// SPDX-License-Identifier: Apache-2.0
#include "scanner/git/tree_walk.h"

#include <algorithm>
#include <cstring>

namespace straykey {
namespace {

// Hostile repositories nest trees without end; no real one is deeper.
constexpr int kDeepest = 2048;

// A cursor through another tree that is moved along in step with the visited one.
struct Beside {
  std::shared_ptr<const std::string> bytes;
  std::vector<TreeEntry> entries;  // sorted as git sorts them
  size_t at = 0;
};

// git sorts a folder as if its name ended with '/'.
int compare_names(const TreeEntry& a, const TreeEntry& b) {
  size_t shared = std::min(a.name.size(), b.name.size());
  int order = shared ? std::memcmp(a.name.data(), b.name.data(), shared) : 0;
  if (order != 0) return order;
  auto next = [&](const TreeEntry& e) -> int {
    if (e.name.size() > shared) return static_cast<unsigned char>(e.name[shared]);
    return e.is_tree() ? '/' : 0;
  };
  return next(a) - next(b);
}

std::vector<TreeEntry> entries_of(ByteView tree, ObjectFormat format, bool& damaged) {
  std::vector<TreeEntry> entries;
  TreeEntries reader(tree, format);
  TreeEntry entry;
  while (reader.next(entry)) entries.push_back(entry);
  damaged = reader.damaged();
  return entries;
}

}  // namespace

std::shared_ptr<const std::string> TreeReader::read(const ObjectId& id) {
  auto found = slots_.find(id);
  if (found != slots_.end()) {
    by_age_.splice(by_age_.begin(), by_age_, found->second.age);
    return found->second.bytes;
  }
  std::shared_ptr<const std::string> bytes;
  auto object = objects_.read(id);
  if (!object) {
    if (failed) failed(id, object.error().message);
  } else if (object->type != ObjectType::kTree) {
    if (failed) failed(id, "object is not a tree, as its parent says");
  } else {
    bytes = std::make_shared<const std::string>(std::move(object->bytes));
  }
  // Failures are remembered too, so that they are reported once.
  by_age_.push_front(id);
  slots_[id] = {bytes, by_age_.begin()};
  held_ += bytes ? bytes->size() + 128 : 0;
  while (held_ > kCacheBytes && by_age_.size() > 1) {
    auto oldest = slots_.find(by_age_.back());
    if (oldest->second.bytes) held_ -= oldest->second.bytes->size() + 128;
    slots_.erase(oldest);
    by_age_.pop_back();
  }
  return bytes;
}

ObjectId id_at(TreeReader& trees, ObjectId tree, ByteView path) {
  while (!tree.is_null()) {
    auto bytes = trees.read(tree);
    if (!bytes) break;
    size_t end = std::min(path.find('/'), path.size());
    ByteView name = path.substr(0, end);
    tree = {};
    TreeEntries entries(*bytes, trees.format());
    for (TreeEntry entry; tree.is_null() && entries.next(entry);) {
      if (entry.name == name && entry.is_tree() == (end < path.size())) tree = entry.id;
    }
    if (end == path.size()) return tree;
    path.remove_prefix(end + 1);
  }
  return {};
}

void TreeWalk::visit(const ObjectId& tree, const std::vector<ObjectId>& others) {
  path_.clear();
  visit_folder(tree, others, 0);
}

void TreeWalk::visit_folder(const ObjectId& tree, const std::vector<ObjectId>& others,
                            int depth) {
  if (std::find(others.begin(), others.end(), tree) != others.end()) return;
  if (skip_(tree)) return;
  auto bytes = trees_.read(tree);
  if (!bytes) return;
  bool damaged = false;
  std::vector<TreeEntry> entries = entries_of(*bytes, trees_.format(), damaged);
  if (damaged || depth > kDeepest) {
    if (trees_.failed) {
      trees_.failed(tree, damaged ? "tree is damaged" : "trees are nested too deep");
    }
    if (!damaged) return;
  }
  std::vector<Beside> beside;
  for (const ObjectId& other : others) {
    if (other.is_null()) continue;
    Beside b;
    b.bytes = trees_.read(other);
    bool other_damaged = false;
    if (b.bytes) b.entries = entries_of(*b.bytes, trees_.format(), other_damaged);
    beside.push_back(std::move(b));
  }

  size_t length = path_.size();
  std::vector<ObjectId> under;
  for (const TreeEntry& entry : entries) {
    bool same = false;
    under.clear();
    for (Beside& b : beside) {
      while (b.at < b.entries.size() && compare_names(b.entries[b.at], entry) < 0) ++b.at;
      if (b.at == b.entries.size() || b.entries[b.at].name != entry.name ||
          b.entries[b.at].is_tree() != entry.is_tree()) {
        continue;
      }
      same |= b.entries[b.at].id == entry.id;
      if (entry.is_tree()) under.push_back(b.entries[b.at].id);
    }
    if (same || entry.is_submodule()) continue;
    path_.append(entry.name);
    if (entry.is_tree()) {
      path_ += '/';
      visit_folder(entry.id, under, depth + 1);
    } else {
      entry_(path_, entry);
    }
    path_.resize(length);
  }
}

}  // namespace straykey
