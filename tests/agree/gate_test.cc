// SPDX-License-Identifier: Apache-2.0
// What the gate lets through is what Hyperscan finds when it sees everything: for any text,
// any chunks, any split of the ends, and with the instructions of any CPU. What the gate tells
// by itself leads to the same matches always. And where RE2 finds a match, there is a candidate.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "scanner/match/anchor.h"
#include "scanner/match/compiled.h"
#include "scanner/match/matcher.h"
#include "scanner/match/mixed_run.h"
#include "scanner/match/propose.h"
#include "tests/support/crowded_text.h"

namespace straykey {
namespace {

constexpr uint64_t kWhole = 1u << 30;

// A signature, and a byte of the text.
using Known = std::pair<uint32_t, uint64_t>;

std::vector<GateKernel> kernels() {
  std::vector<GateKernel> out;
  for (GateKernel kernel : {GateKernel::kPortable, GateKernel::kAvx2, GateKernel::kAvx512}) {
    if (available(kernel)) out.push_back(kernel);
  }
  return out;
}

// Pieces of anchors, of examples and of nothing, glued together at random.
std::string nasty_text(const SignatureSet& set, uint64_t seed) {
  std::mt19937_64 random(seed);
  auto below = [&](uint64_t limit) { return random() % limit; };
  std::string examples = crowded_text(set, seed, 20);
  std::string text;
  while (text.size() < 20'000) {
    switch (below(7)) {
      case 0: text += static_cast<char>(below(256)); break;
      case 1: text += std::string(below(200), "aA0_-=\"' \n:/"[below(12)]); break;
      case 2: text += static_cast<char>('a' + below(26)); break;
      case 3:
        for (uint64_t i = below(60); i > 0; --i) {
          text += "abcdefABCDEF0123456789_-./:=\"' \n"[below(32)];
        }
        break;
      default: {
        const size_t at = below(examples.size());
        std::string piece = examples.substr(at, 1 + below(90));
        if (below(4) == 0) piece[below(piece.size())] = static_cast<char>(random());
        text += piece;
      }
    }
  }
  return text;
}

class GateAgrees : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Database::builtin();
    ASSERT_TRUE(opened);
    database_.emplace(*std::move(opened));
    for (uint64_t seed = 1; seed <= 10; ++seed) {
      texts_.push_back(nasty_text(database_->signatures(), seed));
      texts_.push_back(crowded_text(database_->signatures(), seed));
    }
    // Short ones, and anchors that end with the text.
    for (uint64_t seed = 1; seed <= 200; ++seed) {
      std::string text = crowded_text(database_->signatures(), 1000 + seed, 1);
      texts_.push_back(text.substr(0, seed % (text.size() + 1)));
    }
  }

  std::vector<Candidate> propose(ByteView text, Span ends, uint64_t chunk,
                                 Proposer::FirstLook look, GateKernel kernel) {
    Proposer proposer(database_->parts(), chunk, look, kernel);
    std::vector<Candidate> out;
    proposer.propose(text, ends, out);
    return out;
  }

  std::vector<Candidate> reference(ByteView text) {
    return propose(text, {0, text.size()}, kWhole, Proposer::FirstLook::kHyperscan,
                   GateKernel::kPortable);
  }

  // Of candidates that the gate tells, where the matches begin that looking there finds: one
  // more candidate beside them changes nothing, one less may lose one. Of others, their ends.
  std::vector<Known> owed(ByteView text, const std::vector<Candidate>& candidates) const {
    std::set<Known> out;
    for (const Candidate& c : candidates) {
      const Reach& reach = database_->parts().reach[c.signature];
      if (!is_told_by_gate(c)) {
        out.emplace(c.signature, c.end());
        continue;
      }
      const Program& program = database_->parts().program(c.signature);
      const Span begins = c.begins(database_->signatures()[c.signature].reach);
      RegexPiece groups[16];
      if (!program.pattern->Match(piece(text), begins.begin, text.size(), RE2::UNANCHORED, groups,
                                  program.secret_group + 1)) {
        continue;
      }
      const auto at = static_cast<uint64_t>(groups[0].data() - text.data());
      const RegexPiece& secret = groups[program.secret_group];
      const ByteView seen = ByteView(secret.data(), secret.size()).substr(0, reach.mixed_bytes);
      const bool is_near_run = reach.mixed_bytes == 0 || has_mixed_run(seen);
      if (at < begins.end && is_near_run) out.emplace(c.signature, at);
    }
    return {out.begin(), out.end()};
  }

  bool is_told_by_gate(const Candidate& c) const {
    const Reach& reach = database_->parts().reach[c.signature];
    return reach.at_once || reach.mixed_bytes > 0;
  }

  // The ends of those that Hyperscan answers for. What else is proposed near long runs may
  // depend on where chunks end.
  std::set<Known> of_hyperscan(const std::vector<Candidate>& candidates) const {
    std::set<Known> out;
    for (const Candidate& c : candidates) {
      if (!is_told_by_gate(c)) out.emplace(c.signature, c.end());
    }
    return out;
  }

  // Whether a match of RE2 that begins at `begin` has its candidate.
  bool is_proposed(uint32_t signature, uint64_t begin,
                   const std::vector<Candidate>& candidates) const {
    const uint32_t reach = database_->signatures()[signature].reach;
    return std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& c) {
      const Span begins = c.begins(reach);
      return c.signature == signature && begin >= begins.begin && begin < begins.end;
    });
  }

  std::optional<Database> database_;
  std::vector<std::string> texts_;
};

TEST_F(GateAgrees, WithHyperscanOverEverythingOnEveryKernelAndAnyChunks) {
  size_t compared = 0;
  for (const std::string& text : texts_) {
    const std::vector<Candidate> everything = reference(text);
    const std::vector<Known> expected = owed(text, everything);
    compared += expected.size();
    for (GateKernel kernel : kernels()) {
      for (uint64_t chunk : {uint64_t{61}, uint64_t{4096}, uint64_t{5000}, kWhole}) {
        const std::vector<Candidate> proposed =
            propose(text, {0, text.size()}, chunk, Proposer::FirstLook::kGate, kernel);
        const std::string how = "kernel " + std::to_string(static_cast<int>(kernel)) +
                                ", chunks of " + std::to_string(chunk);
        ASSERT_EQ(owed(text, proposed), expected) << how;
        ASSERT_EQ(of_hyperscan(proposed), of_hyperscan(everything)) << how;
      }
    }
  }
  EXPECT_GT(compared, 1000u) << "the texts hold too little to prove anything";
}

TEST_F(GateAgrees, WithItselfHoweverTheEndsAreSplit) {
  std::mt19937_64 random(7);
  for (const std::string& text : texts_) {
    const std::vector<Known> expected = owed(text, reference(text));
    std::vector<Candidate> joined;
    Proposer proposer(database_->parts(), 1 + random() % 9000);
    for (uint64_t begin = 0; begin <= text.size();) {
      const uint64_t end =
          std::min<uint64_t>(text.size(), begin + random() % (random() % 4 ? 40 : 4000));
      proposer.propose(text, {begin, end}, joined);
      begin = end + 1;
    }
    std::sort(joined.begin(), joined.end());
    ASSERT_EQ(owed(text, joined), expected);
  }
}

// The bytes of `text` that can decide about its candidates decide alone.
TEST_F(GateAgrees, WithItselfInAnyTextThatSharesTheBytes) {
  std::mt19937_64 random(8);
  const uint64_t reach = database_->widest() + 1;
  for (const std::string& text : texts_) {
    if (text.empty()) continue;
    const uint64_t begin = random() % text.size();
    const uint64_t end = begin + random() % (text.size() - begin + 1);
    std::vector<Candidate> proposed;
    Proposer proposer(database_->parts(), kWhole);
    const ByteView part = ByteView(text).substr(begin, end - begin);
    proposer.propose(part, {0, part.size()}, proposed);
    std::set<Known> expected, actual;
    for (const auto& [signature, at] : of_hyperscan(proposed)) {
      if (at >= reach && at + 2 <= part.size()) actual.emplace(signature, begin + at);
    }
    for (const auto& [signature, at] : of_hyperscan(reference(text))) {
      if (at >= begin + reach && at + 2 <= end) expected.emplace(signature, at);
    }
    ASSERT_EQ(actual, expected);
  }
}

// Every fifth signature from `begin` on.
SignatureSet some_of(const SignatureSet& set, size_t begin, size_t end) {
  std::vector<Signature> some;
  for (size_t i = begin; i < end; i += 5) some.push_back(set.all()[i]);
  return *SignatureSet::make(std::move(some));
}

std::vector<std::pair<std::string, uint64_t>> found(const Database& database, ByteView text) {
  Matcher matcher(database);
  std::vector<std::pair<std::string, uint64_t>> out;
  for (const Match& match : matcher.find(text)) {
    out.emplace_back(database.signatures()[match.signature].id, match.secret.begin);
  }
  return out;
}

// A database takes from another one how its gates are made, and nothing of what they find.
TEST_F(GateAgrees, WithOneThatTookOverBucketsOfAnother) {
  const SignatureSet& all = database_->signatures();
  const auto like = Database::compile(some_of(all, all.size() / 25 * 5, all.size()));
  ASSERT_TRUE(like);
  const SignatureSet set = some_of(all, 0, all.size() * 4 / 5);
  const auto alone = Database::compile(set);
  const auto taken_over = Database::compile(set, &*like);
  ASSERT_TRUE(alone && taken_over);
  ASSERT_NE(alone->parts().gate.serialized(), taken_over->parts().gate.serialized());
  size_t matches = 0;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const std::string text = crowded_text(set, seed);
    const auto expected = found(*alone, text);
    EXPECT_EQ(found(*taken_over, text), expected);
    matches += expected.size();
  }
  EXPECT_GT(matches, 100u);
}

// Two of a kind are two where a text ends soon, as they are where it goes on.
TEST_F(GateAgrees, WithItselfWhereTheTextGoesOn) {
  const SignatureSet& set = database_->signatures();
  size_t twice = 0;
  for (uint32_t i = 0; i < set.size(); ++i) {
    const auto first = fill_sample(set[i].examples[0], 2 * i);
    const auto second = fill_sample(set[i].examples[0], 2 * i + 1);
    ASSERT_TRUE(first && second);
    const std::string text = *first + "\n" + *second + "\n";
    const auto expected = found(*database_, text + std::string(1000, '\n'));
    EXPECT_EQ(found(*database_, text), expected) << set[i].id;
    twice += expected.size() == 2;
  }
  EXPECT_GT(twice, set.size() / 2);
}

Signature acme(const std::string& name, const std::string& pattern) {
  Signature signature;
  signature.id = "acme." + name;
  signature.provider = "acme";
  signature.pattern = pattern;
  return signature;
}

// Two of a kind are two where the gate has the same end for both.
TEST_F(GateAgrees, WithItselfWhereTwoHitsEndTogether) {
  const auto database = Database::compile(
      *SignatureSet::make({acme("token", "(?:qzxv {0,60}|[b-d]{1,9}kwqj)=(?P<secret>[a-k]{8})")}));
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->parts().reach[0].at_once);
  const std::string first = "qzxv=cakebead", second = "dkwqj=beadcake";
  size_t together = 0;
  for (size_t between = 1; between < 100; ++between) {
    const std::string text = first + std::string(between, '\n') + second;
    std::vector<Candidate> candidates;
    Proposer(database->parts(), kWhole).propose(text, {0, text.size()}, candidates);
    ASSERT_EQ(candidates.size(), 2u);
    together += candidates[0].end() == candidates[1].end();
    EXPECT_EQ(found(*database, text).size(), 2u) << between;
  }
  EXPECT_EQ(together, 1u);
}

// One of them is told at once, and Hyperscan is asked about the other.
TEST_F(GateAgrees, WithBothOfTwoThatShareFourBytes) {
  Signature behind = acme("behind", "=(?P<secret>[l-t]{8})");
  behind.anchor = "qzxv";
  behind.reach = 64;
  const Signature with = acme("with", "qzxv=(?P<secret>[a-k]{8})");
  for (const auto& both : {std::vector{behind, with}, std::vector{with, behind}}) {
    const auto database = Database::compile(*SignatureSet::make(both));
    ASSERT_TRUE(database);
    EXPECT_EQ(found(*database, "qzxv=cakebead and =tpmrtpmr").size(), 2u);
  }
}

// Where one byte stands again and again, the gate reads on once.
TEST_F(GateAgrees, WithRe2InRunsOfOneByte) {
  const auto database =
      Database::compile(*SignatureSet::make({acme("token", "AAAA(?P<secret>[A-K]{20,90}=)")}));
  ASSERT_TRUE(database && database->parts().reach[0].at_once);
  const RE2 pattern("AAAA([A-K]{20,90}=)");
  std::mt19937_64 random(3);
  size_t all = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (uint64_t i = random() % 6; i > 0; --i) {
      text += std::string(random() % (random() % 50 == 0 ? 9000 : 60), random() % 9 ? 'A' : 'a');
      for (uint64_t letters = random() % 24; letters > 0; --letters) {
        text += static_cast<char>('B' + random() % 10);
      }
      text += "=\n"[random() % 2];
    }
    std::vector<std::pair<std::string, uint64_t>> expected;
    RegexPiece rest = piece(text), secret;
    while (RE2::FindAndConsume(&rest, pattern, &secret)) {
      expected.emplace_back("acme.token", static_cast<uint64_t>(secret.data() - text.data()));
    }
    ASSERT_EQ(found(*database, text), expected) << text;
    all += expected.size();
  }
  EXPECT_GT(all, 500u);
}

// Of what the gate tells by itself at once: wherever Hyperscan would see the anchor.
TEST_F(GateAgrees, WithHyperscanAboutAnchorsThatItIsNotAsked) {
  std::vector<std::string> anchors, texts = texts_;
  std::vector<unsigned> ids;
  for (uint32_t i = 0; i < database_->signatures().size(); ++i) {
    if (!database_->parts().reach[i].at_once) continue;
    auto anchor = anchor_of(database_->signatures()[i]);
    ASSERT_TRUE(anchor);
    for (const std::string& example : database_->signatures()[i].examples) {
      auto sample = fill_sample(example, i);
      ASSERT_TRUE(sample);
      texts.push_back(*std::move(sample));
    }
    anchors.push_back(anchor->text);
    ids.push_back(i);
  }
  ASSERT_GT(ids.size(), 50u);
  std::vector<const char*> expressions;
  for (const std::string& anchor : anchors) expressions.push_back(anchor.c_str());
  hs_database_t* raw = nullptr;
  hs_compile_error_t* error = nullptr;
  ASSERT_EQ(hs_compile_multi(expressions.data(), nullptr, ids.data(),
                             static_cast<unsigned>(ids.size()), HS_MODE_BLOCK, nullptr, &raw,
                             &error),
            HS_SUCCESS);
  const std::unique_ptr<hs_database_t, DatabaseDeleter> database(raw);
  hs_scratch_t* scratch = nullptr;
  ASSERT_EQ(hs_alloc_scratch(raw, &scratch), HS_SUCCESS);
  std::set<uint32_t> seen;
  for (const std::string& text : texts) {
    std::vector<Known> ends;
    const auto keep = [](unsigned id, unsigned long long, unsigned long long end, unsigned,
                         void* out) {
      static_cast<std::vector<Known>*>(out)->emplace_back(id, end);
      return 0;
    };
    ASSERT_EQ(hs_scan(raw, text.data(), static_cast<unsigned>(text.size()), 0, scratch, keep,
                      &ends),
              HS_SUCCESS);
    for (GateKernel kernel : kernels()) {
      const std::vector<Candidate> told =
          propose(text, {0, text.size()}, 4096, Proposer::FirstLook::kGate, kernel);
      for (const auto& [signature, end] : ends) {
        const uint64_t width = database_->parts().reach[signature].anchor_width;
        ASSERT_TRUE(std::any_of(told.begin(), told.end(), [&](const Candidate& c) {
          return c.signature == signature && end <= c.end() && c.at < end &&
                 end <= c.at + width;
        })) << database_->signatures()[signature].id << " before " << end;
        seen.insert(signature);
      }
    }
  }
  hs_free_scratch(scratch);
  EXPECT_EQ(seen.size(), ids.size());
}

// Every match of a pattern begins with its anchor, or as near to it as the signature says.
TEST_F(GateAgrees, WithRe2AboutWhereMatchesAre) {
  size_t found = 0;
  for (size_t t = 1; t < 20; t += 6) {  // crowded ones; RE2 from every byte on is slow
    const ByteView text = ByteView(texts_[t]).substr(0, 4000);
    const std::vector<Candidate> candidates =
        propose(text, {0, text.size()}, kWhole, Proposer::FirstLook::kGate, best_gate_kernel());
    for (uint32_t i = 0; i < database_->signatures().size(); ++i) {
      const Program& program = database_->parts().program(i);
      RegexPiece whole;
      for (size_t from = 0;
           from < text.size() && program.pattern->Match(piece(text), from, text.size(),
                                                        RE2::UNANCHORED, &whole, 1);) {
        const auto begin = static_cast<uint64_t>(whole.data() - text.data());
        const bool is_owed = database_->parts().reach[i].mixed_bytes == 0 ||
                             has_mixed_run({whole.data(), whole.size()});
        ASSERT_TRUE(is_proposed(i, begin, candidates) || !is_owed)
            << database_->signatures()[i].id << " at " << begin;
        ++found;
        from = begin + 1;
      }
    }
  }
  EXPECT_GT(found, 50u);
}

}  // namespace
}  // namespace straykey
