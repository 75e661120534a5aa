// SPDX-License-Identifier: Apache-2.0
// The verbs that show, test and bring in signatures.
#include "scanner/cli/commands.h"

namespace straykey {
namespace {

std::vector<std::string> values_of(const ParsedLine& line, const std::string& flag) {
  auto found = line.flags.find(flag);
  return found == line.flags.end() ? std::vector<std::string>() : found->second;
}

Flag added_signatures() {
  Flag flag = own_flag("signatures", 0, "PATH", "Also those of a file or a folder of files");
  flag.repeats = true;
  return flag;
}

Flag report_form() {
  Flag flag = own_flag("format", 'f', "text|json", "How to tell what became of each entry");
  flag.choices = {"text", "json"};
  flag.completion = Completion::kChoices;
  return flag;
}

// Runs `command` with the form that --format asks for.
template <class Command>
int with_report_form(const Invocation& call, Command command) {
  const std::string form = call.line.last("format");
  if (form.empty() || form == "text") return command(ImportReport::kText);
  if (form == "json") return command(ImportReport::kJson);
  return usage_error("format: '" + form + "' is not text or json");
}

}  // namespace

std::vector<Verb> signature_verbs() {
  std::vector<Verb> verbs;
  const char* group = "Know what is looked for";
  verbs.push_back({.name = "signatures list",
                   .group = group,
                   .help = "Name every kind of credential that is found",
                   .flags = {own_flag("json", 0, "", "As JSON"), added_signatures()},
                   .run = [](const Invocation& call) {
                     auto form = call.line.is_on("json") ? ListForm::kJson : ListForm::kTable;
                     return signatures_list_command(values_of(call.line, "signatures"), form);
                   }});
  verbs.push_back({.name = "signatures explain",
                   .group = group,
                   .arguments = "ID",
                   .least_arguments = 1,
                   .most_arguments = 1,
                   .help = "Tell what one kind is, its risk, and how to rotate it",
                   .flags = {added_signatures()},
                   .run = [](const Invocation& call) {
                     return signatures_explain_command(values_of(call.line, "signatures"),
                                                       call.line.arguments.front());
                   }});
  verbs.push_back({.name = "signatures check",
                   .group = group,
                   .arguments = "[PATH...]",
                   .most_arguments = kAnyNumber,
                   .completion = Completion::kFile,
                   .help = "Test signature files against their own examples",
                   .more = "Without a path those that are built in. Exits with 2 when there "
                           "is a problem. With --cost it tells how long each takes on made "
                           "text instead; an id is as good as a path then.",
                   .flags = {own_flag("cost", 0, "", "Measure what each signature costs")},
                   .run = [](const Invocation& call) {
                     return call.line.is_on("cost")
                                ? signatures_cost_command(call.line.arguments)
                                : signatures_check_command(call.line.arguments);
                   }});
  verbs.push_back(
      {.name = "signatures import",
       .group = group,
       .arguments = "FILE...",
       .least_arguments = 1,
       .most_arguments = kAnyNumber,
       .completion = Completion::kFile,
       .help = "Make signatures of another scanner's rules",
       .more = "Reads gitleaks and betterleaks TOML, kingfisher and noseyparker YAML, and the "
               "settings in a baseline of detect-secrets. Tells of each rule whether it was "
               "carried over, and what is different.",
       .flags = {own_flag("out", 'o', "FILE|DIR", "Write here; built in: standard output"),
                 own_flag("allow-out", 0, "FILE", "Write allowed paths and commits here"),
                 report_form()},
       .run = [](const Invocation& call) {
         return with_report_form(call, [&](ImportReport form) {
           return signatures_import_command(call.line.arguments, call.line.last("out"),
                                            call.line.last("allow-out"), form);
         });
       }});
  return verbs;
}

}  // namespace straykey
