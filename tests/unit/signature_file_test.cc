// SPDX-License-Identifier: Apache-2.0
#include "scanner/signature/signature_file.h"

#include <gtest/gtest.h>

namespace straykey {
namespace {

// A file of one signature; `lines` follow its id, which stands in line 3.
std::string one_signature(const std::string& lines) {
  return "provider = \"acme\"\n[[signature]]\nid = \"acme.token\"\n" + lines;
}

// The least that a signature needs, in lines 4 and 5, then `lines` from line 6 on.
std::string complete_signature(const std::string& lines) {
  return one_signature("name = \"Acme token\"\npattern = ['(?P<secret>acme_\\w{20})']\n" +
                       lines);
}

std::string parse_error(const std::string& text) {
  Result<std::vector<Signature>> parsed = parse_signatures(text, "acme.toml");
  return parsed ? "no error" : parsed.error().message;
}

TEST(SignatureFile, ReadsEveryKey) {
  Result<std::vector<Signature>> parsed = parse_signatures(R"(provider = "acme"
docs = "https://acme.example/docs"

[[signature]]
id = "acme.token"
name = "Acme token"
risk = "Acts as the user."
severity = "critical"
confidence = "medium"
class = "human"
pattern = [
  '\b(?P<secret>acme_',  # a comment
  '[a-z]{20})',
]
anchor = ['acme_', '[a-z]']
lookback = 3
reach = 100
min_entropy = 3
require = { digits = 1, lower = 2, upper = 3, special = 4, distinct = 8 }
except = ['acme_x+']
checks = ["base64"]
identity = "account"
rotation = "Make a new one."
rotation_url = "https://acme.example/rotate"
examples = ['t = "acme_<<lower 20>>"']
counterexamples = ['acme_<<lower 3>>']
[[signature.part]]
name = "key-id"
pattern = ['id=', '(?P<value>\d+)']
within = 200
required = true

[[signature]]
id = "acme.other"
name = "Other"
pattern = ['(?P<secret>other_\d{20})']
docs = "https://acme.example/other"
)",
                                                           "dir/acme.toml");
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->size(), 2u);
  const Signature& token = (*parsed)[0];
  EXPECT_EQ(token.id, "acme.token");
  EXPECT_EQ(token.name, "Acme token");
  EXPECT_EQ(token.provider, "acme");
  EXPECT_EQ(token.risk, "Acts as the user.");
  EXPECT_EQ(token.severity, Severity::kCritical);
  EXPECT_EQ(token.confidence, Confidence::kMedium);
  EXPECT_EQ(token.principal_class, PrincipalClass::kHuman);
  EXPECT_EQ(token.pattern, "\\b(?P<secret>acme_[a-z]{20})");
  EXPECT_EQ(token.anchor, "acme_[a-z]");
  EXPECT_EQ(token.lookback, 3u);
  EXPECT_EQ(token.reach, 100u);
  EXPECT_EQ(token.min_entropy, 3.0);
  EXPECT_EQ(token.require.digits, 1);
  EXPECT_EQ(token.require.lower, 2);
  EXPECT_EQ(token.require.upper, 3);
  EXPECT_EQ(token.require.special, 4);
  EXPECT_EQ(token.require.distinct, 8);
  EXPECT_EQ(token.except, std::vector<std::string>{"acme_x+"});
  EXPECT_EQ(token.checks, std::vector<std::string>{"base64"});
  EXPECT_EQ(token.identity, "account");
  EXPECT_EQ(token.rotation, "Make a new one.");
  EXPECT_EQ(token.rotation_url, "https://acme.example/rotate");
  EXPECT_EQ(token.docs, "https://acme.example/docs");
  EXPECT_EQ(token.examples, std::vector<std::string>{"t = \"acme_<<lower 20>>\""});
  EXPECT_EQ(token.counterexamples, std::vector<std::string>{"acme_<<lower 3>>"});
  ASSERT_EQ(token.parts.size(), 1u);
  EXPECT_EQ(token.parts[0].name, "key-id");
  EXPECT_EQ(token.parts[0].pattern, "id=(?P<value>\\d+)");
  EXPECT_EQ(token.parts[0].within, 200u);
  EXPECT_TRUE(token.parts[0].required);
  EXPECT_EQ(token.file, "dir/acme.toml");
  EXPECT_EQ(token.line, 4u);

  const Signature& other = (*parsed)[1];
  EXPECT_EQ(other.severity, Severity::kHigh);
  EXPECT_EQ(other.confidence, Confidence::kHigh);
  EXPECT_EQ(other.principal_class, PrincipalClass::kUnknown);
  EXPECT_EQ(other.docs, "https://acme.example/other");
  EXPECT_EQ(other.line, 33u);
}

TEST(SignatureFile, NamesTheNearestKeyForAnUnknownOne) {
  EXPECT_EQ(
      parse_error(one_signature("name = \"x\"\npatern = ['x']\n")),
      "acme.toml:5: signature 'acme.token': unknown key 'patern'; did you mean 'pattern'?");
  EXPECT_EQ(parse_error(complete_signature("require = { digit = 1 }\n")),
            "acme.toml:6: signature 'acme.token': require: unknown key 'digit'; did you mean "
            "'digits'?");
  EXPECT_EQ(parse_error("provider = \"acme\"\nzzzzzz = 1\nsignature = []\n"),
            "acme.toml:2: unknown key 'zzzzzz'");
}

TEST(SignatureFile, NamesTheFirstUnknownKeyOfTheFile) {
  EXPECT_EQ(parse_error(complete_signature("zebra = 1\nape = 1\n")),
            "acme.toml:6: signature 'acme.token': unknown key 'zebra'");
}

TEST(SignatureFile, RejectsMissingKeys) {
  EXPECT_EQ(parse_error(""), "acme.toml:1: key 'provider' is missing; add it");
  EXPECT_EQ(parse_error("provider = \"acme\"\n"),
            "acme.toml:1: key 'signature' is missing; add it");
  EXPECT_EQ(parse_error(one_signature("")),
            "acme.toml:2: signature 'acme.token': key 'name' is missing; add it");
  EXPECT_EQ(parse_error("provider = \"acme\"\n[[signature]]\nname = \"x\"\n"),
            "acme.toml:2: signature: key 'id' is missing; add it");
  EXPECT_EQ(parse_error(complete_signature("[[signature.part]]\npattern = ['x']\n")),
            "acme.toml:6: signature 'acme.token': part: key 'name' is missing; add it");
}

TEST(SignatureFile, RejectsWrongTypes) {
  EXPECT_EQ(parse_error(one_signature("name = 3\n")),
            "acme.toml:4: signature 'acme.token': 'name' is an integer; it must be a string, "
            "write it in quotes");
  EXPECT_EQ(
      parse_error(one_signature("name = \"x\"\npattern = 'x'\n")),
      "acme.toml:5: signature 'acme.token': 'pattern' is a string; it must be an array of "
      "strings, write pattern = ['...']");
  EXPECT_EQ(
      parse_error(complete_signature("examples = [\n  'a',\n  1,\n]\n")),
      "acme.toml:8: signature 'acme.token': 'examples' holds an integer where a string must "
      "be; write examples = ['...']");
  EXPECT_EQ(
      parse_error(complete_signature("reach = 1.5\nanchor = ['abc']\n")),
      "acme.toml:6: signature 'acme.token': 'reach' is a number; it must be an integer from "
      "0 to 65536, write it without quotes");
  EXPECT_EQ(parse_error(complete_signature("require = 1\n")),
            "acme.toml:6: signature 'acme.token': 'require' is an integer; it must be a table, "
            "write it in braces");
  EXPECT_EQ(
      parse_error("provider = \"acme\"\n[signature]\nid = \"acme.token\"\n"),
      "acme.toml:2: 'signature' is a table; it must be an array of tables, begin each with "
      "[[signature]]");
}

TEST(SignatureFile, RejectsNumbersOutOfRange) {
  EXPECT_EQ(
      parse_error(complete_signature("require = { digits = 300 }\n")),
      "acme.toml:6: signature 'acme.token': require: 'digits' is 300; it must be an integer "
      "from 0 to 255");
  EXPECT_EQ(
      parse_error(complete_signature("anchor = ['acme']\nlookback = -1\n")),
      "acme.toml:7: signature 'acme.token': 'lookback' is -1; it must be an integer from 0 "
      "to 65536");
  EXPECT_EQ(
      parse_error(complete_signature("min_entropy = 9\n")),
      "acme.toml:6: signature 'acme.token': 'min_entropy' is out of range; a byte has from "
      "0 to 8 bits");
  EXPECT_EQ(
      parse_error(complete_signature("min_entropy = nan\n")),
      "acme.toml:6: signature 'acme.token': 'min_entropy' is out of range; a byte has from "
      "0 to 8 bits");
}

TEST(SignatureFile, RejectsEmptyTexts) {
  EXPECT_EQ(parse_error(one_signature("name = \"\"\npattern = ['x']\n")),
            "acme.toml:4: signature 'acme.token': 'name' is empty; fill it in or remove it");
  EXPECT_EQ(parse_error(one_signature("name = \"x\"\npattern = []\n")),
            "acme.toml:5: signature 'acme.token': 'pattern' is empty; fill it in or remove it");
}

TEST(SignatureFile, RejectsUnknownWordsWithASuggestion) {
  EXPECT_EQ(
      parse_error(complete_signature("severity = \"hihg\"\n")),
      "acme.toml:6: signature 'acme.token': 'severity' is 'hihg'; it must be one of info, "
      "low, medium, high, critical; did you mean 'high'?");
  EXPECT_EQ(
      parse_error(complete_signature("severity = \"critica\"\n")),
      "acme.toml:6: signature 'acme.token': 'severity' is 'critica'; it must be one of info, "
      "low, medium, high, critical; did you mean 'critical'?");
  EXPECT_EQ(
      parse_error(complete_signature("class = \"robot\"\n")),
      "acme.toml:6: signature 'acme.token': 'class' is 'robot'; it must be one of unknown, "
      "service, human");
}

TEST(SignatureFile, RejectsIdsThatAreNotProviderDotKind) {
  const std::string rest = "name = \"x\"\npattern = ['x']\n";
  for (const char* id : {"acme", "acme.", ".token", "acme.Token", "acme.a.b", "acme.a b",
                         "acme.-a", "acme.a-"}) {
    EXPECT_EQ(parse_error("provider = \"acme\"\n[[signature]]\nid = \"" + std::string(id) +
                          "\"\n" + rest),
              "acme.toml:3: signature '" + std::string(id) +
                  "': the id is not provider.kind in a-z, 0-9 and '-'; rename it");
  }
  EXPECT_EQ(
      parse_error("provider = \"acme\"\n[[signature]]\nid = \"other.token\"\n" + rest),
      "acme.toml:3: signature 'other.token': the id does not begin with the file's provider; "
      "name it 'acme.token' or move it");
  EXPECT_EQ(parse_error("provider = \"Acme\"\nsignature = []\n"),
            "acme.toml:1: provider 'Acme' is not a word of a-z, 0-9 and '-'; rename it");
}

TEST(SignatureFile, RejectsAnIdThatIsTaken) {
  const std::string signature =
      "[[signature]]\nid = \"acme.token\"\nname = \"x\"\npattern = ['x']\n";
  EXPECT_EQ(
      parse_error("provider = \"acme\"\n" + signature + signature),
      "acme.toml:6: signature 'acme.token': the id is taken by line 2; give each signature "
      "its own");
}

TEST(SignatureFile, RejectsReachWithoutAnAnchor) {
  EXPECT_EQ(parse_error(complete_signature("reach = 10\n")),
            "acme.toml:6: signature 'acme.token': 'lookback' and 'reach' are measured from an "
            "anchor, and there is none; add 'anchor' or remove them");
}

TEST(SignatureFile, PointsAtASyntaxError) {
  EXPECT_EQ(
      parse_error("provider = \"acme\"\n[[signature]]\n\tid = \"\xc3\xa9\" oops\n"),
      "acme.toml:3:11: Error while parsing key-value pair: expected a comment or whitespace, "
      "saw 'o'\n"
      "  \tid = \"\xc3\xa9\" oops\n"
      "  \t         ^");
}

}  // namespace
}  // namespace straykey
