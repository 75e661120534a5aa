// SPDX-License-Identifier: Apache-2.0
// Credentials are put together from pieces or filled from samples, so that none stands here.
#include <gtest/gtest.h>

#include "scanner/base/encoding.h"
#include "scanner/base/hash.h"
#include "scanner/match/check.h"
#include "scanner/signature/sample.h"

namespace straykey {
namespace {

std::string filled(const std::string& sample) {
  Result<std::string> text = fill_sample(sample, 7);
  EXPECT_TRUE(text) << text.error().message;
  return text ? *text : "";
}

CheckResult checked(const char* check, const std::string& secret) {
  Check found = find_check(check);
  EXPECT_NE(found, nullptr) << check;
  return found ? found(secret) : CheckResult{};
}

// "valid key-type=rsa encrypted=no"
std::string outcome(const char* check, const std::string& secret) {
  const CheckResult result = checked(check, secret);
  std::string out = name(result.structure);
  for (const auto& [key, value] : result.attributes) out += " " + key + "=" + value;
  return out;
}

// The last character of `secret` made another one.
std::string spoiled(std::string secret) {
  secret.back() = secret.back() == 'a' ? 'b' : 'a';
  return secret;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

const std::string kBody30 = "0123456789abcdefghijABCDEFGHIJ";

TEST(FindCheck, KnowsEveryNameAndNoOther) {
  for (const std::string& name : check_names()) EXPECT_NE(find_check(name), nullptr) << name;
  EXPECT_EQ(find_check("github-crc"), nullptr);
  EXPECT_EQ(find_check(""), nullptr);
}

TEST(FindCheck, NoCheckAcceptsFragments) {
  const std::string fragments[] = {"_",           "..",
                                   "npm_",        "zpka_",
                                   "{",           "AKIA",
                                   "eyJ.",        "ghs_",
                                   "-----BEGIN ", std::string(300, '\xff'),
                                   "glpat-.01.",  "-----BEGIN PRIVATE KEY----------END "};
  for (const std::string& name : check_names()) {
    if (name == "base64") continue;  // AKIA is four characters of it
    for (const std::string& fragment : fragments) {
      EXPECT_NE(find_check(name)(fragment).structure, Structure::kValid) << name << fragment;
    }
    EXPECT_NE(find_check(name)("").structure, Structure::kValid) << name;
  }
}

TEST(GithubCrc32, ChecksTheBodyWithoutItsPrefix) {
  EXPECT_EQ(outcome("github-crc32", "ghp_" + kBody30 + "3mpbCX"), "valid");
  EXPECT_EQ(outcome("github-crc32", "ghp_" + kBody30 + "3mpbCY"), "invalid");
  EXPECT_EQ(outcome("github-crc32", filled("ghr_<<begin>><<alnum 70>><<crc32-base62 6>>")),
            "valid");
}

TEST(GithubCrc32, AWrongSumSaysNothingAboutInstallationTokens) {
  EXPECT_EQ(outcome("github-crc32", "ghs_" + kBody30 + "3mpbCX"), "valid");
  EXPECT_EQ(outcome("github-crc32", "ghs_" + kBody30 + "3mpbCY"), "unknown");
}

TEST(GithubFineGrained, ChecksTheHashOfWhatPrecedesIt) {
  const std::string covered =
      "github_pat_11ABCDEFGHIJKLMNOPQRST_0123456789abcdefghijklmnopqrstuvwxyz"
      "ABCDEFG";
  EXPECT_EQ(outcome("github-fine-grained", covered + "VVMR633Z" + "anything"), "valid");
  EXPECT_EQ(outcome("github-fine-grained", covered + "VVMR633Y" + "anything"), "invalid");
  EXPECT_EQ(outcome("github-fine-grained", covered), "invalid");
}

TEST(NpmCrc32, ChecksTheBodyWithoutItsPrefix) {
  EXPECT_EQ(outcome("npm-crc32", "npm_" + kBody30 + "3mpbCX"), "valid");
  EXPECT_EQ(outcome("npm-crc32", "npm_" + kBody30 + "3mpbcX"), "invalid");
}

TEST(GitlabRoutable, ChecksAllThatPrecedesTheSum) {
  const std::string covered = "glpat-" + std::string(32, 'A') + ".01.0w";
  EXPECT_EQ(outcome("gitlab-routable", covered + "04y2vfi"), "valid");
  EXPECT_EQ(outcome("gitlab-routable", covered + "04y2vfj"), "invalid");
}

// glpat- + 16 bytes, the lines, their length; ".01" or nothing; length; sum.
std::string routable(const std::string& lines, const std::string& version) {
  const std::string encoded =
      base64url_encode("0123456789abcdef" + lines + static_cast<char>(lines.size()));
  std::string token = "glpat-" + encoded + version + "." + base36(encoded.size(), 2);
  return token + base36(crc32(token), 7);
}

TEST(GitlabRoutable, SaysWhomTheTokenBelongsTo) {
  EXPECT_EQ(outcome("gitlab-routable", routable("c:1\no:1\nu:39u", ".01")),
            "valid cell=1 organization-id=1 user-id=4242");
  EXPECT_EQ(outcome("gitlab-routable", routable("c:1\ng:2s\no:1\np:zz\nt:1", ".01")),
            "valid cell=1 group-id=100 organization-id=1 project-id=1295");
  EXPECT_EQ(outcome("gitlab-routable", routable("o:1\nu:a", "")),
            "valid organization-id=1 user-id=10");
  EXPECT_EQ(outcome("gitlab-routable", spoiled(routable("o:1\nu:a", ".01"))), "invalid");
  EXPECT_EQ(outcome("gitlab-routable", spoiled(routable("o:1\nu:a", ""))), "invalid");
}

TEST(GitlabRoutable, TakesNoNumberThatIsNone) {
  EXPECT_EQ(outcome("gitlab-routable",
                    routable("u:\nu:-1\nu:Z!\nu:zzzzzzzzzzzzzzzzz\nu\n\nx:1\nu:10", ".01")),
            "valid user-id=36");
  const std::string encoded = base64url_encode("0123456789abcdef" + std::string("o:1\x7f"));
  std::string token = "glpat-" + encoded + ".01." + base36(encoded.size(), 2);
  EXPECT_EQ(outcome("gitlab-routable", token + base36(crc32(token), 7)), "valid");
}

TEST(GitlabRoutable, SaysNothingAboutTokensWithoutASum) {
  EXPECT_EQ(outcome("gitlab-routable", filled("glpat-<<base64url 20>>")), "unknown");
}

TEST(VercelCrc32, ChecksTheBodyWithoutItsPrefix) {
  const std::string body = kBody30 + kBody30.substr(0, 20);
  EXPECT_EQ(outcome("vercel-crc32", "vcp_" + body + "3lcS0E"), "valid");
  EXPECT_EQ(outcome("vercel-crc32", "vcp_" + body + "3lcS0F"), "invalid");
}

TEST(ZuploCrc32, ChecksTheBodyBetweenTheUnderscores) {
  const std::string token =
      "zpka_" + std::string("0123456789abcdef0123456789abcdef") + "_7759b50e";
  EXPECT_EQ(outcome("zuplo-crc32", token), "valid");
  EXPECT_EQ(outcome("zuplo-crc32", spoiled(token)), "invalid");
}

TEST(ConfluentCrc32, ChecksTheBodyWithoutItsPrefix) {
  const std::string token =
      "cflt" + std::string("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQR") + "q6HuTw";
  EXPECT_EQ(outcome("confluent-crc32", token), "valid");
  EXPECT_EQ(outcome("confluent-crc32", spoiled(token)), "invalid");
}

TEST(AwsKeyId, HoldsTheAccountAndTheClassOfTheCredential) {
  const std::string body = "RZPUZDIKAAAAAAAA";
  EXPECT_EQ(outcome("aws-key-id", "AKIA" + body),
            "valid credential-class=long-term access-key-id=AKIARZPUZDIKAAAAAAAA "
            "account=123456789012");
  EXPECT_EQ(outcome("aws-key-id", "ASIA" + body),
            "valid credential-class=temporary access-key-id=ASIARZPUZDIKAAAAAAAA "
            "account=123456789012");
}

// The numbers of published ids, with the rest made up.
TEST(AwsKeyId, HoldsTheAccountFromTheBitOnThatSaysSo) {
  auto account = [](const std::string& body) {
    for (const auto& [key, value] : checked("aws-key-id", "ASIA" + body).attributes) {
      if (key == "account") return value;
    }
    return std::string("none");
  };
  EXPECT_EQ(account("Y34FZKBOAAAAAAAA"), "609629065308");
  EXPECT_EQ(account("QNZGKIQY5AAAAAAA"), "029608264753");
  // The naive reading of this one is 581039954779.
  EXPECT_EQ(account("IOSFODNN7EXAMPLE"), "none");
  for (char first : std::string("ABCDEFGHIJKLMNOP"))
    EXPECT_EQ(account(first + std::string("ZPUZDIKAAAAAAAA")), "none") << first;
  for (char first : std::string("QRSTUV"))
    EXPECT_NE(account(first + std::string("ZPUZDIKAAAAAAAA")), "none") << first;
  EXPECT_EQ(account(std::string("7777777AAAAAAAAA")), "none");  // more than twelve digits
}

TEST(AwsKeyId, MustBeBase32BehindAKnownPrefix) {
  EXPECT_EQ(outcome("aws-key-id", "AKIA" + std::string("RZPUZDIK0AAAAAAA")), "invalid");
  EXPECT_EQ(outcome("aws-key-id", "AKIA" + std::string("RZPUZDIKaAAAAAAA")), "invalid");
  EXPECT_EQ(outcome("aws-key-id", "AXIA" + std::string("RZPUZDIKAAAAAAAA")), "invalid");
  EXPECT_EQ(outcome("aws-key-id", "AKIA" + std::string("RZPUZDIKAAAAAAA")), "invalid");
}

TEST(AzureStorageKey, Is64BytesInBase64) {
  EXPECT_EQ(outcome("azure-storage-key", filled("<<bytes-base64 64>>")), "valid");
  EXPECT_EQ(outcome("azure-storage-key", filled("<<bytes-base64 65>>")), "invalid");
  EXPECT_EQ(outcome("azure-storage-key", filled("<<bytes-base64url 64>>")), "invalid");
}

TEST(Base64Check, AcceptsWhatDecodes) {
  EXPECT_EQ(outcome("base64", filled("<<bytes-base64 20>>")), "valid");
  EXPECT_EQ(outcome("base64", "not base64"), "invalid");
}

TEST(JsonCheck, AcceptsADocument) {
  EXPECT_EQ(outcome("json", "{\"a\": [1, 2]}"), "valid");
  EXPECT_EQ(outcome("json", "{\"a\": [1, 2}"), "invalid");
  EXPECT_EQ(outcome("json", std::string(1 << 20, '[')), "invalid");
}

std::string jwt(const std::string& header, const std::string& claims) {
  return base64url_encode(header) + "." + base64url_encode(claims) + ".c2ln";
}

TEST(Jwt, HoldsItsClaims) {
  EXPECT_EQ(outcome("jwt", jwt(R"({"alg":"RS256","kid":"k1","typ":"JWT"})",
                               R"({"iss":"https://issuer","sub":"svc","aud":["a","b"],"azp":"z",
                                   "scope":"read write","iat":1700000000,"exp":1800000000,
                                   "name":"not an identity"})")),
            "valid alg=RS256 kid=k1 iss=https://issuer sub=svc aud=a b azp=z scope=read write "
            "iat=1700000000 exp=1800000000");
  EXPECT_EQ(outcome("jwt", jwt("{}", "{}")), "valid");
}

TEST(Jwt, HoldsServiceAccountsOfKubernetes) {
  EXPECT_EQ(
      outcome("jwt", jwt(R"({"alg":"RS256"})",
                         R"({"iss":"https://k8s","sub":"system:serviceaccount:pay:api",
                             "exp":1800000000,"kubernetes.io":{"namespace":"pay",
                             "serviceaccount":{"name":"api","uid":"u-1"},
                             "pod":{"name":"api-0","uid":"u-2"},"node":7}})")),
      "valid alg=RS256 iss=https://k8s sub=system:serviceaccount:pay:api exp=1800000000 "
      "namespace=pay service-account=api service-account-uid=u-1 pod=api-0 pod-uid=u-2");
  EXPECT_EQ(outcome("jwt", jwt("{}",
                               R"({"iss":"kubernetes/serviceaccount",
                                   "kubernetes.io/serviceaccount/namespace":"pay",
                                   "kubernetes.io/serviceaccount/secret.name":"api-token-x",
                                   "kubernetes.io/serviceaccount/service-account.name":"api",
                                   "kubernetes.io/serviceaccount/service-account.uid":"u-1",
                                   "sub":"system:serviceaccount:pay:api"})")),
            "valid iss=kubernetes/serviceaccount sub=system:serviceaccount:pay:api "
            "namespace=pay service-account=api service-account-uid=u-1 secret-name=api-token-x");
  EXPECT_EQ(outcome("jwt", jwt("{}", R"({"kubernetes.io":"x"})")), "valid");
  EXPECT_EQ(outcome("jwt", jwt("{}", R"({"kubernetes.io":{"serviceaccount":[1]}})")), "valid");
}

TEST(Jwt, SaysNothingOfTenMegabytesAndRefusesWhatWasCutOff) {
  const std::string huge = jwt("{}", "{\"sub\":\"" + std::string(10 << 20, 'x') + "\"}");
  EXPECT_EQ(outcome("jwt", huge), "unknown");
  const std::string whole = jwt(R"({"alg":"RS256"})", R"({"sub":"svc"})");
  for (size_t size = 0; size < whole.rfind('.') - 1; ++size)
    EXPECT_EQ(outcome("jwt", whole.substr(0, size)), "invalid") << size;
}

TEST(Jwt, LeavesOutClaimsOfOtherTypesAndClipsLongOnes) {
  const std::string long_text(199, 'x');
  EXPECT_EQ(outcome("jwt", jwt("{}", R"({"iss":{"a":1},"aud":[1],"exp":null,"sub":")" +
                                         long_text + "\xc3\xa9tail\"}")),
            "valid sub=" + long_text);
}

TEST(Jwt, MustHaveTwoJsonObjects) {
  EXPECT_EQ(outcome("jwt", "eyJhIjoxfQ.c2ln"), "invalid");
  EXPECT_EQ(outcome("jwt", jwt("[]", "{}")), "invalid");
  EXPECT_EQ(outcome("jwt", jwt("{}", "{\"a\"")), "invalid");
  EXPECT_EQ(outcome("jwt", jwt("{}", "{\"a\":\"\xff\"}")), "invalid");
  EXPECT_EQ(outcome("jwt", "e!J.eyJhIjoxfQ.c2ln"), "invalid");
}

TEST(Jwt, SaysNothingAboutHugeOnesAndSurvivesDeepOnes) {
  EXPECT_EQ(outcome("jwt", jwt("{}", "{\"a\":\"" + std::string(80000, 'x') + "\"}")),
            "unknown");
  const std::string deep = std::string(20000, '[') + std::string(20000, ']');
  EXPECT_EQ(outcome("jwt", jwt("{}", "{\"a\":" + deep + "}")), "valid");
}

const std::string kServiceAccount =
    R"({"type": "service_account", "project_id": "acme-prod", "private_key_id": "abc123",
        "private_key": "-", "client_email": "svc@acme-prod.iam.gserviceaccount.com",
        "client_id": "1234"})";

TEST(GcpServiceAccount, HoldsTheAccount) {
  const std::string wanted =
      "valid email=svc@acme-prod.iam.gserviceaccount.com client-id=1234 project=acme-prod "
      "key-id=abc123";
  EXPECT_EQ(outcome("gcp-service-account", kServiceAccount), wanted);
  EXPECT_EQ(outcome("gcp-service-account", replaced(kServiceAccount, "\"", "\\\"")), wanted);
}

TEST(GcpServiceAccount, RejectsOtherDocuments) {
  EXPECT_EQ(outcome("gcp-service-account", "{\"type\": \"authorized_user\"}"), "invalid");
  EXPECT_EQ(outcome("gcp-service-account", "{\"type\": 1}"), "invalid");
  EXPECT_EQ(outcome("gcp-service-account", "[]"), "invalid");
}

TEST(Pem, KnowsTheStructureOfEachLabel) {
  auto described = [](const char* label) {
    std::string text = outcome("pem", filled("<<pem " + std::string(label) + ">>"));
    return text.substr(0, text.find("=no") + 3);
  };
  EXPECT_EQ(described("RSA PRIVATE KEY"), "valid key-type=rsa encrypted=no");
  EXPECT_EQ(described("DSA PRIVATE KEY"), "valid key-type=dsa encrypted=no");
  EXPECT_EQ(described("EC PRIVATE KEY"), "valid key-type=ec encrypted=no");
  EXPECT_EQ(described("PRIVATE KEY"), "valid key-type=rsa encrypted=no");
  EXPECT_EQ(outcome("pem", filled("<<pem ENCRYPTED PRIVATE KEY>>")),
            "valid key-type=pkcs8 encrypted=yes");
  EXPECT_EQ(outcome("pem", filled("<<pem PGP PRIVATE KEY BLOCK>>")),
            "valid key-type=pgp user-id=Sample <sample@example.org>");
  EXPECT_EQ(outcome("pem", filled("<<pem SOME PRIVATE KEY>>")), "unknown");
}

TEST(Pem, OpensshKeysTellTheirPublicHalfAndComment) {
  const CheckResult result = checked("pem", filled("<<pem OPENSSH PRIVATE KEY>>"));
  EXPECT_EQ(result.structure, Structure::kValid);
  ASSERT_EQ(result.attributes.size(), 4u);
  using Attribute = Attributes::value_type;
  EXPECT_EQ(result.attributes[0], Attribute("key-type", "ed25519"));
  EXPECT_EQ(result.attributes[1], Attribute("encrypted", "no"));
  EXPECT_EQ(result.attributes[2].first, "public-key");
  EXPECT_TRUE(result.attributes[2].second.starts_with("SHA256:"));
  EXPECT_EQ(result.attributes[2].second.size(), 7u + 43u);
  EXPECT_EQ(result.attributes[3], Attribute("comment", "sample@example.org"));
}

TEST(Pem, ReadsBlocksThatWereCopiedIntoOtherText) {
  const std::string block = filled("<<pem PRIVATE KEY>>");
  const std::string valid = outcome("pem", block);
  EXPECT_TRUE(valid.starts_with("valid key-type=rsa encrypted=no public-key=SHA256:")) << valid;
  EXPECT_EQ(outcome("pem", replaced(block, "\n", "\r\n")), valid);
  EXPECT_EQ(outcome("pem", replaced(block, "\n", "\\n")), valid);
  EXPECT_EQ(outcome("pem", replaced(block, "\n", "\\r\\n")), valid);
  EXPECT_EQ(outcome("pem", replaced(block, "\n", "\\\\n")), valid);
  EXPECT_EQ(outcome("pem", replaced(block, "\n", "\\n\" +\n  \"")), valid);
  EXPECT_EQ(outcome("pem", replaced(block, "\n", "',\n    '")), valid);
  EXPECT_EQ(outcome("pem", replaced(block, "\n", "\n  # ")), valid);
  EXPECT_EQ(outcome("pem", replaced(block, "\n", "\n// ")), valid);
  EXPECT_EQ(outcome("pem", replaced(block, "\n", " ")), valid);
  EXPECT_EQ(outcome("pem", replaced(block, "\n", "")), valid);
  EXPECT_EQ(outcome("pem", replaced(block, "/", "\\/")), valid);
  EXPECT_EQ(outcome("pem", replaced(block, "+", "\\u002b")), valid);
}

TEST(Pem, SeesThatAKeyIsEncryptedByItsHeaders) {
  const std::string begin = "-----BEGIN RSA PRIVATE KEY-----\n";
  const std::string end = "\n-----END RSA PRIVATE KEY-----";
  const std::string headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123\n\n";
  EXPECT_EQ(outcome("pem", begin + headers + filled("<<bytes-base64 640>>") + end),
            "valid key-type=rsa encrypted=yes");
  EXPECT_EQ(outcome("pem", begin + headers + filled("<<bytes-base64 641>>") + end),
            "invalid key-type=rsa encrypted=yes");
}

TEST(Pem, RejectsWhatOnlyLooksLikeAKey) {
  const std::string begin = "-----BEGIN PRIVATE KEY-----\n";
  const std::string end = "\n-----END PRIVATE KEY-----";
  EXPECT_EQ(outcome("pem", begin + "..." + end), "invalid");
  EXPECT_EQ(outcome("pem", begin + "your key here" + end), "invalid");
  EXPECT_EQ(outcome("pem", begin + filled("<<bytes-base64 600>>") + end), "invalid");
  EXPECT_EQ(outcome("pem", begin + filled("<<bytes-base64 600>>")), "invalid");
  const std::string rsa = filled("<<pem RSA PRIVATE KEY>>");
  EXPECT_EQ(outcome("pem", replaced(rsa, "RSA PRIVATE", "PRIVATE")), "invalid");
}

TEST(Pem, RejectsEveryTruncation) {
  for (const char* label : {"RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY",
                            "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY"}) {
    const std::string block = filled("<<pem " + std::string(label) + ">>");
    const size_t begin = block.find("-----\n") + 6;
    const size_t end = block.find("\n-----END");
    for (size_t cut = begin; cut < end - 4; cut += 4) {
      if (block[cut - 1] == '\n') continue;
      ASSERT_NE(checked("pem", block.substr(0, cut) + block.substr(end)).structure,
                Structure::kValid)
          << label << ' ' << cut;
    }
  }
}

TEST(BasicAuth, TellsTheUserAndNothingElse) {
  EXPECT_EQ(outcome("basic-auth", base64_encode("deploy:a:b")), "unknown user=deploy");
  EXPECT_EQ(outcome("basic-auth", base64_encode("deploy")), "unknown");
  EXPECT_EQ(outcome("basic-auth", base64_encode(":x")), "unknown");
  EXPECT_EQ(outcome("basic-auth", base64_encode("a\nb:x")), "unknown");
  EXPECT_EQ(outcome("basic-auth", base64_encode(std::string(300, 'u') + ":x")),
            "unknown user=" + std::string(200, 'u'));
}

TEST(JsonToken, TellsTheMembersThatArePublic) {
  EXPECT_EQ(outcome("json-token",
                    "sntrys_" + base64_encode(R"({"iat":1.5,"url":"https://sentry.io",
                        "region_url":"https://us.sentry.io","org":"acme"})") + "_" +
                        std::string(43, 'x')),
            "valid organization=acme url=https://sentry.io region-url=https://us.sentry.io "
            "iat=1.5");
  EXPECT_EQ(outcome("json-token",
                    "ops_" + base64url_encode(R"({"signInAddress":"acme.1password.com",
                        "email":"x@1passwordserviceaccounts.com","srpX":"hidden",
                        "muk":{"k":"hidden"},"secretKey":"hidden"})")),
            "valid sign-in-address=acme.1password.com email=x@1passwordserviceaccounts.com");
  EXPECT_EQ(outcome("json-token", "glc_" + base64_encode(R"({"o":"42","n":"ci","k":"hidden",
                        "m":{"r":"eu"}})")),
            "valid organization-id=42 name=ci region=eu");
  EXPECT_EQ(outcome("json-token", "sk." + base64url_encode(R"({"u":"acme","a":"hidden"})") +
                                      "." + std::string(22, 'x')),
            "valid user=acme");
  EXPECT_EQ(outcome("json-token", "glc_eyJ" + std::string(60, 'x')), "unknown");
  EXPECT_EQ(outcome("json-token", "glc_" + base64_encode("{\"n\":\"a\\u0007\"}")), "valid");
}

TEST(DiscordBot, TellsTheBot) {
  const std::string tail = "." + std::string(6, 'x') + "." + std::string(27, 'y');
  EXPECT_EQ(outcome("discord-bot", base64url_encode("114841072938564710") + tail),
            "valid bot=114841072938564710");
  EXPECT_EQ(outcome("discord-bot", base64url_encode("not a number") + tail), "unknown");
}

TEST(GithubSuffix, TellsWhatGithubShows) {
  EXPECT_EQ(outcome("github-suffix", "ghp_" + kBody30 + "3mpbCX"), "unknown last-eight=IJ3mpbCX");
  EXPECT_EQ(outcome("github-suffix", "ghp_" + kBody30), "unknown");
}

TEST(SlackNumbers, TellTheWorkspaceAndTheUser) {
  const std::string tail(24, 'x');
  EXPECT_EQ(outcome("slack-numbers", "xoxb-123456789012-234567890123-" + tail),
            "unknown workspace-number=123456789012 user-number=234567890123");
  EXPECT_EQ(outcome("slack-numbers", "xoxp-1-12345678-23456789-34567890-" + tail),
            "unknown workspace-number=12345678 user-number=23456789");
  EXPECT_EQ(outcome("slack-numbers", "xoxb-12345678-" + tail), "unknown");
}

TEST(AwsBedrock, TellsTheUserAndItsAccount) {
  EXPECT_EQ(outcome("aws-bedrock",
                    "ABSK" + base64_encode("BedrockAPIKey-x7k2-at-123456789012:" +
                                           std::string(40, 'x'))),
            "valid user=BedrockAPIKey-x7k2-at-123456789012 account=123456789012");
  EXPECT_EQ(outcome("aws-bedrock", "ABSK" + base64_encode("BedrockAPIKey-x7k2:xx")),
            "valid user=BedrockAPIKey-x7k2");
  EXPECT_EQ(outcome("aws-bedrock", "ABSK" + base64_encode("BedrockAPIKey-x7k2")), "unknown");
}

// Version 2: location, identifier, a section for each caveat, the sum.
std::string macaroon(const std::vector<std::string>& caveats) {
  auto field = [](char type, const std::string& content) {
    return std::string(1, type) + static_cast<char>(content.size()) + content;
  };
  std::string bytes = "\x02" + field(1, "pypi.org") +
                      field(2, "11111111-2222-4333-8444-555555555555") + std::string(1, '\0');
  for (const std::string& caveat : caveats) bytes += field(2, caveat) + std::string(1, '\0');
  return "pypi-" + base64url_encode(bytes + std::string(1, '\0') + field(6, std::string(32, 'x')));
}

TEST(PypiMacaroon, TellsWhatTheTokenIsRestrictedTo) {
  const std::string head = "valid host=pypi.org token-id=11111111-2222-4333-8444-555555555555";
  EXPECT_EQ(outcome("pypi-macaroon", macaroon({})), head);
  EXPECT_EQ(outcome("pypi-macaroon", macaroon({R"([1, ["a-pkg", "b"]])", R"([3, "user-id"])",
                                               "[0, 1800000000, 1700000000]"})),
            head + " projects=a-pkg b user-id=user-id exp=1800000000");
  EXPECT_EQ(outcome("pypi-macaroon", macaroon({R"({"version": 1, "permissions": "user"})"})),
            head + " scope=account");
  EXPECT_EQ(outcome("pypi-macaroon",
                    macaroon({R"({"version": 1, "permissions": {"projects": ["a"]}})"})),
            head + " projects=a");
}

TEST(PypiMacaroon, SaysNothingOfWhatIsNone) {
  const std::string whole = macaroon({R"([1, [7, {}]])", "[9]", "[", "{\"permissions\": 1}"});
  EXPECT_TRUE(outcome("pypi-macaroon", whole).starts_with("valid "));
  for (size_t size = 0; size + 4 < whole.size(); ++size)
    EXPECT_EQ(outcome("pypi-macaroon", whole.substr(0, size)), "unknown") << size;
  EXPECT_EQ(outcome("pypi-macaroon", "pypi-" + base64url_encode("\x02\x01\xff\xff\xff\xff\x01")),
            "unknown");
}

}  // namespace
}  // namespace straykey
