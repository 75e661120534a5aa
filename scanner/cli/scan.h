// SPDX-License-Identifier: Apache-2.0
// A whole scan, from options to evidence.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>

#include "scanner/base/result.h"
#include "scanner/cli/options.h"
#include "scanner/cli/targets.h"
#include "scanner/evidence/evidence.h"
#include "scanner/match/database.h"
#include "scanner/pipeline.h"

namespace straykey {

class RunLog;

struct ScanResult {
  std::unique_ptr<Database> database;  // holds the signatures that the evidence speaks of
  Evidence evidence;
};

// The error is a whole sentence and means that nothing was scanned: exit code 2. Secrets
// whose SHA-1 is one of `known_sha1`, or of the baseline's, carry it in their findings. The
// states of findings come from the store of `log`, when there is one.
Result<ScanResult> run_scan(const ScanOptions& options,
                            std::function<void(const PipelineProgress&)> progress = {},
                            const std::set<std::string>& known_sha1 = {},
                            RunLog* log = nullptr);

// Scans that instead of the targets of `options`. What was there before is no finding, where
// it stood in what the change replaces or removes: it is counted as allowed.
Result<ScanResult> scan_coming_in(const ScanOptions& options, ComingIn what,
                                  std::function<void(const PipelineProgress&)> progress = {});

// Whether options narrow the scan to a part of each repository.
bool is_limited(const ScanOptions& options);

// The signatures that `options` select: those built in, --signatures, --enable, --disable.
Result<Database> load_signatures(const ScanOptions& options);

}  // namespace straykey
