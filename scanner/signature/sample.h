// SPDX-License-Identifier: Apache-2.0
// Examples in signature files are templates, so that no literal credential stands in the
// tree and no scanner, ours included, raises an alarm over it. They are filled when they
// are needed:
//
//   'token = "ghp_<<begin>><<alnum 30>><<crc32-base62 6>>"'
//
//   <<CLASS N>>          N characters of a class: digit lower upper alpha alnum hex HEX
//                        base32 base36 base64 base64url symbol word
//   <<begin>>            starts what a checksum is taken over
//   <<crc32-base62 6>>   CRC-32 since begin, in base 62, 6 wide; likewise crc32-base36 N,
//                        crc32-hex 8, crc32-base64 6, sha256-base32 N
//   <<base64 of TEXT>>   TEXT (may hold no >>), encoded; likewise base64url of, hex of
//   <<bytes-base64 N>>   N random bytes in base64; likewise bytes-base64url, bytes-hex
//   <<pem LABEL>>        a block of that label with random base64 lines; pkcs8 and openssh
//                        structures where LABEL asks; pem-base64 LABEL: that in base64 again
//   <<newline>>          a line end
//
// Every character class fill has at least one digit and one letter where its class has
// both. The same seed gives the same text.
#pragma once

#include <cstdint>
#include <string>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"

namespace straykey {

Result<std::string> fill_sample(ByteView sample, uint64_t seed);

}  // namespace straykey
