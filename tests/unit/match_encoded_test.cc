// SPDX-License-Identifier: Apache-2.0
// What stands encoded is found where it stands, and nothing that is no text is decoded.
#include "scanner/match/encoded.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "scanner/match/decoded_text.h"
#include "scanner/match/matcher.h"
#include "scanner/match/unpack.h"
#include "tests/support/encode.h"

namespace straykey {
namespace {

constexpr uint64_t kPlenty = 64 << 20;

// One signature, so that the tests see the decoders and nothing else.
const Database& database() {
  static const Database compiled = [] {
    Signature signature;
    signature.id = "acme.key";
    signature.name = "Key";
    signature.provider = "acme";
    signature.pattern = "\\b(?P<secret>acme_[A-Za-z0-9]{20})\\b";
    signature.confidence = Confidence::kHigh;
    auto set = SignatureSet::make({signature});
    STRAYKEY_CHECK(set);
    auto made = Database::compile(*std::move(set));
    STRAYKEY_CHECK(made);
    return *std::move(made);
  }();
  return compiled;
}

std::string key(uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string out = "acme_";
  while (out.size() < 25) out += "abcdefghijkmnpqrstuvwxyzABCDEFGHIJ23456789"[random() % 42];
  return out;
}

// "encoding begin-end value" for each match.
std::string found(const std::string& bytes, uint32_t depth = 5) {
  std::string out;
  for (const Match& m : Matcher(database(), {.decode_depth = depth}).find(bytes)) {
    out += m.encoding + " " + std::to_string(m.secret.begin) + "-" +
           std::to_string(m.secret.end) + " " + std::string(m.value.reveal()) + "\n";
  }
  return out;
}

std::string expected(const std::string& encoding, size_t begin, size_t end,
                     const std::string& value) {
  return encoding + " " + std::to_string(begin) + "-" + std::to_string(end) + " " + value + "\n";
}

TEST(Encoded, Base64IsFoundInItsGroupsOfFour) {
  const std::string k = key(1);
  // 7 bytes before: the key begins in the third group, and ends with 32 bytes in the 11th.
  const std::string text = "token: " + base64_encode("xx yyy " + k + " and more") + "\n";
  EXPECT_EQ(found(text), expected("base64", 7 + 8, 7 + 44, k));
  // The last group is cut short, with padding and without.
  const std::string end = base64_encode("zzzz " + k.substr(0, 25));
  EXPECT_EQ(found("a \"" + end + "\" b"), expected("base64", 3 + 4, 3 + end.size(), k));
  const std::string bare = base64url_encode("zzzzz " + k);
  EXPECT_EQ(found(bare), expected("base64", 8, bare.size(), k));
}

TEST(Encoded, Base64OfSeveralLinesIsOneRun) {
  const std::string k = key(2);
  const std::string before(40, 'x');
  const std::string encoded = base64_encode(before + " " + k + " " + std::string(60, 'y'));
  // Bytes 41 to 66 are in the groups 13 to 21; a line holds 16 groups.
  const std::string text = "data:\n  " + wrap(encoded, 64, "  ") + "\n";
  EXPECT_EQ(found(text), expected("base64", 8 + 13 * 4, 8 + 22 * 4 + 3, k));
}

TEST(Encoded, Base64MayFollowAPathOrAName) {
  const std::string k = key(3);
  const std::string encoded = base64_encode(k + " is the key");
  for (std::string before : {"/basic/", "token-", "a_b-"}) {
    EXPECT_EQ(found(before + encoded), expected("base64", before.size(), before.size() + 36, k))
        << before;
  }
}

TEST(Encoded, HexPercentEscapesAndQuotedPrintableAreFoundInTheirSequences) {
  const std::string k = key(4);
  EXPECT_EQ(found("0x" + hex_encode("key " + k) + ";"), expected("hex", 2 + 8, 2 + 58, k));
  EXPECT_EQ(found("u=%61cme%5F" + k.substr(5) + "%20"), expected("percent", 2, 31, k));
  EXPECT_EQ(found("\"\\u0061cme\\x5f" + k.substr(5) + "\""), expected("escapes", 1, 34, k));
  EXPECT_EQ(found("one=3Dtwo acme_" + k.substr(5, 9) + "=\n" + k.substr(14) + "\n"),
            expected("quoted-printable", 10, 37, k));
  // The line break decides, though the secret is plain.
  EXPECT_EQ(found("\"x\\n" + k + "\""), expected("escapes", 4, 29, k));
}

TEST(Encoded, CompressedStreamsAreFoundWhereTheyStand) {
  const std::string k = key(5);
  const std::string helm = base64_encode(base64_encode(gzip("release " + k + "\n")));
  EXPECT_EQ(found("release: " + helm), expected("base64+base64+gzip", 9, 9 + helm.size(), k));
  const std::string hex = hex_encode(gzip("release " + k));
  EXPECT_EQ(found(hex), expected("hex+gzip", 0, hex.size(), k));
}

TEST(Encoded, EncodingsAreNamedFromTheOutside) {
  const std::string k = key(6);
  const std::string wide = base64_encode(utf16le("$k = '" + k + "'"));
  EXPECT_EQ(found(wide), expected("base64+utf-16", 16, 16 + 68, k));
  std::string outer = utf16le("x: " + base64_encode(k + " and"));
  EXPECT_EQ(found(outer), expected("utf-16le+base64", 6, 6 + 2 * 36, k));
  const std::string url = percent_encode("/?" + base64_encode("?~?>>" + k + "?~>>?") + "&/");
  EXPECT_NE(found(url).find(k), std::string::npos);
}

TEST(Encoded, ASecretInPlainSightIsFoundOnce) {
  const std::string k = key(7);
  EXPECT_EQ(found("\\/ \"" + k + "\" \\u0041"), expected("", 4, 29, k));
}

// What is hex on purpose is not taken for its own decoding.
TEST(Encoded, ASignatureThatWantsEncodedTextKeepsIt) {
  Signature vault;
  vault.id = "acme.vault";
  vault.name = "Vault";
  vault.provider = "acme";
  vault.pattern = "vault:(?P<secret>[0-9a-f]{40,200})";
  auto set = SignatureSet::make({vault});
  ASSERT_TRUE(set);
  auto compiled = Database::compile(*std::move(set));
  ASSERT_TRUE(compiled);
  const std::string value = hex_encode(hex_encode("0123456789 abcdefghi"));
  auto matches = Matcher(*compiled).find("vault:" + value);
  ASSERT_EQ(matches.size(), 1u);
  EXPECT_EQ(matches[0].encoding, "");
  EXPECT_EQ(matches[0].value.reveal(), value);
}

TEST(Encoded, DepthIsCounted) {
  const std::string k = key(8);
  std::string text = "the key is " + k;
  for (uint32_t depth = 1; depth <= 6; ++depth) {
    text = base64_encode(text);
    EXPECT_NE(found(text, depth).find(k), std::string::npos) << depth;
    EXPECT_EQ(found(text, depth - 1), "") << depth;
  }
  for (int depth = 7; depth < 50 && text.size() < 2'000'000; ++depth) text = base64_encode(text);
  EXPECT_EQ(found(text), "");
}

TEST(Encoded, ATextIsDecodedInItsPlace) {
  const std::string text = "a \\\"b\\\" \\u0041 c%2F%2F%3D d";
  std::vector<EncodedRun> runs;
  find_encoded_runs(text, {0, text.size()}, runs);
  uint64_t left = kPlenty;
  const DecodedText decoded(text, {0, text.size()}, runs.data(), runs.size(), left);
  EXPECT_EQ(decoded.text(), "a \"b\" A c//= d");
  EXPECT_EQ(decoded.source_of({6, 7}), (Span{8, 14}));
  EXPECT_EQ(decoded.source_of({8, 10}), (Span{15, 19}));
  EXPECT_EQ(decoded.encoding_of({2, 12}), "escapes+percent");
  EXPECT_EQ(decoded.encoding_of({13, 14}), "");
}

TEST(Encoded, WhatIsNoTextIsLeftAlone) {
  std::mt19937_64 random(9);
  std::string bytes;
  for (int i = 0; i < 300'000; ++i) bytes += static_cast<char>(random());
  for (const std::string& text :
       {base64_encode(bytes), wrap(base64_encode(bytes), 76, ""), hex_encode(bytes),
        wrap(hex_encode(bytes), 40, "  sha1: ")}) {
    std::vector<EncodedRun> runs;
    find_encoded_runs(text, {0, text.size()}, runs);
    EXPECT_EQ(runs.size(), 0u) << text.substr(0, 80);
  }
}

TEST(Encoded, EveryKernelFindsTheSameRuns) {
  std::mt19937_64 random(10);
  size_t compared = 0;
  for (int round = 0; round < 400; ++round) {
    std::string text;
    while (text.size() < 9000 && random() % 40 != 0) {
      std::string piece(random() % 50, static_cast<char>(random() % 256));
      if (random() % 2) piece = encode_somehow("some words and a " + key(random()), random);
      if (random() % 4 == 0) piece.resize(random() % (piece.size() + 1));
      text += piece + std::string(random() % 3, " \n=\\%\""[random() % 6]);
    }
    std::vector<EncodedRun> portable;
    find_encoded_runs(text, {0, text.size()}, portable, GateKernel::kPortable);
    compared += portable.size();
    for (GateKernel kernel : {GateKernel::kAvx2, GateKernel::kAvx512}) {
      if (!available(kernel)) continue;
      std::vector<EncodedRun> runs;
      find_encoded_runs(text, {0, text.size()}, runs, kernel);
      ASSERT_EQ(runs, portable) << "round " << round;
    }
  }
  EXPECT_GT(compared, 1000u);
}

TEST(Encoded, RunsBetweenQuietPlacesAreThoseOfTheWhole) {
  std::mt19937_64 random(11);
  size_t compared = 0, cuts = 0;
  for (int round = 0; round < 600; ++round) {
    std::string text;
    while (text.size() < 4000) {
      std::string piece = "word, = \"" + std::to_string(random()) + "\";";
      if (random() % 2) piece = encode_somehow("some words and a " + key(random()), random);
      if (random() % 4 == 0) piece.resize(random() % (piece.size() + 1));
      text += piece + std::string(random() % 4, " \n,\n"[random() % 4]);
    }
    std::vector<EncodedRun> whole, pieces;
    find_encoded_runs(text, {0, text.size()}, whole);
    compared += whole.size();
    for (uint64_t at = 0; at < text.size();) {
      const uint64_t wanted = std::min<uint64_t>(text.size(), at + 1 + random() % 300);
      const uint64_t end = random() % 2
                               ? first_quiet_place(text, {wanted, text.size()})
                               : std::max(at, last_quiet_place(text, {at, wanted}));
      find_encoded_runs(text, {at, end > at ? end : text.size()}, pieces);
      at = end > at ? end : text.size();
      ++cuts;
    }
    ASSERT_EQ(pieces, whole) << "round " << round;
  }
  EXPECT_GT(compared, 3000u);
  EXPECT_GT(cuts, 3000u);
}

TEST(Encoded, HostileBytesCostLittle) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(found(std::string(100u << 20, 'A')), "");
  EXPECT_EQ(found(base64_encode(gzip(std::string(200u << 20, 'A')))), "");
  std::string nested = gzip(std::string(4u << 20, 'A'));
  for (int i = 0; i < 50; ++i) nested = gzip(base64_encode(nested));
  EXPECT_EQ(found(base64_encode(nested)), "");
  std::string escapes, percents;
  for (int i = 0; i < 1'000'000; ++i) escapes += "\\/", percents += "%41";
  EXPECT_EQ(found(escapes), "");
  EXPECT_EQ(found(percents), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

TEST(Encoded, WhatIsUnpackedIsBounded) {
  const std::string bomb = gzip(std::string(10u << 20, 'A'));
  EXPECT_EQ(unpack(bomb, 1000).size(), 1000u);
  EXPECT_EQ(unpack(bomb, kPlenty).size(), 10u << 20);
  // What stands before the damage is there.
  std::string text;
  for (int i = 0; i < 20000; ++i) text += std::to_string(i * i) + "\n";
  const std::string whole = gzip(text);
  const std::string cut = unpack(ByteView(whole).substr(0, whole.size() / 2), kPlenty);
  EXPECT_GT(cut.size(), text.size() / 4);
  EXPECT_EQ(cut, text.substr(0, cut.size()));
  EXPECT_EQ(unpack("no stream", kPlenty), "");
}

}  // namespace
}  // namespace straykey
