// SPDX-License-Identifier: Apache-2.0
// What the characters of a value say about it, whatever signature found it.
#pragma once

#include "scanner/base/bytes.h"
#include "scanner/signature/signature.h"

namespace straykey {

// Shannon entropy in bits per byte: 0 for "aaaa", 4 for 16 different characters.
double entropy(ByteView bytes);

bool satisfies(ByteView secret, const Requirements& require);

// Whether the value stands for a credential instead of being one: "<your-token>",
// "${TOKEN}", "xxxxxxxx", "AKIA...EXAMPLE". Judges the value as a whole, so that a real
// one which happens to hold such a word inside a longer run is not lost.
bool is_placeholder(ByteView secret);

}  // namespace straykey
