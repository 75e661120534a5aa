// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/options.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "scanner/cli/commands.h"
#include "scanner/cli/config.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output.h"
#include "scanner/cli/progress.h"
#include "tests/support/temp_dir.h"

namespace straykey {
namespace {

// Options of a command line in an environment, without files.
Result<ScanOptions> options_of(Values words, Environment environment = {}) {
  auto line = parse_line(scan_flags(), std::move(words));
  if (!line) return line.error();
  environment["STRAYKEY_NO_CONFIG"] = "1";
  std::vector<std::string> warnings;
  return resolve_options(*line, {environment, "", ""}, warnings);
}

std::string complaint(Values words, Environment environment = {}) {
  auto options = options_of(std::move(words), std::move(environment));
  return options ? "" : options.error().message;
}

size_t lines(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

size_t widest(const std::string& text) {
  size_t out = 0;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out = std::max(out, line.size());
  return out;
}

TEST(CommandLine, SplitsOptionsFromTargets) {
  auto options = options_of({"a", "-j4", "--exclude", "x", "b", "--exclude=y", "-", "-f",
                             "json", "--", "--jobs"});
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->targets, (Values{"a", "b", "-", "--jobs"}));
  EXPECT_EQ(options->exclude, (Values{"x", "y"}));
  EXPECT_EQ(options->jobs, 4u);
  EXPECT_EQ(options->formats, (std::vector<FormatRequest>{{"json", ""}}));
  EXPECT_EQ(options->origins.at("jobs"), "command line");
  EXPECT_EQ(options->origins.count("history"), 0u);
}

TEST(CommandLine, ScansTheCurrentFolderWithoutATarget) {
  EXPECT_EQ(options_of({})->targets, Values{"."});
}

TEST(CommandLine, TurnsASwitchOffAgain) {
  EXPECT_FALSE(options_of({"--no-ignore"})->ignore_files);
  EXPECT_TRUE(options_of({"--no-ignore=false"}, {{"STRAYKEY_NO_IGNORE", "1"}})->ignore_files);
}

TEST(CommandLine, ComplainsInSentencesWithAPlace) {
  EXPECT_EQ(complaint({"--fromat", "x"}),
            "unknown option '--fromat'; did you mean '--format'?");
  EXPECT_EQ(complaint({"--jobs"}), "--jobs: the value is missing; write --jobs N");
  EXPECT_EQ(complaint({"-j", "x"}), "--jobs: 'x' is not a whole number from 0 to 1024");
  EXPECT_EQ(complaint({"--history", "al"}),
            "--history: 'al' is not all or none; did you mean 'all'?");
  EXPECT_EQ(complaint({"--no-ignore=perhaps"}),
            "--no-ignore: 'perhaps' is not true or false");
  EXPECT_EQ(complaint({"-f", "json="}), "--format: 'json=' names no file after '='");
  EXPECT_EQ(complaint({}, {{"STRAYKEY_FAIL_ON", "hihg"}}).substr(0, 30),
            "STRAYKEY_FAIL_ON: 'hihg' is no");
}

TEST(CommandLine, RefusesWhatContradictsItself) {
  EXPECT_EQ(complaint({"-f", "json", "-f", "csv"}),
            "--format: json and csv both go to standard output; write one to a file, as "
            "csv=FILE");
  EXPECT_NE(complaint({"-f", "json=x", "-f", "csv=x"}), "");
  EXPECT_NE(complaint({"--staged", "--range", "a..b"}), "");
  EXPECT_NE(complaint({"--history", "none", "--since", "2026-01-01"}), "");
  EXPECT_NE(complaint({"--history", "none", "--no-working-tree"}), "");
  EXPECT_NE(complaint({"-q", "-v"}), "");
  EXPECT_EQ(complaint({"-f", "json=x", "-f", "csv=y", "-f", "text"}), "");
}

TEST(CommandLine, SendsDashAndDevStdoutToStandardOutput) {
  EXPECT_EQ(options_of({"-f", "json=-"})->formats.front().file, "");
  EXPECT_EQ(options_of({"-f", "json=/dev/stdout"})->formats.front().file, "");
}

TEST(CommandLine, TakesSizesWithUnits) {
  EXPECT_EQ(options_of({"--chunk-size", "1"})->chunk_bytes, 1u);
  EXPECT_EQ(options_of({"--chunk-size", "64K"})->chunk_bytes, 65536u);
  EXPECT_EQ(options_of({"--chunk-size", "1G"})->chunk_bytes, uint64_t{1} << 30);
  for (const char* wrong : {"0", "K", "4T", "-1", "2G", "99999999999999999999"}) {
    EXPECT_NE(complaint({"--chunk-size", wrong}), "") << wrong;
  }
}

TEST(CommandLine, FailsOnNothingWithNever) {
  EXPECT_EQ(options_of({"--fail-on", "high"})->fail_on, Severity::kHigh);
  EXPECT_FALSE(options_of({"--fail-on", "never"})->fail_on.has_value());
}

TEST(Environment, IsOverriddenByTheCommandLine) {
  Environment environment = {{"STRAYKEY_JOBS", "2"}, {"STRAYKEY_EXCLUDE", "a, b\nc"}};
  auto options = options_of({"-j", "3"}, environment);
  EXPECT_EQ(options->jobs, 3u);
  EXPECT_EQ(options->exclude, (Values{"a", "b", "c"}));
  EXPECT_EQ(options->origins.at("exclude"), "STRAYKEY_EXCLUDE");
}

TEST(Environment, TakesAnEmptyVariableAsNotSet) {
  EXPECT_EQ(options_of({}, {{"STRAYKEY_JOBS", ""}})->origins.count("jobs"), 0u);
}

TEST(Environment, WarnsOfMisspellingsAndLeavesForeignVariablesAlone) {
  ScanOptions options;
  std::vector<std::string> warnings;
  Environment environment = {{"STRAYKEY_SERVICE_HOST", "10.0.0.1"}, {"STRAYKEY_FORMT", "x"}};
  ASSERT_TRUE(apply_environment(environment, options, warnings));
  EXPECT_EQ(warnings, Values{"environment: unknown variable 'STRAYKEY_FORMT'; did you mean "
                             "'STRAYKEY_FORMAT'?"});
}

TEST(FingerprintKey, ComesFromAFileOrAVariableAndIsNeverRepeated) {
  TempDir dir;
  std::string file = dir.write("key", "0123456789abcdef\n");
  auto options = options_of({"--fingerprint-key-file", file},
                            {{"STRAYKEY_FINGERPRINT_KEY", "fedcba9876543210"}});
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->fingerprint_key->reveal(), "0123456789abcdef");
  EXPECT_EQ(options_of({}, {{"STRAYKEY_FINGERPRINT_KEY", "fedcba9876543210"}})
                ->fingerprint_key->reveal(),
            "fedcba9876543210");
  EXPECT_EQ(complaint({}, {{"STRAYKEY_FINGERPRINT_KEY", "hunter2"}}),
            "STRAYKEY_FINGERPRINT_KEY: the key has fewer than 16 bytes; make one with 'openssl "
            "rand -hex 32'");
  EXPECT_NE(complaint({"--fingerprint-key", "0123456789abcdef"}), "");
}

TEST(Flags, AreEachCompleteAndUnlikeTheOthers) {
  std::map<std::string, int> names;
  std::map<char, int> letters;
  for (const Flag& flag : scan_flags()) {
    EXPECT_EQ(++names[flag.name], 1) << flag.name;
    if (flag.letter) {
      EXPECT_EQ(++letters[flag.letter], 1) << flag.name;
    }
    ASSERT_NE(flag.set, nullptr) << flag.name;
    ASSERT_NE(flag.show, nullptr) << flag.name;
    EXPECT_LE(flag.help.size(), 50u) << flag.name;
    EXPECT_FALSE(flag.help.ends_with(".")) << flag.name;
    EXPECT_EQ(flag.completion == Completion::kChoices, !flag.choices.empty()) << flag.name;
  }
}

// What is shown for an option, set again, gives the same.
TEST(Flags, ShowWhatTheyTake) {
  for (const Flag& flag : scan_flags()) {
    if (!(flag.settable & kInFile)) continue;
    ScanOptions before;
    before.exclude = {"a \"b\"", "c\\d"};
    ScanOptions after = before;
    std::string text = "[scan]\n" + flag.name + " = " + flag.show(before) + "\n";
    auto applied = apply_config(text, {"f", ConfigFile::Author::kUser}, after);
    ASSERT_TRUE(applied) << applied.error().message;
    EXPECT_EQ(flag.show(after), flag.show(before)) << flag.name;
  }
}

TEST(Help, FitsAScreen) {
  EXPECT_LE(lines(program_help()), 24u);
  EXPECT_LE(widest(program_help()), 80u);
  for (const Verb& verb : verbs()) {
    std::string text = verb_help(verb, HelpLength::kShort);
    EXPECT_LE(lines(text), 24u) << verb.name;
    EXPECT_LE(widest(text), 80u) << verb.name;
    EXPECT_LE(widest(verb_help(verb, HelpLength::kFull)), 80u) << verb.name;
  }
}

TEST(Help, NamesEveryFormatOfReports) {
  const Flag* format = find_flag(scan_flags(), "format");
  for (const std::string& known : format_names()) {
    EXPECT_NE(format->more.find(known), std::string::npos) << known;
  }
}

TEST(ExitCode, TellsFindingsFromAnIncompleteRun) {
  ScanOptions options;
  Evidence evidence;
  EXPECT_EQ(exit_code(evidence, options), kExitClean);
  evidence.coverage.fail("a", "cannot be read");
  EXPECT_EQ(exit_code(evidence, options), kExitIncomplete);
  evidence.findings.emplace_back();
  EXPECT_EQ(exit_code(evidence, options), kExitFindings);
  options.exit_zero = true;
  EXPECT_EQ(exit_code(evidence, options), kExitIncomplete);
  options.exit_zero = false;
  options.fail_on.reset();
  EXPECT_EQ(exit_code(evidence, options), kExitIncomplete);
  evidence.coverage.failed.clear();
  EXPECT_EQ(exit_code(evidence, options), kExitClean);
  evidence.coverage.interrupted = true;
  EXPECT_EQ(exit_code(evidence, options), kExitInterrupted);
}

TEST(Color, IsDecidedByTheOptionThenByTheEnvironment) {
  for (const char* variable : {"NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR"}) unsetenv(variable);
  const int kNoTerminal = -1;
  EXPECT_FALSE(use_color(ColorMode::kAuto, kNoTerminal));
  setenv("FORCE_COLOR", "1", 1);
  EXPECT_TRUE(use_color(ColorMode::kAuto, kNoTerminal));
  EXPECT_FALSE(use_color(ColorMode::kNever, kNoTerminal));
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(use_color(ColorMode::kAuto, kNoTerminal));
  EXPECT_TRUE(use_color(ColorMode::kAlways, kNoTerminal));
  unsetenv("NO_COLOR");
  unsetenv("FORCE_COLOR");
}

TEST(ProgressLine, TellsShareSpeedAndTimeLeft) {
  EXPECT_EQ(progress_line({1204, 5310, 310'000'000, 3}, 2, 200),
            "1,204 of 5,310 blobs (22 %), 310 MB, 155 MB/s, 7 s left, 3 findings");
  EXPECT_EQ(progress_line({7, std::nullopt, 1500, 1}, 0, 200), "7 blobs, 1.5 kB, 1 finding");
  EXPECT_EQ(progress_line({9, 7, 0, 0}, 0, 7), "9 blobs");
}

}  // namespace
}  // namespace straykey
