// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/run_log.h"

#include <set>

#include "scanner/evidence/lifecycle.h"
#include "scanner/store/verify.h"

namespace straykey {

Result<RunLog> RunLog::begin(const std::string& where, const RunStart& start) {
  auto store = Store::open(where, Access::kWrite);
  if (!store) return store.error();
  // The whole is for `evidence verify`; the end takes no time and is where a careless hand cuts.
  auto faults = verify_end(store->connection(), kEndRecords);
  if (!faults) return faults.error();
  auto number = store->start_run(start);
  if (!number) return number.error();
  return RunLog(std::move(*store), start, *number, *std::move(faults));
}

Result<FindingPasts> judge_by(Store& store, std::vector<Finding>& findings, int64_t now) {
  std::set<std::string> ids;
  for (const Finding& finding : findings) ids.insert(finding.id);
  auto pasts = store.pasts(ids);
  if (!pasts) return pasts.error();
  for (Finding& finding : findings) {
    auto past = pasts->find(finding.id);
    if (past != pasts->end()) judge(finding, past->second, now);
  }
  return pasts;
}

Result<void> RunLog::judge(Evidence& evidence, int64_t now) {
  auto pasts = judge_by(store_, evidence.findings, now);
  if (!pasts) return pasts.error();
  pasts_ = *std::move(pasts);
  if (!evidence.reproducible) {  // a report names the run as its record does
    evidence.run_number = number_;
    evidence.run_id = start_.id;
    evidence.started_at = start_.started_at;
  }
  return {};
}

OutsideFacts RunLog::facts_of(const Finding& finding, int64_t now) const {
  OutsideFacts facts;
  auto past = pasts_.find(finding.id);
  if (past == pasts_.end()) {
    facts.tracking = TrackingFacts{now, {}, {}};  // this run is the first that sees it
    return facts;
  }
  facts.tracking = tracking_of(past->second, now);
  facts.exception = exception_of(past->second);
  return facts;
}

Result<std::vector<std::string>> RunLog::missed(const std::vector<std::string>& sources,
                                                const Policy& policy, int64_t now) {
  std::vector<std::string> out;
  if (policy.scan_days() == 0) return out;
  for (const std::string& source : std::set<std::string>(sources.begin(), sources.end())) {
    auto last = store_.last_whole_look(source);
    if (!last) return last.error();
    if (*last) add_missed(source, **last, policy.scan_days(), now, out);
  }
  return out;
}

Result<void> RunLog::finish(const Evidence& evidence, const Scope& scope, const Policy& policy,
                            int64_t now) {
  RunEnd end;
  end.number = number_;
  end.finished_at = now;
  end.outcome = evidence.coverage.interrupted  ? RunOutcome::kInterrupted
                : evidence.coverage.complete() ? RunOutcome::kComplete
                                               : RunOutcome::kIncomplete;
  end.whole = scope.whole;
  end.signatures = evidence.signatures;
  end.signatures_digest = evidence.signatures_digest;
  end.policy_digest = policy.digest();
  end.severity = scope.severity;
  end.confidence = scope.confidence;
  end.coverage = &evidence.coverage;
  end.source_names = scope.source_names;
  end.findings = &evidence.findings;
  end.resolutions = &evidence.resolutions;
  for (const Assessment& assessment : evidence.assessments) {
    auto& known = end.conditions.emplace_back();
    for (const Condition& one : assessment.conditions) {
      known.push_back({one.id, name(one.level), one.because});
    }
  }
  end.allowed = &evidence.allowed;
  end.allowed_ids = &evidence.allowed_ids;
  end.failing = evidence.failing_findings();
  return store_.finish_run(end);
}

Result<void> RunLog::fail(const std::string& reason, int64_t now) {
  RunEnd end;
  end.number = number_;
  end.finished_at = now;
  end.outcome = RunOutcome::kFailed;
  end.reason = without_passwords(reason);
  return store_.finish_run(end);
}

}  // namespace straykey
