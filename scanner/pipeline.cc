// SPDX-License-Identifier: Apache-2.0
#include "scanner/pipeline.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_pipeline.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <tuple>
#include <unordered_set>

#include "scanner/base/interrupt.h"

namespace straykey {
namespace {

// What was written before give() is there after take(). TBB sees to that by itself; said
// once more, because the thread sanitizer sees nothing of what happens inside of TBB.
class Handover {
 public:
  void give() { given_.store(true, std::memory_order_release); }
  void take() const { (void)given_.load(std::memory_order_acquire); }

 private:
  std::atomic<bool> given_ = false;
};

// One call of a serial stage, on whichever thread it runs.
class Turn {
 public:
  explicit Turn(Handover& stage) : stage_(stage) { stage_.take(); }
  ~Turn() { stage_.give(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Handover& stage_;
};

// What one batch gave, on its way to the last stage.
struct BatchResult : Handover {
  size_t source = 0;
  std::optional<uint64_t> total;
  std::vector<Detection> detections;
  Coverage coverage;  // left_out and failed
  uint64_t blobs = 0;
  uint64_t bytes = 0;
};

// Matches and describes what a batch reads, archives' members included.
class MatchingSink : public Sink {
 public:
  MatchingSink(Matcher& matcher, const PipelineOptions& options, BatchResult& result)
      : matcher_(matcher), options_(options), result_(result) {}

  void blob(const Origin& origin, ByteView bytes) override {
    show(origin, bytes, matcher_.find(bytes));
  }
  std::unique_ptr<Seen> version(const Origin* origin, ByteView bytes,
                                const MadeFrom* from) override {
    if (options_.matcher.looks_again) return Sink::version(origin, bytes, from);
    auto seen = std::make_unique<SeenTrace>();
    auto matches =
        from ? matcher_.find_changed(bytes, from->base, from->runs,
                                     static_cast<const SeenTrace&>(from->seen).trace,
                                     seen->trace)
             : matcher_.find(bytes, &seen->trace);
    if (origin) show(*origin, bytes, std::move(matches));
    return seen;
  }
  void left_out(const std::string& reason, const std::string& where) override {
    result_.coverage.leave_out(reason, where);
  }
  void failed(const std::string& where, const std::string& reason) override {
    result_.coverage.fail(where, reason);
  }

 private:
  struct SeenTrace : Seen {
    Trace trace;
  };

  void show(const Origin& origin, ByteView bytes, std::vector<Match> matches) {
    size_t first = result_.detections.size();
    if (origin.member.empty()) {
      ++result_.blobs;
      result_.bytes += bytes.size();
    }
    if (!matches.empty()) {
      for (Detection& d : describe(origin, bytes, std::move(matches), options_.describe)) {
        result_.detections.push_back(std::move(d));
      }
    }
    // Members come back through here with an origin that says so: expand_archive() recurses.
    if (options_.archives && origin.member.empty() && looks_like_archive(bytes)) {
      size_t members = result_.detections.size();
      expand_archive(origin, bytes, options_.archive_limits, *this);
      drop_seen_through(first, members);
    }
  }

  // A member that is stored without compression is seen in the archive's own bytes as
  // well; its place is in the member. The archive's detections are [first, members).
  void drop_seen_through(size_t first, size_t members) {
    std::unordered_set<std::string> in_members;
    for (size_t i = members; i < result_.detections.size(); ++i) {
      in_members.insert(result_.detections[i].fingerprint);
    }
    auto begin = result_.detections.begin();
    auto seen =
        std::remove_if(begin + static_cast<std::ptrdiff_t>(first),
                       begin + static_cast<std::ptrdiff_t>(members),
                       [&](const Detection& d) { return in_members.count(d.fingerprint) > 0; });
    result_.detections.erase(seen, begin + static_cast<std::ptrdiff_t>(members));
  }

  Matcher& matcher_;
  const PipelineOptions& options_;
  BatchResult& result_;
};

void add(Coverage& total, Coverage part) {
  for (auto& [reason, what] : part.left_out) {
    LeftOut& entry = total.left_out[reason];
    entry.count += what.count;
    for (const std::string& example : what.examples) entry.add_example(example);
  }
  for (Failure& failure : part.failed) total.failed.push_back(std::move(failure));
}

struct Work : Handover {
  size_t source = 0;
  std::optional<uint64_t> total;
  std::unique_ptr<Batch> batch;
};

}  // namespace

Scanned run_pipeline(std::vector<std::unique_ptr<Source>>& sources, const Database& database,
                     const PipelineOptions& options) {
  Scanned scanned;
  Coverage naming;  // of the first stage, which must not touch what the last one writes
  std::vector<std::pair<uint64_t, uint64_t>> counts;  // blobs and bytes of each source
  PipelineProgress progress;
  size_t current = 0;
  Handover naming_stage, collecting_stage;
  naming_stage.give();
  collecting_stage.give();

  // Plain pointers go from stage to stage, each to one that owns it: TBB copies what it
  // hands on, and on threads that know nothing of one another.
  auto next_work = [&]() -> Work* {
    Turn turn(naming_stage);
    CoverageSink sink(naming);
    while (current < sources.size() && !interrupted()) {
      if (auto batch = sources[current]->next(sink)) {
        auto work = std::make_unique<Work>();
        work->source = current;
        work->total = sources[current]->total();
        work->batch = std::move(batch);
        work->give();
        return work.release();
      }
      ++current;
    }
    return nullptr;
  };
  auto scan = [&](Matcher& matcher, Work* handed) {
    std::unique_ptr<Work> work(handed);
    auto result = std::make_unique<BatchResult>();
    result->source = work->source;
    result->total = work->total;
    MatchingSink sink(matcher, options, *result);
    work->batch->read(sink);
    result->give();
    return result.release();
  };
  auto collect = [&](BatchResult* handed) {
    Turn turn(collecting_stage);
    std::unique_ptr<BatchResult> result(handed);
    result->take();
    if (counts.size() <= result->source) counts.resize(result->source + 1);
    counts[result->source].first += result->blobs;
    counts[result->source].second += result->bytes;
    progress.blobs += result->blobs;
    progress.bytes += result->bytes;
    progress.detections += result->detections.size();
    // Of several sources only the ones begun know their size: no total for the run.
    progress.total = counts.size() == 1 ? result->total : std::nullopt;
    for (Detection& d : result->detections) scanned.detections.push_back(std::move(d));
    add(scanned.coverage, std::move(result->coverage));
    if (options.progress) options.progress(progress);
  };

  // Holds for what a source does with threads of its own as well.
  std::optional<tbb::global_control> limit;
  if (options.jobs) limit.emplace(tbb::global_control::max_allowed_parallelism, options.jobs);
  // One thread, or nothing to share: no thread is started, and nothing prepared for some.
  std::array<Work*, 2> first{next_work(), nullptr};
  if (first[0] && options.jobs != 1) first[1] = next_work();
  if (!first[1]) {
    Matcher matcher(database, options.matcher);
    for (Work* work = first[0]; work; work = next_work()) collect(scan(matcher, work));
  } else {
    unsigned jobs =
        options.jobs ? options.jobs : static_cast<unsigned>(tbb::info::default_concurrency());
    tbb::enumerable_thread_specific<Matcher> matchers(
        [&] { return Matcher(database, options.matcher); });
    for (Work* work : first) work->give();  // and the matchers with it
    size_t given = 0;
    naming_stage.give();
    auto give = [&](tbb::flow_control& flow) -> Work* {
      Turn turn(naming_stage);
      Work* work = given < first.size() ? first[given++] : next_work();
      if (!work) flow.stop();
      return work;
    };
    auto scan_here = [&](Work* work) {
      work->take();
      return scan(matchers.local(), work);
    };
    // Twice the threads: one batch in work and one behind it; more would only hold memory.
    tbb::parallel_pipeline(
        2 * jobs,
        tbb::make_filter<void, Work*>(tbb::filter_mode::serial_in_order, give) &
            tbb::make_filter<Work*, BatchResult*>(tbb::filter_mode::parallel, scan_here) &
            tbb::make_filter<BatchResult*, void>(tbb::filter_mode::serial_in_order, collect));
    collecting_stage.take();  // from here on nobody has a matcher
  }

  naming_stage.take();
  add(naming, std::move(scanned.coverage));
  scanned.coverage = std::move(naming);
  // The order in which work was cut means nothing.
  std::sort(scanned.coverage.failed.begin(), scanned.coverage.failed.end(),
            [](const Failure& a, const Failure& b) {
              return std::tie(a.where, a.reason) < std::tie(b.where, b.reason);
            });
  counts.resize(sources.size());
  for (size_t i = 0; i < sources.size(); ++i) {
    SourceCoverage coverage = sources[i]->coverage();
    coverage.blobs = counts[i].first;
    coverage.bytes = counts[i].second;
    scanned.coverage.sources.push_back(std::move(coverage));
  }
  scanned.coverage.interrupted = interrupted();
  return scanned;
}

}  // namespace straykey
