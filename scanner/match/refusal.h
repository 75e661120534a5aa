// SPDX-License-Identifier: Apache-2.0
// Why an engine refuses a signature, with the place in the file where somebody wrote it:
//
//   acme.toml:9:25: signature 'acme.token': RE2 refuses the pattern: missing ]: [a-z{8})
//     '(?P<secret>acme_[a-z{8})',
//                      ^
#pragma once

#include <string>

#include "scanner/base/result.h"
#include "scanner/signature/signature_set.h"

namespace straykey {

// `error`, with which Database::compile() refused `set`, as above where the place is known.
// Looks at the patterns one by one, so it is for when something is wrong.
Error explain_refusal(const SignatureSet& set, const Error& error);

// Whether Hyperscan takes the whole pattern of a signature, and why not: a clause, "" when
// it does. A signature with an anchor that it refuses runs as prefilter and RE2.
std::string why_not_alone(const Signature& signature);

}  // namespace straykey
