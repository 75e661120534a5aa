// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/period.h"

#include "scanner/base/time.h"

namespace straykey {

Result<Period> Period::parse(ByteView text) {
  const Error unreadable{"'" + std::string(text) +
                         "' is not a period; write 2026-01-01..2026-03-31"};
  size_t dots = text.find("..");
  if (dots == ByteView::npos) return unreadable;
  ByteView from = text.substr(0, dots), to = text.substr(dots + 2);
  auto begin = parse_iso_time(from);
  auto end = parse_iso_time(to);
  if (!begin || !end) return unreadable;
  constexpr size_t kDateLength = 10;
  if (to.size() == kDateLength) *end += kDaySeconds - 1;
  if (*end < *begin) return Error{"the period '" + std::string(text) + "' ends before it begins"};
  return Period{*begin, *end};
}

std::string date_of(int64_t seconds) { return iso_time(seconds).substr(0, 10); }

}  // namespace straykey
