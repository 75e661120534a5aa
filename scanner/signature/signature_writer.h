// SPDX-License-Identifier: Apache-2.0
// Signatures -> the text of a file that parse_signatures() reads, keys in the order of
// signatures/README.md.
#pragma once

#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/signature/signature.h"

namespace straykey {

// REQUIRES: all signatures are of `provider`. `comment` goes in front, line by line.
std::string write_signatures(const std::string& provider,
                             const std::vector<Signature>& signatures,
                             const std::string& comment);

// `text` as a TOML string: literal ('...') where it can be, so that patterns stand as they
// are, else with escapes. Bytes that are not UTF-8 become U+FFFD.
std::string toml_text(ByteView text);

}  // namespace straykey
