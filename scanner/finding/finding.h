// SPDX-License-Identifier: Apache-2.0
// A match with its meaning. A Detection is one match, described: where it is, what it
// looks like without giving the secret away. A Finding is one secret: all detections of
// one fingerprint with every place where it stands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/secret.h"
#include "scanner/finding/decision.h"
#include "scanner/match/match.h"
#include "scanner/source/origin.h"

namespace straykey {

// Lines and columns count from 1, columns in bytes; the end is the last byte, inclusive.
struct Position {
  uint64_t line = 1;
  uint64_t column = 1;
  uint64_t end_line = 1;
  uint64_t end_column = 1;
  bool operator==(const Position&) const = default;
  auto operator<=>(const Position&) const = default;
};

// What describe() makes of a match; holds no secret unless it was asked to keep it.
struct Detection {
  uint32_t signature = 0;
  std::string fingerprint;  // finding/fingerprint.h
  std::string redacted;
  uint64_t length = 0;  // of the secret, in bytes
  Structure structure = Structure::kUnknown;
  Confidence confidence = Confidence::kHigh;
  Attributes attributes;
  std::string encoding;
  Origin origin;
  Position position;
  bool allowed_inline = false;  // a mark on its line or on the line before
  std::string sha1;             // of the secret, in hex, when it is one that was asked for
  std::optional<Secret> value;  // only with --show-secrets
};

// kUnreachable: in a git object that no ref leads to.
enum class Presence : uint8_t { kTip, kHistory, kIndex, kWorkingTree, kFile, kUnreachable };
const char* name(Presence presence);

// One place of a secret.
struct Occurrence {
  std::string repository;  // path of the source; "" outside of repositories
  std::string path;        // with "!member" for archives; "" for messages
  Position position;
  std::string blob;    // hex id of the git object, "" for files
  std::string object;  // "blob", "commit message", "tag message", "file", "stream"
  std::string commit;  // hex id of the first commit that holds it here, "" when none
  std::string author;
  std::string author_email;
  std::optional<int64_t> committed_at;  // seconds since 1970, of `commit`
  std::optional<int64_t> last_held_at;  // date of the newest commit known to hold it
  std::optional<int64_t> removed_at;    // of the commit that took it away; absent while a ref has it
  Presence presence = Presence::kFile;
  uint32_t source = 0;  // index in the sources of the run
};

// New: nobody has decided about it yet, whenever it was first seen. Known: it is in the
// baseline, or what was decided is to be done by a date to come. Accepted: an exception is
// in force; or was, and has expired. Closed: with proof. Regressed: it was gone, and is back.
enum class FindingState : uint8_t {
  kNew,
  kKnown,
  kAccepted,
  kAcceptedExpired,
  kClosed,
  kRegressed
};
const char* name(FindingState state);

struct Finding {
  std::string id;  // the fingerprint
  FindingState state = FindingState::kNew;
  uint32_t signature = 0;  // index in the SignatureSet
  Severity severity = Severity::kHigh;
  Confidence confidence = Confidence::kHigh;
  Structure structure = Structure::kUnknown;
  std::string redacted;
  uint64_t length = 0;
  Attributes attributes;
  std::string encoding;
  std::optional<int64_t> first_seen;  // dates of commits; absent outside of history
  std::optional<int64_t> last_seen;
  std::optional<int64_t> removed_at;  // when it was last taken away; absent while a ref has it
  bool at_tip = false;  // at a branch tip, in the index, in a work tree or in a file
  std::vector<Occurrence> occurrences;  // oldest first
  std::optional<Secret> value;
  std::string sha1;  // as in its detections
  std::optional<Decision> decision;  // the one in force, when a store was asked
  bool overdue = false;              // what was decided should have been done by now

  // Whether somebody has to act now, so that a scan fails.
  bool is_open() const {
    return overdue || state == FindingState::kNew || state == FindingState::kAcceptedExpired ||
           state == FindingState::kRegressed;
  }
};

}  // namespace straykey
