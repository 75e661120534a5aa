// SPDX-License-Identifier: Apache-2.0
#include "scanner/base/time.h"

#include <charconv>
#include <ctime>
#include <regex>

namespace straykey {
namespace {

int64_t to_int(const std::string& text) {
  int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

int64_t unit_seconds(char first, char second) {
  switch (first) {
    case 's': return 1;
    case 'm': return second == 'o' ? 30 * 86400 : 60;
    case 'h': return 3600;
    case 'd': return 86400;
    case 'w': return 7 * 86400;
    default: return 365 * 86400;
  }
}

}  // namespace

int64_t now_seconds() { return static_cast<int64_t>(std::time(nullptr)); }

std::string iso_time(int64_t seconds) {
  auto t = static_cast<std::time_t>(seconds);
  std::tm tm{};
  char text[40];
  if (!gmtime_r(&t, &tm) || !std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm)) {
    return "1970-01-01T00:00:00Z";  // a year that does not fit an int: a lying commit
  }
  return text;
}

std::optional<int64_t> parse_time(ByteView view, int64_t now) {
  std::string text(view);
  std::smatch m;
  static const std::regex date(
      R"((\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:?\d{2})?)?)");
  if (std::regex_match(text, m, date)) {
    std::tm tm{};
    tm.tm_year = static_cast<int>(to_int(m[1]) - 1900);
    tm.tm_mon = static_cast<int>(to_int(m[2]) - 1);
    tm.tm_mday = static_cast<int>(to_int(m[3]));
    tm.tm_hour = static_cast<int>(to_int(m[4]));
    tm.tm_min = static_cast<int>(to_int(m[5]));
    tm.tm_sec = static_cast<int>(to_int(m[6]));
    if (tm.tm_mon > 11 || tm.tm_mon < 0 || tm.tm_mday > 31 || tm.tm_mday < 1 ||
        tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60) {
      return std::nullopt;
    }
    int64_t seconds = timegm(&tm);
    std::string zone = m[7];
    if (!zone.empty() && zone != "Z") {
      std::string digits = zone.substr(1, 2) + zone.substr(zone.size() - 2);
      int64_t offset = to_int(digits.substr(0, 2)) * 3600 + to_int(digits.substr(2)) * 60;
      seconds -= zone[0] == '-' ? -offset : offset;
    }
    return seconds;
  }
  static const std::regex ago(
      R"((\d{1,6})[ .]*(seconds?|minutes?|hours?|days?|weeks?|months?|years?|[smhdwy])(?:[ .]+ago)?)");
  if (std::regex_match(text, m, ago)) {
    std::string unit = m[2];
    return now - to_int(m[1]) * unit_seconds(unit[0], unit.size() > 1 ? unit[1] : ' ');
  }
  static const std::regex epoch(R"(@(\d{1,12}))");
  if (std::regex_match(text, m, epoch)) return to_int(m[1]);
  return std::nullopt;
}

}  // namespace straykey
