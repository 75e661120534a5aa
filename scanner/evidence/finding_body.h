// SPDX-License-Identifier: Apache-2.0
// What an account takes out of the record of a finding, read without making a tree of it: a store
// holds millions of these records, and most of each (all places but the first, all reasons) is
// wanted of a few findings only. finding_details() reads it all.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/evidence/conditions.h"

namespace straykey {

// Strings are kept from one reading to the next, so that none is made anew each time.
struct FindingBody {
  std::string id, source, signature, severity, confidence, structure, redacted, nhi, standing;
  std::optional<int64_t> committed_at;
  int64_t run = 0;

  // Of `whose`.
  std::string name, nhi_class, owner, owner_kind, resolved_by, environment, supplier;
  bool registered = false, attested = false, suggested = false, left = false;

  std::vector<std::pair<std::string, std::string>> conditions;  // id and level, by id

  uint64_t places = 0;
  std::string path, commit, object, blob;  // of the first place
  uint64_t line = 0;

  // False when `body` is no JSON object. A member that is absent, or of another type, is as one
  // that says nothing.
  bool read(ByteView body);
};

// What the rest of a record tells.
struct FindingDetails {
  Attributes attributes;
  std::string encoding;
  uint64_t length = 0;
  std::vector<Occurrence> occurrences;  // `repository` is the source's name
  std::vector<Condition> conditions;    // with the reasons
};
// REQUIRES: read() took the body.
FindingDetails finding_details(ByteView body);

}  // namespace straykey
