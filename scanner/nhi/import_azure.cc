// SPDX-License-Identifier: Apache-2.0
// Microsoft Entra applications and service principals, as `az ad ...` prints them: resources
// application, servicePrincipal, passwordCredential and keyCredential of Microsoft Graph
// (https://learn.microsoft.com/graph/api/resources/application). Both sides of one application
// are one NHI, known by its appId.
//
// `hint` is what Graph shows of a client secret for ever: its first three characters. With the
// application it says which secret leaked.
#include <optional>

#include "scanner/base/encoding.h"
#include "scanner/base/hash.h"
#include "scanner/base/text.h"
#include "scanner/nhi/importer.h"

namespace straykey {
namespace {

using Json = nlohmann::json;

// A certificate is known by the SHA-1 of it, which Graph writes in base64 and tools in hex.
std::string thumbprint(const std::string& identifier) {
  constexpr size_t kBytes = 20;
  const std::string text = lower(identifier);
  const bool is_hex = text.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (text.size() == 2 * kBytes && is_hex) return text;
  const std::optional<std::string> bytes = base64_decode(identifier);
  return bytes && bytes->size() == kBytes ? hex(*bytes) : "";
}

// The links of a credential; `application` is "" where the export does not say whose it is.
void read_secret(const Item& secret, Row& row, const std::string& application) {
  const std::string id = lower(secret.required("keyId"));
  const std::string hint = secret.text("hint");
  const std::string nhi_id = application.empty() ? "" : "azure:" + application;
  CredentialLink link = row.link(LinkKind::kCredentialId, "azure", id, nhi_id);
  link.created = secret.time("startDateTime");
  link.last_rotated = link.created;
  link.expires = secret.time("endDateTime");
  CredentialLink by_hint = link;
  by_hint.kind = LinkKind::kHintAndApplication;
  by_hint.value = hint + "|" + application;
  by_hint.credential = id;
  CredentialLink by_certificate = by_hint;
  by_certificate.kind = LinkKind::kKeyFingerprint;
  by_certificate.provider.clear();
  by_certificate.value =
      secret.has("usage") ? thumbprint(secret.text("customKeyIdentifier")) : "";
  if (application.empty()) {
    row.add_loose(std::move(link), "");
    if (!hint.empty()) row.add_loose(std::move(by_hint), "");
    if (!by_certificate.value.empty()) row.add_loose(std::move(by_certificate), "");
  } else {
    row.add(std::move(link));
    if (!hint.empty()) row.add(std::move(by_hint));
    row.add(std::move(by_certificate));
  }
}

// The first of several is as good as any. Only people have a userPrincipalName.
void say_owner(Nhi& nhi, const Item& item, const Row& row) {
  const std::vector<Item> owners = item.objects("owners");
  if (owners.empty()) return;
  for (const char* key : {"mail", "userPrincipalName", "displayName"}) {
    if (!owners.front().has(key)) continue;
    row.say(nhi, Field::kOwner, owners.front().text(key));
    if (owners.front().has("userPrincipalName"))
      row.say(nhi, Field::kOwnerKind, name(OwnerKind::kPerson));
    return;
  }
}

Nhi read_common(const Item& item, Row& row, const char* kind) {
  const std::string application = lower(item.required("appId"));
  Nhi nhi = row.nhi("azure:" + application, kind);
  row.id(nhi.id);
  row.say(nhi, Field::kName, item.text("displayName"));
  row.say(nhi, Field::kPurpose, item.text("notes"));
  row.say(nhi, Field::kSystem, item.text("serviceManagementReference"));
  say_owner(nhi, item, row);
  row.add(row.link(LinkKind::kPrincipalId, "azure", application, nhi.id));
  row.add(row.link(LinkKind::kPrincipalId, "azure", lower(item.text("id")), nhi.id));
  for (const char* list : {"passwordCredentials", "keyCredentials"}) {
    for (const Item& secret : item.objects(list)) read_secret(secret, row, application);
  }
  return nhi;
}

void read_application(const Item& item, Row& row) {
  Nhi nhi = read_common(item, row, "azure.application");
  row.say(nhi, Field::kCreated, item.time("createdDateTime"));
  row.say_status(
      nhi, item.has("disabledByMicrosoftStatus") ? NhiStatus::kInactive : NhiStatus::kActive);
  row.add(std::move(nhi));
}

void read_service_principal(const Item& item, Row& row) {
  const bool is_managed = item.text("servicePrincipalType") == "ManagedIdentity";
  Nhi nhi =
      read_common(item, row, is_managed ? "azure.managed-identity" : "azure.service-principal");
  row.say(nhi, Field::kCreated, item.time("createdDateTime"));
  const bool is_off =
      !item.truth("accountEnabled").value_or(true) || item.has("disabledByMicrosoftStatus");
  row.say_status(nhi, is_off ? NhiStatus::kInactive : NhiStatus::kActive);
  row.say(nhi, Field::kAccount, lower(item.text("appOwnerOrganizationId")));
  row.add(std::move(nhi));
}

void read_credential(const Item& item, Row& row) {
  row.id(lower(item.required("keyId")));
  read_secret(item, row, "");
}

// `az ad app owner list` does not say of which application, so whoever exports it puts that in.
void read_owners(const Item& item, Row& row) {
  const std::string application = lower(item.required("appId"));
  Nhi nhi = row.nhi("azure:" + application, "azure.application");
  row.id(nhi.id);
  say_owner(nhi, item, row);
  row.add(row.link(LinkKind::kPrincipalId, "azure", application, nhi.id));
  row.add(std::move(nhi));
}

bool is_owners(const Json& entry) { return !entry.contains("displayName"); }

bool is_application(const Json& entry) {
  return !entry.contains("servicePrincipalType") &&
         (entry.contains("passwordCredentials") || entry.contains("signInAudience") ||
          entry.contains("identifierUris"));
}

bool is_credential(const Json& entry) { return !entry.contains("appId"); }

}  // namespace

std::vector<ImportKind> azure_kinds() {
  return {
      {"azure-service-principals",
       "Microsoft Entra service principals (az ad sp list)",
       "",
       {"appId", "servicePrincipalType"},
       nullptr,
       read_service_principal},
      {"azure-applications",
       "Microsoft Entra applications (az ad app list)",
       "",
       {"appId", "displayName"},
       is_application,
       read_application},
      {"azure-owners",
       "owners of Microsoft Entra applications (az ad app owner list)",
       "",
       {"appId", "owners"},
       is_owners,
       read_owners},
      {"azure-credentials",
       "secrets of a Microsoft Entra application (az ad app credential list)",
       "",
       {"keyId", "endDateTime"},
       is_credential,
       read_credential},
  };
}

}  // namespace straykey
