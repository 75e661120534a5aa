// SPDX-License-Identifier: Apache-2.0
// GitHub organisations: installations of apps, deploy keys, tokens and keys that single
// sign-on knows, and grants of fine-grained tokens (https://docs.github.com/rest). GitHub shows
// of a classic token its last eight characters, of a key its fingerprint.
//
// Who added a deploy key is told as its purpose, not as its owner: the key outlives them.
#include "scanner/base/encoding.h"
#include "scanner/base/hash.h"
#include "scanner/base/text.h"
#include "scanner/nhi/importer.h"

namespace straykey {
namespace {

using Json = nlohmann::json;

// "SHA256:..." of the second word of "ssh-ed25519 AAAA... comment", "" when it is none.
std::string key_fingerprint(ByteView key) {
  const size_t begin = key.find(' ');
  if (begin == ByteView::npos) return "";
  key.remove_prefix(begin + 1);
  const auto blob = base64_decode(key.substr(0, key.find(' ')));
  if (!blob || blob->empty()) return "";
  const Digest digest = sha256(*blob);
  std::string text =
      base64_encode(ByteView(reinterpret_cast<const char*>(digest.data()), digest.size()));
  text.resize(text.find('='));
  return "SHA256:" + text;
}

void read_installation(const Item& item, Row& row) {
  Nhi nhi = row.nhi("github:installation/" + item.required("id"), "github.app-installation");
  row.id(nhi.id);
  row.say(nhi, Field::kName, item.text("app_slug"));
  row.say(nhi, Field::kAccount, item.object("account").text("login"));
  row.say(nhi, Field::kCreated, item.time("created_at"));
  row.say_status(nhi, item.has("suspended_at") ? NhiStatus::kInactive : NhiStatus::kActive);
  row.say(nhi, Field::kOwner, item.text("contact_email"));
  const Item permissions = item.object("permissions");
  if (permissions.text("administration") == "write" ||
      permissions.text("organization_administration") == "write") {
    row.say(nhi, Field::kClass, name(NhiClass::kPrivilegedService));
  }
  row.add(row.link(LinkKind::kPrincipalId, "github", item.required("app_id"), nhi.id));
  row.add(row.link(LinkKind::kPrincipalId, "github", item.text("client_id"), nhi.id));
  row.add(std::move(nhi));
}

// "https://api.github.com/repos/acme/shop/keys/1" -> "acme/shop"
std::string repository_of(const std::string& url) {
  const size_t begin = url.find("/repos/");
  if (begin == std::string::npos) return "";
  const size_t end = url.find("/keys/", begin);
  return end == std::string::npos ? "" : url.substr(begin + 7, end - begin - 7);
}

void read_deploy_key(const Item& item, Row& row) {
  Nhi nhi = row.nhi("github:deploy-key/" + item.required("id"), "github.deploy-key");
  row.id(nhi.id);
  row.say(nhi, Field::kName, item.text("title"));
  row.say(nhi, Field::kAccount, repository_of(item.text("url")));
  row.say(nhi, Field::kCreated, item.time("created_at"));
  row.say(nhi, Field::kLastUsed, item.time("last_used"));
  const std::string adder = item.text("added_by");
  if (!adder.empty()) row.say(nhi, Field::kPurpose, "deploy key, added by " + adder);
  const NhiStatus status =
      item.truth("enabled").value_or(true) ? NhiStatus::kActive : NhiStatus::kInactive;
  row.say_status(nhi, status);
  const std::string fingerprint = key_fingerprint(item.required("key"));
  if (fingerprint.empty()) item.complain("key", "is no public key");
  CredentialLink link = row.link(LinkKind::kKeyFingerprint, "", fingerprint, nhi.id);
  link.status = status;
  link.created = item.time("created_at");
  link.last_used = item.time("last_used");
  row.add(std::move(link));
  row.add(std::move(nhi));
}

// Tokens of people: whoever authorised one answers for it.
Nhi personal(const Item& item, Row& row, std::string id, const char* kind,
             const std::string& login) {
  Nhi nhi = row.nhi(std::move(id), kind);
  row.id(nhi.id);
  row.say(nhi, Field::kOwner, login);
  row.say(nhi, Field::kOwnerKind, name(OwnerKind::kPerson));
  if (login.empty()) item.complain("login", "is missing");
  return nhi;
}

void read_authorization(const Item& item, Row& row) {
  const bool is_key = lower(item.text("credential_type")).find("ssh") != std::string::npos;
  Nhi nhi = personal(item, row, "github:credential/" + item.required("credential_id"),
                     is_key ? "github.ssh-key" : "github.token", item.text("login"));
  const std::string note = item.text("authorized_credential_note");
  row.say(nhi, Field::kName, note.empty() ? item.text("authorized_credential_title") : note);
  row.say(nhi, Field::kCreated, item.time("credential_authorized_at"));
  row.say(nhi, Field::kLastUsed, item.time("credential_accessed_at"));
  row.say(nhi, Field::kExpires, item.time("authorized_credential_expires_at"));
  row.say_status(nhi, NhiStatus::kActive);

  std::string fingerprint = item.text("fingerprint");
  if (!fingerprint.empty() && !fingerprint.starts_with("SHA256:")) {
    fingerprint.insert(0, "SHA256:");
  }
  CredentialLink link = is_key ? row.link(LinkKind::kKeyFingerprint, "", fingerprint, nhi.id)
                               : row.link(LinkKind::kHintAndApplication, "github",
                                          item.text("token_last_eight"), nhi.id);
  link.credential = item.text("credential_id");
  link.status = NhiStatus::kActive;
  link.last_used = item.time("credential_accessed_at");
  link.expires = item.time("authorized_credential_expires_at");
  row.add(std::move(link));
  row.add(std::move(nhi));
}

void read_grant(const Item& item, Row& row) {
  const std::string token = item.required("token_id");
  Nhi nhi = personal(item, row, "github:token/" + token, "github.fine-grained-token",
                     item.object("owner").text("login"));
  row.say(nhi, Field::kName, item.text("token_name"));
  row.say(nhi, Field::kLastUsed, item.time("token_last_used_at"));
  row.say(nhi, Field::kExpires, item.time("token_expires_at"));
  const NhiStatus status =
      item.truth("token_expired").value_or(false) ? NhiStatus::kInactive : NhiStatus::kActive;
  row.say_status(nhi, status);
  CredentialLink link = row.link(LinkKind::kCredentialId, "github", token, nhi.id);
  link.status = status;
  link.last_used = item.time("token_last_used_at");
  link.expires = item.time("token_expires_at");
  row.add(std::move(link));
  row.add(std::move(nhi));
}

// What GitHub Actions holds: no value, but since when there is one and when it was last changed.
// Of which repository or organisation a list is, only those of an organisation for selected
// repositories say; else whoever exports it puts `repository` or `organization` in.
// "https://api.github.com/orgs/acme/actions/secrets/NAME/repositories" -> "acme"
std::string organization_of(const std::string& url) {
  const size_t begin = url.find("/orgs/");
  if (begin == std::string::npos) return "";
  return url.substr(begin + 6, url.find('/', begin + 6) - begin - 6);
}

bool is_actions_secret(const Json& entry) {
  return entry.contains("repository") || entry.contains("organization");
}

void read_actions_secret(const Item& item, Row& row) {
  std::string holder = lower(item.text("repository"));
  if (holder.empty()) holder = lower(item.text("organization"));
  if (holder.empty()) holder = lower(organization_of(item.text("selected_repositories_url")));
  if (holder.empty()) item.complain("repository", "is missing, and so is 'organization'");
  const std::string secret = item.required("name");
  Nhi nhi = row.nhi("github:secret/" + holder + "/" + secret, "github.actions-secret");
  row.id(nhi.id);
  row.say(nhi, Field::kName, secret);
  row.say(nhi, Field::kAccount, holder);
  row.say(nhi, Field::kCreated, item.time("created_at"));
  row.say(nhi, Field::kLastRotated, item.time("updated_at"));
  row.say_status(nhi, NhiStatus::kActive);
  row.add(std::move(nhi));
}

}  // namespace

std::vector<ImportKind> github_kinds() {
  const char* secrets =
      "secrets of GitHub Actions (GET /orgs/{org}/actions/secrets, /repos/{owner}/{repo}/...)";
  return {
      {"github-installations",
       "GitHub App installations (GET /orgs/{org}/installations)",
       "installations",
       {"id", "app_id"},
       nullptr,
       read_installation},
      {"github-deploy-keys",
       "GitHub deploy keys (GET /repos/{owner}/{repo}/keys)",
       "",
       {"id", "key", "read_only"},
       nullptr,
       read_deploy_key},
      {"github-credential-authorizations",
       "credentials that GitHub's single sign-on knows (GET "
       "/orgs/{org}/credential-authorizations)",
       "",
       {"login", "credential_id", "credential_type"},
       nullptr,
       read_authorization},
      {"github-token-grants",
       "grants of fine-grained tokens of GitHub (GET /orgs/{org}/personal-access-tokens)",
       "",
       {"token_id", "owner", "access_granted_at"},
       nullptr,
       read_grant},
      {"github-secrets",
       secrets,
       "secrets",
       {"name", "created_at", "updated_at"},
       nullptr,
       read_actions_secret},
      {"github-secrets",
       secrets,
       "",
       {"name", "created_at", "updated_at"},
       is_actions_secret,
       read_actions_secret},
  };
}

}  // namespace straykey
