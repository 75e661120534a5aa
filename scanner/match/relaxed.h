// SPDX-License-Identifier: Apache-2.0
// A pattern with its upper counts taken away: a{2,40} becomes a{2,}. It matches wherever the
// pattern does, and elsewhere, so what it refuses needs no second look. Refusing is what most
// candidates are for, and RE2 does it far sooner so: for each number that a count may be at, and
// for each set of them where counts overlap, it has to make a state when it first comes there.
#pragma once

#include <string>

#include "scanner/base/bytes.h"

namespace straykey {

// "" when `pattern` counts nothing that is worth it, or quotes by \Q. REQUIRES: RE2 takes it.
std::string relaxed(ByteView pattern);

}  // namespace straykey
