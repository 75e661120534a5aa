// SPDX-License-Identifier: Apache-2.0
// A unit of little-endian UTF-16 below U+0100 is a byte and a zero; of big-endian, a zero
// and a byte. Seen from one byte further on, the one looks like the other, so the search
// goes from zero to zero and takes the reading that begins first.
#include "scanner/match/wide.h"

#include <cstring>

namespace straykey {
namespace {

constexpr size_t kLeastUnits = 8;

// How many units with zeros at `zero_at` (0 or 1) of each pair follow from `begin`.
size_t units_from(ByteView bytes, size_t begin, size_t zero_at) {
  size_t units = 0;
  for (size_t i = begin; i + 1 < bytes.size(); i += 2, ++units) {
    if (bytes[i + zero_at] != 0 || bytes[i + 1 - zero_at] == 0) break;
  }
  return units;
}

WideRun narrow(ByteView bytes, size_t begin, size_t units, size_t zero_at) {
  WideRun run;
  run.begin = begin;
  run.encoding = zero_at == 1 ? "utf-16le" : "utf-16be";
  run.text.resize(units);
  for (size_t i = 0; i < units; ++i) run.text[i] = bytes[begin + 2 * i + 1 - zero_at];
  return run;
}

}  // namespace

std::vector<WideRun> find_wide_runs(ByteView bytes) {
  std::vector<WideRun> runs;
  size_t at = 0;  // nothing before it is looked at again
  while (at < bytes.size()) {
    const void* found = std::memchr(bytes.data() + at, 0, bytes.size() - at);
    if (!found) break;
    auto zero = static_cast<size_t>(static_cast<const char*>(found) - bytes.data());
    if (zero > at) {
      size_t units = units_from(bytes, zero - 1, 1);
      if (units >= kLeastUnits) {
        runs.push_back(narrow(bytes, zero - 1, units, 1));
        at = zero - 1 + 2 * units;
        continue;
      }
    }
    size_t units = units_from(bytes, zero, 0);
    if (units >= kLeastUnits) {
      // Offsets of a big-endian run count from its zero bytes.
      runs.push_back(narrow(bytes, zero, units, 0));
      at = zero + 2 * units;
      continue;
    }
    at = zero + 1;
  }
  return runs;
}

}  // namespace straykey
