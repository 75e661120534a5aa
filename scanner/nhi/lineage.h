// SPDX-License-Identifier: Apache-2.0
// How far an NHI has spread: every place where one of its credentials stands, since when, and
// who brought it there. Two secrets of one service account are one lineage; one secret in
// twenty repositories is one, too.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scanner/finding/finding.h"
#include "scanner/nhi/resolve.h"

namespace straykey {

struct Lineage {
  std::string nhi_id;
  const Resolution* resolution = nullptr;  // of its most severe finding; borrowed
  std::set<std::string> fingerprints;      // of its secrets
  std::set<std::string> repositories;
  std::set<std::pair<std::string, std::string>> paths;  // repository, path
  std::set<EnvironmentClass> environments;              // of the paths; without kUnknown
  std::set<std::string> components;
  std::set<std::string> authors;  // e-mails
  std::optional<int64_t> since;   // seconds since 1970; of the first commit that held it
  std::optional<int64_t> last_seen;
  bool at_tip = false;
};

// By id. `resolutions` are those of `findings`, by index; both must outlive the result.
std::vector<Lineage> lineages(const std::vector<Finding>& findings,
                              const std::vector<Resolution>& resolutions,
                              const std::vector<EnvironmentRule>& environments);

// An entry for the register, to be completed by people: what is known of the NHI, said by
// `source` as of `as_of`, and the keys that will lead to it. Only for candidates. It names no
// owner: what was inferred from a path would come back as the register's own word.
struct NhiCandidate {
  Nhi nhi;
  std::vector<CredentialLink> links;
};
NhiCandidate candidate_of(const Lineage& lineage, const std::string& source, int64_t as_of);

}  // namespace straykey
