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

// A date, or a date and a time, as in RFC 3339 and ISO 8601: "2026-11-21",
// "2026-11-21T04:05:06Z", "2026-11-21 04:05", "2026-11-21T04:05:06.789+01:00". Fractions of a
// second are cut off; times without a zone are UTC. nullopt when it is none of these.
std::optional<int64_t> parse_iso_time(ByteView text);

// What parse_iso_time() takes, "3 days ago", "2.weeks", "@1700000000"; nullopt for others.
std::optional<int64_t> parse_time(ByteView text, int64_t now);

}  // namespace straykey
