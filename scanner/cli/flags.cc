// SPDX-License-Identifier: Apache-2.0
// How an option comes to be in force, whoever sets it:
//
//   --fail-on high           parse_line()         -+
//   STRAYKEY_FAIL_ON=high    apply_environment()  -+-> apply_flag() -> Flag::set
//   fail-on = "high"         apply_config()       -+
//
// All three hand the same text to the same setter, so a value is right or wrong in the
// same words everywhere, and only the place in front of them differs. CLI11 splits the
// command line into options and values; what a value means is not its business.
#include "scanner/cli/flags.h"

#include <algorithm>
#include <charconv>
#include <climits>
#include <string_view>

#include <CLI/CLI.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scanner/base/file.h"
#include "scanner/base/suggest.h"
#include "scanner/base/time.h"
#include "scanner/cli/output.h"
#include "scanner/report/template.h"
#include "scanner/store/connection.h"

namespace straykey {

const char* name(HistoryScope scope) { return scope == HistoryScope::kAll ? "all" : "none"; }

const char* name(ColorMode mode) {
  return mode == ColorMode::kAuto ? "auto" : mode == ColorMode::kAlways ? "always" : "never";
}

const char* name(GitReader reader) {
  return reader == GitReader::kAuto ? "auto" : reader == GitReader::kFast ? "fast" : "compat";
}

const char* title(FlagGroup group) {
  switch (group) {
    case FlagGroup::kScope: return "What is scanned";
    case FlagGroup::kSignatures: return "What is looked for";
    case FlagGroup::kFindings: return "What counts";
    case FlagGroup::kReports: return "What is told";
    case FlagGroup::kMachine: return "The machine";
    case FlagGroup::kConfiguration: return "Configuration and help";
    case FlagGroup::kVerb: return "This verb";
  }
  return "";
}

std::string toml_string(ByteView text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out = "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string toml_strings(const Values& values) {
  std::string out = "[";
  for (const std::string& value : values) {
    if (out.size() > 1) out += ", ";
    out += toml_string(value);
  }
  return out + "]";
}

namespace {

// Setters and their counterparts for the plain kinds of members.

template <auto Member>
Result<void> turn_on(ScanOptions& options, const Values& values) {
  options.*Member = values.back() == "true";
  return {};
}

template <auto Member>
Result<void> turn_off(ScanOptions& options, const Values& values) {
  options.*Member = values.back() != "true";
  return {};
}

template <auto Member>
std::string show_on(const ScanOptions& options) {
  return options.*Member ? "true" : "false";
}

template <auto Member>
std::string show_off(const ScanOptions& options) {
  return options.*Member ? "false" : "true";
}

template <auto Member>
Result<void> set_text(ScanOptions& options, const Values& values) {
  options.*Member = values.back();
  return {};
}

template <auto Member>
std::string show_text(const ScanOptions& options) {
  return toml_string(options.*Member);
}

template <auto Member>
Result<void> set_list(ScanOptions& options, const Values& values) {
  options.*Member = values;
  return {};
}

template <auto Member>
std::string show_list(const ScanOptions& options) {
  return toml_strings(options.*Member);
}

Result<uint64_t> whole_number(ByteView text, uint64_t least, uint64_t most) {
  uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least ||
      number > most) {
    return Error{"'" + std::string(text) + "' is not a whole number from " +
                 std::to_string(least) + " to " + std::to_string(most)};
  }
  return number;
}

template <auto Member, uint32_t kLeast, uint32_t kMost>
Result<void> set_number(ScanOptions& options, const Values& values) {
  auto number = whole_number(values.back(), kLeast, kMost);
  if (!number) return number.error();
  options.*Member = static_cast<uint32_t>(*number);
  return {};
}

template <auto Member>
std::string show_number(const ScanOptions& options) {
  return std::to_string(options.*Member);
}

// The names of an enumeration whose values count from 0 to `last`.
template <class Enum>
Values names_to(Enum last) {
  Values out;
  for (int i = 0; i <= static_cast<int>(last); ++i) out.push_back(name(static_cast<Enum>(i)));
  return out;
}

Error not_one_of(ByteView text, const Values& choices) {
  std::string list;
  for (size_t i = 0; i < choices.size(); ++i) {
    list += (i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ") + choices[i];
  }
  return Error{"'" + std::string(text) + "' is not " + list + did_you_mean(text, choices)};
}

template <auto Member, auto kLast>
Result<void> set_named(ScanOptions& options, const Values& values) {
  const Values names = names_to(kLast);
  auto found = std::find(names.begin(), names.end(), values.back());
  if (found == names.end()) return not_one_of(values.back(), names);
  options.*Member = static_cast<decltype(kLast)>(found - names.begin());
  return {};
}

template <auto Member>
std::string show_named(const ScanOptions& options) {
  return toml_string(name(options.*Member));
}

// The kinds that are their own.

Result<void> set_since(ScanOptions& options, const Values& values) {
  if (!parse_time(values.back(), now_seconds())) {
    return Error{"'" + values.back() +
                 "' is not a date; write one like 2026-11-21 or '3 days ago'"};
  }
  options.since = values.back();
  return {};
}

Result<void> set_fail_on(ScanOptions& options, const Values& values) {
  Values choices = names_to(Severity::kCritical);
  auto found = std::find(choices.begin(), choices.end(), values.back());
  if (found != choices.end()) {
    options.fail_on = static_cast<Severity>(found - choices.begin());
  } else if (values.back() == "never") {
    options.fail_on.reset();
  } else {
    choices.push_back("never");
    return not_one_of(values.back(), choices);
  }
  return {};
}

std::string show_fail_on(const ScanOptions& options) {
  return toml_string(options.fail_on ? name(*options.fail_on) : "never");
}

// NAME or NAME=FILE; the file "-" is standard output, as no file is.
Result<void> set_formats(ScanOptions& options, const Values& values) {
  if (values.empty()) return Error{"names no format; write format = [\"text\"]"};
  std::vector<FormatRequest> formats;
  for (const std::string& value : values) {
    FormatRequest request{value.substr(0, value.find('=')), ""};
    if (request.name.size() < value.size()) {
      request.file = value.substr(request.name.size() + 1);
      if (request.file.empty()) return Error{"'" + value + "' names no file after '='"};
      if (request.file == "-" || request.file == "/dev/stdout") request.file.clear();
    }
    const Values& known = format_names();
    if (std::find(known.begin(), known.end(), request.name) == known.end()) {
      return not_one_of(request.name, known);
    }
    formats.push_back(std::move(request));
  }
  options.formats = std::move(formats);
  return {};
}

std::string show_formats(const ScanOptions& options) {
  Values out;
  for (const FormatRequest& request : options.formats) {
    out.push_back(request.file.empty() ? request.name : request.name + "=" + request.file);
  }
  return toml_strings(out);
}

// Read and parsed before the scan, so that what is wrong in it does not cost one.
Result<void> read_template(ScanOptions& options, const Values& values) {
  auto text = read_file(values.back());
  if (!text) return text.error();
  auto parsed = Template::parse(*text, values.back());
  if (!parsed) return parsed.error();
  options.template_file = values.back();
  options.template_text = std::move(*text);
  return {};
}

Result<void> set_chunk_bytes(ScanOptions& options, const Values& values) {
  ByteView text = values.back();
  uint64_t unit = 1;
  if (!text.empty()) {
    size_t power = std::string_view("KMG").find(text.back());
    if (power != std::string_view::npos) {
      unit = uint64_t{1024} << (10 * power);
      text.remove_suffix(1);
    }
  }
  // Hyperscan takes lengths below 4 GiB; anything near that is no chunk any more.
  constexpr uint64_t kMost = uint64_t{1} << 30;
  auto number = whole_number(text, 1, kMost / unit);
  if (!number) {
    return Error{"'" + values.back() + "' is not a size; write bytes or 64K, 4M, up to 1G"};
  }
  options.chunk_bytes = *number * unit;
  return {};
}

Result<void> use_fingerprint_key(ScanOptions& options, ByteView key) {
  constexpr size_t kLeastBytes = 16;
  if (key.size() < kLeastBytes) {
    return Error{"the key has fewer than 16 bytes; make one with 'openssl rand -hex 32'"};
  }
  options.fingerprint_key.emplace(key);
  return {};
}

Result<void> set_fingerprint_key(ScanOptions& options, const Values& values) {
  return use_fingerprint_key(options, values.back());
}

// A line end after the key belongs to the editor that wrote the file, not to the key.
Result<void> read_fingerprint_key(ScanOptions& options, const Values& values) {
  auto text = read_file(values.back());
  if (!text) return text.error();
  ByteView key = *text;
  while (!key.empty() && (key.back() == '\n' || key.back() == '\r')) key.remove_suffix(1);
  auto used = use_fingerprint_key(options, key);
  wipe(*text);
  if (!used) return Error{values.back() + ": " + used.error().message};
  return {};
}

std::string show_fingerprint_key(const ScanOptions& options) {
  return toml_string(options.fingerprint_key ? "(set, not shown)" : "");
}

// Options that exclude each other: the layer that speaks last decides. Both in one layer
// is an error of check_combinations().
Result<void> set_quiet(ScanOptions& options, const Values& values) {
  options.quiet = values.back() == "true";
  if (options.quiet) options.verbose = false;
  return {};
}

Result<void> set_verbose(ScanOptions& options, const Values& values) {
  options.verbose = values.back() == "true";
  if (options.verbose) options.quiet = false;
  return {};
}

Result<void> set_config(ScanOptions& options, const Values& values) {
  options.config = values.back();
  if (!options.config.empty()) options.no_config = false;
  return {};
}

Result<void> set_no_config(ScanOptions& options, const Values& values) {
  options.no_config = values.back() == "true";
  if (options.no_config) options.config.clear();
  return {};
}

std::vector<Flag> make_scan_flags() {
  using O = ScanOptions;
  std::vector<Flag> flags;

  flags.push_back({.name = "history",
                   .value = "all|none",
                   .choices = names_to(HistoryScope::kNone),
                   .completion = Completion::kChoices,
                   .group = FlagGroup::kScope,
                   .essential = true,
                   .settable = kEverywhere,
                   .help = "Scan the history of all refs, or no history",
                   .more = "With 'none' only the index and the work tree are scanned.",
                   .set = set_named<&O::history, HistoryScope::kNone>,
                   .show = show_named<&O::history>});
  flags.push_back({.name = "range",
                   .value = "BASE..HEAD",
                   .group = FlagGroup::kScope,
                   .essential = true,
                   .settable = kNotInFile,
                   .help = "Only commits that HEAD has and BASE has not",
                   .more = "The index and the work tree are not scanned then.",
                   .set = set_text<&O::range>,
                   .show = show_text<&O::range>});
  flags.push_back({.name = "ci",
                   .group = FlagGroup::kScope,
                   .settable = kNotInFile,
                   .help = "Only the change that this CI job is for",
                   .more = "By the variables of GitHub Actions, GitLab CI, Jenkins, Azure "
                           "Pipelines, Bitbucket or Buildkite: the commits of a request or of a "
                           "push. Where none says what changed, all is scanned. What is missing "
                           "in a shallow clone makes the scan incomplete. See docs/ci.md.",
                   .set = turn_on<&O::ci>,
                   .show = show_on<&O::ci>});
  flags.push_back({.name = "since",
                   .value = "DATE",
                   .group = FlagGroup::kScope,
                   .essential = true,
                   .settable = kNotInFile,
                   .help = "Only commits since 2026-11-21 or '3 days ago'",
                   .more = "Times without a zone are UTC. The index and the work tree are not "
                           "scanned then.",
                   .set = set_since,
                   .show = show_text<&O::since>});
  flags.push_back({.name = "ref",
                   .value = "NAME",
                   .repeats = true,
                   .group = FlagGroup::kScope,
                   .settable = kNotInFile,
                   .help = "Only the history of this ref, a name or a glob",
                   .more = "The index and the work tree are not scanned then.",
                   .set = set_list<&O::refs>,
                   .show = show_list<&O::refs>});
  flags.push_back({.name = "staged",
                   .group = FlagGroup::kScope,
                   .essential = true,
                   .settable = kNotInFile,
                   .help = "Only what is staged and differs from HEAD",
                   .more = "For a hook before a commit.",
                   .set = turn_on<&O::staged>,
                   .show = show_on<&O::staged>});
  flags.push_back({.name = "include-unreachable",
                   .group = FlagGroup::kScope,
                   .settable = kEverywhere,
                   .help = "Scan git objects that no ref leads to as well",
                   .more = "What was amended, rebased or dropped, until git prunes it.",
                   .set = turn_on<&O::include_unreachable>,
                   .show = show_on<&O::include_unreachable>});
  flags.push_back({.name = "no-working-tree",
                   .group = FlagGroup::kScope,
                   .settable = kEverywhere,
                   .help = "Leave out the index and the files of work trees",
                   .set = turn_off<&O::working_tree>,
                   .show = show_off<&O::working_tree>});
  flags.push_back({.name = "no-ignore",
                   .group = FlagGroup::kScope,
                   .settable = kEverywhere,
                   .help = "Scan files that .gitignore ignores as well",
                   .set = turn_off<&O::ignore_files>,
                   .show = show_off<&O::ignore_files>});
  flags.push_back({.name = "exclude",
                   .value = "PATTERN",
                   .repeats = true,
                   .group = FlagGroup::kScope,
                   .essential = true,
                   .settable = kEverywhere,
                   .help = "Leave out paths, in the syntax of .gitignore",
                   .more = "What is left out is counted in every report.",
                   .set = set_list<&O::exclude>,
                   .show = show_list<&O::exclude>});
  flags.push_back({.name = "no-archives",
                   .group = FlagGroup::kScope,
                   .settable = kEverywhere,
                   .help = "Do not open archives",
                   .set = turn_off<&O::archives>,
                   .show = show_off<&O::archives>});
  flags.push_back({.name = "archive-depth",
                   .value = "N",
                   .group = FlagGroup::kScope,
                   .settable = kEverywhere,
                   .help = "Open archives within archives to this depth",
                   .more = "Built in: 4. What lies deeper is counted as left out.",
                   .set = set_number<&O::archive_depth, 1, 32>,
                   .show = show_number<&O::archive_depth>});
  flags.push_back({.name = "max-decode-depth",
                   .value = "N",
                   .group = FlagGroup::kScope,
                   .settable = kEverywhere,
                   .help = "Decode base64 and the like to this depth",
                   .more = "Built in: 5, encodings in one another; 0 decodes nothing.",
                   .set = set_number<&O::max_decode_depth, 0, 32>,
                   .show = show_number<&O::max_decode_depth>});
  flags.push_back({.name = "explain-scope",
                   .group = FlagGroup::kScope,
                   .essential = true,
                   .settable = kNotInFile,
                   .help = "Say what would be scanned and why; do not scan",
                   .set = turn_on<&O::explain_scope>,
                   .show = show_on<&O::explain_scope>});

  flags.push_back({.name = "signatures",
                   .value = "PATH",
                   .repeats = true,
                   .completion = Completion::kFile,
                   .group = FlagGroup::kSignatures,
                   .essential = true,
                   .settable = kEverywhere,
                   .help = "Add signatures from a file or a folder of files",
                   .more = "A signature of the same id replaces the one that is built in.",
                   .set = set_list<&O::signatures>,
                   .show = show_list<&O::signatures>});
  flags.push_back({.name = "enable",
                   .value = "GLOB",
                   .repeats = true,
                   .group = FlagGroup::kSignatures,
                   .settable = kEverywhere,
                   .help = "Only signatures whose id matches: 'github.*'",
                   .set = set_list<&O::enable>,
                   .show = show_list<&O::enable>});
  flags.push_back({.name = "disable",
                   .value = "GLOB",
                   .repeats = true,
                   .group = FlagGroup::kSignatures,
                   .settable = kEverywhere,
                   .help = "Not the signatures whose id matches",
                   .set = set_list<&O::disable>,
                   .show = show_list<&O::disable>});
  flags.push_back({.name = "no-inline-allow",
                   .group = FlagGroup::kSignatures,
                   .settable = kEverywhere,
                   .help = "Do not honour marks such as 'straykey:allow'",
                   .set = turn_off<&O::inline_allow>,
                   .show = show_off<&O::inline_allow>});

  flags.push_back({.name = "severity",
                   .value = "SEVERITY",
                   .choices = names_to(Severity::kCritical),
                   .completion = Completion::kChoices,
                   .group = FlagGroup::kFindings,
                   .essential = true,
                   .settable = kEverywhere,
                   .help = "Report only info, low, medium, high, critical up",
                   .more = std::string("Built in: ") + name(O().severity) +
                           "; info is everything.",
                   .set = set_named<&O::severity, Severity::kCritical>,
                   .show = show_named<&O::severity>});
  flags.push_back({.name = "confidence",
                   .value = "CONFIDENCE",
                   .choices = names_to(Confidence::kHigh),
                   .completion = Completion::kChoices,
                   .group = FlagGroup::kFindings,
                   .settable = kEverywhere,
                   .help = "Report only low, medium, high confidence up",
                   .more = std::string("Built in: ") + name(O().confidence) +
                           "; low is everything.",
                   .set = set_named<&O::confidence, Confidence::kHigh>,
                   .show = show_named<&O::confidence>});
  Values fail_on_choices = names_to(Severity::kCritical);
  fail_on_choices.push_back("never");
  flags.push_back({.name = "fail-on",
                   .value = "SEVERITY",
                   .choices = fail_on_choices,
                   .completion = Completion::kChoices,
                   .group = FlagGroup::kFindings,
                   .essential = true,
                   .settable = kEverywhere,
                   .help = "Exit with 1 from this severity up, or 'never'",
                   .more = "Built in: info. An incomplete scan exits with 3 all the same.",
                   .set = set_fail_on,
                   .show = show_fail_on});
  flags.push_back({.name = "exit-zero",
                   .group = FlagGroup::kFindings,
                   .settable = kNotInFile,
                   .help = "Findings do not fail this run",
                   .more = "Like '--fail-on never'.",
                   .set = turn_on<&O::exit_zero>,
                   .show = show_on<&O::exit_zero>});
  flags.push_back({.name = "frameworks",
                   .value = "DIR",
                   .completion = Completion::kFile,
                   .group = FlagGroup::kFindings,
                   .settable = kEverywhere,
                   .help = "Lay frameworks of a folder over those built in",
                   .more = "Files of frameworks, of the crosswalk and of places, as the folder "
                           "frameworks/ of straykey has them; 'straykey frameworks check DIR' "
                           "tells what does not hold together.",
                   .set = set_text<&O::frameworks>,
                   .show = show_text<&O::frameworks>});
  flags.push_back({.name = "baseline",
                   .value = "FILE",
                   .completion = Completion::kFile,
                   .group = FlagGroup::kFindings,
                   .essential = true,
                   .settable = kEverywhere,
                   .help = "Findings in this file are known and do not fail",
                   .more = "Made with 'straykey baseline create'.",
                   .set = set_text<&O::baseline>,
                   .show = show_text<&O::baseline>});
  flags.push_back({.name = "register",
                   .value = "FILE",
                   .completion = Completion::kFile,
                   .group = FlagGroup::kFindings,
                   .settable = kEverywhere,
                   .help = "Whose credentials are whose: see 'nhi import'",
                   .more = "A repository's own configuration may not name it.",
                   .set = set_text<&O::register_file>,
                   .show = show_text<&O::register_file>});
  flags.push_back({.name = "store",
                   .value = "FILE|URL",
                   .completion = Completion::kFile,
                   .group = FlagGroup::kFindings,
                   .essential = true,
                   .settable = kNotInFile,
                   .help = "Record the run and ask for what was decided",
                   .more = "An SQLite file, which is made, or postgres://USER@HOST/NAME. A "
                           "password belongs into STRAYKEY_STORE, not on the command line.",
                   .set = set_text<&O::store>,
                   .show = [](const O& options) {
                     return toml_string(without_passwords(options.store));
                   }});
  flags.push_back({.name = "policy",
                   .value = "FILE",
                   .completion = Completion::kFile,
                   .group = FlagGroup::kFindings,
                   .settable = kNotInFile,
                   .help = "Ages, terms and reviews that are laid down",
                   .more = "See docs/store.md. Its digest is recorded with the run.",
                   .set = set_text<&O::policy>,
                   .show = show_text<&O::policy>});
  flags.push_back({.name = "fingerprint-key",
                   .value = "KEY",
                   .group = FlagGroup::kFindings,
                   .settable = kInEnvironment,  // a command line is seen by everybody
                   .help = "The key of fingerprints itself",
                   .set = set_fingerprint_key,
                   .show = show_fingerprint_key});
  flags.push_back({.name = "fingerprint-key-file",
                   .value = "FILE",
                   .completion = Completion::kFile,
                   .group = FlagGroup::kFindings,
                   .settable = kNotInFile,
                   .help = "Read the key of fingerprints from FILE",
                   .more = "Without a key a public one is used, under which guesses at weak "
                           "secrets can be tested. Goes before STRAYKEY_FINGERPRINT_KEY.",
                   .set = read_fingerprint_key,
                   .show = show_fingerprint_key});

  flags.push_back({.name = "format",
                   .letter = 'f',
                   .value = "NAME[=FILE]",
                   .repeats = true,
                   .choices = format_names(),
                   .completion = Completion::kChoices,
                   .group = FlagGroup::kReports,
                   .essential = true,
                   .settable = kEverywhere,
                   .help = "Report as text, json, sarif, html and others",
                   .more = "To standard output, or to FILE. Given several times, several "
                           "reports are written, one of them to standard output at most. One of " +
                           fmt::format("{}.", fmt::join(format_names(), ", ")),
                   .set = set_formats,
                   .show = show_formats});
  flags.push_back({.name = "template",
                   .value = "FILE",
                   .completion = Completion::kFile,
                   .group = FlagGroup::kReports,
                   .settable = kNotInFile,
                   .help = "What '--format template' fills in",
                   .more = "A text with {{names}} of the json format; see docs/formats.md.",
                   .set = read_template,
                   .show = show_text<&O::template_file>});
  flags.push_back({.name = "places",
                   .value = "N",
                   .group = FlagGroup::kReports,
                   .settable = kEverywhere,
                   .help = "Show N places of a secret in text, 0 for all",
                   .more = "Built in: 3. Other formats tell all places.",
                   .set = set_number<&O::places, 0, UINT32_MAX>,
                   .show = show_number<&O::places>});
  flags.push_back({.name = "show-secrets",
                   .group = FlagGroup::kReports,
                   .essential = true,
                   .settable = kNotInFile,
                   .help = "Print the secrets themselves",
                   .set = turn_on<&O::show_secrets>,
                   .show = show_on<&O::show_secrets>});
  flags.push_back({.name = "reproducible",
                   .group = FlagGroup::kReports,
                   .settable = kEverywhere,
                   .help = "Leave out times, host and run id",
                   .more = "The same bytes then give the same report, byte for byte.",
                   .set = turn_on<&O::reproducible>,
                   .show = show_on<&O::reproducible>});
  flags.push_back({.name = "color",
                   .value = "WHEN",
                   .choices = names_to(ColorMode::kNever),
                   .completion = Completion::kChoices,
                   .group = FlagGroup::kReports,
                   .settable = kEverywhere,
                   .help = "Colours: auto, always or never",
                   .more = "With auto: on a terminal, as NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR "
                           "and TERM=dumb say.",
                   .set = set_named<&O::color, ColorMode::kNever>,
                   .show = show_named<&O::color>});
  flags.push_back({.name = "no-progress",
                   .group = FlagGroup::kReports,
                   .settable = kEverywhere,
                   .help = "Do not show progress on a terminal",
                   .set = turn_off<&O::progress>,
                   .show = show_off<&O::progress>});
  flags.push_back({.name = "quiet",
                   .letter = 'q',
                   .group = FlagGroup::kReports,
                   .essential = true,
                   .settable = kEverywhere,
                   .help = "Only errors on standard error",
                   .set = set_quiet,
                   .show = show_on<&O::quiet>});
  flags.push_back({.name = "verbose",
                   .letter = 'v',
                   .group = FlagGroup::kReports,
                   .settable = kEverywhere,
                   .help = "Tell more on standard error",
                   .set = set_verbose,
                   .show = show_on<&O::verbose>});

  flags.push_back({.name = "jobs",
                   .letter = 'j',
                   .value = "N",
                   .group = FlagGroup::kMachine,
                   .essential = true,
                   .settable = kEverywhere,
                   .help = "Threads; built in: one for each core",
                   .more = "Any number gives the same report.",
                   .set = set_number<&O::jobs, 0, 1024>,
                   .show = show_number<&O::jobs>});
  flags.push_back({.name = "chunk-size",
                   .value = "BYTES",
                   .group = FlagGroup::kMachine,
                   .settable = kEverywhere,
                   .help = "For experts: bytes that are matched at once",
                   .more = "Built in: 4M. Any size gives the same report.",
                   .set = set_chunk_bytes,
                   .show = [](const O& options) {
                     return toml_string(std::to_string(options.chunk_bytes));
                   }});
  flags.push_back({.name = "git-reader",
                   .value = "WAY",
                   .choices = names_to(GitReader::kCompat),
                   .completion = Completion::kChoices,
                   .group = FlagGroup::kMachine,
                   .settable = kEverywhere,
                   .help = "For experts: read objects auto, fast or compat",
                   .more = "'compat' asks the git program for every object.",
                   .set = set_named<&O::git_reader, GitReader::kCompat>,
                   .show = show_named<&O::git_reader>});
  flags.push_back({.name = "verify-objects",
                   .group = FlagGroup::kMachine,
                   .settable = kEverywhere,
                   .help = "Check each git object against its name",
                   .more = "Objects that fail are not scanned and make the run incomplete.",
                   .set = turn_on<&O::verify_objects>,
                   .show = show_on<&O::verify_objects>});
  flags.push_back({.name = "no-delta-matching",
                   .group = FlagGroup::kMachine,
                   .settable = kEverywhere,
                   .help = "For experts: match every version of a file whole",
                   .more = "Several times slower, with the same report.",
                   .set = turn_off<&O::delta_matching>,
                   .show = show_off<&O::delta_matching>});

  flags.push_back({.name = "config",
                   .value = "FILE",
                   .completion = Completion::kFile,
                   .group = FlagGroup::kConfiguration,
                   .essential = true,
                   .settable = kNotInFile,
                   .help = "Read this file instead of .straykey.toml",
                   .more = "Without it the nearest .straykey.toml is read, from the first "
                           "target's folder upward to the root of the repository, over "
                           "$XDG_CONFIG_HOME/straykey/config.toml.",
                   .set = set_config,
                   .show = show_text<&O::config>});
  flags.push_back({.name = "no-config",
                   .group = FlagGroup::kConfiguration,
                   .settable = kNotInFile,
                   .help = "Read no configuration file",
                   .more = "For repositories that are not trusted to choose what is scanned.",
                   .set = set_no_config,
                   .show = show_on<&O::no_config>});
  return flags;
}

// "true" or "false" out of what people write for them.
Result<std::string> truth(const std::string& text) {
  std::string lower = text;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char* yes : {"true", "1", "yes", "on"}) {
    if (lower == yes) return std::string("true");
  }
  for (const char* no : {"false", "0", "no", "off"}) {
    if (lower == no) return std::string("false");
  }
  return Error{"'" + text + "' is not true or false"};
}

// Comma or line end between the elements, spaces around them dropped.
Values split_list(ByteView text) {
  Values out;
  while (!text.empty()) {
    size_t end = text.find_first_of(",\n");
    ByteView element = text.substr(0, end);
    text.remove_prefix(end == ByteView::npos ? text.size() : end + 1);
    while (!element.empty() && element.front() == ' ') element.remove_prefix(1);
    while (!element.empty() && element.back() == ' ') element.remove_suffix(1);
    if (!element.empty()) out.emplace_back(element);
  }
  return out;
}

// Breaks `text` between words into lines of at most `width` bytes.
std::vector<std::string> wrapped(const std::string& text, size_t width) {
  std::vector<std::string> lines;
  std::string line;
  size_t begin = 0;
  while (begin < text.size()) {
    size_t end = std::min(text.find(' ', begin), text.size());
    std::string word = text.substr(begin, end - begin);
    if (!line.empty() && line.size() + 1 + word.size() > width) {
      lines.push_back(line);
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
    begin = end + 1;
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

// CLI11 counts and types what it misses; people want to know which option it is about.
Error missing_value(const std::vector<Flag>& known, const std::string& message) {
  std::string word = message.substr(0, message.find(':'));
  for (const Flag& flag : known) {
    if (word == "--" + flag.name) {
      return Error{word + ": the value is missing; write " + word + " " + flag.value};
    }
  }
  return Error{message};
}

}  // namespace

const std::vector<Flag>& scan_flags() {
  static const std::vector<Flag> flags = make_scan_flags();
  return flags;
}

const Flag* find_flag(const std::vector<Flag>& flags, ByteView name) {
  auto found = std::find_if(flags.begin(), flags.end(),
                            [&](const Flag& flag) { return flag.name == name; });
  return found == flags.end() ? nullptr : &*found;
}

std::string environment_name(const Flag& flag) {
  std::string out = "STRAYKEY_";
  for (char c : flag.name) {
    out += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return out;
}

std::string spelling(const Flag& flag) {
  std::string out = flag.letter ? std::string("-") + flag.letter + ", " : "";
  out += "--" + flag.name;
  return flag.is_switch() ? out : out + " " + flag.value;
}

Result<void> apply_flag(const Flag& flag, Values values, const std::string& origin,
                        ScanOptions& options) {
  STRAYKEY_CHECK(flag.set != nullptr);
  std::string place = origin == kCommandLine         ? "--" + flag.name
                      : origin.starts_with("STRAYKEY_") ? origin
                                                     : origin + ": " + flag.name;
  if (flag.is_switch()) {
    auto text = truth(values.back());
    if (!text) return Error{place + ": " + text.error().message};
    values = {*text};
  }
  auto set = flag.set(options, values);
  if (!set) return Error{place + ": " + set.error().message};
  options.origins[flag.name] = origin;
  return {};
}

bool ParsedLine::is_on(const std::string& flag) const { return last(flag) == "true"; }

std::string ParsedLine::last(const std::string& flag) const {
  auto found = flags.find(flag);
  return found == flags.end() ? "" : found->second.back();
}

Result<ParsedLine> parse_line(const std::vector<Flag>& known, Values words) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::map<std::string, CLI::Option*> handles;
  for (const Flag& flag : known) {
    if (!(flag.settable & kOnCommandLine)) continue;
    std::string names = "--" + flag.name;
    if (flag.letter) names += std::string(",-") + flag.letter;
    CLI::Option* option = flag.is_switch() ? app.add_flag(names) : app.add_option(names);
    if (!flag.is_switch()) option->expected(1)->allow_extra_args(false);
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    handles[flag.name] = option;
  }

  ParsedLine line;
  try {
    std::reverse(words.begin(), words.end());  // CLI11 takes the last word first
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    return missing_value(known, error.what());
  }
  bool after_marker = false;
  for (const std::string& word : app.remaining()) {
    if (word == "--" && !after_marker) {
      after_marker = true;
    } else if (word.size() > 1 && word[0] == '-' && !after_marker) {
      std::string unknown = word.substr(0, word.find('='));
      Values names;
      for (const auto& [name, option] : handles) names.push_back("--" + name);
      return Error{"unknown option '" + unknown + "'" + did_you_mean(unknown, names)};
    } else {
      line.arguments.push_back(word);
    }
  }
  for (const Flag& flag : known) {
    auto handle = handles.find(flag.name);
    if (handle == handles.end() || handle->second->count() == 0) continue;
    Values values = handle->second->results();
    if (flag.is_switch()) {
      auto text = truth(values.back());
      if (!text) return Error{"--" + flag.name + ": " + text.error().message};
      values = {*text};
    }
    line.flags[flag.name] = std::move(values);
  }
  return line;
}

Result<void> apply_environment(const Environment& environment, ScanOptions& options,
                               std::vector<std::string>& warnings) {
  Values known;
  for (const Flag& flag : scan_flags()) {
    if (flag.settable & kInEnvironment) known.push_back(environment_name(flag));
  }
  for (const auto& [variable, value] : environment) {
    if (std::find(known.begin(), known.end(), variable) != known.end()) continue;
    std::string suggestion = did_you_mean(variable, known);
    if (!suggestion.empty()) {
      warnings.push_back("environment: unknown variable '" + variable + "'" + suggestion);
    }
  }
  // In the order of the table, so that of two for one thing the later one decides.
  for (const Flag& flag : scan_flags()) {
    auto found = environment.find(environment_name(flag));
    if (!(flag.settable & kInEnvironment) || found == environment.end()) continue;
    Values values = flag.repeats ? split_list(found->second) : Values{found->second};
    if (values.empty() || values.back().empty()) continue;  // set to nothing is not set
    auto applied = apply_flag(flag, std::move(values), found->first, options);
    if (!applied) return applied.error();
  }
  return {};
}

Result<void> check_combinations(const ScanOptions& options) {
  // "--range" or "history of .straykey.toml:3", as the user will look for it.
  auto named = [&](const std::string& flag) {
    auto origin = options.origins.find(flag);
    bool elsewhere = origin != options.origins.end() && origin->second != kCommandLine;
    return elsewhere ? flag + " of " + origin->second : "--" + flag;
  };
  std::string history_flag = !options.range.empty()   ? "range"
                             : !options.since.empty() ? "since"
                             : !options.refs.empty()  ? "ref"
                                                      : "";
  bool is_part = options.staged || !history_flag.empty() || options.include_unreachable ||
                 options.history == HistoryScope::kNone;
  if (options.ci && is_part) {
    return Error{named("ci") + " finds out by itself which commits to scan; leave out " +
                 named(options.staged                 ? "staged"
                       : !history_flag.empty()        ? history_flag
                       : options.include_unreachable ? "include-unreachable"
                                                     : "history")};
  }
  if (options.ci && options.targets != Values{"."}) {
    return Error{named("ci") + " scans the repository of the job, and no other target"};
  }
  if (options.staged && !history_flag.empty()) {
    return Error{named("staged") + " looks at the index, " + named(history_flag) +
                 " at history; choose one"};
  }
  if (options.include_unreachable && (options.staged || !history_flag.empty())) {
    return Error{named("include-unreachable") + " looks at all objects, " +
                 named(options.staged ? "staged" : history_flag) + " at some; choose one"};
  }
  if (options.history == HistoryScope::kNone && !history_flag.empty()) {
    return Error{named("history") + " is none, " + named(history_flag) +
                 " asks for history; choose one"};
  }
  if (options.history == HistoryScope::kNone && !options.working_tree && !options.staged) {
    return Error{named("history") + " none and " + named("no-working-tree") +
                 " leave nothing to scan; choose one"};
  }
  for (auto [one, other] : {std::pair("quiet", "verbose"), std::pair("config", "no-config")}) {
    auto first = options.origins.find(one);
    auto second = options.origins.find(other);
    if (first != options.origins.end() && second != options.origins.end() &&
        first->second == second->second) {
      return Error{named(one) + " and " + named(other) + " contradict each other; choose one"};
    }
  }
  bool fills_in = std::any_of(
      options.formats.begin(), options.formats.end(),
      [](const FormatRequest& request) { return request.name == kTemplateFormat; });
  if (fills_in && options.template_file.empty()) {
    return Error{named("format") + " template: fills in nothing; say what with --template FILE"};
  }
  if (!fills_in && !options.template_file.empty()) {
    return Error{named("template") + " is for '--format template', which is not asked for"};
  }
  for (size_t i = 0; i < options.formats.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (options.formats[i].file != options.formats[j].file) continue;
      std::string where = options.formats[i].file.empty() ? "standard output"
                                                          : options.formats[i].file;
      return Error{named("format") + ": " + options.formats[j].name + " and " +
                   options.formats[i].name + " both go to " + where +
                   "; write one to a file, as " + options.formats[i].name + "=FILE"};
    }
  }
  return {};
}

std::string flags_help(const std::vector<Flag>& flags, HelpLength length) {
  constexpr size_t kColumns = 80;
  constexpr size_t kIndent = 30;
  std::string out;
  auto add = [&](const Flag& flag) {
    std::string text = flag.help;
    if (length == HelpLength::kFull && !flag.more.empty()) text += ". " + flag.more;
    std::string head = (flag.letter ? "  " : "      ") + spelling(flag);
    if (head.size() + 1 >= kIndent) {
      out += head + "\n";
      head.clear();
    }
    for (const std::string& line : wrapped(text, kColumns - kIndent)) {
      out += head + std::string(kIndent - head.size(), ' ') + line + "\n";
      head.clear();
    }
  };
  for (int i = 0; i <= static_cast<int>(FlagGroup::kVerb); ++i) {
    auto group = static_cast<FlagGroup>(i);
    bool titled = false;
    for (const Flag& flag : flags) {
      if (flag.group != group || !(flag.settable & kOnCommandLine)) continue;
      if (length == HelpLength::kShort && !flag.essential) continue;
      if (length == HelpLength::kFull && !titled) {
        out += (out.empty() ? "" : "\n") + std::string(title(group)) + "\n";
        titled = true;
      }
      add(flag);
    }
  }
  return out;
}

}  // namespace straykey
