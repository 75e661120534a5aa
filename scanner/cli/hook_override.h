// SPDX-License-Identifier: Apache-2.0
// `git push -o WORD=REASON`: lets a push through that brings a secret, where whoever runs the
// server has configured the word and a file in which every use is recorded. What cannot be
// recorded does not pass. See git-push(1), "--push-option".
#pragma once

#include "scanner/base/result.h"
#include "scanner/cli/hook_call.h"
#include "scanner/cli/options.h"
#include "scanner/evidence/evidence.h"

namespace straykey {

// Whether the push may pass, which is then recorded and told on standard error. The record is
// one line of JSON: when, where, who, why, which refs and which findings; no secret. The error
// is a whole sentence: no reason was given, or the record cannot be written.
Result<bool> pass_by_override(const HookCall& call, const Evidence& evidence,
                              const HookSettings& settings, const GitEnvironment& environment);

}  // namespace straykey
