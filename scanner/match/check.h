// SPDX-License-Identifier: Apache-2.0
// Offline checks: what a credential's own characters prove about it, by name, so that a
// signature file can ask for them.
#pragma once

#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/match/match.h"

namespace straykey {

// What a check found out. `attributes` are appended to the match's.
struct CheckResult {
  Structure structure = Structure::kUnknown;
  Attributes attributes;
};

// `secret` is the group "secret" of the signature's pattern. Thread-safe, bounded in time
// by the length of the secret.
using Check = CheckResult (*)(ByteView secret);

// nullptr when there is no check of that name.
Check find_check(ByteView name);
std::vector<std::string> check_names();

}  // namespace straykey
