// SPDX-License-Identifier: Apache-2.0
// Kubernetes service accounts, the secrets that hold their old, everlasting tokens, and tokens
// that machines join with, as
// `kubectl get serviceaccounts,secrets -A -o json` prints them
// (https://kubernetes.io/docs/reference/kubernetes-api/). Of a secret its metadata is read,
// `data` never.
//
// Every cluster has its default/default, and an account that is made anew is another one, so
// an account is known by its name and the beginning of its uid.
#include "scanner/nhi/importer.h"

namespace straykey {
namespace {

using Json = nlohmann::json;

constexpr size_t kShownOfUid = 8;

std::string account_id(const std::string& space, const std::string& name,
                       const std::string& uid) {
  return "kubernetes:" + space + "/" + name + "@" + uid.substr(0, kShownOfUid);
}

void read_service_account(const Item& item, Row& row) {
  const Item meta = item.object("metadata");
  const std::string name = meta.required("name");
  const std::string space = meta.required("namespace");
  const std::string uid = meta.required("uid");
  Nhi nhi = row.nhi(account_id(space, name, uid), "kubernetes.service-account");
  row.id(nhi.id);
  row.say(nhi, Field::kName, space + "/" + name);
  row.say(nhi, Field::kAccount, space);
  row.say(nhi, Field::kCreated, meta.time("creationTimestamp"));
  row.say_status(nhi, NhiStatus::kActive);
  auto labels = meta.object("annotations").pairs();
  for (auto& label : meta.object("labels").pairs()) labels.push_back(std::move(label));
  row.say_labels(nhi, labels);
  row.add(row.link(LinkKind::kPrincipalId, "kubernetes", uid, nhi.id));
  row.add(row.link(LinkKind::kPrincipalId, "kubernetes",
                   "system:serviceaccount:" + space + ":" + name, nhi.id));
  // The secrets that hold its tokens: until 1.24 each account had one.
  for (const Item& secret : item.objects("secrets")) {
    const std::string held = secret.text("name");
    if (!held.empty())
      row.add(row.link(LinkKind::kCredentialId, "kubernetes", space + "/" + held, nhi.id));
  }
  row.add(std::move(nhi));
}

// Lets a machine join the cluster; `bootstrap-token-<token id>` is its name.
// https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/
void read_bootstrap_token(const Item& meta, Row& row) {
  const std::string name = meta.required("name");
  constexpr ByteView kPrefix = "bootstrap-token-";
  if (!name.starts_with(kPrefix)) return meta.complain("name", "is none of a bootstrap token");
  const std::string token = name.substr(kPrefix.size());
  Nhi nhi = row.nhi("kubernetes:bootstrap-token/" + token, "kubernetes.bootstrap-token");
  row.say(nhi, Field::kName, name);
  row.say(nhi, Field::kAccount, meta.text("namespace"));
  row.say(nhi, Field::kCreated, meta.time("creationTimestamp"));
  row.say(nhi, Field::kClass, straykey::name(NhiClass::kPrivilegedService));
  row.say_status(nhi, NhiStatus::kActive);
  CredentialLink link = row.link(LinkKind::kCredentialId, "kubernetes", token, nhi.id);
  link.created = meta.time("creationTimestamp");
  link.status = NhiStatus::kActive;
  row.add(std::move(link));
  row.add(std::move(nhi));
}

void read_secret(const Item& item, Row& row) {
  const Item meta = item.object("metadata");
  row.id("secret " + meta.required("namespace") + "/" + meta.required("name"));
  const std::string type = item.text("type");
  if (type == "bootstrap.kubernetes.io/token") return read_bootstrap_token(meta, row);
  if (type != "kubernetes.io/service-account-token") {
    return row.pass_over("secret that is no service account's token");
  }
  const Item notes = meta.object("annotations");
  const std::string account = notes.required("kubernetes.io/service-account.name");
  const std::string uid = notes.required("kubernetes.io/service-account.uid");
  const std::string space = meta.text("namespace");
  Nhi nhi = row.nhi(account_id(space, account, uid), "kubernetes.service-account");
  row.say(nhi, Field::kName, space + "/" + account);
  // The claims of such a token name the secret.
  CredentialLink link =
      row.link(LinkKind::kCredentialId, "kubernetes", space + "/" + meta.text("name"), nhi.id);
  link.created = meta.time("creationTimestamp");
  link.last_rotated = link.created;
  link.status = NhiStatus::kActive;
  row.add(std::move(link));
  row.add(row.link(LinkKind::kPrincipalId, "kubernetes", uid, nhi.id));
  row.add(std::move(nhi));
}

template <bool is_secret>
bool is_kind(const Json& entry) {
  return entry["kind"] == (is_secret ? "Secret" : "ServiceAccount");
}

}  // namespace

std::vector<ImportKind> kubernetes_kinds() {
  const char* title = "Kubernetes service accounts (kubectl get serviceaccounts,secrets -A)";
  std::vector<ImportKind> out;
  for (const char* list : {"items", "."}) {
    out.push_back({"kubernetes",
                   title,
                   list,
                   {"kind", "metadata"},
                   is_kind<false>,
                   read_service_account});
    out.push_back(
        {"kubernetes", title, list, {"kind", "metadata"}, is_kind<true>, read_secret});
  }
  return out;
}

}  // namespace straykey
