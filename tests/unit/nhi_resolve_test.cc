// SPDX-License-Identifier: Apache-2.0
#include "scanner/nhi/resolve.h"

#include <gtest/gtest.h>

#include <string>

#include "scanner/nhi/lineage.h"
#include "scanner/nhi/most_links.h"

namespace straykey {
namespace {

const std::string kKeyId = std::string("AKIA") + "RZPUZDIKAAAAAAAA";

Signature aws_signature() {
  Signature out;
  out.id = "aws.secret-access-key";
  out.name = "AWS secret access key";
  out.provider = "aws";
  out.identity = "aws-access-key";
  out.principal_class = PrincipalClass::kService;
  return out;
}

Signature password_signature() {
  Signature out;
  out.id = "generic.password";
  out.name = "Password";
  out.provider = "generic";
  return out;
}

Occurrence place(const std::string& path, const std::string& email,
                 Presence presence = Presence::kTip) {
  Occurrence out;
  out.repository = "/srv/shop";
  out.path = path;
  out.author = "A";
  out.author_email = email;
  out.commit = "0123456789abcdef";
  out.presence = presence;
  return out;
}

Finding finding(Attributes attributes, std::vector<Occurrence> places) {
  Finding out;
  out.id = "f1f1f1f1";
  out.redacted = "****";
  out.attributes = std::move(attributes);
  out.occurrences = std::move(places);
  return out;
}

Nhi entry(const std::string& id, const std::string& owner, OwnerKind kind = OwnerKind::kTeam) {
  Nhi out;
  out.id = id;
  say(out, Field::kName, id, "test", 1);
  say(out, Field::kOwner, owner, "test", 1);
  if (!owner.empty()) say(out, Field::kOwnerKind, name(kind), "test", 1);
  settle(out, {});
  return out;
}

CredentialLink link(LinkKind kind, const std::string& provider, const std::string& value,
                    const std::string& nhi_id) {
  CredentialLink out;
  out.kind = kind;
  out.provider = provider;
  out.value = value;
  out.nhi_id = nhi_id;
  return out;
}

Person person(const std::string& email, bool active, const std::string& manager = "") {
  Person out;
  out.emails = {email};
  out.logins = {email.substr(0, email.find('@'))};
  out.active = active;
  out.manager = manager;
  return out;
}

class Resolve : public testing::Test {
 protected:
  Resolution resolve(const Finding& f, const Signature& s = aws_signature()) {
    Resolver resolver(known, sources);
    return resolver.resolve(f, s);
  }
  // "owner kind by confidence [attested] [suggested] [left]"
  std::string owner(const Finding& f, const Signature& s = aws_signature()) {
    const Resolution r = resolve(f, s);
    if (r.owner.empty()) return "nobody";
    return r.owner + " " + name(r.owner_kind) + " " + r.resolved_by + " " + name(r.confidence) +
           (r.owner_attested ? " attested" : "") + (r.owner_suggested ? " suggested" : "") +
           (r.owner_left ? " left" : "");
  }
  void codeowners(ByteView text, CodeownersDialect dialect = CodeownersDialect::kGithub) {
    sources.repositories["/srv/shop"] = {"acme/shop", "CODEOWNERS",
                                         Codeowners::parse(text, dialect)};
  }
  void component(const std::string& name, const std::string& path, const std::string& owner) {
    Component out;
    out.name = name;
    out.repository = "acme/shop";
    out.path = path;
    out.owner = owner;
    out.owner_kind = OwnerKind::kTeam;
    known.add(out);
  }

  Register known;
  OwnerSources sources;
};

TEST_F(Resolve, TheStrongestLinkDecides) {
  known.add(entry("by-key", "team-key"));
  known.add(entry("by-account", "team-account"));
  known.add(link(LinkKind::kAccount, "aws", "123456789012", "by-account"));
  const Finding f = finding({{"access-key-id", kKeyId}}, {place("a", "x@acme.example")});
  EXPECT_EQ(owner(f), "team-account team register low");
  EXPECT_FALSE(resolve(f).registered);
  known.add(link(LinkKind::kCredentialId, "aws", kKeyId, "by-key"));
  EXPECT_EQ(owner(f), "team-key team register high");
  const Resolution r = resolve(f);
  EXPECT_EQ(r.nhi_id, "by-key");
  EXPECT_TRUE(r.registered);
  ASSERT_TRUE(r.link);
  EXPECT_EQ(r.link->value, kKeyId);
  ASSERT_EQ(r.chain.size(), 2u);
  EXPECT_EQ(r.chain[0].what, "credential-id aws " + kKeyId + " is of by-key");
  EXPECT_EQ(r.chain[1].what, "the entry names team-key, from an import");
}

TEST_F(Resolve, AKeyOfAnotherProviderIsNoLink) {
  known.add(entry("other", "team-other"));
  known.add(link(LinkKind::kCredentialId, "tencent", kKeyId, "other"));
  EXPECT_EQ(owner(finding({{"access-key-id", kKeyId}}, {place("a", "")})), "nobody");
}

TEST_F(Resolve, AKeyThatLeadsToSeveralNamesNone) {
  known.add(entry("a", "team-a"));
  known.add(entry("b", "team-b"));
  known.add(link(LinkKind::kCredentialId, "aws", kKeyId, "a"));
  known.add(link(LinkKind::kCredentialId, "aws", kKeyId, "b"));
  const Finding f = finding({{"access-key-id", kKeyId}}, {place("a", "")});
  EXPECT_EQ(owner(f), "nobody");
  EXPECT_FALSE(resolve(f).nhi);
  // But if both are of one team, it is that team's.
  known.add(entry("c", "team-c"));
  known.add(entry("d", "team-c"));
  const std::string other = std::string("AKIA") + "RZPUZDIKBBBBBBBB";
  known.add(link(LinkKind::kCredentialId, "aws", other, "c"));
  known.add(link(LinkKind::kCredentialId, "aws", other, "d"));
  EXPECT_EQ(owner(finding({{"access-key-id", other}}, {place("a", "")})),
            "team-c team register medium");
  // Of a crowd nobody is asked: it must not cost more the more of them there are.
  const std::string crowded = std::string("AKIA") + "RZPUZDIKCCCCCCCC";
  for (int i = 0; i < 1000; ++i) {
    const std::string id = "e" + std::to_string(i);
    known.add(entry(id, "team-e"));
    known.add(link(LinkKind::kCredentialId, "aws", crowded, id));
  }
  EXPECT_EQ(known.links(LinkKind::kCredentialId, "aws", crowded).size(), kMostLinks);
  EXPECT_EQ(owner(finding({{"access-key-id", crowded}}, {place("a", "")})), "nobody");
}

TEST_F(Resolve, ARuleForAHostHoldsBelowItsPath) {
  known.add(entry("registry", "team-images"));
  known.add(link(LinkKind::kHostPathRule, "", "registry.acme.example/web", "registry"));
  Signature docker;
  docker.id = "docker-config.auth";
  docker.provider = "docker-config";
  docker.identity = "docker-registry";
  EXPECT_EQ(owner(finding({{"registry", "https://registry.acme.example/web/front/"}},
                          {place("a", "")}), docker),
            "team-images team register medium");
  EXPECT_EQ(owner(finding({{"registry", "registry.acme.example"}}, {place("a", "")}), docker),
            "nobody");
}

TEST_F(Resolve, OwnersAreAskedInOrder) {
  const Finding f = finding({}, {place("pay/prod/db.env", "ann@acme.example")});
  const Signature s = password_signature();
  EXPECT_EQ(owner(f, s), "ann@acme.example person history low suggested");
  sources.owners = {{"shop", {}, "team-map", OwnerKind::kUnknown}};
  EXPECT_EQ(owner(f, s), "team-map unknown owner-map medium");
  codeowners("* @acme/all\n/pay/ @acme/pay @bob\n");
  EXPECT_EQ(owner(f, s), "@acme/pay team codeowners medium");
  component("component:default/pay", "pay", "team-pay");
  EXPECT_EQ(owner(f, s), "team-pay team catalogue medium");
  EXPECT_EQ(resolve(f, s).component, "component:default/pay");
  EXPECT_EQ(resolve(f, s).environment, "prod");
}

TEST_F(Resolve, AnAttestedOwnerIsSaidToBeOne) {
  known.add(entry("n", "team-a"));
  known.add(link(LinkKind::kCredentialId, "aws", kKeyId, "n"));
  ASSERT_TRUE(known.attest("n", "cleo@acme.example", OwnerKind::kPerson, "boss", 5));
  known.add(person("cleo@acme.example", false, "dora@acme.example"));
  const Finding f = finding({{"access-key-id", kKeyId}}, {place("a", "x@acme.example")});
  EXPECT_EQ(owner(f), "cleo@acme.example person register high attested left");
  EXPECT_EQ(resolve(f).chain.back().what,
            "cleo@acme.example has left; the manager was dora@acme.example");
}

TEST_F(Resolve, CodeownersWhoHaveLeftGiveWayToThoseWhoHaveNot) {
  known.add(person("ann@acme.example", false));
  codeowners("/x @ann @bob\n/y @ann\n/z\n");
  const Signature s = password_signature();
  EXPECT_EQ(owner(finding({}, {place("x", "")}), s), "@bob person codeowners medium");
  EXPECT_EQ(owner(finding({}, {place("y", "")}), s), "@ann person codeowners medium left");
  // Taken out of everybody's hands, and no history.
  EXPECT_EQ(owner(finding({}, {place("z", "")}), s), "nobody");
}

TEST_F(Resolve, NamedSectionsGoBeforeTheRestAndRolesNameNobody) {
  codeowners("* @admin\n[Pay]\n/pay/ @pay-team\n^[Maybe]\n/pay/ @maybe\n[Roles]\n/r/ @@maintainer\n",
             CodeownersDialect::kGitlab);
  const Signature s = password_signature();
  EXPECT_EQ(owner(finding({}, {place("pay/x", "")}), s), "@pay-team person codeowners low");
  EXPECT_EQ(owner(finding({}, {place("r/x", "")}), s), "@admin person codeowners medium");
  codeowners("/r/ @@maintainer\n", CodeownersDialect::kGitlab);
  EXPECT_EQ(owner(finding({}, {place("r/x", "")}), s), "nobody");
}

TEST_F(Resolve, OwnersOfAPathThatIsGoneAreAGuess) {
  codeowners("* @acme/all\n");
  const Signature s = password_signature();
  EXPECT_EQ(owner(finding({}, {place("old", "", Presence::kHistory)}), s),
            "@acme/all team codeowners low");
  // A place that can be seen today speaks before older ones.
  codeowners("/old @acme/old\n/new @acme/new\n");
  EXPECT_EQ(owner(finding({}, {place("old", "", Presence::kHistory), place("new", "")}), s),
            "@acme/new team codeowners medium");
}

TEST_F(Resolve, ComponentsThatDisagreeNameNobody) {
  component("component:default/a", "pay", "team-a");
  component("component:default/b", "pay", "team-b");
  component("component:default/all", "", "team-all");
  codeowners("");
  const Signature s = password_signature();
  EXPECT_EQ(owner(finding({}, {place("pay/x", "")}), s), "nobody");
  EXPECT_EQ(owner(finding({}, {place("payments/x", "")}), s), "team-all team catalogue medium");
}

TEST_F(Resolve, HistorySuggestsPeopleWhoAreHere) {
  known.add(person("ann@acme.example", false));
  const Signature s = password_signature();
  EXPECT_EQ(owner(finding({}, {place("x", "ann@acme.example", Presence::kHistory),
                               place("x", "bob@acme.example")}), s),
            "bob@acme.example person history low suggested");
  EXPECT_EQ(owner(finding({}, {place("x", "ann@acme.example")}), s),
            "ann@acme.example person history low suggested left");
  EXPECT_EQ(owner(finding({}, {place("x", "49699333+dependabot[bot]@users.noreply.github.com")}), s),
            "nobody");
}

TEST_F(Resolve, CandidatesStayTheSameAsLongAsThePrincipal) {
  Signature google;
  google.id = "google.service-account-key";
  google.provider = "google";
  google.identity = "gcp-service-account";
  auto id = [&](const std::string& email, const std::string& key, const std::string& fingerprint) {
    Finding f = finding({{"email", email}, {"key-id", key}}, {place("a", "")});
    f.id = fingerprint;
    return resolve(f, google).nhi_id;
  };
  const std::string first = id("a@p.iam.gserviceaccount.com", "k1", "f1");
  EXPECT_TRUE(first.starts_with("candidate:"));
  EXPECT_EQ(first.size(), 10u + 16u);
  EXPECT_EQ(id("A@p.iam.gserviceaccount.com", "k2", "f2"), first);
  EXPECT_NE(id("b@p.iam.gserviceaccount.com", "k1", "f1"), first);
  auto of_password = [&](const std::string& fingerprint) {
    Finding f = finding({}, {place("a", "")});
    f.id = fingerprint;
    return resolve(f, password_signature()).nhi_id;
  };
  EXPECT_EQ(of_password("f1"), of_password("f1"));
  EXPECT_NE(of_password("f1"), of_password("f2"));
}

TEST_F(Resolve, LineagesJoinTheSecretsOfOneIdentity) {
  Finding one = finding({{"access-key-id", kKeyId}}, {place("prod/a", "ann@acme.example")});
  one.first_seen = 100;
  one.last_seen = 200;
  one.at_tip = true;
  Finding two = one;
  two.id = "f2f2f2f2";
  two.first_seen = 50;
  two.occurrences = {place("tests/b", "bob@acme.example")};
  two.occurrences[0].repository = "/srv/web";
  Finding other = finding({}, {place("c", "")});
  other.id = "f3f3f3f3";
  const std::vector<Finding> findings = {one, two, other};
  Resolver resolver(known, sources);
  std::vector<Resolution> resolutions = {resolver.resolve(one, aws_signature()),
                                         resolver.resolve(two, aws_signature()),
                                         resolver.resolve(other, password_signature())};
  std::vector<Lineage> found = lineages(findings, resolutions, {});
  ASSERT_EQ(found.size(), 2u);
  if (found[0].fingerprints.size() == 1) std::swap(found[0], found[1]);
  const Lineage& key = found[0];
  EXPECT_EQ(key.fingerprints, (std::set<std::string>{"f1f1f1f1", "f2f2f2f2"}));
  EXPECT_EQ(key.repositories, (std::set<std::string>{"/srv/shop", "/srv/web"}));
  EXPECT_EQ(key.authors, (std::set<std::string>{"ann@acme.example", "bob@acme.example"}));
  EXPECT_EQ(key.environments,
            (std::set<EnvironmentClass>{EnvironmentClass::kTest, EnvironmentClass::kProduction}));
  EXPECT_EQ(key.since, 50);
  EXPECT_EQ(key.last_seen, 200);
  EXPECT_TRUE(key.at_tip);

  // Written into the register, it is found again, and is still no registered identity.
  const NhiCandidate candidate = candidate_of(key, "straykey scan", 300);
  EXPECT_FALSE(candidate.nhi.registered);
  EXPECT_EQ(candidate.nhi.owner, "");  // what is inferred is no statement
  known.add(candidate.nhi);
  for (const CredentialLink& l : candidate.links) known.add(l);
  const Resolution again = resolve(one);
  EXPECT_EQ(again.nhi_id, key.nhi_id);
  EXPECT_TRUE(again.nhi);
  EXPECT_FALSE(again.registered);
}

}  // namespace
}  // namespace straykey
