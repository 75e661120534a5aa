// SPDX-License-Identifier: Apache-2.0
// Blocks of PEM (RFC 7468) as people leave them in other text. A block that was copied into a
// config file rarely looks as openssl wrote it: line ends become \n inside a string, lines are
// quoted and joined with +, all of it stands in one line, or in base64 once more, as in a
// kubeconfig. So the body is put together again:
//
//   "-----BEGIN PRIVATE KEY-----\nMIIE" +         ->  MIIEvQIBAD...
//   "vQIBAD...\n-----END PRIVATE KEY-----"
#pragma once

#include <optional>
#include <string>

#include "scanner/base/bytes.h"

namespace straykey {

// The longest block that is decoded, in bytes; a 16384-bit RSA key has 13 KiB.
inline constexpr size_t kLongestPemBlock = 256 << 10;

struct PemBlock {
  std::string label;  // "RSA PRIVATE KEY"
  std::string body;   // base64 without anything between
  bool has_headers = false;
  bool is_encrypted = false;  // a header says so
};

// The first block in `text`, or in what `text` is the base64 of. nullopt when there is none.
// REQUIRES: text.size() <= kLongestPemBlock.
std::optional<PemBlock> pem_block_of(ByteView text);

}  // namespace straykey
