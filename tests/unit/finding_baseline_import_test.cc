// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "scanner/finding/baseline_import.h"
#include "scanner/finding/fingerprint.h"

namespace straykey {
namespace {

// Entries as a baseline writes them, then what was said of the others.
std::string imported(const std::string& text, const std::string& file = "f") {
  auto read = import_baseline(text, file, kDefaultFingerprintKey);
  if (!read) return read.error().message;
  Baseline baseline;
  for (const ImportedEntry& entry : read->entries) baseline.add(entry);
  std::string out = baseline.size() > 0 ? baseline.write() : "";
  out.erase(0, out.find('\n') + 1);
  for (const std::string& path : read->path_expressions) out += "path " + path + "\n";
  for (const BaselineNote& note : read->notes) {
    out += note.file + ":" + std::to_string(note.line) + ": " + note.text + "\n";
  }
  return out;
}

TEST(BaselineImport, TakesPathsWithColonsAndBackslashes) {
  EXPECT_EQ(imported("C:\\src\\a.txt:rule:3\n./b:c:rule-2:14\n"),
            "imported gitleaks:rule C:/src/a.txt line=3\n"
            "imported gitleaks:rule-2 b:c line=14\n");
}

TEST(BaselineImport, NamesLinesOfAnIgnoreFileThatSayNothing) {
  EXPECT_EQ(imported("a:r:1\r\n\r\n# c\na:r:0\nnothing\n:r:1\n", ".gitleaksignore"),
            "imported gitleaks:r a line=1\n"
            ".gitleaksignore:4: not carried over: no [commit:]file:rule:line\n"
            ".gitleaksignore:5: not carried over: no [commit:]file:rule:line\n"
            ".gitleaksignore:6: not carried over: no [commit:]file:rule:line\n");
}

TEST(BaselineImport, KeepsNoSecretOfAReport) {
  const std::string out = imported(
      R"([{"RuleID":"r","File":"a","StartLine":2,"EndLine":4,"Secret":"hunter22hunter22","Commit":"ABCDEF1"}])");
  EXPECT_EQ(out, "imported gitleaks:r a line=2-4 commit=abcdef1 fingerprint=" +
                     fingerprint(kDefaultFingerprintKey, Secret("hunter22hunter22")) + "\n");
}

TEST(BaselineImport, TakesRedactedReportsByPlace) {
  EXPECT_EQ(
      imported(R"([{"RuleID":"r","File":"a","StartLine":2,"EndLine":2,"Secret":"hun..."}])"),
      "imported gitleaks:r a line=2\n");
}

TEST(BaselineImport, ReadsPathsThatBeginLikeJson) {
  EXPECT_EQ(
      imported("[ab]/.*\\.lock$\n(?<=x)\n"),
      "path [ab]/.*\\.lock\\z\n"
      "f:2: not carried over: '(?<=x)' has look-around, which neither of our engines has\n");
}

TEST(BaselineImport, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(imported(" \n"), "f: is empty; there is nothing to import");
  EXPECT_EQ(imported("{\"a\": 1}"),
            "f: is neither a report of gitleaks (--report-format json) nor a baseline of "
            "detect-secrets");
  EXPECT_EQ(imported("{\"results\": "), imported("{\"a\": 1}"));
  EXPECT_EQ(imported("# straykey baseline 1\n"),
            "f: is a baseline of straykey already; name it with 'scan --baseline'");
}

TEST(BaselineImport, NamesEntriesWithoutAHash) {
  EXPECT_EQ(
      imported(
          R"({"results":{"a":[{"type":"x"},7,{"type":"Private Key","hashed_secret":"00"}],"b":3}})"),
      "f:1: not carried over: entry 1 has no hashed_secret\n"
      "f:2: not carried over: entry 2 has no hashed_secret\n"
      "f:3: not carried over: entry 3 is of a kind whose hash is not that of what "
      "straykey finds, and has no line_number\n");
}

}  // namespace
}  // namespace straykey
