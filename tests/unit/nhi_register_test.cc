// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "scanner/nhi/register.h"

namespace straykey {
namespace {

Nhi said(const std::string& id, Field field, const std::string& value,
         const std::string& source, int64_t as_of) {
  Nhi out;
  out.id = id;
  say(out, field, value, source, as_of);
  return out;
}

std::vector<std::string> values_of(const Nhi& nhi) {
  std::vector<std::string> out;
  for (const Fact& fact : nhi.facts) {
    out.push_back(std::string(name(fact.field)) + "=" + fact.value + " " + fact.source);
  }
  return out;
}

TEST(Register, GivesTheSameWhateverTheOrderOfSources) {
  std::vector<Nhi> statements = {
      said("a", Field::kOwner, "payments", "cmdb", 100),
      said("a", Field::kOwner, "checkout", "tags", 200),
      said("a", Field::kOwner, "old", "tags", 50),
      said("a", Field::kStatus, "active", "tags", 200),
      said("a", Field::kStatus, "inactive", "cmdb", 200),
  };
  std::vector<size_t> order = {0, 1, 2, 3, 4};
  do {
    Register reg;
    for (size_t i : order) reg.add(statements[i]);
    auto nhi = reg.nhi("a");
    ASSERT_TRUE(nhi);
    EXPECT_EQ(nhi->owner, "checkout");
    EXPECT_EQ(nhi->status, NhiStatus::kInactive);  // same time: the first source by name
    EXPECT_EQ(values_of(*nhi),
              (std::vector<std::string>{"owner=checkout tags", "owner=payments cmdb",
                                        "status=inactive cmdb", "status=active tags"}));
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Register, NeverOverwritesAnAttestedOwner) {
  Register reg;
  reg.add(said("a", Field::kOwner, "payments", "cmdb", 100));
  ASSERT_TRUE(reg.attest("a", "ana@example.com", OwnerKind::kPerson, "ciso", 150));
  reg.add(said("a", Field::kOwner, "checkout", "cmdb", 900));
  EXPECT_EQ(reg.nhi("a")->owner, "ana@example.com");
  EXPECT_EQ(reg.nhi("a")->owner_kind, OwnerKind::kPerson);
  EXPECT_TRUE(reg.nhi("a")->owner_attested);
  ASSERT_TRUE(reg.attest("a", "payments", OwnerKind::kTeam, "ciso", 950));
  EXPECT_EQ(reg.nhi("a")->owner, "payments");
  EXPECT_EQ(reg.attest("b", "x", OwnerKind::kTeam, "ciso", 1).error().message,
            "there is no NHI 'b' in the register");
}

TEST(Register, ReadsTimesOutOfFacts) {
  Register reg;
  reg.add(said("a", Field::kCreated, "2026-11-21T04:05:06Z", "s", 1));
  EXPECT_EQ(reg.nhi("a")->created, 1795233906);
  EXPECT_EQ(text_of(*reg.nhi("a"), Field::kCreated), "2026-11-21T04:05:06Z");
}

TEST(Register, FindsLinksByWholeValue) {
  Register reg;
  auto link = [](LinkKind kind, const std::string& provider, const std::string& value,
                 const std::string& nhi) {
    CredentialLink out;
    out.kind = kind, out.provider = provider, out.value = value, out.nhi_id = nhi;
    return out;
  };
  reg.add(link(LinkKind::kPrincipalId, "gcp", "a@p", "2"));
  reg.add(link(LinkKind::kPrincipalId, "gcp", "a@p", "1"));
  reg.add(link(LinkKind::kPrincipalId, "gcp", "a@pp", "3"));
  reg.add(link(LinkKind::kPrincipalId, "aws", "a@p", "4"));
  reg.add(link(LinkKind::kCredentialId, "gcp", "a@p", "1"));
  auto found = reg.links(LinkKind::kPrincipalId, "gcp", "a@p");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].nhi_id, "1");
  EXPECT_EQ(found[1].nhi_id, "2");
  EXPECT_TRUE(reg.links(LinkKind::kPrincipalId, "gcp", "a").empty());
  ASSERT_EQ(reg.links_of("1").size(), 2u);
  EXPECT_EQ(reg.links_of("1")[0].kind, LinkKind::kCredentialId);
  reg.remove(found[0]);
  EXPECT_EQ(reg.links_of("1").size(), 1u);
}

TEST(Register, TakesTheLaterStatementAboutACredential) {
  CredentialLink early, late;
  early.value = late.value = "id";
  early.nhi_id = late.nhi_id = "a";
  early.as_of = 1, early.status = NhiStatus::kActive, early.created = 7;
  late.as_of = 2, late.status = NhiStatus::kRevoked;
  for (bool late_first : {false, true}) {
    Register reg;
    reg.add(late_first ? late : early);
    reg.add(late_first ? early : late);
    auto links = reg.links(LinkKind::kCredentialId, "", "id");
    ASSERT_EQ(links.size(), 1u);
    EXPECT_EQ(links[0].status, NhiStatus::kRevoked);
    EXPECT_EQ(links[0].created, 7);
    EXPECT_EQ(reg.links_of("a").size(), 1u);
  }
}

TEST(Register, KnowsAPersonByAnyAddress) {
  Register reg;
  Person hr, scim, both;
  hr.emails = {"Ana@Example.com"}, hr.name = "Ana", hr.as_of = 1;
  scim.logins = {"ana"}, scim.as_of = 2, scim.active = false;
  both.emails = {"ana@example.com"}, both.logins = {"ANA"}, both.as_of = 0;
  for (const Person& person : {hr, scim, both}) reg.add(person);
  ASSERT_EQ(reg.people().size(), 1u);
  auto ana = reg.person("aNA");
  ASSERT_TRUE(ana);
  EXPECT_EQ(ana->name, "Ana");
  EXPECT_FALSE(ana->active);
  EXPECT_EQ(ana->emails, std::vector<std::string>{"ana@example.com"});
  EXPECT_FALSE(reg.person("bob"));
}

TEST(Register, FindsTheComponentsOfARepository) {
  Register reg;
  Component api, web;
  api.name = "component:default/api", api.repository = "Acme/Shop", api.path = "api";
  api.owner = "team-api", api.as_of = 1;
  web.name = "component:default/web", web.repository = "acme/shop", web.owner = "team-web";
  reg.add(api);
  reg.add(web);
  auto found = reg.components("ACME/shop");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].owner, "team-web");
  EXPECT_EQ(found[1].owner, "team-api");
  api.repository = "acme/api", api.as_of = 2;
  reg.add(api);
  EXPECT_EQ(reg.components("acme/shop").size(), 1u);
  EXPECT_EQ(reg.components("acme/api").size(), 1u);
}

}  // namespace
}  // namespace straykey
