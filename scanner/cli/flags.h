// SPDX-License-Identifier: Apache-2.0
// The one table of options. Each option is described once, in flags.cc; the parser of the
// command line, the reading of STRAYKEY_* variables and of configuration files, the help,
// the completions and the manual page are all made from it, so they cannot disagree.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/cli/options.h"

namespace straykey {

using Values = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;  // STRAYKEY_* only

// The origin of what the user typed; others are names of variables or "FILE:LINE".
inline constexpr const char* kCommandLine = "command line";

enum class FlagGroup : uint8_t {
  kScope,
  kSignatures,
  kFindings,
  kReports,
  kMachine,
  kConfiguration,
  kVerb,  // options that one verb has for itself
};
const char* title(FlagGroup group);

// Who may set an option. What a scanned repository brings along must not make the program
// write files, read keys or print secrets, so not everything may stand in a file.
enum Settable : unsigned {
  kOnCommandLine = 1,
  kInEnvironment = 2,
  kInFile = 4,
  kEverywhere = kOnCommandLine | kInEnvironment | kInFile,
  kNotInFile = kOnCommandLine | kInEnvironment,
};

// What a shell offers for the value.
enum class Completion : uint8_t { kNothing, kFile, kChoices };

// Immutable. An option with an empty `value` is a switch; its values are "true" or
// "false", which may be written: --no-ignore=false.
struct Flag {
  std::string name = {};  // also the key in files; STRAYKEY_ and upper case in the environment
  char letter = 0;        // short form, 0 for none
  std::string value = {};
  bool repeats = false;
  std::vector<std::string> choices = {};  // empty: any text
  Completion completion = Completion::kNothing;
  FlagGroup group = FlagGroup::kVerb;
  bool essential = false;  // part of -h, not only of --help-all
  unsigned settable = kOnCommandLine;
  std::string help = {};  // at most 50 characters for -h, without full stop
  std::string more = {};  // further sentences, for --help-all and the manual page

  // nullptr for options of a verb. The error of set() is a clause without place; `values`
  // is "true" or "false" for a switch, and empty at most for an option that repeats.
  Result<void> (*set)(ScanOptions&, const Values& values) = nullptr;
  std::string (*show)(const ScanOptions&) = nullptr;  // as a TOML value

  bool is_switch() const { return value.empty(); }
};

// Options of `scan`, which `baseline create` and `config show` share.
const std::vector<Flag>& scan_flags();

const Flag* find_flag(const std::vector<Flag>& flags, ByteView name);
std::string environment_name(const Flag& flag);

// "-j, --jobs N"
std::string spelling(const Flag& flag);

// `text` as a TOML string, quotes included.
std::string toml_string(ByteView text);
std::string toml_strings(const Values& values);

// Sets one option and notes where the value came from. The error says where:
// "<origin>: jobs: 'x' is not a number".
Result<void> apply_flag(const Flag& flag, Values values, const std::string& origin,
                        ScanOptions& options);

// A command line after its verb, not yet interpreted.
struct ParsedLine {
  Values arguments;
  std::map<std::string, Values> flags;  // by long name; switches as "true" or "false"

  bool is_on(const std::string& name) const;  // a switch
  // The last value of an option, "" without one.
  std::string last(const std::string& name) const;
};

// An unknown option is an error with a suggestion.
Result<ParsedLine> parse_line(const std::vector<Flag>& known, Values words);

// Sets what the environment sets. A variable that is nearly the name of an option is told
// in `warnings`; other unknown ones belong to somebody else (Kubernetes names a service's
// address STRAYKEY_SERVICE_HOST).
Result<void> apply_environment(const Environment& environment, ScanOptions& options,
                               std::vector<std::string>& warnings);

// Options that contradict each other.
Result<void> check_combinations(const ScanOptions& options);

enum class HelpLength { kShort, kFull };
// The lines of help for `flags`, at most 80 columns wide; grouped when full.
std::string flags_help(const std::vector<Flag>& flags, HelpLength length);

}  // namespace straykey
