// SPDX-License-Identifier: Apache-2.0
// How a tree is compared with its base without reading all of it: for each object on the
// way down, the walk keeps where its entries begin. A run of bytes that was copied from the
// base brings its entries along, when it begins at one; only what is left is parsed. Where only
// the names of objects changed, as in most trees, entries begin where they began in the base.
#include "scanner/git/object_graph.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <iterator>
#include <mutex>
#include <utility>

#include "scanner/base/interrupt.h"
#include "scanner/git/delta_walk.h"

namespace straykey {
namespace {

constexpr uint32_t kNoSlot = UINT32_MAX;
constexpr uint64_t kPieceBytes = 8u << 20;
constexpr size_t kTextsBytes = 1u << 20;  // of CommitTexts, about

}  // namespace

// Names of entries as numbers. Any thread.
class ObjectGraph::Names {
 public:
  struct Known {
    uint32_t number = 0;
    const std::string* name = nullptr;  // stays where it is
  };
  Known number(ByteView name, size_t hash) {
    Shard& shard = shards_[hash % kShards];
    std::lock_guard lock(shard.mutex);
    auto known = shard.numbers.find(name);
    if (known != shard.numbers.end()) {
      return {known->second, &shard.names[known->second / kShards]};
    }
    auto number = static_cast<uint32_t>(shard.names.size() * kShards + hash % kShards);
    const std::string& kept = shard.names.emplace_back(name);
    shard.numbers.emplace(kept, number);
    return {number, &kept};
  }
  const std::string& name(uint32_t number) const {
    return shards_[number % kShards].names[number / kShards];
  }

 private:
  static constexpr uint32_t kShards = 64;
  struct Shard {
    std::mutex mutex;
    std::unordered_map<ByteView, uint32_t> numbers;
    std::deque<std::string> names;
  };
  std::array<Shard, kShards> shards_;
};

const TreeChange* ObjectGraph::Changes::keep(const std::vector<TreeChange>& changes) {
  constexpr size_t kMost = 65536;
  if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < changes.size()) {
    const size_t before = blocks_.empty() ? 0 : blocks_.back().capacity();
    blocks_.emplace_back().reserve(
        std::max(changes.size(), std::clamp<size_t>(2 * before, 64, kMost)));
  }
  std::vector<TreeChange>& block = blocks_.back();
  block.insert(block.end(), changes.begin(), changes.end());
  return block.data() + (block.size() - changes.size());
}

void ObjectGraph::Changes::take(Changes&& other) {
  std::move(other.blocks_.begin(), other.blocks_.end(), std::back_inserter(blocks_));
  other.blocks_.clear();
}

// What one thread reads.
class ObjectGraph::Reading {
 public:
  // Where the entries of a tree begin; the last element is where it ends.
  using Starts = std::vector<uint32_t>;
  struct State {
    std::shared_ptr<const Starts> starts;  // null: not known
  };

  // `texts_left`: how many bytes of texts may be kept, by all who share it; nullptr: none.
  Reading(ObjectCatalogue& catalogue, const DeltaForest& forest, Names& names,
          std::atomic<int64_t>* texts_left)
      : catalogue_(catalogue), forest_(forest), names_(names),
        id_bytes_(id_bytes(catalogue.format())), texts_left_(texts_left), recent_(kRecent) {}

  Nodes nodes;

  State whole(ObjectNumber number, bool wanted, ByteView bytes) {
    if (forest_.type(number) == ObjectType::kTree) return read_tree(number, wanted, bytes);
    if (wanted && read_commit(number, bytes)) keep_text(number, bytes);
    return {};
  }

  State changed(ObjectNumber number, bool wanted, ByteView bytes,
                const std::vector<CopyRun>& runs, ByteView base, const State& of_base) {
    ObjectNumber base_number = forest_.base(number);
    if (!of_base.starts || !catalogue_.is_first(base_number)) return whole(number, wanted, bytes);
    const Starts& old = *of_base.starts;
    if (has_new_objects_only(runs, bytes.size(), base.size(), old)) {
      if (wanted) {
        add_fresh(number, base_number, bytes);
        end_tree();
      }
      return of_base;
    }
    auto starts = std::make_shared<Starts>();
    if (!compare(bytes, runs, old, *starts)) return whole(number, wanted, bytes);
    if (wanted) add_changed_tree(number, base_number, bytes, base, old);
    return {std::move(starts)};
  }

  void refused(ObjectNumber) {}  // is read in another way when it is asked for

  // false when the commit is damaged.
  bool read_commit(ObjectNumber number, ByteView bytes) {
    auto commit = parse_commit(bytes);
    if (!commit) return false;
    add_commit(number, commit->committer.seconds, commit->tree, commit->parents);
    return true;
  }

  // A Name is an ObjectId, or where id_bytes of one are.
  template <class Name>
  void add_commit(ObjectNumber number, int64_t committed_at, const Name& tree,
                  const std::vector<Name>& parents) {
    nodes.commits.push_back({number, kNoObject, committed_at, nodes.parents.size(),
                             static_cast<uint32_t>(parents.size())});
    nodes.parents.resize(nodes.parents.size() + parents.size());
    add_link(tree);
    for (const Name& parent : parents) add_link(parent);
    if (links_.size() >= kPending * id_bytes_) finish_commits();
  }

  State read_tree(ObjectNumber number, bool wanted, ByteView bytes) {
    auto starts = std::make_shared<Starts>();
    uint32_t at = 0;
    const bool is_sound = parse(bytes, at, bytes.size(), *starts);
    if (wanted) {
      begin_tree(number, kNoObject, !is_sound);
      for (uint32_t start : *starts) add(entry_at(bytes, start));
      end_tree();
    }
    if (!is_sound) return {};
    starts->push_back(at);
    return {std::move(starts)};
  }

  // Gives objects their numbers that were not given yet, and puts changes where they stay.
  void finish() {
    finish_commits();
    finish_trees();
  }

  // What was read until now. REQUIRES: finish().
  Nodes take() {
    unfinished_commit_ = unfinished_tree_ = 0;
    return std::exchange(nodes, {});
  }

 private:
  void finish_commits() {
    numbers_.resize(links_.size() / id_bytes_);
    catalogue_.numbers(links_.data(), numbers_.size(), numbers_.data());
    auto next = numbers_.begin();
    for (; unfinished_commit_ < nodes.commits.size(); ++unfinished_commit_) {
      CommitNode& commit = nodes.commits[unfinished_commit_];
      commit.tree = *next++;
      std::copy_n(next, commit.parent_count,
                  nodes.parents.begin() + static_cast<std::ptrdiff_t>(commit.first_parent));
      next += commit.parent_count;
    }
    links_.clear();
  }

  void finish_trees() {
    numbers_.resize(pending_.size());
    catalogue_.numbers(pending_names_.data(), pending_.size(), numbers_.data());
    for (size_t i = 0; i < pending_.size(); ++i) changes_[pending_[i]].object = numbers_[i];
    const TreeChange* kept = nodes.changes.keep(changes_);
    for (; unfinished_tree_ < nodes.trees.size(); ++unfinished_tree_) {
      nodes.trees[unfinished_tree_].changes = kept;
      kept += nodes.trees[unfinished_tree_].change_count;
    }
    changes_.clear();
    pending_.clear();
    pending_names_.clear();
  }

  void add_link(const char* name) { links_.append(name, id_bytes_); }
  void add_link(const ObjectId& id) { add_link(reinterpret_cast<const char*>(id.bytes.data())); }

  // An entry where it stands.
  struct Entry {
    uint32_t name = 0;
    uint32_t mode = 0;
    const char* id = nullptr;
    bool is_submodule() const { return (mode & 0170000) == 0160000; }
    bool is_tree() const { return (mode & 0170000) == 0040000; }
  };
  static bool by_name(const Entry& a, const Entry& b) { return a.name < b.name; }

  // Notes where entries begin from `at` on, which moves on, until `end` is reached. false
  // at damage.
  bool parse(ByteView bytes, uint32_t& at, uint64_t end, std::vector<uint32_t>& starts) {
    while (at < end) {
      size_t zero = bytes.find('\0', at);
      if (zero == ByteView::npos || bytes.size() - zero - 1 < id_bytes_) return false;
      size_t digits = at;
      while (bytes[digits] >= '0' && bytes[digits] <= '7') ++digits;
      if (digits == at || digits - at > 8 || bytes[digits] != ' ') return false;
      starts.push_back(at);
      at = static_cast<uint32_t>(zero + 1 + id_bytes_);
    }
    return true;
  }

  // Whether entries begin where they began in the base, and only objects of theirs are others.
  // Fills fresh_.
  bool has_new_objects_only(const std::vector<CopyRun>& runs, uint64_t size, uint64_t base_size,
                            const Starts& old) {
    if (size != base_size) return false;
    fresh_.clear();
    uint64_t at = 0;
    auto is_object = [&](uint64_t end) {  // [at, end), which no run brought
      const auto next = std::upper_bound(old.begin(), old.end(), at);
      if (next == old.end() || end > *next || at + id_bytes_ < *next) return false;
      if (fresh_.empty() || fresh_.back() != next[-1]) fresh_.push_back(next[-1]);
      return true;
    };
    for (const CopyRun& run : runs) {
      if (run.from != run.to || (at < run.to && !is_object(run.to))) return false;
      at = run.to + run.length;
    }
    return at == size || is_object(size);
  }

  // Fills `starts`, fresh_ (starts of entries that no run brought) and kept_ (ranges of
  // entries of the base that were brought).
  bool compare(ByteView bytes, const std::vector<CopyRun>& runs, const Starts& old,
               Starts& starts) {
    fresh_.clear();
    kept_.clear();
    starts.reserve(old.size() + 8);
    uint32_t at = 0;
    size_t run = 0;
    while (at < bytes.size()) {
      while (run < runs.size() && runs[run].to + runs[run].length <= at) ++run;
      if (run < runs.size() && runs[run].to <= at) {
        uint64_t from = runs[run].from + (at - runs[run].to);
        uint64_t last = runs[run].from + runs[run].length;
        auto first = std::lower_bound(old.begin(), old.end(), from);
        if (first != old.end() && *first == from) {
          auto begin = static_cast<size_t>(first - old.begin());
          auto end = static_cast<size_t>(std::upper_bound(first, old.end(), last) - old.begin());
          if (--end > begin) {
            uint32_t shift = at - *first;  // wraps around as it should
            const size_t had = starts.size();
            starts.resize(had + (end - begin));
            std::transform(first, first + static_cast<std::ptrdiff_t>(end - begin),
                           starts.begin() + static_cast<std::ptrdiff_t>(had),
                           [shift](uint32_t start) { return start + shift; });
            kept_.emplace_back(begin, end);
            at = old[end] + shift;
            continue;
          }
        }
      }
      fresh_.push_back(at);
      if (!parse(bytes, at, uint64_t{at} + 1, starts)) return false;
    }
    starts.push_back(at);
    return true;
  }

  // The entries of fresh_.
  void add_fresh(ObjectNumber number, ObjectNumber base_number, ByteView bytes) {
    new_.clear();
    for (uint32_t at : fresh_) new_.push_back(entry_at(bytes, at));
    std::sort(new_.begin(), new_.end(), by_name);
    begin_tree(number, base_number, false);
    for (const Entry& entry : new_) add(entry);
  }

  // What compare() found.
  void add_changed_tree(ObjectNumber number, ObjectNumber base_number, ByteView bytes,
                        ByteView base, const Starts& old) {
    add_fresh(number, base_number, bytes);
    // What the base has and no run brought is gone, or is among the new ones.
    std::sort(kept_.begin(), kept_.end());
    size_t next = 0;
    auto drop_until = [&](size_t end) {
      for (; next < end; ++next) {
        const Entry gone = entry_at(base, old[next]);
        if (std::binary_search(new_.begin(), new_.end(), gone, by_name)) continue;
        changes_.push_back({gone.name, kNoObject, false});
      }
    };
    for (const auto& [begin, end] : kept_) {
      drop_until(begin);
      next = std::max(next, end);
    }
    drop_until(old.size() - 1);
    end_tree();
  }

  // REQUIRES: parse() has been here.
  Entry entry_at(ByteView bytes, uint32_t at) {
    Entry entry;
    for (; bytes[at] != ' '; ++at) {
      entry.mode = entry.mode * 8 + static_cast<uint32_t>(bytes[at] - '0');
    }
    size_t zero = bytes.find('\0', at);
    entry.name = name_number(bytes.substr(at + 1, zero - at - 1));
    entry.id = bytes.data() + zero + 1;
    return entry;
  }

  uint32_t name_number(ByteView name) {
    size_t hash = std::hash<ByteView>()(name);
    Names::Known& recent = recent_[hash / 64 % kRecent];
    if (!recent.name || *recent.name != name) recent = names_.number(name, hash);
    return recent.number;
  }

  void add(const Entry& entry) {
    if (!entry.is_submodule()) {
      pending_.push_back(changes_.size());
      pending_names_.append(entry.id, id_bytes_);
    }
    changes_.push_back({entry.name, kNoObject, entry.is_tree()});
  }

  void begin_tree(ObjectNumber number, ObjectNumber base, bool is_damaged) {
    first_change_ = changes_.size();
    nodes.trees.push_back({number, base, nullptr, 0, is_damaged});
  }
  void end_tree() {
    nodes.trees.back().change_count = static_cast<uint32_t>(changes_.size() - first_change_);
    if (pending_.size() >= kPending) finish_trees();
  }

  void keep_text(ObjectNumber number, ByteView bytes) {
    const auto size = static_cast<int64_t>(bytes.size());
    if (!texts_left_ || texts_left_->fetch_sub(size, std::memory_order_relaxed) < size) return;
    if (nodes.texts.empty() || nodes.texts.back().bytes.size() > kTextsBytes) {
      nodes.texts.emplace_back().bytes.reserve(kTextsBytes + kTextsBytes / 8);
    }
    CommitTexts& texts = nodes.texts.back();
    texts.bytes += bytes;
    texts.items.push_back({number, static_cast<uint32_t>(texts.bytes.size())});
  }

  ObjectCatalogue& catalogue_;
  const DeltaForest& forest_;
  Names& names_;
  size_t id_bytes_;
  std::atomic<int64_t>* texts_left_;
  std::vector<uint32_t> fresh_;
  std::vector<std::pair<size_t, size_t>> kept_;
  std::vector<Entry> new_;

  // Names that were met lately.
  static constexpr size_t kRecent = 4096;
  std::vector<Names::Known> recent_;

  // Names of the trees and parents of commits from `unfinished_commit_` on.
  std::string links_;
  size_t unfinished_commit_ = 0;

  // Changes of trees from `unfinished_tree_` on, and of the last one from `first_change_`.
  std::vector<TreeChange> changes_;
  size_t unfinished_tree_ = 0, first_change_ = 0;

  // Places in changes_ of objects without a number, and the names of these.
  static constexpr size_t kPending = 256;
  std::vector<size_t> pending_;
  std::string pending_names_;
  std::vector<ObjectNumber> numbers_;
};

ObjectGraph::ObjectGraph(ObjectCatalogue& catalogue, const DeltaForest& forest,
                         const CommitGraph& known, Verify verify)
    : catalogue_(catalogue), forest_(forest), names_(std::make_unique<Names>()),
      slots_(forest.size(), kNoSlot),
      reading_(std::make_unique<Reading>(catalogue, forest, *names_, nullptr)) {
  Nodes told = nodes_of(known);
  told_ = static_cast<uint32_t>(told.commits.size());
  take(std::move(told));
  ForestCut pieces = cut(
      forest,
      [&](ObjectNumber number) {
        return catalogue.is_first(number) && slots_[number] == kNoSlot &&
               (forest.type(number) == ObjectType::kTree ||
                forest.type(number) == ObjectType::kCommit);
      },
      kPieceBytes);

  struct Thread {
    PackedReader reader;
    Reading reading;
  };
  std::atomic<int64_t> texts_left = kKeptBytes;
  tbb::enumerable_thread_specific<Thread> threads([&] {
    return Thread{PackedReader(forest, verify), Reading(catalogue, forest, *names_, &texts_left)};
  });
  // Isolated: a thread that waits here must not begin with another repository.
  tbb::this_task_arena::isolate([&] {
    tbb::parallel_for(size_t{0}, pieces.pieces.size(), [&](size_t i) {
      Thread& thread = threads.local();
      DeltaWalk<Reading>(forest, pieces, thread.reader, thread.reading).walk(pieces.pieces[i]);
    });
  });
  size_t commits = nodes_.commits.size(), trees = 0;
  for (Thread& thread : threads) {
    thread.reading.finish();
    commits += thread.reading.nodes.commits.size();
    trees += thread.reading.nodes.trees.size();
  }
  nodes_.commits.reserve(commits);
  nodes_.trees.reserve(trees);
  for (Thread& thread : threads) take(thread.reading.take());
}

ObjectGraph::~ObjectGraph() = default;

ObjectGraph::Nodes ObjectGraph::nodes_of(const CommitGraph& known) {
  for (uint32_t i = 0; i < known.size(); ++i) {
    const GraphCommit commit = known.commit(i);
    const ObjectNumber number = catalogue_.find(commit.name);
    // Only those that the walk over the packs will read, and so compare.
    if (number == kNoObject || !forest_.is_sound(number) ||
        forest_.type(number) != ObjectType::kCommit) {
      continue;
    }
    reading_->add_commit(number, commit.committed_at, commit.tree, commit.parents);
  }
  reading_->finish();
  return reading_->take();
}

bool ObjectGraph::is_as_told(ObjectNumber number, ByteView bytes) const {
  const uint32_t at = slots_[number];
  if (at >= told_ || nodes_.commits[at].number != number) return true;
  const auto commit = parse_commit(bytes);
  if (!commit) return false;
  const CommitNode& node = nodes_.commits[at];
  const auto is = [&](ObjectNumber told, const ObjectId& id) { return catalogue_.id(told) == id; };
  return is(node.tree, commit->tree) && node.committed_at == commit->committer.seconds &&
         std::equal(commit->parents.begin(), commit->parents.end(),
                    nodes_.parents.begin() + static_cast<std::ptrdiff_t>(node.first_parent),
                    nodes_.parents.begin() +
                        static_cast<std::ptrdiff_t>(node.first_parent + node.parent_count),
                    [&](const ObjectId& id, ObjectNumber told) { return is(told, id); });
}

void ObjectGraph::take(Nodes&& nodes) {
  auto put = [&](ObjectNumber number, size_t place) {
    if (number < slots_.size()) {
      slots_[number] = static_cast<uint32_t>(place);
    } else {
      other_slots_[number] = static_cast<uint32_t>(place);
    }
  };
  for (CommitNode& commit : nodes.commits) {
    put(commit.number, nodes_.commits.size());
    commit.first_parent += nodes_.parents.size();
    nodes_.commits.push_back(commit);
  }
  for (TreeNode& tree : nodes.trees) {
    put(tree.number, nodes_.trees.size());
    nodes_.trees.push_back(tree);
  }
  nodes_.parents.insert(nodes_.parents.end(), nodes.parents.begin(), nodes.parents.end());
  nodes_.changes.take(std::move(nodes.changes));
  std::move(nodes.texts.begin(), nodes.texts.end(), std::back_inserter(nodes_.texts));
}

std::vector<CommitTexts> ObjectGraph::take_texts() { return std::exchange(nodes_.texts, {}); }

uint32_t ObjectGraph::slot(ObjectNumber number) const {
  if (number < slots_.size()) return slots_[number];
  auto known = other_slots_.find(number);
  return known == other_slots_.end() ? kNoSlot : known->second;
}

std::optional<CommitLinks> ObjectGraph::commit(ObjectNumber number, ObjectReader& objects,
                                               const GraphFailed& failed) {
  auto is_commit = [&] {
    uint32_t at = slot(number);
    return at < nodes_.commits.size() && nodes_.commits[at].number == number;
  };
  if (!is_commit()) {
    ObjectId id = catalogue_.id(number);
    auto object = objects.read(id);
    if (!object || object->type != ObjectType::kCommit ||
        !reading_->read_commit(number, object->bytes)) {
      failed("commit " + id.hex(catalogue_.format()),
             object ? "commit is damaged" : object.error().message);
      return std::nullopt;
    }
    reading_->finish();
    take(reading_->take());
  }
  const CommitNode& node = nodes_.commits[slot(number)];
  auto first = nodes_.parents.begin() + static_cast<std::ptrdiff_t>(node.first_parent);
  return CommitLinks{node.tree, node.committed_at, {first, first + node.parent_count}};
}

ObjectGraph::Nodes ObjectGraph::read_whole(ObjectNumber tree, ByteView bytes) {
  reading_->read_tree(tree, true, bytes);
  reading_->finish();
  return reading_->take();
}

const ObjectGraph::TreeNode* ObjectGraph::tree(ObjectNumber number, ObjectReader& objects,
                                               const GraphFailed& failed) {
  auto find = [&]() -> const TreeNode* {
    uint32_t at = slot(number);
    bool is_tree = at < nodes_.trees.size() && nodes_.trees[at].number == number;
    return is_tree ? &nodes_.trees[at] : nullptr;
  };
  if (const TreeNode* known = find()) return known;
  ObjectId id = catalogue_.id(number);
  auto object = objects.read(id);
  if (!object || object->type != ObjectType::kTree) {
    failed("tree " + id.hex(catalogue_.format()),
           object ? "object is not a tree, as its parent says" : object.error().message);
    return nullptr;
  }
  take(read_whole(number, object->bytes));
  return find();
}

// A tree is entered by what changed in it, which is enough when its base is entered too.
// The few whose base nothing in scope holds are read whole.
std::vector<ObjectNumber> ObjectGraph::blobs_of(const std::vector<ObjectNumber>& roots,
                                                ObjectReader& objects,
                                                const GraphFailed& failed) {
  std::vector<bool> seen(catalogue_.size());
  std::vector<ObjectNumber> blobs, open, on_base;
  auto is_seen = [&](ObjectNumber number) { return number < seen.size() && seen[number]; };
  auto meet = [&](ObjectNumber number, bool is_tree) {
    if (number == kNoObject || is_seen(number)) return;
    if (number >= seen.size()) seen.resize(number + 1024u);
    seen[number] = true;
    (is_tree ? open : blobs).push_back(number);
  };
  auto meet_all = [&](const TreeNode& node) {
    for (uint32_t i = 0; i < node.change_count; ++i) {
      meet(node.changes[i].object, node.changes[i].is_tree);
    }
  };
  PackedReader reader(forest_);
  auto meet_whole = [&](ObjectNumber number) {
    ObjectBuffers::Buffer bytes;
    if (!reader.read(number, bytes)) return;  // it was read before
    const Nodes whole = read_whole(number, bytes.view());
    meet_all(whole.trees.front());
    reader.buffers().give_back(std::move(bytes));
  };

  for (ObjectNumber root : roots) meet(root, true);
  while (!open.empty() && !interrupted()) {
    while (!open.empty() && !interrupted()) {
      ObjectNumber number = open.back();
      open.pop_back();
      const TreeNode* node = tree(number, objects, failed);
      if (!node) continue;
      if (node->is_damaged) {
        failed("tree " + catalogue_.id(number).hex(catalogue_.format()), "tree is damaged");
      }
      meet_all(*node);
      if (node->base != kNoObject) on_base.push_back(number);
    }
    std::erase_if(on_base, [&](ObjectNumber number) {
      return is_seen(nodes_.trees[slot(number)].base);
    });
    for (ObjectNumber number : on_base) meet_whole(number);
    on_base.clear();
  }
  std::sort(blobs.begin(), blobs.end());
  return blobs;
}

std::vector<ObjectGraph::Tree> ObjectGraph::trees() const {
  std::vector<Tree> out;
  out.reserve(nodes_.trees.size());
  for (const TreeNode& node : nodes_.trees) {
    out.push_back({node.number, node.base, node.changes, node.change_count});
  }
  return out;
}

const std::string& ObjectGraph::entry_name(uint32_t name) const { return names_->name(name); }

}  // namespace straykey
