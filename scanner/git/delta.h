// SPDX-License-Identifier: Apache-2.0
// An object as a difference to another one (gitformat-pack(5), "Deltified
// representation"): a list of copies from the base and of bytes that are new.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/copy_run.h"

namespace straykey {

// The two sizes at the start of a delta, in bytes.
struct DeltaSizes {
  uint64_t base = 0;
  uint64_t result = 0;
};
// Takes them off the front of `delta`. nullopt when it is damaged.
std::optional<DeltaSizes> take_delta_sizes(ByteView& delta);

// Writes what `delta` (without its sizes) makes of `base` to `out`, which has room for
// `size` bytes, and appends the copies to `runs` in the order of the result, neighbours
// joined. false when the delta is damaged or its result is not of `size` bytes.
bool apply_delta(ByteView delta, ByteView base, char* out, uint64_t size,
                 std::vector<CopyRun>& runs);

}  // namespace straykey
