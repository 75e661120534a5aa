// SPDX-License-Identifier: Apache-2.0
// What a hook was called for. git, and the programs that run hooks for it, say it each in
// their own way; `straykey hook` is one command for all of them and reads it from
//
//   arguments    none: a commit is made    FILE: its message    REMOTE URL: a push goes out
//                REF OLD NEW: a push arrives, one ref ("update")
//   environment  GIT_QUARANTINE_PATH: a push arrives; GIT_INDEX_FILE: git makes a commit;
//                PRE_COMMIT*: the pre-commit framework, or prek, stands in between
//   input        the refs of a push, a line each
//
// See githooks(5) and, for the framework, https://pre-commit.com (PRE_COMMIT_FROM_REF...).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "scanner/base/result.h"
#include "scanner/git/object_id.h"

namespace straykey {

enum class HookStage : uint8_t {
  kCommit,    // what is staged and no parent has
  kAllFiles,  // all that the index holds: nobody is making a commit
  kMessage,   // the text of a commit that is being made
  kPush,      // commits that a remote does not have yet
  kReceive,   // commits that have arrived and that no ref leads to yet
};

// A ref that a push moves. A null id: the ref is not there before, or not there after.
struct RefUpdate {
  std::string name;
  ObjectId before;  // kPush: at the remote
  ObjectId after;
  bool operator==(const RefUpdate&) const = default;
};

struct HookCall {
  HookStage stage = HookStage::kCommit;
  std::string message_file = {};        // kMessage
  std::string remote = {};              // kPush: its name; "" without one, then
  std::string address = {};             //        where it is
  std::vector<RefUpdate> updates = {};  // kPush, kReceive
  // kPush of the framework, which tells of one ref though a push may move several: the
  // commits of `head` less those of `base`. Whatever names a commit; `base` may be "".
  std::string base = {}, head = {};
  std::string remote_ref = {};  // the ref of the remote that it moves, "" when that is not told
  bool operator==(const HookCall&) const = default;
};

using GitEnvironment = std::map<std::string, std::string>;  // GIT*, PRE_COMMIT*

struct HookSurroundings {
  GitEnvironment environment;
  bool in_git_dir = false;  // the current folder is the repository itself: a server
  // All of standard input. Called when refs are to be there, and only then.
  std::function<Result<std::string>()> input;
};

// The error is a whole sentence: the call is of no hook that is known.
Result<HookCall> understand_hook(const std::vector<std::string>& arguments,
                                 const HookSurroundings& surroundings);

}  // namespace straykey
