// SPDX-License-Identifier: Apache-2.0
// The verbs that stand where secrets come in.
#include "scanner/cli/commands.h"
#include "scanner/cli/hook_install.h"

namespace straykey {
namespace {

std::vector<Flag> place_flags() {
  Flag stage = own_flag("stage", 0, "STAGE", "pre-commit, commit-msg, pre-push, pre-receive...");
  stage.repeats = true;
  stage.completion = Completion::kChoices;
  stage.choices = {"pre-commit", "pre-merge-commit", "commit-msg", "pre-push", "pre-receive",
                   "update"};
  stage.more = "Without it: those of a commit and of a push, or pre-receive in a bare repository.";
  return {std::move(stage), own_flag("global", 0, "", "For all your repositories, by core.hooksPath")};
}

HookPlace place_of(const Invocation& call) {
  auto stages = call.line.flags.find("stage");
  return {stages == call.line.flags.end() ? Values() : stages->second,
          call.line.is_on("global")};
}

}  // namespace

std::vector<Verb> hook_verbs() {
  std::vector<Verb> verbs;
  const char* group = "Stop secrets before they stray";
  verbs.push_back(
      {.name = "hook",
       .group = group,
       .arguments = "[ARGUMENT...]",
       .most_arguments = 3,
       .completion = Completion::kFile,
       .help = "Stop what git brings in; also install, uninstall, status",
       .more = "Understands from its arguments, the environment and standard input whether a "
               "commit is made, a push goes out or a push arrives. Old secrets stop nothing. "
               "Takes the options of a scan that say what is looked for and what counts.",
       .scan_options = true,
       .scans_arguments = false,
       .run = [](const Invocation& call) {
         for (const char* name : {"history", "range", "since", "ref", "staged",
                                  "include-unreachable", "no-working-tree", "format", "store",
                                  "explain-scope", "places", "reproducible"}) {
           if (call.line.flags.count(name) > 0) {
             return usage_error(std::string("hook: --") + name +
                                ": a hook knows by itself what comes in and what to say; use"
                                " 'straykey scan'");
           }
         }
         return hook_command(call.line.arguments, call.options);
       }});
  verbs.push_back({.name = "hook install",
                   .group = group,
                   .help = "Let git call straykey; a hook that is there is kept",
                   .more = "It is called first. Where husky, lefthook or pre-commit own the hooks, "
                           "nothing is written but said what to write there.",
                   .flags = place_flags(),
                   .run = [](const Invocation& call) {
                     return hook_install_command(place_of(call));
                   }});
  verbs.push_back({.name = "hook uninstall",
                   .group = group,
                   .help = "Put back what was there before",
                   .flags = place_flags(),
                   .run = [](const Invocation& call) {
                     return hook_uninstall_command(place_of(call));
                   }});
  verbs.push_back({.name = "hook status",
                   .group = group,
                   .help = "Say which hooks call straykey",
                   .more = "Exits with 1 when one of them does not.",
                   .flags = place_flags(),
                   .run = [](const Invocation& call) {
                     return hook_status_command(place_of(call));
                   }});
  return verbs;
}

}  // namespace straykey
