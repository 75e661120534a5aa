// SPDX-License-Identifier: Apache-2.0
// The matches in some bytes do not depend on the size of the chunks that Hyperscan gets,
// and where a signature has no anchor they are those that RE2 alone finds from the left.
#include <gtest/gtest.h>

#include "scanner/match/compiled.h"
#include "scanner/match/matcher.h"
#include "scanner/match/mixed_run.h"
#include "tests/support/crowded_text.h"

namespace straykey {
namespace {

std::string print(const SignatureSet& set, const std::vector<Match>& matches) {
  std::string out;
  for (const Match& m : matches) {
    out += set[m.signature].id + " " + std::to_string(m.secret.begin) + "-" +
           std::to_string(m.secret.end) + " " + m.encoding + " " + name(m.structure);
    for (const auto& [key, value] : m.attributes) out += " " + key + ":" + std::to_string(value.size());
    out += "\n";
  }
  return out;
}

TEST(Chunks, AnySizeGivesTheSameMatches) {
  auto database = Database::builtin();
  ASSERT_TRUE(database);
  size_t found = 0, encoded = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    std::string text = crowded_text(database->signatures(), seed);
    auto whole = Matcher(*database, {.chunk_bytes = 1u << 30}).find(text);
    found += whole.size();
    for (const Match& match : whole) {
      encoded += !match.encoding.empty() && !match.encoding.starts_with("utf-16");
    }
    std::string expected = print(database->signatures(), whole);
    for (uint64_t chunk : {97u, 1024u, 5000u, 4u << 20}) {
      EXPECT_EQ(print(database->signatures(), Matcher(*database, {.chunk_bytes = chunk}).find(text)),
                expected)
          << "chunks of " << chunk << " bytes, seed " << seed;
    }
  }
  EXPECT_GT(found, 300u) << "the text is not crowded, so this test would prove little";
  EXPECT_GT(encoded, 30u) << "little of it is encoded";
}

TEST(Chunks, MatchesOfEachSignatureAreThoseOfRe2Alone) {
  auto builtin = Database::builtin_signatures();
  ASSERT_TRUE(builtin);
  // The same text for all, so that signatures meet each other's examples.
  std::string text;
  for (uint64_t seed = 100; seed < 112; ++seed) text += crowded_text(*builtin, seed);
  text.erase(std::remove(text.begin(), text.end(), '\0'), text.end());

  size_t compared = 0;
  for (const Signature& original : builtin->all()) {
    if (!original.anchor.empty()) continue;
    Signature bare = original;  // only the pattern: judging comes after finding
    bare.min_entropy = 0;
    bare.require = {};
    bare.except.clear();
    bare.checks.clear();
    bare.parts.clear();
    auto set = SignatureSet::make({bare});
    ASSERT_TRUE(set);
    auto database = Database::compile(std::move(*set));
    ASSERT_TRUE(database) << database.error().message;
    std::vector<Span> actual;
    for (const Match& m : Matcher(*database, {.chunk_bytes = 333, .decode_depth = 0}).find(text)) {
      actual.push_back(m.secret);
    }

    auto program = make_program(bare);
    ASSERT_TRUE(program);
    std::vector<Span> expected;
    RegexPiece groups[16];
    int wanted = program->pattern->NumberOfCapturingGroups() + 1;
    for (size_t from = 0; from < text.size();) {
      if (!program->pattern->Match(piece(text), from, text.size(), RE2::UNANCHORED, groups,
                                   wanted)) {
        break;
      }
      const RegexPiece& secret = groups[program->secret_group];
      auto begin = static_cast<uint64_t>(secret.data() - text.data());
      from = begin + secret.size();
      const uint32_t mixed = database->parts().reach[0].mixed_bytes;
      if (mixed > 0 && !has_mixed_run(slice(text, {begin, begin + mixed}))) continue;
      expected.push_back({begin, from});
    }
    compared += expected.size();
    EXPECT_EQ(actual, expected) << original.id;
  }
  EXPECT_GT(compared, 100u);
}

}  // namespace
}  // namespace straykey
