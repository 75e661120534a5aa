// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "scanner/signature/regex_tree.h"

namespace straykey {
namespace {

// What is printed of a pattern, or the complaint about it with its place.
std::string printed(const std::string& text, RegexDialect dialect = RegexDialect::kGo) {
  RegexFault fault;
  auto tree = parse_regex(text, dialect, &fault);
  if (!tree) return std::to_string(fault.offset) + ": " + fault.what;
  return print_regex(tree->root, 1);
}

std::string rust(const std::string& text) { return printed(text, RegexDialect::kRust); }

RegexNode tree(const std::string& text) {
  auto parsed = parse_regex(text, RegexDialect::kGo);
  EXPECT_TRUE(parsed) << text << ": " << parsed.error().message;
  return parsed ? parsed->root : RegexNode();
}

TEST(RegexTree, ResolvesFlagsWhereverTheyStand) {
  EXPECT_EQ(printed("(?i)acme"), "(?i)acme");
  EXPECT_EQ(printed("x-(?i)acme"), "x-(?i:acme)");
  EXPECT_EQ(printed("(?i:acme)-X"), "(?i:acme)-X");
  EXPECT_EQ(printed("(?i)ac(?-i:ME)"), "(?i:ac)ME");
  EXPECT_EQ(printed("(?i:k)ey"), "[Kk]ey");
  EXPECT_EQ(printed("a.b(?s).c"), "a.b(?s:.)c");
  EXPECT_EQ(printed("^a$(?m)^b$"), "\\Aa\\z(?m:^)b(?m:$)");
  EXPECT_EQ(printed("(?U)a+b+?"), "a+?b+");
}

TEST(RegexTree, MarksOneGroupAndDropsTheOthers) {
  EXPECT_EQ(printed("(a)(b)(?:c)(?P<name>d)"), "(?P<secret>a)bcd");
  EXPECT_EQ(printed("(a|b)+(?:cd|ef)*"), "(?P<secret>[ab])+(?:cd|ef)*");
}

TEST(RegexTree, ReadsVerboseModeWithCommentsAndSpacesInClasses) {
  EXPECT_EQ(rust("(?x)\n  \\b  # a boundary (with a bracket\n  ( acme [_ -] [a-z]{4} )\n"),
            "\\b(?P<secret>acme[\\-_][a-z]{4})");
  EXPECT_EQ(rust("(?xi) a \\  b \\# [ # x"), "16: a '[' that is not closed");
  EXPECT_EQ(rust("(?x) a\\ b\\#c"), "a b#c");
  EXPECT_EQ(printed("(?x)a"), "2: an unknown flag or kind of group");
}

TEST(RegexTree, WritesCharactersBeyondAsciiAsBytes) {
  EXPECT_EQ(printed("\xe2\x82\xac"), "\\xe2\\x82\\xac");
  EXPECT_EQ(printed("\\x{201c}x"), "\\xe2\\x80\\x9cx");
  EXPECT_EQ(printed("[a\xc3\xa9]"), "a|\\xc3\\xa9");
  EXPECT_EQ(printed("\\xe9"), "\\xc3\\xa9");
  EXPECT_EQ(rust("\\xe9"), "\\xe9");
  EXPECT_EQ(printed("[\\x{80}-\\x{7ff}]"), "[\\xc2-\\xdf][\\x80-\\xbf]");
}

TEST(RegexTree, KeepsTheSpacesOfEachDialect) {
  EXPECT_EQ(printed("\\s"), "\\s");
  EXPECT_EQ(rust("\\s"), "[\\t-\\r ]");
  EXPECT_EQ(printed("\\S\\D\\W"), "[^\\t\\n\\x0c\\r ][^0-9]\\W");
  EXPECT_EQ(printed("[[:alpha:]][[:^digit:]]"), "[A-Za-z][^0-9]");
}

TEST(RegexTree, QuotesWhatIsMeantLiterally) {
  EXPECT_EQ(printed("\\Qa.b\\E."), "a\\.b.");
  EXPECT_EQ(printed("['\"`]"), "[\"\\x27\\x60]");
  EXPECT_EQ(printed("a{x}"), "a\\{x\\}");
  EXPECT_EQ(printed("[]a]"), "[\\]a]");
  EXPECT_EQ(printed("[^]a]"), "[^\\]a]");
}

TEST(RegexTree, SplitsLongRepetitions) {
  EXPECT_EQ(printed("a{2500}"), "a{1000}a{1000}a{500}");
  EXPECT_EQ(printed("a{10,1500}"), "a{10}a{0,1000}a{0,490}");
  EXPECT_EQ(printed("(?:ab){2,}?"), "(?:ab){2,}?");
}

TEST(RegexTree, TellsWhatCannotBeReadAndWhere) {
  EXPECT_EQ(printed("a(?=b)"), "1: look-around, which neither of our engines has");
  EXPECT_EQ(printed("a(?<!b)"), "1: look-around, which neither of our engines has");
  EXPECT_EQ(printed("(?>a)"), "0: an atomic group, which neither of our engines has");
  EXPECT_EQ(printed("(a)\\1"), "3: a back-reference, which neither of our engines has");
  EXPECT_EQ(printed("a++"), "2: a possessive repetition, which neither of our engines has");
  EXPECT_EQ(printed("(a"), "0: a '(' that is not closed");
  EXPECT_EQ(printed("a)"), "1: a ')' that closes nothing");
  EXPECT_EQ(printed("*a"), "0: a repetition of nothing");
  EXPECT_EQ(printed("[b-a]"), "2: a range of a class that ends before it begins");
  EXPECT_EQ(printed("a\\y"), "1: the escape \\y, which is not known here");
  EXPECT_EQ(printed("\\p{Greek}"), "0: the Unicode class \\p{Greek}");
  EXPECT_EQ(printed(std::string(300, '(')), "200: groups nested more than 200 deep");
}

TEST(RegexTree, KnowsWhatEveryMatchHolds) {
  EXPECT_TRUE(always_holds_one_of(tree("(?i)[a-z]{0,9}ACME_[0-9]+"), {"acme"}));
  EXPECT_TRUE(always_holds_one_of(tree("(?:acme|zen)_[0-9]+"), {"acme", "zen_"}));
  EXPECT_FALSE(always_holds_one_of(tree("(?:acme|zen)_[0-9]+"), {"acme"}));
  EXPECT_FALSE(always_holds_one_of(tree("(?:acme)?[0-9]+"), {"acme"}));
  EXPECT_FALSE(always_holds_one_of(tree("[0-9a-f]{32}"), {"acme"}));
}

TEST(RegexTree, MeasuresMatches) {
  EXPECT_EQ(width_of(tree("a{2,5}(?:bc|d)?")).least, 2u);
  EXPECT_EQ(width_of(tree("a{2,5}(?:bc|d)?")).most, 7u);
  EXPECT_EQ(width_of(tree("a+")).most, uint64_t{RegexNode::kUnbounded});
}

TEST(RegexTree, FindsWhatToSearchForFirst) {
  auto first = [](const std::string& text) {
    auto anchors = find_anchors(tree(text), 256);
    if (anchors.empty()) return std::string("none");
    return anchors[0].text + " after " + std::to_string(anchors[0].before);
  };
  EXPECT_EQ(first("(?i)[\\w.-]{0,50}?acmecorp.{0,20}([a-z]{8})"), "(?i)acmecorp after 50");
  EXPECT_EQ(first("(?:abcde|fghijk)[0-9]+"), "(?:abcde|fghijk) after 0");
  EXPECT_EQ(first("x{0,3}(?:abcde.*|[0-9]{2}fghijk+)"), "abcde|fghij after 5");
  EXPECT_EQ(first("\\bkey\\b=[a-z]{4,9}"), "key=[a-z]{4} after 0");
  EXPECT_EQ(first("[a-z]{20,}"), "[a-z]{20} after 0");
  EXPECT_EQ(first("[a-z]*"), "none");
}

TEST(RegexTree, WritesTemplatesAndNoText) {
  EXPECT_EQ(sample_of(tree("(?i)acme[_-][a-z0-9]{16}\\b")), "acme-<<alnum 16>>");
  EXPECT_EQ(sample_of(tree("acme_[0-9a-f]{16}"), SampleLength::kTooShort), "acme_<<hex 8>>");
  EXPECT_EQ(sample_of(tree("a<<b")), "");
}

}  // namespace
}  // namespace straykey
