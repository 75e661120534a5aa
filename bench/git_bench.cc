// SPDX-License-Identifier: Apache-2.0
// The history of a repository of 2,000 commits, made anew: what is in scope, its objects,
// and where a few of them stand. On one thread.
#include <benchmark/benchmark.h>

#include <unordered_set>

#include "bench/made_text.h"
#include "scanner/git/object.h"
#include "scanner/source/repository.h"
#include "tests/support/temp_dir.h"

namespace straykey {
namespace {

// Names are all that is asked of a source here; nothing may fail.
struct NoSink : Sink {
  void blob(const Origin&, ByteView) override {}
  void left_out(const std::string& reason, const std::string&) override { end_with({reason}); }
  void failed(const std::string&, const std::string& reason) override { end_with({reason}); }
};

// The repository with the names of its objects in the order in which they are read.
class MadeRepository {
 public:
  MadeRepository() {
    if (dir_.run("python3 '" STRAYKEY_BENCH_DIR "/make_corpus.py' git made"
                 " --megabytes 32 --commits 2000 --seed 1 >made.txt") != 0) {
      end_with({"the repository cannot be made: are git and python3 installed?"});
    }
    layout_ = need(repository_at(dir_ / "made")).value();
    auto source = open();
    origins_ = names(*source);
  }

  std::unique_ptr<RepositorySource> open() const {
    RepositoryOptions options;
    options.layout = layout_;
    options.path = "made";
    return need(RepositorySource::open(std::move(options)));
  }

  // Asks `source` for all its work.
  static std::vector<Origin> names(RepositorySource& source) {
    std::vector<Origin> all;
    NoSink sink;
    while (auto batch = source.next(sink)) {
      for (Origin& origin : batch->origins()) all.push_back(std::move(origin));
    }
    return all;
  }

  std::vector<ObjectId> ids(OriginKind kind) const {
    std::vector<ObjectId> chosen;
    for (const Origin& origin : origins_) {
      if (origin.kind == kind) chosen.push_back(origin.object);
    }
    return chosen;
  }

  const RepositoryLayout& layout() const { return layout_; }

 private:
  TempDir dir_;
  RepositoryLayout layout_;
  std::vector<Origin> origins_;
};

const MadeRepository& made() {
  static const MadeRepository repository;
  return repository;
}

// Opening included: each iteration starts with no cache of its own.
void read_blobs(benchmark::State& state, ReadWay way) {
  const std::vector<ObjectId> ids = made().ids(OriginKind::kBlob);
  uint64_t bytes = 0;
  for (auto _ : state) {
    auto store = need(ObjectStore::open(made().layout(), way));
    auto reader = need(store->reader());
    bytes = 0;
    for (const ObjectId& id : ids) bytes += need(reader->read(id)).bytes.size();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
  state.counters["blobs"] = static_cast<double>(ids.size());
}
BENCHMARK_CAPTURE(read_blobs, fast, ReadWay::kFast)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_blobs, compat, ReadWay::kCompat)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();  // another process does the work

// From refs to the names of all objects to be read, in pack order.
void enumerate(benchmark::State& state) {
  size_t objects = 0;
  uint64_t commits = 0;
  for (auto _ : state) {
    auto source = made().open();
    objects = MadeRepository::names(*source).size();
    commits = source->coverage().commits;
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(commits));
  state.counters["commits"] = static_cast<double>(commits);
  state.counters["objects"] = static_cast<double>(objects);
}
BENCHMARK(enumerate)->Unit(benchmark::kMillisecond);

// As after a scan in which so many blobs hold something.
void attribute_blobs(benchmark::State& state) {
  const std::vector<ObjectId> ids = made().ids(OriginKind::kBlob);
  const auto wanted_count = static_cast<size_t>(state.range(0));
  std::unordered_set<ObjectId> wanted;
  for (size_t i = 0; i < wanted_count; ++i) wanted.insert(ids[i * ids.size() / wanted_count]);
  auto source = made().open();
  MadeRepository::names(*source);
  size_t places = 0;
  NoSink sink;
  for (auto _ : state) places = source->attribute(wanted, sink).size();
  state.counters["wanted"] = static_cast<double>(wanted.size());
  state.counters["places"] = static_cast<double>(places);
}
BENCHMARK(attribute_blobs)->ArgName("wanted")->Arg(1)->Arg(100)->Unit(benchmark::kMillisecond);

// The bytes of all commits, and of the trees that they name.
struct Parsed {
  std::vector<std::string> commits;
  std::vector<std::string> trees;
};
Parsed objects_to_parse() {
  Parsed objects;
  auto store = need(ObjectStore::open(made().layout(), ReadWay::kFast));
  auto reader = need(store->reader());
  for (const ObjectId& id : made().ids(OriginKind::kCommitMessage)) {
    objects.commits.push_back(need(reader->read(id)).bytes);
    auto commit = parse_commit(objects.commits.back());
    if (!commit) end_with({"a made commit does not parse"});
    objects.trees.push_back(need(reader->read(commit->tree)).bytes);
  }
  return objects;
}

void parse_commits(benchmark::State& state) {
  const Parsed objects = objects_to_parse();
  size_t parsed = 0;
  for (auto _ : state) {
    parsed = 0;
    for (const std::string& bytes : objects.commits) parsed += parse_commit(bytes).has_value();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(parsed));
  state.counters["commits"] = static_cast<double>(parsed);
}
BENCHMARK(parse_commits)->Unit(benchmark::kMicrosecond);

void parse_trees(benchmark::State& state) {
  const Parsed objects = objects_to_parse();
  size_t entries = 0;
  for (auto _ : state) {
    entries = 0;
    for (const std::string& bytes : objects.trees) {
      TreeEntries tree(bytes, made().layout().format);
      for (TreeEntry entry; tree.next(entry); ++entries) benchmark::DoNotOptimize(entry);
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(entries));
  state.counters["entries"] = static_cast<double>(entries);
}
BENCHMARK(parse_trees)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace straykey
