// SPDX-License-Identifier: Apache-2.0
// The verbs that tell what a finding means for whom.
#include "scanner/cli/commands.h"

namespace straykey {
namespace {

Flag frameworks_folder() {
  return own_flag("frameworks", 0, "DIR", "Lay the files of a folder over those built in");
}

}  // namespace

std::vector<Verb> framework_verbs() {
  std::vector<Verb> verbs;
  const char* group = "Know what it means";
  verbs.push_back({.name = "frameworks list",
                   .group = group,
                   .help = "Name the frameworks that findings are mapped to",
                   .flags = {frameworks_folder()},
                   .run = [](const Invocation& call) {
                     return frameworks_list_command(call.line.last("frameworks"));
                   }});
  verbs.push_back(
      {.name = "frameworks show",
       .group = group,
       .arguments = "ID...",
       .least_arguments = 1,
       .most_arguments = kAnyNumber,
       .help = "Tell what an id is, and what corresponds to it",
       .more = "An id of a framework, a framework or a condition, as people write it: NHI-03, "
               "iso27001:5.17, A.9.4.3 of the edition before, PR.AC-4, 'cwe 798', C02.",
       .flags = {frameworks_folder()},
       .run = [](const Invocation& call) {
         return frameworks_show_command(call.line.last("frameworks"), call.line.arguments);
       }});
  verbs.push_back(
      {.name = "frameworks check",
       .group = group,
       .arguments = "[DIR]",
       .most_arguments = 1,
       .completion = Completion::kFile,
       .help = "Prove that every id of every crosswalk exists",
       .more = "Of what is built in, or with the files of a folder laid over it. In both "
               "directions: ids that no framework has, and risks that no condition maps to.",
       .run = [](const Invocation& call) {
         const Values& folders = call.line.arguments;
         return frameworks_check_command(folders.empty() ? "" : folders.front());
       }});
  verbs.push_back({.name = "frameworks conditions",
                   .group = group,
                   .help = "Show what can be observed, and which ids it maps to",
                   .flags = {frameworks_folder(),
                             own_flag("markdown", 0, "", "As docs/conditions.md has it")},
                   .run = [](const Invocation& call) {
                     auto form = call.line.is_on("markdown") ? ConditionsForm::kMarkdown
                                                             : ConditionsForm::kTable;
                     return frameworks_conditions_command(call.line.last("frameworks"), form);
                   }});
  return verbs;
}

}  // namespace straykey
