// SPDX-License-Identifier: Apache-2.0
// Whether signatures are fit for use: what `straykey signatures check` prints and ctest
// runs for every file of signatures/.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scanner/signature/signature_set.h"

namespace straykey {

struct SignatureReport {
  // Whole sentences, "file:line: signature 'x': what is wrong; what to do".
  std::vector<std::string> problems;
  // Signatures that Hyperscan cannot take alone: they run as prefilter (their anchor) and
  // RE2. Sentences likewise; nothing is wrong with them.
  std::vector<std::string> notes;
  size_t signatures = 0;  // looked at
  size_t examples = 0;    // examples and counterexamples that were matched, fillings counted
};

SignatureReport check_signatures(const SignatureSet& set);

}  // namespace straykey
