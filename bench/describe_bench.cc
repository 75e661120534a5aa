// SPDX-License-Identifier: Apache-2.0
// What a match costs after it was found: position, redaction, fingerprint, wiping.
#include <benchmark/benchmark.h>

#include "bench/made_text.h"
#include "scanner/finding/describe.h"
#include "scanner/match/matcher.h"

namespace straykey {
namespace {

void describe_matches(benchmark::State& state) {
  MadeText text = made_text(builtin_database().signatures(), 1'000'000,
                            static_cast<uint64_t>(state.range(0)), 1);
  Matcher matcher(builtin_database());
  std::vector<std::vector<Match>> found;
  for (const std::string& blob : text.blobs) found.push_back(matcher.find(blob));

  const DescribeOptions options;
  const Origin origin;
  size_t detections = 0;
  for (auto _ : state) {
    state.PauseTiming();
    auto matches = found;
    state.ResumeTiming();
    detections = 0;
    for (size_t i = 0; i < matches.size(); ++i) {
      detections +=
          describe(origin, text.blobs[i], std::move(matches[i]), options).size();
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(detections));
  state.counters["detections"] = static_cast<double>(detections);
}
BENCHMARK(describe_matches)
    ->ArgName("secrets_per_mb")
    ->Arg(1)
    ->Arg(100)
    ->Arg(1000)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace straykey
