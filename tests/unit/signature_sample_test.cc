// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "scanner/base/encoding.h"
#include "scanner/base/hash.h"
#include "scanner/signature/sample.h"

namespace straykey {
namespace {

std::string filled(const std::string& sample, uint64_t seed = 1) {
  Result<std::string> text = fill_sample(sample, seed);
  EXPECT_TRUE(text) << sample << ": " << text.error().message;
  return text ? *text : "";
}

std::string fill_error(const std::string& sample) {
  Result<std::string> text = fill_sample(sample, 1);
  return text ? "no error" : text.error().message;
}

TEST(Sample, LeavesTextAlone) {
  EXPECT_EQ(filled(""), "");
  EXPECT_EQ(filled("a < b >> c {36}"), "a < b >> c {36}");
  EXPECT_EQ(filled("cat <<< \"<<newline>>\" << 1 <<"), "cat <<< \"\n\" << 1 <<");
}

TEST(Sample, IsTheSameForTheSameSeed) {
  EXPECT_EQ(filled("<<alnum 30>>", 1), filled("<<alnum 30>>", 1));
  EXPECT_NE(filled("<<alnum 30>>", 1), filled("<<alnum 30>>", 2));
}

TEST(Sample, FillsClassesWithTheirCharacters) {
  struct Class {
    const char* name;
    const char* characters;
  };
  for (const Class& c :
       {Class{"digit", "0123456789"}, Class{"lower", "abcdefghijklmnopqrstuvwxyz"},
        Class{"upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}, Class{"hex", "0123456789abcdef"},
        Class{"HEX", "0123456789ABCDEF"}, Class{"base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"},
        Class{"base36", "0123456789abcdefghijklmnopqrstuvwxyz"},
        Class{"symbol", "!#$%&*+-.=?@^_~"}}) {
    const std::string text = filled("<<" + std::string(c.name) + " 2000>>");
    EXPECT_EQ(text.size(), 2000u);
    EXPECT_EQ(text.find_first_not_of(c.characters), std::string::npos) << c.name;
    for (const char* each = c.characters; *each; ++each) {
      EXPECT_NE(text.find(*each), std::string::npos) << c.name << ' ' << *each;
    }
  }
}

TEST(Sample, FillsOfMixedClassesHaveADigitAndLettersOfBothCases) {
  for (const char* name : {"alnum", "base64", "base64url", "word"}) {
    for (uint64_t seed = 0; seed < 200; ++seed) {
      const std::string text = filled("<<" + std::string(name) + " 3>>", seed);
      EXPECT_TRUE(std::any_of(text.begin(), text.end(), isdigit)) << text;
      EXPECT_TRUE(std::any_of(text.begin(), text.end(), islower)) << text;
      EXPECT_TRUE(std::any_of(text.begin(), text.end(), isupper)) << text;
    }
  }
}

TEST(Sample, TakesChecksumsOverWhatFollowsBegin) {
  const std::string body = "0123456789abcdefghijABCDEFGHIJ";
  EXPECT_EQ(filled("key=npm_<<begin>>" + body + "<<crc32-base62 6>>;"),
            "key=npm_" + body + "3mpbCX;");
  EXPECT_EQ(filled("<<begin>>glpat-" + std::string(32, 'A') + ".01.0w<<crc32-base36 7>>"),
            "glpat-" + std::string(32, 'A') + ".01.0w" + "04y2vfi");
  EXPECT_EQ(filled("<<begin>>0123456789abcdef0123456789abcdef<<crc32-hex 8>>"),
            "0123456789abcdef0123456789abcdef7759b50e");
  EXPECT_EQ(filled("<<begin>>0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQR"
                   "<<crc32-base64 6>>"),
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRq6HuTw");
  EXPECT_EQ(filled("<<begin>>abc<<sha256-base32 8>>"),
            "abc" + base32_encode(*hex_decode(hex(sha256("abc")))).substr(0, 8));
}

TEST(Sample, EncodesTextAndRandomBytes) {
  EXPECT_EQ(filled("<<base64 of user:a b>>"), "dXNlcjphIGI=");
  EXPECT_EQ(filled("<<base64url of {\"a\":1}>>"), "eyJhIjoxfQ");
  EXPECT_EQ(filled("<<hex of AZ>>"), "415a");
  EXPECT_EQ(base64_decode(filled("<<bytes-base64 64>>"))->size(), 64u);
  EXPECT_EQ(base64_decode(filled("<<bytes-base64url 20>>"))->size(), 20u);
  EXPECT_EQ(hex_decode(filled("<<bytes-hex 20>>"))->size(), 20u);
}

TEST(Sample, PemBlocksHaveLinesOf64ColumnsBetweenTheirMarks) {
  for (const char* label : {"RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK",
                            "SOME PRIVATE KEY"}) {
    const std::string text = filled("<<pem " + std::string(label) + ">>");
    const std::string begin = "-----BEGIN " + std::string(label) + "-----\n";
    const std::string end = "\n-----END " + std::string(label) + "-----";
    ASSERT_TRUE(text.starts_with(begin)) << text;
    ASSERT_TRUE(text.ends_with(end)) << text;
    size_t longest = 0, column = 0;
    for (size_t i = begin.size(); i < text.size() - end.size(); ++i) {
      column = text[i] == '\n' ? 0 : column + 1;
      longest = std::max(longest, column);
    }
    EXPECT_EQ(longest, 64u) << label;
  }
}

TEST(Sample, RejectsWhatItCannotFill) {
  EXPECT_EQ(fill_error("a <<alnum 3"),
            "sample: '<<' is not closed; end the directive with '>>'");
  EXPECT_EQ(
      fill_error("<<alnun 3>>"),
      "sample: directive '<<alnun 3>>' is unknown; scanner/signature/sample.h lists them");
  EXPECT_EQ(fill_error("<<alnum>>"),
            "sample: directive '<<alnum>>' is unknown; scanner/signature/sample.h lists them");
  EXPECT_EQ(
      fill_error("<<rot13 of x>>"),
      "sample: directive '<<rot13 of x>>' is unknown; scanner/signature/sample.h lists them");
  EXPECT_EQ(fill_error("<<alnum 0>>"),
            "sample: directive '<<alnum 0>>' needs a count from 1 to 1048576");
  EXPECT_EQ(fill_error("<<alnum many>>"),
            "sample: directive '<<alnum many>>' needs a count from 1 to 1048576");
  EXPECT_EQ(fill_error("<<alnum 3>><<crc32-hex 8>>"),
            "sample: directive '<<crc32-hex 8>>' has no <<begin>> before it");
  EXPECT_EQ(
      fill_error("<<begin>>abc<<crc32-hex 6>>"),
      "sample: directive '<<crc32-hex 6>>' cannot be that wide; this one has 8 characters");
}

}  // namespace
}  // namespace straykey
