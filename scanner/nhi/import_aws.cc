// SPDX-License-Identifier: Apache-2.0
// AWS IAM. A user is known by account and name, which are unique; the path in its ARN is not
// part of that, and list-access-keys does not tell it:
//
//   aws:123456789012:user/deploy    aws:123456789012:role/ci    aws:123456789012:root
//
// The credential report knows when each of the two keys of a user was used, but not which key
// that is. So its slots become links of their own ("...#access_key_1") until list-access-keys
// names a key of the user that was created when the slot was last rotated (import.cc).
//
// Columns: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
// JSON: the IAM API reference of ListUsers, ListRoles, ListAccessKeys, GetAccessKeyLastUsed,
// ListServiceSpecificCredentials and GetAccountAuthorizationDetails.
#include "scanner/match/check_list.h"
#include "scanner/nhi/importer.h"

namespace straykey {
namespace {

using Json = nlohmann::json;

struct Arn {
  std::string account;
  std::string resource;  // "user/path/name", "root"
};

// "arn:aws:iam::123456789012:user/path/name"
Arn parse_arn(const Item& item, const char* key) {
  const std::string arn = item.required(key);
  size_t at = 0;
  Arn out;
  for (int part = 0; part < 5; ++part) {
    const size_t end = arn.find(':', at);
    if (end == std::string::npos) {
      item.complain(key, "is no ARN");
      return out;
    }
    if (part == 4) out.account = arn.substr(at, end - at);
    at = end + 1;
  }
  out.resource = arn.substr(at);
  return out;
}

std::string principal_id(const std::string& account, const std::string& what,
                         const std::string& name) {
  return "aws:" + account + ":" + what + "/" + name;
}

// A cell of the report: what says that there is nothing becomes nothing.
std::optional<int64_t> report_time(const Item& item, const std::string& column) {
  const std::string text = item.text(column.c_str());
  if (text == "N/A" || text == "no_information" || text == "not_supported") return std::nullopt;
  return item.time(column.c_str());
}

std::optional<int64_t> later(std::optional<int64_t> a, std::optional<int64_t> b) {
  return !a ? b : !b ? a : std::max(a, b);
}

void read_credential_report(const Item& item, Row& row) {
  const Arn arn = parse_arn(item, "arn");
  const std::string user = item.required("user");
  const bool is_root = user == "<root_account>";
  Nhi nhi = is_root ? row.nhi("aws:" + arn.account + ":root", "aws.root")
                    : row.nhi(principal_id(arn.account, "user", user), "aws.user");
  row.id(nhi.id);
  row.say(nhi, Field::kName, is_root ? "root" : user);
  row.say(nhi, Field::kAccount, arn.account);
  if (is_root) row.say(nhi, Field::kClass, name(NhiClass::kPrivilegedService));
  row.say(nhi, Field::kCreated, report_time(item, "user_creation_time"));
  row.say_status(nhi, NhiStatus::kActive);

  std::optional<int64_t> used = report_time(item, "password_last_used");
  std::optional<int64_t> rotated;
  for (const std::string slot : {"access_key_1", "access_key_2"}) {
    const auto is_active = item.truth((slot + "_active").c_str());
    const auto last_rotated = report_time(item, slot + "_last_rotated");
    const auto last_used = report_time(item, slot + "_last_used_date");
    used = later(used, last_used);
    if (!last_rotated) continue;  // there is no such key
    if (is_active.value_or(false)) rotated = later(rotated, last_rotated);
    CredentialLink link = row.link(LinkKind::kCredentialId, "aws", nhi.id + "#" + slot, nhi.id);
    link.credential = slot;
    link.status = is_active.value_or(false) ? NhiStatus::kActive : NhiStatus::kInactive;
    link.created = last_rotated;
    link.last_rotated = last_rotated;
    link.last_used = last_used;
    row.add(std::move(link));
  }
  row.say(nhi, Field::kLastUsed, used);
  row.say(nhi, Field::kLastRotated, rotated);
  row.add(row.link(LinkKind::kPrincipalId, "aws", item.text("arn"), nhi.id));
  if (is_root) row.add(row.link(LinkKind::kAccount, "aws", arn.account, nhi.id));
  row.add(std::move(nhi));
}

NhiStatus status_of(const Item& item) {
  const std::string status = item.text("Status");
  return status == "Active"                             ? NhiStatus::kActive
         : status == "Inactive" || status == "Expired" ? NhiStatus::kInactive
                                                        : NhiStatus::kUnknown;
}

// Gives the key to its user, whose account the key's id tells since about 2019.
void add_key(Row& row, CredentialLink link, const std::string& user) {
  const std::string id = link.value;
  for (const auto& [name, value] : check_aws_key_id(id).attributes) {
    if (name != "account") continue;
    Nhi nhi = row.nhi(principal_id(value, "user", user), "aws.user");
    row.say(nhi, Field::kName, user);
    row.say(nhi, Field::kAccount, value);
    link.nhi_id = nhi.id;
    row.add(std::move(nhi));
    return row.add(std::move(link));
  }
  row.add_loose(std::move(link), user);
}

void read_access_key(const Item& item, Row& row) {
  const std::string id = item.required("AccessKeyId");
  row.id(id);
  CredentialLink link = row.link(LinkKind::kCredentialId, "aws", id, "");
  link.created = item.time("CreateDate");
  link.last_rotated = link.created;
  link.status = status_of(item);
  add_key(row, std::move(link), item.required("UserName"));
}

// The answer does not repeat which key was asked for, so whoever exports it puts that in.
void read_last_used(const Item& item, Row& row) {
  const std::string id = item.required("AccessKeyId");
  row.id(id);
  CredentialLink link = row.link(LinkKind::kCredentialId, "aws", id, "");
  link.last_used = item.object("AccessKeyLastUsed").time("LastUsedDate");
  add_key(row, std::move(link), item.required("UserName"));
}

// Passwords of a user for one service, and long-term keys of Bedrock, whose user is named in the
// key itself. Their user's account is not told.
void read_service_credential(const Item& item, Row& row) {
  const std::string id = item.required("ServiceSpecificCredentialId");
  row.id(id);
  CredentialLink link = row.link(LinkKind::kCredentialId, "aws", id, "");
  link.created = item.time("CreateDate");
  link.last_rotated = link.created;
  link.expires = item.time("ExpirationDate");
  link.status = status_of(item);
  const std::string user = item.required("UserName");
  for (const char* key : {"ServiceUserName", "ServiceCredentialAlias"}) {
    CredentialLink by_name = link;
    by_name.kind = LinkKind::kPrincipalId;
    by_name.value = item.text(key);
    by_name.credential = id;
    if (!by_name.value.empty()) row.add_loose(std::move(by_name), user);
  }
  row.add_loose(std::move(link), user);
}

// What users and roles have in common. `what` is "user" or "role".
void read_principal(const Item& item, Row& row, const std::string& what,
                    const std::string& name_key, const std::string& id_key) {
  const Arn arn = parse_arn(item, "Arn");
  const std::string name = item.required(name_key.c_str());
  Nhi nhi =
      row.nhi(principal_id(arn.account, what, name), what == "user" ? "aws.user" : "aws.role");
  row.id(nhi.id);
  row.say(nhi, Field::kName, name);
  row.say(nhi, Field::kAccount, arn.account);
  row.say(nhi, Field::kCreated, item.time("CreateDate"));
  row.say(nhi, Field::kLastUsed, item.time("PasswordLastUsed"));
  row.say(nhi, Field::kLastUsed, item.object("RoleLastUsed").time("LastUsedDate"));
  row.say(nhi, Field::kPurpose, item.text("Description"));
  row.say_status(nhi, NhiStatus::kActive);
  std::vector<std::pair<std::string, std::string>> tags;
  for (const Item& tag : item.objects("Tags")) {
    tags.emplace_back(tag.required("Key"), tag.text("Value"));
  }
  row.say_labels(nhi, tags);
  for (const Item& policy : item.objects("AttachedManagedPolicies")) {
    const std::string policy_name = policy.text("PolicyName");
    if (policy_name == "AdministratorAccess" || policy_name == "IAMFullAccess") {
      row.say(nhi, Field::kClass, straykey::name(NhiClass::kPrivilegedService));
      break;
    }
  }
  row.add(row.link(LinkKind::kPrincipalId, "aws", item.text("Arn"), nhi.id));
  row.add(row.link(LinkKind::kPrincipalId, "aws", item.text(id_key.c_str()), nhi.id));
  row.add(std::move(nhi));
}

void read_user(const Item& item, Row& row) {
  read_principal(item, row, "user", "UserName", "UserId");
}

void read_role(const Item& item, Row& row) {
  read_principal(item, row, "role", "RoleName", "RoleId");
}

}  // namespace

std::vector<ImportKind> aws_kinds() {
  const char* details = "AWS users and roles (aws iam get-account-authorization-details)";
  const char* last_used = "when an AWS access key was used (aws iam get-access-key-last-used)";
  const char* users = "AWS users or roles (aws iam list-users, list-roles)";
  return {
      {"aws-credential-report",
       "AWS credential report (aws iam get-credential-report)",
       "",
       {"user", "arn", "user_creation_time", "access_key_1_active", "access_key_1_last_rotated",
        "access_key_1_last_used_date", "access_key_2_active", "access_key_2_last_rotated",
        "access_key_2_last_used_date"},
       nullptr,
       read_credential_report},
      {"aws-access-keys",
       "AWS access keys (aws iam list-access-keys)",
       "AccessKeyMetadata",
       {"UserName", "AccessKeyId"},
       nullptr,
       read_access_key},
      {"aws-access-key-last-used",
       last_used,
       ".",
       {"UserName", "AccessKeyLastUsed"},
       nullptr,
       read_last_used},
      {"aws-access-key-last-used",
       last_used,
       "",
       {"UserName", "AccessKeyLastUsed"},
       nullptr,
       read_last_used},
      {"aws-service-credentials",
       "AWS service-specific credentials (aws iam list-service-specific-credentials)",
       "ServiceSpecificCredentials",
       {"UserName", "ServiceSpecificCredentialId"},
       nullptr,
       read_service_credential},
      {"aws-authorization-details",
       details,
       "UserDetailList",
       {"UserName", "Arn"},
       nullptr,
       read_user},
      {"aws-authorization-details",
       details,
       "RoleDetailList",
       {"RoleName", "Arn"},
       nullptr,
       read_role},
      {"aws-users", users, "Users", {"UserName", "Arn"}, nullptr, read_user},
      {"aws-users", users, "Roles", {"RoleName", "Arn"}, nullptr, read_role},
  };
}

}  // namespace straykey
