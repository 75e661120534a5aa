// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/hook_call.h"

#include <algorithm>
#include <optional>

namespace straykey {
namespace {

std::optional<std::string> value(const GitEnvironment& environment, const char* name) {
  auto found = environment.find(name);
  if (found == environment.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

std::vector<std::string> words(ByteView line) {
  std::vector<std::string> out;
  while (!line.empty()) {
    size_t end = std::min(line.find(' '), line.size());
    if (end > 0) out.emplace_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return out;
}

// Lines of `count` words, made into updates by `make`, which gives nothing for a line that
// is none.
template <class Make>
Result<std::vector<RefUpdate>> read_updates(ByteView text, size_t count, Make make) {
  std::vector<RefUpdate> out;
  for (size_t number = 1; !text.empty(); ++number) {
    size_t end = std::min(text.find('\n'), text.size());
    std::vector<std::string> line = words(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    std::optional<RefUpdate> update;
    if (line.size() == count) update = make(line);
    if (!update) {
      return Error{"hook: line " + std::to_string(number) +
                   " of standard input does not name a ref as git does"};
    }
    out.push_back(std::move(*update));
  }
  return out;
}

std::optional<RefUpdate> update_of(const std::string& name, const std::string& before,
                                   const std::string& after) {
  auto old_id = ObjectId::from_hex(before);
  auto new_id = ObjectId::from_hex(after);
  if (!old_id || !new_id) return std::nullopt;
  return RefUpdate{name, *old_id, *new_id};
}

// What the framework says of a push, or of `pre-commit run --from-ref A --to-ref B`. To an
// empty remote it names the branch alone.
HookCall framework_push(const GitEnvironment& environment) {
  HookCall call{.stage = HookStage::kPush};
  call.remote = value(environment, "PRE_COMMIT_REMOTE_NAME").value_or("");
  call.base = value(environment, "PRE_COMMIT_FROM_REF").value_or("");
  call.head = value(environment, "PRE_COMMIT_TO_REF")
                  .value_or(value(environment, "PRE_COMMIT_LOCAL_BRANCH").value_or("HEAD"));
  call.remote_ref = value(environment, "PRE_COMMIT_REMOTE_BRANCH").value_or("");
  return call;
}

}  // namespace

Result<HookCall> understand_hook(const std::vector<std::string>& arguments,
                                 const HookSurroundings& surroundings) {
  const GitEnvironment& environment = surroundings.environment;
  auto is_set = [&](const char* name) { return value(environment, name).has_value(); };

  if (arguments.size() == 3) {
    HookCall call{.stage = HookStage::kReceive};
    auto update = update_of(arguments[0], arguments[1], arguments[2]);
    if (!update) {
      return Error{"hook: of three arguments the last two are names of commits, as git gives"
                   " them to an update hook"};
    }
    call.updates.push_back(std::move(*update));
    return call;
  }
  if (arguments.size() == 2) {
    HookCall call{.stage = HookStage::kPush};
    // git gives the address twice when the remote has no name.
    (arguments[0] != arguments[1] ? call.remote : call.address) = arguments[0];
    auto text = surroundings.input();
    if (!text) return text.error();
    auto updates = read_updates(*text, 4, [](const std::vector<std::string>& line) {
      return update_of(line[2], line[3], line[1]);
    });
    if (!updates) return updates.error();
    call.updates = std::move(*updates);
    return call;
  }
  if (arguments.size() == 1) {
    return HookCall{.stage = HookStage::kMessage, .message_file = arguments[0]};
  }

  bool is_framework = is_set("PRE_COMMIT");
  if (is_framework && (is_set("PRE_COMMIT_TO_REF") || is_set("PRE_COMMIT_REMOTE_NAME"))) {
    return framework_push(environment);
  }
  if (is_set("GIT_INDEX_FILE")) return HookCall{.stage = HookStage::kCommit};
  if (is_set("GIT_QUARANTINE_PATH") || surroundings.in_git_dir) {
    HookCall call{.stage = HookStage::kReceive};
    auto text = surroundings.input();
    if (!text) return text.error();
    auto updates = read_updates(*text, 3, [](const std::vector<std::string>& line) {
      return update_of(line[2], line[0], line[1]);
    });
    if (!updates) return updates.error();
    if (updates->empty()) {
      return Error{"hook: a push names its refs on standard input, and there are none; in a"
                   " bare repository this is a pre-receive hook"};
    }
    call.updates = std::move(*updates);
    return call;
  }
  // Without git's GIT_INDEX_FILE nobody is making a commit. The framework runs so for
  // --all-files; to look at what is staged alone would let everything else pass as seen.
  return HookCall{.stage = is_framework ? HookStage::kAllFiles : HookStage::kCommit};
}

}  // namespace straykey
