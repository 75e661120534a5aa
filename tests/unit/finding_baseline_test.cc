// SPDX-License-Identifier: Apache-2.0
#include "scanner/finding/baseline.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace straykey {
namespace {

const std::string kOne = "11111111111111111111111111111111";
const std::string kTwo = "22222222222222222222222222222222";
const std::string kThree = "33333333333333333333333333333333";

SignatureSet signatures() {
  Signature signature;
  signature.id = "acme.token";
  signature.pattern = "(?P<secret>acme_[a-z]{8})";
  auto set = SignatureSet::make({signature});
  EXPECT_TRUE(set);
  return *set;
}

Finding finding(const std::string& id, const std::string& path) {
  Finding out;
  out.id = id;
  Occurrence place;
  place.path = path;
  place.object = path.empty() ? "commit message" : "blob";
  out.occurrences.push_back(place);
  return out;
}

Baseline parsed(const std::string& text) {
  auto baseline = Baseline::parse(text, "b");
  EXPECT_TRUE(baseline) << baseline.error().message;
  return baseline ? *baseline : Baseline();
}

std::string complaint(const std::string& text) {
  auto baseline = Baseline::parse(text, "b");
  return baseline ? "" : baseline.error().message;
}

TEST(Baseline, IsSortedAndHasNoLineNumbers) {
  std::vector<Finding> findings = {finding(kTwo, "src/b.py"), finding(kOne, "src/a.py")};
  EXPECT_EQ(Baseline::of(findings, signatures(), {}).write(),
            "# straykey baseline 1\n" + kOne + " acme.token src/a.py\n" + kTwo +
                " acme.token src/b.py\n");
}

TEST(Baseline, EncodesPathsThatWouldBreakALine) {
  std::vector<Finding> findings = {finding(kOne, "a b#c%d\n\xff"), finding(kTwo, "")};
  std::string text = Baseline::of(findings, signatures(), {}).write();
  EXPECT_EQ(text, "# straykey baseline 1\n" + kOne + " acme.token a%20b%23c%25d%0A%FF\n" +
                      kTwo + " acme.token commit%20message\n");
  EXPECT_EQ(parsed(text).write(), text);
}

TEST(Baseline, KeepsReasonsWhenWrittenAnew) {
  Baseline old = parsed("# straykey baseline 1\n" + kOne + " acme.token x  # revoked in May\n" +
                        kThree + " acme.token gone  # forgotten\n");
  std::vector<Finding> findings = {finding(kOne, "moved"), finding(kTwo, "y")};
  EXPECT_EQ(Baseline::of(findings, signatures(), old).write(),
            "# straykey baseline 1\n" + kOne + " acme.token moved  # revoked in May\n" + kTwo +
                " acme.token y\n");
}

TEST(Baseline, TakesCommentsEmptyLinesAndCarriageReturns) {
  Baseline baseline = parsed("# straykey baseline 1\r\n\r\n# a note\r\n  " + kOne +
                             "\tacme.token x # why\r\n");
  EXPECT_TRUE(baseline.contains(kOne));
  EXPECT_FALSE(baseline.contains(kTwo));
  EXPECT_EQ(baseline.write(), "# straykey baseline 1\n" + kOne + " acme.token x  # why\n");
}

TEST(Baseline, TellsWhichEntriesNothingMatches) {
  Baseline baseline = parsed("# straykey baseline 1\n" + kOne + " a.b x\n" + kTwo + " a.b y\n");
  EXPECT_EQ(baseline.unused({finding(kThree, "z"), finding(kTwo, "y")}), std::vector<std::string>{kOne + " a.b x"});
}

TEST(Baseline, SetsTheStateOfEveryFinding) {
  Baseline baseline = parsed("# straykey baseline 1\n" + kOne + " a.b x\n");
  std::vector<Finding> findings = {finding(kOne, "x"), finding(kTwo, "y")};
  findings[1].state = FindingState::kKnown;
  apply_baseline(baseline, findings);
  EXPECT_EQ(findings[0].state, FindingState::kKnown);
  EXPECT_EQ(findings[1].state, FindingState::kNew);
}

TEST(Baseline, NamesTheLineThatIsWrong) {
  const std::string head = "# straykey baseline 1\n";
  EXPECT_EQ(complaint(""),
            "b:1: not a baseline; the first line must be '# straykey baseline 1'");
  EXPECT_EQ(complaint("# straykey baseline 2\n"),
            "b:1: the baseline is of version '2'; this program reads version 1");
  EXPECT_EQ(complaint(head + "\nxyz a.b c\n"),
            "b:3: the line does not begin with a fingerprint of 32 lower-case hex digits");
  EXPECT_EQ(complaint(head + kOne + "\n"), "b:2: the entry names no signature");
  EXPECT_EQ(complaint(head + kOne + " a.b my file\n"),
            "b:2: more than three fields; write a space in a path as %20");
  EXPECT_EQ(complaint(head + "<<<<<<< ours\n"),
            "b:2: a merge conflict; keep the lines of both sides");
}

// The line of a file that is no baseline may hold anything, so it is not repeated.
TEST(Baseline, DoesNotRepeatWhatItDoesNotUnderstand) {
  EXPECT_EQ(complaint("# straykey baseline 1\nhunter2\n").find("hunter2"), std::string::npos);
}

TEST(Baseline, MergesByUnion) {
  TempDir dir;
  const std::string head = "# straykey baseline 1\n";
  dir.write("base", head + kTwo + " a.b y\n");
  dir.write("ours", head + kOne + " a.b x\n" + kTwo + " a.b y\n");
  dir.write("theirs", head + kTwo + " a.b y  # tests\n" + kThree + " a.b z\n");
  ASSERT_EQ(dir.run("git merge-file --union ours base theirs"), 0);
  EXPECT_EQ(parsed(dir.read("ours")).write(), head + kOne + " a.b x\n" + kTwo +
                                                  " a.b y  # tests\n" + kThree + " a.b z\n");
}

TEST(Baseline, KnowsImportedEntriesByPlaceOrHash) {
  const std::string sha1(40, 'a');
  Baseline baseline = parsed("# straykey baseline 1\nimported gitleaks:x%20y a%20b line=3-5 commit=0123abc  # old\n"
                             "imported detect-secrets:k c sha1=" + sha1 + "\n"
                             "imported gitleaks:z gone line=1 fingerprint=" + kThree + "\n");
  Finding at = finding(kOne, "a b");
  at.occurrences[0].position = {5, 1, 6, 2};
  EXPECT_FALSE(baseline.knows(at)) << "another commit";
  at.occurrences[0].commit = "0123abcdef";
  EXPECT_TRUE(baseline.knows(at));
  at.occurrences[0].position = {6, 1, 6, 2};
  EXPECT_FALSE(baseline.knows(at)) << "another line";

  Finding hashed = finding(kTwo, "c");
  EXPECT_FALSE(baseline.knows(hashed));
  hashed.sha1 = sha1;
  EXPECT_TRUE(baseline.knows(hashed));
  hashed.occurrences[0].path = "d";
  EXPECT_FALSE(baseline.knows(hashed)) << "another path";
  EXPECT_TRUE(baseline.knows(finding(kThree, "anywhere")));

  EXPECT_EQ(baseline.sha1s(), std::set<std::string>{sha1});
  EXPECT_EQ(baseline.unused({finding(kThree, "q")}),
            (std::vector<std::string>{"imported detect-secrets:k c sha1=" + sha1,
                                      "imported gitleaks:x%20y a%20b line=3-5 commit=0123abc  # old"}));
  EXPECT_EQ(parsed(baseline.write()).write(), baseline.write());
}

TEST(Baseline, TellsWhatIsWrongWithAnImportedEntry) {
  const std::string head = "# straykey baseline 1\nimported ";
  EXPECT_EQ(complaint(head + "tool\n"), "b:2: the imported entry names no tool or no path");
  EXPECT_EQ(complaint(head + "tool p\n"),
            "b:2: the imported entry has no line=, sha1= or fingerprint= to know a secret by");
  EXPECT_EQ(complaint(head + "tool p line=0\n"),
            "b:2: the line= of the imported entry is not whole");
  EXPECT_EQ(complaint(head + "tool p sha1=12\n"),
            "b:2: the sha1= of the imported entry is not whole");
  EXPECT_EQ(complaint(head + "tool p when=1\n"),
            "b:2: an imported entry has line=, commit=, sha1= and fingerprint=, and nothing else");
}

}  // namespace
}  // namespace straykey
