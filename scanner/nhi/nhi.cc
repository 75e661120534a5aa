// SPDX-License-Identifier: Apache-2.0
#include "scanner/nhi/nhi.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <tuple>

#include "scanner/base/time.h"

namespace straykey {
namespace {

constexpr const char* kOwnerKinds[] = {"unknown", "person", "team", "system", "process"};
constexpr const char* kClasses[] = {"unknown",     "privileged-service", "ordinary-service",
                                    "third-party", "human-shared",       "ephemeral"};
constexpr const char* kStatuses[] = {"unknown", "active", "inactive", "revoked", "deleted"};
constexpr const char* kFieldNames[] = {
    "kind",         "name",      "owner",   "owner_kind",    "class",      "system",
    "environment",  "supplier",  "account", "purpose",       "status",     "created",
    "last_rotated", "last_used", "expires", "rotation_days", "review_days"};
static_assert(std::size(kFieldNames) == kFields);
constexpr const char* kLinkKinds[] = {
    "credential-id", "key-fingerprint", "hint-and-application",
    "principal-id",  "account",         "host-path-rule"};

template <class Enum, size_t N>
const char* word_of(Enum value, const char* const (&words)[N]) {
  return words[static_cast<size_t>(value)];
}

template <class Enum, size_t N>
std::optional<Enum> value_of(ByteView word, const char* const (&words)[N]) {
  for (size_t i = 0; i < N; ++i) {
    if (word == words[i]) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

// The member that holds the text or the time of a field, nullptr for others.
std::string* text_member(Nhi& nhi, Field field) {
  switch (field) {
    case Field::kKind: return &nhi.kind;
    case Field::kName: return &nhi.name;
    case Field::kOwner: return &nhi.owner;
    case Field::kSystem: return &nhi.system;
    case Field::kEnvironment: return &nhi.environment;
    case Field::kSupplier: return &nhi.supplier;
    case Field::kAccount: return &nhi.account;
    case Field::kPurpose: return &nhi.purpose;
    default: return nullptr;
  }
}

std::optional<int64_t>* time_member(Nhi& nhi, Field field) {
  switch (field) {
    case Field::kCreated: return &nhi.created;
    case Field::kLastRotated: return &nhi.last_rotated;
    case Field::kLastUsed: return &nhi.last_used;
    case Field::kExpires: return &nhi.expires;
    default: return nullptr;
  }
}

template <class Enum>
bool assign(Enum& to, std::optional<Enum> value) {
  if (value) to = *value;
  return value.has_value();
}

bool assign_number(uint32_t& to, ByteView text) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc() && end == text.data() + text.size();
}

bool goes_before(const Fact& a, const Fact& b) {
  return std::tuple(a.field, !a.attested, -a.as_of, ByteView(a.source), ByteView(a.value)) <
         std::tuple(b.field, !b.attested, -b.as_of, ByteView(b.source), ByteView(b.value));
}

}  // namespace

const char* name(OwnerKind kind) { return word_of(kind, kOwnerKinds); }
const char* name(NhiClass nhi_class) { return word_of(nhi_class, kClasses); }
const char* name(NhiStatus status) { return word_of(status, kStatuses); }
const char* name(Field field) { return word_of(field, kFieldNames); }
const char* name(LinkKind kind) { return word_of(kind, kLinkKinds); }

std::optional<OwnerKind> owner_kind_from_name(ByteView word) {
  return value_of<OwnerKind>(word, kOwnerKinds);
}
std::optional<NhiClass> nhi_class_from_name(ByteView word) {
  return value_of<NhiClass>(word, kClasses);
}
std::optional<NhiStatus> nhi_status_from_name(ByteView word) {
  return value_of<NhiStatus>(word, kStatuses);
}
std::optional<Field> field_from_name(ByteView word) {
  return value_of<Field>(word, kFieldNames);
}
std::optional<LinkKind> link_kind_from_name(ByteView word) {
  return value_of<LinkKind>(word, kLinkKinds);
}

std::string text_of(const Nhi& nhi, Field field) {
  auto number = [](uint32_t value) { return value == 0 ? "" : std::to_string(value); };
  Nhi& members = const_cast<Nhi&>(nhi);  // text_member() and time_member() only point
  if (const std::string* text = text_member(members, field)) return *text;
  if (const auto* time = time_member(members, field)) return *time ? iso_time(**time) : "";
  switch (field) {
    case Field::kOwnerKind:
      return nhi.owner_kind == OwnerKind::kUnknown ? "" : name(nhi.owner_kind);
    case Field::kClass: return nhi.nhi_class == NhiClass::kUnknown ? "" : name(nhi.nhi_class);
    case Field::kStatus: return nhi.status == NhiStatus::kUnknown ? "" : name(nhi.status);
    case Field::kRotationDays: return number(nhi.rotation_days);
    default: return number(nhi.review_days);
  }
}

bool set_from_text(Nhi& nhi, Field field, ByteView value) {
  if (std::string* text = text_member(nhi, field)) {
    *text = value;
    return true;
  }
  if (auto* time = time_member(nhi, field)) {
    *time = parse_iso_time(value);
    return time->has_value();
  }
  switch (field) {
    case Field::kOwnerKind: return assign(nhi.owner_kind, owner_kind_from_name(value));
    case Field::kClass: return assign(nhi.nhi_class, nhi_class_from_name(value));
    case Field::kStatus: return assign(nhi.status, nhi_status_from_name(value));
    case Field::kRotationDays: return assign_number(nhi.rotation_days, value);
    default: return assign_number(nhi.review_days, value);
  }
}

void say(Nhi& nhi, Field field, std::string value, const std::string& source, int64_t as_of) {
  if (value.empty()) return;
  nhi.facts.push_back({field, false, as_of, std::move(value), source});
}

void settle(Nhi& nhi, std::vector<Fact> facts) {
  facts.insert(facts.end(), std::make_move_iterator(nhi.facts.begin()),
               std::make_move_iterator(nhi.facts.end()));
  std::sort(facts.begin(), facts.end(), goes_before);

  Nhi out;
  out.id = std::move(nhi.id);
  out.registered = nhi.registered;
  for (Fact& fact : facts) {
    // Of one field the first that can be read decides, and of one source the first stays.
    auto same_field = [&](const Fact& other) { return other.field == fact.field; };
    auto same_source = [&](const Fact& other) {
      return same_field(other) && other.source == fact.source &&
             other.attested == fact.attested;
    };
    if (std::any_of(out.facts.rbegin(), out.facts.rend(), same_source)) continue;
    if (std::none_of(out.facts.rbegin(), out.facts.rend(), same_field)) {
      set_from_text(out, fact.field, fact.value);
      if (fact.field == Field::kOwner) out.owner_attested = fact.attested;
    }
    out.facts.push_back(std::move(fact));
  }
  nhi = std::move(out);
}

}  // namespace straykey
