// SPDX-License-Identifier: Apache-2.0
// All that a third person needs to believe a run, or to repeat it: which program with
// which signatures looked at what, what it found, what it left out, what failed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scanner/evidence/conditions.h"
#include "scanner/finding/finding.h"
#include "scanner/nhi/resolve.h"
#include "scanner/signature/signature_set.h"
#include "scanner/source/coverage.h"

namespace straykey {

// What a finding, or a run, means: the conditions that hold and the ids that they support.
struct Assessment {
  std::vector<Condition> conditions;
  std::shared_ptr<const std::vector<Mapping>> mappings;  // never null
};

// Plain data, owned by the serial stage; reports only read it.
struct Evidence {
  // The run. With --reproducible, id, times and host are empty or zero.
  std::string run_id;  // UUID version 4
  std::optional<int64_t> run_number;  // in the store, when there is one
  int64_t started_at = 0;
  int64_t finished_at = 0;
  double seconds = 0;  // wall time; 0 with --reproducible
  std::vector<std::string> arguments;
  std::string host;
  bool reproducible = false;

  const SignatureSet* signatures = nullptr;  // borrowed, outlives the evidence
  std::string signatures_digest;
  std::map<std::string, std::string> engines;  // "hyperscan" -> "5.4.0"

  Coverage coverage;
  std::vector<Finding> findings;  // severity, then first place
  // Whose each finding is, by its index; empty when that was not asked.
  std::vector<Resolution> resolutions;

  // Of what assess() has made; without it `rulebook` is null and no assessment is there.
  std::shared_ptr<const Rulebook> rulebook;  // what the mappings point into
  std::vector<Assessment> assessments;       // one for each finding, in their order
  Assessment run_assessment;                 // of the run as a whole

  // Of `finding`, which is one of `findings`; nullptr when nothing was assessed.
  const Assessment* assessment(const Finding& finding) const;

  // Not reported, but counted: why -> how many secrets.
  std::map<std::string, uint64_t> allowed;
  std::set<std::string> allowed_ids;  // their fingerprints
  // Baseline entries that nothing matched any more.
  std::vector<std::string> unused_baseline;

  Severity fail_on = Severity::kInfo;
  // Findings that decide the exit code: open, at or above fail_on.
  uint64_t failing_findings() const;
};

// The version of the program, "0.1.0".
const char* version();

}  // namespace straykey
