// SPDX-License-Identifier: Apache-2.0
// What a hook says to whoever is stopped by it, in at most 15 lines: what, where, whose, what
// to do now, what to do when it is meant to be there, and how to get past.
#pragma once

#include <string>

#include "scanner/cli/hook_call.h"
#include "scanner/evidence/evidence.h"

namespace straykey {

inline constexpr size_t kHookMessageLines = 15;

// "" when nothing stops it: no new finding at or above evidence.fail_on, all scanned.
// `override_word` is the push option that the server's owner allows, "" for none.
std::string hook_message(const Evidence& evidence, const HookCall& call,
                         const std::string& override_word);

}  // namespace straykey
