// SPDX-License-Identifier: Apache-2.0
// The way from the words of a command line to a verb: find the verb, split its options,
// lay the layers over each other, call it. The verbs themselves are in verbs_*.cc.
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scanner/base/suggest.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/config.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output.h"
#include "scanner/match/database.h"
#include "scanner/report/report.h"
#include "scanner/store/connection.h"

namespace straykey {
namespace {

bool asks_for_help(ByteView word) {
  return word == "-h" || word == "--help" || word == "--help-all";
}

// "  scan         Scan repositories, ..."
std::string help_line(const std::string& name, const std::string& help) {
  return fmt::format("  {:<11}  {}\n", name, help);
}

std::string first_word(const std::string& name) { return name.substr(0, name.find(' ')); }

// The verbs of two words that begin with `word`: "baseline" -> create, apply.
std::vector<std::string> second_words(const std::string& word) {
  std::vector<std::string> out;
  for (const Verb& verb : verbs()) {
    if (verb.name.starts_with(word + " ")) out.push_back(verb.name.substr(word.size() + 1));
  }
  return out;
}

// Takes the verb's words off the front of `words`.
Result<const Verb*> take_verb(Values& words) {
  const std::string first = words[0];
  for (std::ptrdiff_t count : {2, 1}) {  // "hook install" goes before "hook"
    std::string name = count == 1 ? first : words.size() > 1 ? first + " " + words[1] : "";
    for (const Verb& verb : verbs()) {
      if (verb.name != name) continue;
      words.erase(words.begin(), words.begin() + count);
      return &verb;
    }
  }
  std::vector<std::string> continuations = second_words(first);
  if (!continuations.empty()) {
    std::string list;
    for (const std::string& word : continuations) list += (list.empty() ? "" : ", ") + word;
    if (words.size() < 2) return Error{first + ": say what to do: " + list};
    return Error{"unknown verb '" + first + " " + words[1] + "'" +
                 did_you_mean(words[1], continuations)};
  }
  if (first[0] == '-') {
    return Error{"unknown option '" + first + "'; options stand after the verb"};
  }
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) names.push_back(first_word(verb.name));
  std::string suggestion = did_you_mean(first, names);
  return Error{"unknown verb '" + first + "'" +
               (suggestion.empty() ? "; 'straykey -h' names all" : suggestion)};
}

// The folder that `variable` names, or the one below the home folder; "" without both.
std::string xdg_folder(const char* variable, const char* below_home) {
  const char* folder = std::getenv(variable);
  if (folder && *folder == '/') return folder;  // others are to be ignored
  const char* home = std::getenv("HOME");
  return home && *home ? std::string(home) + "/" + below_home : "";
}

Surroundings surroundings() {
  Surroundings out;
  for (char** entry = environ; *entry; ++entry) {
    std::string_view text = *entry;
    size_t end = text.find('=');
    if (text.starts_with("STRAYKEY_") && end != std::string_view::npos) {
      out.environment.emplace(text.substr(0, end), text.substr(end + 1));
    }
  }
  out.config_home = xdg_folder("XDG_CONFIG_HOME", ".config");
  out.cache_home = xdg_folder("XDG_CACHE_HOME", ".cache");
  return out;
}

int run_verb(const Verb& verb, const Values& words, const Values& arguments) {
  auto line = parse_line(verb.all_flags(), words);
  if (!line) return usage_error(verb.name + ": " + line.error().message);
  if (line->is_on("help-all")) return print(verb_help(verb, HelpLength::kFull));
  if (line->is_on("help")) return print(verb_help(verb, HelpLength::kShort));
  if (line->arguments.size() < verb.least_arguments) {
    return usage_error(verb.name + ": an argument is missing; write straykey " + verb.name +
                       " " + verb.arguments);
  }
  if (line->arguments.size() > verb.most_arguments) {
    return usage_error(verb.name + ": '" + line->arguments[verb.most_arguments] +
                       "' is one argument too many");
  }

  Invocation call{std::move(*line), {}};
  if (verb.scan_options) {
    std::vector<std::string> warnings;
    ParsedLine scan = call.line;
    if (!verb.scans_arguments) scan.arguments.clear();
    auto options = resolve_options(scan, surroundings(), warnings);
    for (const std::string& warning : warnings) tell(warning);
    if (!options) return usage_error(options.error().message);
    call.options = std::move(*options);
    for (const std::string& argument : arguments) {
      call.options.arguments.push_back(without_passwords(argument));
    }
  }
  return verb.run(call);
}

}  // namespace

Flag own_flag(std::string name, char letter, std::string value, std::string help) {
  Flag flag{.name = std::move(name), .letter = letter, .value = std::move(value)};
  if (!flag.is_switch()) flag.completion = Completion::kFile;
  flag.essential = true;
  flag.help = std::move(help);
  return flag;
}

int print(const std::string& text) {
  auto written = write_stdout(text);
  return written ? kExitClean : usage_error(written.error().message);
}

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> table = [] {
    std::vector<Verb> out;
    for (auto group : {find_verbs, hook_verbs, signature_verbs, identity_verbs, framework_verbs,
                       decision_verbs, evidence_verbs, setup_verbs}) {
      for (Verb& verb : group()) out.push_back(std::move(verb));
    }
    return out;
  }();
  return table;
}

std::vector<Flag> Verb::all_flags() const {
  std::vector<Flag> out;
  if (scan_options) out = scan_flags();
  out.insert(out.end(), flags.begin(), flags.end());
  Flag short_help = own_flag("help", 'h', "", "Show what is used most");
  Flag full_help = own_flag("help-all", 0, "", "Show all options");
  short_help.group = full_help.group = FlagGroup::kConfiguration;
  if (!scan_options) short_help.help = "Show this";
  full_help.essential = scan_options;
  out.push_back(std::move(short_help));
  out.push_back(std::move(full_help));
  return out;
}

std::string program_help() {
  std::string out =
      "straykey finds credentials that strayed into git history and files.\n"
      "Usage: straykey VERB [OPTION...] [ARGUMENT...]\n";
  out += "\n";
  std::string family;
  for (const Verb& verb : verbs()) {
    // Verbs of two words that begin alike share a line; 'straykey baseline -h' tells them.
    std::vector<std::string> members = second_words(first_word(verb.name));
    if (members.size() < 2) {
      out += help_line(verb.name, verb.help);
    } else if (family != first_word(verb.name)) {
      family = first_word(verb.name);
      out += help_line(family, fmt::format("{}: {}", verb.group, fmt::join(members, ", ")));
    }
  }
  return out +
         "\n"
         "'straykey VERB -h' tells more about a verb, 'straykey man' everything.\n"
         "Exit codes: 0 clean, 1 findings, 2 usage, 3 incomplete, 130 interrupted.\n";
}

std::string verb_help(const Verb& verb, HelpLength length) {
  std::string out = "Usage: straykey " + verb.name + " [OPTION...]";
  if (!verb.arguments.empty()) out += " " + verb.arguments;
  out += "\n" + verb.help + ".\n\n";
  // Of a verb that adds something to a scan, the short help tells what it adds.
  if (length == HelpLength::kShort && verb.scan_options && !verb.flags.empty()) {
    return out + flags_help(verb.flags, length) +
           "\nTakes the options of a scan as well, see 'straykey scan -h'.\n";
  }
  out += flags_help(verb.all_flags(), length);
  if (!verb.scan_options) return out;
  if (length == HelpLength::kShort) {
    return out + "\n'straykey " + verb.name + " --help-all' shows all options.\n" +
           "Exit codes: 0 clean, 1 findings, 2 usage, 3 incomplete, 130 interrupted.\n";
  }
  return out + "\nA switch is turned off again by '=false': --no-ignore=false. Options may be\n"
               "set in " + kConfigName + " and as STRAYKEY_* variables; see straykey man.\n";
}

int version_command() {
  auto set = Database::builtin_signatures();
  if (!set) return usage_error(set.error().message);
  std::string out = fmt::format("straykey {}\nHyperscan {} and RE2\n", version(),
                                Database::engine_version());
  out += fmt::format("{} signatures built in, digest {}\n", set->size(),
                     set->digest().substr(0, 12));
  return print(out);
}

int usage_error(const std::string& message) {
  tell(message);
  return kExitUsage;
}

int run(int argc, char** argv) {
  // A reader that goes away shows as EPIPE where we write, not as a signal.
  std::signal(SIGPIPE, SIG_IGN);
  const Values arguments(argv + std::min(argc, 1), argv + argc);
  if (arguments.empty()) {
    tell("say what to do; here is what there is\n\n" + program_help());
    return kExitUsage;
  }
  if (asks_for_help(arguments[0]) || arguments[0] == "help") return print(program_help());
  if (arguments[0] == "--version" || arguments[0] == "-V") return version_command();
  if (arguments.size() > 1 && asks_for_help(arguments[1]) &&
      !second_words(arguments[0]).empty()) {
    std::string out;
    for (const Verb& verb : verbs()) {
      if (first_word(verb.name) == arguments[0]) {
        out += fmt::format("  {:<18}  {}\n", verb.name, verb.help);
      }
    }
    return print(out);
  }
  Values words = arguments;
  auto verb = take_verb(words);
  if (!verb) return usage_error(verb.error().message);
  return run_verb(**verb, words, arguments);
}

}  // namespace straykey
