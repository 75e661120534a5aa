// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "scanner/base/time.h"

namespace straykey {
namespace {

TEST(Time, ReadsTheFormsOfRfc3339) {
  for (const char* text :
       {"2026-11-21T04:05:06Z", "2026-11-21T04:05:06", "2026-11-21 04:05:06Z",
        "2026-11-21T04:05:06.987654321Z", "2026-11-21T04:05:06+00:00",
        "2026-11-21T05:35:06+01:30", "2026-11-20T23:05:06.5-0500", "2026-11-21t04:05:06z"}) {
    EXPECT_EQ(parse_iso_time(text), 1795233906) << text;
  }
  EXPECT_EQ(parse_iso_time("2026-11-21"), 1795219200);
  EXPECT_EQ(parse_iso_time("2028-02-29"), 1835395200);
  EXPECT_EQ(iso_time(1795233906), "2026-11-21T04:05:06Z");
}

TEST(Time, TakesNothingThatIsNoTime) {
  for (const char* text :
       {"", "N/A", "2026", "2026-13-01", "2026-11-00", "2026-11-31", "2026-02-29", "2026-11-21T", "2026-11-21T24:00:00Z",
        "2026-11-21T04:05:06.Z", "2026-11-21T04:05:06Zz", "2026-11-21T04:05:06+1", "3 days ago",
        "-2026-11-21", "2026-11-21T04:05:06 Z"}) {
    EXPECT_FALSE(parse_iso_time(text)) << text;
  }
}

}  // namespace
}  // namespace straykey
