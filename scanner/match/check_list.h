// SPDX-License-Identifier: Apache-2.0
// The checks themselves, for the table in check.cc only. Everyone else asks find_check().
#pragma once

#include <string>

#include "scanner/base/bytes.h"
#include "scanner/match/check.h"

namespace straykey {

// check_checksum.cc: the credential carries a sum over its own characters.
CheckResult check_github_crc32(ByteView secret);
CheckResult check_github_fine_grained(ByteView secret);
CheckResult check_npm_crc32(ByteView secret);
CheckResult check_gitlab_routable(ByteView secret);
CheckResult check_vercel_crc32(ByteView secret);
CheckResult check_zuplo_crc32(ByteView secret);
CheckResult check_confluent_crc32(ByteView secret);

// check_structure.cc: the credential decodes into something with a known inside.
CheckResult check_aws_key_id(ByteView secret);
CheckResult check_azure_storage_key(ByteView secret);
CheckResult check_base64(ByteView secret);
CheckResult check_gcp_service_account(ByteView secret);
CheckResult check_json(ByteView secret);
CheckResult check_jwt(ByteView secret);

// check_bearer.cc: tokens that name their holder or their place.
CheckResult check_aws_bedrock(ByteView secret);
CheckResult check_basic_auth(ByteView secret);
CheckResult check_discord_bot(ByteView secret);
CheckResult check_github_suffix(ByteView secret);
CheckResult check_json_token(ByteView secret);
CheckResult check_pypi_macaroon(ByteView secret);
CheckResult check_slack_numbers(ByteView secret);

// check_pem.cc: private keys.
CheckResult check_pem(ByteView secret);

// check_x509.cc: the certificate of one.
CheckResult check_x509(ByteView secret);

// Longest attribute that a check takes out of a credential, in bytes.
inline constexpr size_t kLongestAttribute = 200;

// `text` clipped to kLongestAttribute bytes, not inside a UTF-8 character.
std::string clipped(ByteView text);

}  // namespace straykey
