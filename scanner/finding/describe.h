// SPDX-License-Identifier: Apache-2.0
// A match -> a Detection: the last code that sees the secret, unless it is asked to keep
// it for --show-secrets.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "scanner/finding/finding.h"
#include "scanner/finding/fingerprint.h"

namespace straykey {

struct DescribeOptions {
  std::string fingerprint_key{kDefaultFingerprintKey};
  bool keep_secrets = false;
  bool inline_allow = true;
  // SHA-1 in hex that an imported baseline asks for; of other secrets none is noted.
  std::set<std::string> known_sha1;
};

// `bytes` are those that the matches were found in, in the order of their place.
std::vector<Detection> describe(const Origin& origin, ByteView bytes,
                                std::vector<Match> matches, const DescribeOptions& options);

}  // namespace straykey
