// SPDX-License-Identifier: Apache-2.0
// Bytes -> matches on one thread, beside two passes over the same bytes that no scanner can
// be faster than; and what it costs to have a database at all.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "bench/made_text.h"
#include "scanner/match/matcher.h"

namespace straykey {
namespace {

constexpr uint64_t kTextBytes = 8'000'000;
constexpr size_t kFewSignatures = 80;

MadeText text_with(const benchmark::State& state) {
  return made_text(builtin_database().signatures(), kTextBytes,
                   static_cast<uint64_t>(state.range(0)), 1);
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
    for (const std::string& blob : text.blobs) findings += matcher.find(blob).size();
  }
  count(state, text);
  state.counters["findings"] = static_cast<double>(findings);
  state.counters["signatures"] = static_cast<double>(database.signatures().size());
}

// Always the same ones.
SignatureSet few_signatures() {
  std::vector<Signature> all = builtin_database().signatures().all();
  std::mt19937_64 random(80);
  for (size_t i = 0; i < kFewSignatures; ++i) {
    std::swap(all[i], all[i + random() % (all.size() - i)]);
  }
  all.resize(kFewSignatures);
  return need(SignatureSet::make(std::move(all)));
}

void find_all_signatures(benchmark::State& state) { find(state, builtin_database()); }

void find_80_signatures(benchmark::State& state) {
  static const Database database = need(Database::compile(few_signatures()));
  find(state, database);
}

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
