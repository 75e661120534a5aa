// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/seen_windows.h"

#define XXH_INLINE_ALL  // the header is all of it: no library to carry along
#include <xxhash.h>

#include <array>
#include <random>

namespace straykey {
namespace {

using Secret = std::array<uint32_t, XXH3_SECRET_SIZE_MIN / sizeof(uint32_t) + 14>;

const Secret& drawn_secret() {
  static const Secret secret = [] {
    Secret drawn;
    std::random_device random;
    for (uint32_t& word : drawn) word = random();
    return drawn;
  }();
  return secret;
}

}  // namespace

SeenWindows::SeenWindows() : slots_(size_t{1} << kSlotBits) {}

SeenWindows::Key SeenWindows::key_of(ByteView window) {
  const Secret& secret = drawn_secret();
  const XXH128_hash_t hash =
      XXH3_128bits_withSecret(window.data(), window.size(), secret.data(), sizeof secret);
  return {hash.low64, hash.high64};
}

}  // namespace straykey
