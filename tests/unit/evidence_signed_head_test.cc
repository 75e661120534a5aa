// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/signed_head.h"

#include <gtest/gtest.h>

#include "scanner/base/encoding.h"
#include "scanner/base/hash.h"
#include "tests/support/temp_dir.h"

namespace straykey {
namespace {

// A PEM of a raw key: DER's fixed head for Ed25519 (RFC 8410, section 7 and 4).
std::string pem(const char* what, const std::string& der_head, const std::string& raw) {
  return std::string("-----BEGIN ") + what + " KEY-----\n" +
         base64_encode(*hex_decode(der_head + raw)) + "\n-----END " + what + " KEY-----\n";
}

// The keys of RFC 8032, section 7.1, test 3, which anybody may know.
struct Keys {
  Keys() {
    std::string secret = "c5aa8df43f9f837bedb7442f31dcb7b1"
                         "66d38535076f094b85ce3a2e0b4458f7";
    std::string open = "fc51cd8e6218a1a38da47ed00230f058"
                       "0816ed13ba3303ac5deb911548908025";
    secret_file = dir.write("key.pem", pem("PRIVATE", "302e020100300506032b657004220420", secret));
    open_file = dir.write("public.pem", pem("PUBLIC", "302a300506032b6570032100", open));
  }
  TempDir dir;
  std::string secret_file, open_file;
};

HeadStatement made_statement() {
  HeadStatement statement;
  statement.head.sequence = 17;
  statement.head.hash = std::string(64, 'a');
  statement.store = "store-1";
  statement.runs = 3;
  statement.signed_at = 1767225600;  // 2026-01-01T00:00:00Z
  return statement;
}

TEST(Ed25519, SignsAsTheStandardSays) {
  Keys keys;
  auto key = Ed25519Key::read_private(keys.secret_file);
  ASSERT_TRUE(key) << key.error().message;
  std::string signature = key->sign("\xaf\x82");
  EXPECT_EQ(hex(signature),
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
  auto open = Ed25519Key::read_public(keys.open_file);
  ASSERT_TRUE(open) << open.error().message;
  EXPECT_TRUE(open->verifies("\xaf\x82", signature));
  EXPECT_FALSE(open->verifies("\xaf\x83", signature));
  EXPECT_FALSE(open->verifies("\xaf\x82", signature.substr(1)));
  EXPECT_EQ(open->id(), key->id());
}

TEST(DsseEnvelope, EncodesWhatIsSignedAsItsProtocolSays) {
  // The example of the protocol: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
  EXPECT_EQ(dsse_pae("http://example.com/HelloWorld", "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  EXPECT_EQ(dsse_pae("", ""), "DSSEv1 0  0 ");
}

TEST(SignedHead, SaysAgainWhatWasSigned) {
  Keys keys;
  auto key = Ed25519Key::read_private(keys.secret_file);
  HeadStatement statement = made_statement();
  std::string envelope = sign_head(statement, *key);
  EXPECT_EQ(envelope, sign_head(statement, *key));  // Ed25519 has no chance in it
  std::vector<Ed25519Key> open;
  open.push_back(*Ed25519Key::read_public(keys.open_file));
  auto said = open_envelope(envelope, open, "head");
  ASSERT_TRUE(said) << said.error().message;
  EXPECT_EQ(said->head.sequence, 17);
  EXPECT_EQ(said->head.hash, statement.head.hash);
  EXPECT_EQ(said->store, "store-1");
  EXPECT_EQ(said->runs, 3);
  EXPECT_EQ(said->signed_at, 1767225600);
  EXPECT_EQ(*base64_decode(nlohmann::json::parse(envelope)["payload"].get<std::string>()),
            R"({"_type":"https://in-toto.io/Statement/v1","predicate":{"runs":3,"sequence":17,)"
            R"("signed_at":"2026-01-01T00:00:00Z","store":"store-1"},"predicateType":)"
            R"("urn:straykey:predicate:head:1","subject":[{"digest":{"sha256":")" +
                std::string(64, 'a') + R"("},"name":"record 17 of store store-1"}]})");
}

TEST(SignedHead, IsRefusedWhenOneByteIsAnother) {
  Keys keys;
  auto key = Ed25519Key::read_private(keys.secret_file);
  std::vector<Ed25519Key> open;
  open.push_back(*Ed25519Key::read_public(keys.open_file));
  const std::string envelope = sign_head(made_statement(), *key);
  const nlohmann::json good = nlohmann::json::parse(envelope);
  for (const char* member : {"payload", "sig"}) {
    nlohmann::json bad = good;
    auto& text = (member == std::string("sig") ? bad["signatures"][0]["sig"] : bad[member])
                     .get_ref<std::string&>();
    for (size_t at = 0; at < text.size() - 3; ++at) {
      char was = text[at];
      text[at] = was == 'A' ? 'B' : 'A';
      EXPECT_FALSE(open_envelope(bad.dump(), open, "head")) << member << " at " << at;
      text[at] = was;
    }
  }
  EXPECT_FALSE(open_envelope("{}", open, "head"));
  EXPECT_FALSE(open_envelope("", open, "head"));
  EXPECT_FALSE(open_envelope("[1]", {}, "head"));
  EXPECT_FALSE(open_envelope(R"({"payload":"e30=","payloadType":"application/vnd.in-toto+json",)"
                             R"("signatures":5})", {}, "head"));
}

}  // namespace
}  // namespace straykey
