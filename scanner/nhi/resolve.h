// SPDX-License-Identifier: Apache-2.0
// From a finding to its NHI, and from there to an accountable owner.
//
// The NHI is the entry of the register that the strongest key of the identity leads to. A key
// that leads to several names none of them: better no NHI than the wrong one; and an account
// is not what lives in it. Only the owner can follow from those, when it is one for all.
// Without an entry the finding makes a candidate, whose id stays the same as long as the
// principal does.
//
// The owner is the first that somebody names, in this order:
//
//   register     the NHI's entry has an owner
//   catalogue    the component of the software catalogue that the path lies in
//   codeowners   the repository's CODEOWNERS file
//   owner-map    an [[owner]] table of the configuration
//   history      who committed it: only suggested, never accountable until attested
//
// No owner is a result, and so is an owner who has left. Each step leaves a Reason, so that a
// reader can follow why it is this owner and how sure that is.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "scanner/finding/finding.h"
#include "scanner/nhi/codeowners.h"
#include "scanner/nhi/environment.h"
#include "scanner/nhi/identity.h"
#include "scanner/nhi/nhi.h"
#include "scanner/nhi/owner_rule.h"
#include "scanner/nhi/register.h"

namespace straykey {

// What a step found, one clause: {"link", "aws AKIA... is of aws:123:user/deploy", kHigh}.
struct Reason {
  std::string step;  // "link", "register", "catalogue", ..., "roster"
  std::string what;
  Confidence confidence = Confidence::kHigh;
};

struct Resolution {
  Identity identity;
  std::optional<Nhi> nhi;              // of the register, perhaps without its facts
  std::optional<CredentialLink> link;  // that led there: this credential's own dates and status
  std::string nhi_id;                  // of the register, or "candidate:<16 hex digits>"
  std::string name;
  std::string owner;  // "" when nobody could be named
  OwnerKind owner_kind = OwnerKind::kUnknown;
  std::string resolved_by;  // a step above; "" without an owner
  Confidence confidence = Confidence::kLow;  // of the owner
  bool registered = false;
  bool owner_attested = false;
  bool owner_suggested = false;  // from history
  bool owner_left = false;       // the roster says so
  std::string environment;  // that the credential is for: "prod", ...; "" when it is not known
  std::string supplier;   // the third party that issued it, "" when it is not known
  std::string component;  // of the catalogue
  std::vector<Reason> chain;
};

// What a scanned repository, or folder, says of its owners.
struct RepositoryOwners {
  std::string slug;  // "org/name" of its remote, "" without one
  std::string codeowners_path;
  std::optional<Codeowners> codeowners;
};

struct OwnerSources {
  // By Occurrence::repository.
  std::map<std::string, RepositoryOwners> repositories;
  std::vector<OwnerRule> owners;
  std::vector<EnvironmentRule> environments;
};

// For one thread. What was looked up or worked out is kept: findings share accounts, paths and
// owners.
class Resolver {
 public:
  // `known` is borrowed and outlives the resolver.
  Resolver(const RegisterView& known, OwnerSources sources)
      : known_(known), sources_(std::move(sources)) {}

  Resolution resolve(const Finding& finding, const Signature& signature);

  const OwnerSources& sources() const { return sources_; }

 private:
  struct PathOwner {
    std::string owner;
    OwnerKind kind = OwnerKind::kUnknown;
    std::string step, component;
    Confidence confidence = Confidence::kMedium;
    std::vector<Reason> chain;
  };

  std::string environment_of_finding(const Identity& identity, const Finding& finding,
                                     const Signature& signature) const;
  const std::vector<CredentialLink>& links_by(const JoinKey& key);
  void join(Resolution& out);
  void take_shared_owner(Resolution& out, const JoinKey& key,
                         const std::set<std::string>& ids) const;
  void name_candidate(Resolution& out, const Finding& finding, const Signature& signature) const;
  void find_owner(Resolution& out, const Finding& finding);
  const PathOwner& path_owner(const std::string& repository, const std::string& path);
  bool ask_catalogue(const RepositoryOwners& repository, const std::string& path,
                     PathOwner& out) const;
  bool ask_codeowners(const RepositoryOwners& repository, const std::string& path,
                      PathOwner& out);
  void suggest_from_history(Resolution& out, const Finding& finding);
  const std::optional<Person>& person(const std::string& owner);
  bool has_left(const std::string& owner);

  const RegisterView& known_;
  OwnerSources sources_;
  std::unordered_map<std::string, PathOwner> by_path_;  // "repository\0path"
  std::unordered_map<std::string, std::optional<Person>> by_owner_;
  std::map<std::tuple<LinkKind, std::string, std::string>, std::vector<CredentialLink>> by_key_;
};

// Whether `owner` is one person's name as a system knows it: an e-mail or "@login". Teams have
// a '/' in theirs.
OwnerKind kind_of_owner(ByteView owner);

}  // namespace straykey
