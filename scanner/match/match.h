// SPDX-License-Identifier: Apache-2.0
// A place in bytes where a signature was confirmed. Knows no files.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/secret.h"
#include "scanner/signature/signature.h"

namespace straykey {

// What an offline check of the format says: a checksum, a decodable structure.
enum class Structure : uint8_t { kUnknown, kValid, kInvalid };

inline const char* name(Structure structure) {
  return structure == Structure::kValid     ? "valid"
         : structure == Structure::kInvalid ? "invalid"
                                            : "unknown";
}

// Public facts about the principal, never secret: ("account", "123456789012").
using Attributes = std::vector<std::pair<std::string, std::string>>;

struct Match {
  uint32_t signature = 0;  // index in the SignatureSet of the Database
  Span whole;              // all that the pattern covers, in the original bytes
  Span secret;             // the credential, in the original bytes
  Structure structure = Structure::kUnknown;
  Confidence confidence = Confidence::kHigh;  // the signature's, lowered by the checks
  Attributes attributes;
  Secret value;          // the credential's bytes, decoded where the original was encoded
  std::string encoding;  // "" or how the original was encoded, the outermost
                         // first: "utf-16le", "base64+gzip"
};

}  // namespace straykey
