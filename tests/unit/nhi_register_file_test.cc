// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "scanner/nhi/register_file.h"

namespace straykey {
namespace {

constexpr int64_t kChanged = 1795233906;  // 2026-11-21T04:05:06Z

const char* kFile =
    "# The register of identities, written by straykey. A value may be changed by hand; who\n"
    "# said what, and when, stands in its facts.\n"
    "schema_version = 1\n"
    "\n"
    "[[nhi]]\n"
    "id = 'a'\n"
    "registered = false\n"
    "name = \"Ana's \\\"key\\\"\\u000A[[nhi]]\\u001B\"\n"
    "owner = 'payments'\n"
    "owner_kind = 'team'\n"
    "created = '2026-11-21T04:05:06Z'\n"
    "rotation_days = 90\n"
    "facts = [\n"
    "  { source = 'ciso', as_of = '2026-11-20T00:00:00Z', attested = true, owner = 'payments', "
    "owner_kind = 'team' },\n"
    "  { source = 'cmdb', as_of = '2026-11-21T00:00:00Z', name = \"Ana's "
    "\\\"key\\\"\\u000A[[nhi]]\\u001B\", owner = 'checkout', created = '2026-11-21T04:05:06Z', "
    "rotation_days = 90 },\n"
    "]\n"
    "\n"
    "[[nhi.credential]]\n"
    "kind = 'hint-and-application'\n"
    "provider = 'azure'\n"
    "value = 'abc|app'\n"
    "credential_id = 'id'\n"
    "status = 'revoked'\n"
    "expires = '2026-11-21T04:05:06Z'\n"
    "source = 'cmdb'\n"
    "as_of = '2026-11-21T00:00:00Z'\n"
    "\n"
    "[[person]]\n"
    "name = 'Ana'\n"
    "emails = ['ana@example.com']\n"
    "logins = ['ana']\n"
    "active = false\n"
    "left_on = '2026-11-21T00:00:00Z'\n"
    "manager = 'bob'\n"
    "source = 'hr'\n"
    "as_of = '2026-11-21T00:00:00Z'\n"
    "\n"
    "[[component]]\n"
    "name = 'component:default/api'\n"
    "repository = 'acme/shop'\n"
    "path = 'api'\n"
    "owner = 'payments'\n"
    "owner_kind = 'team'\n"
    "system = 'shop'\n"
    "lifecycle = 'production'\n"
    "source = 'backstage'\n"
    "as_of = '2026-11-21T00:00:00Z'\n";

Register read(const std::string& text) {
  auto out = read_register(text, "r.toml", kChanged);
  EXPECT_TRUE(out) << (out ? "" : out.error().message);
  return out ? std::move(*out) : Register();
}

std::string complaint(const std::string& text) {
  auto out = read_register(text, "r.toml", kChanged);
  return out ? "" : out.error().message;
}

TEST(RegisterFile, IsReadBackAsItWasWritten) {
  const Register reg = read(kFile);
  EXPECT_EQ(write_register(reg, RegisterForm::kToml), kFile);
  auto nhi = reg.nhi("a");
  ASSERT_TRUE(nhi);
  EXPECT_EQ(nhi->name, "Ana's \"key\"\n[[nhi]]\x1b");
  EXPECT_EQ(nhi->facts.size(), 6u);
  EXPECT_TRUE(nhi->owner_attested);
  EXPECT_EQ(nhi->rotation_days, 90u);

  auto again = read_register(write_register(reg, RegisterForm::kJson), "r.json", 0);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(write_register(*again, RegisterForm::kToml), kFile);
}

TEST(RegisterFile, TakesWhatSomebodyChangedByHandForAFact) {
  const Register reg = read(
      "[[nhi]]\nid = 'a'\nowner = 'new'\nstatus = 'active'\nfacts = [\n"
      "{ source = 's', as_of = '2026-11-01', owner = 'old', status = 'active' } ]\n"
      "# somebody added this one\n[[nhi]]\nid = 'b'\nreview_days = 30\ncreated = 2026-11-21\n");
  auto a = reg.nhi("a"), b = reg.nhi("b");
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->owner, "new");
  ASSERT_EQ(a->facts.size(), 3u);
  EXPECT_EQ(a->facts[0], (Fact{Field::kOwner, false, kChanged, "new", "by hand"}));
  EXPECT_EQ(a->facts[1].value, "old");
  EXPECT_EQ(a->facts[2].source, "s");
  EXPECT_EQ(b->review_days, 30u);
  EXPECT_EQ(text_of(*b, Field::kCreated), "2026-11-21T00:00:00Z");
}

TEST(RegisterFile, SaysWhereItIsWrong) {
  EXPECT_EQ(complaint("[[nhi]]\nid = 'a'\n\n[[nhi]]\nid = 'b'\nowwner = 'x'\n"),
            "r.toml: line 4: 'owwner' is no known key; did you mean 'owner'?");
  EXPECT_EQ(complaint("[[nhi]]\nowner = 'x'\n"), "r.toml: line 1: 'id' is missing");
  EXPECT_EQ(complaint("[[nhi]]\nid = 'a'\n[[nhi]]\nid = 'a'\n"),
            "r.toml: line 3: 'a' stands in the register before");
  EXPECT_EQ(complaint("[[nhi]]\nid = 'a'\nstatus = 'odd'\n"),
            "r.toml: line 1: 'status' is not one of its values; see docs/identities.md");
  EXPECT_EQ(complaint("[[nhi]]\nid = 'a'\n[[nhi.credential]]\nkind = 'x'\nvalue = 'y'\n"),
            "r.toml: line 1: 'credential.kind' is not one of its values");
  EXPECT_EQ(complaint("schema_version = 2\n"),
            "r.toml: line 1: 'schema_version' is none that this version of straykey can read");
  EXPECT_EQ(complaint("[[nhis]]\nid = 'a'\n"),
            "r.toml: line 1: [[nhis]] is no part of a register; did you mean 'nhi'?");
  EXPECT_TRUE(complaint("[[nhi]]\nid = 'a\n").starts_with("r.toml:2: "));
}

}  // namespace
}  // namespace straykey
