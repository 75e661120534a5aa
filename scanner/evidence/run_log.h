// SPDX-License-Identifier: Apache-2.0
// One run in the store: that it began, what it found in the light of what is known, how it
// ended. Nothing is lost between the two: a run that is killed stays begun.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "scanner/base/result.h"
#include "scanner/evidence/assess.h"
#include "scanner/evidence/evidence.h"
#include "scanner/evidence/policy.h"
#include "scanner/store/store.h"

namespace straykey {

using FindingPasts = std::unordered_map<std::string, FindingPast>;  // by the finding's id

// Sets the states of findings by what a store knows of them, and gives that. `now` is in seconds
// since 1970.
Result<FindingPasts> judge_by(Store& store, std::vector<Finding>& findings, int64_t now);

// Order of use: begin() (judge() finish() | fail()).
class RunLog {
 public:
  // Opens or makes the store and records that a run begins, with the next number.
  static Result<RunLog> begin(const std::string& store, const RunStart& start);

  // Sets the run's id, number and start, then as judge_by().
  Result<void> judge(Evidence& evidence, int64_t now);
  // What conditions ask the store about a finding that judge() has seen.
  OutsideFacts facts_of(const Finding& finding, int64_t now) const;

  // For RunFacts: of `sources`, as they are called in the store, those that this run looks at
  // later than the policy allows.
  Result<std::vector<std::string>> missed(const std::vector<std::string>& sources,
                                          const Policy& policy, int64_t now);

  // For RunFacts: what is wrong with the last records of the store, before this run wrote any.
  const std::vector<std::string>& faults() const { return faults_; }

  // What narrowed the run, and how its sources are called in the store.
  struct Scope {
    bool whole = false;
    Severity severity = Severity::kInfo;
    Confidence confidence = Confidence::kLow;
    std::vector<std::string> source_names;  // for each source of the coverage
  };
  Result<void> finish(const Evidence& evidence, const Scope& scope, const Policy& policy,
                      int64_t now);
  // The run could not be done; `reason` is one sentence.
  Result<void> fail(const std::string& reason, int64_t now);

 private:
  RunLog(Store store, RunStart start, int64_t number, std::vector<std::string> faults)
      : store_(std::move(store)),
        start_(std::move(start)),
        number_(number),
        faults_(std::move(faults)) {}

  Store store_;
  RunStart start_;
  int64_t number_;
  std::vector<std::string> faults_;
  FindingPasts pasts_;  // of what this run found, before it
};

}  // namespace straykey
