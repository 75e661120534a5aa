// SPDX-License-Identifier: Apache-2.0
#include "scanner/git/attribution.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

namespace straykey {
namespace {

// Whether a wanted blob is anywhere below a tree, remembered for every tree that was
// asked about. Recursion is bounded by the memory of the answers, not by paths.
class Holders {
 public:
  Holders(TreeReader& trees, const std::unordered_set<ObjectId>& wanted)
      : trees_(trees), wanted_(wanted) {}

  bool holds(const ObjectId& tree, int depth = 0) {
    auto known = answers_.find(tree);
    if (known != answers_.end()) return known->second;
    if (depth > kDeepest) return false;
    answers_[tree] = false;  // a tree cannot contain itself; a lie must not loop
    auto bytes = trees_.read(tree);
    bool found = false;
    if (bytes) {
      TreeEntries entries(*bytes, trees_.format());
      TreeEntry entry;
      while (entries.next(entry)) {
        if (entry.is_tree() ? holds(entry.id, depth + 1) : wanted_.count(entry.id) > 0) {
          found = true;  // go on all the same: the answers for the rest are needed too
        }
      }
    }
    answers_[tree] = found;
    return found;
  }

 private:
  static constexpr int kDeepest = 2048;
  TreeReader& trees_;
  const std::unordered_set<ObjectId>& wanted_;
  std::unordered_map<ObjectId, bool> answers_;
};

using Key = std::pair<ObjectId, std::string>;  // blob, path

struct Found {
  uint32_t commit = UINT32_MAX;  // index in History
  int64_t last_held_at = 0;
  bool at_tip = false;
};

}  // namespace

std::vector<Place> attribute(ObjectReader& objects, TreeReader& trees, const History& history,
                             const std::vector<ObjectId>& branches,
                             const std::unordered_set<ObjectId>& wanted) {
  Holders holders(trees, wanted);
  std::map<Key, Found> found;
  auto skip = [&](const ObjectId& tree) { return !holders.holds(tree); };
  auto walk = [&](const ObjectId& tree, const std::vector<ObjectId>& others, auto&& visit) {
    TreeWalk(trees, skip, [&](const std::string& path, const TreeEntry& entry) {
      if (wanted.count(entry.id)) visit(found[{entry.id, path}]);
    }).visit(tree, others);
  };

  std::vector<ObjectId> parent_trees;
  for (uint32_t i = 0; i < history.commits.size(); ++i) {
    const Commit& commit = history.commits[i];
    if (!commit.in_scope) continue;
    parent_trees.clear();
    for (uint32_t p = 0; p < commit.parent_count; ++p) {
      parent_trees.push_back(
          history.commits[history.parents[commit.first_parent + p]].tree);
    }
    walk(commit.tree, parent_trees, [&](Found& place) {
      if (place.commit == UINT32_MAX) place.commit = i;
      place.last_held_at = std::max(place.last_held_at, commit.committed_at);
    });
    // What a parent held and this commit does not was last held by that parent.
    for (uint32_t p = 0; p < commit.parent_count; ++p) {
      const Commit& parent = history.commits[history.parents[commit.first_parent + p]];
      if (!parent.in_scope) continue;
      walk(parent.tree, {commit.tree}, [&](Found& place) {
        place.last_held_at = std::max(place.last_held_at, parent.committed_at);
      });
    }
  }
  for (const Commit& commit : history.commits) {
    if (!std::binary_search(branches.begin(), branches.end(), commit.id)) continue;
    walk(commit.tree, {}, [&](Found& place) {
      place.at_tip = true;
      place.last_held_at = std::max(place.last_held_at, commit.committed_at);
    });
  }

  std::vector<Place> places;
  std::unordered_map<uint32_t, Person> authors;
  for (auto& [key, value] : found) {
    if (value.commit == UINT32_MAX) continue;  // at a tip, but introduced out of scope
    const Commit& commit = history.commits[value.commit];
    auto [author, is_new] = authors.try_emplace(value.commit);
    if (is_new) {
      auto object = objects.read(commit.id);
      auto parsed = object ? parse_commit(object->bytes) : std::nullopt;
      if (parsed) author->second = parsed->author;
    }
    places.push_back({key.first, key.second, commit.id, author->second, commit.committed_at,
                      value.last_held_at, value.at_tip, value.commit});
  }
  // What a tag holds without a commit.
  for (const TaggedObject& tagged : history.tagged) {
    auto add = [&](const ObjectId& blob, const std::string& path) {
      if (wanted.count(blob) && !found.count({blob, path})) {
        places.push_back({blob, path, {}, tagged.tagger, tagged.tagger.seconds,
                          tagged.tagger.seconds, false, UINT32_MAX});
      }
    };
    if (tagged.type == ObjectType::kBlob) add(tagged.id, tagged.ref);
    if (tagged.type == ObjectType::kTree) {
      TreeWalk(trees, skip, [&](const std::string& path, const TreeEntry& entry) {
        add(entry.id, path);
      }).visit(tagged.id, {});
    }
  }
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return std::tie(a.order, a.path, a.blob) < std::tie(b.order, b.path, b.blob);
  });
  return places;
}

}  // namespace straykey
