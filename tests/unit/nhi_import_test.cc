// SPDX-License-Identifier: Apache-2.0
// Each importer on an export of the documented shape, with all keys that it has, those that
// hold secrets as well. Nothing of a planted secret may come out on the other side.
#include <gtest/gtest.h>

#include "scanner/base/encoding.h"
#include "scanner/nhi/import.h"
#include "scanner/nhi/register_file.h"
#include "tests/support/register_text.h"

namespace straykey {
namespace {

using Lines = std::vector<std::string>;

const int64_t kChanged = *parse_iso_time("2026-11-20");
// Stands wherever an export holds a secret.
const std::string kSecret = std::string("planted") + "-secret-" + "0f7c";

struct File {
  std::string name;
  std::string text;
};

struct Outcome {
  Register reg;
  std::vector<Intake> reports;
};

Outcome imported(const std::vector<File>& files, const ImportOptions& options = {}) {
  Outcome out;
  std::vector<Imported> read;
  for (const File& file : files) {
    auto one = read_export(file.text, file.name, kChanged, options);
    EXPECT_TRUE(one) << (one ? "" : one.error().message);
    if (one) read.push_back(std::move(*one));
  }
  out.reports = merge(std::move(read), out.reg);
  EXPECT_EQ(write_register(out.reg, RegisterForm::kToml).find(kSecret), std::string::npos);
  return out;
}

Lines lines_of(const std::vector<File>& files) { return register_lines(imported(files).reg); }

std::string complaint(const File& file, const ImportOptions& options = {}) {
  auto read = read_export(file.text, file.name, kChanged, options);
  return read ? "" : read.error().message;
}

// Access key ids, made here so that no scanner finds one in this file. The first tells its
// account, 123456789012; the second is older than that.
const std::string kKey = std::string("AKIA") + "RZPUZDIKGB2VALC4";
const std::string kOldKey = std::string("AKIA") + "IOSFODNN7EXAMPLE";

const std::string kReportHeader =
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated,additional_credentials_info\n";

const std::string kReport =
    kReportHeader +
    "<root_account>,arn:aws:iam::123456789012:root,2019-01-01T00:00:00+00:00,not_supported,"
    "no_information,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,"
    "N/A,false,N/A,false,N/A,\n"
    "deploy,arn:aws:iam::123456789012:user/ci/deploy,2020-05-01T10:00:00+00:00,false,N/A,N/A,"
    "N/A,false,true,2024-02-03T04:05:06+00:00,2026-11-01T00:00:00+00:00,eu-central-1,s3,false,"
    "2022-02-03T00:00:00+00:00,N/A,N/A,N/A,false,N/A,false,N/A,\n";

std::string access_key(const std::string& id, const std::string& created) {
  return "{\"UserName\":\"deploy\",\"AccessKeyId\":\"" + id +
         "\",\"Status\":\"Active\",\"CreateDate\":\"" + created + "\"}";
}

TEST(ImportAws, ReadsTheCredentialReport) {
  EXPECT_EQ(lines_of({{"report.csv", kReport}}),
            (Lines{
                "aws:123456789012:root: kind=aws.root name=root class=privileged-service "
                "account=123456789012 status=active created=2019-01-01",
                "  principal-id aws arn:aws:iam::123456789012:root",
                "  account aws 123456789012",
                "aws:123456789012:user/deploy: kind=aws.user name=deploy account=123456789012 "
                "status=active created=2020-05-01 last_rotated=2024-02-03 last_used=2026-11-01",
                "  credential-id aws aws:123456789012:user/deploy#access_key_1 of access_key_1 "
                "active "
                "created=2024-02-03 used=2026-11-01",
                "  credential-id aws aws:123456789012:user/deploy#access_key_2 of access_key_2 "
                "inactive created=2022-02-03",
                "  principal-id aws arn:aws:iam::123456789012:user/ci/deploy",
            }));
}

TEST(ImportAws, ReadsTheReportInsideOfItsAnswer) {
  const std::string answer = "{\"Content\":\"" + base64_encode(kReport) +
                             "\",\"ReportFormat\":\"text/csv\","
                             "\"GeneratedTime\":\"2026-11-01T00:00:00+00:00\"}";
  Outcome wrapped = imported({{"answer.json", answer}});
  EXPECT_EQ(register_lines(wrapped.reg), lines_of({{"report.csv", kReport}}));
  EXPECT_EQ(iso_time(wrapped.reports[0].as_of), "2026-11-01T00:00:00Z");
  EXPECT_EQ(complaint({"answer.json", "{\"Content\":\"?\",\"ReportFormat\":\"text/csv\"}"}),
            "answer.json: 'Content' is not base64");
}

TEST(ImportAws, JoinsKeysWithTheirSlotsInAnyOrder) {
  const File keys = {"keys.json", "{\"AccessKeyMetadata\":[" +
                                      access_key(kKey, "2024-02-03T04:05:06+00:00") + "," +
                                      access_key(kOldKey, "2022-02-03T00:00:00Z") +
                                      "],\"IsTruncated\":false}"};
  const File report = {"report.csv", kReport};
  const Lines expected = {
      "aws:123456789012:user/deploy: kind=aws.user name=deploy account=123456789012 "
      "status=active created=2020-05-01 last_rotated=2024-02-03 last_used=2026-11-01",
      "  credential-id aws " + kOldKey + " active created=2022-02-03",
      "  credential-id aws " + kKey + " active created=2024-02-03 used=2026-11-01",
      "  principal-id aws arn:aws:iam::123456789012:user/ci/deploy",
  };
  for (const auto& files : {std::vector{keys, report}, std::vector{report, keys}}) {
    Lines lines = lines_of(files);
    lines.erase(lines.begin(), lines.begin() + 3);  // the root account
    EXPECT_EQ(lines, expected);
  }
  // In two runs as well.
  Outcome first = imported({report});
  auto read = read_export(keys.text, keys.name, kChanged, {});
  ASSERT_TRUE(read);
  std::vector<Imported> second;
  second.push_back(std::move(*read));
  merge(std::move(second), first.reg);
  Lines lines = register_lines(first.reg);
  lines.erase(lines.begin(), lines.begin() + 3);
  EXPECT_EQ(lines, expected);
}

TEST(ImportAws, KnowsWhenAKeyWasUsedWhenItIsSaidWhichKey) {
  const std::string used =
      R"({"UserName":"deploy","AccessKeyLastUsed":{"LastUsedDate":"2026-10-01T00:00:00Z",
        "ServiceName":"s3","Region":"eu-central-1"},"AccessKeyId":")" + kKey + "\"}";
  EXPECT_EQ(lines_of({{"used.json", used}}),
            (Lines{"aws:123456789012:user/deploy: kind=aws.user name=deploy account=123456789012",
                   "  credential-id aws " + kKey + " used=2026-10-01"}));
  EXPECT_EQ(lines_of({{"all.json", "[" + used + "]"}}), lines_of({{"used.json", used}}));
  EXPECT_EQ(complaint({"used.json", R"({"UserName":"deploy","AccessKeyLastUsed":{}})"}),
            "used.json: is taken for when an AWS access key was used (aws iam "
            "get-access-key-last-used), but none of its entries can be read; entry 1: "
            "'AccessKeyId' is missing");
}

TEST(ImportAws, ReadsServiceSpecificCredentials) {
  const std::string credentials =
      R"({"ServiceSpecificCredentials":[
        {"UserName":"deploy","Status":"Active","ServiceUserName":"deploy-at-123456789012",
         "CreateDate":"2025-01-01T00:00:00Z","ServiceSpecificCredentialId":"ACCAEXAMPLE123EXAMPLE",
         "ServiceName":"codecommit.amazonaws.com","ServicePassword":")" + kSecret + R"("},
        {"UserName":"deploy","Status":"Expired","CreateDate":"2025-02-01T00:00:00Z",
         "ExpirationDate":"2025-03-01T00:00:00Z","ServiceCredentialAlias":"BedrockAPIKey-x7k2",
         "ServiceSpecificCredentialId":"ACCAEXAMPLE456EXAMPLE",
         "ServiceName":"bedrock.amazonaws.com"}]})";
  const Lines lines = lines_of({{"special.json", credentials}, {"report.csv", kReport}});
  const Lines wanted = {
      "  credential-id aws ACCAEXAMPLE123EXAMPLE active created=2025-01-01",
      "  credential-id aws ACCAEXAMPLE456EXAMPLE inactive created=2025-02-01 expires=2025-03-01",
      "  principal-id aws BedrockAPIKey-x7k2 of ACCAEXAMPLE456EXAMPLE inactive "
      "created=2025-02-01 expires=2025-03-01",
      "  principal-id aws deploy-at-123456789012 of ACCAEXAMPLE123EXAMPLE active "
      "created=2025-01-01"};
  for (const std::string& line : wanted)
    EXPECT_EQ(std::count(lines.begin(), lines.end(), line), 1) << line;
  Outcome alone = imported({{"special.json", credentials}});
  EXPECT_EQ(report_lines(alone.reports[0])[0], "aws-service-credentials 0 of 2");
}

TEST(ImportAws, TellsKeysOfAnUnknownAccount) {
  Outcome out = imported(
      {{"keys.json", "{\"AccessKeyMetadata\":[" + access_key(kOldKey, "2022-02-03T00:00:00Z") +
                         "," + access_key(kKey, "2024-02-03T04:05:06Z") +
                         "],\"IsTruncated\":true}"}});
  // The account of the second key makes the user known, and so the first key's.
  EXPECT_EQ(
      report_lines(out.reports[0]),
      (Lines{"aws-access-keys 2 of 2", "the export says that it is cut off (IsTruncated)"}));
  out = imported({{"keys.json", "{\"AccessKeyMetadata\":[" +
                                    access_key(kOldKey, "2022-02-03T00:00:00Z") + "]}"}});
  EXPECT_EQ(report_lines(out.reports[0]),
            (Lines{"aws-access-keys 0 of 1",
                   "left out 1: is of a user whose account is not known; import the credential "
                   "report or 'aws iam list-users' as well, " +
                       kOldKey}));
  EXPECT_TRUE(out.reg.nhis().empty());
}

TEST(ImportAws, ReadsUsersRolesAndTheirTags) {
  const std::string user =
      "{\"Path\":\"/\",\"UserName\":\"deploy\",\"UserId\":\"AIDAXXXXXXXXXXXXXXXXX\","
      "\"Arn\":\"arn:aws:iam::123456789012:user/"
      "deploy\",\"CreateDate\":\"2020-05-01T10:00:00Z\","
      "\"UserPolicyList\":[],\"GroupList\":[\"g\"],\"AttachedManagedPolicies\":[{"
      "\"PolicyName\":"
      "\"AdministratorAccess\",\"PolicyArn\":\"arn:aws:iam::aws:policy/AdministratorAccess\"}],"
      "\"Tags\":[{\"Key\":\"Team\",\"Value\":\"payments\"},{\"Key\":\"env\",\"Value\":\"prod\"}"
      "]}";
  const std::string role =
      "{\"Path\":\"/\",\"RoleName\":\"ci\",\"RoleId\":\"AROAXXXXXXXXXXXXXXXXX\","
      "\"Arn\":\"arn:aws-cn:iam::123456789012:role/x/"
      "ci\",\"CreateDate\":\"2021-05-01T10:00:00Z\","
      "\"RoleLastUsed\":{\"LastUsedDate\":\"2026-01-02T00:00:00Z\",\"Region\":\"x\"},\"Tags\":["
      "]}";
  const Lines expected = {
      "aws:123456789012:role/ci: kind=aws.role name=ci account=123456789012 status=active "
      "created=2021-05-01 last_used=2026-01-02",
      "  principal-id aws AROAXXXXXXXXXXXXXXXXX",
      "  principal-id aws arn:aws-cn:iam::123456789012:role/x/ci",
      "aws:123456789012:user/deploy: kind=aws.user name=deploy owner=payments owner_kind=team "
      "class=privileged-service environment=prod account=123456789012 status=active "
      "created=2020-05-01",
      "  principal-id aws AIDAXXXXXXXXXXXXXXXXX",
      "  principal-id aws arn:aws:iam::123456789012:user/deploy",
  };
  Outcome details =
      imported({{"details.json", "{\"UserDetailList\":[" + user +
                                     "],\"GroupDetailList\":[{\"GroupName\":\"g\"}],"
                                     "\"RoleDetailList\":[" +
                                     role + "],\"Policies\":[{},{}]}"}});
  EXPECT_EQ(register_lines(details.reg), expected);
  EXPECT_EQ(report_lines(details.reports[0]), (Lines{"aws-authorization-details 2 of 5",
                                                     "passed over 1: entry of GroupDetailList",
                                                     "passed over 2: entry of Policies"}));
  EXPECT_EQ(lines_of({{"u.json", "{\"Users\":[" + user + "]}"},
                      {"r.json", "{\"Roles\":[" + role + "]}"}}),
            expected);
}

TEST(ImportGcp, ReadsAccountsAndTheirKeys) {
  const std::string accounts =
      R"([{"name":"projects/shop/serviceAccounts/ci@shop.iam.gserviceaccount.com",
        "projectId":"shop","uniqueId":"1001","email":"ci@shop.iam.gserviceaccount.com",
        "displayName":"CI of the shop","etag":"x","description":"builds",
        "oauth2ClientId":"1001","disabled":true}])";
  const std::string keys =
      R"([{"name":"projects/shop/serviceAccounts/ci@shop.iam.gserviceaccount.com/keys/0a1b",
        "privateKeyType":"TYPE_GOOGLE_CREDENTIALS_FILE","keyAlgorithm":"KEY_ALG_RSA_2048",
        "privateKeyData":")" +
      kSecret +
      R"(","validAfterTime":"2025-01-02T03:04:05Z","validBeforeTime":"9999-12-31T23:59:59Z",
        "keyOrigin":"GOOGLE_PROVIDED","keyType":"USER_MANAGED"},
        {"name":"projects/shop/serviceAccounts/ci@shop.iam.gserviceaccount.com/keys/ffff",
        "validAfterTime":"2025-01-02T03:04:05Z","validBeforeTime":"2025-02-02T03:04:05Z",
        "keyType":"SYSTEM_MANAGED"},
        {"name":"projects/shop/serviceAccounts/keys/x","validAfterTime":"2025-01-02"}])";
  Outcome out = imported({{"keys.json", keys}, {"accounts.json", accounts}});
  EXPECT_EQ(
      register_lines(out.reg),
      (Lines{"gcp:ci@shop.iam.gserviceaccount.com: kind=gcp.service-account name=CI of the "
             "shop account=shop purpose=builds status=inactive",
             "  credential-id gcp 0a1b active created=2025-01-02", "  principal-id gcp 1001",
             "  principal-id gcp ci@shop.iam.gserviceaccount.com"}));
  EXPECT_EQ(report_lines(out.reports[0]),
            (Lines{"gcp-keys 1 of 3", "passed over 1: key that Google manages",
                   "left out 1: 'name' is not projects/P/serviceAccounts/E/keys/K, entry 3"}));
}

TEST(ImportAzure, KnowsASecretByItsHint) {
  const std::string secrets =
      R"([{"customKeyIdentifier":null,"displayName":"ci","endDateTime":"2027-01-01T00:00:00Z",
        "hint":"aB3","keyId":"AAAAAAAA-0000-0000-0000-000000000001","secretText":")" +
      kSecret + R"(","startDateTime":"2025-01-01T00:00:00Z"}])";
  const std::string application =
      R"([{"id":"BBBBBBBB-0000-0000-0000-000000000002",
        "appId":"CCCCCCCC-0000-0000-0000-000000000003","displayName":"shop",
        "createdDateTime":"2024-01-01T00:00:00Z","identifierUris":[],"signInAudience":"x",
        "notes":"buys things","serviceManagementReference":"SHOP-1","tags":[],
        "keyCredentials":[{"keyId":"dddddddd-0000-0000-0000-000000000004","key":")" +
      kSecret +
      R"(","endDateTime":"2027-02-01T00:00:00Z","startDateTime":"2025-01-01T00:00:00Z",
        "type":"AsymmetricX509Cert","usage":"Verify"}],"passwordCredentials":)" +
      secrets + "}]";
  const std::string principal =
      R"([{"id":"eeeeeeee-0000-0000-0000-000000000005",
        "appId":"cccccccc-0000-0000-0000-000000000003","displayName":"shop",
        "appDisplayName":"shop","accountEnabled":false,"servicePrincipalType":"Application",
        "servicePrincipalNames":[],"owners":[{"displayName":"Ana","mail":"ana@example.com"}],
        "keyCredentials":[],"passwordCredentials":[],"tags":[]}])";
  const std::string app = "cccccccc-0000-0000-0000-000000000003";
  const Lines expected = {
      "azure:" + app +
          ": kind=azure.application name=shop owner=ana@example.com system=SHOP-1 "
          "purpose=buys things status=active created=2024-01-01",
      "  credential-id azure aaaaaaaa-0000-0000-0000-000000000001 created=2025-01-01 "
      "expires=2027-01-01",
      "  credential-id azure dddddddd-0000-0000-0000-000000000004 created=2025-01-01 "
      "expires=2027-02-01",
      "  hint-and-application azure aB3|" + app +
          " of aaaaaaaa-0000-0000-0000-000000000001 created=2025-01-01 expires=2027-01-01",
      "  principal-id azure bbbbbbbb-0000-0000-0000-000000000002",
      "  principal-id azure " + app,
      "  principal-id azure eeeeeeee-0000-0000-0000-000000000005",
  };
  EXPECT_EQ(lines_of({{"sp.json", principal}, {"app.json", application}}), expected);
  // `az ad app credential list` does not say of which application; the keyId does.
  EXPECT_EQ(
      lines_of({{"secrets.json", secrets}, {"sp.json", principal}, {"app.json", application}}),
      expected);
  Outcome alone = imported({{"secrets.json", secrets}});
  EXPECT_EQ(
      report_lines(alone.reports[0]),
      (Lines{"azure-credentials 0 of 1",
             "left out 1: belongs to no application that is known; import 'az ad app list' "
             "as well, aaaaaaaa-0000-0000-0000-000000000001"}));
}

TEST(ImportAzure, KnowsACertificateByItsThumbprint) {
  auto application = [](const std::string& identifier) {
    return R"([{"id":"i","appId":"a","displayName":"shop","signInAudience":"x","keyCredentials":[
        {"customKeyIdentifier":")" + identifier + R"(","keyId":"k","type":"AsymmetricX509Cert",
         "usage":"Verify"}],"passwordCredentials":[]}])";
  };
  const std::string hex = "00112233445566778899aabbccddeeff00112233";
  const std::string line = "  key-fingerprint  " + hex + " of k";
  for (const std::string& written : {hex, std::string("00112233445566778899AABBCCDDEEFF00112233"),
                                     std::string("ABEiM0RVZneImaq7zN3u/wARIjM=")}) {
    const Lines lines = lines_of({{"app.json", application(written)}});
    EXPECT_EQ(std::count(lines.begin(), lines.end(), line), 1) << written;
  }
  for (const Lines& lines : {lines_of({{"app.json", application("what")}})}) {
    for (const std::string& one : lines) EXPECT_EQ(one.find("key-fingerprint"), one.npos);
  }
}

TEST(ImportAzure, ReadsOwnersOfAnApplication) {
  EXPECT_EQ(lines_of({{"owners.json",
                       R"([{"appId":"CCCCCCCC-0000-0000-0000-000000000003","owners":[
          {"@odata.type":"#microsoft.graph.user","id":"1","displayName":"Ana","mail":null,
           "userPrincipalName":"ana@acme.example"},{"displayName":"Bob"}]}])"}}),
            (Lines{"azure:cccccccc-0000-0000-0000-000000000003: kind=azure.application "
                   "owner=ana@acme.example owner_kind=person",
                   "  principal-id azure cccccccc-0000-0000-0000-000000000003"}));
}

TEST(ImportKubernetes, KnowsTheTokensThatMachinesJoinWith) {
  EXPECT_EQ(lines_of({{"secrets.json", R"({"apiVersion":"v1","kind":"List","items":[
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"bootstrap-token-07401b",
          "namespace":"kube-system","creationTimestamp":"2025-01-02T00:00:00Z"},
          "type":"bootstrap.kubernetes.io/token","data":{"token-secret":")" + kSecret + R"("}}]})"}}),
            (Lines{"kubernetes:bootstrap-token/07401b: kind=kubernetes.bootstrap-token "
                   "name=bootstrap-token-07401b class=privileged-service account=kube-system "
                   "status=active created=2025-01-02",
                   "  credential-id kubernetes 07401b active created=2025-01-02"}));
}

TEST(ImportKubernetes, ReadsMetadataAndNeverData) {
  const std::string list =
      R"({"apiVersion":"v1","kind":"List","items":[
        {"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"ci","namespace":"shop",
          "uid":"12345678-9abc","creationTimestamp":"2025-01-01T00:00:00Z",
          "labels":{"app.kubernetes.io/part-of":"shop"},"annotations":{"acme.io/owner":"payments"}},
          "secrets":[{"name":"ci-token"}]},
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"ci-token","namespace":"shop",
          "uid":"77","creationTimestamp":"2025-01-02T00:00:00Z","annotations":{
          "kubernetes.io/service-account.name":"ci",
          "kubernetes.io/service-account.uid":"12345678-9abc"}},
          "type":"kubernetes.io/service-account-token","data":{"token":")" +
      kSecret +
      R"("}},
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"db","namespace":"shop"},
          "type":"Opaque","data":{"password":")" +
      kSecret +
      R"("}},
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"shop"}}]})";
  Outcome out = imported({{"accounts.json", list}});
  EXPECT_EQ(register_lines(out.reg),
            (Lines{"kubernetes:shop/ci@12345678: kind=kubernetes.service-account name=shop/ci "
                   "owner=payments system=shop account=shop status=active created=2025-01-01",
                   "  credential-id kubernetes shop/ci-token active created=2025-01-02",
                   "  principal-id kubernetes 12345678-9abc",
                   "  principal-id kubernetes system:serviceaccount:shop:ci"}));
  EXPECT_EQ(
      report_lines(out.reports[0]),
      (Lines{"kubernetes 2 of 4", "passed over 1: secret that is no service account's token",
             "left out 1: is something else, entry 4"}));
  EXPECT_EQ(lines_of({{"one.json",
                       R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"ci",
                          "namespace":"shop","uid":"1"},"secrets":[{"name":"x"}]})"}})[0],
            "kubernetes:shop/ci@1: kind=kubernetes.service-account name=shop/ci account=shop "
            "status=active");
}

TEST(ImportGithub, ReadsInstallations) {
  Outcome out =
      imported({{"installations.json",
                 R"({"total_count":2,"installations":[{"id":7,"account":{"login":"acme","id":1},
          "repository_selection":"all","app_id":42,"app_slug":"deployer","client_id":"Iv1.a",
          "target_id":1,"target_type":"Organization",
          "permissions":{"administration":"write","contents":"read"},"events":[],
          "created_at":"2024-01-02T00:00:00.000Z","updated_at":"2024-01-02T00:00:00.000Z",
          "single_file_name":null,"suspended_by":null,"suspended_at":null}]})"}});
  EXPECT_EQ(register_lines(out.reg),
            (Lines{"github:installation/7: kind=github.app-installation name=deployer "
                   "class=privileged-service account=acme status=active created=2024-01-02",
                   "  principal-id github 42", "  principal-id github Iv1.a"}));
  EXPECT_EQ(
      report_lines(out.reports[0]),
      (Lines{"github-installations 1 of 1", "the export holds 1 of 2 entries (total_count)"}));
}

TEST(ImportGithub, ReadsWhenSecretsOfActionsWereChanged) {
  const std::string list =
      R"({"total_count":2,"secrets":[{"name":"NPM_TOKEN","created_at":"2024-01-02T00:00:00Z",
        "updated_at":"2025-01-02T00:00:00Z","visibility":"selected","selected_repositories_url":
        "https://api.github.com/orgs/Acme/actions/secrets/NPM_TOKEN/repositories"},
        {"name":"X","created_at":"2024-01-02T00:00:00Z","updated_at":"2025-01-02T00:00:00Z"}]})";
  Outcome out = imported({{"secrets.json", list}});
  EXPECT_EQ(register_lines(out.reg),
            (Lines{"github:secret/acme/NPM_TOKEN: kind=github.actions-secret name=NPM_TOKEN "
                   "account=acme status=active created=2024-01-02 last_rotated=2025-01-02"}));
  EXPECT_EQ(report_lines(out.reports[0]),
            (Lines{"github-secrets 1 of 2",
                   "left out 1: 'repository' is missing, and so is 'organization', entry 2"}));
  EXPECT_EQ(lines_of({{"secrets.json",
                       R"([{"name":"X","created_at":"2024-01-02T00:00:00Z",
          "updated_at":"2025-01-02T00:00:00Z","repository":"Acme/Shop"}])"}}),
            (Lines{"github:secret/acme/shop/X: kind=github.actions-secret name=X "
                   "account=acme/shop status=active created=2024-01-02 last_rotated=2025-01-02"}));
}

TEST(ImportGithub, KnowsADeployKeyByItsFingerprint) {
  // The fingerprint was computed with `ssh-keygen -lf`.
  Outcome out = imported(
      {{"keys.json",
        R"([{"id":5,"key":"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
          "url":"https://api.github.com/repos/acme/shop/keys/5","title":"mirror","verified":true,
          "created_at":"2024-01-02T00:00:00Z","read_only":false,"added_by":"bob",
          "last_used":"2026-01-02T00:00:00Z","enabled":true},
          {"id":6,"key":"what","url":"u","title":"t","created_at":"2024-01-02T00:00:00Z",
          "read_only":true}])"}});
  EXPECT_EQ(register_lines(out.reg),
            (Lines{"github:deploy-key/5: kind=github.deploy-key name=mirror account=acme/shop "
                   "purpose=deploy key, added by bob status=active created=2024-01-02 "
                   "last_used=2026-01-02",
                   "  key-fingerprint  SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA "
                   "active created=2024-01-02 used=2026-01-02"}));
  EXPECT_EQ(
      report_lines(out.reports[0]),
      (Lines{"github-deploy-keys 1 of 2", "left out 1: 'key' is no public key, entry 2"}));
}

TEST(ImportGithub, KnowsTokensOfPeople) {
  EXPECT_EQ(
      lines_of({{"sso.json",
                 R"([{"login":"ana","credential_id":161195,
                   "credential_type":"personal access token","token_last_eight":"71c3fc11",
                   "credential_authorized_at":"2025-01-26T19:06:43Z",
                   "credential_accessed_at":"2025-01-27T19:06:43Z","scopes":["repo"],
                   "authorized_credential_id":12,"authorized_credential_title":null,
                   "authorized_credential_note":"ci","fingerprint":null,
                   "authorized_credential_expires_at":"2026-02-25T00:00:00Z"},
                  {"login":"bob","credential_id":161196,"credential_type":"SSH key",
                   "credential_authorized_at":"2025-01-26T19:06:43Z","token_last_eight":null,
                   "fingerprint":"SHA256:abc","authorized_credential_title":"laptop"}])"},
                {"grants.json",
                 R"([{"id":25381,"owner":{"login":"ana","id":3},"repository_selection":"all",
                   "repositories_url":"https://x","permissions":{"organization":{}},
                   "access_granted_at":"2025-05-16T08:47:09.000-07:00","token_id":98716,
                   "token_name":"release","token_expired":true,
                   "token_expires_at":"2025-11-16T08:47:09.000-07:00",
                   "token_last_used_at":null}])"}}),
      (Lines{
          "github:credential/161195: kind=github.token name=ci owner=ana owner_kind=person "
          "status=active created=2025-01-26 last_used=2025-01-27 expires=2026-02-25",
          "  hint-and-application github 71c3fc11 of 161195 active used=2025-01-27 "
          "expires=2026-02-25",
          "github:credential/161196: kind=github.ssh-key name=laptop owner=bob "
          "owner_kind=person status=active created=2025-01-26",
          "  key-fingerprint  SHA256:abc of 161196 active",
          "github:token/98716: kind=github.fine-grained-token name=release owner=ana "
          "owner_kind=person status=inactive expires=2025-11-16",
          "  credential-id github 98716 inactive expires=2025-11-16",
      }));
}

TEST(ImportGitlab, ReadsTokensOfPeopleAndBots) {
  EXPECT_EQ(
      lines_of(
          {{"tokens.json",
            R"([{"id":4,"name":"ci","revoked":false,"created_at":"2025-07-23T14:31:47.729Z",
                   "description":"builds","scopes":["api","sudo"],"user_id":3,
                   "last_used_at":"2026-10-06T17:58:37.550Z","active":true,"expires_at":null},
                  {"id":5,"name":"mirror","revoked":true,"created_at":"2025-07-23T14:31:47Z",
                   "scopes":["read_repository"],"user_id":9,"active":false,
                   "expires_at":"2026-01-01","access_level":30}])"}}),
      (Lines{
          "gitlab:token/4: kind=gitlab.token name=ci class=privileged-service account=user 3 "
          "purpose=builds status=active created=2025-07-23 last_rotated=2025-07-23 "
          "last_used=2026-10-06",
          "  credential-id gitlab 4 active created=2025-07-23 used=2026-10-06",
          "  principal-id gitlab 3",
          "gitlab:token/5: kind=gitlab.bot-token name=mirror account=user 9 status=revoked "
          "created=2025-07-23 last_rotated=2025-07-23 expires=2026-01-01",
          "  credential-id gitlab 5 revoked created=2025-07-23 expires=2026-01-01",
          "  principal-id gitlab 9",
      }));
}

TEST(ImportVault, NeverReadsTheTokenItself) {
  const std::string token =
      R"({"request_id":"r","lease_id":"","renewable":false,"lease_duration":0,"data":{
        "accessor":"acc1","creation_time":1735689600,"creation_ttl":2764800,
        "display_name":"approle","entity_id":"ent1","expire_time":"2026-12-01T00:00:00.123456789Z",
        "explicit_max_ttl":0,"id":")" +
      kSecret +
      R"(","issue_time":"2025-01-01T00:00:00Z","meta":{"team":"payments"},"num_uses":0,
        "orphan":true,"path":"auth/approle/login","policies":["default","root"],
        "renewable":true,"ttl":1,"type":"service"},"warnings":null})";
  const std::string entity =
      R"({"data":{"id":"ent1","name":"shop","metadata":{"owner":"ana@example.com"},
        "policies":["p"],"disabled":false,"creation_time":"2025-01-01T00:00:00Z",
        "aliases":[{"name":"shop","mount_type":"approle","mount_accessor":"a"}]}})";
  const std::string role = R"([{"name":"shop","data":{"role_id":"role1"}}])";
  EXPECT_EQ(lines_of({{"token.json", token}, {"entity.json", entity}, {"roles.json", role}}),
            (Lines{"vault:accessor/acc1: kind=vault.token name=approle owner=payments "
                   "owner_kind=team class=privileged-service account=auth/approle/login "
                   "status=active created=2025-01-01 expires=2026-12-01",
                   "  credential-id vault acc1 active created=2025-01-01 expires=2026-12-01",
                   "  principal-id vault ent1",
                   "vault:approle/role1: kind=vault.approle name=shop status=active",
                   "  principal-id vault role1",
                   "vault:entity/ent1: kind=vault.entity name=shop owner=ana@example.com "
                   "status=active created=2025-01-01",
                   "  principal-id vault ent1"}));
  EXPECT_EQ(lines_of({{"tokens.json", "[" + token + "]"}}), lines_of({{"token.json", token}}));
}

TEST(ImportBackstage, ReadsEveryDocument) {
  const std::string catalogue =
      "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: Checkout\n"
      "  annotations:\n    github.com/project-slug: Acme/Shop\n    "
      "backstage.io/source-location: "
      "url:https://github.com/acme/shop/tree/main/services/checkout/\nspec:\n  type: service\n"
      "  lifecycle: production\n  owner: payments\n  system: shop\n---\n"
      "apiVersion: backstage.io/v1beta1\nkind: Resource\nmetadata:\n  name: db\n"
      "  namespace: data\n  annotations:\n    gitlab.com/project-slug: acme/data/db\n"
      "spec: {type: database, owner: 'user:default/ana'}\n---\n"
      "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: orders, namespace: "
      "data}\n"
      "spec: {type: openapi, lifecycle: production, owner: core, definition: x}\n---\n"
      "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: ana}\n"
      "spec: {profile: {displayName: Ana Lis, email: Ana@example.com}, memberOf: [payments]}\n"
      "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: payments}\n"
      "spec: {type: team, children: []}\n---\n";
  Outcome out = imported({{"catalog-info.yaml", catalogue}});
  EXPECT_EQ(register_lines(out.reg),
            (Lines{"person Ana Lis ana@example.com @ana",
                   "api:data/orders / owner=data/core team  production",
                   "component:default/checkout acme/shop/services/checkout owner=payments team "
                   "shop production",
                   "resource:data/db acme/data/db/ owner=ana person  "}));
  EXPECT_EQ(report_lines(out.reports[0]),
            (Lines{"backstage 4 of 5", "passed over 1: catalogue entry of kind group"}));
}

TEST(ImportBackstage, RefusesAliasesThatGrow) {
  std::string bomb = "apiVersion: backstage.io/v1alpha1\na0: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string n = std::to_string(i), before = std::to_string(i - 1);
    bomb += "a" + n + ": &a" + n + " [*a" + before + ", *a" + before + "]\n";
  }
  EXPECT_EQ(complaint({"c.yaml", bomb}),
            "c.yaml:1: is nested too deeply, or grows through its aliases");
}

TEST(ImportPeople, ReadsScim) {
  Outcome out = imported(
      {{"users.json",
        R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":2,
          "Resources":[{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"2819",
          "externalId":"e7","userName":"Ana","active":false,"name":{"formatted":"Ana Lis"},
          "password":")" +
            kSecret +
            R"(","emails":[{"value":"Ana@Example.com","primary":true}],
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"x",
          "manager":{"value":"2800"}}},
          {"id":"2800","userName":"bob"}]})"}});
  EXPECT_EQ(register_lines(out.reg),
            (Lines{"person  @2800 @bob",
                   "person Ana Lis ana@example.com @2819 @ana @e7 left manager=2800"}));
}

TEST(ImportPeople, ReadsARosterUnderOtherHeadings) {
  const std::string roster =
      "\xef\xbb\xbf"
      "E-Mail;x,E-Mail,name,status,left_on,manager\r\n"
      "1,ana@example.com,\"Lis, Ana\",active,,bob@example.com\r\n"
      "2,cy@example.com,Cy,left,2026-01-31,bob@example.com\r\n"
      "3,nobody,Dee,active,,\r\n4,eve@example.com,Eve,maybe,,\r\n\r\n"
      "5,fay@example.com,Fay,,2027-01-01,\r\n6,ana@example.com,Ana,active,,\r\n7,short\r\n";
  ImportOptions options;
  options.columns = {{"email", "E-Mail"}};
  Outcome out = imported({{"hr.csv", roster}}, options);
  EXPECT_EQ(register_lines(out.reg),
            (Lines{"person Lis, Ana ana@example.com manager=bob@example.com",
                   "person Cy cy@example.com left=2026-01-31 manager=bob@example.com",
                   "person Fay fay@example.com=2027-01-01"}));
  EXPECT_EQ(report_lines(out.reports[0]),
            (Lines{"roster 3 of 7", "left out 1: 'email' is no address, line 4",
                   "left out 1: 'status' is neither active nor left, line 5",
                   "left out 1: it has another number of cells than the header, line 9",
                   "left out 1: its id stands in the file before, line 8"}));
}

TEST(ImportTable, ReadsFieldsAndLinksByColumn) {
  const std::string table =
      "nhi_id,kind,provider,Team,owner_kind,class,environment,status,created,rotation_days,"
      "principal_id,host,password\n"
      "n1,db-user,postgres,payments,team,ordinary-service,prod,active,2025-01-02,90,svc,"
      "db.example.com," +
      kSecret + "\nn2,x,,,,,,odd,,,,,\nn3,x,,,,,,,soon,,,,\n,x,,,,,,,,,,,\n";
  ImportOptions options;
  options.columns = {{"owner", "Team"}};
  options.source = "cmdb";
  Outcome out = imported({{"cmdb.csv", table}}, options);
  EXPECT_EQ(register_lines(out.reg),
            (Lines{"n1: kind=db-user owner=payments owner_kind=team class=ordinary-service "
                   "environment=prod status=active created=2025-01-02 rotation_days=90",
                   "  principal-id postgres svc", "  host-path-rule  db.example.com"}));
  EXPECT_EQ(out.reg.nhi("n1")->facts[0].source, "cmdb");
  EXPECT_EQ(
      report_lines(out.reports[0]),
      (Lines{"table 1 of 4",
             "left out 1: 'created' is not one of its values; see docs/identities.md, line 4",
             "left out 1: 'nhi_id' is missing, line 5",
             "left out 1: 'status' is not one of its values; see docs/identities.md, line 3"}));
}

TEST(Import, TellsWhatIsWrongWithAFileAndTakesNothing) {
  EXPECT_EQ(
      complaint({"keys.json", "{\"AccessKeyMetadata\":[" +
                                  access_key(kKey, "2024-02-03T04:05:06Z") + ",\n{\"User"}),
      "keys.json:2: ends in the middle of its JSON; the export is not whole");
  EXPECT_EQ(complaint({"keys.json", "\n"}),
            "keys.json: is empty; perhaps what wrote the export failed");
  EXPECT_EQ(complaint({"keys.json", "[{\"a\":1},\n ?]"}), "keys.json:2: is not JSON here");
  EXPECT_EQ(complaint({"keys.json",
                       "{\"AccessKeyMetadata\":[{\"UserName\":\"" + kSecret + "\" \"x\"}]}"}),
            "keys.json:1: is not JSON here");  // and does not quote it
  const std::string utf16 = std::string("\xff\xfeu\0s\0", 6);
  EXPECT_EQ(complaint({"r.csv", utf16}),
            "r.csv: is UTF-16, as '>' of Windows PowerShell writes it; write the export as "
            "UTF-8, for example with '| Out-File -Encoding utf8'");
  EXPECT_EQ(complaint({"r.csv", "email,name,status\na@b.c,Ren\xe9,active\n"}),
            "r.csv:2: is not UTF-8, perhaps Latin-1; convert the export, for example with "
            "'iconv -f latin1 -t utf8'");
  EXPECT_EQ(complaint({"r.csv", "email,email,status\n"}),
            "r.csv:1: the column 'email' stands twice in the header");
  EXPECT_EQ(complaint({"r.csv", "email,status\n\"a@b.c,active\nb@b.c,active\n"}),
            "r.csv:2: a quoted cell is not closed; the export is not whole");
  EXPECT_TRUE(complaint({"r.csv", "a,b\n1,2\n"})
                  .starts_with("r.csv: is none of the exports that are known; if it is one, "
                               "say which with --as, one of "
                               "aws-credential-report, aws-access-keys, "));
  const std::string header =
      "user,arn,user_creation_time,access_key_1_active,access_key_2_active,"
      "access_key_1_last_used_date,access_key_2_last_used_date\n";
  EXPECT_TRUE(
      complaint({"r.csv", header + "a,b,c,d,e,f,g\n"})
          .starts_with(
              "r.csv: is none of the exports that are known; it looks like AWS credential "
              "report (aws "
              "iam get-credential-report), but 'access_key_1_last_rotated' is missing; "));
  ImportOptions forced;
  forced.kind = "scim";
  EXPECT_EQ(
      complaint({"r.csv", "a,b\n1,2\n"}, forced),
      "r.csv: is taken for users of SCIM 2.0 (GET /Users), but none of its entries can be "
      "read; line 2: 'userName' is missing");
  forced.kind = "scimm";
  EXPECT_EQ(complaint({"r.csv", "a\n"}, forced),
            "'scimm' is no kind of export; did you mean 'scim'?");
}

TEST(Import, TakesAnEmptyExportForWhatItIs) {
  for (const char* text : {"[]", "{\"AccessKeyMetadata\":[]}", "email,status\n"}) {
    Outcome out = imported({{"empty", text}});
    EXPECT_EQ(report_lines(out.reports[0]), Lines{" 0 of 0"}) << text;
  }
}

TEST(Import, TakesAnotherRegisterWithWhoSaidWhat) {
  Outcome first = imported({{"report.csv", kReport}});
  ASSERT_TRUE(first.reg.attest("aws:123456789012:root", "ciso", OwnerKind::kPerson, "ceo", 5));
  for (RegisterForm form : {RegisterForm::kToml, RegisterForm::kJson}) {
    const std::string text = write_register(first.reg, form);
    Outcome second = imported({{"other", text}});
    EXPECT_EQ(write_register(second.reg, RegisterForm::kToml),
              write_register(first.reg, RegisterForm::kToml));
  }
}

}  // namespace
}  // namespace straykey
