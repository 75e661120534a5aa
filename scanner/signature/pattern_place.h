// SPDX-License-Identifier: Apache-2.0
// From a byte of a pattern to the place in the file where somebody wrote it. Patterns are
// joined from fragments when a file is read, and places are only asked for when something
// is wrong, so the file is read once more then.
#pragma once

#include <cstdint>
#include <string>

#include "scanner/signature/signature.h"

namespace straykey {

// Lines and columns count from 1, columns in characters. Without a line the file does not
// hold the signature any more.
struct PatternPlace {
  uint32_t line = 0;
  uint32_t column = 0;
  std::string pointer;  // "\n  <the line>\n  <a caret under the place>", or ""
};

// The place of byte `offset` of what `key` ("pattern", "anchor") says. An offset at the end
// is the place behind the last byte.
PatternPlace find_pattern_place(const Signature& signature, const char* key, size_t offset);

}  // namespace straykey
