// SPDX-License-Identifier: Apache-2.0
// Points in time as seconds since 1970 UTC, and their text form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scanner/base/bytes.h"

namespace straykey {

int64_t now_seconds();

// "2026-11-21T04:05:06Z"
std::string iso_time(int64_t seconds);

// "2026-11-21", "2026-11-21T04:05:06Z", "2026-11-21 04:05:06", "3 days ago", "2.weeks",
// "@1700000000"; times without a zone are UTC. nullopt when it is none of these.
std::optional<int64_t> parse_time(ByteView text, int64_t now);

}  // namespace straykey
