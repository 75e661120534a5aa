// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/config.h"

#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>

#include "scanner/base/file.h"
#include "scanner/base/suggest.h"
#include "scanner/match/path_pattern.h"

namespace straykey {
namespace {

namespace fs = std::filesystem;

std::string place_of(const ConfigFile& file, const toml::source_region& source) {
  return file.path + ":" + std::to_string(source.begin.line);
}

Error unknown_key(const std::string& place, ByteView key, const std::string& table,
                  const Values& known) {
  return Error{place + ": unknown key '" + std::string(key) + "'" +
               (table.empty() ? "" : " in " + table) + did_you_mean(key, known)};
}

// A string, or an array of strings.
Result<Values> texts(const toml::node& node) {
  if (auto text = node.value_exact<std::string>()) return Values{*text};
  const toml::array* array = node.as_array();
  if (!array) return Error{"is not a string or an array of strings"};
  Values out;
  for (const toml::node& element : *array) {
    auto text = element.value_exact<std::string>();
    if (!text) return Error{"holds something that is not a string; write it in quotes"};
    out.push_back(*text);
  }
  return out;
}

Result<Values> values_for(const Flag& flag, const toml::node& node) {
  if (flag.is_switch()) {
    auto truth = node.value_exact<bool>();
    if (!truth) return Error{"is not a boolean; write true or false"};
    return Values{*truth ? "true" : "false"};
  }
  if (flag.repeats) return texts(node);
  if (auto number = node.value_exact<int64_t>()) return Values{std::to_string(*number)};
  if (auto text = node.value_exact<std::string>()) return Values{*text};
  return Error{"is not a string or an integer"};
}

bool stays_inside(const std::string& path) {
  fs::path p(path);
  return p.is_relative() && std::find(p.begin(), p.end(), "..") == p.end();
}

// What a repository may not say, and files as seen from the folder of the configuration.
Result<void> settle_paths(const Flag& flag, const ConfigFile& file, Values& values) {
  bool is_foreign = file.author == ConfigFile::Author::kRepository;
  for (std::string& value : values) {
    if (flag.name == "format" && is_foreign && value.find('=') != std::string::npos) {
      return Error{"a repository's configuration may not name a file to write; use --format"};
    }
    if (flag.name == "register" && is_foreign) {
      return Error{"a repository may not say whose its credentials are; use --register"};
    }
    if (flag.completion != Completion::kFile || value.empty()) continue;
    if (is_foreign && !stays_inside(value)) {
      return Error{"'" + value + "' is outside of the folder of this file; use --" + flag.name};
    }
    if (fs::path(value).is_relative()) {
      value = (fs::path(file.path).parent_path() / value).string();
    }
  }
  return {};
}

Result<void> apply_scan_table(const toml::table& table, const ConfigFile& file,
                              ScanOptions& options) {
  Values known;
  for (const Flag& flag : scan_flags()) {
    if (flag.settable & kInFile) known.push_back(flag.name);
  }
  for (const auto& [key, node] : table) {
    std::string place = place_of(file, key.source());
    const Flag* flag = find_flag(scan_flags(), key.str());
    if (!flag) return unknown_key(place, key.str(), "[scan]", known);
    if (!(flag->settable & kInFile)) {
      bool has_option = flag->settable & kOnCommandLine;
      return Error{place + ": '" + flag->name + "' cannot be set in a file; use " +
                   (has_option ? "--" + flag->name + " or " : "") + environment_name(*flag)};
    }
    auto values = values_for(*flag, node);
    if (!values) return Error{place + ": '" + flag->name + "' " + values.error().message};
    auto settled = settle_paths(*flag, file, *values);
    if (!settled) return Error{place + ": " + flag->name + ": " + settled.error().message};
    auto applied = apply_flag(*flag, std::move(*values), place, options);
    if (!applied) return applied.error();
  }
  return {};
}

constexpr size_t kLeastCommitDigits = 7;

// The list that a key of [[allow]] fills, nullptr when it fills none.
Values* list_of(Allow& allow, const std::string& key) {
  if (key == "path" || key == "paths") return &allow.paths;
  if (key == "path-regex") return &allow.path_regex;
  if (key == "outside-path-regex") return &allow.outside;
  if (key == "commit" || key == "commits") return &allow.commits;
  return nullptr;
}

Result<Allow> read_allow(const toml::table& table, const ConfigFile& file) {
  Allow allow;
  allow.place = place_of(file, table.source());
  for (const auto& [key, node] : table) {
    std::string place = place_of(file, key.source());
    std::string word(key.str());
    auto fail = [&](const std::string& what) {
      return Error{place + ": '" + word + "' " + what};
    };
    std::string* text = word == "signature"     ? &allow.signature
                        : word == "fingerprint" ? &allow.fingerprint
                        : word == "reason"      ? &allow.reason
                                                : nullptr;
    if (text) {
      auto value = node.value_exact<std::string>();
      if (!value) return fail("is not a string; write it in quotes");
      if (value->empty()) return fail("is empty; fill it in or remove it");
      *text = *value;
    } else if (Values* list = list_of(allow, word)) {
      auto values = texts(node);
      if (!values) return fail(values.error().message);
      if (values->empty()) return fail("is empty; fill it in or remove it");
      list->insert(list->end(), values->begin(), values->end());
    } else {
      return unknown_key(place, word, "[[allow]]",
                         {"signature", "path", "paths", "path-regex", "outside-path-regex",
                          "commit", "commits", "fingerprint", "reason"});
    }
  }
  if (allow.reason.empty()) {
    return Error{allow.place + ": [[allow]] has no reason; say why these findings are meant to"
                               " be there"};
  }
  if (allow.signature.empty() && allow.paths.empty() && allow.fingerprint.empty() &&
      allow.path_regex.empty() && allow.outside.empty() && allow.commits.empty()) {
    return Error{allow.place +
                 ": [[allow]] has no condition; name a signature, a path or a fingerprint"};
  }
  for (const Values* expressions : {&allow.path_regex, &allow.outside}) {
    auto compiled = PathPatterns::compile(*expressions);
    if (!compiled) return Error{allow.place + ": " + compiled.error().message};
  }
  for (std::string& commit : allow.commits) {
    for (char& c : commit) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (commit.size() < kLeastCommitDigits ||
        commit.find_first_not_of("0123456789abcdef") != std::string::npos) {
      return Error{allow.place + ": '" + commit +
                   "' is no commit; write 7 or more of its hex digits"};
    }
  }
  return allow;
}

// What [[owner]] and [[environment]] have in common: where they apply, and a word.
struct PlaceTable {
  std::string repository;
  Values paths;
  std::string word;
};
Result<PlaceTable> read_place_table(const toml::table& table, const ConfigFile& file,
                                    const std::string& title, const std::string& word_key) {
  PlaceTable out;
  for (const auto& [key, node] : table) {
    const std::string place = place_of(file, key.source());
    const std::string word(key.str());
    if (word != "repository" && word != "path" && word != "paths" && word != word_key)
      return unknown_key(place, word, title, {"repository", "path", "paths", word_key});
    auto values = texts(node);
    if (!values) return Error{place + ": '" + word + "' " + values.error().message};
    const bool is_list = word.starts_with("path");
    if (values->empty() || values->front().empty() || (!is_list && values->size() > 1)) {
      return Error{place + ": '" + word + "' is " +
                   (values->size() > 1 ? "a list; write a table for each"
                                       : "empty; fill it in or remove it")};
    }
    if (is_list) {
      out.paths.insert(out.paths.end(), values->begin(), values->end());
    } else {
      (word == word_key ? out.word : out.repository) = values->front();
    }
  }
  if (out.word.empty())
    return Error{place_of(file, table.source()) + ": " + title + " has no " + word_key};
  return out;
}

Result<void> add_place_table(const toml::table& table, const ConfigFile& file, bool is_owner,
                             ScanOptions& options) {
  auto read = is_owner ? read_place_table(table, file, "[[owner]]", "owner")
                       : read_place_table(table, file, "[[environment]]", "name");
  if (!read) return read.error();
  if (is_owner) {
    options.owners.push_back({read->repository, read->paths, read->word});
    return {};
  }
  const Values known = {"prod", "staging", "test", "dev"};
  if (std::find(known.begin(), known.end(), read->word) == known.end()) {
    return Error{place_of(file, table.source()) + ": '" + read->word +
                 "' is not prod, staging, test or dev" + did_you_mean(read->word, known)};
  }
  options.environments.push_back({read->repository, read->paths, read->word});
  return {};
}

Result<void> read_hook(const toml::table& table, const ConfigFile& file, HookSettings& hook) {
  std::string place = place_of(file, table.source());
  if (file.author == ConfigFile::Author::kRepository) {
    return Error{place + ": [hook] belongs to whoever runs the hook; a repository cannot set it."
                         " Write it in a file that --config names, or in your own configuration"};
  }
  for (const auto& [key, node] : table) {
    std::string word(key.str());
    place = place_of(file, key.source());
    auto text = node.value_exact<std::string>();
    if (word == "deadline") {
      auto seconds = node.value<double>();
      if (text || !seconds || !(*seconds >= 0.1 && *seconds <= 86400)) {
        return Error{place + ": 'deadline' is not a number of seconds, from 0.1 to 86400"};
      }
      hook.deadline = *seconds;
    } else if (word == "after-deadline") {
      if (!text || (*text != "refuse" && *text != "accept")) {
        return Error{place + ": 'after-deadline' is not \"refuse\" or \"accept\""};
      }
      hook.accept_after_deadline = *text == "accept";
    } else if (word == "override") {
      if (!text || text->empty() || text->find_first_of("= \t\n") != std::string::npos) {
        return Error{place + ": 'override' is not a word without blanks and '='"};
      }
      hook.override_word = *text;
    } else if (word == "override-log") {
      if (!text || !text->starts_with('/')) {
        return Error{place + ": 'override-log' is not the absolute path of a file"};
      }
      hook.override_log = *text;
    } else {
      return unknown_key(place, word, "[hook]",
                         {"deadline", "after-deadline", "override", "override-log"});
    }
  }
  if (hook.override_word.empty() != hook.override_log.empty()) {
    return Error{place_of(file, table.source()) +
                 ": 'override' and 'override-log' go together: what is let through is recorded"};
  }
  return {};
}

Result<void> apply_tables(const toml::table& document, const ConfigFile& file,
                          ScanOptions& options) {
  for (const auto& [key, node] : document) {
    std::string place = place_of(file, key.source());
    if (key.str() == "scan") {
      const toml::table* table = node.as_table();
      if (!table) return Error{place + ": 'scan' is not a table; write [scan]"};
      auto applied = apply_scan_table(*table, file, options);
      if (!applied) return applied.error();
    } else if (key.str() == "allow") {
      const toml::array* tables = node.as_array();
      if (!tables || !tables->is_homogeneous<toml::table>()) {
        return Error{place + ": 'allow' is not an array of tables; write [[allow]]"};
      }
      for (const toml::node& element : *tables) {
        auto allow = read_allow(*element.as_table(), file);
        if (!allow) return allow.error();
        options.allow.push_back(std::move(*allow));
      }
    } else if (key.str() == "owner" || key.str() == "environment") {
      const toml::array* tables = node.as_array();
      if (!tables || !tables->is_homogeneous<toml::table>()) {
        const std::string word(key.str());
        return Error{place + ": '" + word + "' is not an array of tables; write [[" + word + "]]"};
      }
      for (const toml::node& element : *tables) {
        auto added = add_place_table(*element.as_table(), file, key.str() == "owner", options);
        if (!added) return added.error();
      }
    } else if (key.str() == "hook") {
      const toml::table* table = node.as_table();
      if (!table) return Error{place + ": 'hook' is not a table; write [hook]"};
      auto read = read_hook(*table, file, options.hook);
      if (!read) return read.error();
    } else {
      Error error =
          unknown_key(place, key.str(), "", {"scan", "allow", "owner", "environment", "hook"});
      // The options themselves are easily written without their table.
      if (find_flag(scan_flags(), key.str())) error.message += "; options belong under [scan]";
      return error;
    }
  }
  return {};
}

bool is_repository(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / ".git", ignored) ||
         (fs::is_regular_file(folder / "HEAD", ignored) &&
          fs::is_directory(folder / "objects", ignored));
}

// As short as it is understood from here.
std::string shown(const fs::path& path) {
  std::error_code ignored;
  fs::path relative = path.lexically_proximate(fs::current_path(ignored));
  bool is_below = !relative.empty() && *relative.begin() != "..";
  return (is_below ? relative : path).string();
}

Result<void> read_config(const ConfigFile& file, ScanOptions& options) {
  std::error_code ignored;
  bool is_foreign = file.author == ConfigFile::Author::kRepository;
  if (is_foreign && fs::is_symlink(file.path, ignored)) {
    return Error{file.path + ": a repository's configuration may not be a symbolic link; name"
                             " it with --config, or use --no-config"};
  }
  auto text = read_file(file.path);
  if (!text) return text.error();
  return apply_config(*text, file, options);
}

}  // namespace

std::vector<ConfigFile> find_config(const std::string& target, const std::string& config_home) {
  std::error_code error;
  std::vector<ConfigFile> found;
  fs::path own = fs::path(config_home) / "straykey" / "config.toml";
  if (!config_home.empty() && fs::exists(own, error)) {
    found.push_back({own.string(), ConfigFile::Author::kUser});
  }

  fs::path folder = fs::weakly_canonical(target == "-" ? "." : target, error);
  if (error) return found;
  if (!fs::is_directory(folder, error)) folder = folder.parent_path();
  fs::path root = folder;
  while (!is_repository(root) && root != root.parent_path()) root = root.parent_path();
  if (!is_repository(root)) root = folder;
  for (;; folder = folder.parent_path()) {
    if (fs::exists(fs::symlink_status(folder / kConfigName, error))) {
      found.push_back({shown(folder / kConfigName), ConfigFile::Author::kRepository});
      break;
    }
    if (folder == root) break;
  }
  return found;
}

Result<void> apply_config(ByteView text, const ConfigFile& file, ScanOptions& options) {
  try {
    toml::table document = toml::parse(text, file.path);
    return apply_tables(document, file, options);
  } catch (const toml::parse_error& error) {
    return Error{place_of(file, error.source()) + ": " + std::string(error.description())};
  }
}

Result<ScanOptions> resolve_options(const ParsedLine& line, const Surroundings& surroundings,
                                    std::vector<std::string>& warnings) {
  ScanOptions options;
  if (!line.arguments.empty()) options.targets = line.arguments;
  if (!surroundings.cache_home.empty()) {
    options.cache_folder = (fs::path(surroundings.cache_home) / "straykey").string();
  }

  // Which files are read is asked of the layers above them first.
  ScanOptions choice;
  for (const char* name : {"config", "no-config"}) {
    const Flag* flag = find_flag(scan_flags(), name);
    auto variable = surroundings.environment.find(environment_name(*flag));
    if (variable == surroundings.environment.end() || variable->second.empty()) continue;
    auto applied = apply_flag(*flag, {variable->second}, variable->first, choice);
    if (!applied) return applied.error();
  }
  for (const char* name : {"config", "no-config"}) {
    auto typed = line.flags.find(name);
    if (typed == line.flags.end()) continue;
    auto applied =
        apply_flag(*find_flag(scan_flags(), name), typed->second, kCommandLine, choice);
    if (!applied) return applied.error();
  }

  std::vector<ConfigFile> files;
  if (!choice.config.empty()) {
    files.push_back({choice.config, ConfigFile::Author::kUser});
  } else if (!choice.no_config) {
    files = find_config(options.targets.front(), surroundings.config_home);
  }
  for (const ConfigFile& file : files) {
    auto applied = read_config(file, options);
    if (!applied) return applied.error();
  }
  auto applied = apply_environment(surroundings.environment, options, warnings);
  if (!applied) return applied.error();
  for (const auto& [name, values] : line.flags) {
    const Flag* flag = find_flag(scan_flags(), name);
    if (!flag) continue;  // the verb's own
    applied = apply_flag(*flag, values, kCommandLine, options);
    if (!applied) return applied.error();
  }
  applied = check_combinations(options);
  if (!applied) return applied.error();
  return options;
}

}  // namespace straykey
