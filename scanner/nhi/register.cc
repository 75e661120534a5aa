// SPDX-License-Identifier: Apache-2.0
#include "scanner/nhi/register.h"

#include <algorithm>
#include <functional>
#include <iterator>

#include "scanner/base/text.h"
#include "scanner/nhi/most_links.h"
#include "scanner/nhi/packed.h"

namespace straykey {
namespace {

template <class Value>
void fill(std::optional<Value>& to, const std::optional<Value>& from) {
  if (!to) to = from;
}

void fill(std::string& to, const std::string& from) {
  if (to.empty()) to = from;
}

template <class Enum>
void fill_kind(Enum& to, Enum from) {
  if (to == Enum::kUnknown) to = from;
}

// Whether the statement `a` goes before the statement `b` about the same thing.
template <class Statement>
bool is_later(const Statement& a, const Statement& b) {
  return a.as_of != b.as_of ? a.as_of > b.as_of : a.source < b.source;
}

// Sorted, lower case, each once.
void tidy(std::vector<std::string>& words) {
  for (std::string& word : words) word = lower(word);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
  tidy(to);
}

// `a` filled up from, or overruled by, `b`.
Person joined(Person a, Person b) {
  if (is_later(b, a)) std::swap(a, b);
  fill(a.name, b.name);
  fill(a.manager, b.manager);
  if (!a.active) fill(a.left_on, b.left_on);
  append(a.emails, b.emails);
  append(a.logins, b.logins);
  return a;
}

ByteView first_word(const Person& person) {
  return !person.emails.empty()   ? ByteView(person.emails.front())
         : !person.logins.empty() ? ByteView(person.logins.front())
                                  : ByteView(person.name);
}

// Those of one credential as one: the later statement, filled up from the earlier one.
std::vector<CredentialLink> joined(std::vector<CredentialLink> links) {
  std::stable_sort(links.begin(), links.end(), comes_before);
  std::vector<CredentialLink> out;
  for (CredentialLink& link : links) {
    if (out.empty() || key_of(out.back()) != key_of(link)) {
      out.push_back(std::move(link));
      continue;
    }
    CredentialLink& known = out.back();
    if (!is_later(known, link)) std::swap(known, link);
    fill_kind(known.status, link.status);
    fill(known.created, link.created);
    fill(known.last_rotated, link.last_rotated);
    fill(known.last_used, link.last_used);
    fill(known.expires, link.expires);
  }
  return out;
}

bool is_of(const CredentialLink& link, LinkKind kind, ByteView provider, ByteView value) {
  return link.kind == kind && link.provider == provider && link.value == value;
}

uint64_t hash_of(LinkKind kind, ByteView provider, ByteView value) {
  std::string key(1, static_cast<char>(kind));
  key += provider;
  key += '\0';
  key += value;
  return std::hash<std::string>()(key);
}

}  // namespace

std::pair<const std::string&, Nhi> Register::Nhis::Iterator::operator*() const {
  return {at_->first, unpacked_nhi(at_->first, at_->second.facts)};
}

// The entry of an NHI; a new one is empty, as whoever asks is about to add to it.
Register::Touched Register::touch(const std::string& nhi_id) {
  auto [at, is_here_now] = entries_.try_emplace(nhi_id);
  auto& [id, entry] = *at;
  if (!is_here_now) return {id, entry, false};
  const std::optional<Nhi> known = source_ ? source_->nhi(nhi_id) : std::nullopt;
  entry.facts = pack(known.value_or(Nhi()));
  if (!known) return {id, entry, true};
  const std::vector<CredentialLink> links = source_->links_of(nhi_id);
  entry.links = pack(links);
  entry.joined_bytes = static_cast<uint32_t>(entry.links.size());
  for (const CredentialLink& link : links)
    by_value_.emplace(hash_of(link.kind, link.provider, link.value), &id);
  return {id, entry, false};
}

std::vector<CredentialLink> Register::links(LinkKind kind, ByteView provider,
                                            ByteView value) const {
  std::vector<CredentialLink> out;
  const uint64_t hash = hash_of(kind, provider, value);
  for (auto at = by_value_.lower_bound({hash, nullptr});
       at != by_value_.end() && at->first == hash && out.size() < kMostLinks; ++at) {
    for (CredentialLink& link : links_of(*at->second)) {
      if (is_of(link, kind, provider, value)) out.push_back(std::move(link));
    }
  }
  if (source_) {
    for (CredentialLink& link : source_->links(kind, provider, value)) {
      if (!nhis().contains(link.nhi_id)) out.push_back(std::move(link));
    }
  }
  std::sort(out.begin(), out.end(), comes_before);
  if (out.size() > kMostLinks) out.resize(kMostLinks);
  return out;
}

std::optional<Nhi> Register::nhi(ByteView id) const {
  auto found = entries_.find(id);
  if (found != entries_.end()) return unpacked_nhi(found->first, found->second.facts);
  return source_ ? source_->nhi(id) : std::nullopt;
}

std::optional<Person> Register::person(ByteView email_or_login) const {
  auto found = person_of_.find(lower(email_or_login));
  if (found != person_of_.end()) return people_.at(found->second);
  return source_ ? source_->person(email_or_login) : std::nullopt;
}

std::vector<Component> Register::components(ByteView repository) const {
  std::vector<Component> out;
  const std::string wanted = lower(repository);
  for (auto at = components_in_.lower_bound({wanted, ""});
       at != components_in_.end() && at->first == wanted; ++at) {
    out.push_back(components_.at(at->second));
  }
  if (source_) {
    for (Component& component : source_->components(repository)) {
      if (!components_.count(component.name)) out.push_back(std::move(component));
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Component& a, const Component& b) { return a.path < b.path; });
  return out;
}

void Register::add(Nhi nhi) {
  auto [id, entry, is_new] = touch(nhi.id);
  Nhi known = unpacked_nhi(id, entry.facts);
  known.registered = nhi.registered || (known.registered && !is_new);
  settle(known, std::move(nhi.facts));
  entry.facts = pack(known);
}

// Links are put one behind the other, and joined when they have become twice as many.
void Register::add(const CredentialLink& link) {
  constexpr size_t kRoom = 512;
  auto [id, entry, is_new] = touch(link.nhi_id);
  entry.links += pack(link);
  if (entry.links.size() > 2 * size_t{entry.joined_bytes} + kRoom) {
    entry.links = pack(joined(unpacked_links(id, entry.links)));
    entry.joined_bytes = static_cast<uint32_t>(entry.links.size());
  }
  by_value_.emplace(hash_of(link.kind, link.provider, link.value), &id);
}

void Register::add(Person person) {
  tidy(person.emails);
  tidy(person.logins);
  std::set<size_t> same;
  for (const auto* words : {&person.emails, &person.logins}) {
    for (const std::string& word : *words) {
      auto found = person_of_.find(word);
      if (found == person_of_.end() && source_) {
        std::optional<Person> known = source_->person(word);
        if (known) insert(std::move(*known));
        found = person_of_.find(word);
      }
      if (found != person_of_.end()) same.insert(found->second);
    }
  }
  for (size_t number : same) {
    person = joined(std::move(person), std::move(people_.at(number)));
    people_.erase(number);
  }
  insert(std::move(person));
}

void Register::insert(Person person) {
  for (const auto* words : {&person.emails, &person.logins}) {
    for (const std::string& word : *words) person_of_[word] = next_person_;
  }
  people_.emplace(next_person_++, std::move(person));
}

void Register::add(Component component) {
  component.repository = lower(component.repository);
  if (source_ && !components_.count(component.name)) {
    std::optional<Component> known = source_->component(component.name);
    if (known) insert(std::move(*known));
  }
  auto found = components_.find(component.name);
  if (found != components_.end()) {
    Component& known = found->second;
    components_in_.erase({known.repository, known.name});
    if (is_later(known, component)) std::swap(known, component);
    if (component.repository.empty()) {
      component.repository = known.repository;
      component.path = known.path;
    }
    fill(component.system, known.system);
    fill(component.lifecycle, known.lifecycle);
    if (component.owner.empty()) {
      component.owner = known.owner;
      component.owner_kind = known.owner_kind;
    }
  }
  insert(std::move(component));
}

void Register::insert(Component component) {
  components_in_.emplace(component.repository, component.name);
  components_.insert_or_assign(component.name, std::move(component));
}

void Register::remove(const CredentialLink& link) {
  auto [id, entry, is_new] = touch(link.nhi_id);
  std::vector<CredentialLink> links = joined(unpacked_links(id, entry.links));
  std::erase_if(links, [&](const auto& one) { return key_of(one) == key_of(link); });
  entry.links = pack(links);
  entry.joined_bytes = static_cast<uint32_t>(entry.links.size());
  const bool is_still_known = std::any_of(links.begin(), links.end(), [&](const auto& one) {
    return is_of(one, link.kind, link.provider, link.value);
  });
  if (!is_still_known) by_value_.erase({hash_of(link.kind, link.provider, link.value), &id});
}

Result<void> Register::attest(ByteView id, const std::string& owner, OwnerKind kind,
                              const std::string& by, int64_t when) {
  std::optional<Nhi> known = nhi(id);
  if (!known) return Error{"there is no NHI '" + std::string(id) + "' in the register"};
  known->facts = {{Field::kOwner, true, when, owner, by}};
  known->facts.push_back({Field::kOwnerKind, true, when, name(kind), by});
  add(std::move(*known));
  return {};
}

std::vector<const Person*> Register::people() const {
  std::vector<const Person*> out;
  for (const auto& [number, person] : people_) out.push_back(&person);
  std::sort(out.begin(), out.end(), [](const Person* a, const Person* b) {
    return std::tuple(first_word(*a), ByteView(a->name)) <
           std::tuple(first_word(*b), ByteView(b->name));
  });
  return out;
}

std::vector<CredentialLink> Register::links_of(ByteView nhi_id) const {
  auto found = entries_.find(nhi_id);
  if (found != entries_.end()) return joined(unpacked_links(found->first, found->second.links));
  return source_ ? source_->links_of(nhi_id) : std::vector<CredentialLink>();
}

std::multimap<std::string, std::string> Register::names_of(ByteView kind) const {
  std::multimap<std::string, std::string> out;
  for (const auto& [id, nhi] : nhis()) {
    if (nhi.kind == kind) out.emplace(nhi.name, id);
  }
  if (!source_) return out;
  for (auto& [name, id] : source_->names_of(kind)) {
    if (!nhis().contains(id)) out.emplace(std::move(name), std::move(id));
  }
  return out;
}

RegisterSize Register::size() const {
  RegisterSize out{entries_.size(), 0, people_.size(), components_.size()};
  for (const auto& [id, entry] : entries_) out.links += joined(unpacked_links(id, entry.links)).size();
  return out;
}

}  // namespace straykey
