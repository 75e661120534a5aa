// SPDX-License-Identifier: Apache-2.0
// Sources -> detections: the path of a byte as one oneTBB pipeline.
//
//   serial              parallel                              serial, in order
//   source.next()  ->   batch.read -> match -> describe  ->   collect
//
// The last stage receives batches in the order in which the first one made them, so the
// result is the same for any number of threads. This is the only room that knows threads.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "scanner/finding/describe.h"
#include "scanner/match/matcher.h"
#include "scanner/source/archive.h"
#include "scanner/source/source.h"

namespace straykey {

struct PipelineProgress {
  uint64_t blobs = 0;
  uint64_t bytes = 0;
  uint64_t detections = 0;
  std::optional<uint64_t> total;  // of blobs, when it is known
};

struct PipelineOptions {
  unsigned jobs = 0;  // threads; 0 is all cores
  MatcherOptions matcher;
  DescribeOptions describe;
  bool archives = true;
  ArchiveLimits archive_limits;
  // Called by the last stage after every batch.
  std::function<void(const PipelineProgress&)> progress;
};

struct Scanned {
  std::vector<Detection> detections;  // in the order of the sources' batches
  Coverage coverage;
};

// Scans `sources` one after another; sources may be appended while it runs, from within
// Source::next(). Stops early when interrupted() and says so in the coverage.
Scanned run_pipeline(std::vector<std::unique_ptr<Source>>& sources, const Database& database,
                     const PipelineOptions& options);

}  // namespace straykey
