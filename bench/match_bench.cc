// SPDX-License-Identifier: Apache-2.0
// Bytes -> matches on one thread, stage by stage: the gate, which looks at every byte; what it
// lets through to Hyperscan, which proposes candidates; and the whole with RE2. Beside them
// two passes over the same bytes that no scanner can be faster than, and what it costs to
// have a database at all.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <random>
#include <set>

#include "bench/made_text.h"
#include "scanner/match/compiled.h"
#include "scanner/match/matcher.h"
#include "scanner/match/propose.h"
#include "scanner/signature/sample_text.h"

namespace straykey {
namespace {

constexpr uint64_t kTextBytes = 8'000'000;
constexpr size_t kFewSignatures = 80;

// What a scan shows: values that only look a little like credentials are counted apart.
size_t shown(const std::vector<Match>& matches) {
  return static_cast<size_t>(
      std::count_if(matches.begin(), matches.end(),
                    [](const Match& m) { return m.confidence >= Confidence::kMedium; }));
}

MadeText text_with(const benchmark::State& state) {
  return made_text(builtin_database().signatures(), kTextBytes,
                   static_cast<uint64_t>(state.range(0)), 1);
}

// Prose and minified code in which one word in 200 is "token" or the like, and lines that
// assign to such names: what makes any scanner look twice.
MadeText keyword_rich_text() {
  constexpr uint64_t kPieceBytes = 64'000;
  MadeText text;
  for (uint64_t seed = 1; text.bytes < kTextBytes; ++seed) {
    std::string piece = sample_text(SampleText::kProse, kPieceBytes / 4, seed) +
                        sample_text(SampleText::kMinified, kPieceBytes / 4, seed);
    while (piece.size() < kPieceBytes) {
      static constexpr const char* kNames[] = {"api_key", "clientSecret", "auth_token",
                                               "password", "access_key_id"};
      ++seed;
      piece += std::string("    ") + kNames[seed % std::size(kNames)] + " = config.value(" +
               std::to_string(seed % 977) + ");\n" +
               sample_text(SampleText::kSource, 120, seed) + "\n";
    }
    text.bytes += piece.size();
    text.blobs.push_back(std::move(piece));
  }
  return text;
}

enum Text : int64_t { kPlain, kKeywordRich };
MadeText plain_or_rich(const benchmark::State& state) {
  return state.range(0) == kPlain ? made_text(builtin_database().signatures(), kTextBytes, 0, 1)
                                  : keyword_rich_text();
}

void count(benchmark::State& state, const MadeText& text) {
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.bytes));
  state.counters["planted"] = static_cast<double>(text.planted);
}

void find(benchmark::State& state, const Database& database) {
  MadeText text = text_with(state);
  Matcher matcher(database);
  size_t findings = 0;
  for (auto _ : state) {
    findings = 0;
    for (const std::string& blob : text.blobs) findings += shown(matcher.find(blob));
  }
  count(state, text);
  state.counters["findings"] = static_cast<double>(findings);
  state.counters["signatures"] = static_cast<double>(database.signatures().size());
}

// Always the same ones: those that know no provider, which every scanner has and which cost the
// most, and then some drawn at random.
SignatureSet few_signatures() {
  std::vector<Signature> all = builtin_database().signatures().all();
  std::mt19937_64 random(80);
  const auto generic = std::stable_partition(
      all.begin(), all.end(), [](const Signature& s) { return s.provider == kGenericProvider; });
  for (auto i = static_cast<size_t>(generic - all.begin()); i < kFewSignatures; ++i) {
    std::swap(all[i], all[i + random() % (all.size() - i)]);
  }
  all.resize(kFewSignatures);
  return need(SignatureSet::make(std::move(all)));
}

const Database& few_database() {
  static const Database database = need(Database::compile(few_signatures()));
  return database;
}

// The first look at every byte.
void gate_alone(benchmark::State& state) {
  MadeText text = plain_or_rich(state);
  const Gate& gate = builtin_database().parts().gate;
  GateFound found;
  size_t windows = 0, hits = 0;
  for (auto _ : state) {
    windows = hits = 0;
    for (const std::string& blob : text.blobs) {
      found.clear();
      gate.find(blob, 0, blob.size(), best_gate_kernel(), found);
      windows += found.windows.size();
      hits += found.hits.size();
    }
  }
  count(state, text);
  state.counters["windows"] = static_cast<double>(windows);
  state.counters["hits"] = static_cast<double>(hits);
}

void propose(benchmark::State& state, const Database& database,
             Proposer::FirstLook first_look) {
  MadeText text = plain_or_rich(state);
  Proposer proposer(database.parts(), 4u << 20, first_look);
  std::vector<Candidate> candidates;
  for (auto _ : state) {
    for (const std::string& blob : text.blobs) {
      candidates.clear();
      proposer.propose(blob, {0, blob.size()}, candidates);
    }
  }
  count(state, text);
  size_t ends = 0;
  for (const std::string& blob : text.blobs) {
    candidates.clear();
    proposer.propose(blob, {0, blob.size()}, candidates);
    std::set<std::pair<uint32_t, uint64_t>> once;
    for (const Candidate& candidate : candidates) {
      once.emplace(candidate.signature, candidate.end());
    }
    ends += once.size();
  }
  state.counters["ends"] = static_cast<double>(ends);
  state.counters["signatures"] = static_cast<double>(database.signatures().size());
}

void propose_all(benchmark::State& state) {
  propose(state, builtin_database(), Proposer::FirstLook::kGate);
}
void propose_80(benchmark::State& state) {
  propose(state, few_database(), Proposer::FirstLook::kGate);
}
void propose_all_without_gate(benchmark::State& state) {
  propose(state, builtin_database(), Proposer::FirstLook::kHyperscan);
}

void find_rich(benchmark::State& state) {
  MadeText text = keyword_rich_text();
  Matcher matcher(builtin_database());
  size_t findings = 0;
  for (auto _ : state) {
    findings = 0;
    for (const std::string& blob : text.blobs) findings += shown(matcher.find(blob));
  }
  count(state, text);
  state.counters["findings"] = static_cast<double>(findings);
}

void find_all_signatures(benchmark::State& state) { find(state, builtin_database()); }

void find_80_signatures(benchmark::State& state) { find(state, few_database()); }

void ceiling_memcpy(benchmark::State& state) {
  MadeText text = text_with(state);
  std::string to(kTextBytes, '\0');
  for (auto _ : state) {
    for (const std::string& blob : text.blobs) {
      std::memcpy(to.data(), blob.data(), blob.size());
      benchmark::DoNotOptimize(to.data());
      benchmark::ClobberMemory();
    }
  }
  count(state, text);
}

void ceiling_memchr_lines(benchmark::State& state) {
  MadeText text = text_with(state);
  size_t lines = 0;
  for (auto _ : state) {
    lines = 0;
    for (const std::string& blob : text.blobs) {
      const char* end = blob.data() + blob.size();
      for (const char* at = blob.data(); at < end; ++at, ++lines) {
        at = static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
        if (!at) break;
      }
    }
  }
  count(state, text);
  state.counters["lines"] = static_cast<double>(lines);
}

// What a start of the program pays.
void database_load(benchmark::State& state) {
  size_t signatures = 0;
  for (auto _ : state) {
    Database database = need(Database::builtin());
    signatures = database.signatures().size();
  }
  state.counters["signatures"] = static_cast<double>(signatures);
}

// What it pays when signatures of somebody's own are added.
void database_compile(benchmark::State& state) {
  size_t signatures = 0;
  for (auto _ : state) {
    Database database = need(Database::compile(need(Database::builtin_signatures())));
    signatures = database.signatures().size();
  }
  state.counters["signatures"] = static_cast<double>(signatures);
}

BENCHMARK(ceiling_memcpy)->ArgName("secrets_per_mb")->Arg(0)->Unit(benchmark::kMillisecond);
BENCHMARK(ceiling_memchr_lines)
    ->ArgName("secrets_per_mb")
    ->Arg(0)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(gate_alone)
    ->ArgName("rich")
    ->Arg(kPlain)
    ->Arg(kKeywordRich)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(propose_all)
    ->ArgName("rich")
    ->Arg(kPlain)
    ->Arg(kKeywordRich)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(propose_80)
    ->ArgName("rich")
    ->Arg(kPlain)
    ->Arg(kKeywordRich)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(propose_all_without_gate)
    ->ArgName("rich")
    ->Arg(kPlain)
    ->Arg(kKeywordRich)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(find_rich)->Unit(benchmark::kMillisecond);
BENCHMARK(find_all_signatures)
    ->ArgName("secrets_per_mb")
    ->Arg(0)
    ->Arg(1)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(find_80_signatures)
    ->ArgName("secrets_per_mb")
    ->Arg(0)
    ->Arg(1)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(database_load)->Unit(benchmark::kMillisecond);
BENCHMARK(database_compile)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace straykey
