// SPDX-License-Identifier: Apache-2.0
// How far an NHI has spread, by all runs that a store knows: every place where one of its
// credentials stands or stood, since when, and who brought it there. What one scan found says
// nhi/lineage.h; this adds up the scans of a whole organisation.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scanner/base/result.h"

namespace straykey {

class Connection;

struct StoredPlace {
  std::string source, path;  // the repository or folder, and the path in it
  std::string presence;      // "tip", "history", ...
  std::optional<int64_t> since;  // seconds since 1970; of the first commit, where there is one
  std::string author_email;      // of that commit
};

struct StoredLineage {
  uint64_t secrets = 0;             // by fingerprint, those that are gone as well
  std::vector<StoredPlace> places;  // by source and path; those of today
  std::optional<int64_t> since;     // the earliest commit, else the first run that saw one
  std::set<std::string> authors;    // of the places, by e-mail
  std::set<std::string> sources;
};

// Nothing for an NHI of which no run has found a credential. Indexed.
Result<StoredLineage> lineage_of(Connection& connection, const std::string& nhi_id);

}  // namespace straykey
