// SPDX-License-Identifier: Apache-2.0
// Fills the facts that a scan itself has (findings, places, file modes, coverage), asks for those
// that the register, the resolvers and the store have, and writes into the Evidence what follows
// from all of them. The last step before a report; serial.
#pragma once

#include <functional>
#include <memory>

#include "scanner/evidence/evidence.h"

namespace straykey {

// What others know of a finding. All of it may be absent: then the conditions that need it are
// not claimed.
struct OutsideFacts {
  std::optional<RegisterFacts> entry;
  std::optional<OwnerFacts> owner;
  std::optional<TrackingFacts> tracking;
  std::optional<ExceptionFacts> exception;
  std::optional<PolicyLimits> policy;       // when its class has one of its own
  std::optional<PrincipalClass> principal;  // when the identity tells better than the signature
};

// What the resolution of a finding knows for its conditions. Whether an owner is still here is
// left open unless the roster says that they have left.
OutsideFacts facts_of(const Resolution& whose);

struct AssessOptions {
  PolicyLimits policy;
  std::function<OutsideFacts(const Finding&)> outside;  // empty: nobody knows more
  std::vector<std::string> missed;                      // as in RunFacts
  std::optional<std::vector<std::string>> faults;       // likewise
};

// Sets `evidence.assessments`, `run_assessment` and `rulebook`. REQUIRES: findings, coverage,
// times and `reproducible` are final. Reads the mode of files that findings stand in today, and
// nothing else of the file system.
void assess(Evidence& evidence, std::shared_ptr<const Rulebook> book,
            const AssessOptions& options);

// Whether there is something to assess; the rulebook need not be read when not.
bool needs_assessment(const Evidence& evidence, const AssessOptions& options);

}  // namespace straykey
