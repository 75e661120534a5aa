// SPDX-License-Identifier: Apache-2.0
// `straykey config show`: what is in force, as a configuration file that would put it in
// force again. What cannot stand in a file is shown as a comment, when it is set.
#include <fmt/core.h>

#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output.h"

namespace straykey {
namespace {

std::string allow_table(const Allow& allow, ShowOrigin origin) {
  std::string out = "\n[[allow]]";
  if (origin == ShowOrigin::kYes) out += "  # " + allow.place;
  out += "\n";
  auto row = [&](const char* key, const std::string& value) {
    if (!value.empty()) out += std::string(key) + " = " + toml_string(value) + "\n";
  };
  row("signature", allow.signature);
  if (!allow.paths.empty()) out += "paths = " + toml_strings(allow.paths) + "\n";
  auto list = [&](const char* key, const Values& values) {
    if (!values.empty()) out += std::string(key) + " = " + toml_strings(values) + "\n";
  };
  list("path-regex", allow.path_regex);
  list("outside-path-regex", allow.outside);
  list("commits", allow.commits);
  row("fingerprint", allow.fingerprint);
  row("reason", allow.reason);
  return out;
}

// What is not built in.
std::string hook_table(const HookSettings& hook) {
  std::string out;
  if (hook.deadline > 0) {
    out += fmt::format("deadline = {}\nafter-deadline = \"{}\"\n", hook.deadline,
                       hook.accept_after_deadline ? "accept" : "refuse");
  }
  if (!hook.override_word.empty()) {
    out += "override = " + toml_string(hook.override_word) + "\n";
    out += "override-log = " + toml_string(hook.override_log) + "\n";
  }
  return out.empty() ? "" : "\n[hook]\n" + out;
}

}  // namespace

int config_show_command(const ScanOptions& options, ShowOrigin origin) {
  std::string out = "[scan]\n";
  for (const Flag& flag : scan_flags()) {
    auto set_by = options.origins.find(flag.name);
    bool is_set = set_by != options.origins.end();
    bool in_file = flag.settable & kInFile;
    if (!in_file && !is_set) continue;
    out += (in_file ? "" : "# ") + flag.name + " = " + flag.show(options);
    if (origin == ShowOrigin::kYes) out += "  # " + (is_set ? set_by->second : "built in");
    out += "\n";
  }
  out += hook_table(options.hook);
  for (const Allow& allow : options.allow) out += allow_table(allow, origin);
  auto written = write_stdout(out);
  return written ? kExitClean : usage_error(written.error().message);
}

}  // namespace straykey
