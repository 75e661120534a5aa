// SPDX-License-Identifier: Apache-2.0
// Exit codes, the part of the contract that scripts depend on. An error never looks like
// a finding, and neither looks like a clean run.
#pragma once

#include "scanner/cli/options.h"
#include "scanner/evidence/evidence.h"

namespace straykey {

inline constexpr int kExitClean = 0;         // all that was in scope was scanned, nothing new
inline constexpr int kExitFindings = 1;      // new findings at or above --fail-on
inline constexpr int kExitUsage = 2;         // could not run, or a report was lost
inline constexpr int kExitIncomplete = 3;    // no such findings, but not all was scanned
inline constexpr int kExitInterrupted = 130;

// One expression on purpose: this is all there is to it.
inline int exit_code(const Evidence& evidence, const ScanOptions& options) {
  bool may_fail = options.fail_on && !options.exit_zero;
  return evidence.coverage.interrupted                      ? kExitInterrupted
         : may_fail && evidence.failing_findings() > 0      ? kExitFindings
         : !evidence.coverage.complete()                    ? kExitIncomplete
                                                            : kExitClean;
}

}  // namespace straykey
