// SPDX-License-Identifier: Apache-2.0
#include "scanner/source/packed_objects.h"

#include <algorithm>
#include <utility>

namespace straykey {
namespace {

// Small enough that a pack gives work to all threads until the end, and large enough that
// the bases which two pieces share cost little.
uint64_t piece_bytes(const DeltaForest& forest, const std::vector<bool>& wanted) {
  uint64_t total = 0;
  for (ObjectNumber number = 0; number < forest.size(); ++number) {
    if (wanted[number]) total += forest.size_guess(number);
  }
  return std::clamp<uint64_t>(total / 256, 1u << 20, 24u << 20);
}

}  // namespace

// Objects as the walk makes them -> Sink.
class PackedObjects::PieceBatch : public Batch {
 public:
  PieceBatch(PackedObjects& objects, const Piece& piece) : objects_(objects), piece_(piece) {}

  std::vector<Origin> origins() const override {
    std::vector<Origin> out;
    std::vector<ObjectNumber> open(piece_.tops.rbegin(), piece_.tops.rend());
    while (!open.empty()) {
      ObjectNumber number = open.back();
      open.pop_back();
      if (objects_.cut_.marks[number] & ForestCut::kWanted) {
        out.push_back(objects_.place_.origin(objects_.item(number)));
      }
      for (ObjectNumber child : objects_.forest_.children(number)) {
        if (!(objects_.cut_.marks[child] & ForestCut::kTop)) open.push_back(child);
      }
    }
    return out;
  }

  void read(Sink& sink) override {
    Visitor visitor{objects_, sink, {}};
    auto reader = objects_.lend();
    DeltaWalk<Visitor>(objects_.forest_, objects_.cut_, *reader, visitor).walk(piece_);
    objects_.give_back(std::move(reader));
    if (!visitor.refused_items.empty()) {
      ObjectBatch(objects_.place_, std::move(visitor.refused_items)).read(sink);
    }
  }

 private:
  struct Visitor {
    using State = std::unique_ptr<Seen>;
    PackedObjects& objects;
    Sink& sink;
    std::vector<ObjectItem> refused_items;

    State whole(ObjectNumber number, bool wanted, ByteView bytes) {
      return show(number, wanted, bytes, nullptr);
    }
    State changed(ObjectNumber number, bool wanted, ByteView bytes,
                  const std::vector<CopyRun>& runs, ByteView base, const State& of_base) {
      if (!of_base) return show(number, wanted, bytes, nullptr);
      MadeFrom from{base, runs, *of_base};
      return show(number, wanted, bytes, &from);
    }
    void refused(ObjectNumber number) { refused_items.push_back(objects.item(number)); }

    State show(ObjectNumber number, bool wanted, ByteView bytes, const MadeFrom* from) {
      if (!wanted) return sink.version(nullptr, bytes, from);
      const ObjectItem item = objects.item(number);
      if (item.kind == OriginKind::kCommitMessage && !objects.graph_.is_as_told(number, bytes)) {
        sink.failed(objects.place_.where(item),
                    "the commit-graph file says otherwise of it, so commits may have been missed; "
                    "write it again with 'git commit-graph write --reachable'");
      }
      Origin origin = objects.place_.origin(item);
      return sink.version(&origin, bytes, from);
    }
  };

  PackedObjects& objects_;
  const Piece& piece_;
};

// Commits that were read before -> Sink.
class PackedObjects::TextsBatch : public Batch {
 public:
  TextsBatch(const PackedObjects& objects, CommitTexts texts)
      : objects_(objects), texts_(std::move(texts)) {}

  std::vector<Origin> origins() const override {
    std::vector<Origin> out;
    for (const CommitTexts::Item& item : texts_.items) {
      if (objects_.wanted_[item.number]) out.push_back(origin(item));
    }
    return out;
  }

  void read(Sink& sink) override {
    uint32_t begin = 0;
    for (const CommitTexts::Item& item : texts_.items) {
      if (objects_.wanted_[item.number]) {
        sink.blob(origin(item), slice(texts_.bytes, {begin, item.end}));
      }
      begin = item.end;
    }
  }

 private:
  Origin origin(const CommitTexts::Item& item) const {
    return objects_.place_.origin(objects_.item(item.number));
  }

  const PackedObjects& objects_;
  CommitTexts texts_;
};

PackedObjects::PackedObjects(const DeltaForest& forest, ObjectGraph& graph,
                             const std::vector<bool>& wanted, const ObjectPlace& place,
                             Verify verify)
    : forest_(forest), graph_(graph), place_(place), verify_(verify), wanted_(wanted),
      texts_(graph.take_texts()) {
  std::vector<bool> is_read = wanted;
  for (const CommitTexts& texts : texts_) {
    for (const CommitTexts::Item& item : texts.items) is_read[item.number] = false;
  }
  cut_ = cut(forest, [&](ObjectNumber number) { return is_read[number]; },
             piece_bytes(forest, is_read));
}

std::unique_ptr<Batch> PackedObjects::next() {
  if (!texts_.empty()) {
    auto batch = std::make_unique<TextsBatch>(*this, std::move(texts_.back()));
    texts_.pop_back();
    return batch;
  }
  if (next_piece_ == cut_.pieces.size()) return nullptr;
  return std::make_unique<PieceBatch>(*this, cut_.pieces[next_piece_++]);
}

ObjectItem PackedObjects::item(ObjectNumber number) const {
  ObjectType type = forest_.type(number);
  return {forest_.catalogue().id(number),
          type == ObjectType::kCommit ? OriginKind::kCommitMessage
          : type == ObjectType::kTag  ? OriginKind::kTagMessage
                                      : OriginKind::kBlob,
          ""};
}

std::unique_ptr<PackedReader> PackedObjects::lend() {
  std::lock_guard lock(readers_mutex_);
  if (readers_.empty()) return std::make_unique<PackedReader>(forest_, verify_);
  auto reader = std::move(readers_.back());
  readers_.pop_back();
  return reader;
}

void PackedObjects::give_back(std::unique_ptr<PackedReader> reader) {
  std::lock_guard lock(readers_mutex_);
  readers_.push_back(std::move(reader));
}

}  // namespace straykey
