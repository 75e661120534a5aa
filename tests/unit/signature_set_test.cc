// SPDX-License-Identifier: Apache-2.0
#include "scanner/signature/signature_set.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace straykey {
namespace {

Signature signature(const std::string& id, const std::string& pattern = "(?P<secret>x{8})") {
  Signature made;
  made.id = id;
  made.provider = id.substr(0, id.find('.'));
  made.name = "Name of " + id;
  made.pattern = pattern;
  made.file = made.provider + ".toml";
  made.line = 7;
  return made;
}

SignatureSet set_of(std::vector<Signature> signatures) {
  Result<SignatureSet> set = SignatureSet::make(std::move(signatures));
  EXPECT_TRUE(set) << set.error().message;
  return *std::move(set);
}

std::string ids(const SignatureSet& set) {
  std::string out;
  for (const Signature& each : set.all()) out += each.id + " ";
  return out;
}

// A signature with a value in every field that differs from the default.
Signature full_signature() {
  Signature full = signature("acme.token");
  full.risk = "risk";
  full.anchor = std::string("anchor\0with a zero", 18);
  full.lookback = 1;
  full.reach = 70000;
  full.min_entropy = 3.25;
  full.require = {.digits = 1, .lower = 2, .upper = 3, .special = 4, .distinct = 255};
  full.except = {"a", ""};
  full.checks = {"jwt", "pem"};
  full.severity = Severity::kCritical;
  full.confidence = Confidence::kMedium;
  full.principal_class = PrincipalClass::kHuman;
  full.identity = "account";
  full.parts = {{.name = "id", .pattern = "p", .within = 9, .required = true},
                {.name = "other", .pattern = "q", .within = 8, .required = false}};
  full.rotation = "rotation";
  full.rotation_url = "url";
  full.docs = "docs";
  full.examples = {"e"};
  full.counterexamples = {"c", "d"};
  return full;
}

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "straykey-XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_; }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name) << text;
    return path_ + "/" + name;
  }

 private:
  std::string path_;
};

std::string file_text(const std::string& id) {
  return "provider = \"" + id.substr(0, id.find('.')) + "\"\n[[signature]]\nid = \"" + id +
         "\"\nname = \"n\"\npattern = ['(?P<secret>x{8})']\n";
}

TEST(SignatureSet, IsInTheOrderOfItsIds) {
  EXPECT_EQ(ids(set_of({signature("b.x"), signature("a.z"), signature("a.b")})),
            "a.b a.z b.x ");
}

TEST(SignatureSet, NamesBothPlacesOfAnIdThatIsTaken) {
  Signature second = signature("a.b");
  second.file = "second.toml";
  second.line = 40;
  Result<SignatureSet> set = SignatureSet::make({signature("a.b"), signature("c.d"), second});
  ASSERT_FALSE(set);
  EXPECT_EQ(
      set.error().message,
      "second.toml:40: signature 'a.b': the id is taken by a.toml:7; give each signature its "
      "own");
}

TEST(SignatureSet, LoadsFilesAndFolders) {
  Folder folder;
  folder.file("b.toml", file_text("b.token"));
  folder.file("a.toml", file_text("a.token"));
  folder.file("README.md", "not a signature");
  Folder other;
  std::string single = other.file("c.toml", file_text("c.token"));
  Result<SignatureSet> set = SignatureSet::load({folder.path(), single});
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(ids(*set), "a.token b.token c.token ");
  EXPECT_EQ((*set)[2].file, single);
}

TEST(SignatureSet, LoadingAFolderWithoutSignaturesIsAnError) {
  Folder folder;
  Result<SignatureSet> set = SignatureSet::load({folder.path()});
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().message,
            folder.path() + ": holds no .toml file; name another folder or a file");
}

TEST(SignatureSet, LoadingNamesTheFileThatIsWrong) {
  Folder folder;
  std::string file = folder.file("a.toml", "provider = \"a\"\n");
  Result<SignatureSet> set = SignatureSet::load({folder.path()});
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().message, file + ":1: key 'signature' is missing; add it");
}

TEST(SignatureSet, MergeReplacesSignaturesOfTheSameId) {
  SignatureSet set = set_of({signature("a.a"), signature("b.b")});
  set.merge(set_of({signature("b.b", "new"), signature("c.c")}));
  EXPECT_EQ(ids(set), "a.a b.b c.c ");
  EXPECT_EQ(set[1].pattern, "new");
}

TEST(SignatureSet, SelectKeepsWhatIsEnabledAndNotDisabled) {
  SignatureSet set =
      set_of({signature("aws.key"), signature("aws.session"), signature("npm.key")});
  ASSERT_TRUE(set.select({"aws.*"}, {"*.session"}));
  EXPECT_EQ(ids(set), "aws.key ");
}

TEST(SignatureSet, SelectWithoutGlobsKeepsAll) {
  SignatureSet set = set_of({signature("a.a"), signature("b.b")});
  ASSERT_TRUE(set.select({}, {}));
  EXPECT_EQ(ids(set), "a.a b.b ");
}

TEST(SignatureSet, SelectRejectsAGlobThatMatchesNothing) {
  SignatureSet set = set_of({signature("aws.key"), signature("github.token")});
  EXPECT_EQ(set.select({"github.tokem"}, {}).error().message,
            "no signature matches 'github.tokem'; did you mean 'github.token'?");
  EXPECT_EQ(set.select({}, {"githb.*"}).error().message,
            "no signature matches 'githb.*'; did you mean 'github.*'?");
  EXPECT_EQ(set.select({"aws"}, {}).error().message,
            "no signature matches 'aws'; did you mean 'aws.*'?");
  EXPECT_EQ(set.select({"zzz"}, {}).error().message, "no signature matches 'zzz'");
  EXPECT_EQ(ids(set), "aws.key github.token ");
}

TEST(SignatureSet, SelectingNothingIsAnError) {
  SignatureSet set = set_of({signature("aws.key")});
  EXPECT_EQ(set.select({}, {"*"}).error().message,
            "no signature is left after enabling and disabling; enable one at least");
}

TEST(SignatureSet, DigestChangesWithWhatIsFoundAndNotWithWhatIsSaid) {
  const std::string digest = set_of({full_signature()}).digest();
  EXPECT_EQ(digest.size(), 64u);
  EXPECT_EQ(set_of({full_signature()}).digest(), digest);

  Signature said = full_signature();
  said.name = said.risk = said.rotation = said.rotation_url = said.docs = "other";
  said.examples.clear();
  said.file = "elsewhere.toml";
  said.line = 1;
  EXPECT_EQ(set_of({said}).digest(), digest);

  auto changed = [](auto change) {
    Signature found = full_signature();
    change(found);
    return set_of({found}).digest();
  };
  EXPECT_NE(changed([](Signature& s) { s.pattern += "x"; }), digest);
  EXPECT_NE(changed([](Signature& s) { s.reach += 1; }), digest);
  EXPECT_NE(changed([](Signature& s) { s.min_entropy += 0.1; }), digest);
  EXPECT_NE(changed([](Signature& s) { s.require.distinct -= 1; }), digest);
  EXPECT_NE(changed([](Signature& s) { s.except.pop_back(); }), digest);
  EXPECT_NE(changed([](Signature& s) { s.severity = Severity::kLow; }), digest);
  EXPECT_NE(changed([](Signature& s) { s.parts[1].required = true; }), digest);
}

TEST(SignatureSet, UnpackGivesWhatWasPacked) {
  const SignatureSet set = set_of({full_signature(), signature("b.b")});
  const std::string packed = set.pack();
  Result<SignatureSet> unpacked = SignatureSet::unpack(packed);
  ASSERT_TRUE(unpacked) << unpacked.error().message;
  EXPECT_EQ(unpacked->pack(), packed);
  EXPECT_EQ(unpacked->digest(), set.digest());
  EXPECT_EQ(set_of(unpacked->all()).digest(), set.digest());
  const Signature& first = (*unpacked)[0];
  const Signature full = full_signature();
  EXPECT_EQ(first.anchor, full.anchor);
  EXPECT_EQ(first.reach, full.reach);
  EXPECT_EQ(first.min_entropy, full.min_entropy);
  EXPECT_EQ(first.except, full.except);
  EXPECT_EQ(first.severity, full.severity);
  EXPECT_EQ(first.parts.at(0).within, full.parts.at(0).within);
  EXPECT_TRUE(first.parts.at(0).required);
  EXPECT_EQ(first.counterexamples, full.counterexamples);
  EXPECT_EQ(first.file, full.file);
  EXPECT_EQ(first.line, full.line);
}

TEST(SignatureSet, APackedDigestEndsWithTheFirstChange) {
  const SignatureSet set = set_of({signature("a.a"), signature("b.b")});
  SignatureSet selected = *SignatureSet::unpack(set.pack());
  ASSERT_TRUE(selected.select({}, {"b.b"}));
  EXPECT_EQ(selected.digest(), set_of({signature("a.a")}).digest());
  selected = *SignatureSet::unpack(set.pack());
  selected.merge(set_of({signature("c.c")}));
  EXPECT_EQ(selected.digest(),
            set_of({signature("a.a"), signature("b.b"), signature("c.c")}).digest());
}

TEST(SignatureSet, UnpackRefusesEveryPartOfAPackedSet) {
  const std::string packed = set_of({full_signature()}).pack();
  for (size_t size = 1; size < packed.size(); ++size) {
    Result<SignatureSet> unpacked = SignatureSet::unpack(packed.substr(0, size));
    ASSERT_FALSE(unpacked) << size;
    ASSERT_EQ(unpacked.error().message, "packed signatures: they are damaged; pack them again");
  }
  EXPECT_FALSE(SignatureSet::unpack(packed + "x"));
}

TEST(SignatureSet, UnpackRefusesAnotherVersion) {
  for (const char* packed : {"", "\x7f", "toml"}) {
    EXPECT_EQ(SignatureSet::unpack(packed).error().message,
              "packed signatures: they are of another version of straykey; pack them again");
  }
}

TEST(SignatureSet, UnpackSurvivesChangedBytes) {
  const std::string packed = set_of({full_signature()}).pack();
  for (size_t i = 1; i < packed.size(); ++i) {
    std::string changed = packed;
    changed[i] = static_cast<char>(changed[i] ^ 0xff);
    (void)SignatureSet::unpack(changed);
  }
}

TEST(GlobMatch, KnowsStarAndQuestionMark) {
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_TRUE(glob_match("aws.*", "aws.key"));
  EXPECT_TRUE(glob_match("*.k?y", "aws.key"));
  EXPECT_TRUE(glob_match("a*b*c", "a-b-b-c"));
  EXPECT_TRUE(glob_match("", ""));
  EXPECT_FALSE(glob_match("", "a"));
  EXPECT_FALSE(glob_match("aws", "aws.key"));
  EXPECT_FALSE(glob_match("?", ""));
  EXPECT_FALSE(glob_match("a*b", "a-c"));
}

TEST(GlobMatch, TakesPolynomialTime) {
  std::string glob;
  for (int i = 0; i < 50; ++i) glob += "*a";
  EXPECT_FALSE(glob_match(glob + "b", std::string(5000, 'a')));
}

}  // namespace
}  // namespace straykey
