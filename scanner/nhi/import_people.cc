// SPDX-License-Identifier: Apache-2.0
// The roster: who works here, and who has left. SCIM 2.0 users (RFC 7643, section 4), or a CSV
// of the personnel system with the columns
//
//   email  name  login  status  left_on  manager
//
// of which only email must be there. Other headings are renamed with --column email=E-Mail.
#include <algorithm>
#include <iterator>

#include "scanner/base/text.h"
#include "scanner/nhi/importer.h"

namespace straykey {
namespace {

constexpr const char* kEnterprise =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

void read_scim_user(const Item& item, Row& row) {
  Person person;
  const Item name = item.object("name");
  person.name = item.text("displayName");
  if (person.name.empty()) person.name = name.text("formatted");
  if (person.name.empty() && name.has("familyName")) {
    person.name = name.text("givenName") + " " + name.text("familyName");
  }
  for (const char* key : {"userName", "externalId", "id"}) {
    if (item.has(key)) person.logins.push_back(item.text(key));
  }
  for (const Item& email : item.objects("emails")) {
    person.emails.push_back(email.required("value"));
  }
  person.active = item.truth("active").value_or(true);
  person.manager = item.object(kEnterprise).object("manager").text("value");
  row.id("user " + lower(item.required("userName")));
  row.add(std::move(person));
}

bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* candidate) { return word == candidate; });
}

void read_roster_row(const Item& item, Row& row) {
  Person person;
  const std::string email = item.required("email");
  if (email.find('@') == std::string::npos) item.complain("email", "is no address");
  person.emails.push_back(email);
  person.name = item.text("name");
  if (item.has("login")) person.logins.push_back(item.text("login"));
  person.manager = item.text("manager");
  person.left_on = item.time("left_on");
  const bool has_left = person.left_on && *person.left_on <= row.as_of();
  const std::string status = lower(item.text("status"));
  if (status.empty()) {
    person.active = !has_left;
  } else if (is_one_of(status, {"active", "employed", "true", "yes", "1"})) {
    person.active = true;
  } else if (is_one_of(status, {"inactive", "left", "leaver", "terminated", "suspended",
                                "disabled", "false", "no", "0"})) {
    person.active = false;
  } else {
    item.complain("status", "is neither active nor left");
  }
  row.id(lower(email));
  row.add(std::move(person));
}

}  // namespace

std::vector<ImportKind> people_kinds() {
  const char* scim = "users of SCIM 2.0 (GET /Users)";
  return {
      {"scim", scim, "Resources", {"userName"}, nullptr, read_scim_user},
      {"scim", scim, "", {"userName", "schemas"}, nullptr, read_scim_user},
      {"roster",
       "roster of people (CSV: email, name, login, status, left_on, manager)",
       "",
       {"email", "status"},
       nullptr,
       read_roster_row},
      {"roster",
       "roster of people (CSV: email, name, login, status, left_on, manager)",
       "",
       {"email", "left_on"},
       nullptr,
       read_roster_row},
  };
}

}  // namespace straykey
