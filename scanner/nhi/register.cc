// SPDX-License-Identifier: Apache-2.0
#include "scanner/nhi/register.h"

#include <algorithm>
#include <iterator>

#include "scanner/base/text.h"

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

}  // namespace

std::vector<CredentialLink> Register::links(LinkKind kind, ByteView provider,
                                            ByteView value) const {
  std::vector<CredentialLink> out;
  for (auto at = links_.lower_bound(LinkOrder::Key(kind, provider, value, "", ""));
       at != links_.end() && at->kind == kind && at->provider == provider && at->value == value;
       ++at) {
    out.push_back(*at);
  }
  return out;
}

std::optional<Nhi> Register::nhi(ByteView id) const {
  auto found = nhis_.find(id);
  return found == nhis_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Person> Register::person(ByteView email_or_login) const {
  auto found = person_of_.find(lower(email_or_login));
  return found == person_of_.end() ? std::nullopt : std::optional(people_.at(found->second));
}

std::vector<Component> Register::components(ByteView repository) const {
  std::vector<Component> out;
  const std::string wanted = lower(repository);
  for (auto at = components_in_.lower_bound({wanted, ""});
       at != components_in_.end() && at->first == wanted; ++at) {
    out.push_back(components_.at(at->second));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Component& a, const Component& b) { return a.path < b.path; });
  return out;
}

void Register::add(Nhi nhi) {
  auto [at, is_new] = nhis_.try_emplace(nhi.id);
  if (is_new) {
    at->second.id = nhi.id;
    at->second.registered = nhi.registered;
  }
  at->second.registered |= nhi.registered;
  settle(at->second, std::move(nhi.facts));
}

void Register::add(CredentialLink link) {
  auto [nhi, is_new] = nhis_.try_emplace(link.nhi_id);
  if (is_new) nhi->second.id = link.nhi_id;
  auto found = links_.find(link);
  if (found != links_.end()) {
    links_by_nhi_.erase(&*found);
    CredentialLink known = std::move(links_.extract(found).value());
    if (is_later(known, link)) std::swap(known, link);
    fill_kind(link.status, known.status);
    fill(link.created, known.created);
    fill(link.last_rotated, known.last_rotated);
    fill(link.last_used, known.last_used);
    fill(link.expires, known.expires);
  }
  links_by_nhi_.insert(&*links_.insert(std::move(link)).first);
}

void Register::add(Person person) {
  tidy(person.emails);
  tidy(person.logins);
  std::set<size_t> same;
  for (const auto* words : {&person.emails, &person.logins}) {
    for (const std::string& word : *words) {
      auto found = person_of_.find(word);
      if (found != person_of_.end()) same.insert(found->second);
    }
  }
  for (size_t number : same) {
    person = joined(std::move(person), std::move(people_.at(number)));
    people_.erase(number);
  }
  for (const auto* words : {&person.emails, &person.logins}) {
    for (const std::string& word : *words) person_of_[word] = next_person_;
  }
  people_.emplace(next_person_++, std::move(person));
}

void Register::add(Component component) {
  component.repository = lower(component.repository);
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
  components_in_.emplace(component.repository, component.name);
  components_.insert_or_assign(component.name, std::move(component));
}

void Register::remove(const CredentialLink& link) {
  auto found = links_.find(link);
  if (found == links_.end()) return;
  links_by_nhi_.erase(&*found);
  links_.erase(found);
}

Result<void> Register::attest(ByteView id, const std::string& owner, OwnerKind kind,
                              const std::string& by, int64_t when) {
  auto found = nhis_.find(id);
  if (found == nhis_.end()) {
    return Error{"there is no NHI '" + std::string(id) + "' in the register"};
  }
  std::vector<Fact> facts = {{Field::kOwner, true, when, owner, by}};
  facts.push_back({Field::kOwnerKind, true, when, name(kind), by});
  settle(found->second, std::move(facts));
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
  std::vector<CredentialLink> out;
  for (auto at = links_by_nhi_.lower_bound(nhi_id);
       at != links_by_nhi_.end() && (*at)->nhi_id == nhi_id; ++at) {
    out.push_back(**at);
  }
  return out;
}

}  // namespace straykey
