// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "scanner/base/encoding.h"

namespace straykey {
namespace {

using namespace std::string_literals;

// The vectors of RFC 4648, section 10.
struct Vector {
  std::string bytes, base64, base32;
};
const Vector kVectors[] = {
    {"", "", ""},
    {"f", "Zg==", "MY"},
    {"fo", "Zm8=", "MZXQ"},
    {"foo", "Zm9v", "MZXW6"},
    {"foob", "Zm9vYg==", "MZXW6YQ"},
    {"fooba", "Zm9vYmE=", "MZXW6YTB"},
    {"foobar", "Zm9vYmFy", "MZXW6YTBOI"},
};

TEST(Base64, EncodesAndDecodesTheVectorsOfTheRfc) {
  for (const Vector& vector : kVectors) {
    EXPECT_EQ(base64_encode(vector.bytes), vector.base64);
    EXPECT_EQ(base64_decode(vector.base64), vector.bytes);
  }
}

TEST(Base64, DecodesWithoutPaddingAndInBothAlphabets) {
  EXPECT_EQ(base64_decode("Zg"), "f");
  EXPECT_EQ(base64_decode("+/+/"), "\xfb\xff\xbf");
  EXPECT_EQ(base64_decode("-_-_"), "\xfb\xff\xbf");
  EXPECT_EQ(base64url_encode("\xfb\xff\xbf\xff"), "-_-__w");
}

TEST(Base64, RefusesForeignCharactersBadLengthsAndMisplacedPadding) {
  EXPECT_EQ(base64_decode("Zm9v\n"), std::nullopt);
  EXPECT_EQ(base64_decode("Zm9vY"), std::nullopt);
  EXPECT_EQ(base64_decode("Zg="), std::nullopt);
  EXPECT_EQ(base64_decode("Z==="), std::nullopt);
  EXPECT_EQ(base64_decode("Zg==Zg=="), std::nullopt);
}

TEST(Base32, EncodesAndDecodesTheVectorsOfTheRfc) {
  for (const Vector& vector : kVectors) {
    EXPECT_EQ(base32_encode(vector.bytes), vector.base32);
    EXPECT_EQ(base32_decode(vector.base32), vector.bytes);
  }
}

TEST(Base32, DecodesLowerCaseAndPadding) { EXPECT_EQ(base32_decode("mzxw6==="), "foo"); }

TEST(Base32, RefusesDigitsThatAreNotOfTheAlphabet) {
  for (const char* text : {"MZ0W", "MZ1W", "MZ8W", "MZ9W"}) {
    EXPECT_EQ(base32_decode(text), std::nullopt) << text;
  }
}

TEST(Hex, DecodesBothCasesAndRefusesHalfBytes) {
  EXPECT_EQ(hex_decode("00fFa5"), "\0\xff\xa5"s);
  EXPECT_EQ(hex_decode("abc"), std::nullopt);
  EXPECT_EQ(hex_decode("0g"), std::nullopt);
}

TEST(Base62, CountsDigitsThenUpperThenLowerCase) {
  EXPECT_EQ(base62(0, 6), "000000");
  EXPECT_EQ(base62(61, 1), "z");
  EXPECT_EQ(base62(10, 1), "A");
  EXPECT_EQ(base62(62, 0), "10");
  EXPECT_EQ(base62(0xced364a5, 6), "3mpbCX");
}

TEST(Base36, CountsDigitsThenLowerCase) {
  EXPECT_EQ(base36(35, 3), "00z");
  EXPECT_EQ(base36(36, 0), "10");
}

}  // namespace
}  // namespace straykey
