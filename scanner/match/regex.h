// SPDX-License-Identifier: Apache-2.0
// RE2 as straykey uses it: byte mode, silent, and one name for its string piece, which is
// re2::StringPiece in older releases and absl::string_view in newer ones.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>

#include "scanner/base/bytes.h"

namespace straykey {

#if __has_include(<re2/stringpiece.h>)
using RegexPiece = re2::StringPiece;
#else
using RegexPiece = absl::string_view;
#endif

inline RegexPiece piece(ByteView bytes) { return RegexPiece(bytes.data(), bytes.size()); }

// What one may use, most of it for states that it meets. The default of 8 MB, times hundreds of
// signatures, would be more than the rest of the program; less than this makes some start over.
inline constexpr int64_t kRegexBytes = 8 << 20;

inline std::unique_ptr<RE2> make_regex(const std::string& pattern) {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  options.set_max_mem(kRegexBytes);
  return std::make_unique<RE2>(pattern, options);
}

}  // namespace straykey
