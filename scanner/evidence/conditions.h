// SPDX-License-Identifier: Apache-2.0
// What can be said of a finding: the conditions C01 to C26, each judged by a small function from
// plain facts. A condition holds, does not hold, or is not known because a fact is missing; only
// those that hold are claimed, each with a sentence that names the fact it holds by. From them,
// and from nothing else, follow the ids of frameworks.
//
//   facts  --judge()-->  judgements  --claims()-->  conditions  --mappings()-->  ids of frameworks
//
// Nothing here reads a clock, a file or a database: whoever calls has filled the facts. No
// sentence holds a secret; names and paths in them are bytes as they came, for reports to make
// safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scanner/evidence/rulebook.h"
#include "scanner/finding/finding.h"
#include "scanner/source/coverage.h"

namespace straykey {

// A place of the finding, with what its path tells.
struct PlaceFacts {
  const Occurrence* occurrence = nullptr;
  std::set<std::string> classes;  // of places.toml
  const PlaceRules::Environment* environment = nullptr;
  std::string component;
  std::optional<uint32_t> mode;  // permission bits of the file that holds it now
};

// What the credential says of itself. Times in seconds since 1970.
struct CredentialFacts {
  std::optional<int64_t> issued;
  std::optional<int64_t> expires;
  bool never_expires = false;  // of a kind that can have an end, it has none
  std::optional<uint32_t> key_bits;
  std::string key_type;  // "ssh-rsa", "" when unknown
  // Of whom: the signature's class, unless the identity tells better.
  PrincipalClass principal = PrincipalClass::kUnknown;
};

// What the register of non-human identities says.
struct RegisterFacts {
  enum class Status : uint8_t { kUnknown, kActive, kInactive, kRevoked, kDeleted };
  std::string nhi;  // its name or id
  Status status = Status::kUnknown;
  std::optional<int64_t> created;
  std::optional<int64_t> last_rotated;
  std::optional<int64_t> last_used;
  std::optional<int64_t> expires;
  std::string environment;
  std::vector<std::string> privileges;  // beyond those of an ordinary service
};

// What the resolvers found out.
struct OwnerFacts {
  std::string owner;         // "" when none could be named
  bool suggested = false;    // taken from history, and nobody has confirmed it
  std::optional<bool> left;  // by the roster; absent without one
};

// What the store remembers.
struct TrackingFacts {
  int64_t detected_at = 0;           // by the first run that saw it
  std::optional<int64_t> acted_at;   // rotated or revoked since it was exposed, or closed
  std::optional<int64_t> due;        // of its treatment
};

// An exception that was made for the finding.
struct ExceptionFacts {
  std::string owner;
  std::string approver;
  std::string reason;
  int64_t made_at = 0;
  std::optional<int64_t> expires;
};

// Terms in days, unless said otherwise. The values are what holds without a policy.
struct PolicyLimits {
  uint32_t exposure = 90;    // from the first commit to now, or to the last that holds it
  uint32_t lifetime = 365;   // from issue, creation or rotation to its end
  uint32_t unused = 90;
  uint32_t exception = 180;  // longest term
  std::array<uint32_t, 5> act{180, 90, 30, 7, 1};  // to rotate or revoke; index: Severity
  uint32_t shared_by = 3;    // people from which on a credential is shared by many
  uint32_t rsa_bits = 2048;  // shortest
};

// All facts about one finding. Borrows.
struct ConditionFacts {
  const Finding* finding = nullptr;
  const Signature* signature = nullptr;
  std::vector<PlaceFacts> places;  // of all occurrences
  CredentialFacts credential;
  std::optional<RegisterFacts> entry;
  std::optional<OwnerFacts> owner;
  std::optional<TrackingFacts> tracking;
  std::optional<ExceptionFacts> exception;
  PolicyLimits policy;
  std::optional<int64_t> now;  // absent in runs that are to be reproducible
  bool with_reasons = true;    // false: judge_again() leaves `because` empty
};

// Facts about a run or a store, which belong to no finding.
struct RunFacts {
  const Coverage* coverage = nullptr;                // of a scan
  std::vector<std::string> missed;                   // planned runs that did not take place
  std::optional<std::vector<std::string>> faults;    // of a verification that took place
};

enum class Verdict : uint8_t { kHolds, kHoldsNot, kUnknown };

struct Judgement {
  std::string condition;  // "C01"
  Verdict verdict = Verdict::kUnknown;
  ConditionLevel level = ConditionLevel::kDirect;
  std::string because;  // kHolds: the fact; kUnknown: which fact is missing
};

// C01 to C23 and C26, in the order of their ids.
std::vector<Judgement> judge(const ConditionFacts& facts, const Rulebook& book);
// Of these, those that change although no content does, with the clock, the roster, decisions and
// events: C08, C10, C21, C22, C23. What an account of a period judges anew for its end.
inline constexpr const char* kJudgedAgain[] = {"C08", "C10", "C21", "C22", "C23"};
using Again = std::array<Judgement, std::size(kJudgedAgain)>;
Again judge_again(const ConditionFacts& facts, const Rulebook& book);
// C24 and C25.
std::vector<Judgement> judge_run(const RunFacts& facts);

// A condition that holds.
struct Condition {
  std::string id;
  ConditionLevel level = ConditionLevel::kDirect;
  std::string because;
};
std::vector<Condition> claims(const std::vector<Judgement>& judgements);

// One id that conditions support.
struct Mapping {
  const Framework* framework = nullptr;  // borrowed from the Rulebook
  const FrameworkId* id = nullptr;
  ConditionLevel level = ConditionLevel::kInferred;  // the best of the conditions'
  Relation relation = Relation::kSecondary;          // primary if one of them is
  std::string guidance;                              // ISO/IEC 27002 to a control, else ""
  std::vector<std::string> conditions;
};

// Each id once: frameworks in the order in which the crosswalk names them, ids in their own.
std::vector<Mapping> mappings(const std::vector<Condition>& conditions, const Rulebook& book);

// Of these, what the conditions are evidence for by themselves in one framework: risks or controls,
// not clauses, which are of the whole organisation.
std::vector<std::string> primary_ids(const std::vector<Mapping>& mappings, ByteView framework);

}  // namespace straykey
