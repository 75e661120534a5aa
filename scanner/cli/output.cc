// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "scanner/base/file.h"
#include "scanner/report/document.h"
#include "scanner/report/report.h"
#include "scanner/report/template.h"

namespace straykey {
namespace {

// Formats for machines: no colours, no width.
struct MachineFormat {
  const char* name;
  std::string (*report)(const Evidence&);
};

constexpr MachineFormat kMachineFormats[] = {
    {"json", report_json},
    {"jsonl", report_jsonl},
    {"sarif", report_sarif},
    {"csv", report_csv},
    {"html", report_html},
    {"compact", report_compact},
    {"github", report_github},
    {"gitlab", report_gitlab},
    {"codequality", report_codequality},
    {"junit", report_junit},
    {"markdown", report_markdown},
    {"bitbucket", report_bitbucket},
    {"ocsf", report_ocsf},
};

std::string report_as(const FormatRequest& request, const Evidence& evidence,
                      const ScanOptions& options) {
  for (const MachineFormat& format : kMachineFormats) {
    if (request.name == format.name) return format.report(evidence);
  }
  if (request.name == kTemplateFormat) {
    auto form = Template::parse(options.template_text, options.template_file);
    STRAYKEY_CHECK(form.has_value());  // the option --template has parsed it
    return report_template(evidence, *form);
  }
  TextOptions text;
  text.places = options.places;
  if (request.file.empty()) {
    text.width = output_width(STDOUT_FILENO);
    text.color = use_color(options.color, STDOUT_FILENO);
    text.hyperlink = text.color && isatty(STDOUT_FILENO);
  } else {
    text.color = options.color == ColorMode::kAlways;
  }
  return report_text(evidence, text);
}

// 0, or the errno of what went wrong. Whoever shares our standard output may have made it
// non-blocking.
int write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd writable{fd, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

// A regular file is replaced as a whole. What is none (a pipe, /dev/stderr) is written to,
// for replacing it would put a file in the place of a device. A link stays, and what it
// points to is replaced.
Result<void> write_to_file(const std::string& path, ByteView bytes) {
  std::error_code error;
  auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return replace_file(path, bytes);
  if (std::filesystem::is_regular_file(status)) {
    std::string real = std::filesystem::canonical(path, error).string();
    return replace_file(error ? path : real, bytes);
  }
  FileHandle file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (!file) return Error{path + ": cannot be written: " + system_reason(errno)};
  int problem = write_all(file.fd(), bytes);
  if (problem != 0) return Error{path + ": cannot be written: " + system_reason(problem)};
  return {};
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value;
}

}  // namespace

const std::vector<std::string>& format_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out = {"text"};
    for (const MachineFormat& format : kMachineFormats) out.push_back(format.name);
    out.push_back(kTemplateFormat);
    return out;
  }();
  return names;
}

Result<void> write_reports(const Evidence& evidence, const ScanOptions& options) {
  bool summary_told = false;
  // One report that cannot be written does not take the others with it.
  Result<void> outcome;
  for (const FormatRequest& request : options.formats) {
    std::string report = report_as(request, evidence, options);
    bool to_stdout = request.file.empty();
    summary_told |= to_stdout && request.name == "text";
    auto written = to_stdout ? write_stdout(report) : write_to_file(request.file, report);
    if (options.show_secrets) wipe(report);
    if (!written && outcome) outcome = written;
  }
  if (!summary_told) tell_summary(evidence, options);
  return outcome;
}

void tell_summary(const Evidence& evidence, const ScanOptions& options) {
  constexpr size_t kShown = 5;
  const auto& failed = evidence.coverage.failed;
  size_t shown = options.verbose ? failed.size() : std::min(failed.size(), kShown);
  for (size_t i = 0; i < shown; ++i) {
    tell("not scanned: " + failed[i].where + ": " + failed[i].reason);
  }
  if (shown < failed.size()) {
    tell("not scanned: " + std::to_string(failed.size() - shown) +
         " more; --verbose names them");
  }
  if (!options.quiet) std::fprintf(stderr, "%s\n", summary_line(evidence).c_str());
}

Result<void> write_stdout(ByteView bytes) {
  int problem = write_all(STDOUT_FILENO, bytes);
  if (problem == 0 || problem == EPIPE) return {};
  return Error{"standard output: cannot be written: " + system_reason(problem)};
}

void tell(const std::string& message) {
  std::string out = "straykey: ";
  for (size_t begin = 0; begin <= message.size();) {
    size_t end = std::min(message.find('\n', begin), message.size());
    out += printable_text(ByteView(message).substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  std::fputs(out.c_str(), stderr);
}

bool use_color(ColorMode mode, int fd) {
  if (mode != ColorMode::kAuto) return mode == ColorMode::kAlways;
  if (is_set("NO_COLOR")) return false;
  for (const char* variable : {"CLICOLOR_FORCE", "FORCE_COLOR"}) {
    if (is_set(variable) && std::string_view(std::getenv(variable)) != "0") return true;
  }
  const char* terminal = std::getenv("TERM");
  if (!terminal || std::string_view(terminal) == "dumb") return false;
  return isatty(fd);
}

uint32_t output_width(int fd) {
  constexpr uint32_t kLeast = 20;
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= kLeast) return size.ws_col;
  if (const char* columns = std::getenv("COLUMNS")) {
    unsigned long width = std::strtoul(columns, nullptr, 10);
    if (width >= kLeast && width <= UINT16_MAX) return static_cast<uint32_t>(width);
  }
  return isatty(fd) ? 80 : 100;
}

size_t table_width() {
  const bool is_read_by_people = isatty(STDOUT_FILENO) || std::getenv("COLUMNS");
  return is_read_by_people ? output_width(STDOUT_FILENO) : std::string::npos;
}

}  // namespace straykey
