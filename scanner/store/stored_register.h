// SPDX-License-Identifier: Apache-2.0
// The register of NHIs in the store. A scan asks it through StoredRegister: every look-up is
// one prepared statement that an index answers, so a register of a million credentials costs
// a scan no more than the entries that its findings lead to.
//
// Whoever changes the register does so on a Register that stands on it and takes only those
// entries into memory that something is added to. What is otherwise afterwards is written as
// records, one for each NHI, person and component with all that is known of it, so the tables of
// the register follow from records like all others and `evidence verify` covers them. An import
// is a record of its own: which file, by its digest, and how much of it was taken.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "scanner/base/result.h"
#include "scanner/nhi/register.h"

namespace straykey {

class Connection;

// For one thread. Sees the register as it is at the first look-up.
class StoredRegister : public RegisterSource {
 public:
  // `where` as for open_connection(). A store that is not there, or is of an older version, is
  // an error.
  static Result<std::unique_ptr<StoredRegister>> open(const std::string& where);
  ~StoredRegister() override;

  std::vector<CredentialLink> links(LinkKind kind, ByteView provider,
                                    ByteView value) const override;
  std::optional<Nhi> nhi(ByteView id) const override;
  std::optional<Nhi> nhi_in_short(ByteView id) const override;
  std::optional<Person> person(ByteView email_or_login) const override;
  std::vector<Component> components(ByteView repository) const override;
  std::vector<CredentialLink> links_of(ByteView nhi_id) const override;
  std::optional<Component> component(ByteView name) const override;
  std::vector<std::pair<std::string, std::string>> names_of(ByteView kind) const override;
  Result<void> outcome() const override { return outcome_; }

  // `connection` is borrowed, and in a transaction.
  explicit StoredRegister(Connection& connection);

 private:
  std::unique_ptr<Connection> owned_;
  Connection* connection_;
  mutable Result<void> outcome_;  // the first error
};

// All of it.
Result<Register> read_stored_register(Connection& connection);

// One file of an import.
struct ImportNote {
  std::string file;
  std::string digest;  // SHA-256 of its bytes, in hex
  std::string kind;    // what it was: "aws-users"
  std::string source;  // who says it
  int64_t as_of = 0;   // seconds since 1970
  uint64_t entries = 0;
  uint64_t taken = 0;
  uint64_t passed_over = 0;
  uint64_t left_out = 0;
};

// Lets `change` add to the register and tell what it imported, and writes both; all in one
// transaction, in which nobody else changes it. An error of `change` changes nothing. `now` is
// in seconds since 1970, `by` who does it. Gives how much the register holds then. REQUIRES: a
// person has an e-mail or a login.
using RegisterChange = std::function<Result<std::vector<ImportNote>>(Register&)>;
Result<RegisterSize> change_stored_register(Connection& connection, int64_t now,
                                            const std::string& by, const RegisterChange& change);

}  // namespace straykey
