// SPDX-License-Identifier: Apache-2.0
// The register of NHIs: asked by resolution, filled by importers.
//
// RegisterView is what a scan needs: a few indexed look-ups. Register keeps everything in
// memory, in the order in which it is written down, so that equal registers are equal files.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/nhi/nhi.h"

namespace straykey {

// Look-ups are by index, never over all entries.
class RegisterView {
 public:
  virtual ~RegisterView() = default;

  // All links of this value, by id of the NHI.
  virtual std::vector<CredentialLink> links(LinkKind kind, ByteView provider,
                                            ByteView value) const = 0;
  virtual std::optional<Nhi> nhi(ByteView id) const = 0;
  // By e-mail or login, upper or lower case.
  virtual std::optional<Person> person(ByteView email_or_login) const = 0;
  // Those of a repository ("org/name", upper or lower case), by path.
  virtual std::vector<Component> components(ByteView repository) const = 0;

  // Whether all look-ups so far were answered: a register in a database may become
  // unreadable, and then says of everything that it does not know it.
  virtual Result<void> outcome() const { return {}; }
};

// Once it is filled, for several threads.
class Register : public RegisterView {
 public:
  // By kind, provider, value, NHI, credential.
  struct LinkOrder {
    using is_transparent = void;
    using Key = std::tuple<LinkKind, ByteView, ByteView, ByteView, ByteView>;
    static Key key(const CredentialLink& link) {
      return {link.kind, link.provider, link.value, link.nhi_id, link.credential};
    }
    static const Key& key(const Key& key) { return key; }
    bool operator()(const auto& a, const auto& b) const { return key(a) < key(b); }
  };

  Register() = default;
  Register(Register&&) = default;
  Register& operator=(Register&&) = default;

  std::vector<CredentialLink> links(LinkKind kind, ByteView provider,
                                    ByteView value) const override;
  std::optional<Nhi> nhi(ByteView id) const override;
  std::optional<Person> person(ByteView email_or_login) const override;
  std::vector<Component> components(ByteView repository) const override;

  // Adds what is new and joins it with what is known: of an NHI each fact; of a credential,
  // a person and a component the later statement, filled up from the earlier one. A person is
  // the same by any e-mail or login. An NHI is what its facts say; its other members, except
  // the id, are not looked at. Registering one ends its being a candidate. A link to an NHI
  // that is not known makes it known.
  void add(Nhi nhi);
  void add(CredentialLink link);
  void add(Person person);
  void add(Component component);
  void remove(const CredentialLink& link);

  // `by` answers for the owner of an NHI; only another attestation changes it again. `when`
  // is in seconds since 1970. The error says that there is no such NHI.
  Result<void> attest(ByteView id, const std::string& owner, OwnerKind kind,
                      const std::string& by, int64_t when);

  // Everything, in the order in which it is written down.
  const std::map<std::string, Nhi, std::less<>>& nhis() const { return nhis_; }
  const std::set<CredentialLink, LinkOrder>& all_links() const { return links_; }
  std::vector<const Person*> people() const;  // by first e-mail, else login
  const std::map<std::string, Component, std::less<>>& all_components() const {
    return components_;
  }
  // The links of one NHI, strongest first. Indexed.
  std::vector<CredentialLink> links_of(ByteView nhi_id) const;

 private:
  struct OwnerOrder {
    using is_transparent = void;
    static ByteView key(const CredentialLink* link) { return link->nhi_id; }
    static ByteView key(ByteView nhi_id) { return nhi_id; }
    bool operator()(const CredentialLink* a, const CredentialLink* b) const {
      return std::pair(key(a), LinkOrder::key(*a)) < std::pair(key(b), LinkOrder::key(*b));
    }
    bool operator()(const auto& a, const auto& b) const { return key(a) < key(b); }
  };

  std::map<std::string, Nhi, std::less<>> nhis_;
  std::set<CredentialLink, LinkOrder> links_;
  std::set<const CredentialLink*, OwnerOrder> links_by_nhi_;  // into links_
  std::map<size_t, Person> people_;                           // by a number of its own
  std::unordered_map<std::string, size_t> person_of_;         // e-mail or login -> that number
  size_t next_person_ = 0;
  std::map<std::string, Component, std::less<>> components_;     // by name
  std::set<std::pair<std::string, std::string>> components_in_;  // repository, name
};

}  // namespace straykey
