// SPDX-License-Identifier: Apache-2.0
#include "scanner/finding/fingerprint.h"

#include <algorithm>

#include "scanner/base/hash.h"

namespace straykey {

std::string fingerprint(ByteView key, const Secret& secret) {
  std::string message = "straykey-fingerprint-1";
  message += '\0';
  message += secret.reveal();
  Digest digest = hmac_sha256(key, message);
  wipe(message);
  return hex(digest).substr(0, 32);
}

std::string redact(const Secret& secret, Confidence confidence) {
  constexpr size_t kShown = 4;
  constexpr size_t kLeastLength = 20;
  ByteView bytes = secret.reveal();
  if (bytes.substr(0, 11) == "-----BEGIN ") {
    size_t end = bytes.find("-----", 11);
    if (end != ByteView::npos && end < 80) {
      std::string label(bytes.substr(0, end + 5));
      bool plain = std::all_of(label.begin(), label.end(),
                               [](char c) { return c >= ' ' && c <= '~'; });
      if (plain) return label + "****";
    }
  }
  if (confidence != Confidence::kHigh || bytes.size() < kLeastLength) return "****";
  std::string shown(bytes.substr(0, kShown));
  std::replace_if(shown.begin(), shown.end(), [](char c) { return c < '!' || c > '~'; }, '?');
  return shown + "****";
}

}  // namespace straykey
