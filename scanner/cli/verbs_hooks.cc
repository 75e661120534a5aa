// SPDX-License-Identifier: Apache-2.0
// The verbs that stand where secrets come in.
#include "scanner/cli/commands.h"

namespace straykey {

std::vector<Verb> hook_verbs() {
  std::vector<Verb> verbs;
  const char* group = "Stop secrets before they stray";
  verbs.push_back(
      {.name = "hook",
       .group = group,
       .arguments = "[ARGUMENT...]",
       .most_arguments = 3,
       .completion = Completion::kFile,
       .help = "What git calls: stop secrets that come in",
       .more = "Understands from its arguments, the environment and standard input whether a "
               "commit is made, a push goes out or a push arrives. Old secrets stop nothing. "
               "Takes the options of a scan that say what is looked for and what counts.",
       .scan_options = true,
       .scans_arguments = false,
       .run = [](const Invocation& call) {
         for (const char* name : {"history", "range", "since", "ref", "staged",
                                  "include-unreachable", "no-working-tree", "format",
                                  "explain-scope", "places", "reproducible"}) {
           if (call.line.flags.count(name) > 0) {
             return usage_error(std::string("hook: --") + name +
                                ": a hook knows by itself what comes in and what to say; use"
                                " 'straykey scan'");
           }
         }
         return hook_command(call.line.arguments, call.options);
       }});
  return verbs;
}

}  // namespace straykey
