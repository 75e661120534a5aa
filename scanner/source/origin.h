// SPDX-License-Identifier: Apache-2.0
// Where some bytes were.
#pragma once

#include <cstdint>
#include <string>

#include "scanner/git/object_id.h"

namespace straykey {

enum class OriginKind : uint8_t {
  kBlob,           // a blob of history, known by its id; its paths come by attribution
  kCommitMessage,  // the text of a commit or of an annotated tag, known by its id
  kTagMessage,
  kIndex,        // a blob staged in the index, with its path
  kWorkingTree,  // a file of a work tree, not or not so in history
  kFile,         // a file outside of any repository
  kStream,       // standard input
};

const char* name(OriginKind kind);  // "blob", "commit message", ...

// Plain data. Paths are bytes as the system gave them, relative to the root of the
// source, with '/' between components.
struct Origin {
  OriginKind kind = OriginKind::kFile;
  uint32_t source = 0;  // index of the source in the run
  std::string path;     // "" for kBlob and messages until they are attributed
  ObjectId object;      // for the git kinds; null for files
  std::string member;   // inside an archive: "a.tar!b/c.txt"; "" outside
};

}  // namespace straykey
