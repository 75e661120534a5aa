// SPDX-License-Identifier: Apache-2.0
// `straykey scan`: run, report, exit code.
#include "scanner/base/interrupt.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output.h"
#include "scanner/cli/progress.h"
#include "scanner/cli/scan.h"

namespace straykey {

int scan_command(const ScanOptions& options) {
  if (options.explain_scope) {
    auto lines = explain_scope(options);
    if (!lines) return usage_error(lines.error().message);
    auto written = write_stdout(*lines);
    return written ? kExitClean : usage_error(written.error().message);
  }
  install_interrupt_handler();
  Progress progress(options);
  auto result = run_scan(options, [&](const PipelineProgress& done) {
    progress.update({done.blobs, done.total, done.bytes, done.detections});
  });
  progress.clear();
  if (!result) return usage_error(result.error().message);
  auto written = write_reports(result->evidence, options);
  // A report that got lost must look neither like findings nor like a clean run.
  if (!written) return usage_error(written.error().message);
  return exit_code(result->evidence, options);
}

}  // namespace straykey
