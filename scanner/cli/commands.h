// SPDX-License-Identifier: Apache-2.0
// The verbs: one function each, and the table that the parser, the help, the completions
// and the manual page are made from. Every function gives the exit code.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scanner/cli/flags.h"
#include "scanner/cli/open_register.h"
#include "scanner/cli/options.h"

namespace straykey {

// What a verb was called with. `options` is filled for verbs that take those of a scan.
struct Invocation {
  ParsedLine line;
  ScanOptions options;
};

struct Verb {
  std::string name = {};       // "baseline create"
  std::string group = {};      // heading in the program's help
  std::string arguments = {};  // "[TARGET...]"
  size_t least_arguments = 0;
  size_t most_arguments = 0;
  Completion completion = Completion::kNothing;  // of the arguments
  std::vector<std::string> choices = {};              // of the arguments
  std::string help = {};  // a sentence of at most 57 characters, without full stop
  std::string more = {};  // for the verb's own help and the manual page
  bool scan_options = false;
  bool scans_arguments = true;  // else its scan is one of the current folder
  std::vector<Flag> flags = {};  // its own
  int (*run)(const Invocation&) = nullptr;

  // Its own flags, those of a scan if it takes them, and the help flags.
  std::vector<Flag> all_flags() const;
};
const std::vector<Verb>& verbs();

// What the table is put together from, a heading of the program's help each.
std::vector<Verb> find_verbs();
std::vector<Verb> hook_verbs();
std::vector<Verb> signature_verbs();
std::vector<Verb> identity_verbs();
std::vector<Verb> framework_verbs();
std::vector<Verb> decision_verbs();
std::vector<Verb> evidence_verbs();
std::vector<Verb> setup_verbs();

// For Verb::most_arguments.
inline constexpr size_t kAnyNumber = SIZE_MAX;
// An option that one verb has for itself; a switch when `value` is empty.
Flag own_flag(std::string name, char letter, std::string value, std::string help);

// What verbs that work on a store have in common: --store, an option that is a text, and which
// store the option or the environment names.
Flag store_flag();
Flag text_flag(const char* name, const char* value, const char* help);
Result<std::string> store_of(const Invocation& call);

std::string program_help();
std::string verb_help(const Verb& verb, HelpLength length);

// Generated from the tables. `shell` is "bash", "zsh" or "fish".
std::string completion_script(ByteView shell);
std::string man_page();

int scan_command(const ScanOptions& options);

// `id` of a finding of the report, "" for one of a scan with `options`.
int explain_command(const ScanOptions& options, const std::string& id,
                    const std::string& report_file);

// `arguments` are those that git gives to its hook.
int hook_command(const Values& arguments, const ScanOptions& options);

inline constexpr const char* kBaselineName = ".straykey-baseline";
int baseline_create_command(const ScanOptions& options, const std::string& file);
// `out` is a file or "-"; what is in the file stays. `allow_out` is "" for none.
int baseline_import_command(const std::vector<std::string>& files, const ScanOptions& options,
                            const std::string& out, const std::string& allow_out);
int baseline_apply_command(const std::string& baseline_file, const std::string& report_file);

enum class ListForm { kTable, kJson };
int signatures_list_command(const std::vector<std::string>& added, ListForm form);
int signatures_explain_command(const std::vector<std::string>& added, const std::string& id);
int signatures_check_command(const std::vector<std::string>& paths);
// Of files, folders, ids and globs of ids.
int signatures_cost_command(const std::vector<std::string>& which);
enum class ImportReport { kText, kJson };
// `out` is a file or a folder, "" for standard output; `allow_out` a file, "" for none.
int signatures_import_command(const std::vector<std::string>& files, const std::string& out,
                              const std::string& allow_out, ImportReport form);

inline constexpr const char* kRegisterName = ".straykey-register.toml";
// What the verbs of `nhi` were called with; "" and empty where the user said nothing.
struct RegisterCall {
  RegisterPlace place;
  std::vector<std::string> arguments;
  std::string kind, source, as_of;   // import
  std::vector<std::string> columns;  // import: "owner=Team"
  std::string owner, by, reason;     // list, attest
  bool unowned = false;
  ListForm form = ListForm::kTable;
};
int nhi_import_command(const RegisterCall& call);
int nhi_list_command(const RegisterCall& call);
int nhi_show_command(const RegisterCall& call);
int nhi_attest_command(const RegisterCall& call);
// `format` is "toml" or "json", "" for toml.
int nhi_export_command(const RegisterCall& call, const std::string& format);
// Scans. `write` is the register to add them to, "" for none; the store of the options, when it
// names that.
int nhi_candidates_command(const ScanOptions& options, const std::string& write, ListForm form);
// `folder` is laid over what is built in, "" for none.
int frameworks_list_command(const std::string& folder);
int frameworks_show_command(const std::string& folder, const std::vector<std::string>& ids);
int frameworks_check_command(const std::string& folder);
enum class ConditionsForm { kTable, kMarkdown };
int frameworks_conditions_command(const std::string& folder, ConditionsForm form);

// What was typed for a decision and for an event; "" for what was not.
struct DecisionWords {
  std::string reason, approver, owner, due, until, proof;
};
struct EventWords {
  std::string at, reference, artefact, note;
};
// `store` as for open_connection(); `policy_file` "" for what is built in.
int decide_command(const std::string& store, const std::string& policy_file,
                   const std::string& action, const std::vector<std::string>& findings,
                   const DecisionWords& words);
int event_command(const std::string& store, const std::string& what,
                  const std::vector<std::string>& subjects, const EventWords& words);
// `out` is a file, "" for standard output.
int evidence_sign_command(const std::string& store, const std::string& key_file,
                          const std::string& out);
// Against what a store is held beside itself.
struct EvidenceVerification {
  std::vector<std::string> public_keys;  // files; none: signatures are not looked at
  std::vector<std::string> envelopes;    // files
  std::string expect_head;               // a hash, "" for none
};
int evidence_verify_command(const std::string& store, const EvidenceVerification& wanted);

// What the verbs about a period were called with; `policy` and `frameworks` "" for what is built in.
struct PeriodCall {
  std::string store, period, policy, scope, frameworks;
};
// `out` is a folder.
int evidence_pack_command(const PeriodCall& call, const std::string& out);
int evidence_sample_command(const PeriodCall& call, const std::string& size,
                            const std::string& seed, ListForm form);
int evidence_metrics_command(const PeriodCall& call, ListForm form);

enum class ShowOrigin { kNo, kYes };
int config_show_command(const ScanOptions& options, ShowOrigin origin);
int version_command();

// Prints on standard output.
int print(const std::string& text);

// Prints "straykey: <message>" on standard error and gives kExitUsage.
int usage_error(const std::string& message);

// Everything from the command line to the exit code.
int run(int argc, char** argv);

}  // namespace straykey
