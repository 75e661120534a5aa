// SPDX-License-Identifier: Apache-2.0
// A period that evidence is asked for: an auditor looks at a quarter, not at a moment. Its end is
// "now" for everything that is said of it, so what is said stays the same whenever it is asked.
#pragma once

#include <cstdint>
#include <string>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"

namespace straykey {

inline constexpr int64_t kDaySeconds = 86400;

// Seconds since 1970 UTC, both inclusive.
struct Period {
  int64_t from = 0;
  int64_t to = 0;

  bool contains(int64_t time) const { return from <= time && time <= to; }

  // "2026-01-01..2026-03-31": from the first second of the one day to the last of the other; or
  // times as parse_iso_time() takes them. The error says what to write.
  static Result<Period> parse(ByteView text);
};

// "2026-03-31"
std::string date_of(int64_t seconds);

}  // namespace straykey
