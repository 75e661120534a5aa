// SPDX-License-Identifier: Apache-2.0
// The plan of a repository is made when the first batch is asked for: which commits are in
// scope, which blobs they hold, what is staged. Blobs are then handed out in the order of
// the packs, which is two times faster to read than the order of names.
#include "scanner/source/repository.h"

#include <malloc.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "scanner/base/file.h"
#include "scanner/base/interrupt.h"
#include "scanner/git/config.h"
#include "scanner/git/forest_objects.h"
#include "scanner/git/loose_objects.h"
#include "scanner/git/object_graph.h"
#include "scanner/git/pack_order.h"
#include "scanner/git/packs.h"
#include "scanner/git/process.h"
#include "scanner/git/revision.h"
#include "scanner/source/directory.h"
#include "scanner/source/file_source.h"
#include "scanner/source/object_batch.h"
#include "scanner/source/packed_objects.h"
#include "scanner/source/staged.h"

namespace straykey {
namespace {

constexpr size_t kBlobsPerBatch = 64;
constexpr size_t kMessagesPerBatch = 512;

// git's own notes on its commits, where they speak of the same history as we do and may be
// believed until a commit is read.
CommitGraph commit_graph(const RepositoryLayout& layout, Verify verify) {
  if (verify == Verify::kYes || !layout.shallow.empty()) return {};
  return CommitGraph::open(layout.objects_dir, layout.format);
}

}  // namespace

struct RepositorySource::State {
  RepositoryOptions options;
  std::unique_ptr<ObjectStore> store;
  std::unique_ptr<ReaderPool> pool;
  std::unique_ptr<ObjectPlace> place;
  std::vector<Ref> refs;  // all of the repository
  CommitScope scope;
  std::vector<Error> broken_refs;

  bool planned = false;
  History history;
  // A whole history is walked through its packs; objects are read one by one where that
  // cannot be done, and for a range of commits.
  struct Packs {
    ObjectCatalogue catalogue;
    DeltaForest forest;
    ObjectGraph graph;
    std::vector<bool> wanted;
    std::unique_ptr<PackedObjects> objects;
    Packs(const RepositoryLayout& layout, Verify verify)
        : catalogue(layout), forest(catalogue),
          graph(catalogue, forest, commit_graph(layout, verify), verify) {}
  };
  std::unique_ptr<Packs> packs;
  uint64_t packed_count = 0;
  std::unordered_set<ObjectId> unreachable;  // planned, though nothing leads to them
  std::vector<ObjectId> single_blobs;  // of history, not in `packs`; sorted
  std::vector<ObjectItem> items;       // to be read one by one, in this order
  size_t next_item = 0;
  Index index;
  std::unordered_map<std::string, const IndexEntry*> tracked;
  std::unique_ptr<DirectorySource> files;
  std::vector<std::string> tracked_paths;  // sorted
  std::vector<std::string> checked_in;     // repositories among the tracked files
  size_t path_bytes = 0;                   // of the root and its '/' in paths of `files`
  std::vector<ObjectId> parent_trees;      // trees that a commit of the index would follow
  std::vector<ObjectId> former_tips;       // commits at which the refs of a push stood

  std::string hex(const ObjectId& id) const { return id.hex(options.layout.format); }
  std::string index_path() const {
    return options.index_file.empty() ? options.layout.git_dir + "/index" : options.index_file;
  }
  bool limited() const { return !scope.without.empty() || scope.since.has_value(); }

  Result<void> open();
  Result<void> choose_scope(ObjectReader& objects);
  Result<void> choose_incoming(ObjectReader& objects);
  void plan(Sink& sink);
  void plan_packs(ObjectReader& others, const GraphFailed& failed);
  void plan_single(ObjectReader& objects, Sink& sink, const GraphFailed& failed);
  void plan_unreachable(ObjectReader& objects, const GraphFailed& failed);
  bool in_history(const ObjectId& blob) const;
  void plan_index(ObjectReader& objects, Sink& sink);
  Result<std::vector<ObjectId>> parents_of_index(ObjectReader& objects) const;
  void find_replaced_by_commits(TreeReader& trees, std::set<ObjectId>& out) const;
  std::vector<ObjectId> undone_commits(ObjectReader& objects, Sink& sink, TreeReader& trees,
                                       std::set<ObjectId>& out) const;
  void find_replaced_by_index(TreeReader& trees, std::set<ObjectId>& out) const;
  void plan_files();
  TreeReader tree_reader(ObjectReader& objects, Sink& sink) const;
};

namespace {

// The trees of a commit's parents.
std::vector<ObjectId> trees_before(const Commit& commit, const History& history) {
  std::vector<ObjectId> out;
  for (uint32_t p = 0; p < commit.parent_count; ++p) {
    out.push_back(history.commits[history.parents[commit.first_parent + p]].tree);
  }
  return out;
}

// Files whose bytes are those that are staged were looked at as blobs.
class UnlessStaged : public Batch {
 public:
  UnlessStaged(std::unique_ptr<Batch> files,
               const std::unordered_map<std::string, const IndexEntry*>& tracked,
               ObjectFormat format)
      : files_(std::move(files)), tracked_(tracked), format_(format) {}

  std::vector<Origin> origins() const override { return files_->origins(); }

  void read(Sink& sink) override {
    struct Filter : Sink {
      Sink& out;
      const UnlessStaged& self;
      Filter(Sink& o, const UnlessStaged& s) : out(o), self(s) {}
      void blob(const Origin& origin, ByteView bytes) override {
        auto entry = self.tracked_.find(origin.path);
        if (entry != self.tracked_.end() && !entry->second->intent_to_add &&
            blob_id(bytes, self.format_) == entry->second->id) {
          return;
        }
        out.blob(origin, bytes);
      }
      void left_out(const std::string& reason, const std::string& where) override {
        out.left_out(reason, where);
      }
      void failed(const std::string& where, const std::string& reason) override {
        out.failed(where, reason);
      }
    } filter(sink, *this);
    files_->read(filter);
  }

 private:
  std::unique_ptr<Batch> files_;
  const std::unordered_map<std::string, const IndexEntry*>& tracked_;
  ObjectFormat format_;
};

// Some objects of a repository, by their names.
class ObjectsSource : public Source {
 public:
  ObjectsSource(const ObjectPlace& place, std::vector<ObjectItem> items)
      : place_(place), items_(std::move(items)) {}

  std::unique_ptr<Batch> next(Sink&) override {
    size_t count = std::min(kBlobsPerBatch, items_.size() - next_);
    if (count == 0) return nullptr;
    auto first = items_.begin() + static_cast<std::ptrdiff_t>(next_);
    next_ += count;
    return std::make_unique<ObjectBatch>(
        place_, std::vector<ObjectItem>(first, first + static_cast<std::ptrdiff_t>(count)));
  }
  SourceCoverage coverage() const override {
    SourceCoverage coverage;
    coverage.kind = "repository";
    coverage.path = place_.path;
    return coverage;
  }

 private:
  const ObjectPlace& place_;
  std::vector<ObjectItem> items_;
  size_t next_ = 0;
};

// git's own rule: equal size and time, and not written in the same instant as the index,
// when a change could have kept both ("racy git").
bool is_unchanged(const IndexEntry& entry, const Index& index, const struct stat& st) {
  if (entry.intent_to_add || entry.stage != 0) return false;
  if (static_cast<uint32_t>(st.st_size) != entry.size ||
      static_cast<uint32_t>(st.st_mtim.tv_sec) != entry.mtime_seconds ||
      static_cast<uint32_t>(st.st_mtim.tv_nsec) != entry.mtime_nanoseconds) {
    return false;
  }
  return std::pair<int64_t, int64_t>(entry.mtime_seconds, entry.mtime_nanoseconds) <
         std::pair<int64_t, int64_t>(index.written_seconds, index.written_nanoseconds);
}

}  // namespace

Result<void> RepositorySource::State::open() {
  auto opened = ObjectStore::open(options.layout, options.way, options.verify);
  if (!opened) return Error{options.path + ": " + opened.error().message};
  store = std::move(*opened);
  pool = std::make_unique<ReaderPool>(*store);
  place.reset(new ObjectPlace{options.layout, options.path, options.source_index, *pool});
  auto read = read_refs(options.layout);
  if (!read) return Error{options.path + ": " + read.error().message};
  refs = std::move(read->refs);
  broken_refs = std::move(read->broken);
  auto reader = pool->lend();
  if (!reader) return Error{options.path + ": " + reader.error().message};
  return choose_scope(**reader);
}

Result<void> RepositorySource::State::choose_scope(ObjectReader& objects) {
  scope.since = options.since;
  if (options.incoming) return choose_incoming(objects);
  if (!options.range.empty()) {
    size_t dots = options.range.find("..");
    if (dots == std::string::npos || options.range.find("...") != std::string::npos) {
      return Error{"range '" + options.range +
                   "': write it as BASE..HEAD, the commits of HEAD that BASE does not have"};
    }
    std::string base = options.range.substr(0, dots);
    std::string head = options.range.substr(dots + 2);
    auto head_id = resolve_revision(head.empty() ? "HEAD" : head, refs, objects);
    if (!head_id) return Error{options.path + ": range " + head_id.error().message};
    scope.tips.push_back({head.empty() ? "HEAD" : head, *head_id});
    auto base_id = resolve_revision(base.empty() ? "HEAD" : base, refs, objects);
    if (base_id) {
      scope.without.push_back(*base_id);
    } else if (!options.layout.shallow.empty()) {
      broken_refs.push_back({"range '" + options.range + "': " + base_id.error().message +
                             "; this clone is shallow, fetch the base first"});
    } else {
      return Error{options.path + ": range " + base_id.error().message};
    }
    return {};
  }
  if (options.refs.empty()) {
    if (options.history) scope.tips = refs;
    return {};
  }
  for (const std::string& pattern : options.refs) {
    auto selected = select_refs(pattern, refs);
    if (selected.empty()) {
      return Error{options.path + ": there is no ref '" + pattern + "'"};
    }
    for (Ref& ref : selected) scope.tips.push_back(std::move(ref));
  }
  return {};
}

Result<void> RepositorySource::State::choose_incoming(ObjectReader& objects) {
  const IncomingCommits& incoming = *options.incoming;
  scope.tips = incoming.tips;
  if (!incoming.head.empty()) {
    auto head = resolve_revision(incoming.head, refs, objects);
    if (head) {
      scope.tips.push_back({incoming.head, *head});
    } else if (incoming.is_whole_change) {
      broken_refs.push_back({"head " + incoming.head + ": is not in this clone; fetch it"});
    } else {
      return Error{options.path + ": " + head.error().message};
    }
  }
  auto add = [&](const ObjectId& id) {
    auto commit = peel_to_commit(id, objects);
    if (commit) scope.without.push_back(*commit);
  };
  for (const ObjectId& id : incoming.known) add(id);
  if (!incoming.base.empty()) {
    auto base = resolve_revision(incoming.base, refs, objects);
    if (base) {
      scope.without.push_back(*base);
    } else if (incoming.is_whole_change) {
      broken_refs.push_back({"base " + incoming.base +
                             ": is not in this clone, so which commits are new is not known; "
                             "fetch it"});
    }
  }
  auto add_ref = [&](const std::string& pattern) {
    for (const Ref& ref : select_refs(pattern, refs)) add(ref.id);
  };
  if (!incoming.moved_ref.empty()) add_ref(incoming.moved_ref);
  former_tips = scope.without;
  for (const std::string& pattern : incoming.known_refs) add_ref(pattern);
  std::sort(scope.without.begin(), scope.without.end());
  scope.without.erase(std::unique(scope.without.begin(), scope.without.end()),
                      scope.without.end());
  return {};
}

TreeReader RepositorySource::State::tree_reader(ObjectReader& objects, Sink& sink) const {
  TreeReader trees(objects, options.layout.format);
  trees.failed = [this, &sink](const ObjectId& tree, const std::string& reason) {
    sink.failed(options.path + ": tree " + hex(tree), reason);
  };
  return trees;
}

void RepositorySource::State::plan(Sink& sink) {
  planned = true;
  for (const Error& broken : broken_refs) {  // "FILE: what is wrong"
    size_t colon = broken.message.find(": ");
    sink.failed(options.path + ": " + broken.message.substr(0, colon),
                colon == std::string::npos ? broken.message : broken.message.substr(colon + 2));
  }
  auto reader = pool->lend();
  if (!reader) return sink.failed(options.path, reader.error().message);
  if (!scope.tips.empty()) {
    GraphFailed failed = [&](const std::string& where, const std::string& reason) {
      sink.failed(options.path + ": " + where, reason);
    };
    if (limited() || std::string_view(store->way()) == "compat") {
      plan_single(**reader, sink, failed);
    } else {
      plan_packs(**reader, failed);
    }
    if (options.include_unreachable) plan_unreachable(**reader, failed);
    if (packs) {
      packs->objects = std::make_unique<PackedObjects>(packs->forest, packs->graph,
                                                       packs->wanted, *place, options.verify);
    }
    bool is_change = options.incoming && options.incoming->is_whole_change;
    if ((is_change || !options.range.empty()) && history.boundary > 0) {
      sink.failed(options.path + (is_change ? ": the change" : ": range '" + options.range + "'"),
                  "history ends early in this shallow clone; fetch what is missing");
    }
  }
  // What enumeration needed is freed; give it back before the blobs come.
  if (!history.commits.empty()) ::malloc_trim(0);
  bool has_scope = !options.range.empty() || options.incoming || options.since ||
                   !options.refs.empty();
  bool bare = options.layout.work_tree.empty();
  if (options.staged || (options.working_tree && !has_scope && !bare)) {
    plan_index(**reader, sink);
    if (!options.staged) plan_files();
  }
}

void RepositorySource::State::plan_packs(ObjectReader& others, const GraphFailed& failed) {
  packs = std::make_unique<Packs>(options.layout, options.verify);
  ObjectCatalogue& catalogue = packs->catalogue;
  ForestObjects objects(packs->forest, options.verify, others);
  auto commits = commits_of(packs->graph, objects, failed);
  history = load_history(*commits, objects, options.layout, scope, failed);
  auto number = [&](const ObjectId& id) { return commits->number(id); };

  packs->wanted.assign(packs->forest.size(), false);
  auto want = [&](ObjectNumber object, OriginKind kind) {
    if (object < packs->forest.size() && packs->forest.is_sound(object)) {
      packed_count += packs->wanted[object] ? 0 : 1;
      packs->wanted[object] = true;
    } else {
      items.push_back({catalogue.id(object), kind, ""});
    }
  };
  std::vector<ObjectNumber> trees;
  for (const Commit& commit : history.commits) trees.push_back(commit.tree_number);
  std::vector<ObjectNumber> tagged_blobs;
  for (const TaggedObject& tagged : history.tagged) {
    if (tagged.type == ObjectType::kTree) trees.push_back(number(tagged.id));
    if (tagged.type == ObjectType::kBlob) tagged_blobs.push_back(number(tagged.id));
  }
  std::vector<ObjectNumber> blobs = packs->graph.blobs_of(trees, objects, failed);
  blobs.insert(blobs.end(), tagged_blobs.begin(), tagged_blobs.end());
  std::sort(blobs.begin(), blobs.end());
  blobs.erase(std::unique(blobs.begin(), blobs.end()), blobs.end());
  for (ObjectNumber blob : blobs) want(blob, OriginKind::kBlob);
  for (const ObjectItem& item : items) single_blobs.push_back(item.id);
  std::sort(single_blobs.begin(), single_blobs.end());
  for (const Commit& commit : history.commits) {
    want(commit.number, OriginKind::kCommitMessage);
  }
  for (const ObjectId& tag : history.tags) want(number(tag), OriginKind::kTagMessage);
}

// Every blob of the commits in scope. Without limits, a tree seen before holds nothing new
// and a commit is compared with its first parent alone, whose blobs are all known. Within
// a range, what counts is what no parent has.
void RepositorySource::State::plan_single(ObjectReader& objects, Sink& sink,
                                          const GraphFailed& failed) {
  auto commits = commits_of(objects, options.layout.format, failed);
  history = load_history(*commits, objects, options.layout, scope, failed);
  std::unordered_set<ObjectId> found;
  std::unordered_set<ObjectId> seen;
  TreeReader trees = tree_reader(objects, sink);
  bool limits = limited();
  TreeWalk walk(
      trees, [&](const ObjectId& tree) { return !limits && !seen.insert(tree).second; },
      [&](const std::string&, const TreeEntry& entry) { found.insert(entry.id); });
  std::vector<ObjectId> parents;
  for (const Commit& commit : history.commits) {
    if (interrupted()) break;
    if (!commit.in_scope) continue;
    parents.clear();
    uint32_t compared = limits ? commit.parent_count : std::min(commit.parent_count, 1u);
    for (uint32_t p = 0; p < compared; ++p) {
      parents.push_back(history.commits[history.parents[commit.first_parent + p]].tree);
    }
    walk.visit(commit.tree, parents);
  }
  for (const TaggedObject& tagged : history.tagged) {
    if (tagged.type == ObjectType::kBlob) found.insert(tagged.id);
    if (tagged.type == ObjectType::kTree) walk.visit(tagged.id, {});
  }
  single_blobs.assign(found.begin(), found.end());
  sort_in_pack_order(options.layout, single_blobs);
  for (const ObjectId& id : single_blobs) items.push_back({id, OriginKind::kBlob, ""});
  std::sort(single_blobs.begin(), single_blobs.end());
  for (const Commit& commit : history.commits) {
    if (commit.in_scope) items.push_back({commit.id, OriginKind::kCommitMessage, ""});
  }
  for (const ObjectId& tag : history.tags) items.push_back({tag, OriginKind::kTagMessage, ""});
}

// Everything that is neither planned nor a tree.
void RepositorySource::State::plan_unreachable(ObjectReader& objects,
                                               const GraphFailed& failed) {
  std::unordered_set<ObjectId> planned_items;
  for (const ObjectItem& item : items) planned_items.insert(item.id);
  auto want = [&](const ObjectId& id) {
    if (!planned_items.insert(id).second) return;
    auto header = objects.header(id);
    if (!header) return failed("object " + hex(id), header.error().message);
    if (header->type == ObjectType::kTree) return;
    unreachable.insert(id);
    items.push_back({id,
                     header->type == ObjectType::kCommit ? OriginKind::kCommitMessage
                     : header->type == ObjectType::kTag  ? OriginKind::kTagMessage
                                                         : OriginKind::kBlob,
                     ""});
  };
  if (packs) {
    const DeltaForest& forest = packs->forest;
    for (ObjectNumber number = 0; number < forest.size(); ++number) {
      if (!packs->catalogue.is_first(number) || packs->wanted[number]) continue;
      ObjectId id = packs->catalogue.id(number);
      if (!forest.is_sound(number)) {
        want(id);
      } else if (forest.type(number) != ObjectType::kTree) {
        packs->wanted[number] = true;
        ++packed_count;
        unreachable.insert(id);
      }
    }
  }
  if (packs) {
    for (const ObjectId& id : LooseObjects(all_objects_dirs(options.layout)).all()) {
      if (packs->catalogue.find(id) == kNoObject) want(id);
    }
    return;
  }
  auto names = git_output(options.layout, {"cat-file", "--batch-all-objects",
                                           "--batch-check=%(objectname)"});
  if (!names) return failed("unreachable objects", names.error().message);
  for (size_t at = 0; at < names->size();) {
    size_t end = std::min(names->find('\n', at), names->size());
    if (auto id = ObjectId::from_hex(ByteView(*names).substr(at, end - at))) want(*id);
    at = end + 1;
  }
}

bool RepositorySource::State::in_history(const ObjectId& blob) const {
  if (packs) {
    ObjectNumber number = packs->catalogue.find(blob);
    if (number != kNoObject && packs->wanted[number]) return true;
  }
  return std::binary_search(single_blobs.begin(), single_blobs.end(), blob);
}

void RepositorySource::State::plan_index(ObjectReader& objects, Sink& sink) {
  auto read = read_index(options.layout, index_path(),
                         options.staged ? Folders::kClosed : Folders::kOpen);
  if (!read) return sink.failed(options.path, read.error().message);
  index = std::move(*read);

  TreeReader trees = tree_reader(objects, sink);
  auto add = [&](const std::string& path, const ObjectId& id) {
    if (in_history(id)) return;
    const auto holds_it = [&](const ObjectId& tree) { return id_at(trees, tree, path) == id; };
    if (std::any_of(parent_trees.begin(), parent_trees.end(), holds_it)) return;
    if (options.exclude.excludes(path, false)) {
      return sink.left_out("excluded by configuration", path);
    }
    items.push_back({id, OriginKind::kIndex, path});
  };
  ObjectId first;  // what it holds is not staged
  if (options.staged && !options.whole_index) {
    auto found = parents_of_index(objects);
    if (!found) return sink.failed(options.path, found.error().message);
    parent_trees = std::move(*found);
    // The first is compared with as a whole, the others at the paths that then remain.
    if (!parent_trees.empty()) first = parent_trees.front();
  }
  for_each_staged(trees, first, index, [&](const IndexEntry& entry, const ObjectId& committed) {
    if ((entry.mode & 0170000) == 0160000 || entry.intent_to_add) return;
    if ((entry.mode & 0170000) == 0040000) {  // a folder of a sparse index
      TreeWalk walk(
          trees, [](const ObjectId&) { return false; },
          [&](const std::string& path, const TreeEntry& e) { add(entry.path + path, e.id); });
      return walk.visit(entry.id, {committed});
    }
    add(entry.path, entry.id);
  });
  if (options.staged) return;  // no files are looked at
  for (const IndexEntry& entry : index.entries) tracked[entry.path] = &entry;
}

// The trees of HEAD and of what is being merged into it; an unborn branch has none.
Result<std::vector<ObjectId>> RepositorySource::State::parents_of_index(
    ObjectReader& objects) const {
  std::vector<ObjectId> commits;
  auto head = std::find_if(refs.begin(), refs.end(),
                           [](const Ref& ref) { return ref.name == "HEAD"; });
  if (head != refs.end()) commits.push_back(head->id);
  auto merging = read_file(options.layout.git_dir + "/MERGE_HEAD");
  for (size_t at = 0; merging && at < merging->size();) {
    size_t end = std::min(merging->find('\n', at), merging->size());
    auto id = ObjectId::from_hex(ByteView(*merging).substr(at, end - at));
    if (id) commits.push_back(*id);
    at = end + 1;
  }
  commits.insert(commits.end(), options.merged.begin(), options.merged.end());

  std::vector<ObjectId> trees;
  for (const ObjectId& id : commits) {
    auto object = objects.read(id);
    if (!object) return Error{"commit " + hex(id) + ": " + object.error().message};
    auto parsed = parse_commit(object->bytes);
    if (!parsed) return Error{"commit " + hex(id) + ": commit is damaged"};
    trees.push_back(parsed->tree);
  }
  return trees;
}

// A blob that came within the same commits, and went again, is not an old one.
void RepositorySource::State::find_replaced_by_commits(TreeReader& trees,
                                                       std::set<ObjectId>& out) const {
  using Placed = std::pair<std::string, ObjectId>;
  std::set<Placed> brought, gone;
  auto collect = [&](std::set<Placed>& into) {
    return TreeWalk(
        trees, [](const ObjectId&) { return false; },
        [&into](const std::string& path, const TreeEntry& entry) {
          into.insert({path, entry.id});
        });
  };
  TreeWalk into_brought = collect(brought);
  TreeWalk into_gone = collect(gone);
  TreeWalk into_out(
      trees, [](const ObjectId&) { return false; },
      [&out](const std::string&, const TreeEntry& entry) { out.insert(entry.id); });
  for (const Commit& commit : history.commits) {
    if (!commit.in_scope) continue;
    for (uint32_t p = 0; p < commit.parent_count; ++p) {
      const Commit& parent = history.commits[history.parents[commit.first_parent + p]];
      (parent.in_scope ? into_gone : into_out).visit(parent.tree, {commit.tree});
    }
    into_brought.visit(commit.tree, trees_before(commit, history));
  }
  for (const Placed& placed : gone) {
    if (!brought.count(placed)) out.insert(placed.second);
  }
}

// The commits that a push by force takes from its refs, and that a rebased branch brings in
// other words. To `out` come the blobs that they brought: whoever has the refs has these.
std::vector<ObjectId> RepositorySource::State::undone_commits(ObjectReader& objects, Sink& sink,
                                                              TreeReader& trees,
                                                              std::set<ObjectId>& out) const {
  std::vector<ObjectId> undone;
  CommitScope former;
  for (const ObjectId& id : former_tips) former.tips.push_back({"", id});
  for (const Ref& tip : scope.tips) {
    if (auto commit = peel_to_commit(tip.id, objects)) former.without.push_back(*commit);
  }
  if (former.tips.empty()) return undone;
  GraphFailed failed = [&](const std::string& where, const std::string& reason) {
    sink.failed(options.path + ": " + where, reason);
  };
  auto reader = commits_of(objects, options.layout.format, failed);
  History before = load_history(*reader, objects, options.layout, former, failed);
  TreeWalk walk(
      trees, [](const ObjectId&) { return false; },
      [&out](const std::string&, const TreeEntry& entry) { out.insert(entry.id); });
  for (const Commit& commit : before.commits) {
    if (!commit.in_scope) continue;
    undone.push_back(commit.id);
    walk.visit(commit.tree, trees_before(commit, before));
  }
  return undone;
}

void RepositorySource::State::find_replaced_by_index(TreeReader& trees,
                                                     std::set<ObjectId>& out) const {
  auto opened = read_index(options.layout, index_path());
  if (!opened) return;  // then nothing counts as old
  std::unordered_map<std::string, ObjectId> staged;
  std::unordered_set<ObjectId> closed;  // folders that are one entry of the index
  for (const IndexEntry& entry : opened->entries) {
    staged[entry.path] = entry.id;
    if ((entry.mode & 0170000) == 0040000) closed.insert(entry.id);
  }
  TreeWalk walk(
      trees, [&](const ObjectId& tree) { return closed.count(tree) > 0; },
      [&](const std::string& path, const TreeEntry& entry) {
        auto now = staged.find(path);
        if (now == staged.end() || now->second != entry.id) out.insert(entry.id);
      });
  for (const ObjectId& tree : parent_trees) walk.visit(tree, {});
}

void RepositorySource::State::plan_files() {
  DirectoryOptions folder;
  // As the user named it, when that is the root of the work tree: it is what reports show.
  std::error_code ignored;
  bool named = std::filesystem::equivalent(options.path, options.layout.work_tree, ignored);
  folder.root = named ? options.path : options.layout.work_tree;
  path_bytes = join_path(folder.root, "x").size() - 1;
  folder.kind = OriginKind::kWorkingTree;
  folder.source = options.source_index;
  folder.honour_gitignore = options.honour_gitignore;
  folder.exclude = options.exclude;
  // A repository whose files this one tracks is test data that was checked in: its files
  // are looked at as files, its objects are not.
  folder.nested = [this](const std::string& path) {
    std::string prefix = path.substr(path_bytes) + "/";
    auto first = std::lower_bound(tracked_paths.begin(), tracked_paths.end(), prefix);
    bool is_tracked =
        first != tracked_paths.end() && first->compare(0, prefix.size(), prefix) == 0;
    if (is_tracked) {
      checked_in.push_back(path);
    } else if (options.nested) {
      options.nested(path);
    }
  };
  if (options.honour_gitignore) {
    auto text = read_file(options.layout.common_dir + "/info/exclude");
    if (text) folder.ignore_texts.push_back(*text);
  }
  for (const IndexEntry& entry : index.entries) {
    if ((entry.mode & 0170000) != 0160000) tracked_paths.push_back(entry.path);
  }
  std::sort(tracked_paths.begin(), tracked_paths.end());
  folder.always = tracked_paths;
  folder.skip = [this](const std::string& path, const struct stat& st) {
    auto entry = tracked.find(path);
    return entry != tracked.end() && is_unchanged(*entry->second, index, st);
  };
  files = std::make_unique<DirectorySource>(std::move(folder));
}

RepositorySource::RepositorySource(std::unique_ptr<State> state) : state_(std::move(state)) {}
RepositorySource::~RepositorySource() = default;

Result<std::unique_ptr<RepositorySource>> RepositorySource::open(RepositoryOptions options) {
  auto state = std::make_unique<State>();
  state->options = std::move(options);
  auto opened = state->open();
  if (!opened) return opened.error();
  return std::unique_ptr<RepositorySource>(new RepositorySource(std::move(state)));
}

std::unique_ptr<Batch> RepositorySource::next(Sink& sink) {
  State& s = *state_;
  if (!s.planned) s.plan(sink);
  if (s.packs && s.packs->objects) {
    if (auto batch = s.packs->objects->next()) return batch;
  }
  if (s.next_item < s.items.size()) {
    bool message = s.items[s.next_item].kind == OriginKind::kCommitMessage;
    size_t count =
        std::min(message ? kMessagesPerBatch : kBlobsPerBatch, s.items.size() - s.next_item);
    auto first = s.items.begin() + static_cast<std::ptrdiff_t>(s.next_item);
    s.next_item += count;
    return std::make_unique<ObjectBatch>(
        *s.place, std::vector<ObjectItem>(first, first + static_cast<std::ptrdiff_t>(count)));
  }
  if (!s.files) return nullptr;
  auto batch = s.files->next(sink);
  for (const std::string& path : s.checked_in) {
    sink.left_out("repository checked in as files", path);
  }
  s.checked_in.clear();
  if (!batch) return nullptr;
  return std::make_unique<UnlessStaged>(std::move(batch), s.tracked, s.options.layout.format);
}

SourceCoverage RepositorySource::coverage() const {
  SourceCoverage coverage;
  coverage.kind = "repository";
  coverage.path = state_->options.path;
  for (const Ref& ref : state_->scope.tips) coverage.refs[ref.name] = state_->hex(ref.id);
  coverage.commits = state_->history.commits_in_scope;
  coverage.shallow_commits = state_->history.boundary;
  return coverage;
}

std::vector<Place> RepositorySource::attribute(const std::unordered_set<ObjectId>& blobs,
                                               Sink& sink) {
  if (blobs.empty()) return {};
  State& s = *state_;
  auto reader = s.pool->lend();
  if (!reader) {
    sink.failed(s.options.path, reader.error().message);
    return {};
  }
  std::vector<ObjectId> branches;
  for (const Ref& ref : s.refs) {
    if (is_branch(ref)) branches.push_back(ref.id);
  }
  std::sort(branches.begin(), branches.end());
  branches.erase(std::unique(branches.begin(), branches.end()), branches.end());
  if (s.packs) {
    ForestObjects objects(s.packs->forest, s.options.verify, **reader);
    auto holdings = holdings_of(s.packs->graph, blobs);
    return straykey::attribute(objects, *holdings, s.history, branches, blobs);
  }
  TreeReader trees(**reader, s.options.layout.format);  // failures were told by the plan
  auto holdings = holdings_of(trees, blobs);
  return straykey::attribute(**reader, *holdings, s.history, branches, blobs);
}

std::unique_ptr<Source> RepositorySource::replaced(Sink& sink) {
  State& s = *state_;
  std::set<ObjectId> found;
  std::vector<ObjectItem> items;
  if (auto reader = s.pool->lend()) {
    TreeReader trees = s.tree_reader(**reader, sink);
    if (s.options.staged) s.find_replaced_by_index(trees, found);
    if (s.options.incoming) {
      s.find_replaced_by_commits(trees, found);
      for (const ObjectId& id : s.undone_commits(**reader, sink, trees, found)) {
        items.push_back({id, OriginKind::kCommitMessage, ""});
      }
    }
  }
  for (const ObjectId& id : found) items.push_back({id, OriginKind::kBlob, ""});
  return std::make_unique<ObjectsSource>(*s.place, std::move(items));
}

std::optional<CommitObject> RepositorySource::commit(const ObjectId& id) {
  auto reader = state_->pool->lend();
  auto object = reader ? (*reader)->read(id) : Result<Object>(reader.error());
  return object ? parse_commit(object->bytes) : std::nullopt;
}

std::optional<TagObject> RepositorySource::tag(const ObjectId& id) {
  auto reader = state_->pool->lend();
  auto object = reader ? (*reader)->read(id) : Result<Object>(reader.error());
  return object ? parse_tag(object->bytes) : std::nullopt;
}

std::optional<std::string> RepositorySource::file_at_head(ByteView path, size_t most_bytes) {
  auto reader = state_->pool->lend();
  if (!reader) return std::nullopt;
  auto head = resolve_revision("HEAD", state_->refs, **reader);
  auto object = head ? (*reader)->read(*head) : Result<Object>(head.error());
  auto commit = object ? parse_commit(object->bytes) : std::nullopt;
  if (!commit) return std::nullopt;
  ObjectId folder = commit->tree;
  for (;;) {
    auto tree = (*reader)->read(folder);
    if (!tree) return std::nullopt;
    const size_t slash = path.find('/');
    const ByteView wanted = path.substr(0, slash);
    TreeEntries entries(tree->bytes, state_->options.layout.format);
    TreeEntry entry;
    bool found = false;
    while (!found && entries.next(entry)) found = entry.name == wanted;
    if (!found) return std::nullopt;
    if (slash == ByteView::npos) {
      constexpr uint32_t kKind = 0170000, kLink = 0120000;
      if (!entry.is_blob() || (entry.mode & kKind) == kLink) return std::nullopt;
      auto header = (*reader)->header(entry.id);
      if (!header || header->size > most_bytes) return std::nullopt;
      auto file = (*reader)->read(entry.id);
      if (!file) return std::nullopt;
      return std::move(file->bytes);
    }
    if (!entry.is_tree()) return std::nullopt;
    folder = entry.id;
    path.remove_prefix(slash + 1);
  }
}

std::string RepositorySource::remote_address() const {
  auto text = read_file(state_->options.layout.common_dir + "/config");
  if (!text) return "";
  const GitConfig config = parse_git_config(*text);
  auto found = config.find("remote.origin.url");
  return found == config.end() ? "" : found->second;
}

bool RepositorySource::is_unreachable(const ObjectId& object) const {
  return state_->unreachable.count(object) > 0;
}

bool RepositorySource::is_tip(const ObjectId& commit) const {
  return std::any_of(state_->refs.begin(), state_->refs.end(),
                     [&](const Ref& ref) { return is_branch(ref) && ref.id == commit; });
}

ObjectFormat RepositorySource::format() const { return state_->options.layout.format; }

std::optional<uint64_t> RepositorySource::total() const {
  if (!state_->planned) return std::nullopt;
  return state_->packed_count + state_->items.size();
}

}  // namespace straykey
