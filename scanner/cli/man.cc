// SPDX-License-Identifier: Apache-2.0
// The manual page straykey(1), as roff for man(7): what the tables of verbs and options
// say, and what stands between them.
#include "scanner/cli/commands.h"
#include "scanner/evidence/evidence.h"

namespace straykey {
namespace {

// Text that roff prints as it is: '-' stays the ASCII character, so that options can be
// copied from the page, and no line begins with a control character.
std::string roff(const std::string& text) {
  std::string out;
  bool at_line_start = true;
  for (char c : text) {
    if (at_line_start && (c == '.' || c == '\'')) out += "\\&";
    at_line_start = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else {
      out += c;
    }
  }
  return out;
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + roff(text) + "\\fR"; }

std::string section(const std::string& title) { return ".SH " + title + "\n"; }
std::string subsection(const std::string& title) { return ".SS \"" + roff(title) + "\"\n"; }
std::string paragraph(const std::string& text) { return ".PP\n" + roff(text) + "\n"; }

// A term, already in roff, and its text below.
std::string item(const std::string& term, const std::string& text) {
  return ".TP\n" + term + "\n" + roff(text) + "\n";
}

std::string option(const Flag& flag) {
  std::string term = flag.letter ? bold(std::string("-") + flag.letter) + ", " : "";
  term += bold("--" + flag.name);
  if (!flag.is_switch()) term += " " + italic(flag.value);
  std::string text = flag.help + ".";
  if (!flag.more.empty()) text += " " + flag.more;
  if (flag.repeats) text += " May be given several times.";
  return item(term, text);
}

std::string verb_section(const Verb& verb) {
  std::string heading = "straykey " + verb.name;
  if (!verb.arguments.empty()) heading += " " + verb.arguments;
  std::string text = verb.help + ".";
  if (!verb.more.empty()) text += " " + verb.more;
  std::string out = subsection(heading) + roff(text) + "\n";
  for (const Flag& flag : verb.flags) out += option(flag);
  return out;
}

std::string scan_options() {
  std::string out;
  for (int i = 0; i < static_cast<int>(FlagGroup::kVerb); ++i) {
    auto group = static_cast<FlagGroup>(i);
    out += subsection(title(group));
    for (const Flag& flag : scan_flags()) {
      if (flag.group == group && (flag.settable & kOnCommandLine)) out += option(flag);
    }
  }
  Flag help{.name = "help", .letter = 'h'};
  help.help = "Show the options that are used most";
  Flag full{.name = "help-all"};
  full.help = "Show all options";
  return out + option(help) + option(full);
}

std::string environment() {
  std::string out = paragraph(
      "Every option that is named here can be set by a variable. A switch takes true or "
      "false; an option that may be given several times takes a list with commas. A variable "
      "that is set to nothing is not set.");
  for (const Flag& flag : scan_flags()) {
    if (!(flag.settable & kInEnvironment)) continue;
    bool on_line = flag.settable & kOnCommandLine;
    out += item(bold(environment_name(flag)),
                on_line ? "As --" + flag.name + "." : flag.help + ".");
  }
  out += item(bold("NO_COLOR") + ", " + bold("CLICOLOR_FORCE") + ", " + bold("FORCE_COLOR") +
                  ", " + bold("TERM"),
              "Colours, unless --color says so. NO_COLOR goes before the others.");
  out += item(bold("COLUMNS"), "Width of the text report when the terminal does not tell it.");
  out += item(bold("CI"), "Progress is not shown when this is set.");
  out += item(bold("XDG_CONFIG_HOME"),
              "The folder of the user's configurations; ~/.config without it.");
  return out;
}

std::string configuration() {
  std::string keys;
  for (const Flag& flag : scan_flags()) {
    if (flag.settable & kInFile) keys += (keys.empty() ? "" : ", ") + flag.name;
  }
  return paragraph(
             "What is in force comes from the command line, from STRAYKEY_* variables, from "
             "the nearest .straykey.toml, from the user's file and from what is built in, in "
             "this order. An option replaces what the layers below it say, lists included; "
             "exceptions of all files count. 'straykey config show --origin' prints the "
             "result.") +
         paragraph("The table [scan] takes these keys: " + keys + ".") +
         paragraph(
             "Each table [[allow]] is an exception. It names a signature (a glob of ids), "
             "paths (patterns as in .gitignore) or a fingerprint, all of which must hold, and "
             "always a reason:") +
         ".PP\n.EX\n" +
         roff("[scan]\n"
              "exclude = [\"third_party/\"]\n"
              "fail-on = \"high\"\n"
              "\n"
              "[[allow]]\n"
              "signature = \"github.*\"\n"
              "path      = \"docs/**\"\n"
              "reason    = \"examples in the manual, revoked\"\n") +
         ".EE\n" +
         paragraph("A file of a repository may name files of its own folder only, and none to "
                   "write.");
}

}  // namespace

std::string man_page() {
  std::string out = ".TH STRAYKEY 1 \"\" \"straykey " + roff(version()) +
                    "\" \"User Commands\"\n";
  out += section("NAME") +
         "straykey \\- finds credentials that strayed into git history and files\n";
  out += section("SYNOPSIS") + bold("straykey") + " " + italic("VERB") + " [" +
         italic("OPTION") + "...] [" + italic("ARGUMENT") + "...]\n";
  out += section("DESCRIPTION") +
         roff("straykey looks at every byte that git and the file system hold in scope, each "
              "blob once, and tells for each credential what it is, where it stands and what "
              "it means. It never prints a secret unless it is asked to. What it leaves out "
              "and what it cannot read it says, and an incomplete scan never looks like a "
              "clean one.\n");
  out += section("VERBS");
  for (const Verb& verb : verbs()) out += verb_section(verb);
  out += section("\"OPTIONS OF A SCAN\"") + scan_options();
  out += section("\"EXIT STATUS\"") +
         item(bold("0"), "All that was in scope was scanned, and no finding fails the run.") +
         item(bold("1"), "New findings at or above --fail-on.") +
         item(bold("2"), "Wrong usage or configuration, or a report could not be written.") +
         item(bold("3"),
              "Something in scope was not scanned, and nothing found fails the run.") +
         item(bold("130"), "Interrupted; the report tells what was scanned until then.");
  out += section("CONFIGURATION") + configuration();
  out += section("ENVIRONMENT") + environment();
  out += section("FILES") +
         item(bold(".straykey.toml"), "Configuration of a repository.") +
         item(bold("$XDG_CONFIG_HOME/straykey/config.toml"), "Configuration of the user.") +
         item(bold(kBaselineName), "Where 'straykey baseline create' writes.");
  out += section("EXAMPLES") +
         item(bold("straykey scan"), "Scan the repository of the current folder.") +
         item(bold("straykey scan --staged"), "Scan what the next commit would add.") +
         item(bold("straykey scan --range origin/main..HEAD --format sarif=out.sarif"),
              "Scan a branch, and write a report for a code scanning service.") +
         item(bold("straykey baseline create"), "Start with what is there, and fail on new "
                                                "findings only.");
  out += section("\"SEE ALSO\"") + bold("git") + "(1), " + bold("gitignore") + "(5)\n";
  return out;
}

}  // namespace straykey
