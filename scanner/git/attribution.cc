// SPDX-License-Identifier: Apache-2.0
// Each commit's tree is compared with its parents' trees by what they hold of the wanted
// blobs, which is little or nothing; where that is equal, nothing is entered.
#include "scanner/git/attribution.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

namespace straykey {
namespace {

using Key = std::pair<ObjectNumber, std::string>;  // blob, path

struct Found {
  uint32_t commit = UINT32_MAX;  // index in History
  int64_t last_held_at = 0;
  int64_t removed_at = 0;
  bool at_tip = false;
  bool at_end = false;  // the last commit of some ref holds it
};

class Attribution {
 public:
  Attribution(Holdings& holdings, const History& history)
      : holdings_(holdings), history_(history) {
    for (const Commit& commit : history.commits) roots_.push_back(holdings.of(commit.tree));
  }

  // Calls `visit(blob, path)` for what `root` holds and none of `others` has at the same path.
  template <class Visit>
  void compare(Holding root, const std::vector<Holding>& others, Visit&& visit) {
    path_.clear();
    compare_folder(root, others, visit);
  }

  void look_at(uint32_t i) {
    const Commit& commit = history_.commits[i];
    if (!commit.in_scope) return;
    std::vector<Holding> parents;
    for (uint32_t p = 0; p < commit.parent_count; ++p) {
      parents.push_back(roots_[parent(commit, p)]);
    }
    compare(roots_[i], parents, [&](ObjectNumber blob, const std::string& path) {
      Found& place = found[{blob, path}];
      if (place.commit == UINT32_MAX) place.commit = i;
      place.last_held_at = std::max(place.last_held_at, commit.committed_at);
    });
    // What a parent held and this commit does not was last held by that parent.
    for (uint32_t p = 0; p < commit.parent_count; ++p) {
      const Commit& before = history_.commits[parent(commit, p)];
      if (!before.in_scope) continue;
      compare(parents[p], {roots_[i]}, [&](ObjectNumber blob, const std::string& path) {
        Found& place = found[{blob, path}];
        place.last_held_at = std::max(place.last_held_at, before.committed_at);
        place.removed_at = std::max(place.removed_at, commit.committed_at);
      });
    }
  }

  // `last`: commits that nothing comes after, or that a branch stands at. What many of them hold
  // at the same path is looked at once.
  void look_at_ends(const std::vector<uint32_t>& last, const std::vector<bool>& is_tip) {
    Ends ends;
    for (uint32_t i : last) {
      ends[roots_[i]].add({history_.commits[i].committed_at, is_tip[i]});
    }
    path_.clear();
    look_at_end_folders(ends);
  }

  std::map<Key, Found> found;

 private:
  // What of some folder, or some blob, is at the last commits of refs.
  struct End {
    int64_t held_at = 0;
    bool is_tip = false;
    void add(const End& other) {
      held_at = std::max(held_at, other.held_at);
      is_tip |= other.is_tip;
    }
  };
  using Ends = std::unordered_map<uint32_t, End>;  // by Holding, or by ObjectNumber

  void look_at_end_folders(const Ends& folders) {
    struct Under {
      Ends folders, blobs;
    };
    std::unordered_map<uint32_t, Under> names;
    for (const auto& [folder, end] : folders) {
      for (const Held& entry : holdings_.held(folder)) {
        Under& under = names[entry.name];
        (entry.is_folder ? under.folders : under.blobs)[entry.what].add(end);
      }
    }
    for (const auto& [name, under] : names) {
      size_t length = path_.size();
      path_ += holdings_.name(name);
      for (const auto& [blob, end] : under.blobs) {
        Found& place = found[{blob, path_}];
        place.at_tip |= end.is_tip;
        place.at_end = true;
        place.last_held_at = std::max(place.last_held_at, end.held_at);
      }
      path_ += '/';
      if (!under.folders.empty()) look_at_end_folders(under.folders);
      path_.resize(length);
    }
  }

  uint32_t parent(const Commit& commit, uint32_t p) const {
    return history_.parents[commit.first_parent + p];
  }

  template <class Visit>
  void compare_folder(Holding folder, const std::vector<Holding>& others, Visit& visit) {
    if (std::find(others.begin(), others.end(), folder) != others.end()) return;
    for (const Held& entry : holdings_.held(folder)) {
      bool is_same = false;
      std::vector<Holding> under;
      for (Holding other : others) {
        const std::vector<Held>& beside = holdings_.held(other);
        auto at = std::lower_bound(beside.begin(), beside.end(), entry,
                                   [](const Held& a, const Held& b) { return a.name < b.name; });
        for (; at != beside.end() && at->name == entry.name; ++at) {
          if (*at == entry) is_same = true;
          if (at->is_folder && entry.is_folder) under.push_back(at->what);
        }
      }
      if (is_same) continue;
      size_t length = path_.size();
      path_ += holdings_.name(entry.name);
      if (entry.is_folder) {
        path_ += '/';
        compare_folder(entry.what, under, visit);
      } else {
        visit(entry.what, path_);
      }
      path_.resize(length);
    }
  }

  Holdings& holdings_;
  const History& history_;
  std::vector<Holding> roots_;  // of each commit
  std::string path_;
};

}  // namespace

std::vector<Place> attribute(ObjectReader& objects, Holdings& holdings, const History& history,
                             const std::vector<ObjectId>& branches,
                             const std::unordered_set<ObjectId>& wanted) {
  Attribution attribution(holdings, history);
  for (uint32_t i = 0; i < history.commits.size(); ++i) attribution.look_at(i);
  std::vector<bool> has_child(history.commits.size());
  for (uint32_t parent : history.parents) has_child[parent] = true;
  std::vector<bool> is_tip(history.commits.size());
  std::vector<uint32_t> last;
  for (uint32_t i = 0; i < history.commits.size(); ++i) {
    const Commit& commit = history.commits[i];
    is_tip[i] = std::binary_search(branches.begin(), branches.end(), commit.id);
    if (is_tip[i] || (commit.in_scope && !has_child[i])) last.push_back(i);
  }
  attribution.look_at_ends(last, is_tip);

  std::vector<Place> places;
  std::unordered_map<uint32_t, GitPerson> authors;
  for (auto& [key, value] : attribution.found) {
    if (value.commit == UINT32_MAX) continue;  // at a tip, but introduced out of scope
    const Commit& commit = history.commits[value.commit];
    // A date before those of commits that held it lies.
    const int64_t removed_at = std::max(value.removed_at, value.last_held_at);
    auto [author, is_new] = authors.try_emplace(value.commit);
    if (is_new) {
      auto object = objects.read(commit.id);
      auto parsed = object ? parse_commit(object->bytes) : std::nullopt;
      if (parsed) author->second = parsed->author;
    }
    places.push_back({holdings.id(key.first), key.second, commit.id, author->second,
                      commit.committed_at, value.last_held_at,
                      value.at_end ? std::nullopt : std::optional(removed_at),
                      value.at_tip, value.commit});
  }
  // What a tag holds without a commit.
  for (const TaggedObject& tagged : history.tagged) {
    auto add = [&](const ObjectId& blob, const std::string& path) {
      places.push_back({blob, path, {}, tagged.tagger, tagged.tagger.seconds,
                        tagged.tagger.seconds, std::nullopt, false, UINT32_MAX});
    };
    if (tagged.type == ObjectType::kBlob && wanted.count(tagged.id)) add(tagged.id, tagged.ref);
    if (tagged.type == ObjectType::kTree) {
      attribution.compare(holdings.of(tagged.id), {},
                          [&](ObjectNumber blob, const std::string& path) {
                            if (!attribution.found.count({blob, path})) {
                              add(holdings.id(blob), path);
                            }
                          });
    }
  }
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return std::tie(a.order, a.path, a.blob) < std::tie(b.order, b.path, b.blob);
  });
  return places;
}

}  // namespace straykey
