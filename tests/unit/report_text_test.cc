// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <sstream>

#include "scanner/report/document.h"
#include "scanner/report/report.h"
#include "tests/support/sample_evidence.h"

namespace straykey {
namespace {

std::string text_at_width(const Evidence& evidence, uint32_t width) {
  TextOptions options;
  options.width = width;
  return report_text(evidence, options);
}

TEST(TextReport, FitsEightyColumns) {
  SampleRun run;
  std::string text = text_at_width(run.evidence, 80);
  EXPECT_EQ(text, R"text(critical  GitHub personal access token  ghp_****  valid structure
  config/prod.env:12:9
  old/prod.env:3:9 (commit 1a2b3c4d5e)
  first seen 2024-01-02 in 1a2b3c4d5e by Ann Author; 2 paths, 2 versions; )text"
                  R"text(at tip
  id: 1111111111

high      AWS secret access key  ****  account 123456789012, user rémi\u{2)text"
                  R"text(02e},…
  =evil\x1b[2J\nname,"\xff 100%.txt:7:1 (commit 4d5e6f7081)
  first seen 2024-01-02 in 4d5e6f7081 by Mal\x1b]0;pwned\x07lo…; only in h)text"
                  R"text(istory
  id: 2222222222

medium    Password  ****  known, low confidence
  dienste/übersicht/src/m…/environments/production/application.properties:)text"
                  R"text(101:22
  in the working tree
  id: 3333333333

3 findings (1 critical, 1 high, 1 medium; 1 known), 14 commits, 96 blobs, )text"
                  R"text(3.1 MB, 3 signatures, left out 0, failed 0, 2.50 s
)text");

  // All but the summary line, which a terminal wraps.
  for (size_t begin = 0; begin < text.find("3 findings"); begin = text.find('\n', begin) + 1) {
    std::string line = text.substr(begin, text.find('\n', begin) - begin);
    EXPECT_LE(code_points(line), 80u) << line;
  }
}

TEST(TextReport, UsesTheWidthAndNamesWhatIsMissing) {
  SampleRun run;
  run.add_gaps();
  EXPECT_EQ(
      text_at_width(run.evidence, 200),
      R"text(critical  GitHub personal access token  ghp_****  valid structure
  config/prod.env:12:9
  old/prod.env:3:9 (commit 1a2b3c4d5e)
  first seen 2024-01-02 in 1a2b3c4d5e by Ann Author; 2 paths, 2 versions; )text"
      R"text(at tip
  id: 1111111111

high      AWS secret access key  ****  account 123456789012, user rémi\u{2)text"
      R"text(02e}, medium confidence
  =evil\x1b[2J\nname,"\xff 100%.txt:7:1 (commit 4d5e6f7081)
  first seen 2024-01-02 in 4d5e6f7081 by Mal\x1b]0;pwned\x07lory \u{9b}; o)text"
      R"text(nly in history
  id: 2222222222

medium    Password  ****  known, low confidence
  dienste/übersicht/src/main/resources/org/example/deployment/environments)text"
      R"text(/production/application.properties:101:22
  in the working tree
  id: 3333333333

not scanned:
  lost/\xff.bin: permission denied

left out:
  binary archive 2: assets/a.zip, assets/b\x1b[2J.zip

allowed:
  inline mark 3

in the baseline, but found no more:
  eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee

.: a shallow clone; history before 2 commits is not here and was not scann)text"
      R"text(ed

INCOMPLETE: 3 findings (1 critical, 1 high, 1 medium; 1 known), 14 commits)text"
      R"text(, 96 blobs, 3.1 MB, 3 signatures, left out 2 (binary archive 2), allowed 3)text"
      R"text( (inline mark 3), failed 1 (permission denied 1), 2.50 s
)text");
}

TEST(TextReport, NamesTheOwnerAndHowThatIsKnown) {
  SampleRun run;
  run.add_owners();
  const std::string text = report_text(run.evidence, {});
  for (const char* line :
       {"  owner: ann@example.org (register, attested, high), who has left; github:token/7\n",
        "  owner: @acme/pay\\x1b[2J (CODEOWNERS, medium)\n", "  owner: nobody is named\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST(TextReport, SaysThatThereIsNothing) {
  SampleRun run;
  run.evidence.findings.clear();
  EXPECT_EQ(text_at_width(run.evidence, 80),
            "no findings\n\n"
            "0 findings, 14 commits, 96 blobs, 3.1 MB, 3 signatures, left out 0, failed 0, "
            "2.50 s\n");
}

TEST(TextReport, NeverLooksCleanWhenInterrupted) {
  SampleRun run;
  run.evidence.findings.clear();
  run.evidence.coverage.interrupted = true;
  EXPECT_EQ(text_at_width(run.evidence, 80),
            "no findings in what was scanned\n\n"
            "not scanned:\n"
            "  everything after the run was interrupted\n\n"
            "INCOMPLETE: 0 findings, 14 commits, 96 blobs, 3.1 MB, 3 signatures, left out 0, "
            "failed 0, interrupted, 2.50 s\n");
}

TEST(TextReport, ShowsTheFirstFailuresAndCountsTheRest) {
  SampleRun run;
  run.evidence.findings.clear();
  for (int i = 0; i < 12; ++i) {
    run.evidence.coverage.fail("f" + std::to_string(i), i < 2 ? "gone" : "damaged");
  }
  std::string text = text_at_width(run.evidence, 80);
  EXPECT_NE(text.find("  f9: damaged\n  and 2 more\n\n"), std::string::npos) << text;
  EXPECT_NE(text.find("failed 12 (damaged 10, gone 2), "), std::string::npos) << text;
}

TEST(TextReport, ColoursAndLinksOnlyWhenAsked) {
  SampleRun run;
  run.evidence.findings.resize(1);
  run.evidence.findings[0].occurrences[2].repository = "/srv/re po";
  TextOptions options;
  options.color = true;
  options.hyperlink = true;
  options.places = 1;
  EXPECT_EQ(report_text(run.evidence, options),
            "\x1b[1m\x1b[31mcritical\x1b[0m  "
            "\x1b]8;;https://github.com/settings/tokens\x1b\\"
            "\x1b[1mGitHub personal access token\x1b[0m\x1b]8;;\x1b\\  ghp_****"
            "\x1b[2m  valid structure\x1b[0m\n"
            "  \x1b]8;;file:///srv/re%20po/config/prod.env\x1b\\config/prod.env:12:9"
            "\x1b]8;;\x1b\\\n"
            "  \x1b[2mfirst seen 2024-01-02 in 1a2b3c4d5e by Ann Author; "
            "3 places, 3 paths, 2 versions; at tip\x1b[0m\n"
            "\x1b[2m  id: 1111111111\x1b[0m\n\n"
            "1 finding (1 critical), 14 commits, 96 blobs, 3.1 MB, 3 signatures, left out 0, "
            "failed 0, 2.50 s\n");
}

TEST(TextReport, NamesTheRepositoryOnlyAmongSeveralSources) {
  SampleRun run;
  run.evidence.findings.resize(1);
  for (Occurrence& place : run.evidence.findings[0].occurrences) place.repository = "../app";
  EXPECT_NE(text_at_width(run.evidence, 80).find("\n  config/prod.env:12:9\n"),
            std::string::npos);
  run.evidence.coverage.sources.resize(2);
  EXPECT_NE(text_at_width(run.evidence, 80).find("\n  ../app/config/prod.env:12:9\n"),
            std::string::npos);
}

TEST(TextReport, ShowsTheSecretOnlyWhenItWasKept) {
  SampleRun run;
  EXPECT_EQ(text_at_width(run.evidence, 80).find(SampleRun::token_value()), std::string::npos);
  run.evidence.findings[0].value = Secret(SampleRun::token_value());
  std::string text = text_at_width(run.evidence, 80);
  EXPECT_NE(text.find(SampleRun::token_value()), std::string::npos);
  EXPECT_EQ(text.find("ghp_****"), std::string::npos);
}

TEST(SummaryLine, LeavesOutWhatDiffersBetweenRunsWhenReproducible) {
  SampleRun run;
  run.evidence.reproducible = true;
  EXPECT_EQ(summary_line(run.evidence),
            "3 findings (1 critical, 1 high, 1 medium; 1 known), 14 commits, 96 blobs, 3.1 MB, "
            "3 signatures, left out 0, failed 0");
}

TEST(SummaryLine, CountsOnesAndNamesTheMostFrequentReasons) {
  SampleRun run;
  run.evidence.findings.clear();
  SourceCoverage& source = run.evidence.coverage.sources[0];
  source.kind = "file";
  source.blobs = 1;
  source.bytes = 999'960;
  for (const char* reason : {"a", "b", "b", "c", "d", "d", "d"}) {
    run.evidence.coverage.leave_out(reason, "");
  }
  EXPECT_EQ(summary_line(run.evidence),
            "0 findings, 1 blob, 1.0 MB, 3 signatures, left out 7 (d 3, b 2, a 1, ...), "
            "failed 0, 2.50 s");
  source.bytes = 999;
  EXPECT_NE(summary_line(run.evidence).find(", 999 B, "), std::string::npos);
  source.bytes = 1'000;
  EXPECT_NE(summary_line(run.evidence).find(", 1.0 kB, "), std::string::npos);
}

// The lines that begin with "  risk: ".
std::vector<std::string> risk_lines(const Evidence& evidence, uint32_t width) {
  TextOptions options;
  options.width = width;
  std::istringstream text(report_text(evidence, options));
  std::vector<std::string> out;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("  risk: ")) out.push_back(line);
  }
  return out;
}

TEST(TextReport, SaysInOneLineWhatAFindingMeans) {
  SampleRun run;
  run.assess_findings();
  EXPECT_EQ(risk_lines(run.evidence, 80),
            (std::vector<std::string>{"  risk: R1 R2 · K.2 · old (C03)",
                                      "  risk: R1 · K.2 K.3 · in history (C02)",
                                      "  risk: R1 · K.2 · in content (C01)"}));
  for (const std::string& line : risk_lines(run.evidence, 24)) EXPECT_LE(code_points(line), 24u);
}

}  // namespace
}  // namespace straykey
