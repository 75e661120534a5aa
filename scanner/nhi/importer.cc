// SPDX-License-Identifier: Apache-2.0
#include "scanner/nhi/importer.h"

#include <algorithm>
#include <iterator>

#include "scanner/base/text.h"
#include "scanner/base/time.h"

namespace straykey {
namespace {

using Json = nlohmann::json;

// The text of a scalar, nullopt for lists and objects.
std::optional<std::string> scalar_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  return std::nullopt;
}

// "app.kubernetes.io/part-of" -> "partof"
std::string plain_label(const std::string& key) {
  const size_t begin = key.find_last_of("/:");
  std::string out = lower(ByteView(key).substr(begin == std::string::npos ? 0 : begin + 1));
  std::erase_if(out, [](char c) { return c == '-' || c == '_' || c == '.' || c == ' '; });
  return out;
}

}  // namespace

const Json* Item::find(const char* key) const {
  if (!value_->is_object()) return nullptr;
  auto found = value_->find(key);
  if (found == value_->end() || found->is_null()) return nullptr;
  if (found->is_string() && found->get_ref<const std::string&>().empty()) return nullptr;
  return &*found;
}

void Item::complain(const char* key, const std::string& problem) const {
  if (complained()) return;
  *complaint_ = "'" + (path_.empty() ? "" : path_ + ".") + key + "' " + problem;
}

std::string Item::text(const char* key) const {
  const Json* found = find(key);
  if (!found) return "";
  auto text = scalar_text(*found);
  if (!text) complain(key, "is no text");
  return text.value_or("");
}

std::string Item::required(const char* key) const {
  std::string out = text(key);
  if (out.empty()) complain(key, "is missing");
  return out;
}

std::optional<int64_t> Item::time(const char* key) const {
  const Json* found = find(key);
  if (!found) return std::nullopt;
  if (found->is_number_integer()) return found->get<int64_t>();
  std::optional<int64_t> out;
  if (found->is_string()) out = parse_iso_time(found->get_ref<const std::string&>());
  if (!out) complain(key, "is no time");
  return out;
}

std::optional<bool> Item::truth(const char* key) const {
  const Json* found = find(key);
  if (!found) return std::nullopt;
  const std::string word = lower(scalar_text(*found).value_or(""));
  if (word == "true" || word == "false") return word == "true";
  complain(key, "is neither true nor false");
  return std::nullopt;
}

std::vector<std::string> Item::texts(const char* key) const {
  std::vector<std::string> out;
  const Json* found = find(key);
  if (!found) return out;
  if (!found->is_array()) complain(key, "is no list");
  for (const Json& element : *found) {
    if (auto text = scalar_text(element)) {
      out.push_back(std::move(*text));
    } else {
      complain(key, "holds something that is no text");
    }
  }
  return out;
}

Item Item::object(const char* key) const {
  static const Json kEmpty = Json::object();
  const Json* found = find(key);
  if (found && !found->is_object()) complain(key, "is no object");
  const std::string path = (path_.empty() ? "" : path_ + ".") + key;
  return Item(found && found->is_object() ? *found : kEmpty, *complaint_, path);
}

std::vector<Item> Item::objects(const char* key) const {
  std::vector<Item> out;
  const Json* found = find(key);
  if (!found) return out;
  if (!found->is_array()) {
    complain(key, "is no list");
    return out;
  }
  const std::string path = (path_.empty() ? "" : path_ + ".") + key;
  for (const Json& element : *found) {
    if (!element.is_object()) complain(key, "holds something that is no object");
    out.emplace_back(element, *complaint_, path);
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> Item::pairs() const {
  std::vector<std::pair<std::string, std::string>> out;
  if (!value_->is_object()) return out;
  for (const auto& [key, value] : value_->items()) {
    if (auto text = scalar_text(value)) out.emplace_back(key, std::move(*text));
  }
  return out;
}

Nhi Row::nhi(std::string id, const char* kind) const {
  Nhi out;
  out.id = std::move(id);
  say(out, Field::kKind, kind);
  return out;
}

void Row::say(Nhi& nhi, Field field, std::optional<int64_t> time) const {
  if (time) say(nhi, field, iso_time(*time));
}

void Row::say_status(Nhi& nhi, NhiStatus status) const {
  if (status != NhiStatus::kUnknown) say(nhi, Field::kStatus, name(status));
}

void Row::say_labels(Nhi& nhi,
                     const std::vector<std::pair<std::string, std::string>>& labels) const {
  struct Meaning {
    Field field;
    std::vector<ByteView> words;  // the first that is there counts
  };
  static const std::vector<Meaning> kMeanings = {
      {Field::kOwner, {"owner", "ownedby", "ownerteam", "team", "squad"}},
      {Field::kEnvironment, {"environment", "env", "stage"}},
      {Field::kSystem, {"partof", "system", "application", "app", "service"}},
      {Field::kSupplier, {"supplier", "vendor"}},
      {Field::kPurpose, {"purpose", "description"}},
  };
  for (const Meaning& meaning : kMeanings) {
    for (ByteView word : meaning.words) {
      auto found = std::find_if(labels.begin(), labels.end(), [&](const auto& label) {
        return !label.second.empty() && plain_label(label.first) == word;
      });
      if (found == labels.end()) continue;
      say(nhi, meaning.field, found->second);
      if (word == "team" || word == "squad" || word == "ownerteam") {
        say(nhi, Field::kOwnerKind, name(OwnerKind::kTeam));
      }
      break;
    }
  }
}

CredentialLink Row::link(LinkKind kind, const char* provider, std::string value,
                         const std::string& nhi_id) const {
  CredentialLink out;
  out.kind = kind;
  out.provider = provider;
  out.value = std::move(value);
  out.nhi_id = nhi_id;
  out.source = source_;
  out.as_of = as_of_;
  return out;
}

void Row::add(CredentialLink link) {
  if (!link.value.empty()) links.push_back(std::move(link));
}

void Row::add_loose(CredentialLink link, std::string aws_user) {
  loose.push_back({std::move(link), std::move(aws_user)});
}

void Row::add(Person person) {
  person.source = source_;
  person.as_of = as_of_;
  people.push_back(std::move(person));
}

void Row::add(Component component) {
  component.source = source_;
  component.as_of = as_of_;
  components.push_back(std::move(component));
}

}  // namespace straykey
