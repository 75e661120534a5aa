// SPDX-License-Identifier: Apache-2.0
#include "scanner/nhi/identity.h"

#include <gtest/gtest.h>

#include <string>

#include "scanner/nhi/environment.h"

namespace straykey {
namespace {

Signature signature(const std::string& id, const std::string& kind,
                    PrincipalClass principal_class = PrincipalClass::kUnknown) {
  Signature out;
  out.id = id;
  out.provider = id.substr(0, id.find('.'));
  out.identity = kind;
  out.principal_class = principal_class;
  return out;
}

// "kind class provider | attribute=value ... | key, key"
std::string told(const Signature& signature, Attributes attributes,
                 const std::string& redacted = "****") {
  Finding finding;
  finding.attributes = std::move(attributes);
  finding.redacted = redacted;
  const Identity identity = identity_of(finding, signature);
  std::string out = (identity.kind.empty() ? "-" : identity.kind) + " " +
                    name(identity.principal_class) + " " +
                    (identity.provider.empty() ? "-" : identity.provider) + " |";
  for (const auto& [key, value] : identity.attributes) out += " " + key + "=" + value;
  out += " |";
  for (const JoinKey& key : identity.keys)
    out += std::string(" ") + name(key.kind) + ":" + key.provider + ":" + key.value;
  return out;
}

constexpr auto kService = PrincipalClass::kService;

TEST(Identity, AwsKeysTellTheirAccountWhereTheyHaveOne) {
  const std::string id = std::string("AKIA") + "RZPUZDIKAAAAAAAA";
  const std::string old = std::string("AKIA") + "IOSFODNN7EXAMPLE";
  const Signature pair = signature("aws.secret-access-key", "aws-access-key", kService);
  EXPECT_EQ(told(pair, {{"access-key-id", id}}),
            "aws-access-key service aws | access-key-id=" + id +
                " credential-class=long-term account=123456789012 | credential-id:aws:" + id +
                " account:aws:123456789012");
  EXPECT_EQ(told(pair, {{"access-key-id", old}}),
            "aws-access-key service aws | access-key-id=" + old +
                " credential-class=long-term | credential-id:aws:" + old);
  const std::string session = std::string("ASIA") + "RZPUZDIKAAAAAAAA";
  EXPECT_TRUE(told(pair, {{"access-key-id", session}}).starts_with("aws-session service aws"));
  EXPECT_EQ(told(pair, {}), "aws-access-key service aws | |");
  EXPECT_EQ(told(signature("aws.bedrock-api-key", "aws-bedrock-key", kService),
                 {{"user", "BedrockAPIKey-x-at-123456789012"}, {"account", "123456789012"}}),
            "aws-bedrock-key service aws | user=BedrockAPIKey-x-at-123456789012 "
            "account=123456789012 | principal-id:aws:BedrockAPIKey-x-at-123456789012 "
            "principal-id:aws:arn:aws:iam::123456789012:user/"
            "BedrockAPIKey-x-at-123456789012 account:aws:123456789012");
}

TEST(Identity, GoogleServiceAccountsAreKnownByAddressAndKey) {
  const Signature key = signature("google.service-account-key", "gcp-service-account", kService);
  EXPECT_EQ(told(key, {{"email", "Deploy@acme-prod.iam.gserviceaccount.com"}, {"key-id", "ab12"}}),
            "gcp-service-account service gcp | email=Deploy@acme-prod.iam.gserviceaccount.com "
            "key-id=ab12 project=acme-prod | credential-id:gcp:ab12 "
            "principal-id:gcp:deploy@acme-prod.iam.gserviceaccount.com account:gcp:acme-prod");
  EXPECT_EQ(told(key, {{"email", "1234-compute@developer.gserviceaccount.com"}}),
            "gcp-service-account service gcp | email=1234-compute@developer.gserviceaccount.com "
            "default-account=yes | "
            "principal-id:gcp:1234-compute@developer.gserviceaccount.com");
}

TEST(Identity, EntraApplicationsAreKnownByTheHintOfTheirSecret) {
  const std::string app = "AAAAAAAA-1111-2222-3333-444444444444";
  const Signature secret = signature("azure.client-secret", "entra-application", kService);
  const std::string low = "aaaaaaaa-1111-2222-3333-444444444444";
  EXPECT_EQ(told(secret, {{"client-id", app}}, "abc8****"),
            "entra-application service azure | client-id=" + app +
                " | hint-and-application:azure:abc|" + low + " principal-id:azure:" + low);
  // What is not shown cannot be a hint.
  EXPECT_EQ(told(secret, {{"client-id", app}}, "****"),
            "entra-application service azure | client-id=" + app + " | principal-id:azure:" + low);
  EXPECT_EQ(told(secret, {}, "abc8****"), "entra-application service azure | |");
}

TEST(Identity, SharedAccessSignaturesTellTheirSigner) {
  EXPECT_EQ(told(signature("azure.sas-signature", "azure-storage-account", kService),
                 {{"account", "acmelogs"},
                  {"signer-object-id", "AAAAAAAA-1111-2222-3333-444444444444"}}),
            "azure-storage-account service azure | account=acmelogs "
            "signer-object-id=AAAAAAAA-1111-2222-3333-444444444444 | "
            "principal-id:azure:aaaaaaaa-1111-2222-3333-444444444444 account:azure:acmelogs "
            "host-path-rule::acmelogs.blob.core.windows.net");
}

TEST(Identity, TheIssuerSaysWhatASubjectIs) {
  const Signature jwt = signature("jwt.token", "jwt-subject");
  EXPECT_EQ(told(jwt, {{"iss", "https://k8s"},
                       {"sub", "system:serviceaccount:pay:api"},
                       {"namespace", "pay"},
                       {"service-account", "api"},
                       {"service-account-uid", "u-1"}}),
            "kubernetes-service-account service kubernetes | iss=https://k8s "
            "sub=system:serviceaccount:pay:api namespace=pay service-account=api "
            "service-account-uid=u-1 | principal-id:kubernetes:u-1 "
            "principal-id:kubernetes:system:serviceaccount:pay:api");
  EXPECT_EQ(told(jwt, {{"iss", "kubernetes/serviceaccount"},
                       {"namespace", "pay"},
                       {"service-account", "api"},
                       {"secret-name", "api-token-x"}}),
            "kubernetes-service-account service kubernetes | iss=kubernetes/serviceaccount "
            "namespace=pay service-account=api secret-name=api-token-x | "
            "credential-id:kubernetes:pay/api-token-x "
            "principal-id:kubernetes:system:serviceaccount:pay:api");
  EXPECT_EQ(told(jwt, {{"iss", "https://login.microsoftonline.com/t/v2.0"},
                       {"sub", "x"},
                       {"azp", "AAAAAAAA-1111-2222-3333-444444444444"}}),
            "entra-token unknown azure | iss=https://login.microsoftonline.com/t/v2.0 sub=x "
            "azp=AAAAAAAA-1111-2222-3333-444444444444 | "
            "principal-id:azure:aaaaaaaa-1111-2222-3333-444444444444");
  EXPECT_EQ(told(jwt, {{"iss", "https://token.actions.githubusercontent.com"},
                       {"sub", "repo:acme/web:ref:refs/heads/main"}}),
            "github-actions-token service github | "
            "iss=https://token.actions.githubusercontent.com "
            "sub=repo:acme/web:ref:refs/heads/main | "
            "principal-id:github:repo:acme/web:ref:refs/heads/main");
  EXPECT_EQ(told(jwt, {{"iss", "https://securetoken.google.com/acme-prod"}, {"sub", "1"}}),
            "firebase-token unknown - | iss=https://securetoken.google.com/acme-prod sub=1 | "
            "principal-id::https://securetoken.google.com/acme-prod|1 account:gcp:acme-prod");
  EXPECT_EQ(told(jwt, {{"iss", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a"}}),
            "cognito-token unknown - | iss=https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a |");
  // Subject 1 of one issuer is not subject 1 of another.
  EXPECT_EQ(told(jwt, {{"iss", "acme"}, {"sub", "1"}}),
            "jwt-subject unknown - | iss=acme sub=1 | principal-id::acme|1");
  EXPECT_EQ(told(jwt, {{"sub", "1"}}), "jwt-subject unknown - | sub=1 |");
}

TEST(Identity, GitlabTokensAreOfAUserAProjectOrAGroup) {
  const Signature token = signature("gitlab.routable-token", "gitlab-token");
  EXPECT_EQ(told(token, {{"organization-id", "1"}, {"user-id", "42"}}),
            "gitlab-token unknown gitlab | organization-id=1 user-id=42 | "
            "principal-id:gitlab:42 account:gitlab:1");
  EXPECT_EQ(told(token, {{"project-id", "7"}}),
            "gitlab-token service gitlab | project-id=7 | account:gitlab:project:7");
}

TEST(Identity, KeyPairsAreKnownByTheirPublicHalf) {
  EXPECT_EQ(told(signature("private-key.pem", ""), {{"public-key", "SHA256:abc"}}),
            "key-pair unknown - | public-key=SHA256:abc | key-fingerprint::SHA256:abc");
  // Another thing of the same name.
  EXPECT_EQ(told(signature("langfuse.secret-key", "langfuse-project"), {{"public-key", "pk-1"}}),
            "langfuse-project unknown langfuse | public-key=pk-1 |");
}

TEST(Identity, CertificatesNameTheUserOfAClusterAndAWorkload) {
  const std::string thumbprint(40, 'a');
  EXPECT_EQ(told(signature("kubernetes.kubeconfig-client-key", "kubernetes-user"),
                 {{"public-key", "SHA256:abc"}, {"common-name", "system:node:n1"},
                  {"server", "https://k8s.acme.example:6443"}, {"thumbprint", thumbprint}}),
            "kubernetes-user service kubernetes | public-key=SHA256:abc common-name=system:node:n1 "
            "server=https://k8s.acme.example:6443 thumbprint=" + thumbprint +
            " | key-fingerprint::SHA256:abc key-fingerprint::" + thumbprint +
            " principal-id:kubernetes:system:node:n1 host-path-rule::k8s.acme.example");
  EXPECT_EQ(told(signature("private-key.pem", ""), {{"public-key", "SHA256:abc"},
                                                    {"spiffe-id", "spiffe://acme/pay"}}),
            "key-pair unknown - | public-key=SHA256:abc spiffe-id=spiffe://acme/pay | "
            "key-fingerprint::SHA256:abc principal-id::spiffe://acme/pay");
}

TEST(Identity, TheProgramThatAPersonSignedInWithIsNotThePerson) {
  EXPECT_EQ(told(signature("google.authorized-user", "gcp-user", PrincipalClass::kHuman),
                 {{"oauth-client", "1-x.apps.googleusercontent.com"}, {"email", "Ana@acme.example"}}),
            "gcp-user human gcp | oauth-client=1-x.apps.googleusercontent.com "
            "email=Ana@acme.example | principal-id:gcp:ana@acme.example");
  EXPECT_EQ(told(signature("google.oauth-client-secret", "google-oauth-client", kService),
                 {{"client-id", "12-x.apps.googleusercontent.com"}}),
            "google-oauth-client service gcp | client-id=12-x.apps.googleusercontent.com "
            "project-number=12 | principal-id:gcp:12-x.apps.googleusercontent.com");
}

TEST(Identity, UsersAreUsersOfAHost) {
  EXPECT_EQ(told(signature("database.url", "database-user", kService),
                 {{"user", "app"}, {"host", "DB1.acme.example:5432"}}),
            "database-user service - | user=app host=DB1.acme.example:5432 | "
            "principal-id::app@db1.acme.example host-path-rule::db1.acme.example");
  EXPECT_EQ(told(signature("docker-config.auth", "docker-registry"),
                 {{"registry", "https://index.docker.io/v1/"}, {"user", "robot"}}),
            "docker-registry unknown - | registry=https://index.docker.io/v1/ user=robot | "
            "principal-id::robot@index.docker.io host-path-rule::index.docker.io/v1");
  // Every machine has one.
  EXPECT_EQ(told(signature("database.url", "database-user"), {{"user", "app"}, {"host", "localhost"}}),
            "database-user unknown - | user=app host=localhost |");
}

TEST(Identity, OfTwoValuesTheFirstStandsAndNamesOfGroupsCountToo) {
  EXPECT_EQ(told(signature("acme.key", "acme-key"), {{"key_id", "a"}, {"key_id", "b"}}),
            "acme-key unknown acme | key_id=a | credential-id:acme:a");
}

TEST(Environment, WordsOfThePathDecideTheNearestFirst) {
  auto environment = [](ByteView path) { return std::string(name(environment_of_path(path))); };
  EXPECT_EQ(environment("deploy/prod/db.env"), "prod");
  EXPECT_EQ(environment("prod/.env.staging"), "staging");
  EXPECT_EQ(environment("tests/fixtures/key.pem"), "test");
  EXPECT_EQ(environment("src/product/main.c"), "unknown");
  EXPECT_EQ(environment("src/latest/attest.c"), "unknown");
  EXPECT_EQ(environment("k8s/overlays/PROD-eu/secret.yaml"), "prod");
  EXPECT_EQ(environment("config/appProduction.json"), "prod");
  EXPECT_EQ(environment("config/pre-prod.json"), "staging");
  EXPECT_EQ(environment("config/non-prod/x"), "staging");
  EXPECT_EQ(environment("e2e/x.ts"), "test");
  EXPECT_EQ(environment("local/x"), "dev");
  EXPECT_EQ(environment("qa.yml"), "test");
  EXPECT_EQ(environment(""), "unknown");
}

TEST(Environment, TheConfigurationGoesFirstAndItsLastRuleCounts) {
  const std::vector<EnvironmentRule> rules = {
      {"", IgnoreRules::parse("live-*/"), EnvironmentClass::kProduction},
      {"web*", IgnoreRules::parse("live-lab/"), EnvironmentClass::kTest}};
  EXPECT_EQ(environment_of(rules, "/srv/web-shop", "live-lab/x"), EnvironmentClass::kTest);
  EXPECT_EQ(environment_of(rules, "/srv/api", "live-lab/x"), EnvironmentClass::kProduction);
  EXPECT_EQ(environment_of(rules, "/srv/api", "dev/x"), EnvironmentClass::kDevelopment);
}

}  // namespace
}  // namespace straykey
