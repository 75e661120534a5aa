// SPDX-License-Identifier: Apache-2.0
// What a store knew at a moment that has passed. The tables of a store say how things stand
// today; its records say how they came to stand so. Read in their order up to a moment, they
// give what was known then, and give the same whenever they are read again: so the evidence for
// a quarter can be made a year later, and made twice.
//
// A moment ends with the last record that was written by then. The hashes are followed on the
// way; nothing is told of a store whose records do not hold together.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "scanner/evidence/conditions.h"
#include "scanner/store/store.h"

namespace straykey {

// Times are seconds since 1970. Texts are UTF-8, as records hold them.

struct LedgerSource {
  std::string name, kind, path;
  int64_t refs = 0, commits = 0, blobs = 0, bytes = 0;
  bool whole = false;
};
struct LedgerLeftOut {
  std::string reason;
  int64_t count = 0;
};
struct LedgerRun {
  int64_t number = 0;
  std::string id, host, version;
  std::vector<std::string> arguments;
  int64_t started_at = 0;
  std::optional<int64_t> finished_at;
  std::string outcome = "started";  // or a name of RunOutcome
  std::string reason;
  bool whole = false;  // no option narrowed it
  int64_t signatures = 0, findings = 0, failing = 0;
  std::string signatures_digest, policy_digest;
  int64_t record = 0;  // the last one about it
  std::vector<LedgerSource> sources;
  std::vector<LedgerLeftOut> left_out;
  std::vector<Failure> failed;

  // Looked at everything that it was pointed at.
  bool is_complete() const { return whole && outcome == "complete"; }
};

// Something that changed about where a finding stands.
struct LedgerChange {
  int64_t time = 0;
  int64_t record = 0;
  int64_t run = 0;
  const char* what = "";  // "found", "left the tips", "gone", "back"
  std::string source;
};

// Whose a finding is, as its last record has it.
struct LedgerOwner {
  std::string name, owner, resolved_by, environment, supplier;
  NhiClass nhi_class = NhiClass::kUnknown;
  OwnerKind owner_kind = OwnerKind::kUnknown;
  bool registered = false, attested = false, suggested = false, left = false;

  // Somebody answers for it: a name from history that nobody confirmed does not.
  bool accountable() const { return !owner.empty() && !suggested && !left; }
};

struct LedgerFinding {
  FindingPast past;
  Severity severity = Severity::kCritical;
  Confidence confidence = Confidence::kHigh;
  Structure structure = Structure::kUnknown;
  std::string redacted, encoding;
  uint64_t length = 0;
  Attributes attributes;
  LedgerOwner whose;
  std::vector<Condition> conditions;  // by id
  struct Source {
    std::string name, standing;
    std::vector<Occurrence> occurrences;  // `repository` is the source's name
  };
  std::vector<Source> sources;
  std::vector<LedgerChange> changes;
  int64_t record = 0;  // the last that describes it
};

struct LedgerDecision {
  std::string finding;
  Decision decision;
};

// Plain data.
struct Ledger {
  std::string store;  // its id
  Head head;
  std::vector<LedgerRun> runs;                  // by number
  std::map<std::string, LedgerFinding> findings;  // by id
  std::vector<LedgerDecision> decisions;        // all of them, in the order of records
  std::vector<Event> events;                    // likewise
};

// Calls `at` once for each of `moments`, which rise, with what was known then, and gives what was
// known at the last. Reads the records once.
Result<Ledger> read_ledger(Connection& connection, const std::vector<int64_t>& moments,
                           const std::function<void(const Ledger&, size_t moment)>& at);

}  // namespace straykey
