// SPDX-License-Identifier: Apache-2.0
// Matching only what changed between two versions of a text gives the matches of matching
// the new one whole, however long the chain of versions is.
#include <gtest/gtest.h>

#include "scanner/match/matcher.h"
#include "tests/support/edited_text.h"

namespace straykey {
namespace {

std::string print(const SignatureSet& set, const std::vector<Match>& matches) {
  std::string out;
  for (const Match& m : matches) {
    out += set[m.signature].id + " " + std::to_string(m.whole.begin) + "-" +
           std::to_string(m.whole.end) + " " + std::to_string(m.secret.begin) + "-" +
           std::to_string(m.secret.end) + " " + m.encoding + " " + name(m.structure) + " " +
           name(m.confidence);
    for (const auto& [key, value] : m.attributes) out += " " + key + "=" + value;
    out += "\n";
  }
  return out;
}

TEST(Versions, ChangesGiveTheMatchesOfTheWholeText) {
  auto database = Database::builtin();
  ASSERT_TRUE(database);
  const SignatureSet& set = database->signatures();
  Matcher whole(*database), changed(*database);
  size_t found = 0, versions = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    std::mt19937_64 random(seed);
    std::string text = crowded_text(set, seed, 30);
    Trace trace;
    changed.find(text, &trace);
    for (int version = 0; version < 12; ++version, ++versions) {
      Edited next = edit(set, text, random);
      Trace next_trace;
      auto actual = changed.find_changed(next.text, text, next.runs, trace, next_trace);
      auto expected = whole.find(next.text);
      found += expected.size();
      ASSERT_EQ(print(set, actual), print(set, expected))
          << "seed " << seed << ", version " << version;
      for (size_t i = 0; i < actual.size(); ++i) {
        ASSERT_EQ(actual[i].value.reveal(), expected[i].value.reveal()) << "seed " << seed;
      }
      text = std::move(next.text);
      trace = std::move(next_trace);
    }
  }
  EXPECT_GT(found, 10 * versions) << "few matches: this test would prove little";
}

}  // namespace
}  // namespace straykey
