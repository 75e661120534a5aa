// SPDX-License-Identifier: Apache-2.0
// The verbs that keep the register of identities.
#include <cstdlib>

#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output.h"
#include "scanner/nhi/import.h"

namespace straykey {
namespace {

Flag register_flag() {
  return own_flag("register", 0, "FILE",
                  std::string("The register; built in: ") + kRegisterName);
}

Flag register_store_flag() {
  Flag flag = store_flag();
  flag.help = "The register in a store; STRAYKEY_STORE likewise";
  return flag;
}

Flag kind_flag() {
  Flag flag = own_flag("as", 0, "KIND", "What the files are, where it cannot be told");
  flag.completion = Completion::kChoices;
  flag.more = "One of";
  for (const auto& [name, title] : import_kinds()) {
    flag.choices.push_back(name);
    flag.more += (flag.choices.size() > 1 ? ", " : " ") + name;
  }
  flag.more += ".";
  return flag;
}

Flag column_flag() {
  Flag flag = text_flag("column", "KEY=NAME", "What the export calls a key: owner=Team");
  flag.repeats = true;
  return flag;
}

RegisterCall call_of(const Invocation& call) {
  RegisterCall out;
  out.arguments = call.line.arguments;
  out.kind = call.line.last("as");
  out.source = call.line.last("source");
  out.as_of = call.line.last("as-of");
  auto columns = call.line.flags.find("column");
  if (columns != call.line.flags.end()) out.columns = columns->second;
  out.owner = call.line.last("owner");
  out.by = call.line.last("by");
  out.reason = call.line.last("reason");
  out.unowned = call.line.is_on("unowned");
  out.form = call.line.is_on("json") ? ListForm::kJson : ListForm::kTable;
  return out;
}

// Runs `command` with the register that the options or the environment name.
template <class Command>
int with_register(const Invocation& call, Command command) {
  const std::string file = call.line.last("register");
  std::string store = call.line.last("store");
  if (!file.empty() && !store.empty()) {
    return usage_error("nhi: --register and --store exclude each other; give one");
  }
  const char* variable = std::getenv("STRAYKEY_STORE");
  if (file.empty() && store.empty() && variable) store = variable;
  RegisterCall out = call_of(call);
  out.place = !store.empty() ? RegisterPlace{store, true}
                             : RegisterPlace{file.empty() ? kRegisterName : file, false};
  return command(out);
}

}  // namespace

std::vector<Verb> identity_verbs() {
  std::vector<Verb> verbs;
  const char* group = "Know whose it is";
  verbs.push_back(
      {.name = "nhi import",
       .group = group,
       .arguments = "FILE...",
       .least_arguments = 1,
       .most_arguments = kAnyNumber,
       .completion = Completion::kFile,
       .help = "Take identities and people out of exports",
       .more = "What an export is, is told by what is in it. Nothing is taken when a file "
               "cannot be read; entries that are not as documented are left out and told, "
               "which exits with 3. Secrets are never taken. See docs/identities.md.",
       .flags = {register_flag(), register_store_flag(), kind_flag(), column_flag(),
                 text_flag("source", "NAME", "Who says it; built in: the kind"),
                 text_flag("as-of", "TIME", "When it was so; built in: the file's date")},
       .run = [](const Invocation& call) { return with_register(call, nhi_import_command); }});
  verbs.push_back(
      {.name = "nhi candidates",
       .group = group,
       .arguments = "[TARGET...]",
       .most_arguments = kAnyNumber,
       .completion = Completion::kFile,
       .help = "Scan for identities that no register knows",
       .more = "Takes the options of a scan. Each is told with the places where its secrets "
               "stand, since when, and who brought them there.",
       .scan_options = true,
       .flags = {own_flag("write", 0, "FILE", "Add them to this register, or to the store"),
                 own_flag("json", 0, "", "As JSON")},
       .run = [](const Invocation& call) {
         return nhi_candidates_command(
             call.options, call.line.last("write"),
             call.line.is_on("json") ? ListForm::kJson : ListForm::kTable);
       }});
  verbs.push_back(
      {.name = "nhi list",
       .group = group,
       .help = "List the identities of the register",
       .flags = {register_flag(), register_store_flag(), own_flag("json", 0, "", "As JSON"),
                 text_flag("owner", "OWNER", "Only those of this owner"),
                 own_flag("unowned", 0, "", "Only those without an owner")},
       .run = [](const Invocation& call) { return with_register(call, nhi_list_command); }});
  verbs.push_back(
      {.name = "nhi show",
       .group = group,
       .arguments = "ID",
       .least_arguments = 1,
       .most_arguments = 1,
       .help = "Tell what is known of one identity, and who said it",
       .flags = {register_flag(), register_store_flag(), own_flag("json", 0, "", "As JSON")},
       .run = [](const Invocation& call) { return with_register(call, nhi_show_command); }});
  verbs.push_back(
      {.name = "nhi attest",
       .group = group,
       .arguments = "ID",
       .least_arguments = 1,
       .most_arguments = 1,
       .help = "Answer for who owns an identity",
       .more = "No import changes an owner that somebody answered for.",
       .flags = {register_flag(), register_store_flag(),
                 text_flag("owner", "OWNER", "A person's e-mail, or team:NAME, system:NAME"),
                 text_flag("by", "WHO", "Who answers for it; built in: the user's name"),
                 text_flag("reason", "TEXT", "Why it is so")},
       .run = [](const Invocation& call) { return with_register(call, nhi_attest_command); }});
  Flag format = own_flag("format", 'f', "toml|json", "What to write; built in: toml");
  format.choices = {"toml", "json"};
  format.completion = Completion::kChoices;
  verbs.push_back({.name = "nhi export",
                   .group = group,
                   .help = "Print the whole register",
                   .flags = {register_flag(), register_store_flag(), format},
                   .run = [](const Invocation& call) {
                     return with_register(call, [&](const RegisterCall& wanted) {
                       return nhi_export_command(wanted, call.line.last("format"));
                     });
                   }});
  return verbs;
}

}  // namespace straykey
