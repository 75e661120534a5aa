// SPDX-License-Identifier: Apache-2.0
// The verbs that look inside the program and set it up.
#include "scanner/cli/commands.h"
#include "scanner/report/report.h"

namespace straykey {

std::vector<Verb> setup_verbs() {
  std::vector<Verb> verbs;
  const char* group = "Set up and look inside";
  verbs.push_back(
      {.name = "config show",
       .group = group,
       .arguments = "[TARGET]",
       .most_arguments = 1,
       .completion = Completion::kFile,
       .help = "Show the options that are in force for a scan",
       .more = "Takes the options of a scan. What it prints is a configuration file.",
       .scan_options = true,
       .flags = {own_flag("origin", 0, "", "Say where each value comes from")},
       .run = [](const Invocation& call) {
         auto origin = call.line.is_on("origin") ? ShowOrigin::kYes : ShowOrigin::kNo;
         return config_show_command(call.options, origin);
       }});
  verbs.push_back({.name = "report",
                   .group = group,
                   .help = "Print the JSON Schema of reports (--schema)",
                   .flags = {own_flag("schema", 0, "", "The schema of --format json")},
                   .run = [](const Invocation& call) {
                     if (call.line.is_on("schema")) return print(json_schema());
                     return usage_error("report: write 'straykey report --schema'");
                   }});
  verbs.push_back({.name = "completions",
                   .group = group,
                   .arguments = "bash|zsh|fish",
                   .least_arguments = 1,
                   .most_arguments = 1,
                   .completion = Completion::kChoices,
                   .choices = {"bash", "zsh", "fish"},
                   .help = "Print completions for a shell",
                   .run = [](const Invocation& call) {
                     std::string script = completion_script(call.line.arguments.front());
                     if (!script.empty()) return print(script);
                     return usage_error("'" + call.line.arguments.front() +
                                        "' is not bash, zsh or fish");
                   }});
  verbs.push_back({.name = "man",
                   .group = group,
                   .help = "Print the manual page: straykey man | man -l -",
                   .run = [](const Invocation&) { return print(man_page()); }});
  verbs.push_back({.name = "version",
                   .group = group,
                   .help = "Print the version, the engines and the signatures' digest",
                   .run = [](const Invocation&) { return version_command(); }});
  return verbs;
}

}  // namespace straykey
