// SPDX-License-Identifier: Apache-2.0
// Certificates are made here with OpenSSL, names and all, as whoever makes one may do.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <memory>
#include <vector>

#include "scanner/base/encoding.h"
#include "scanner/base/text.h"
#include "scanner/match/check.h"

namespace straykey {
namespace {

struct Name {
  int kind = NID_commonName;
  std::string value;
  int type = V_ASN1_UTF8STRING;
};

std::string in_pem(const std::string& der) {
  std::string out = "-----BEGIN CERTIFICATE-----\n";
  const std::string body = base64_encode(der);
  for (size_t i = 0; i < body.size(); i += 64) out += body.substr(i, 64) + "\n";
  return out + "-----END CERTIFICATE-----\n";
}

// In PEM; `alternative` are types and values of subjectAltName.
std::string certificate(const std::vector<Name>& subject,
                        const std::vector<std::pair<int, std::string>>& alternative = {}) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), &X509_free);
  X509* x = made.get();
  X509_set_version(x, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x), 0x0abc);
  ASN1_TIME_set(X509_getm_notBefore(x), 1700000000);
  ASN1_TIME_set(X509_getm_notAfter(x), 1800000000);
  X509_set_pubkey(x, key.get());
  X509_NAME* name = X509_get_subject_name(x);
  for (const Name& part : subject) {
    // Not X509_NAME_add_entry, which refuses what is longer than the standard allows.
    X509_NAME_ENTRY* entry = nullptr;
    X509_NAME_ENTRY_create_by_NID(&entry, part.kind, V_ASN1_UTF8STRING,
                                  reinterpret_cast<const unsigned char*>("x"), 1);
    ASN1_STRING* text = X509_NAME_ENTRY_get_data(entry);
    ASN1_STRING_set(text, part.value.data(), static_cast<int>(part.value.size()));
    text->type = part.type;
    X509_NAME_add_entry(name, entry, -1, 0);
    X509_NAME_ENTRY_free(entry);
  }
  if (!alternative.empty()) {
    GENERAL_NAMES* names = sk_GENERAL_NAME_new_null();
    for (const auto& [type, value] : alternative) {
      ASN1_STRING* text = ASN1_STRING_type_new(V_ASN1_IA5STRING);
      ASN1_STRING_set(text, value.data(), static_cast<int>(value.size()));
      GENERAL_NAME* one = GENERAL_NAME_new();
      GENERAL_NAME_set0_value(one, type, text);
      sk_GENERAL_NAME_push(names, one);
    }
    X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, 0);
    GENERAL_NAMES_free(names);
  }
  X509_sign(x, key.get(), nullptr);
  unsigned char* der = nullptr;
  const int size = i2d_X509(x, &der);
  std::string out(reinterpret_cast<char*>(der), static_cast<size_t>(std::max(size, 0)));
  OPENSSL_free(der);
  return in_pem(out);
}

std::string attribute(const CheckResult& result, const std::string& name) {
  for (const auto& [known, value] : result.attributes) {
    if (known == name) return value;
  }
  return "";
}

CheckResult checked(const std::string& text) { return find_check("x509")(text); }

std::string subject_of(const std::vector<Name>& subject) {
  const CheckResult result = checked(certificate(subject));
  EXPECT_EQ(result.structure, Structure::kValid);
  return attribute(result, "subject");
}

const std::string kOddCharacter = "\xef\xbf\xbd";

TEST(X509, TellsWhoseItIsUntilWhenAndUnderWhichNames) {
  const CheckResult result =
      checked(certificate({{NID_organizationName, "system:masters"}, {NID_commonName, "admin"}},
                          {{GEN_DNS, "a.example"},
                           {GEN_DNS, "*.b.example"},
                           {GEN_EMAIL, "ops@a.example"},
                           {GEN_URI, "https://a.example"},
                           {GEN_URI, "spiffe://a.example/pay"}}));
  EXPECT_EQ(result.structure, Structure::kValid);
  EXPECT_EQ(attribute(result, "subject"), "CN=admin,O=system:masters");
  EXPECT_EQ(attribute(result, "common-name"), "admin");
  EXPECT_EQ(attribute(result, "serial"), "0abc");
  EXPECT_EQ(attribute(result, "not-before"), "2023-11-14T22:13:20Z");
  EXPECT_EQ(attribute(result, "not-after"), "2027-01-15T08:00:00Z");
  EXPECT_EQ(attribute(result, "dns-names"), "a.example *.b.example");
  EXPECT_EQ(attribute(result, "email"), "ops@a.example");
  EXPECT_EQ(attribute(result, "spiffe-id"), "spiffe://a.example/pay");
  EXPECT_EQ(attribute(result, "thumbprint").size(), 40u);
  EXPECT_EQ(attribute(result, "spki-sha256").size(), 64u);
}

TEST(X509, IsReadInBase64AndInOtherText) {
  const std::string pem = certificate({{NID_commonName, "a"}});
  EXPECT_EQ(checked(pem).attributes, checked(base64_encode(pem)).attributes);
  std::string in_one_line = pem;
  for (size_t at; (at = in_one_line.find('\n')) != std::string::npos;) in_one_line.replace(at, 1, "\\n");
  EXPECT_EQ(checked(pem).attributes, checked("\"" + in_one_line + "\"").attributes);
}

TEST(X509, HostileNamesBecomeTextThatATerminalCanBear) {
  const std::string zero(1, '\0');
  EXPECT_EQ(subject_of({{NID_commonName, "bank.example" + zero + ".evil.example"}}),
            "CN=bank.example" + kOddCharacter + ".evil.example");
  EXPECT_EQ(subject_of({{NID_commonName, "a\x1b[2Jb\r\nc\x7f"}}),
            "CN=a" + kOddCharacter + "[2Jb" + kOddCharacter + kOddCharacter + "c" + kOddCharacter);
  EXPECT_EQ(subject_of({{NID_commonName, "a\xe2\x80\xae" "gpj.b\xe2\x80\x8b"}}),  // reversed, hidden
            "CN=a" + kOddCharacter + "gpj.b" + kOddCharacter);
  EXPECT_EQ(subject_of({{NID_commonName, "b\xc3\xa4r"}}), "CN=b\xc3\xa4r");
  EXPECT_EQ(subject_of({{NID_commonName, "a,O=b+c \"d\"\\ "}}),
            "CN=a\\,O=b\\+c \\\"d\\\"\\\\\\ ");  // it cannot pose as two parts
  EXPECT_EQ(subject_of({{NID_commonName, std::string("\0a\0b", 4), V_ASN1_BMPSTRING}}), "CN=ab");
  EXPECT_EQ(subject_of({}), "");
  const CheckResult names = checked(certificate({}, {{GEN_DNS, "a" + zero + "b\xff"}}));
  EXPECT_EQ(attribute(names, "dns-names"), "a" + kOddCharacter + "b" + kOddCharacter);
}

TEST(X509, WhatIsLongIsClipped) {
  std::vector<Name> many;
  for (int i = 0; i < 2000; ++i) many.push_back({NID_organizationalUnitName, "unit"});
  for (const std::string& pem :
       {certificate({{NID_commonName, std::string(100'000, 'x')}}), certificate(many),
        certificate({}, {{GEN_DNS, std::string(100'000, 'x')}})}) {
    const CheckResult result = checked(pem);
    EXPECT_EQ(result.structure, Structure::kValid);
    for (const auto& [name, value] : result.attributes) {
      EXPECT_LE(value.size(), 200u) << name;
      EXPECT_TRUE(is_utf8(value)) << name;
    }
  }
  EXPECT_EQ(subject_of({{NID_commonName, std::string(100'000, 'x')}}),
            "CN=" + std::string(197, 'x'));
  // Larger than any block that is decoded.
  EXPECT_EQ(checked(certificate({{NID_commonName, std::string(300'000, 'x')}})).structure,
            Structure::kUnknown);
}

TEST(X509, NamesThatAreNotInTheirAlphabetComeOutAsTextOrNotAtAll) {
  EXPECT_EQ(checked(certificate({{NID_commonName, "a\xff"}})).structure, Structure::kInvalid);
  for (const Name& name : {Name{NID_commonName, "a\xff"}, Name{NID_commonName, "a\xe2\x82"},
                           Name{NID_commonName, std::string("\0a\0", 3), V_ASN1_BMPSTRING},
                           Name{NID_commonName, std::string("\xd8\0", 2), V_ASN1_BMPSTRING},
                           Name{NID_commonName, "\xff\x9b" "2J", V_ASN1_T61STRING}}) {
    const CheckResult result = checked(certificate({name}));
    EXPECT_EQ(result.structure == Structure::kInvalid, result.attributes.empty());
    for (const auto& [key, value] : result.attributes) {
      EXPECT_TRUE(is_utf8(value)) << key;
      EXPECT_EQ(value.find("\xc2\x9b"), value.npos) << key;  // what begins a command
    }
  }
}

TEST(X509, RejectsWhatIsNone) {
  const std::string pem = certificate({{NID_commonName, "a"}});
  EXPECT_EQ(checked("").structure, Structure::kInvalid);
  EXPECT_EQ(checked(in_pem(std::string(300, 'x'))).structure, Structure::kInvalid);
  EXPECT_EQ(checked("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----").structure,
            Structure::kInvalid);
  for (size_t cut = 40; cut + 30 < pem.size(); cut += 7) {
    EXPECT_EQ(checked(pem.substr(0, cut) + "\n-----END CERTIFICATE-----").structure,
              Structure::kInvalid)
        << cut;
  }
}

}  // namespace
}  // namespace straykey
