// SPDX-License-Identifier: Apache-2.0
// HashiCorp Vault: tokens by accessor, AppRoles and entities, as `vault ... -format=json`
// prints them: one answer, or a list of them (`jq -s`). What counts stands below `data`
// (https://developer.hashicorp.com/vault/api-docs/auth/token, .../secret/identity/entity,
// .../auth/approle).
//
// `data.id` of a token lookup is the token itself. It is never read.
#include <algorithm>

#include "scanner/nhi/importer.h"

namespace straykey {
namespace {

using Json = nlohmann::json;

bool is_root(const std::vector<std::string>& policies) {
  return std::find(policies.begin(), policies.end(), "root") != policies.end();
}

void read_token(const Item& item, Row& row) {
  const Item data = item.object("data");
  const std::string accessor = data.required("accessor");
  Nhi nhi = row.nhi("vault:accessor/" + accessor, "vault.token");
  row.id(nhi.id);
  row.say(nhi, Field::kName, data.text("display_name"));
  row.say(nhi, Field::kAccount, data.text("path"));
  row.say(nhi, Field::kCreated, data.time("creation_time"));
  row.say(nhi, Field::kExpires, data.time("expire_time"));
  row.say_status(nhi, NhiStatus::kActive);
  row.say_labels(nhi, data.object("meta").pairs());
  if (is_root(data.texts("policies"))) {
    row.say(nhi, Field::kClass, name(NhiClass::kPrivilegedService));
  } else if (data.text("type") == "batch") {
    row.say(nhi, Field::kClass, name(NhiClass::kEphemeral));
  }
  CredentialLink link = row.link(LinkKind::kCredentialId, "vault", accessor, nhi.id);
  link.created = data.time("creation_time");
  link.expires = data.time("expire_time");
  link.status = NhiStatus::kActive;
  row.add(std::move(link));
  row.add(row.link(LinkKind::kPrincipalId, "vault", data.text("entity_id"), nhi.id));
  row.add(std::move(nhi));
}

// The API tells a role's name in the request only; docs/identities.md has the line that adds
// it to the answer.
void read_approle(const Item& item, Row& row) {
  const Item data = item.object("data");
  const std::string id = data.required("role_id");
  const std::string name = item.text("name");
  Nhi nhi = row.nhi("vault:approle/" + id, "vault.approle");
  row.id(nhi.id);
  row.say(nhi, Field::kName, name);
  row.say_status(nhi, NhiStatus::kActive);
  if (is_root(data.texts("token_policies"))) {
    row.say(nhi, Field::kClass, straykey::name(NhiClass::kPrivilegedService));
  }
  row.add(row.link(LinkKind::kPrincipalId, "vault", id, nhi.id));
  row.add(std::move(nhi));
}

void read_entity(const Item& item, Row& row) {
  const Item data = item.object("data");
  const std::string id = data.required("id");
  Nhi nhi = row.nhi("vault:entity/" + id, "vault.entity");
  row.id(nhi.id);
  row.say(nhi, Field::kName, data.text("name"));
  row.say(nhi, Field::kCreated, data.time("creation_time"));
  row.say_status(
      nhi, data.truth("disabled").value_or(false) ? NhiStatus::kInactive : NhiStatus::kActive);
  row.say_labels(nhi, data.object("metadata").pairs());
  if (is_root(data.texts("policies"))) {
    row.say(nhi, Field::kClass, name(NhiClass::kPrivilegedService));
  }
  row.add(row.link(LinkKind::kPrincipalId, "vault", id, nhi.id));
  row.add(std::move(nhi));
}

}  // namespace

std::vector<ImportKind> vault_kinds() {
  std::vector<ImportKind> out;
  for (const char* list : {"", "."}) {
    out.push_back({"vault-tokens",
                   "HashiCorp Vault tokens (vault token lookup -accessor)",
                   list,
                   {"data.accessor", "data.creation_ttl"},
                   nullptr,
                   read_token});
    out.push_back({"vault-approles",
                   "HashiCorp Vault AppRoles (vault read auth/approle/role/NAME/role-id)",
                   list,
                   {"data.role_id"},
                   nullptr,
                   read_approle});
    out.push_back({"vault-entities",
                   "HashiCorp Vault entities (vault read identity/entity/id/ID)",
                   list,
                   {"data.id", "data.aliases"},
                   nullptr,
                   read_entity});
  }
  return out;
}

}  // namespace straykey
