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

// Reads a text from the left.
class Digits {
 public:
  explicit Digits(ByteView text) : text_(text) {}

  // `count` digits, or -1.
  int number(size_t count) {
    int out = 0;
    for (size_t i = 0; i < count; ++i) {
      if (i >= text_.size() || text_[i] < '0' || text_[i] > '9') return -1;
      out = out * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return out;
  }
  // Takes one of `marks` when it is next.
  bool mark(ByteView marks) {
    if (text_.empty() || marks.find(text_[0]) == ByteView::npos) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool done() const { return text_.empty(); }

 private:
  ByteView text_;
};

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

std::optional<int64_t> parse_iso_time(ByteView text) {
  Digits rest(text);
  auto is_in = [](int value, int least, int most) { return value >= least && value <= most; };
  std::tm tm{};
  const int year = rest.number(4);
  if (year < 0 || !rest.mark("-")) return std::nullopt;
  const int month = rest.number(2);
  if (!is_in(month, 1, 12) || !rest.mark("-")) return std::nullopt;
  tm.tm_mday = rest.number(2);
  if (!is_in(tm.tm_mday, 1, 31)) return std::nullopt;
  tm.tm_year = year - 1900;
  tm.tm_mon = month - 1;
  std::tm day = tm;
  timegm(&day);
  if (day.tm_mon != tm.tm_mon) return std::nullopt;  // the 31st of a month of 30 days
  if (rest.done()) return timegm(&tm);

  if (!rest.mark("Tt ")) return std::nullopt;
  tm.tm_hour = rest.number(2);
  if (!is_in(tm.tm_hour, 0, 23) || !rest.mark(":")) return std::nullopt;
  tm.tm_min = rest.number(2);
  if (!is_in(tm.tm_min, 0, 59)) return std::nullopt;
  if (rest.mark(":")) {
    tm.tm_sec = rest.number(2);
    if (!is_in(tm.tm_sec, 0, 60)) return std::nullopt;
    if (rest.mark(".")) {
      if (rest.number(1) < 0) return std::nullopt;
      while (rest.number(1) >= 0) {
      }
    }
  }
  const int64_t seconds = timegm(&tm);
  if (rest.mark("Zz") || rest.done()) {
    return rest.done() ? std::optional(seconds) : std::nullopt;
  }
  const bool is_east = rest.mark("+");
  if (!is_east && !rest.mark("-")) return std::nullopt;
  const int hours = rest.number(2);
  rest.mark(":");
  const int minutes = rest.number(2);
  if (!is_in(hours, 0, 23) || !is_in(minutes, 0, 59) || !rest.done()) return std::nullopt;
  const int64_t offset = hours * 3600 + minutes * 60;
  return is_east ? seconds - offset : seconds + offset;
}

std::optional<int64_t> parse_time(ByteView view, int64_t now) {
  if (auto seconds = parse_iso_time(view)) return seconds;
  std::string text(view);
  std::smatch m;
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
