// SPDX-License-Identifier: Apache-2.0
// What of a scan is only reading: bench_decode makes the same passes over a repository as
// `straykey scan` of its history, with somebody at the end who looks at nothing, and says
// what each stage cost. README.md beside this file tells how to read it.
//
//   bench_decode decode [--jobs N] REPOSITORY   all of reading
//   bench_decode parts REPOSITORY               of that, inflating and applying deltas
//   bench_decode scan [--jobs N] REPOSITORY     reading and matching; attribution apart
//   bench_decode scan-unopened [...]            the same, archives as the bytes they are
//   bench_decode memory [--jobs N]              how fast memory is
//
// Prints JSON: seconds, bytes of memory, and what was read.
#include <malloc.h>
#include <sys/resource.h>
#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <unordered_set>

#include "scanner/git/delta_walk.h"
#include "scanner/git/forest_objects.h"
#include "scanner/git/history.h"
#include "scanner/pipeline.h"
#include "scanner/source/packed_objects.h"
#include "scanner/source/repository.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void end_with(const std::string& message) {
  std::cerr << "bench_decode: " << message << "\n";
  std::exit(2);
}

template <class T>
T need(Result<T> result) {
  if (!result) end_with(result.error().message);
  return *std::move(result);
}

// The most memory that was held, looked at every few ms: mapped packs are counted as far as
// they were touched, anonymous memory is what the program took for itself.
class MemoryWatch {
 public:
  MemoryWatch() : thread_([this] { run(); }) {}
  ~MemoryWatch() {
    {
      std::lock_guard lock(mutex_);
      ended_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  struct Peak {
    uint64_t resident = 0;
    uint64_t anonymous = 0;
  };
  // Since the last call.
  Peak take() {
    std::lock_guard lock(mutex_);
    look();
    return std::exchange(peak_, {});
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::milliseconds(5), [this] { return ended_; })) {
      look();
    }
  }
  void look() {
    std::ifstream statm("/proc/self/statm");
    uint64_t total = 0, resident = 0, of_files = 0;
    if (!(statm >> total >> resident >> of_files)) return;
    const auto page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
    peak_.resident = std::max(peak_.resident, resident * page);
    peak_.anonymous = std::max(peak_.anonymous, (resident - of_files) * page);
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  Peak peak_;
  std::thread thread_;  // last: it uses the others
};

double cpu_seconds() {
  rusage usage;
  ::getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double thread_seconds() {
  timespec now;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// What each stage cost, and all of them.
class Stages {
 public:
  // Ends the stage that began with the last call, or with the program.
  void end(const std::string& stage) {
    auto wall = std::chrono::steady_clock::now();
    double cpu = cpu_seconds();
    MemoryWatch::Peak peak = memory_.take();
    stages_[stage] = {{"wall", std::chrono::duration<double>(wall - wall_).count()},
                      {"cpu", cpu - cpu_},
                      {"resident", peak.resident},
                      {"anonymous", peak.anonymous}};
    wall_ = wall;
    cpu_ = cpu;
  }

  Json json() const {
    Json all = {{"wall", 0.0}, {"cpu", 0.0}, {"resident", 0}, {"anonymous", 0}};
    for (const Json& stage : stages_) {
      for (const char* sum : {"wall", "cpu"}) {
        all[sum] = all[sum].get<double>() + stage[sum].get<double>();
      }
      for (const char* peak : {"resident", "anonymous"}) {
        all[peak] = std::max(all[peak].get<uint64_t>(), stage[peak].get<uint64_t>());
      }
    }
    all["stages"] = stages_;
    return all;
  }

 private:
  MemoryWatch memory_;
  std::chrono::steady_clock::time_point wall_ = std::chrono::steady_clock::now();
  double cpu_ = 0;  // what came before main() belongs to the first stage
  Json stages_ = Json::object();
};

// Counts what it is given. One per batch.
struct CountingSink : Sink {
  uint64_t blobs = 0;
  uint64_t bytes = 0;
  uint64_t failures = 0;

  void blob(const Origin&, ByteView content) override {
    ++blobs;
    bytes += content.size();
  }
  void left_out(const std::string&, const std::string&) override {}
  void failed(const std::string&, const std::string&) override { ++failures; }
};

// The repository as `scan` plans it: what RepositorySource does before the first blob, a
// stage at a time.
class Plan {
 public:
  Plan(const std::string& path, Stages& stages) : path_(path) {
    auto layout = need(repository_at(path));
    if (!layout) end_with(path + ": is not a git repository");
    layout_ = std::move(*layout);
    store_ = need(ObjectStore::open(layout_, ReadWay::kFast));
    pool_ = std::make_unique<ReaderPool>(*store_);
    place_.reset(new ObjectPlace{layout_, path_, 0, *pool_});
    catalogue_ = std::make_unique<ObjectCatalogue>(layout_);
    stages.end("open");
    forest_ = std::make_unique<DeltaForest>(*catalogue_);
    stages.end("headers");
    graph_ = std::make_unique<ObjectGraph>(
        *catalogue_, *forest_, CommitGraph::open(layout_.objects_dir, layout_.format),
        Verify::kNo);
    stages.end("commits and trees");
    choose();
    ::malloc_trim(0);
    stages.end("reachability");
  }

  const ObjectCatalogue& catalogue() const { return *catalogue_; }
  const DeltaForest& forest() const { return *forest_; }
  const std::vector<bool>& wanted() const { return wanted_; }
  const ObjectPlace& place() const { return *place_; }
  uint64_t commits() const { return commits_; }
  uint64_t failures() const { return failures_; }
  ObjectGraph& graph() { return *graph_; }
  // What no pack has.
  std::vector<ObjectItem> take_items() { return std::move(items_); }

 private:
  void choose() {
    auto others = need(pool_->lend());
    ForestObjects objects(*forest_, Verify::kNo, *others);
    GraphFailed failed = [this](const std::string&, const std::string&) { ++failures_; };
    CommitScope scope;
    scope.tips = need(read_refs(layout_)).refs;
    auto commits = commits_of(*graph_, objects, failed);
    History history = load_history(*commits, objects, layout_, scope, failed);
    commits_ = history.commits_in_scope;

    wanted_.assign(forest_->size(), false);
    std::vector<ObjectNumber> trees;
    std::vector<ObjectNumber> tagged_blobs;
    for (const Commit& commit : history.commits) {
      trees.push_back(commit.tree_number);
      want(commit.number, OriginKind::kCommitMessage);
    }
    for (const ObjectId& tag : history.tags) {
      want(commits->number(tag), OriginKind::kTagMessage);
    }
    for (const TaggedObject& tagged : history.tagged) {
      if (tagged.type == ObjectType::kTree) trees.push_back(commits->number(tagged.id));
      if (tagged.type == ObjectType::kBlob) tagged_blobs.push_back(commits->number(tagged.id));
    }
    std::vector<ObjectNumber> blobs = graph_->blobs_of(trees, objects, failed);
    blobs.insert(blobs.end(), tagged_blobs.begin(), tagged_blobs.end());
    std::sort(blobs.begin(), blobs.end());
    blobs.erase(std::unique(blobs.begin(), blobs.end()), blobs.end());
    for (ObjectNumber blob : blobs) want(blob, OriginKind::kBlob);
  }

  void want(ObjectNumber object, OriginKind kind) {
    if (object < forest_->size() && forest_->is_sound(object)) {
      wanted_[object] = true;
    } else {
      items_.push_back({catalogue_->id(object), kind, ""});
    }
  }

  std::string path_;
  RepositoryLayout layout_;
  std::unique_ptr<ObjectStore> store_;
  std::unique_ptr<ReaderPool> pool_;
  std::unique_ptr<ObjectPlace> place_;
  std::unique_ptr<ObjectCatalogue> catalogue_;
  std::unique_ptr<DeltaForest> forest_;
  std::unique_ptr<ObjectGraph> graph_;
  std::vector<bool> wanted_;
  std::vector<ObjectItem> items_;
  uint64_t commits_ = 0;
  uint64_t failures_ = 0;
};

Json decode(const std::string& path, unsigned jobs) {
  Stages stages;
  Plan plan(path, stages);
  PackedObjects packed(plan.forest(), plan.graph(), plan.wanted(), plan.place(), Verify::kNo);
  ObjectBatch single(plan.place(), plan.take_items());
  std::mutex mutex;
  CountingSink total;
  total.failures = plan.failures();
  auto work = [&](unsigned) {
    CountingSink sink;
    for (;;) {
      std::unique_ptr<Batch> batch;
      {
        std::lock_guard lock(mutex);
        batch = packed.next();
      }
      if (!batch) break;
      batch->read(sink);
    }
    std::lock_guard lock(mutex);
    total.blobs += sink.blobs;
    total.bytes += sink.bytes;
    total.failures += sink.failures;
  };
  tbb::parallel_for(0u, jobs, work);
  single.read(total);
  stages.end("blobs");
  Json out = stages.json();
  out["objects"] = plan.catalogue().packed();
  out["commits"] = plan.commits();
  out["blobs"] = total.blobs;
  out["bytes"] = total.bytes;
  out["failed"] = total.failures;
  return out;
}

// One piece of the forest at a time, on one thread: first everything in it is inflated, then
// all deltas are applied.
class Parts {
 public:
  Parts(const DeltaForest& forest, const ForestCut& cut)
      : forest_(forest), cut_(cut), reader_(forest) {}

  void measure(const Piece& piece) {
    double begin = thread_seconds();
    ObjectBuffers::Buffer base;
    if (piece.base != kNoObject && !reader_.read(piece.base, base)) return;
    double ready = thread_seconds();
    bases_ += ready - begin;
    inflate_all(piece);
    double inflated = thread_seconds();
    inflate_ += inflated - ready;
    for (size_t i = 0; i < entries_.size();) i = make(i, base.view());
    delta_ += thread_seconds() - inflated;
    reader_.buffers().give_back(std::move(base));
  }

  Json json() const {
    return {{"objects", objects_},           {"inflate_cpu", inflate_},
            {"inflated_bytes", inflated_},   {"delta_cpu", delta_},
            {"made_bytes", made_},           {"copies", copies_},
            {"copied_bytes", copied_bytes_}, {"bases_cpu", bases_}};
  }

 private:
  struct Entry {
    ByteView bytes;  // empty when it cannot be inflated
    bool is_delta;
    size_t end = 0;  // of the entries below this one, which follow it
  };

  void inflate_all(const Piece& piece) {
    entries_.clear();
    for (ObjectBuffers::Buffer& block : arena_) blocks_.give_back(std::move(block));
    arena_.clear();
    for (ObjectNumber top : piece.tops) inflate(top);
  }

  void inflate(ObjectNumber number) {
    size_t mine = entries_.size();
    ObjectCatalogue::Entry at = forest_.catalogue().entry(number);
    auto header = at.pack->header(at.number);
    entries_.push_back({{}, forest_.base(number) != kNoObject, 0});
    if (header && header->size <= PackedReader::kLargest) {
      char* out = take(header->size);
      if (inflater_.inflate(header->compressed, out, header->size)) {
        entries_[mine].bytes = {out, header->size};
        inflated_ += header->size;
        ++objects_;
      }
    }
    for (ObjectNumber child : forest_.children(number)) {
      uint8_t marks = cut_.marks[child];
      if ((marks & ForestCut::kNeeded) && !(marks & ForestCut::kTop)) inflate(child);
    }
    entries_[mine].end = entries_.size();
  }

  // Bytes that last until the piece is done.
  char* take(size_t size) {
    constexpr size_t kBlock = 8u << 20;
    if (arena_.empty() || arena_.back().capacity - arena_.back().size < size) {
      arena_.push_back(blocks_.take(std::max(size, kBlock)));
      arena_.back().size = 0;
    }
    char* out = arena_.back().bytes.get() + arena_.back().size;
    arena_.back().size += size;
    return out;
  }

  // Entry `i` and those below it. Gives the next one that is not.
  size_t make(size_t i, ByteView base) {
    const Entry entry = entries_[i];
    if (!entry.is_delta) {
      for (++i; i < entry.end;) i = make(i, entry.bytes);
      return entry.end;
    }
    ByteView delta = entry.bytes;
    auto sizes = take_delta_sizes(delta);
    if (!sizes || sizes->base != base.size() || sizes->result > PackedReader::kLargest) {
      return entry.end;
    }
    ObjectBuffers::Buffer bytes = reader_.buffers().take(sizes->result);
    runs_.clear();
    if (apply_delta(delta, base, bytes.bytes.get(), sizes->result, runs_)) {
      made_ += sizes->result;
      copies_ += runs_.size();
      for (const CopyRun& run : runs_) copied_bytes_ += run.length;
      for (++i; i < entry.end;) i = make(i, bytes.view());
    }
    reader_.buffers().give_back(std::move(bytes));
    return entry.end;
  }

  const DeltaForest& forest_;
  const ForestCut& cut_;
  PackedReader reader_;
  Inflater inflater_;
  ObjectBuffers blocks_;
  std::vector<ObjectBuffers::Buffer> arena_;
  std::vector<Entry> entries_;
  std::vector<CopyRun> runs_;
  double bases_ = 0;
  double inflate_ = 0;
  double delta_ = 0;
  uint64_t objects_ = 0;
  uint64_t inflated_ = 0;
  uint64_t made_ = 0;
  uint64_t copies_ = 0;
  uint64_t copied_bytes_ = 0;
};

Json parts(const std::string& path) {
  constexpr uint64_t kPieceBytes = 8u << 20;
  Stages stages;
  Plan plan(path, stages);
  auto wanted = [&](ObjectNumber number) { return plan.wanted()[number]; };
  ForestCut pieces = cut(plan.forest(), wanted, kPieceBytes);
  Parts all(plan.forest(), pieces);
  for (const Piece& piece : pieces.pieces) all.measure(piece);
  return all.json();
}

// A repository, of which the time until the first work is named is a stage.
class PlannedSource : public Source {
 public:
  PlannedSource(std::unique_ptr<RepositorySource> source, Stages& stages)
      : source_(std::move(source)), stages_(stages) {}
  std::unique_ptr<Batch> next(Sink& sink) override {
    auto batch = source_->next(sink);
    if (!std::exchange(planned_, true)) stages_.end("plan");
    return batch;
  }
  SourceCoverage coverage() const override { return source_->coverage(); }
  RepositorySource& repository() { return *source_; }

 private:
  std::unique_ptr<RepositorySource> source_;
  Stages& stages_;
  bool planned_ = false;
};

Json scan(const std::string& path, unsigned jobs, bool archives) {
  Stages stages;
  Database database = need(Database::builtin());
  RepositoryOptions repository;
  auto layout = need(repository_at(path));
  if (!layout) end_with(path + ": is not a git repository");
  repository.layout = std::move(*layout);
  repository.path = path;
  repository.working_tree = false;
  auto planned = std::make_unique<PlannedSource>(
      need(RepositorySource::open(std::move(repository))), stages);
  PlannedSource& source = *planned;
  std::vector<std::unique_ptr<Source>> sources;
  sources.push_back(std::move(planned));
  PipelineOptions options;
  options.jobs = jobs;
  options.archives = archives;
  Scanned scanned = run_pipeline(sources, database, options);
  stages.end("blobs");
  std::unordered_set<ObjectId> blobs;
  for (const Detection& d : scanned.detections) {
    if (d.origin.kind == OriginKind::kBlob) blobs.insert(d.origin.object);
  }
  CountingSink sink;
  size_t places = source.repository().attribute(blobs, sink).size();
  stages.end("attribution");
  Json out = stages.json();
  const SourceCoverage& coverage = scanned.coverage.sources.front();
  out["commits"] = coverage.commits;
  out["blobs"] = coverage.blobs;
  out["bytes"] = coverage.bytes;
  out["failed"] = scanned.coverage.failed.size() + sink.failures;
  out["detections"] = scanned.detections.size();
  out["blobs_with_detections"] = blobs.size();
  out["places"] = places;
  return out;
}

// Every line of a buffer that no cache holds is loaded once.
Json memory(unsigned jobs) {
  constexpr size_t kWords = (256u << 20) / sizeof(uint64_t);
  constexpr int kRuns = 5;
  std::vector<std::vector<uint64_t>> buffers(jobs, std::vector<uint64_t>(kWords, 1));
  std::atomic<uint64_t> all = 0;
  double best = 0;
  for (int run = 0; run < kRuns; ++run) {
    auto begin = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (const auto& buffer : buffers) {
      threads.emplace_back([&] {
        uint64_t lines[8] = {};
        for (size_t i = 0; i < kWords; i += 8) {
          for (size_t k = 0; k < 8; ++k) lines[k] += buffer[i + k];
        }
        for (uint64_t sum : lines) all += sum;
      });
    }
    for (std::thread& thread : threads) thread.join();
    std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    best = std::max(best, static_cast<double>(jobs * kWords * 8) / seconds.count());
  }
  if (all != uint64_t{kRuns} * jobs * kWords) end_with("memory does not hold what it should");
  return {{"bytes_per_second", best}};
}

}  // namespace
}  // namespace straykey

int main(int argc, char** argv) {
  using namespace straykey;
  std::vector<std::string> words(argv + 1, argv + argc);
  auto jobs = static_cast<unsigned>(tbb::info::default_concurrency());
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] != "--jobs") continue;
    jobs = static_cast<unsigned>(std::stoul(words[i + 1]));
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i),
                words.begin() + static_cast<std::ptrdiff_t>(i) + 2);
  }
  std::string mode = words.empty() ? "" : words[0];
  if (jobs == 0 || words.size() != (mode == "memory" ? 1 : 2)) {
    end_with(
        "usage: bench_decode decode|parts|scan|scan-unopened|memory [--jobs N] [REPOSITORY]");
  }
  tbb::global_control limit(tbb::global_control::max_allowed_parallelism, jobs);
  Json out;
  if (mode == "decode") {
    out = decode(words[1], jobs);
  } else if (mode == "parts") {
    out = parts(words[1]);
  } else if (mode == "scan" || mode == "scan-unopened") {
    out = scan(words[1], jobs, mode == "scan");
  } else if (mode == "memory") {
    out = memory(jobs);
  } else {
    end_with("there is no '" + mode + "'");
  }
  std::cout << out.dump(2) << "\n";
}
