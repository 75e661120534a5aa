// SPDX-License-Identifier: Apache-2.0
// The same work on parts of a range, by a thread for each core. For what takes long and touches
// nothing in common; what has stages is a pipeline (scanner/pipeline.h).
#pragma once

#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

namespace straykey {

inline size_t cores() { return std::max<size_t>(1, std::thread::hardware_concurrency()); }

// Cuts [0, size) into so many ranges as long as each other, and calls `work(part, begin, end)` for
// each, the first on this thread; returns when all are done.
template <class Work>
void in_parts(size_t size, size_t parts, const Work& work) {
  std::vector<std::jthread> helpers;
  for (size_t part = 1; part < parts; ++part) {
    helpers.emplace_back([&work, part, size, parts] {
      work(part, size * part / parts, size * (part + 1) / parts);
    });
  }
  work(size_t{0}, size_t{0}, size / parts);
}

}  // namespace straykey
