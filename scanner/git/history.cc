// SPDX-License-Identifier: Apache-2.0
// One pass reads commits; a second one orders them so that parents come first (Kahn's algorithm
// with the oldest free commit next).
//
// Without limits the first pass reads every commit that can be reached. A change is read from
// its newest commit on, what is left out along with it, until nothing is open that could be in
// scope: a push into a history of 100,000 commits reads some of them. Dates decide only when
// that is enough. Where a clock went wrong more may be in scope than should be, never less.
#include "scanner/git/history.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "scanner/base/interrupt.h"

namespace straykey {
namespace {

constexpr int kLongestTagChain = 64;

constexpr uint32_t kNowhere = UINT32_MAX;

// So many commits more are read of what is left out when it seems to be enough, as git does.
constexpr int kMoreThanEnough = 5;

class GraphCommits : public CommitReader {
 public:
  GraphCommits(ObjectGraph& graph, ObjectReader& objects, const GraphFailed& failed)
      : graph_(graph), objects_(objects), failed_(failed) {}
  ObjectNumber number(const ObjectId& id) override {
    return graph_.catalogue().number(id);
  }
  ObjectId id(ObjectNumber number) override { return graph_.catalogue().id(number); }
  std::optional<CommitLinks> links(ObjectNumber number) override {
    return graph_.commit(number, objects_, failed_);
  }

 private:
  ObjectGraph& graph_;
  ObjectReader& objects_;
  const GraphFailed& failed_;
};

// Numbers commits as they are met.
class SingleCommits : public CommitReader {
 public:
  SingleCommits(ObjectReader& objects, ObjectFormat format, const GraphFailed& failed)
      : objects_(objects), format_(format), failed_(failed) {}
  ObjectNumber number(const ObjectId& id) override {
    auto [known, is_new] = numbers_.try_emplace(id, static_cast<ObjectNumber>(ids_.size()));
    if (is_new) ids_.push_back(id);
    return known->second;
  }
  ObjectId id(ObjectNumber number) override { return ids_[number]; }
  std::optional<CommitLinks> links(ObjectNumber number) override {
    ObjectId id = ids_[number];
    auto object = objects_.read(id);
    auto parsed = object && object->type == ObjectType::kCommit ? parse_commit(object->bytes)
                                                                 : std::nullopt;
    if (!parsed) {
      failed_("commit " + id.hex(format_),
              object ? "commit is damaged" : object.error().message);
      return std::nullopt;
    }
    CommitLinks links{this->number(parsed->tree), parsed->committer.seconds, {}};
    for (const ObjectId& parent : parsed->parents) links.parents.push_back(this->number(parent));
    return links;
  }

 private:
  ObjectReader& objects_;
  ObjectFormat format_;
  const GraphFailed& failed_;
  std::unordered_map<ObjectId, ObjectNumber> numbers_;
  std::vector<ObjectId> ids_;
};

class Loader {
 public:
  Loader(CommitReader& commits, ObjectReader& objects, const RepositoryLayout& layout,
         const GraphFailed& failed)
      : reader_(commits), objects_(objects), failed_(failed) {
    for (const ObjectId& id : layout.shallow) shallow_.insert(id);
  }

  // Follows tags from a ref to a commit, which is returned; other targets are noted.
  std::optional<ObjectId> peel(const Ref& ref) {
    ObjectId id = ref.id;
    GitPerson tagger;
    for (int depth = 0; depth < kLongestTagChain; ++depth) {
      if (place(reader_.number(id)) != kNowhere) return id;
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

  // Reads all that `tip` reaches.
  void read_from(const ObjectId& tip) {
    std::vector<ObjectNumber> open{reader_.number(tip)};
    while (!open.empty() && !interrupted()) {
      ObjectNumber number = open.back();
      open.pop_back();
      if (place(number) != kNowhere) continue;
      const Read& one = commits_[read(number)];
      for (size_t p = 0; p < one.parent_count; ++p) {
        open.push_back(parents_[one.first_parent + p]);
      }
    }
  }

  // Reads what `tips` reach and `without` do not, with the parents of each, and little more.
  void read_change(const std::vector<ObjectId>& tips, const std::vector<ObjectId>& without) {
    auto older = [&](uint32_t a, uint32_t b) {
      return commits_[a].commit.committed_at < commits_[b].commit.committed_at;
    };
    std::priority_queue<uint32_t, std::vector<uint32_t>, decltype(older)> open(older);
    auto meet = [&](ObjectNumber number, bool in_scope) {
      if (place(number) != kNowhere) {
        if (!in_scope) leave_out(place(number));
        return;
      }
      const uint32_t i = read(number);
      commits_[i].commit.in_scope = in_scope;
      commits_[i].is_open = true;
      open_in_scope_ += in_scope ? 1 : 0;
      open.push(i);
    };
    for (const ObjectId& id : without) meet(reader_.number(id), false);
    for (const ObjectId& id : tips) meet(reader_.number(id), true);

    int64_t oldest = INT64_MAX;  // of those in scope
    int more = kMoreThanEnough;
    while (!open.empty() && !interrupted()) {
      const uint32_t i = open.top();
      const bool is_enough = open_in_scope_ == 0 && commits_[i].commit.committed_at < oldest;
      if (is_enough && more-- == 0) break;
      open.pop();
      commits_[i].is_open = false;
      const bool in_scope = commits_[i].commit.in_scope;
      if (in_scope) {
        --open_in_scope_;
        oldest = std::min(oldest, commits_[i].commit.committed_at);
        more = kMoreThanEnough;
      }
      for (size_t p = 0; p < commits_[i].parent_count; ++p) {
        meet(parents_[commits_[i].first_parent + p], in_scope);
      }
    }
  }

  History order() {
    auto count = static_cast<uint32_t>(commits_.size());
    std::vector<uint32_t> waiting(count, 0);  // parents not placed yet
    // Children of each commit, as lists: the first one, and for each link the next.
    std::vector<uint32_t> first_child(count, kNowhere), next_child(parents_.size());
    std::vector<uint32_t> child(parents_.size());
    for (uint32_t i = 0; i < count; ++i) {
      for (size_t p = 0; p < commits_[i].parent_count; ++p) {
        size_t link = commits_[i].first_parent + p;
        uint32_t parent = place(parents_[link]);
        if (parent == kNowhere) continue;  // interrupted
        child[link] = i;
        next_child[link] = std::exchange(first_child[parent], static_cast<uint32_t>(link));
        ++waiting[i];
      }
    }
    auto later = [&](uint32_t a, uint32_t b) {
      const Commit& x = commits_[a].commit;
      const Commit& y = commits_[b].commit;
      return std::tie(x.committed_at, x.id) > std::tie(y.committed_at, y.id);
    };
    std::priority_queue<uint32_t, std::vector<uint32_t>, decltype(later)> free(later);
    for (uint32_t i = 0; i < count; ++i) {
      if (waiting[i] == 0) free.push(i);
    }
    std::vector<uint32_t> ordered(count, kNowhere);  // where commits_[i] stands in history_
    history_.commits.reserve(count);
    while (!free.empty()) {
      uint32_t i = free.top();
      free.pop();
      Read& read = commits_[i];
      if (read.is_readable) {
        read.commit.first_parent = static_cast<uint32_t>(history_.parents.size());
        for (size_t p = 0; p < read.parent_count; ++p) {
          uint32_t parent = place(parents_[read.first_parent + p]);
          if (parent == kNowhere || ordered[parent] == kNowhere) continue;  // not readable
          history_.parents.push_back(ordered[parent]);
          ++read.commit.parent_count;
        }
        ordered[i] = static_cast<uint32_t>(history_.commits.size());
        history_.commits.push_back(read.commit);
      }
      for (uint32_t link = first_child[i]; link != kNowhere; link = next_child[link]) {
        if (--waiting[child[link]] == 0) free.push(child[link]);
      }
    }
    return std::move(history_);
  }

 private:
  struct Read {
    Commit commit;
    size_t first_parent = 0;  // in parents_
    size_t parent_count = 0;
    bool is_readable = true;
    bool is_open = false;  // its parents were not met yet
  };

  // Reads one that was not; where it stands in commits_.
  uint32_t read(ObjectNumber number) {
    const auto at = static_cast<uint32_t>(commits_.size());
    place(number) = at;
    Read one;
    one.commit.id = reader_.id(number);
    one.commit.number = number;
    auto links = reader_.links(number);
    one.is_readable = links.has_value();
    if (links) {
      one.commit.tree = reader_.id(links->tree);
      one.commit.tree_number = links->tree;
      one.commit.committed_at = links->committed_at;
      if (shallow_.empty() || !shallow_.count(one.commit.id)) {
        one.first_parent = parents_.size();
        one.parent_count = links->parents.size();
        parents_.insert(parents_.end(), links->parents.begin(), links->parents.end());
      }
    }
    commits_.push_back(one);
    return at;
  }

  // What was met as in scope is not, and neither is what it led to.
  void leave_out(uint32_t first) {
    std::vector<uint32_t> wrong{first};
    while (!wrong.empty()) {
      Read& one = commits_[wrong.back()];
      wrong.pop_back();
      if (!std::exchange(one.commit.in_scope, false)) continue;
      if (one.is_open) {
        --open_in_scope_;
        continue;  // its parents are met later
      }
      for (size_t p = 0; p < one.parent_count; ++p) {
        const uint32_t parent = place(parents_[one.first_parent + p]);
        if (parent != kNowhere) wrong.push_back(parent);
      }
    }
  }

  // Where the commit stands in commits_.
  uint32_t& place(ObjectNumber number) {
    if (number >= places_.size()) places_.resize(std::max<size_t>(number + 1, number * 5 / 4), kNowhere);
    return places_[number];
  }

  CommitReader& reader_;
  ObjectReader& objects_;
  const GraphFailed& failed_;
  std::unordered_set<ObjectId> shallow_;
  std::unordered_set<ObjectId> tags_;
  std::vector<uint32_t> places_;
  std::vector<Read> commits_;
  std::vector<ObjectNumber> parents_;
  size_t open_in_scope_ = 0;  // see read_change()
  History history_;
};

// What commits that are left out reach is left out as well. Children come after parents, so one
// pass from the newest on is enough.
void leave_out_parents(History& history) {
  for (size_t i = history.commits.size(); i-- > 0;) {
    const Commit& commit = history.commits[i];
    if (commit.in_scope) continue;
    for (uint32_t p = 0; p < commit.parent_count; ++p) {
      history.commits[history.parents[commit.first_parent + p]].in_scope = false;
    }
  }
}

}  // namespace

std::unique_ptr<CommitReader> commits_of(ObjectGraph& graph, ObjectReader& objects,
                                         const GraphFailed& failed) {
  return std::make_unique<GraphCommits>(graph, objects, failed);
}

std::unique_ptr<CommitReader> commits_of(ObjectReader& objects, ObjectFormat format,
                                         const GraphFailed& failed) {
  return std::make_unique<SingleCommits>(objects, format, failed);
}

History load_history(CommitReader& commits, ObjectReader& objects,
                     const RepositoryLayout& layout, const CommitScope& scope,
                     const GraphFailed& failed) {
  Loader loader(commits, objects, layout, failed);
  std::vector<ObjectId> tips;
  for (const Ref& tip : scope.tips) {
    auto commit = loader.peel(tip);
    if (!commit) continue;
    if (scope.without.empty()) {
      loader.read_from(*commit);
    } else {
      tips.push_back(*commit);
    }
  }
  if (!scope.without.empty()) loader.read_change(tips, scope.without);
  History history = loader.order();
  leave_out_parents(history);
  std::unordered_set<ObjectId> shallow(layout.shallow.begin(), layout.shallow.end());
  for (Commit& commit : history.commits) {
    history.boundary += commit.in_scope && !shallow.empty() ? shallow.count(commit.id) : 0;
    if (scope.since && commit.committed_at < *scope.since) commit.in_scope = false;
    history.commits_in_scope += commit.in_scope ? 1 : 0;
  }
  return history;
}

}  // namespace straykey
