// SPDX-License-Identifier: Apache-2.0
// One pass reads every commit that can be reached; a second one orders them so that
// parents come first (Kahn's algorithm with the oldest free commit next).
#include "scanner/git/history.h"

#include <algorithm>
#include <queue>
#include <unordered_set>

namespace straykey {
namespace {

constexpr int kLongestTagChain = 64;

class Loader {
 public:
  Loader(ObjectReader& objects, const RepositoryLayout& layout, const HistoryFailed& failed)
      : objects_(objects), format_(layout.format), failed_(failed) {
    for (const ObjectId& id : layout.shallow) shallow_.insert(id);
  }

  // Follows tags from a ref to a commit, which is returned; other targets are noted.
  std::optional<ObjectId> peel(const Ref& ref) {
    ObjectId id = ref.id;
    Person tagger;
    for (int depth = 0; depth < kLongestTagChain; ++depth) {
      if (numbers_.count(id)) return id;
      auto header = objects_.header(id);
      if (!header) {
        failed_(ref.name, header.error().message);
        return std::nullopt;
      }
      if (header->type == ObjectType::kCommit) return id;
      if (header->type != ObjectType::kTag) {
        history_.tagged.push_back({id, header->type, ref.name, tagger});
        return std::nullopt;
      }
      auto object = objects_.read(id);
      auto tag = object ? parse_tag(object->bytes) : std::nullopt;
      if (!tag) {
        failed_(ref.name, object ? "tag is damaged" : object.error().message);
        return std::nullopt;
      }
      if (tags_.insert(id).second) history_.tags.push_back(id);
      if (depth == 0) tagger = tag->tagger;
      id = tag->target;
    }
    failed_(ref.name, "tags point to tags without end");
    return std::nullopt;
  }

  void read_from(const ObjectId& tip) {
    std::vector<ObjectId> open{tip};
    while (!open.empty()) {
      ObjectId id = open.back();
      open.pop_back();
      if (!numbers_.emplace(id, static_cast<uint32_t>(commits_.size())).second) continue;
      Read read;
      read.commit.id = id;
      auto object = objects_.read(id);
      auto parsed = object && object->type == ObjectType::kCommit
                        ? parse_commit(object->bytes)
                        : std::nullopt;
      if (!parsed) {
        failed_("commit " + id.hex(format_),
                object ? "commit is damaged" : object.error().message);
        read.readable = false;
      } else {
        read.commit.tree = parsed->tree;
        read.commit.committed_at = parsed->committer.seconds;
        if (shallow_.count(id)) {
          ++history_.boundary;
        } else {
          read.parents = std::move(parsed->parents);
        }
      }
      for (const ObjectId& parent : read.parents) open.push_back(parent);
      commits_.push_back(std::move(read));
    }
  }

  History order() {
    std::vector<uint32_t> waiting(commits_.size(), 0);  // parents not placed yet
    std::vector<std::vector<uint32_t>> children(commits_.size());
    for (uint32_t i = 0; i < commits_.size(); ++i) {
      for (const ObjectId& parent : commits_[i].parents) {
        children[numbers_.at(parent)].push_back(i);
        ++waiting[i];
      }
    }
    auto later = [&](uint32_t a, uint32_t b) {
      const Commit& x = commits_[a].commit;
      const Commit& y = commits_[b].commit;
      return std::tie(x.committed_at, x.id) > std::tie(y.committed_at, y.id);
    };
    std::priority_queue<uint32_t, std::vector<uint32_t>, decltype(later)> free(later);
    for (uint32_t i = 0; i < commits_.size(); ++i) {
      if (waiting[i] == 0) free.push(i);
    }
    history_.commits.reserve(commits_.size());
    while (!free.empty()) {
      uint32_t i = free.top();
      free.pop();
      Read& read = commits_[i];
      if (read.readable) {
        read.commit.first_parent = static_cast<uint32_t>(history_.parents.size());
        for (const ObjectId& parent : read.parents) {
          auto known = history_.index.find(parent);
          if (known == history_.index.end()) continue;  // could not be read
          history_.parents.push_back(known->second);
          ++read.commit.parent_count;
        }
        history_.index.emplace(read.commit.id, static_cast<uint32_t>(history_.commits.size()));
        history_.commits.push_back(read.commit);
      }
      for (uint32_t child : children[i]) {
        if (--waiting[child] == 0) free.push(child);
      }
    }
    return std::move(history_);
  }

 private:
  struct Read {
    Commit commit;
    std::vector<ObjectId> parents;
    bool readable = true;
  };
  ObjectReader& objects_;
  ObjectFormat format_;
  const HistoryFailed& failed_;
  std::unordered_set<ObjectId> shallow_;
  std::unordered_set<ObjectId> tags_;
  std::unordered_map<ObjectId, uint32_t> numbers_;
  std::vector<Read> commits_;
  History history_;
};

// Everything that `without` reaches goes out of scope. Children come after parents, so
// one pass from the newest on is enough.
void leave_out(History& history, const std::vector<ObjectId>& without) {
  for (const ObjectId& id : without) {
    auto found = history.index.find(id);
    if (found != history.index.end()) history.commits[found->second].in_scope = false;
  }
  for (size_t i = history.commits.size(); i-- > 0;) {
    const Commit& commit = history.commits[i];
    if (commit.in_scope) continue;
    for (uint32_t p = 0; p < commit.parent_count; ++p) {
      history.commits[history.parents[commit.first_parent + p]].in_scope = false;
    }
  }
}

}  // namespace

History load_history(ObjectReader& objects, const RepositoryLayout& layout,
                     const CommitScope& scope, const HistoryFailed& failed) {
  Loader loader(objects, layout, failed);
  for (const Ref& tip : scope.tips) {
    if (auto commit = loader.peel(tip)) loader.read_from(*commit);
  }
  for (const ObjectId& id : scope.without) loader.read_from(id);
  History history = loader.order();
  leave_out(history, scope.without);
  for (Commit& commit : history.commits) {
    if (scope.since && commit.committed_at < *scope.since) commit.in_scope = false;
    history.commits_in_scope += commit.in_scope ? 1 : 0;
  }
  return history;
}

}  // namespace straykey
