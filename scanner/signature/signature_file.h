// SPDX-License-Identifier: Apache-2.0
// One TOML file of signatures -> Signatures. The format is described in
// signatures/README.md. Unknown keys, wrong types and missing keys are errors.
#pragma once

#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/signature/signature.h"

namespace straykey {

// `file` names the text in messages, which read "file:line: what is wrong".
Result<std::vector<Signature>> parse_signatures(ByteView text, const std::string& file);

}  // namespace straykey
