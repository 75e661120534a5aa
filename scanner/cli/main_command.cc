// SPDX-License-Identifier: Apache-2.0
// The table of verbs, and the way from the words of a command line to one of them: find
// the verb, split its options, lay the layers over each other, call it.
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <unistd.h>

#include <fmt/core.h>

#include "scanner/base/suggest.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/config.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output.h"
#include "scanner/match/database.h"
#include "scanner/report/report.h"

namespace straykey {
namespace {

constexpr size_t kAnyNumber = SIZE_MAX;

int print(const std::string& text) {
  auto written = write_stdout(text);
  return written ? kExitClean : usage_error(written.error().message);
}

std::vector<std::string> values_of(const ParsedLine& line, const std::string& flag) {
  auto found = line.flags.find(flag);
  return found == line.flags.end() ? std::vector<std::string>() : found->second;
}

Flag own_flag(std::string name, char letter, std::string value, std::string help) {
  Flag flag{.name = std::move(name), .letter = letter, .value = std::move(value)};
  if (!flag.is_switch()) flag.completion = Completion::kFile;
  flag.essential = true;
  flag.help = std::move(help);
  return flag;
}

Flag added_signatures() {
  Flag flag = own_flag("signatures", 0, "PATH", "Also those of a file or a folder of files");
  flag.repeats = true;
  return flag;
}

std::vector<Verb> make_verbs() {
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
       .flags = {own_flag("output", 'o', "FILE", "Built in: .straykey-baseline; - is stdout")},
       .run = [](const Invocation& call) {
         std::string file = call.line.last("output");
         return baseline_create_command(call.options, file.empty() ? kBaselineName : file);
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
         std::string file = call.line.last("baseline");
         return baseline_apply_command(file.empty() ? kBaselineName : file,
                                       call.line.arguments.front());
       }});

  group = "Know what is looked for";
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

  group = "Set up and look inside";
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

bool asks_for_help(ByteView word) {
  return word == "-h" || word == "--help" || word == "--help-all";
}

// "  scan                Scan repositories, ..."
std::string verb_line(const Verb& verb) {
  return fmt::format("  {:<18}  {}\n", verb.name, verb.help);
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
  for (const Verb& verb : verbs()) {
    bool has_two = verb.name.find(' ') != std::string::npos;
    if (has_two ? words.size() > 1 && verb.name == first + " " + words[1]
                : verb.name == first) {
      words.erase(words.begin(), words.begin() + (has_two ? 2 : 1));
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

Surroundings surroundings() {
  Surroundings out;
  for (char** entry = environ; *entry; ++entry) {
    std::string_view text = *entry;
    size_t end = text.find('=');
    if (text.starts_with("STRAYKEY_") && end != std::string_view::npos) {
      out.environment.emplace(text.substr(0, end), text.substr(end + 1));
    }
  }
  const char* config_home = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  if (config_home && *config_home) {
    out.config_home = config_home;
  } else if (home && *home) {
    out.config_home = std::string(home) + "/.config";
  }
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
    auto options = resolve_options(call.line, surroundings(), warnings);
    for (const std::string& warning : warnings) tell(warning);
    if (!options) return usage_error(options.error().message);
    call.options = std::move(*options);
    call.options.arguments = arguments;
  }
  return verb.run(call);
}

}  // namespace

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> table = make_verbs();
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
      "\n"
      "Usage: straykey VERB [OPTION...] [ARGUMENT...]\n";
  std::string group;
  for (const Verb& verb : verbs()) {
    if (verb.group != group) out += "\n" + verb.group + "\n";
    group = verb.group;
    out += verb_line(verb);
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
      if (first_word(verb.name) == arguments[0]) out += verb_line(verb);
    }
    return print(out);
  }
  Values words = arguments;
  auto verb = take_verb(words);
  if (!verb) return usage_error(verb.error().message);
  return run_verb(**verb, words, arguments);
}

}  // namespace straykey
