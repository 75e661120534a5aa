// SPDX-License-Identifier: Apache-2.0
// `straykey scan`: run, report, exit code.
#include <optional>

#include "scanner/base/interrupt.h"
#include "scanner/base/machine.h"
#include "scanner/base/time.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output.h"
#include "scanner/cli/progress.h"
#include "scanner/cli/scan.h"
#include "scanner/cli/source_name.h"
#include "scanner/evidence/run_log.h"

namespace straykey {
namespace {

RunStart run_start(const ScanOptions& options) {
  return {random_uuid(), now_seconds(), options.arguments, host_name(), version()};
}

Result<void> note_run(RunLog& log, const Evidence& evidence, const ScanOptions& options,
                      const Policy& policy) {
  RunLog::Scope scope{!is_limited(options), options.severity, options.confidence,
                      source_names(evidence.coverage)};
  return log.finish(evidence, scope, policy, now_seconds());
}

}  // namespace

int scan_command(const ScanOptions& options) {
  if (options.explain_scope) {
    auto lines = explain_scope(options);
    if (!lines) return usage_error(lines.error().message);
    auto written = write_stdout(*lines);
    return written ? kExitClean : usage_error(written.error().message);
  }
  install_interrupt_handler();
  // A store that cannot be written is told before the work, not after it.
  std::optional<RunLog> log;
  auto policy = Policy::load(options.policy);
  if (!policy) return usage_error(policy.error().message);
  if (!options.store.empty()) {
    auto begun = RunLog::begin(options.store, run_start(options));
    if (!begun) return usage_error(begun.error().message);
    log.emplace(std::move(*begun));
  }
  Progress progress(options);
  auto result = run_scan(options, [&](const PipelineProgress& done) {
    progress.update({done.blobs, done.total, done.bytes, done.detections});
  }, {}, log ? &*log : nullptr);
  progress.clear();
  if (!result) {
    if (log) {
      auto noted = log->fail(result.error().message, now_seconds());
      if (!noted) tell(noted.error().message);
    }
    return usage_error(result.error().message);
  }
  if (log) {
    auto noted = note_run(*log, result->evidence, options, *policy);
    if (!noted) return usage_error(noted.error().message);
  }
  auto written = write_reports(result->evidence, options);
  // A report that got lost must look neither like findings nor like a clean run.
  if (!written) return usage_error(written.error().message);
  return exit_code(result->evidence, options);
}

}  // namespace straykey
