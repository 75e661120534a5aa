// SPDX-License-Identifier: Apache-2.0
// The register of NHIs: asked by resolution, filled by importers.
//
// RegisterView is what a scan needs: a few indexed look-ups. Register keeps everything in
// memory, in the order in which it is written down, so that equal registers are equal files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
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
  // What is true of it, perhaps without the facts that say who says so: for a finding that is
  // enough, and a database has it in one row.
  virtual std::optional<Nhi> nhi_in_short(ByteView id) const { return nhi(id); }
  // The links of one NHI, strongest first.
  virtual std::vector<CredentialLink> links_of(ByteView nhi_id) const = 0;
  // By e-mail or login, upper or lower case.
  virtual std::optional<Person> person(ByteView email_or_login) const = 0;
  // Those of a repository ("org/name", upper or lower case), by path.
  virtual std::vector<Component> components(ByteView repository) const = 0;

  // Whether all look-ups so far were answered: a register in a database may become
  // unreadable, and then says of everything that it does not know it.
  virtual Result<void> outcome() const { return {}; }
};

// What a register in a database is asked besides when some of its entries are changed.
class RegisterSource : public RegisterView {
 public:
  virtual std::optional<Component> component(ByteView name) const = 0;
  // Name and id of every NHI of this kind. Not indexed.
  virtual std::vector<std::pair<std::string, std::string>> names_of(ByteView kind) const = 0;
};

struct RegisterSize {
  uint64_t nhis = 0, links = 0, people = 0, components = 0;
};

// Once it is filled, for several threads. Entries are kept packed (packed.h), so what is asked
// for is made when it is asked for.
//
// A register may stand on a source: it then knows what that knows, and takes from it only the
// entries that something is added to. What is walked over, counted and written down are these.
class Register : public RegisterView {
  struct Packed {
    std::string facts, links;
    uint32_t joined_bytes = 0;  // of `links`, after those of one credential were last joined
  };
  using Entries = std::map<std::string, Packed, std::less<>>;

 public:
  // Each NHI by its id.
  class Nhis {
   public:
    class Iterator {
     public:
      explicit Iterator(Entries::const_iterator at) : at_(at) {}
      std::pair<const std::string&, Nhi> operator*() const;
      Iterator& operator++() {
        ++at_;
        return *this;
      }
      bool operator!=(const Iterator& other) const { return at_ != other.at_; }

     private:
      Entries::const_iterator at_;
    };

    explicit Nhis(const Entries& entries) : entries_(&entries) {}
    Iterator begin() const { return Iterator(entries_->begin()); }
    Iterator end() const { return Iterator(entries_->end()); }
    bool empty() const { return entries_->empty(); }
    size_t size() const { return entries_->size(); }
    bool contains(ByteView id) const { return entries_->find(id) != entries_->end(); }

   private:
    const Entries* entries_;
  };

  Register() = default;
  // `source` is borrowed.
  explicit Register(const RegisterSource& source) : source_(&source) {}
  Register(Register&&) = default;
  Register& operator=(Register&&) = default;

  std::vector<CredentialLink> links(LinkKind kind, ByteView provider,
                                    ByteView value) const override;
  std::optional<Nhi> nhi(ByteView id) const override;
  std::vector<CredentialLink> links_of(ByteView nhi_id) const override;
  std::optional<Person> person(ByteView email_or_login) const override;
  std::vector<Component> components(ByteView repository) const override;

  // Adds what is new and joins it with what is known: of an NHI each fact; of a credential,
  // a person and a component the later statement, filled up from the earlier one. A person is
  // the same by any e-mail or login. An NHI is what its facts say; its other members, except
  // the id, are not looked at. Registering one ends its being a candidate. A link to an NHI
  // that is not known makes it known.
  void add(Nhi nhi);
  void add(const CredentialLink& link);
  void add(Person person);
  void add(Component component);
  void remove(const CredentialLink& link);

  // `by` answers for the owner of an NHI; only another attestation changes it again. `when`
  // is in seconds since 1970. The error says that there is no such NHI.
  Result<void> attest(ByteView id, const std::string& owner, OwnerKind kind,
                      const std::string& by, int64_t when);

  // Everything, in the order in which it is written down.
  Nhis nhis() const { return Nhis(entries_); }
  std::vector<const Person*> people() const;  // by first e-mail, else login
  const std::map<std::string, Component, std::less<>>& all_components() const {
    return components_;
  }
  // Ids of the NHIs of this kind, by name.
  std::multimap<std::string, std::string> names_of(ByteView kind) const;
  RegisterSize size() const;

 private:
  struct Touched {
    const std::string& id;
    Packed& entry;
    bool is_new;
  };
  Touched touch(const std::string& nhi_id);
  void insert(Person person);
  void insert(Component component);

  const RegisterSource* source_ = nullptr;
  Entries entries_;
  // By hash of kind, provider and value: the ids, in entries_, of those that have such a link.
  std::set<std::pair<uint64_t, const std::string*>> by_value_;
  std::map<size_t, Person> people_;                    // by a number of its own
  std::unordered_map<std::string, size_t> person_of_;  // e-mail or login -> that number
  size_t next_person_ = 0;
  std::map<std::string, Component, std::less<>> components_;     // by name
  std::set<std::pair<std::string, std::string>> components_in_;  // repository, name
};

}  // namespace straykey
