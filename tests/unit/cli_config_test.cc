// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/config.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace straykey {
namespace {

constexpr auto kUser = ConfigFile::Author::kUser;
constexpr auto kRepository = ConfigFile::Author::kRepository;

std::string complaint(const std::string& text, ConfigFile::Author author = kRepository) {
  ScanOptions options;
  auto applied = apply_config(text, {"f.toml", author}, options);
  return applied ? "" : applied.error().message;
}

std::vector<std::string> paths(const std::vector<ConfigFile>& files) {
  std::vector<std::string> out;
  for (const ConfigFile& file : files) out.push_back(file.path);
  return out;
}

ScanOptions resolved(const TempDir& dir, Values words, Environment environment = {}) {
  words.push_back(dir / "repo/src");
  auto line = parse_line(scan_flags(), std::move(words));
  EXPECT_TRUE(line);
  std::vector<std::string> warnings;
  auto options = resolve_options(*line, {std::move(environment), dir / "xdg", ""}, warnings);
  EXPECT_TRUE(options) << options.error().message;
  return options ? *options : ScanOptions();
}

TEST(Config, SetsOptionsAndNotesTheLine) {
  ScanOptions options;
  auto applied = apply_config(
      "[scan]\nexclude = [\"a/\", \"b\"]\nfail-on = \"never\"\njobs = 3\nno-ignore = true\n"
      "format = \"json\"\n",
      {"f.toml", kRepository}, options);
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_EQ(options.exclude, (Values{"a/", "b"}));
  EXPECT_FALSE(options.fail_on.has_value());
  EXPECT_EQ(options.jobs, 3u);
  EXPECT_FALSE(options.ignore_files);
  EXPECT_EQ(options.origins.at("jobs"), "f.toml:4");
}

TEST(Config, ReadsExceptionsWithTheirReason) {
  ScanOptions options;
  auto applied = apply_config(
      "[[allow]]\nsignature = \"a.*\"\npath = \"docs/\"\nreason = \"examples\"\n"
      "[[allow]]\nfingerprint = \"abc\"\nreason = \"revoked\"\n",
      {"f.toml", kRepository}, options);
  ASSERT_TRUE(applied) << applied.error().message;
  ASSERT_EQ(options.allow.size(), 2u);
  EXPECT_EQ(options.allow[0].signature, "a.*");
  EXPECT_EQ(options.allow[0].paths, Values{"docs/"});
  EXPECT_EQ(options.allow[0].place, "f.toml:1");
  EXPECT_EQ(options.allow[1].fingerprint, "abc");
  EXPECT_EQ(options.allow[1].reason, "revoked");
}

TEST(Config, RefusesUnknownKeysWithASuggestion) {
  EXPECT_EQ(complaint("[scan]\n\nexclud = []\n"),
            "f.toml:3: unknown key 'exclud' in [scan]; did you mean 'exclude'?");
  EXPECT_EQ(complaint("[scann]\n"), "f.toml:1: unknown key 'scann'; did you mean 'scan'?");
  EXPECT_EQ(complaint("jobs = 1\n"),
            "f.toml:1: unknown key 'jobs'; options belong under [scan]");
  EXPECT_EQ(complaint("[[allow]]\nreson = 'x'\n"),
            "f.toml:2: unknown key 'reson' in [[allow]]; did you mean 'reason'?");
}

TEST(Config, RefusesWrongTypesAndValues) {
  EXPECT_EQ(complaint("[scan]\nno-ignore = 'yes'\n"),
            "f.toml:2: 'no-ignore' is not a boolean; write true or false");
  EXPECT_EQ(complaint("[scan]\njobs = 'many'\n"),
            "f.toml:2: jobs: 'many' is not a whole number from 0 to 1024");
  EXPECT_EQ(complaint("[scan]\nexclude = [1]\n"),
            "f.toml:2: 'exclude' holds something that is not a string; write it in quotes");
  EXPECT_EQ(complaint("scan = 1\n"), "f.toml:1: 'scan' is not a table; write [scan]");
  EXPECT_EQ(complaint("[scan]\nx = [\n").substr(0, 10), "f.toml:2: ");
}

TEST(Config, RefusesExceptionsThatSayTooLittle) {
  EXPECT_EQ(complaint("[[allow]]\npath = 'x'\n"),
            "f.toml:1: [[allow]] has no reason; say why these findings are meant to be there");
  EXPECT_EQ(complaint("[[allow]]\nreason = 'x'\n"),
            "f.toml:1: [[allow]] has no condition; name a signature, a path or a fingerprint");
}

TEST(Config, OfARepositoryWritesNothingAndStaysInItsFolder) {
  EXPECT_EQ(complaint("[scan]\nformat = ['json=/tmp/x']\n"),
            "f.toml:2: format: a repository's configuration may not name a file to write; use "
            "--format");
  EXPECT_EQ(complaint("[scan]\nsignatures = ['../x']\n"),
            "f.toml:2: signatures: '../x' is outside of the folder of this file; use "
            "--signatures");
  EXPECT_EQ(complaint("[scan]\nbaseline = '/etc/passwd'\n"),
            "f.toml:2: baseline: '/etc/passwd' is outside of the folder of this file; use "
            "--baseline");
  EXPECT_EQ(complaint("[scan]\nformat = ['json=x']\nbaseline = '/b'\n", kUser), "");
}

TEST(Config, NeverHoldsKeysOrAsksForSecrets) {
  for (auto author : {kUser, kRepository}) {
    EXPECT_EQ(complaint("[scan]\nfingerprint-key = 'x'\n", author),
              "f.toml:2: 'fingerprint-key' cannot be set in a file; use "
              "STRAYKEY_FINGERPRINT_KEY");
    EXPECT_EQ(complaint("[scan]\nshow-secrets = true\n", author),
              "f.toml:2: 'show-secrets' cannot be set in a file; use --show-secrets or "
              "STRAYKEY_SHOW_SECRETS");
  }
}

TEST(Config, NamesFilesAsSeenFromItsFolder) {
  ScanOptions options;
  ASSERT_TRUE(apply_config("[scan]\nbaseline = 'b'\nsignatures = ['s/x.toml', '/abs']\n",
                           {"some/where/c.toml", kUser}, options));
  EXPECT_EQ(options.baseline, "some/where/b");
  EXPECT_EQ(options.signatures, (Values{"some/where/s/x.toml", "/abs"}));
}

TEST(FindConfig, TakesTheNearestUpToTheRootOfTheRepository) {
  TempDir dir;
  std::string root = std::filesystem::canonical(dir.path()).string();
  dir.write(".straykey.toml", "");
  dir.write("repo/.git/HEAD", "");
  dir.write("repo/src/deep/x", "");
  EXPECT_EQ(paths(find_config(dir / "repo/src/deep", "")), Values{});
  dir.write("repo/.straykey.toml", "");
  EXPECT_EQ(paths(find_config(dir / "repo/src/deep/x", "")),
            Values{root + "/repo/.straykey.toml"});
  dir.write("repo/src/.straykey.toml", "");
  EXPECT_EQ(paths(find_config(dir / "repo/src/deep", "")),
            Values{root + "/repo/src/.straykey.toml"});
}

TEST(FindConfig, LooksAtNothingAboveAFolderOutsideOfRepositories) {
  TempDir dir;
  dir.write(".straykey.toml", "");
  dir.write("folder/x", "");
  EXPECT_EQ(paths(find_config(dir / "folder", "")), Values{});
  EXPECT_EQ(find_config(dir.path(), "").size(), 1u);
}

TEST(Layers, LieOverEachOther) {
  TempDir dir;
  dir.write("repo/.git/HEAD", "");
  dir.write("repo/src/x", "");
  dir.write("xdg/straykey/config.toml",
            "[scan]\nplaces = 1\njobs = 1\nfail-on = 'low'\nexclude = ['u']\nquiet = true\n"
            "[[allow]]\npath = 'u'\nreason = 'user'\n");
  dir.write("repo/.straykey.toml",
            "[scan]\njobs = 2\nfail-on = 'medium'\nexclude = ['r']\n"
            "[[allow]]\npath = 'r'\nreason = 'repository'\n");
  ScanOptions options =
      resolved(dir, {"--exclude", "c", "-v"}, {{"STRAYKEY_FAIL_ON", "high"}});
  EXPECT_EQ(options.places, 1u);
  EXPECT_EQ(options.jobs, 2u);
  EXPECT_EQ(options.fail_on, Severity::kHigh);
  EXPECT_EQ(options.exclude, Values{"c"});
  EXPECT_EQ(options.allow.size(), 2u);  // exceptions of all files count
  EXPECT_TRUE(options.verbose);         // over the user's quiet
  EXPECT_FALSE(options.quiet);
}

TEST(Layers, ReadOnlyTheFileThatIsNamed) {
  TempDir dir;
  dir.write("repo/.git/HEAD", "");
  dir.write("repo/src/x", "");
  dir.write("repo/.straykey.toml", "[scan]\njobs = 2\n");
  dir.write("xdg/straykey/config.toml", "[scan]\nplaces = 1\n");
  std::string named = dir.write("other.toml", "[scan]\nquiet = true\n");
  ScanOptions options = resolved(dir, {"--config", named});
  EXPECT_TRUE(options.quiet);
  EXPECT_EQ(options.jobs, 0u);
  EXPECT_EQ(options.places, 3u);
  EXPECT_FALSE(resolved(dir, {"--no-config"}, {{"STRAYKEY_CONFIG", named}}).quiet);
  EXPECT_TRUE(resolved(dir, {"--config", named}, {{"STRAYKEY_NO_CONFIG", "1"}}).quiet);
}

TEST(Layers, RefuseALinkInTheRepository) {
  TempDir dir;
  dir.write("repo/.git/HEAD", "");
  std::filesystem::create_symlink("/dev/null", dir / "repo/.straykey.toml");
  auto line = parse_line(scan_flags(), {dir / "repo"});
  std::vector<std::string> warnings;
  auto options = resolve_options(*line, {}, warnings);
  ASSERT_FALSE(options);
  EXPECT_NE(options.error().message.find("may not be a symbolic link"), std::string::npos);
}

}  // namespace
}  // namespace straykey
