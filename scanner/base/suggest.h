// SPDX-License-Identifier: Apache-2.0
// "did you mean ...": the nearest of some known words to a word that is not known.
#pragma once

#include <string>
#include <vector>

#include "scanner/base/bytes.h"

namespace straykey {

// The word of `known` nearest to `word` by edits of one character, or "" when none is
// within a third of its length (at least one edit).
std::string nearest_word(ByteView word, const std::vector<std::string>& known);

// "; did you mean 'x'?" or "".
std::string did_you_mean(ByteView word, const std::vector<std::string>& known);

}  // namespace straykey
