// SPDX-License-Identifier: Apache-2.0
// The verbs that find secrets, and those that note which of them are known.
#include "scanner/cli/commands.h"

namespace straykey {
namespace {

Flag baseline_output() {
  return own_flag("output", 'o', "FILE", "Built in: .straykey-baseline; - is stdout");
}

// The file that `flag` names, or the one that is built in.
std::string baseline_file(const Invocation& call, const char* flag) {
  std::string file = call.line.last(flag);
  return file.empty() ? kBaselineName : file;
}

}  // namespace

std::vector<Verb> find_verbs() {
  std::vector<Verb> verbs;
  const char* group = "Find secrets";
  verbs.push_back(
      {.name = "scan",
       .group = group,
       .arguments = "[TARGET...]",
       .most_arguments = kAnyNumber,
       .completion = Completion::kFile,
       .help = "Scan repositories, folders, files, archives or - (stdin)",
       .more = "Without a target it is the current folder. Of a repository the history of all "
               "refs is scanned, and what is in the index and the work tree and not committed.",
       .scan_options = true,
       .run = [](const Invocation& call) { return scan_command(call.options); }});
  group = "Live with what is known";
  verbs.push_back(
      {.name = "explain",
       .group = group,
       .arguments = "ID",
       .least_arguments = 1,
       .most_arguments = 1,
       .help = "Say of a finding what it is and what to do now",
       .more = "ID is a finding's, or its first 6 characters or more. It is looked for in a "
               "report of '--format json', or else in a scan of the current folder, which takes "
               "the options of a scan.",
       .scan_options = true,
       .scans_arguments = false,
       .flags = {own_flag("report", 'r', "FILE", "Look into this JSON report instead")},
       .run = [](const Invocation& call) {
         return explain_command(call.options, call.line.arguments.front(),
                                call.line.last("report"));
       }});
  verbs.push_back(
      {.name = "baseline create",
       .group = group,
       .arguments = "[TARGET...]",
       .most_arguments = kAnyNumber,
       .completion = Completion::kFile,
       .help = "Note today's findings, so that only new ones fail",
       .more = "Takes the options of a scan. A baseline that is there is written anew and "
               "keeps the reasons of its entries.",
       .scan_options = true,
       .flags = {baseline_output()},
       .run = [](const Invocation& call) {
         return baseline_create_command(call.options, baseline_file(call, "output"));
       }});
  verbs.push_back(
      {.name = "baseline apply",
       .group = group,
       .arguments = "REPORT.json",
       .least_arguments = 1,
       .most_arguments = 1,
       .completion = Completion::kFile,
       .help = "Judge a saved JSON report by a baseline",
       .more = "Prints the report with the states of its findings set. Entries that nothing "
               "matches any more go to standard error. Exits with 1 when findings are new.",
       .flags = {own_flag("baseline", 0, "FILE", "Built in: .straykey-baseline")},
       .run = [](const Invocation& call) {
         return baseline_apply_command(baseline_file(call, "baseline"),
                                       call.line.arguments.front());
       }});
  verbs.push_back(
      {.name = "baseline import",
       .group = group,
       .arguments = "FILE...",
       .least_arguments = 1,
       .most_arguments = kAnyNumber,
       .completion = Completion::kFile,
       .help = "Take over what another scanner knows or ignores",
       .more = "Reads .gitleaksignore, JSON reports of gitleaks, baselines of detect-secrets, "
               "and lists of regular expressions for paths. A baseline that is there keeps "
               "its entries. Takes the options of a scan for the key of fingerprints.",
       .scan_options = true,
       .flags = {baseline_output(),
                 own_flag("allow-out", 0, "FILE", "Write lists of paths here")},
       .run = [](const Invocation& call) {
         return baseline_import_command(call.line.arguments, call.options,
                                        baseline_file(call, "output"),
                                        call.line.last("allow-out"));
       }});
  return verbs;
}

}  // namespace straykey
