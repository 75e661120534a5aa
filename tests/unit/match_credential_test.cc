// SPDX-License-Identifier: Apache-2.0
// The value model: what is drawn or chosen is a credential, what is named is none.
#include <gtest/gtest.h>

#include "scanner/base/encoding.h"
#include "scanner/match/credential.h"
#include "scanner/signature/sample.h"

namespace straykey {
namespace {

constexpr uint64_t kSeeds = 200;

// How many of kSeeds fillings of `sample` are called a credential.
size_t credentials(const std::string& sample, ValueKind kind) {
  size_t count = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    auto value = fill_sample(sample, seed);
    if (!value) return 0;
    count += classify(*value, kind) == ValueClass::kCredential ? 1 : 0;
  }
  return count;
}

TEST(Credential, WhatAGeneratorDrawsIsOneWhateverTheAlphabet) {
  for (const char* sample :
       {"<<alnum 24>>", "<<hex 40>>", "<<base36 32>>", "<<base64url 40>>",
        "<<bytes-base64 32>>", "live_<<alnum 28>>", "<<symbol 3>><<alnum 20>><<symbol 3>>"}) {
    EXPECT_GE(credentials(sample, ValueKind::kKey), kSeeds * 97 / 100) << sample;
    EXPECT_GE(credentials(sample, ValueKind::kPassword), kSeeds * 97 / 100) << sample;
  }
}

TEST(Credential, APasswordThatAPersonChoseIsOneOnlyWhereAPasswordStands) {
  for (const char* sample :
       {"Dragon<<digit 3>>!", "Meadow@<<digit 4>>", "maria<<digit 4>>", "<<digit 4>>Violet#"}) {
    EXPECT_EQ(credentials(sample, ValueKind::kPassword), kSeeds) << sample;
    EXPECT_EQ(credentials(sample, ValueKind::kToken), 0u) << sample;
  }
}

TEST(Credential, AShortPasswordNeedsTwoDigitsOrAMark) {
  for (const char* sample : {"milo<<digit 3>>", "tom#<<digit 2>>", "<<digit 2>>kyoto",
                             "walnut-harbor<<digit 2>>", "kiosk_orchid<<digit 2>>"}) {
    EXPECT_GE(credentials(sample, ValueKind::kPassword), kSeeds * 95 / 100) << sample;
  }
  for (const char* sample : {"milo<<digit 1>>", "utf<<digit 3>>", "user<<digit 2>>",
                             "walnut.harbor<<digit 1>>", "kiosk_orchid<<digit 1>>"}) {
    EXPECT_EQ(credentials(sample, ValueKind::kPassword), 0u) << sample;
  }
}

TEST(Credential, AMarkOrADigitWithinWordsMakesAPassword) {
  for (const char* sample : {"Walnut!Harbor", "h4rborwalnut", "kettle<<digit 1>>orchid",
                             "walnut.harbor<<digit 2>>", "test#<<digit 3>>x", "walnut%9<<digit 1>>"}) {
    EXPECT_GE(credentials(sample, ValueKind::kPassword), kSeeds * 90 / 100) << sample;
    EXPECT_EQ(credentials(sample, ValueKind::kToken), 0u) << sample;
  }
  for (const char* sample : {"Walnut=Harbor", "Walnut.Harbor", "walnut@harbor.test", "required!",
                             "//input[@id=<<digit 1>>]", "oauth<<digit 1>>client"}) {
    EXPECT_EQ(credentials(sample, ValueKind::kPassword), 0u) << sample;
  }
}

TEST(Credential, MarksAroundAYearAreNoVariable) {
  EXPECT_EQ(credentials("@Walnut19<<digit 2>>@", ValueKind::kPassword), kSeeds);
  EXPECT_EQ(credentials("%WALNUT_<<digit 1>>%", ValueKind::kPassword), 0u);
}

TEST(Credential, Base64IsJudgedByWhatItSays) {
  EXPECT_STREQ(name(classify(base64_encode("changeme"), ValueKind::kPassword)), "placeholder");
  EXPECT_STREQ(name(classify(base64_encode("walnut"), ValueKind::kPassword)), "word");
  EXPECT_STREQ(name(classify(base64_encode("Walnut#" + std::to_string(417)), ValueKind::kPassword)),
               "credential");
}

TEST(Credential, StringsPutTogetherAreOneValue) {
  EXPECT_EQ(without_joints("abc\" + \"def\" \\\n    \"ghi"), "abcdefghi");
  EXPECT_EQ(without_joints("abc' . 'def"), "abcdef");
}

TEST(Credential, WhatMeetsAPolicyIsAPasswordWhateverItsWord) {
  EXPECT_GE(credentials("Admin@<<digit 3>>", ValueKind::kPassword), kSeeds * 95 / 100);
  EXPECT_GE(credentials("Admin_<<digit 3>>", ValueKind::kPassword), kSeeds * 95 / 100);
  EXPECT_EQ(credentials("admin<<digit 3>>", ValueKind::kPassword), 0u);
  EXPECT_EQ(credentials("ChangeMe!<<digit 3>>", ValueKind::kPassword), 0u);
  EXPECT_EQ(credentials("Admin@<<digit 3>>", ValueKind::kToken), 0u);
}

TEST(Credential, SomeDigitsAreAPasswordWhereOneStandsAndANumberElsewhere) {
  EXPECT_GE(credentials("19<<digit 6>>", ValueKind::kPassword), kSeeds * 75 / 100);
  EXPECT_EQ(credentials("19<<digit 6>>", ValueKind::kKey), 0u);
}

struct Case {
  const char* value;
  ValueClass is;
};

void expect(std::initializer_list<Case> cases, ValueKind kind) {
  for (const Case& c : cases) {
    EXPECT_STREQ(name(classify(c.value, kind)), name(c.is)) << c.value;
  }
}

TEST(Credential, WordsInAnyCaseAreNone) {
  expect({{"internationalization", ValueClass::kWord},
          {"billing-service-v2", ValueClass::kWord},
          {"userProfileSettings2", ValueClass::kWord},
          {"Hintergrundfarbe", ValueClass::kWord},
          {"org.acme.billing.InvoiceService", ValueClass::kWord},
          {"ch03s03.html", ValueClass::kWord},
          {"scram-sha-256", ValueClass::kWord},
          {"aes-256-gcm", ValueClass::kWord},
          {"Mot de passe oubli\xc3\xa9", ValueClass::kWord}},
         ValueKind::kPassword);
}

TEST(Credential, PlaceholdersAreNone) {
  expect({{"changeme123", ValueClass::kPlaceholder},
          {"web041.example.com", ValueClass::kPlaceholder},
          {"your-api-key-here", ValueClass::kPlaceholder},
          {"xxxxxxxxxxxxxxxx", ValueClass::kPlaceholder},
          {"abcdefghijklmnop", ValueClass::kPlaceholder},
          {"p@ssw0rd123!", ValueClass::kPlaceholder},
          {"0000000000000000", ValueClass::kPlaceholder}},
         ValueKind::kPassword);
}

TEST(Credential, WhatStandsForSomethingElseIsNone) {
  expect({{"${DB_PASSWORD}", ValueClass::kReference},
          {"$DB_PASSWORD", ValueClass::kReference},
          {"prefix-{{.Values.password}}", ValueClass::kReference},
          {"%(db_password)s", ValueClass::kReference},
          {"<your-password>", ValueClass::kReference},
          {"vault:secret/data/db#password", ValueClass::kReference},
          {"/run/secrets/db_password", ValueClass::kReference},
          {"getPassword(user1)", ValueClass::kReference},
          {"[A-Za-z0-9]{32}", ValueClass::kReference},
          {"user=%s&pass=%s", ValueClass::kReference}},
         ValueKind::kPassword);
}

TEST(Credential, HashesAndNumbersAreNone) {
  expect({{"{SSHA}aGFzaGVkaGFzaGVkaGFzaGVk", ValueClass::kHash},
          {"2024-05-17T10:42:13Z", ValueClass::kNumber},
          {"192.168.100.200", ValueClass::kNumber},
          {"86412397519264", ValueClass::kNumber}},
         ValueKind::kPassword);
  expect({{"86412397", ValueClass::kNumber}}, ValueKind::kKey);
  EXPECT_EQ(credentials("$2y$10$<<alnum 53>>", ValueKind::kPassword), 0u);
  EXPECT_EQ(credentials("sha256:<<hex 64>>", ValueKind::kToken), 0u);
}

// "ed" is a word in names of curves, and stands in one of seven texts of so many hex digits.
TEST(Credential, AWordWithinManyHexDigitsStandsThereByChance) {
  EXPECT_EQ(credentials("<<hex 60>>1ed3<<hex 64>>", ValueKind::kPassword), kSeeds);
}

TEST(Credential, AFingerprintIsNone) {
  EXPECT_EQ(credentials("00:1b:4<<digit 1>>:11:3a:b<<digit 1>>", ValueKind::kPassword), 0u);
  EXPECT_EQ(credentials("00:1b:4<<digit 1>>:11:3a:b<<digit 1>>", ValueKind::kKey), 0u);
}

TEST(Credential, AUuidIsAKeyButNoToken) {
  const std::string uuid = "<<hex 8>>-<<hex 4>>-4<<hex 3>>-a<<hex 3>>-<<hex 12>>";
  EXPECT_EQ(credentials(uuid, ValueKind::kKey), kSeeds);
  EXPECT_EQ(credentials(uuid, ValueKind::kToken), 0u);
}

TEST(Credential, AnythingIsOneWhenTheSignatureDoesNotAsk) {
  EXPECT_EQ(classify("changeme", ValueKind::kAny), ValueClass::kCredential);
}

}  // namespace
}  // namespace straykey
