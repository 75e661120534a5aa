// SPDX-License-Identifier: Apache-2.0
// Compressed streams as they stand in encoded text: gzip (RFC 1952) in Helm releases and
// cloud-init, zlib (RFC 1950) elsewhere.
#pragma once

#include <cstdint>
#include <string>

#include "scanner/base/bytes.h"

namespace straykey {

// What a gzip or zlib stream holds, at most `limit` bytes of it; of a damaged one what stands
// before the damage. Knows which of the two it is.
std::string unpack(ByteView stream, uint64_t limit);

}  // namespace straykey
