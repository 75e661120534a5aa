// SPDX-License-Identifier: Apache-2.0
// Where stands what was found, and who says whose it is there: what is asked of the
// repositories and folders of a run after it was looked at.
#pragma once

#include <vector>

#include "scanner/cli/options.h"
#include "scanner/cli/targets.h"
#include "scanner/evidence/evidence.h"
#include "scanner/finding/assemble.h"
#include "scanner/nhi/resolve.h"
#include "scanner/pipeline.h"

namespace straykey {

// Asks each repository where the blobs stand that hold something. One entry for each source of
// the coverage, to which failures are added.
std::vector<SourcePlaces> attribute(const Targets& targets, Scanned& scanned);

// Asks only those sources for their owners in which something was found.
OwnerSources owner_sources(const Targets& targets, const Evidence& evidence,
                           const ScanOptions& options);

}  // namespace straykey
