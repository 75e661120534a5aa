// SPDX-License-Identifier: Apache-2.0
// `straykey hook`: what git calls before it makes a commit, sends a push or takes one in. It
// understands which of these it is, looks at what comes in and at nothing else, and says
// something only when it stops it. Old secrets stop nothing: they are there already.
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string_view>

#include "scanner/base/file.h"
#include "scanner/base/interrupt.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/hook_call.h"
#include "scanner/cli/hook_message.h"
#include "scanner/cli/hook_override.h"
#include "scanner/cli/output.h"
#include "scanner/cli/scan.h"
#include "scanner/git/config.h"

namespace straykey {
namespace {

GitEnvironment git_environment() {
  GitEnvironment out;
  for (char** entry = environ; *entry; ++entry) {
    std::string_view text = *entry;
    size_t end = text.find('=');
    if (end == std::string_view::npos) continue;
    if (text.starts_with("GIT") || text.starts_with("PRE_COMMIT")) {
      out.emplace(text.substr(0, end), text.substr(end + 1));
    }
  }
  return out;
}

Result<std::string> read_refs_of_push() {
  if (isatty(STDIN_FILENO)) {
    return Error{"hook: waits for the refs of a push on standard input, where git writes them;"
                 " this is a terminal"};
  }
  std::string text;
  char piece[4096];
  for (;;) {
    ssize_t n = ::read(STDIN_FILENO, piece, sizeof piece);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error{"standard input: " + system_reason(errno)};
    if (n == 0) return text;
    text.append(piece, static_cast<size_t>(n));
  }
}

// git names the repository where the current folder does not: GIT_DIR.
Result<RepositoryLayout> find_repository(const GitEnvironment& environment) {
  auto named = environment.find("GIT_DIR");
  bool is_named = named != environment.end() && !named->second.empty();
  auto layout = is_named ? repository_at(named->second) : repository_above(".");
  if (!layout) return layout.error();
  if (!*layout) {
    return Error{(is_named ? named->second : std::string(".")) + ": is not a git repository"};
  }
  return std::move(**layout);
}

// The folders of a list that ':' separates, where those that hold a ':' are in quotes.
std::vector<std::string> folders_of(ByteView list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    std::string folder;
    bool is_quoted = list[0] == '"';
    size_t at = is_quoted ? 1 : 0;
    for (; at < list.size() && list[at] != (is_quoted ? '"' : ':'); ++at) {
      if (is_quoted && list[at] == '\\' && at + 1 < list.size()) ++at;
      folder += list[at];
    }
    if (!folder.empty()) out.push_back(std::move(folder));
    list.remove_prefix(std::min(at + (is_quoted ? 2 : 1), list.size()));
  }
  return out;
}

// Where a push waits: GIT_OBJECT_DIRECTORY, and what it leans on.
void add_objects(const GitEnvironment& environment, RepositoryLayout& layout) {
  auto own = environment.find("GIT_OBJECT_DIRECTORY");
  if (own != environment.end() && !own->second.empty()) {
    layout.more_objects_dirs.push_back(own->second);
  }
  auto others = environment.find("GIT_ALTERNATE_OBJECT_DIRECTORIES");
  if (others == environment.end()) return;
  for (std::string& folder : folders_of(others->second)) {
    layout.more_objects_dirs.push_back(std::move(folder));
  }
}

// While it merges, git names the other side in GITHEAD_<commit>: MERGE_HEAD comes later than
// the hook pre-merge-commit.
std::vector<ObjectId> merged_commits(const GitEnvironment& environment) {
  constexpr ByteView kPrefix = "GITHEAD_";
  std::vector<ObjectId> out;
  for (const auto& [name, ignored] : environment) {
    if (!name.starts_with(kPrefix)) continue;
    if (auto id = ObjectId::from_hex(ByteView(name).substr(kPrefix.size()))) out.push_back(*id);
  }
  return out;
}

// What git writes below this line is no part of the message: the diff of `commit -v`.
std::string without_scissors(std::string text) {
  constexpr ByteView kScissors = " ------------------------ >8 ------------------------\n";
  size_t at = text.find(kScissors);
  if (at == std::string::npos) return text;
  size_t line = text.rfind('\n', at);
  return text.substr(0, line == std::string::npos ? 0 : line + 1);
}

// Globs of the refs in which git noted what the remote has: that of the name, or those whose
// address was pushed to.
std::vector<std::string> tracking_refs(const HookCall& call, const RepositoryLayout& layout) {
  auto refs_of = [](const std::string& remote) { return "refs/remotes/" + remote + "/*"; };
  if (!call.remote.empty()) return {refs_of(call.remote)};
  std::vector<std::string> out;
  auto text = call.address.empty() ? Result<std::string>("") : read_file(layout.common_dir + "/config");
  if (!text) return out;
  constexpr ByteView kSection = "remote.";
  for (const auto& [key, value] : parse_git_config(*text)) {
    if (value != call.address || !key.starts_with(kSection)) continue;
    size_t end = key.rfind('.');
    if (key.substr(end) != ".url" && key.substr(end) != ".pushurl") continue;
    out.push_back(refs_of(key.substr(kSection.size(), end - kSection.size())));
  }
  return out;
}

IncomingCommits incoming_of(const HookCall& call, const RepositoryLayout& layout) {
  IncomingCommits out;
  for (const RefUpdate& update : call.updates) {
    if (!update.after.is_null()) out.tips.push_back({update.name, update.after});
    if (!update.before.is_null()) out.known.push_back(update.before);
  }
  out.known_refs = call.stage == HookStage::kReceive ? std::vector<std::string>{"*"}
                                                     : tracking_refs(call, layout);
  out.head = call.head;
  out.base = call.base;
  // The base that prek names is no longer where the ref stands when it is moved by force.
  constexpr ByteView kBranches = "refs/heads/";
  if (!call.remote.empty() && call.remote_ref.starts_with(kBranches)) {
    out.moved_ref = "refs/remotes/" + call.remote + "/" + call.remote_ref.substr(kBranches.size());
  }
  return out;
}

Result<ComingIn> coming_in(const HookCall& call, const GitEnvironment& environment,
                           RepositoryLayout layout) {
  ComingIn what;
  if (call.stage == HookStage::kMessage) {
    auto text = read_file(call.message_file);
    if (!text) return text.error();
    what.message = without_scissors(std::move(*text));
    return what;
  }
  RepositoryOptions& repository = what.repository;
  add_objects(environment, layout);
  repository.history = false;
  bool is_push = call.stage == HookStage::kPush || call.stage == HookStage::kReceive;
  if (is_push) repository.incoming = incoming_of(call, layout);
  repository.layout = std::move(layout);
  if (is_push) return what;
  repository.staged = true;
  repository.whole_index = call.stage == HookStage::kAllFiles;
  repository.merged = merged_commits(environment);
  auto index = environment.find("GIT_INDEX_FILE");
  if (index != environment.end()) repository.index_file = index->second;
  return what;
}

const char* late_words(bool accepts) {
  return accepts ? "straykey: the time that this server allows was over before all was scanned;"
                   " the push is accepted as configured, and its rest is NOT scanned\n"
                 : "straykey: push refused: the time that this server allows was over before all"
                   " was scanned; push fewer commits at once\n";
}

bool is_same_folder(const std::string& a, const std::string& b) {
  char* real = ::realpath(a.c_str(), nullptr);
  bool same = real && b == real;
  ::free(real);
  return same;
}

}  // namespace

int hook_command(const Values& arguments, const ScanOptions& options) {
  HookSurroundings surroundings;
  surroundings.environment = git_environment();
  auto layout = find_repository(surroundings.environment);
  if (!layout) return usage_error("hook: " + layout.error().message);
  surroundings.in_git_dir = is_same_folder(".", layout->git_dir);
  surroundings.input = read_refs_of_push;
  auto call = understand_hook(arguments, surroundings);
  if (!call) return usage_error(call.error().message);

  if (call->stage == HookStage::kPush && call->updates.empty() && call->head.empty()) {
    tell("push: git named no refs on standard input, so nothing was scanned");
    return kExitClean;
  }
  auto what = coming_in(*call, surroundings.environment, std::move(*layout));
  if (!what) return usage_error(what.error().message);
  install_interrupt_handler();
  const HookSettings& settings = options.hook;
  bool accepts_late = settings.accept_after_deadline;
  if (call->stage == HookStage::kReceive && settings.deadline > 0) {
    set_deadline(settings.deadline, late_words(accepts_late),
                 accepts_late ? kExitClean : kExitIncomplete);
  }
  auto result = scan_coming_in(options, std::move(*what));
  clear_deadline();
  if (!result) return usage_error(result.error().message);
  const Evidence& evidence = result->evidence;

  std::string message = hook_message(evidence, *call, settings.override_word);
  bool stops = options.fail_on && !options.exit_zero && evidence.failing_findings() > 0;
  if (deadline_has_come() && !stops) {
    std::fputs(late_words(accepts_late), stderr);
    return accepts_late ? kExitClean : kExitIncomplete;
  }
  if (!message.empty() && call->stage == HookStage::kReceive) {
    auto passed = pass_by_override(*call, evidence, settings, surroundings.environment);
    if (!passed) return usage_error(passed.error().message);
    if (*passed) return kExitClean;
  }
  std::fputs(message.c_str(), stderr);
  return stops ? kExitFindings : exit_code(evidence, options);
}

}  // namespace straykey
