// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "scanner/nhi/register_file.h"
#include "scanner/store/verify.h"
#include "tests/support/made_store.h"

namespace straykey {
namespace {

std::string toml(const Register& reg) { return write_register(reg, RegisterForm::kToml); }

std::string problems(Store& store) {
  auto verification = verify_store(store.connection());
  if (!verification) return verification.error().message;
  std::string out;
  for (const std::string& problem : verification->problems) out += problem + "\n";
  return out;
}

TEST(StoredRegisterTest, AnswersAsTheSameRegisterInMemoryDoes) {
  StorePlace place;
  Store store = open_store(place.where());
  change_register(store, fill_register);
  Register reg;
  fill_register(reg);
  auto stored = StoredRegister::open(place.where());
  ASSERT_TRUE(stored) << stored.error().message;
  const RegisterView& view = **stored;

  for (auto [kind, provider, value] :
       {std::tuple(LinkKind::kCredentialId, "aws", "KEYONE"),
        std::tuple(LinkKind::kHintAndApplication, "azure", "abc|app"),
        std::tuple(LinkKind::kPrincipalId, "aws", "KEYONE"),
        std::tuple(LinkKind::kCredentialId, "gcp", "KEYONE")}) {
    EXPECT_EQ(reg.links(kind, provider, value), view.links(kind, provider, value)) << value;
  }
  for (const char* id : {"aws:1:user/deploy", "candidate:00ff", "nobody"}) {
    std::optional<Nhi> nhi = reg.nhi(id);
    EXPECT_EQ(nhi, view.nhi(id)) << id;
    if (nhi) nhi->facts.clear();
    EXPECT_EQ(nhi, view.nhi_in_short(id)) << id;
  }
  EXPECT_EQ("payments", view.nhi("aws:1:user/deploy")->owner);
  for (const char* word : {"bob@acme.example", "BOB", "ana@acme.example", "eve"}) {
    EXPECT_EQ(reg.person(word), view.person(word)) << word;
  }
  EXPECT_EQ(reg.components("acme/SHOP"), view.components("acme/SHOP"));
  EXPECT_EQ(2u, view.components("acme/shop").size());
  EXPECT_TRUE(view.outcome());

  auto whole = read_stored_register(store.connection());
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(toml(reg), toml(*whole));
  EXPECT_EQ("", problems(store));
}

TEST(StoredRegisterTest, RecordsWhatIsOtherwiseAndNothingElse) {
  StorePlace place;
  Store store = open_store(place.where());
  change_register(store, fill_register, {{"users.csv", "0a", "aws-users", "cmdb", 10, 5, 3, 1, 1}});
  const std::string kinds = "SELECT kind, COUNT(*) FROM record GROUP BY kind ORDER BY kind";
  EXPECT_EQ("component|2\nimport|1\nnhi|2\nperson|2\nstore|1\n", rows_of(store, kinds));
  EXPECT_EQ("2|" + std::to_string(kRegisterTime) + "|ann|users.csv|0a|aws-users|cmdb|10|5|3|1|1\n",
            rows_of(store, "SELECT * FROM register_import"));

  change_register(store, fill_register);
  EXPECT_EQ("component|2\nimport|1\nnhi|2\nperson|2\nstore|1\n", rows_of(store, kinds));

  change_register(store, [](Register& reg) {
    ASSERT_TRUE(reg.attest("aws:1:user/deploy", "ana@acme.example", OwnerKind::kPerson, "ciso", 20));
  });
  EXPECT_EQ("component|2\nimport|1\nnhi|3\nperson|2\nstore|1\n", rows_of(store, kinds));
  EXPECT_EQ("ana@acme.example|person|1|9\n",
            rows_of(store, "SELECT owner, owner_kind, owner_attested, record FROM nhi"
                           " WHERE registered = 1"));
  EXPECT_EQ("", problems(store));
}

TEST(StoredRegisterTest, KnowsTwoPeopleAsOneOnceAnExportSaysSo) {
  StorePlace place;
  Store store = open_store(place.where());
  change_register(store, [](Register& reg) {
    reg.add(Person{"Bob", {"bob@acme.example"}, {}, true, {}, "", "hr", 4});
    reg.add(Person{"", {}, {"bobby"}, true, {}, "", "scim", 4});
  });
  change_register(store, [](Register& reg) {
    reg.add(Person{"Bob", {"b@acme.example", "bob@acme.example"}, {"bobby"}, false, 9, "", "hr", 5});
  });
  EXPECT_EQ("b@acme.example|[\"b@acme.example\",\"bob@acme.example\"]|[\"bobby\"]|0\n",
            rows_of(store, "SELECT id, emails, logins, active FROM person"));
  EXPECT_EQ("b@acme.example\nbob@acme.example\nbobby\n",
            rows_of(store, "SELECT word FROM person_word ORDER BY word"));
  EXPECT_EQ("", problems(store));
}

TEST(StoredRegisterTest, ChangesNothingWhenTheChangeFails) {
  StorePlace place;
  Store store = open_store(place.where());
  auto changed = change_stored_register(
      store.connection(), kRegisterTime, "ann", [&](Register& reg) -> Result<std::vector<ImportNote>> {
        fill_register(reg);
        return Error{"there is no NHI 'x' in the register"};
      });
  ASSERT_FALSE(changed);
  EXPECT_EQ("there is no NHI 'x' in the register", changed.error().message);
  EXPECT_EQ("1\n", rows_of(store, "SELECT COUNT(*) FROM record"));
  EXPECT_EQ("0\n", rows_of(store, "SELECT COUNT(*) FROM nhi"));
}

TEST(StoredRegisterTest, ShowsWhatWasTamperedWith) {
  StorePlace place;
  Store store = open_store(place.where());
  change_register(store, fill_register);
  ASSERT_TRUE(store.connection().execute(
      "UPDATE credential_link SET nhi = 'candidate:00ff' WHERE value = 'KEYTWO'"));
  ASSERT_TRUE(store.connection().execute("DELETE FROM person_word WHERE word = 'bob'"));
  ASSERT_TRUE(store.connection().execute("UPDATE nhi_fact SET value = 'mallory'"
                                         " WHERE field = 'owner' AND position = 1"));
  EXPECT_EQ(
      "table nhi_fact: the row 'aws:1:user/deploy', 1 is not what the records say\n"
      "table credential_link: the row 'credential-id', 'aws', 'KEYTWO', 'candidate:00ff', ''"
      " follows from no record\n"
      "table credential_link: the row 'credential-id', 'aws', 'KEYTWO', 'aws:1:user/deploy', ''"
      " is missing\n"
      "table person_word: the row 'bob' is missing\n",
      problems(store));
}

// Each look-up by the parts of an index, so that its cost does not grow with the register.
TEST(StoredRegisterTest, HasAnIndexForEachLookUp) {
  TempDir dir;
  Store store = open_store(dir / "store.db");
  for (const char* lookup :
       {"credential_link WHERE kind = '' AND provider = '' AND value = ''",
        "nhi LEFT JOIN nhi_fact ON nhi_fact.nhi = nhi.id WHERE nhi.id = ''",
        "nhi WHERE id = ''",
        "person JOIN person_word ON person = person.id WHERE word = ''",
        "component WHERE repository = ''"}) {
    auto plan = store.connection().query(std::string("EXPLAIN QUERY PLAN SELECT * FROM ") + lookup);
    ASSERT_TRUE(plan) << plan.error().message;
    ASSERT_FALSE(plan->empty());
    for (const Row& step : *plan) {
      EXPECT_NE(std::string::npos, text(step[3]).find("SEARCH ")) << lookup << ": " << text(step[3]);
    }
  }
}

TEST(StoredRegisterTest, SaysWhenTheStoreCannotBeAsked) {
  TempDir dir;
  auto none = StoredRegister::open(dir / "none.db");
  ASSERT_FALSE(none);
  Store store = open_store(dir / "store.db");
  auto stored = StoredRegister::open(dir / "store.db");
  ASSERT_TRUE(stored);
  ASSERT_TRUE(store.connection().script("DROP TABLE nhi"));
  EXPECT_FALSE((*stored)->nhi("x"));
  EXPECT_FALSE((*stored)->outcome());
}

}  // namespace
}  // namespace straykey
