// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "scanner/match/signature_check.h"
#include "scanner/signature/signature_file.h"

namespace straykey {
namespace {

constexpr const char* kWords =
    "name = \"n\"\nrisk = \"r\"\nrotation = \"r\"\nrotation_url = \"u\"\n";
constexpr const char* kPattern = "pattern = ['\\b(?P<secret>acme_[a-z]{20})\\b']\n";
constexpr const char* kExamples =
    "examples = ['t = \"acme_<<lower 20>>\"']\ncounterexamples = ['acme_<<lower 19>>']\n";

std::string table(const std::string& kind, const std::string& lines) {
  return "[[signature]]\nid = \"acme." + kind + "\"\n" + lines;
}

SignatureReport report_on(const std::string& tables) {
  Result<std::vector<Signature>> parsed =
      parse_signatures("provider = \"acme\"\ndocs = \"d\"\n" + tables, "acme.toml");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return check_signatures(*SignatureSet::make(*std::move(parsed)));
}

using Problems = std::vector<std::string>;

TEST(SignatureCheck, AcceptsAGoodSignatureAndCountsWhatItRan) {
  const SignatureReport report =
      report_on(table("token", std::string(kWords) + kPattern + kExamples));
  EXPECT_EQ(report.problems, Problems{});
  EXPECT_EQ(report.signatures, 1u);
  EXPECT_EQ(report.examples, 10u);
}

TEST(SignatureCheck, WantsAllThatAReportSays) {
  const SignatureReport report =
      report_on(table("token", "name = \"n\"\n" + std::string(kPattern)));
  const std::string place = "acme.toml:3: signature 'acme.token': ";
  EXPECT_EQ(
      report.problems,
      (Problems{place + "'risk' is missing; write it",
                place + "'rotation' is missing; write it",
                place + "'rotation_url' is missing; write it",
                place + "there is no example; write one",
                place + "there is no counterexample; write what comes near and is none"}));
}

TEST(SignatureCheck, WantsTheFileNamedAfterTheProvider) {
  Result<std::vector<Signature>> parsed =
      parse_signatures("provider = \"acme\"\ndocs = \"d\"\n" +
                           table("token", std::string(kWords) + kPattern + kExamples),
                       "signatures/acne.toml");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(
      check_signatures(*SignatureSet::make(*std::move(parsed))).problems,
      Problems{"signatures/acne.toml:3: signature 'acme.token': the file is not named after "
               "the provider; name it acme.toml"});
}

TEST(SignatureCheck, SaysWhichExampleIsNotFoundAndQuotesItsTemplate) {
  const SignatureReport report =
      report_on(table("token", std::string(kWords) + kPattern +
                                   "examples = ['acme_<<lower 19>>', '<<acme>>']\n"
                                   "counterexamples = ['acme_<<lower 20>>']\n"));
  const std::string place = "acme.toml:3: signature 'acme.token': ";
  EXPECT_EQ(
      report.problems,
      (Problems{place + "example 'acme_<<lower 19>>' is not found (seed 1)",
                place + "example '<<acme>>' cannot be filled: sample: directive '<<acme>>' is "
                        "unknown; scanner/signature/sample.h lists them",
                place + "counterexample 'acme_<<lower 20>>' is found (seed 1)"}));
}

TEST(SignatureCheck, SaysWhenAnExamplesOwnChecksumIsWrong) {
  const SignatureReport report = report_on(table(
      "token", std::string(kWords) + "pattern = ['\\b(?P<secret>npm_[A-Za-z]{36})\\b']\n" +
                   "checks = ['npm-crc32']\nexamples = ['npm_<<alpha 36>>']\n" +
                   "counterexamples = ['npm_']\n"));
  EXPECT_EQ(
      report.problems,
      Problems{"acme.toml:3: signature 'acme.token': example 'npm_<<alpha 36>>' is found, but "
               "its checks call it invalid (seed 1)"});
}

TEST(SignatureCheck, WantsPatternsBoundedLongEnoughAndWithALiteral) {
  const std::string words(kWords);
  const std::string counter = "counterexamples = ['-']\n";
  const std::string place = "acme.toml:3: signature 'acme.token': ";
  EXPECT_EQ(
      report_on(table("token", words + counter + "pattern = ['\\b(?P<secret>ac[a-z]{20})']\n" +
                                   "examples = ['ac<<lower 20>>']\n"))
          .problems,
      Problems{place +
               "the pattern has no literal of 3 or more characters that every match holds; "
               "add one, or add 'anchor'"});
  EXPECT_EQ(
      report_on(table("token", words + counter + "pattern = ['\\b(?P<secret>acme[a-z])\\b']\n" +
                                   "examples = ['acme<<lower 1>>']\n"))
          .problems,
      Problems{place + "the pattern can match 5 bytes, which is too few to mean something; "
                       "demand at least 8"});
  EXPECT_EQ(report_on(table("token", words + counter +
                                         "pattern = ['(?P<secret>[a-z]{3,9}[0-9]{5})']\n" +
                                         "examples = ['<<lower 9>><<digit 5>>']\n"))
                .problems,
            (Problems{place + "no four bytes that every match of the pattern holds are rare "
                              "enough to skip over text that has none; add a literal, or add "
                              "'anchor'",
                      place + "the pattern has no literal of 3 or more characters that every "
                              "match holds; add one, or add 'anchor'"}));
  // Only the beginning of a wide one is looked for everywhere.
  EXPECT_EQ(
      report_on(
          table("token", words + counter +
                             "pattern = ['(?P<secret>acme_[a-z]{900}[a-z]{900}[a-z]{900})']\n" +
                             "examples = ['acme_<<lower 2700>>']\n"))
          .problems,
      Problems{});
}

TEST(SignatureCheck, WantsNarrowAnchors) {
  const std::string begin = std::string(kWords) + kPattern + kExamples;
  EXPECT_EQ(
      report_on(table("token",
                      begin + "anchor = ['(?:-[a-z]{0,99})?acme_[a-z]{4}(?:-[a-z]{0,99})?-']\n"
                              "lookback = 1\n"))
          .problems,
      (Problems{"acme.toml:3: signature 'acme.token': the anchor can match 210 bytes, and "
                "as far is looked around each edit of a file; make it match at most 192",
                "acme.toml:3: signature 'acme.token': example 't = \"acme_<<lower 20>>\"' "
                "is not found (seed 1)"}));
}

TEST(SignatureCheck, ChecksTheOthersWhenOneDoesNotCompile) {
  const std::string words(kWords);
  const SignatureReport report = report_on(
      table("bad", words + "pattern = ['acme_[a-z]{20}']\n" + kExamples) +
      table("good", words + kPattern + "examples = ['acme']\ncounterexamples = ['acme']\n"));
  ASSERT_EQ(report.problems.size(), 2u);
  EXPECT_TRUE(report.problems[0].starts_with("acme.toml:3: signature 'acme.bad': "))
      << report.problems[0];
  EXPECT_EQ(report.problems[1],
            "acme.toml:12: signature 'acme.good': example 'acme' is not found (seed 1)");
}

TEST(SignatureCheck, NamesTheSignatureThatTakesAnotherOnesExample) {
  const std::string words(kWords);
  const SignatureReport report = report_on(
      table("a", words + kPattern + kExamples) +
      table("b", words + "confidence = \"low\"\npattern = ['(?P<secret>acme_[a-z]{10,20})']\n" +
                     "examples = ['acme_<<lower 20>>']\ncounterexamples = ['acme_']\n"));
  EXPECT_EQ(
      report.problems,
      Problems{"acme.toml:12: signature 'acme.b': example 'acme_<<lower 20>>' is found by "
               "'acme.a' instead (seed 1)"});
}

}  // namespace
}  // namespace straykey
