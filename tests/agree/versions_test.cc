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

// A chain of versions, each matched both ways.
struct Chain {
  const Database& database;
  Matcher whole{database, {.looks_again = true}}, changed{database};
  size_t found = 0;
  size_t encoded = 0;  // of these, in another encoding than UTF-16
  size_t versions = 0;

  template <class Edit>
  void run(std::string text, uint64_t seed, int length, Edit edit_text) {
    const SignatureSet& set = database.signatures();
    std::mt19937_64 random(seed);
    Trace trace;
    changed.find(text, &trace);
    for (int version = 0; version < length; ++version, ++versions) {
      Edited next = edit_text(text, random);
      Trace next_trace;
      auto actual = changed.find_changed(next.text, text, next.runs, trace, next_trace);
      auto expected = whole.find(next.text);
      found += expected.size();
      for (const Match& match : expected) {
        encoded += !match.encoding.empty() && !match.encoding.starts_with("utf-16");
      }
      ASSERT_EQ(print(set, actual), print(set, expected))
          << "seed " << seed << ", version " << version;
      for (size_t i = 0; i < actual.size(); ++i) {
        ASSERT_EQ(actual[i].value.reveal(), expected[i].value.reveal()) << "seed " << seed;
      }
      text = std::move(next.text);
      trace = std::move(next_trace);
    }
  }
};

TEST(Versions, ChangesGiveTheMatchesOfTheWholeText) {
  auto database = Database::builtin();
  ASSERT_TRUE(database);
  const SignatureSet& set = database->signatures();
  Chain chain{*database};
  for (uint64_t seed = 1; seed <= 20 && !HasFatalFailure(); ++seed) {
    chain.run(crowded_text(set, seed, 30), seed, 12,
              [&](const std::string& text, std::mt19937_64& random) {
                return edit(set, text, random);
              });
  }
  EXPECT_GT(chain.found, 10 * chain.versions) << "few matches: this would prove little";
  EXPECT_GT(chain.encoded, chain.versions) << "few of them encoded";
}

// Texts that share lines, in another order each.
TEST(Versions, WhatWasSeenInOtherTextsChangesNothing) {
  auto database = Database::builtin();
  ASSERT_TRUE(database);
  const SignatureSet& set = database->signatures();
  Matcher looks_again(*database, {.looks_again = true}), remembers(*database);
  std::mt19937_64 random(1);
  std::vector<std::string> lines;
  std::string text = crowded_text(set, 1, 600);
  for (char& c : text) {  // names and their values in two lines
    if (c == ' ' && random() % 2) c = '\n';
  }
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.size() - 1, text.find('\n', at));
    lines.push_back(text.substr(at, end + 1 - at));
    at = end + 1;
  }
  size_t found = 0;
  for (int round = 0; round < 1000; ++round) {
    text.clear();
    size_t line = random() % lines.size();
    for (uint64_t i = random() % 100; i > 0; --i) {
      text += lines[line];
      line = (random() % 16 == 0 ? random() : line + 1) % lines.size();
    }
    const auto expected = looks_again.find(text);
    ASSERT_EQ(print(set, remembers.find(text)), print(set, expected)) << "round " << round;
    found += expected.size();
  }
  EXPECT_GT(found, 1000u) << "few matches: this would prove little";
}

// Signatures that look far around their candidates, and repeat often.
TEST(Versions, SmallEditsNearMatchesThatLookAround) {
  auto database = Database::builtin();
  ASSERT_TRUE(database);
  std::vector<Signature> far;
  for (const Signature& signature : database->signatures().all()) {
    if (!signature.parts.empty() || signature.lookback > 0 || signature.reach > 0) {
      far.push_back(signature);
    }
  }
  ASSERT_GT(far.size(), 10u);
  Chain chain{*database};
  for (uint64_t seed = 1; seed <= 100 && !HasFatalFailure(); ++seed) {
    std::vector<Signature> few;
    std::mt19937_64 random(seed);
    for (int i = 0; i < 3; ++i) {
      const Signature& one = far[random() % far.size()];
      if (std::none_of(few.begin(), few.end(),
                       [&](const Signature& s) { return s.id == one.id; })) {
        few.push_back(one);
      }
    }
    auto set = SignatureSet::make(few);
    ASSERT_TRUE(set);
    chain.run(crowded_text(*set, seed, 25), seed, 12,
              [&](const std::string& text, std::mt19937_64& r) {
                return edit_little(*set, text, r);
              });
  }
  EXPECT_GT(chain.found, 5 * chain.versions) << "few matches: this would prove little";
  EXPECT_GT(chain.encoded, chain.versions) << "few of them encoded";
}

}  // namespace
}  // namespace straykey
