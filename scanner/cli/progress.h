// SPDX-License-Identifier: Apache-2.0
// One line on the terminal that says how far a scan is.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "scanner/cli/options.h"

namespace straykey {

struct ProgressCounts {
  uint64_t blobs = 0;                   // done
  std::optional<uint64_t> known_blobs;  // in all, when that is known yet
  uint64_t bytes = 0;
  uint64_t findings = 0;
};

// The line without terminal codes, at most `width` columns of ASCII:
// "1,204 of 5,310 blobs (22 %), 310 MB, 155 MB/s, 12 s left, 3 findings".
std::string progress_line(const ProgressCounts& counts, double seconds, uint32_t width);

// Owned by the serial stage. Silent unless standard error is a terminal that somebody
// looks at: not with --quiet, --no-progress, TERM=dumb or in CI.
class Progress {
 public:
  explicit Progress(const ScanOptions& options);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Cheap enough for every batch: draws at most ten times a second.
  void update(const ProgressCounts& counts);

  // Removes the line, before anything else is written to the terminal.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  bool enabled_ = false;
  bool drawn_ = false;
  Clock::time_point started_ = Clock::now();
  Clock::time_point next_draw_ = started_;
};

}  // namespace straykey
