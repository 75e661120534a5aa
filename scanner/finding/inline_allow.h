// SPDX-License-Identifier: Apache-2.0
// Marks in the text that say "this is meant to be here".
//
// A mark counts on the line of the secret (any line of a secret that has several), or on
// the line before when that line holds nothing but a comment with the mark: else the mark
// of one line would silence the next.
#pragma once

#include "scanner/base/bytes.h"

namespace straykey {

bool is_allowed_inline(ByteView bytes, Span secret);

}  // namespace straykey
