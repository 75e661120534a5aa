// SPDX-License-Identifier: Apache-2.0
// An imported signature finds what the origin's own expression finds. The oracle searches
// from the left, each time for the leftmost match behind the last secret: RE2 does it with
// rules in Go's syntax, Python's re with those in Rust's. Texts are random, dense with what
// the rules look for, and broken in places.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "scanner/match/adopt.h"
#include "scanner/match/matcher.h"
#include "scanner/match/regex.h"
#include "scanner/signature/sample.h"
#include "tests/support/python_check.h"

namespace straykey {
namespace {

struct Rule {
  const char* pattern;
  int group;  // the origin's
};

constexpr Rule kGoRules[] = {
    {R"(zen_[a-z]{12})", 0},
    {R"(\b(zq[0-9]{2}-(?i)[a-f0-9]{10})(?:['"\s;]|$))", 1},
    {R"((?i)[\w.-]{0,20}?(?:acmecorp)[ \t\w.-]{0,10}[\s'"]{0,3}(?:=|>|:{1,3}=|=>|:)[\x60'"\s=]{0,5}([a-z0-9]{12})(?:['"\s;]|$))",
     1},
    {R"((?i)(?:key|token)[a-z_]{0,4}\s*[=:]\s*([^\s"']{6,20}))", 1},
    {R"(-----BEGIN ZEN KEY-----([\s\S]+?)-----END ZEN KEY-----)", 1},
    {R"(bee:[a-z]+@([0-9]{3,})\.example)", 1},
    {R"((?:left|right)=(\d{4})[a-z]*(?:up|down))", 1},
    {R"(^\s*pin\s(\d{6})$)", 1},
    {R"((?m)^pin2\s(\d{6})$)", 1},
    {R"([a-f]{3}[0-9]{9,}x)", 0},
};

constexpr Rule kRustRules[] = {
    {"(?x)\n  \\b\n  ( zen_ [a-z]{12} )  # (comment\n  \\b", 1},
    {"(?xi)\n acmecorp (?:.|[\\n\\r]){0,24}? \\b ( [a-z0-9]{12} ) \\b", 1},
    {"(?i)(?:key|token)\\s*[=:]\\s*[\"']?([a-z0-9_\\-]{6,20})", 1},
    {"bee:(?P<who>[a-z]{1,9})@(?:[0-9]{3})", 1},
};

class Texts {
 public:
  explicit Texts(uint64_t seed) : random_(seed) {}

  std::string make(const std::vector<std::string>& samples) {
    static const char* const kPieces[] = {" ",
                                          "\n",
                                          "=",
                                          ": ",
                                          "\"",
                                          "'",
                                          "zen_",
                                          "zq12-",
                                          "acmecorp",
                                          "_key = ",
                                          "token:",
                                          "-----BEGIN ZEN KEY-----",
                                          "-----END ZEN KEY-----",
                                          "bee:abc@",
                                          ".example",
                                          "left=",
                                          "right=12",
                                          "up",
                                          "down",
                                          "\npin 123456\n",
                                          "\npin2 654321\n",
                                          "x",
                                          "abc",
                                          "0123456789",
                                          "abcdefghijkl",
                                          "\xc3\xa9",
                                          "\v"};
    std::string out;
    for (int i = 0; i < 400; ++i) {
      const uint64_t choice = random_() % 4;
      if (choice == 0 && !samples.empty()) {
        auto filled = fill_sample(samples[random_() % samples.size()], random_());
        if (filled) out += *filled;
      } else if (choice == 1) {
        out += static_cast<char>("abcdef0123456789 =\n"[random_() % 19]);
      } else {
        out += kPieces[random_() % std::size(kPieces)];
      }
    }
    for (int i = 0; i < 12; ++i) out[random_() % out.size()] = 'z';
    return out;
  }

 private:
  std::mt19937_64 random_;
};

struct Imported {
  Database database;
  Signature signature;
};

Imported import_rule(const Rule& rule, RegexDialect dialect) {
  ForeignRules rules;
  rules.origin = "test";
  ForeignRule foreign;
  foreign.id = "rule";
  foreign.pattern = rule.pattern;
  foreign.dialect = dialect;
  foreign.secret_group = rule.group;
  rules.rules.push_back(foreign);
  Adopted adopted = adopt(rules);
  EXPECT_EQ(adopted.signatures.size(), 1u) << rule.pattern << adopted.rules[0].refusal;
  auto database = Database::compile(*SignatureSet::make(adopted.signatures));
  EXPECT_TRUE(database) << database.error().message;
  return {std::move(*database), adopted.signatures.at(0)};
}

std::string printed(const std::vector<Span>& spans) {
  std::string out;
  for (Span span : spans) {
    out += std::to_string(span.begin) + "-" + std::to_string(span.end) + " ";
  }
  return out;
}

std::string found_by_us(const Database& database, const std::string& text) {
  std::vector<Span> spans;
  for (const Match& match : Matcher(database, {.chunk_bytes = 777}).find(text)) {
    spans.push_back(match.secret);
  }
  return printed(spans);
}

TEST(Import, FindsWhatTheRuleItselfFindsInGosSyntax) {
  size_t found = 0, anchored = 0;
  for (const Rule& rule : kGoRules) {
    Imported imported = import_rule(rule, RegexDialect::kGo);
    anchored += imported.signature.anchor.empty() ? 0 : 1;
    auto oracle = make_regex(rule.pattern);
    ASSERT_TRUE(oracle->ok()) << rule.pattern;
    for (uint64_t seed = 1; seed <= 20; ++seed) {
      const std::string text = Texts(seed).make(imported.signature.examples);
      std::vector<Span> expected;
      RegexPiece groups[8];
      for (size_t from = 0; from < text.size();) {
        if (!oracle->Match(piece(text), from, text.size(), RE2::UNANCHORED, groups, 8)) break;
        const RegexPiece& secret = groups[rule.group];
        auto begin = static_cast<uint64_t>(secret.data() - text.data());
        expected.push_back({begin, begin + secret.size()});
        from = expected.back().end;
      }
      found += expected.size();
      EXPECT_EQ(found_by_us(imported.database, text), printed(expected))
          << rule.pattern << " seed " << seed;
    }
  }
  EXPECT_GT(found, 1000u);
  EXPECT_GE(anchored, 5u) << "too few rules go through an anchor to prove much";
}

TEST(Import, FindsWhatTheRuleItselfFindsInRustsSyntax) {
  static const char kOracle[] = R"py(
import re, sys
for file in sys.argv[1:]:
    pattern, text = open(file, "rb").read().split(b"\0", 1)
    flags = 0
    head = re.match(rb"\(\?([xi]+)\)", pattern)
    if head:
        pattern = pattern[head.end():]
        flags = sum(getattr(re, chr(c).upper()) for c in head.group(1))
    regex, at, out = re.compile(pattern, flags), 0, ""
    while True:
        found = regex.search(text, at)
        if not found: break
        out += "%d-%d " % found.span(1)
        at = found.end(1)
    print(out)
)py";
  std::vector<std::string> inputs;
  std::string actual;
  for (const Rule& rule : kRustRules) {
    Imported imported = import_rule(rule, RegexDialect::kRust);
    for (uint64_t seed = 1; seed <= 20; ++seed) {
      const std::string text = Texts(seed).make(imported.signature.examples);
      inputs.push_back(rule.pattern + std::string(1, '\0') + text);
      actual += found_by_us(imported.database, text) + "\n";
    }
  }
  PythonVerdict verdict = check_with_python(kOracle, inputs);
  if (verdict.skipped) GTEST_SKIP() << "no Python";
  EXPECT_EQ(actual, verdict.output);
  EXPECT_GT(std::count(actual.begin(), actual.end(), '-'), 200);
}

}  // namespace
}  // namespace straykey
