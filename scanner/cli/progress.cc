// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/progress.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fmt/core.h>

#include "scanner/cli/output.h"

namespace straykey {
namespace {

// The first picture comes late: a hook that is done by then shows nothing at all.
constexpr std::chrono::milliseconds kFirstDraw{400};
constexpr std::chrono::milliseconds kBetweenDraws{100};

std::string grouped(uint64_t number) {
  std::string out = std::to_string(number);
  for (size_t i = out.size(); i > 3;) {
    i -= 3;
    out.insert(i, ",");
  }
  return out;
}

std::string size_text(double bytes) {
  static constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  size_t unit = 0;
  while (bytes >= 999.5 && unit + 1 < std::size(kUnits)) {
    bytes /= 1000;
    ++unit;
  }
  int decimals = bytes < 9.95 && unit > 0 ? 1 : 0;
  return fmt::format("{:.{}f} {}", bytes, decimals, kUnits[unit]);
}

std::string duration_text(double seconds) {
  auto whole = static_cast<uint64_t>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

bool is_watched(const ScanOptions& options) {
  const char* terminal = std::getenv("TERM");
  const char* ci = std::getenv("CI");
  return options.progress && !options.quiet && !(ci && *ci) && terminal &&
         std::string_view(terminal) != "dumb" && isatty(STDERR_FILENO);
}

}  // namespace

std::string progress_line(const ProgressCounts& counts, double seconds, uint32_t width) {
  // Blobs may turn out to be more than was known: then there is no share to show.
  bool has_share = counts.known_blobs && *counts.known_blobs > 0 &&
                   counts.blobs <= *counts.known_blobs;
  std::string line = grouped(counts.blobs);
  if (has_share) {
    line += fmt::format(" of {} blobs ({} %)", grouped(*counts.known_blobs),
                        counts.blobs * 100 / *counts.known_blobs);
  } else {
    line += " blobs";
  }
  line += ", " + size_text(static_cast<double>(counts.bytes));
  if (seconds > 0) {
    line += ", " + size_text(static_cast<double>(counts.bytes) / seconds) + "/s";
  }
  if (has_share && counts.blobs > 0) {
    double done = static_cast<double>(counts.blobs) / static_cast<double>(*counts.known_blobs);
    line += ", " + duration_text(seconds * (1 - done) / done) + " left";
  }
  line += ", " + grouped(counts.findings) + (counts.findings == 1 ? " finding" : " findings");
  return line.substr(0, width);
}

Progress::Progress(const ScanOptions& options)
    : enabled_(is_watched(options)), next_draw_(started_ + kFirstDraw) {}

void Progress::update(const ProgressCounts& counts) {
  if (!enabled_) return;
  Clock::time_point now = Clock::now();
  if (now < next_draw_) return;
  next_draw_ = now + kBetweenDraws;
  double seconds = std::chrono::duration<double>(now - started_).count();
  // A line as wide as the terminal would wrap, and then not be redrawn but repeated.
  uint32_t width = output_width(STDERR_FILENO) - 1;
  std::fprintf(stderr, "\r%s\x1b[K", progress_line(counts, seconds, width).c_str());
  std::fflush(stderr);
  drawn_ = true;
}

void Progress::clear() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace straykey
