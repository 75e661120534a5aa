// SPDX-License-Identifier: Apache-2.0
// `straykey scan`: run, report, exit code.
#include <cstdlib>
#include <optional>

#include "scanner/base/file.h"
#include "scanner/base/interrupt.h"
#include "scanner/base/machine.h"
#include "scanner/base/time.h"
#include "scanner/cli/ci.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output.h"
#include "scanner/cli/progress.h"
#include "scanner/cli/scan.h"
#include "scanner/cli/source_name.h"
#include "scanner/evidence/run_log.h"
#include "scanner/report/document.h"

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

ComingIn coming_in(const CiChange& change, RepositoryLayout layout) {
  ComingIn what;
  what.repository.layout = std::move(layout);
  what.repository.history = false;
  IncomingCommits commits;
  commits.head = change.head;
  commits.base = change.base;
  commits.is_whole_change = true;
  if (!change.base_branch.empty()) {
    commits.known_refs.push_back("refs/remotes/*/" + change.base_branch);
  }
  what.repository.incoming = std::move(commits);
  return what;
}

Result<ScanResult> scan_change(const ScanOptions& options,
                               const std::function<void(const PipelineProgress&)>& progress) {
  CiSurroundings surroundings;
  surroundings.variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  surroundings.read = [](const std::string& path) { return read_file(path); };
  auto change = understand_ci(surroundings);
  if (!change) return change.error();
  if (!change->all_because.empty()) {
    tell(change->server + ": " + change->all_because + ", so all is scanned");
    return run_scan(options, progress);
  }
  auto layout = repository_above(".");
  if (!layout) return layout.error();
  if (!*layout) return Error{"--ci: the current folder is in no git repository"};
  if (change->is_nothing) {
    tell(change->server + ": a branch was deleted, so there is nothing to scan");
    change->head = change->base = "HEAD";
  } else {
    tell(change->server + ": the change is " + change->base + ".." + change->head);
  }
  return scan_coming_in(options, coming_in(*change, std::move(**layout)), progress);
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
    for (const std::string& fault : log->faults()) {
      tell(without_passwords(options.store) + ": " + printable_text(fault) +
           "; 'straykey evidence verify' tells more");
    }
  }
  Progress progress(options);
  auto update = [&](const PipelineProgress& done) {
    progress.update({done.blobs, done.total, done.bytes, done.detections});
  };
  auto result = options.ci ? scan_change(options, update)
                           : run_scan(options, update, {}, log ? &*log : nullptr);
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
