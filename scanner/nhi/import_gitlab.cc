// SPDX-License-Identifier: Apache-2.0
// GitLab access tokens of people, projects and groups, which the API lists in one shape
// (https://docs.gitlab.com/api/personal_access_tokens/, .../project_access_tokens/,
// .../group_access_tokens/). Only the latter two tell an access level, and their user is a bot.
//
// A routable token names its user, so the user's number is a principal that leads to all of
// the user's tokens.
#include <algorithm>

#include "scanner/nhi/importer.h"

namespace straykey {
namespace {

void read_token(const Item& item, Row& row) {
  const std::string id = item.required("id");
  const bool is_bot = item.has("access_level");
  Nhi nhi = row.nhi("gitlab:token/" + id, is_bot ? "gitlab.bot-token" : "gitlab.token");
  row.id(nhi.id);
  row.say(nhi, Field::kName, item.text("name"));
  row.say(nhi, Field::kPurpose, item.text("description"));
  const std::string user = item.text("user_id");
  if (!user.empty()) row.say(nhi, Field::kAccount, "user " + user);
  const NhiStatus status = item.truth("revoked").value_or(false) ? NhiStatus::kRevoked
                           : item.truth("active").value_or(true) ? NhiStatus::kActive
                                                                 : NhiStatus::kInactive;
  row.say_status(nhi, status);
  const auto scopes = item.texts("scopes");
  if (std::any_of(scopes.begin(), scopes.end(), [](const std::string& scope) {
        return scope == "sudo" || scope == "admin_mode";
      })) {
    row.say(nhi, Field::kClass, name(NhiClass::kPrivilegedService));
  }
  CredentialLink link = row.link(LinkKind::kCredentialId, "gitlab", id, nhi.id);
  link.status = status;
  link.created = item.time("created_at");
  link.last_rotated = link.created;
  link.last_used = item.time("last_used_at");
  link.expires = item.time("expires_at");
  row.say(nhi, Field::kCreated, link.created);
  row.say(nhi, Field::kLastRotated, link.last_rotated);
  row.say(nhi, Field::kLastUsed, link.last_used);
  row.say(nhi, Field::kExpires, link.expires);
  row.add(std::move(link));
  row.add(row.link(LinkKind::kPrincipalId, "gitlab", user, nhi.id));
  row.add(std::move(nhi));
}

}  // namespace

std::vector<ImportKind> gitlab_kinds() {
  return {{"gitlab-tokens",
           "GitLab access tokens (GET /personal_access_tokens, /projects/:id/access_tokens, "
           "/groups/:id/access_tokens)",
           "",
           {"id", "name", "revoked", "scopes"},
           nullptr,
           read_token}};
}

}  // namespace straykey
