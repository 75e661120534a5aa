// SPDX-License-Identifier: Apache-2.0
// Owners that the configuration gives to repositories and paths: for what no register, no
// catalogue and no CODEOWNERS file speaks of.
#pragma once

#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/nhi/nhi.h"
#include "scanner/source/ignore.h"

namespace straykey {

// An [[owner]] table; both conditions must hold.
struct OwnerRule {
  std::string repository;  // glob, "" for any
  IgnoreRules paths;       // gitignore patterns; empty for any
  std::string owner;
  OwnerKind owner_kind = OwnerKind::kUnknown;
};

// `glob` is compared with the whole name of the repository ("org/name", or the path that it
// was scanned under) and with the last part of it. "" matches all.
bool repository_matches(ByteView glob, ByteView repository);

// The last rule that matches, nullptr for none.
const OwnerRule* owner_of(const std::vector<OwnerRule>& rules, ByteView repository,
                          ByteView path);

}  // namespace straykey
