// SPDX-License-Identifier: Apache-2.0
// Names for secrets that do not give them away.
#pragma once

#include <string>

#include "scanner/base/bytes.h"
#include "scanner/base/secret.h"
#include "scanner/match/match.h"

namespace straykey {

// The key when an organisation has set none. It is public: fingerprints under it can be
// tested against guesses, so that weak passwords are not protected by them.
inline constexpr ByteView kDefaultFingerprintKey = "straykey default fingerprint key";

// The first 16 bytes, in hex, of HMAC-SHA-256(key, "straykey-fingerprint-1" 0x00 secret).
// The same secret has the same fingerprint wherever it stands and whatever found it.
std::string fingerprint(ByteView key, const Secret& secret);

// What may be shown. Of a secret of at least 20 bytes that a signature with high
// confidence found, the first 4 characters, which are the kind's prefix; of a key block,
// its first line; of anything else nothing. Printable ASCII.
std::string redact(const Secret& secret, Confidence confidence);

}  // namespace straykey
