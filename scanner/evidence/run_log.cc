// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/run_log.h"

#include <set>

#include "scanner/evidence/lifecycle.h"

namespace straykey {

Result<RunLog> RunLog::begin(const std::string& where, const RunStart& start) {
  auto store = Store::open(where, Access::kWrite);
  if (!store) return store.error();
  auto number = store->start_run(start);
  if (!number) return number.error();
  return RunLog(std::move(*store), *number);
}

Result<void> RunLog::judge(Evidence& evidence, int64_t now) {
  std::set<std::string> ids;
  for (const Finding& finding : evidence.findings) ids.insert(finding.id);
  auto pasts = store_.pasts(ids);
  if (!pasts) return pasts.error();
  for (Finding& finding : evidence.findings) {
    auto past = pasts->find(finding.id);
    if (past != pasts->end()) straykey::judge(finding, past->second, now);
  }
  return {};
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
