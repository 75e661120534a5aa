// SPDX-License-Identifier: Apache-2.0
// Findings do not depend on the order in which the objects were read.
#include <gtest/gtest.h>

#include "scanner/finding/assemble.h"

namespace straykey {
namespace {

Detection detection(const std::string& path, const std::string& encoding) {
  Detection d;
  d.fingerprint = std::string(32, 'a');
  d.origin.kind = OriginKind::kFile;
  d.origin.path = path;
  d.encoding = encoding;
  return d;
}

TEST(Assemble, OneSecretInTwoEncodingsIsTheSameFindingInAnyOrder) {
  Signature signature;
  signature.id = "example.token";
  signature.pattern = "(?P<secret>x)";
  auto set = SignatureSet::make({signature});
  ASSERT_TRUE(set);
  std::vector<SourcePlaces> places(1);
  Detection narrow = detection("narrow.txt", ""), wide = detection("wide.txt", "utf-16le");
  auto one = assemble({narrow, wide}, places, *set, {});
  auto other = assemble({wide, narrow}, places, *set, {});
  ASSERT_EQ(one.findings.size(), 1u);
  ASSERT_EQ(other.findings.size(), 1u);
  EXPECT_EQ(one.findings[0].encoding, "");
  EXPECT_EQ(other.findings[0].encoding, "");
  ASSERT_EQ(other.findings[0].occurrences.size(), 2u);
  EXPECT_EQ(other.findings[0].occurrences[0].path, "narrow.txt");
}

TEST(Assemble, TheReasonOfWhatIsAllowedTwiceIsTheSameInAnyOrder) {
  Signature signature;
  signature.id = "example.token";
  signature.pattern = "(?P<secret>x)";
  auto set = SignatureSet::make({signature});
  ASSERT_TRUE(set);
  std::vector<SourcePlaces> places(1);
  AssembleOptions options;
  options.exclude = IgnoreRules::parse("a.txt\n");
  Detection excluded = detection("a.txt", ""), marked = detection("b.txt", "");
  marked.allowed_inline = true;
  EXPECT_EQ(assemble({excluded, marked}, places, *set, options).allowed,
            assemble({marked, excluded}, places, *set, options).allowed);
}

}  // namespace
}  // namespace straykey
