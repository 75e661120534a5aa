// SPDX-License-Identifier: Apache-2.0
// What the register keeps: non-human identities (NHI), the credentials that belong to them,
// the people who may own them, and the components of a catalogue that name an owner.
//
// What is known of an NHI was said by somebody at some time. Each such statement is a Fact;
// the plain members of Nhi are what follows from its facts, and settle() is the one place
// where that is worked out:
//
//   an attested fact goes before every other, then the later one, then the first by source
//
// so the order in which sources are read changes nothing, and who said what is kept.
//
// Nothing here is secret. A credential is known by its public id, the fingerprint of its
// public key, or the few characters that its provider shows to everybody.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "scanner/base/bytes.h"

namespace straykey {

enum class OwnerKind : uint8_t { kUnknown, kPerson, kTeam, kSystem, kProcess };
enum class NhiClass : uint8_t {
  kUnknown,
  kPrivilegedService,
  kOrdinaryService,
  kThirdParty,
  kHumanShared,
  kEphemeral
};
enum class NhiStatus : uint8_t { kUnknown, kActive, kInactive, kRevoked, kDeleted };

// "unknown", "team", "privileged-service", ...; from_name() gives nullopt for other words.
const char* name(OwnerKind kind);
const char* name(NhiClass nhi_class);
const char* name(NhiStatus status);
std::optional<OwnerKind> owner_kind_from_name(ByteView word);
std::optional<NhiClass> nhi_class_from_name(ByteView word);
std::optional<NhiStatus> nhi_status_from_name(ByteView word);

// What can be said of an NHI.
enum class Field : uint8_t {
  kKind,
  kName,
  kOwner,
  kOwnerKind,
  kClass,
  kSystem,
  kEnvironment,
  kSupplier,
  kAccount,
  kPurpose,
  kStatus,
  kCreated,
  kLastRotated,
  kLastUsed,
  kExpires,
  kRotationDays,
  kReviewDays,
};
inline constexpr size_t kFields = 17;
// The name of the member: "owner_kind", "class" for nhi_class.
const char* name(Field field);
std::optional<Field> field_from_name(ByteView word);

// Who said what, when. `as_of` is in seconds since 1970: the time of which the source
// speaks, not the time of the import. Times in `value` are RFC 3339.
struct Fact {
  Field field = Field::kName;
  bool attested = false;  // by a person who answers for it (`nhi attest`)
  int64_t as_of = 0;
  std::string value;
  std::string source;
  bool operator==(const Fact&) const = default;
};

// Times are seconds since 1970.
struct Nhi {
  std::string id;    // "aws:123456789012:user/deploy"; unique in a register
  std::string kind;  // "aws.user"
  std::string name;
  std::string owner;  // name of a team, e-mail of a person, ...; "" when nobody named one
  OwnerKind owner_kind = OwnerKind::kUnknown;
  NhiClass nhi_class = NhiClass::kUnknown;
  std::string system;       // what it works for
  std::string environment;  // "prod", ...
  std::string supplier;     // the third party that holds it
  std::string account;      // account, project, tenant or organisation that it lives in
  std::string purpose;
  std::optional<int64_t> created;
  std::optional<int64_t> last_rotated;
  std::optional<int64_t> last_used;
  std::optional<int64_t> expires;
  NhiStatus status = NhiStatus::kUnknown;
  uint32_t rotation_days = 0;  // longest time between rotations; 0: not said
  uint32_t review_days = 0;
  bool registered = true;       // false: a candidate that a scan came upon
  bool owner_attested = false;  // from the facts
  std::vector<Fact> facts;      // by field, the deciding one first
  bool operator==(const Nhi&) const = default;
};

// The member of `field` as text, "" when it is not set.
std::string text_of(const Nhi& nhi, Field field);

// Sets the member from text; false when `value` cannot be one (a time that is none).
bool set_from_text(Nhi& nhi, Field field, ByteView value);

// Adds the fact, unless it says nothing.
void say(Nhi& nhi, Field field, std::string value, const std::string& source, int64_t as_of);

// Joins `facts` (one for each field and source, the later one) with those of `nhi` and sets
// its members by them.
void settle(Nhi& nhi, std::vector<Fact> facts);

// How a finding is joined to an NHI, strongest first. Values are compared byte by byte, so
// both sides write them as told here.
enum class LinkKind : uint8_t {
  kCredentialId,        // AKIA..., private_key_id, keyId of Azure, id or accessor of a token
  kKeyFingerprint,      // "SHA256:..." as OpenSSH prints it, or the SHA-1 of a certificate in
                        // lower-case hex; provider ""
  kHintAndApplication,  // azure "hint|appId"; github the last eight characters of a token
  kPrincipalId,         // client_email, arn, sub, uid, appId; e-mails and GUIDs in lower case
  kAccount,             // account, project or tenant: only of the NHI that stands for it
  kHostPathRule,        // "host" or "host/path", provider ""; who asks cuts the path step by step
};
const char* name(LinkKind kind);
std::optional<LinkKind> link_kind_from_name(ByteView word);

// A credential or principal that belongs to an NHI. One is identified by its first five
// members: two secrets of an application may have one hint.
struct CredentialLink {
  LinkKind kind = LinkKind::kCredentialId;
  std::string provider;  // "aws", "gcp", "azure", "github", ... or ""
  std::string value;
  std::string nhi_id;
  std::string credential;  // public id of the credential, where `value` is not it
  NhiStatus status = NhiStatus::kUnknown;
  std::optional<int64_t> created;
  std::optional<int64_t> last_rotated;
  std::optional<int64_t> last_used;
  std::optional<int64_t> expires;
  std::string source;
  int64_t as_of = 0;
  bool operator==(const CredentialLink&) const = default;
};

// Links with the same key are of one credential. By the key the strongest kinds come first.
inline auto key_of(const CredentialLink& link) {
  return std::tie(link.kind, link.provider, link.value, link.nhi_id, link.credential);
}
inline bool comes_before(const CredentialLink& a, const CredentialLink& b) {
  return key_of(a) < key_of(b);
}

// Somebody of the roster.
struct Person {
  std::string name;
  std::vector<std::string> emails;  // lower case, sorted
  std::vector<std::string> logins;  // likewise: user names, ids
  bool active = true;
  std::optional<int64_t> left_on;
  std::string manager;  // an e-mail or a login
  std::string source;
  int64_t as_of = 0;
  bool operator==(const Person&) const = default;
};

// Something of a catalogue of software that lives in a repository and has an owner.
struct Component {
  std::string name;        // "component:default/checkout"
  std::string repository;  // "org/name" in lower case
  std::string path;        // the folder in the repository, without slashes around; "": all
  std::string owner;
  OwnerKind owner_kind = OwnerKind::kUnknown;
  std::string system;
  std::string lifecycle;  // "production", "experimental", ...
  std::string source;
  int64_t as_of = 0;
  bool operator==(const Component&) const = default;
};

}  // namespace straykey
