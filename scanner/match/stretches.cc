// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/stretches.h"

#include <algorithm>

#include "scanner/match/encoded_run.h"

namespace straykey {
namespace {

// To look at a few bytes costs less than to begin once more behind them.
constexpr uint64_t kLeastKnown = 256;

}  // namespace

void find_stretches(ByteView bytes, uint64_t base_size, const std::vector<CopyRun>& copies,
                    uint64_t before, uint64_t behind, std::vector<Stretch>& out) {
  before = std::max(before, kQuietReach);
  uint64_t at = 0;
  for (const CopyRun& copy : copies) {
    if (copy.length < before + kLeastKnown + behind) continue;
    const uint64_t end = copy.to + copy.length;
    const bool is_begin = copy.to == 0 && copy.from == 0;
    const bool is_end = end == bytes.size() && copy.from + copy.length == base_size;
    const uint64_t limit = is_end ? end : end - behind;
    Span known;
    known.begin = is_begin ? 0 : first_quiet_place(bytes, {copy.to + before, limit});
    known.end = is_end ? end : last_quiet_place(bytes, {known.begin, limit});
    if (known.size() == 0) continue;
    if (known.begin > at) out.push_back({{at, known.begin}});
    out.push_back({known, &copy});
    at = known.end;
  }
  if (at < bytes.size()) out.push_back({{at, bytes.size()}});
}

}  // namespace straykey
