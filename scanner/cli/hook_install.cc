// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/hook_install.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scanner/base/file.h"
#include "scanner/base/result.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output.h"
#include "scanner/git/layout.h"
#include "scanner/git/process.h"

namespace straykey {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

constexpr const char* kMark = "# This hook was written by straykey.";
constexpr const char* kKept = ".before-straykey";

const Names kClientStages = {"pre-commit", "pre-merge-commit", "commit-msg", "pre-push"};
const Names kServerStages = {"pre-receive"};
const Names kAllStages = {"pre-commit", "pre-merge-commit", "commit-msg",
                          "pre-push",   "pre-receive",      "update"};
// With core.hooksPath git looks nowhere else, so a folder for all repositories passes every
// hook of a client on to the repository's own (githooks(5)).
const Names kPassedOn = {"applypatch-msg",     "pre-applypatch", "post-applypatch",
                         "pre-commit",         "pre-merge-commit", "prepare-commit-msg",
                         "commit-msg",         "post-commit",    "pre-rebase",
                         "post-checkout",      "post-merge",     "pre-push",
                         "reference-transaction", "push-to-checkout", "pre-auto-gc",
                         "post-rewrite",       "sendemail-validate", "fsmonitor-watchman",
                         "p4-changelist",      "p4-prepare-changelist", "p4-post-changelist",
                         "p4-pre-submit",      "post-index-change"};

bool has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string shell_word(const std::string& text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

std::string own_program() {
  std::error_code error;
  std::string path = fs::read_symlink("/proc/self/exe", error).string();
  return error ? "straykey" : path;
}

// Where hooks are, and for whom.
struct Hooks {
  fs::path folder;
  Names stages;
  bool is_global = false;
  bool is_ours = false;  // a global folder that install made
  std::string work_tree;
};

fs::path own_global_folder() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  fs::path base = config && *config == '/' ? fs::path(config)
                                           : fs::path(home ? home : "/") / ".config";
  return base / "straykey" / "hooks";
}

// "" when it is not set. git resolves "~/" in it.
std::string configured(const Names& scope, const char* key) {
  Names words = {"config"};
  words.insert(words.end(), scope.begin(), scope.end());
  words.insert(words.end(), {"--type=path", "--get", key});
  auto value = users_git_output(words);
  if (!value) return "";
  while (!value->empty() && value->back() == '\n') value->pop_back();
  return *value;
}

Result<Hooks> find_hooks(const HookPlace& place) {
  Hooks hooks;
  hooks.is_global = place.global;
  hooks.stages = place.stages;
  for (const std::string& stage : hooks.stages) {
    if (!has(kAllStages, stage)) {
      return Error{"hook: '" + stage + "' is no stage; there are " +
                   fmt::format("{}", fmt::join(kAllStages, ", "))};
    }
  }
  if (place.global) {
    if (hooks.stages.empty()) hooks.stages = kClientStages;
    std::string folder = configured({"--global"}, "core.hooksPath");
    hooks.is_ours = folder.empty() || fs::path(folder) == own_global_folder();
    hooks.folder = folder.empty() ? own_global_folder() : fs::path(folder);
    return hooks;
  }
  auto layout = repository_above(".");
  if (!layout) return layout.error();
  if (!*layout) return Error{"hook: this folder belongs to no git repository"};
  bool is_bare = (*layout)->work_tree.empty();
  if (hooks.stages.empty()) hooks.stages = is_bare ? kServerStages : kClientStages;
  hooks.work_tree = (*layout)->work_tree;
  hooks.folder = (*layout)->common_dir + "/hooks";
  std::string path = configured({}, "core.hooksPath");
  if (path.empty()) return hooks;
  hooks.folder = fs::path(path).is_absolute()
                     ? fs::path(path)
                     : fs::path(is_bare ? (*layout)->git_dir : hooks.work_tree) / path;
  if (configured({"--local"}, "core.hooksPath").empty()) {
    return Error{"hook: core.hooksPath is " + path + " for all repositories, so git looks for no"
                 " hook here; write 'straykey hook install --global', which adds to it"};
  }
  return hooks;
}

// What another program writes for its hooks, and where its owner adds ours.
std::string owner_of(const Hooks& hooks, const std::string& stage) {
  std::string add = "straykey hook \"$@\"";
  fs::path folder = hooks.folder.lexically_normal();
  if (folder.filename() == "_" && folder.parent_path().filename() == ".husky") {
    return "husky owns the hooks here; write in .husky/" + stage + ": " + add;
  }
  auto text = read_file((hooks.folder / stage).string());
  if (!text) return "";
  if (text->find("generated by pre-commit") != std::string::npos ||
      text->find("generated by prek") != std::string::npos) {
    // The framework names the file of a message as it names files, and passes over a hook whose
    // files did not change; a push can bring a secret that no file has at its end.
    return "pre-commit owns this hook; add to .pre-commit-config.yaml:\n"
           "  - repo: local\n    hooks:\n      - {" +
           std::string(stage == "commit-msg"
                           ? "id: straykey-commit-msg, name: straykey (commit message), "
                             "language: system,\n         entry: straykey hook, stages: [commit-msg]}"
                           : "id: straykey, name: straykey, language: system, "
                             "entry: straykey hook,\n         pass_filenames: false, "
                             "require_serial: true, always_run: true}");
  }
  if (text->find("lefthook") != std::string::npos) {
    return "lefthook owns this hook; add to lefthook.yml:\n  " + stage +
           ":\n    commands:\n      straykey:\n        run: straykey hook {0}\n" +
           (stage == "pre-push" ? "        use_stdin: true" : "");
  }
  return "";
}

bool is_ours(const fs::path& file) {
  auto text = read_file(file.string());
  return text && text->find(kMark) != std::string::npos;
}

bool is_there(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(file, ignored));
}

// `checks` is false for hooks that are only passed on.
std::string script(const Hooks& hooks, const std::string& stage, bool checks) {
  bool has_input = stage == "pre-push" || stage == "pre-receive";
  std::string out = "#!/bin/sh\n" + std::string(kMark) +
                    " 'straykey hook uninstall" + (hooks.is_global ? " --global" : "") +
                    "' removes it and\n# puts back what was here before.\n";
  // The hook that was here sees what git gave, and goes first: it may change what is staged.
  std::string earlier = "kept=\"$0" + std::string(kKept) + "\"\n";
  if (hooks.is_global) {
    out += "own=\"$(git rev-parse --git-common-dir)/hooks/" + stage + "\"\n";
  }
  std::string call = checks ? "exec \"$straykey\" hook \"$@\"" : "";
  std::string feed = has_input ? "printf '%s' \"$input\" | " : "";
  if (has_input) out += "input=$(cat; echo .)\ninput=${input%.}\n";
  out += earlier + "if [ -x \"$kept\" ]; then " + feed + "\"$kept\" \"$@\" || exit; fi\n";
  if (hooks.is_global) {
    out += "if [ -x \"$own\" ]; then " + feed + "\"$own\" \"$@\" || exit; fi\n";
  }
  if (!checks) return out + "exit 0\n";
  out += "straykey=" + shell_word(own_program()) +
         "\n[ -x \"$straykey\" ] || straykey=straykey\n";
  return out + (has_input ? feed + "\"$straykey\" hook \"$@\"\n" : call + "\n");
}

Result<void> write_hook(const fs::path& file, const std::string& text) {
  auto written = replace_file(file.string(), text);
  if (!written) return written;
  if (::chmod(file.c_str(), 0755) != 0) {
    return Error{file.string() + ": cannot be made executable: " + system_reason(errno)};
  }
  return {};
}

Result<void> put(const Hooks& hooks, const std::string& stage, bool checks) {
  fs::path file = hooks.folder / stage;
  std::error_code error;
  if (is_there(file) && !is_ours(file)) {
    fs::path kept = file.string() + kKept;
    if (is_there(kept)) {
      return Error{kept.string() + ": is there already; move it away first"};
    }
    fs::rename(file, kept, error);
    if (error) return Error{file.string() + ": cannot be moved: " + error.message()};
  }
  return write_hook(file, script(hooks, stage, checks));
}

Result<void> take_away(const Hooks& hooks, const std::string& stage) {
  fs::path file = hooks.folder / stage;
  if (!is_ours(file)) return {};
  fs::path kept = file.string() + kKept;
  std::error_code error;
  if (is_there(kept)) {
    fs::rename(kept, file, error);
  } else {
    fs::remove(file, error);
  }
  if (error) return Error{file.string() + ": cannot be put back: " + error.message()};
  return {};
}

Names passed_on_only(const Hooks& hooks) {
  Names out;
  if (!hooks.is_global || !hooks.is_ours) return out;
  for (const std::string& stage : kPassedOn) {
    if (!has(hooks.stages, stage)) out.push_back(stage);
  }
  return out;
}

}  // namespace

int hook_install_command(const HookPlace& place) {
  auto hooks = find_hooks(place);
  if (!hooks) return usage_error(hooks.error().message);
  for (const std::string& stage : hooks->stages) {
    std::string owner = is_ours(hooks->folder / stage) ? "" : owner_of(*hooks, stage);
    if (!owner.empty()) return usage_error(owner);
  }
  std::error_code error;
  fs::create_directories(hooks->folder, error);
  if (error) return usage_error(hooks->folder.string() + ": " + error.message());
  std::string told;
  for (const std::string& stage : hooks->stages) {
    auto done = put(*hooks, stage, true);
    if (!done) return usage_error(done.error().message);
    fs::path file = hooks->folder / stage;
    bool keeps = is_there(file.string() + kKept);
    told += file.string() + (keeps ? ": installed, after the hook that was here" : ": installed") +
            "\n";
  }
  for (const std::string& stage : passed_on_only(*hooks)) {
    auto done = put(*hooks, stage, false);
    if (!done) return usage_error(done.error().message);
  }
  if (hooks->is_global && hooks->is_ours) {
    auto set = users_git_output({"config", "--global", "core.hooksPath", hooks->folder.string()});
    if (!set) return usage_error(set.error().message);
    told += "core.hooksPath of your git configuration leads there; repositories' own hooks are"
            " called from there\n";
  }
  return print(told);
}

int hook_uninstall_command(const HookPlace& place) {
  auto hooks = find_hooks(place);
  if (!hooks) return usage_error(hooks.error().message);
  Names stages = place.stages.empty() ? kAllStages : place.stages;
  if (hooks->is_global && hooks->is_ours && place.stages.empty()) {
    stages.insert(stages.end(), kPassedOn.begin(), kPassedOn.end());
  }
  std::string told;
  for (const std::string& stage : stages) {
    bool was_ours = is_ours(hooks->folder / stage);
    auto done = take_away(*hooks, stage);
    if (!done) return usage_error(done.error().message);
    if (was_ours && has(kAllStages, stage)) {
      told += (hooks->folder / stage).string() + ": " +
              (is_there(hooks->folder / stage) ? "as it was before" : "removed") + "\n";
    }
  }
  std::error_code ignored;
  if (hooks->is_global && hooks->is_ours && place.stages.empty() &&
      fs::is_empty(hooks->folder, ignored) && fs::remove(hooks->folder, ignored)) {
    (void)users_git_output({"config", "--global", "--unset", "core.hooksPath"});
  }
  return print(told.empty() ? "nothing of straykey is installed there\n" : told);
}

int hook_status_command(const HookPlace& place) {
  auto hooks = find_hooks(place);
  if (!hooks) return usage_error(hooks.error().message);
  bool all = true;
  std::string told;
  for (const std::string& stage : hooks->stages) {
    fs::path file = hooks->folder / stage;
    bool ours = is_ours(file);
    std::string owner = ours ? "" : owner_of(*hooks, stage);
    std::string how = ours && is_there(file.string() + kKept)
                          ? "installed, after the hook that was here"
                      : ours           ? "installed"
                      : !owner.empty() ? owner
                      : is_there(file)   ? "not installed; there is another hook"
                                       : "not installed";
    told += fmt::format("{:<17} {}\n", stage, how);
    all = all && ours;
  }
  told = hooks->folder.string() + "\n" + told;
  int code = print(told);
  return code == kExitClean && !all ? kExitFindings : code;
}

}  // namespace straykey
