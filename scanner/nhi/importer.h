// SPDX-License-Identifier: Apache-2.0
// What an importer is made of. An importer reads one entry of an export (entries.h) through an
// Item and says what it means through a Row. It names the keys that it takes, so all others,
// secret ones first of all, are never looked at: there is no way for them into the register.
//
// A key of another type than documented is a complaint about its row, which is then left out
// as a whole. Complaints name keys and never values, which could be secret.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/nhi/nhi.h"

namespace straykey {

// Reads an object of JSON. Absent, null and "" are the same. Borrows the object.
class Item {
 public:
  // `complaint` keeps the first complaint about it and about what is in it.
  Item(const nlohmann::json& value, std::string& complaint, std::string path = "")
      : value_(&value), complaint_(&complaint), path_(std::move(path)) {}

  bool has(const char* key) const { return find(key) != nullptr; }
  std::string text(const char* key) const;      // a number or a truth as its text
  std::string required(const char* key) const;  // complains when there is none
  // RFC 3339, or a number of seconds since 1970.
  std::optional<int64_t> time(const char* key) const;
  std::optional<bool> truth(const char* key) const;  // true, "TRUE", "false", ...
  std::vector<std::string> texts(const char* key) const;
  Item object(const char* key) const;  // an empty one when absent
  std::vector<Item> objects(const char* key) const;
  // All keys of the object whose value is a text.
  std::vector<std::pair<std::string, std::string>> pairs() const;
  const nlohmann::json& value() const { return *value_; }

  // "'metadata.name' " + problem; the first one stays.
  void complain(const char* key, const std::string& problem) const;
  bool complained() const { return !complaint_->empty(); }

 private:
  const nlohmann::json* find(const char* key) const;

  const nlohmann::json* value_;
  std::string* complaint_;
  std::string path_;
};

// A credential whose NHI the export does not name: it is found in the register, by the name of
// an AWS user, or by what another export said of the same credential.
struct LooseLink {
  CredentialLink link;
  std::string aws_user;
};

// What one entry says. `source` and `as_of` go into everything that is added.
class Row {
 public:
  Row(const std::string& source, int64_t as_of) : source_(source), as_of_(as_of) {}

  Nhi nhi(std::string id, const char* kind) const;
  void say(Nhi& nhi, Field field, std::string value) const {
    straykey::say(nhi, field, std::move(value), source_, as_of_);
  }
  void say(Nhi& nhi, Field field, std::optional<int64_t> time) const;
  void say_status(Nhi& nhi, NhiStatus status) const;
  // What tags, labels and annotations say by their usual names: owner, team, env, system...
  void say_labels(Nhi& nhi,
                  const std::vector<std::pair<std::string, std::string>>& labels) const;
  CredentialLink link(LinkKind kind, const char* provider, std::string value,
                      const std::string& nhi_id) const;

  void add(Nhi nhi) { nhis.push_back(std::move(nhi)); }
  void add(CredentialLink link);  // one without a value is none
  void add_loose(CredentialLink link, std::string aws_user);
  void add(Person person);
  void add(Component component);
  // The entry is well, but not about an identity: "group".
  void pass_over(std::string reason) { passed_over = std::move(reason); }
  // Of entries with one id, a file may hold one.
  void id(std::string text) { once = std::move(text); }

  const std::string& source() const { return source_; }
  int64_t as_of() const { return as_of_; }

  std::vector<Nhi> nhis;
  std::vector<CredentialLink> links;
  std::vector<LooseLink> loose;
  std::vector<Person> people;
  std::vector<Component> components;
  std::string passed_over;
  std::string once;

 private:
  const std::string& source_;
  int64_t as_of_;
};

// One shape of entries. Several may have one name: --as aws-users reads users and roles.
struct ImportKind {
  const char* name;               // "aws-users", for --as
  const char* title;              // "AWS users or roles (aws iam list-users, list-roles)"
  const char* list;               // Entry::list
  std::vector<const char*> keys;  // every entry has them all; "a.b" is b of the object a
  bool (*is)(const nlohmann::json&) = nullptr;  // what else is true of every entry
  void (*read)(const Item&, Row&);
};

// Of each family, in files import_*.cc.
std::vector<ImportKind> aws_kinds();
std::vector<ImportKind> gcp_kinds();
std::vector<ImportKind> azure_kinds();
std::vector<ImportKind> kubernetes_kinds();
std::vector<ImportKind> github_kinds();
std::vector<ImportKind> gitlab_kinds();
std::vector<ImportKind> vault_kinds();
std::vector<ImportKind> backstage_kinds();
std::vector<ImportKind> people_kinds();
std::vector<ImportKind> table_kinds();
std::vector<ImportKind> register_kinds();

}  // namespace straykey
