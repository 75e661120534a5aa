// SPDX-License-Identifier: Apache-2.0
// Google Cloud service accounts and their keys, as gcloud prints them with --format=json:
// resources ServiceAccount and ServiceAccountKey of
// https://cloud.google.com/iam/docs/reference/rest. An account is known by its e-mail.
#include "scanner/base/text.h"
#include "scanner/base/time.h"
#include "scanner/nhi/importer.h"

namespace straykey {
namespace {

using Json = nlohmann::json;

std::string account_id(const std::string& email) { return "gcp:" + lower(email); }

void read_account(const Item& item, Row& row) {
  const std::string email = item.required("email");
  const std::string shown = item.text("displayName");
  Nhi nhi = row.nhi(account_id(email), "gcp.service-account");
  row.id(nhi.id);
  row.say(nhi, Field::kName, shown.empty() ? email.substr(0, email.find('@')) : shown);
  row.say(nhi, Field::kAccount, item.text("projectId"));
  row.say(nhi, Field::kPurpose, item.text("description"));
  row.say_status(
      nhi, item.truth("disabled").value_or(false) ? NhiStatus::kInactive : NhiStatus::kActive);
  row.add(row.link(LinkKind::kPrincipalId, "gcp", lower(email), nhi.id));
  row.add(row.link(LinkKind::kPrincipalId, "gcp", item.text("uniqueId"), nhi.id));
  if (item.text("oauth2ClientId") != item.text("uniqueId")) {
    row.add(row.link(LinkKind::kPrincipalId, "gcp", item.text("oauth2ClientId"), nhi.id));
  }
  row.add(std::move(nhi));
}

// "projects/P/serviceAccounts/E/keys/K"
struct KeyName {
  std::string project, email, key;
};

std::optional<KeyName> parse_key_name(ByteView name) {
  KeyName out;
  for (auto [part, value] : {std::pair{ByteView("projects/"), &out.project},
                             std::pair{ByteView("/serviceAccounts/"), &out.email},
                             std::pair{ByteView("/keys/"), &out.key}}) {
    if (!name.starts_with(part)) return std::nullopt;
    name.remove_prefix(part.size());
    *value = name.substr(0, name.find('/'));
    name.remove_prefix(value->size());
  }
  if (!name.empty() || out.email.empty() || out.key.empty()) return std::nullopt;
  return out;
}

void read_key(const Item& item, Row& row) {
  const auto name = parse_key_name(item.required("name"));
  if (!name) return item.complain("name", "is not projects/P/serviceAccounts/E/keys/K");
  row.id(name->key);
  if (item.text("keyType") == "SYSTEM_MANAGED") {
    return row.pass_over("key that Google manages");
  }
  Nhi nhi = row.nhi(account_id(name->email), "gcp.service-account");
  if (name->project != "-") row.say(nhi, Field::kAccount, name->project);
  CredentialLink link = row.link(LinkKind::kCredentialId, "gcp", name->key, nhi.id);
  link.created = item.time("validAfterTime");
  link.last_rotated = link.created;
  link.expires = item.time("validBeforeTime");
  static const auto kNever = parse_iso_time("9999-01-01");
  if (link.expires >= kNever) link.expires.reset();
  const bool is_disabled = item.truth("disabled").value_or(false);
  link.status = is_disabled ? NhiStatus::kInactive : NhiStatus::kActive;
  row.add(row.link(LinkKind::kPrincipalId, "gcp", lower(name->email), nhi.id));
  row.add(std::move(link));
  row.add(std::move(nhi));
}

bool is_key(const Json& entry) {
  return entry["name"].is_string() &&
         entry["name"].get_ref<const std::string&>().find("/keys/") != std::string::npos;
}

}  // namespace

std::vector<ImportKind> gcp_kinds() {
  return {
      {"gcp-service-accounts",
       "Google Cloud service accounts (gcloud iam service-accounts list)",
       "",
       {"email", "uniqueId"},
       nullptr,
       read_account},
      {"gcp-keys",
       "keys of Google Cloud service accounts (gcloud iam service-accounts keys list)",
       "",
       {"name", "validAfterTime"},
       is_key,
       read_key},
  };
}

}  // namespace straykey
