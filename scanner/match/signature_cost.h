// SPDX-License-Identifier: Apache-2.0
// What a signature costs: `straykey signatures check --cost`. Each is compiled alone and
// runs over a few megabytes of made text, of which it should find nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scanner/base/result.h"
#include "scanner/signature/signature_set.h"

namespace straykey {

struct SignatureCost {
  uint32_t signature = 0;        // index in the set
  double propose_ns_per_mb = 0;  // the first look at every byte, on one thread
  double match_ns_per_mb = 0;    // with RE2 and all that follows; not binary text
  double candidates_per_mb = 0;  // what RE2 is asked about
  uint32_t width = 0;            // of the anchor, in bytes
  bool is_beginning = false;     // the pattern's own beginning is looked for
  bool goes_through_the_gate = false;
};

// 1 MB is 1,000,000 bytes.
inline constexpr double kDearMultiple = 3;          // of the median, to propose
inline constexpr double kDearCandidatesPerMb = 50;  // on this text

struct CostReport {
  std::vector<SignatureCost> costs;  // the dearest first
  double median_propose_ns_per_mb = 0;
  double all_propose_ns_per_mb = 0;  // all signatures of the set together
  double all_match_ns_per_mb = 0;
  double text_megabytes = 0;
  // Whole sentences, "file:line: signature 'x': why it is dear; what to do".
  std::vector<std::string> complaints;
};

// Times are CPU time of this thread; of each piece of the text the best of several rounds
// counts, so that other work on the machine hardly shows.
Result<CostReport> measure_cost(const SignatureSet& set);

}  // namespace straykey
