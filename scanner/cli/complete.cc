// SPDX-License-Identifier: Apache-2.0
// Completions for three shells, written from the tables of verbs and options. Each script
// is static: it asks the program nothing, so that a Tab costs nothing. What is not known
// here (a path, a pattern) is left to the shell's own completion of files.
#include <set>

#include "scanner/cli/commands.h"

namespace straykey {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// In single quotes of bash and zsh.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// fish takes backslashes within single quotes.
std::string fish_quoted(const std::string& text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

struct Words {
  std::string first;
  std::string second;  // "" for verbs of one word
};

Words words_of(const Verb& verb) {
  size_t space = verb.name.find(' ');
  if (space == std::string::npos) return {verb.name, ""};
  return {verb.name.substr(0, space), verb.name.substr(space + 1)};
}

// First words in the order of the table, each once.
std::vector<std::string> first_words() {
  std::vector<std::string> out;
  for (const Verb& verb : verbs()) {
    std::string first = words_of(verb).first;
    if (out.empty() || out.back() != first) out.push_back(first);
  }
  return out;
}

std::vector<std::string> second_words(const std::string& first) {
  std::vector<std::string> out;
  for (const Verb& verb : verbs()) {
    Words words = words_of(verb);
    if (words.first == first && !words.second.empty()) out.push_back(words.second);
  }
  return out;
}

// The options that can be typed.
std::vector<Flag> typed_flags(const Verb& verb) {
  std::vector<Flag> out;
  for (Flag& flag : verb.all_flags()) {
    if (flag.settable & kOnCommandLine) out.push_back(std::move(flag));
  }
  return out;
}

std::string bash_script() {
  std::string out =
      "# bash completion for straykey, made by 'straykey completions bash'\n"
      "_straykey() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  local verb=${COMP_WORDS[1]} words=\n"
      "  COMPREPLY=()\n"
      "  # --format=json is three words to bash.\n"
      "  if [[ $current == = ]]; then\n"
      "    current=\n"
      "  elif [[ $previous == = ]]; then\n"
      "    previous=${COMP_WORDS[COMP_CWORD-2]}\n"
      "  fi\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    COMPREPLY=($(compgen -W " +
      quoted(joined(first_words()) + " --help --version") +
      " -- \"$current\"))\n"
      "    return\n"
      "  fi\n"
      "  case $verb in\n";
  for (const std::string& first : first_words()) {
    std::vector<std::string> seconds = second_words(first);
    if (seconds.empty()) continue;
    out += "    " + first + ")\n"
           "      if ((COMP_CWORD == 2)); then\n"
           "        COMPREPLY=($(compgen -W " + quoted(joined(seconds) + " --help") +
           " -- \"$current\"))\n"
           "        return\n"
           "      fi\n"
           "      verb=\"$verb ${COMP_WORDS[2]}\" ;;\n";
  }
  // An option means the same for every verb that has it. No word offered means that bash
  // offers files.
  out += "  esac\n"
         "  case $previous in\n";
  std::set<std::string> written;
  for (const Verb& verb : verbs()) {
    for (const Flag& flag : typed_flags(verb)) {
      if (flag.is_switch() || !written.insert(flag.name).second) continue;
      out += "    " + (flag.letter ? std::string("-") + flag.letter + "|" : "") + "--" +
             flag.name + ")";
      if (flag.choices.empty()) {
        out += " return ;;\n";
      } else {
        out += " COMPREPLY=($(compgen -W " + quoted(joined(flag.choices)) +
               " -- \"$current\")); return ;;\n";
      }
    }
  }
  out += "  esac\n"
         "  case $verb in\n";
  for (const Verb& verb : verbs()) {
    std::vector<std::string> options;
    for (const Flag& flag : typed_flags(verb)) {
      options.push_back("--" + flag.name);
      if (flag.letter) options.push_back(std::string("-") + flag.letter);
    }
    out += "    " + quoted(verb.name) + ")\n      words=" + quoted(joined(options));
    if (!verb.choices.empty()) {
      out += "\n      [[ $current != -* ]] && words=" + quoted(joined(verb.choices));
    }
    out += " ;;\n";
  }
  out += "  esac\n"
         "  if [[ $current == -* || $words != -* ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "  fi\n"
         "}\n"
         "complete -o bashdefault -o default -F _straykey straykey\n";
  return out;
}

// "[text]" of _arguments, with what ends it escaped.
std::string zsh_explanation(const std::string& text) {
  std::string out = "[";
  for (char c : text) {
    if (c == '[' || c == ']' || c == '\\' || c == ':') out += '\\';
    out += c;
  }
  return out + "]";
}

// "word:text" of _describe.
std::string zsh_described(const std::string& word, const std::string& text) {
  std::string out = word + ":";
  for (char c : text) {
    if (c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return quoted(out);
}

std::string zsh_action(Completion completion, const std::vector<std::string>& choices) {
  if (completion == Completion::kFile) return "_files";
  return completion == Completion::kChoices ? "(" + joined(choices) + ")" : " ";
}

std::string zsh_option(const Flag& flag) {
  std::string spec = zsh_explanation(flag.help);
  if (!flag.is_switch()) {
    // The value's name without what only the manual page needs: "NAME", not "NAME[=FILE]".
    spec += ":" + flag.value.substr(0, flag.value.find('[')) + ":" +
            zsh_action(flag.completion, flag.choices);
  }
  std::string mark = flag.repeats ? "*" : "";
  std::string tail = flag.is_switch() ? "" : "=";
  std::string out = "        " + quoted(mark + "--" + flag.name + tail + spec);
  if (flag.letter) {
    out += " \\\n        " +
           quoted(mark + "-" + flag.letter + (flag.is_switch() ? "" : "+") + spec);
  }
  return out;
}

std::string zsh_script() {
  std::string out =
      "#compdef straykey\n"
      "# zsh completion for straykey, made by 'straykey completions zsh'\n"
      "_straykey() {\n"
      "  local verb=$words[2]\n"
      "  local -a choices\n"
      "  if (( CURRENT == 2 )); then\n"
      "    choices=(\n";
  for (const std::string& first : first_words()) {
    std::vector<std::string> seconds = second_words(first);
    std::string text = seconds.empty() ? "" : joined(seconds);
    for (const Verb& verb : verbs()) {
      if (verb.name == first) text = verb.help;
    }
    out += "      " + zsh_described(first, text) + "\n";
  }
  out += "    )\n"
         "    _describe verb choices\n"
         "    return\n"
         "  fi\n"
         "  case $verb in\n";
  for (const std::string& first : first_words()) {
    if (second_words(first).empty()) continue;
    out += "    " + first + ")\n"
           "      if (( CURRENT == 3 )); then\n"
           "        choices=(\n";
    for (const Verb& verb : verbs()) {
      Words words = words_of(verb);
      if (words.first == first) {
        out += "          " + zsh_described(words.second, verb.help) + "\n";
      }
    }
    out += "        )\n"
           "        _describe verb choices\n"
           "        return\n"
           "      fi\n"
           "      verb=\"$verb $words[3]\"\n"
           "      shift words\n"
           "      (( CURRENT-- )) ;;\n";
  }
  out += "  esac\n"
         "  shift words\n"
         "  (( CURRENT-- ))\n"
         "  case $verb in\n";
  for (const Verb& verb : verbs()) {
    out += "    " + quoted(verb.name) + ")\n      _arguments -s";
    for (const Flag& flag : typed_flags(verb)) out += " \\\n" + zsh_option(flag);
    if (verb.completion != Completion::kNothing) {
      out += " \\\n        " +
             quoted("*:argument:" + zsh_action(verb.completion, verb.choices));
    }
    out += " ;;\n";
  }
  // Sourced or autoloaded: the first needs compdef, the second calls the file's function.
  return out +
         "  esac\n"
         "}\n"
         "if [[ $funcstack[1] == _straykey ]]; then\n"
         "  _straykey \"$@\"\n"
         "else\n"
         "  compdef _straykey straykey\n"
         "fi\n";
}

std::string fish_script() {
  std::string out =
      "# fish completion for straykey, made by 'straykey completions fish'\n"
      "function __straykey_words\n"
      "  # Exactly these words stand after the program.\n"
      "  set -l words (commandline -opc)\n"
      "  test \"$words[2..-1]\" = \"$argv\"\n"
      "end\n"
      "function __straykey_verb\n"
      "  # The words after the program begin with these.\n"
      "  set -l words (commandline -opc)\n"
      "  set -l last (math (count $argv) + 1)\n"
      "  test (count $words) -ge $last; and test \"$words[2..$last]\" = \"$argv\"\n"
      "end\n"
      "complete -c straykey -f\n"
      "complete -c straykey -n __straykey_words -l help -s h -d 'Show the verbs'\n"
      "complete -c straykey -n __straykey_words -l version -s V -d 'Show the version'\n";
  std::set<std::string> written;
  for (const Verb& verb : verbs()) {
    Words words = words_of(verb);
    if (written.insert(words.first).second) {
      std::string text = words.second.empty() ? verb.help : joined(second_words(words.first));
      out += "complete -c straykey -n __straykey_words -a " + words.first + " -d " +
             fish_quoted(text) + "\n";
    }
    if (!words.second.empty()) {
      out += "complete -c straykey -n '__straykey_words " + words.first + "' -a " +
             words.second + " -d " + fish_quoted(verb.help) + "\n";
    }
    std::string begin = "complete -c straykey -n '__straykey_verb " + verb.name + "'";
    if (verb.completion == Completion::kFile) out += begin + " -F\n";
    if (!verb.choices.empty()) out += begin + " -a " + fish_quoted(joined(verb.choices)) + "\n";
    for (const Flag& flag : typed_flags(verb)) {
      out += begin + " -l " + flag.name;
      if (flag.letter) out += std::string(" -s ") + flag.letter;
      if (!flag.choices.empty()) {
        out += " -x -a " + fish_quoted(joined(flag.choices));
      } else if (!flag.is_switch()) {
        out += flag.completion == Completion::kFile ? " -r -F" : " -x";
      }
      out += " -d " + fish_quoted(flag.help) + "\n";
    }
  }
  return out;
}

}  // namespace

std::string completion_script(ByteView shell) {
  if (shell == "bash") return bash_script();
  if (shell == "zsh") return zsh_script();
  if (shell == "fish") return fish_script();
  return "";
}

}  // namespace straykey
