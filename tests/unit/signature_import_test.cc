// SPDX-License-Identifier: Apache-2.0
// The readers of other scanners' files, and the writer of ours.
#include <gtest/gtest.h>

#include <string>

#include "scanner/signature/foreign_rule.h"
#include "scanner/signature/signature_file.h"
#include "scanner/signature/signature_writer.h"
#include "tests/support/temp_dir.h"

namespace straykey {
namespace {

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : "|") + text;
  return out;
}

// All that a reader gave, in one text.
std::string printed(const Result<ForeignRules>& read) {
  if (!read) return read.error().message;
  std::string out = read->origin + "\n";
  auto print = [&](const ForeignAllow& allow) {
    out += "  allow " + joined(allow.regexes) + "/" + joined(allow.stopwords) + "/" +
           joined(allow.paths) + "/" + joined(allow.commits) + (allow.needs_all ? " all" : "") +
           "\n";
  };
  for (const ForeignRule& rule : read->rules) {
    out += std::to_string(rule.line) + " " + rule.id + " '" + rule.pattern + "' group " +
           std::to_string(rule.secret_group) + " entropy " +
           std::to_string(rule.min_entropy).substr(0, 3) + " keywords " +
           joined(rule.keywords) + (rule.path.empty() ? "" : " path " + rule.path) +
           (rule.refusal.empty() ? "" : " refused: " + rule.refusal) + "\n";
    for (const ForeignAllow& allow : rule.allows) print(allow);
    for (const ForeignPart& part : rule.parts) out += "  part " + part.id + "\n";
    for (const std::string& lost : rule.lost) out += "  lost " + lost + "\n";
  }
  for (const ForeignAllow& allow : read->allows) print(allow);
  for (const ForeignNote& note : read->notes) {
    out += "note " + std::to_string(note.line) + " " + note.text + "\n";
  }
  return out;
}

TEST(SignatureImport, ReadsKeysOfGitleaksInAnyCase) {
  EXPECT_EQ(printed(read_gitleaks_rules(R"x(
[[rules]]
ID = "a"
Regex = "x(y)"
secretgroup = 1
Entropy = 3
KEYWORDS = ["X"]
colour = "red"
[[rules.allowlists]]
stopWords = ["w"]
commits = ["c"]
condition = "AND"
[[rules.required]]
id = "b"
[rules.allowlist]
regexTarget = "line"
regexes = ["l"]
paths = ["p"]
)x",
                                        "f")),
            "gitleaks\n"
            "2 a 'x(y)' group 1 entropy 3.0 keywords x\n"
            "  allow /w//c all\n"
            "  allow //p/\n"
            "  part b\n"
            "  lost regexes of the allowlist of line 15, which look at the line and not at the "
            "secret\n"
            "  lost the key 'colour', which is not known here\n");
}

TEST(SignatureImport, MergesWhatExtendsARule) {
  TempDir dir;
  dir.write("base.toml",
            "[[rules]]\nid='a'\nregex='x'\nentropy=2\nkeywords=['k']\n"
            "[[rules]]\nid='b'\nregex='y'\n");
  const std::string file = dir.write("own.toml",
                                     "[extend]\npath='base.toml'\ndisabledRules=['b']\n"
                                     "[[rules]]\nid='a'\nentropy=3\nkeywords=['l']\n"
                                     "[allowlist]\npaths=['v']\n");
  EXPECT_EQ(printed(read_foreign_rules(file)),
            "gitleaks\n"
            "1 a 'x' group 0 entropy 3.0 keywords k|l\n"
            "  allow //v/\n");
}

TEST(SignatureImport, SaysThatDefaultRulesAreElsewhere) {
  EXPECT_EQ(
      printed(read_gitleaks_rules("[extend]\nuseDefault = true\ndisabledRules = ['x']\n", "f")),
      "gitleaks\n"
      "note 2 not carried over: the default rules (useDefault), which are not in this "
      "file; the signatures that are built in take their place, or import the tool's own "
      "file as well\n"
      "note 3 not carried over: disabledRules of the default rules; 'disable' in "
      ".straykey.toml does it for signatures\n");
}

TEST(SignatureImport, UnderstandsTheUsualFiltersOfBetterleaks) {
  EXPECT_EQ(printed(read_gitleaks_rules(R"x(
[[rules]]
id = "a"
regex = "x"
filter = '''entropy(finding["secret"]) <= 3.5
|| matchesAny(finding["secret"], [ r"""a"|b""", "c\\d" ])
|| containsAny(finding["secret"], [`one`, "two || (" ])
|| failsTokenEfficiency(finding["secret"])'''
validate = "http.get('x')"
)x",
                                        "betterleaks.toml")),
            "betterleaks\n"
            "2 a 'x' group 0 entropy 3.5 keywords \n"
            "  allow a\"|b|c\\d/one|two || (//\n"
            "  lost its filter 'failsTokenEfficiency(finding[\"secret\"])'\n"
            "  lost its 'validate': straykey never uses a credential\n");
}

TEST(SignatureImport, ReadsRulesInYaml) {
  EXPECT_EQ(
      printed(read_yaml_rules(R"(rules:
- id: np.a.1
  name: A
  pattern: (?x) a # c
  references: [nothing, "http://x"]
- id: kingfisher.b
  pattern: b
  visible: false
  min_entropy: 3.3
  pattern_requirements: { min_digits: 999, ignore_if_contains: [t], checksum: {} }
  revocation: {}
  colour: red
)",
                              "f")),
      "noseyparker\n"
      "2 np.a.1 '(?x) a' group 1 entropy 0.0 keywords \n"
      "6 kingfisher.b 'b' group 1 entropy 3.3 keywords  refused: it only helps other rules "
      "(visible: false)\n"
      "  allow /t//\n"
      "  lost its checksum, a template; where straykey has the same check, name it in "
      "'checks'\n"
      "  lost its revocation: straykey never uses a credential\n"
      "  lost the key 'colour', which is not known here\n");
}

TEST(SignatureImport, NamesThePlaceOfWhatCannotBeRead) {
  EXPECT_EQ(printed(read_yaml_rules("rules:\n- 5\n", "f")),
            "f:2: a rule that is no mapping; the origin would not take it");
  EXPECT_EQ(printed(read_yaml_rules("rules:\n- name: x\n", "f")),
            "f:2: a rule without an id; name it");
  EXPECT_EQ(printed(read_yaml_rules("a: 1\n", "f")),
            "f:1: holds no list 'rules'; it is no rules file of kingfisher or noseyparker");
  EXPECT_EQ(printed(read_gitleaks_rules("[[rules]]\nid = 'a'\nkeywords = 'k'\n", "f")),
            "f:3: 'keywords' is not an array of strings; the origin would not take it");
  EXPECT_EQ(printed(read_gitleaks_rules("[[rules]]\nregex = 'a'\n", "f")),
            "f:1: a rule without an id; name it");
  EXPECT_EQ(printed(read_gitleaks_rules("title = 'x'\n", "f")),
            "f: holds no rules; it is no configuration of gitleaks");
  EXPECT_EQ(printed(read_detect_secrets_settings("{\"results\": {}}", "f")),
            "f:1: holds no plugins_used; it is no baseline of detect-secrets");
}

TEST(SignatureImport, WritesWhatIsReadAgain) {
  Signature signature;
  signature.id = "zen.token";
  signature.provider = "zen";
  signature.name = "It's a \"token\"\n\x01 of \xc3\xa9 and \xff";
  signature.pattern =
      "(?P<secret>" + std::string(200, 'a') + "\\(\\[" + std::string(90, '\\') + ")";
  signature.anchor = "a'b";
  signature.lookback = 7;
  signature.min_entropy = 3;
  signature.require.digits = 2;
  signature.except = {"x", "y"};
  signature.examples = {"a <<alnum 3>>"};
  signature.parts.push_back({"key", "(?P<value>k)", 12, true});
  auto read = parse_signatures(write_signatures("zen", {signature}, "One\nTwo"), "f");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 1u);
  const Signature& back = read->front();
  EXPECT_EQ(back.name, "It's a \"token\"\n\x01 of \xc3\xa9 and \xef\xbf\xbd");
  EXPECT_EQ(back.pattern, signature.pattern);
  EXPECT_EQ(back.anchor, signature.anchor);
  EXPECT_EQ(back.lookback, 7u);
  EXPECT_EQ(back.min_entropy, 3.0);
  EXPECT_EQ(back.require.digits, 2);
  EXPECT_EQ(back.except, signature.except);
  EXPECT_EQ(back.examples, signature.examples);
  ASSERT_EQ(back.parts.size(), 1u);
  EXPECT_EQ(back.parts[0].within, 12u);
  EXPECT_TRUE(back.parts[0].required);
}

}  // namespace
}  // namespace straykey
