// SPDX-License-Identifier: Apache-2.0
// What a store knew at a moment that has passed. The tables of a store say how things stand
// today; its records say how they came to stand so. Read in their order up to a moment, they
// give what was known then, and give the same whenever they are read again: so the evidence for
// a quarter can be made a year later, and made twice.
//
// A moment ends with the last record that was written by then. The hashes are followed on the
// way; nothing is told of a store whose records do not hold together.
//
// A store may know a million findings. Of each some hundred bytes are held, texts as views into
// one keeper; what else its records say (all places, all reasons) is read when it is asked for.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "scanner/base/blocks.h"
#include "scanner/base/texts.h"
#include "scanner/evidence/finding_body.h"
#include "scanner/evidence/lifecycle.h"
#include "scanner/store/store.h"

namespace straykey {

// Times are seconds since 1970. Texts are UTF-8, as records hold them; Ledger::texts keeps those
// that are held as a Text. Where a comment says shared, equal ones are at one place.

struct LedgerSource {
  Text name, kind, path;  // shared
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

// Where a finding stands, in a source or at all.
enum class Standing : uint8_t { kTip, kHistory, kGone };
const char* name(Standing standing);  // "tip", "history", "gone"

// Something that changed about where a finding stands.
struct LedgerChange {
  int64_t time = 0;
  int64_t record = 0;
  Text source;  // shared
  uint32_t run = 0;
  uint32_t finding = 0;  // index into Ledger::findings
  const char* what = "";  // "found", "left the tips", "gone", "back"
};

// Whose a finding is.
struct LedgerOwner {
  Text name, owner, resolved_by, environment, supplier;  // shared
  NhiClass nhi_class = NhiClass::kUnknown;
  OwnerKind owner_kind = OwnerKind::kUnknown;
  bool registered = false, attested = false, suggested = false, left = false;

  bool operator==(const LedgerOwner&) const = default;
  // Somebody answers for it: a name from history that nobody confirmed does not.
  bool accountable() const { return !owner.empty() && !suggested && !left; }
};

// Which conditions hold, and how each is known; without the reasons.
using ConditionLevels = std::vector<std::pair<std::string, ConditionLevel>>;

// Seconds, or nothing, in eight bytes.
class LedgerTime {
 public:
  LedgerTime() = default;
  LedgerTime(int64_t time) : time_(time) {}

  explicit operator bool() const { return time_ != kNone; }
  int64_t operator*() const { return time_; }
  int64_t value_or(int64_t other) const { return time_ == kNone ? other : time_; }
  operator std::optional<int64_t>() const {
    return time_ == kNone ? std::nullopt : std::optional(time_);
  }

 private:
  static constexpr int64_t kNone = INT64_MIN;
  int64_t time_ = kNone;
};

struct LedgerFinding {
  Text id;
  Text signature, redacted;  // shared
  uint32_t index = 0;  // in Ledger::findings
  uint32_t nhi = 0;    // index into Ledger::nhis
  Severity severity = Severity::kCritical;
  Confidence confidence = Confidence::kHigh;
  Structure structure = Structure::kUnknown;
  Standing standing = Standing::kGone;  // where it stands best
  uint32_t first_run = 0;
  int64_t first_seen = 0;   // when that run found it
  LedgerTime committed_at;  // the oldest commit that held it
  LedgerTime removed_at;    // when a run saw it no more at a tip
  LedgerTime returned_at;   // when it was back after that
  int64_t returned_record = 0;
  const LedgerOwner* whose = nullptr;  // by its last record, never null
  const ConditionLevels* conditions = nullptr;  // likewise
  const Decision* decision = nullptr;           // the latest
  const Event* newest_voiding = nullptr;        // an event of the finding itself
  int64_t record = 0;                           // the last that describes it

  // The first place that its last record tells; of what is gone, where it was.
  Text place_source, object;  // shared
  Text path, commit, blob;
  uint64_t line = 0;

  struct Source {
    Text name;  // shared
    Standing standing = Standing::kGone;
    uint32_t places = 0;
    int64_t record = 0;  // the last that describes it there
  };
  // Next to every finding is in one source.
  Source source;
  std::unique_ptr<std::vector<Source>> more_sources;

  template <class Take>
  void each_source(Take take) const {
    take(source);
    if (!more_sources) return;
    for (const Source& more : *more_sources) take(more);
  }
  size_t source_count() const { return 1 + (more_sources ? more_sources->size() : 0); }
  uint64_t places() const;  // where it stands, or stood when it is gone
};

// A non-human identity that a finding, an event or an entry of the register is about.
struct LedgerNhi {
  Text id;
  // What the register says; absent when it has no entry.
  struct Entry {
    Text says;  // "register": who it is that says so
    Text name, owner, environment, supplier;  // shared
    OwnerKind owner_kind = OwnerKind::kUnknown;
    NhiClass nhi_class = NhiClass::kUnknown;
    NhiStatus status = NhiStatus::kUnknown;
    bool registered = false, attested = false;
    std::optional<int64_t> created, last_rotated, last_used, expires;
    int64_t record = 0;
  };
  std::unique_ptr<const Entry> entry;
  const Event* newest_voiding = nullptr;  // an event of the NHI itself
};

struct LedgerDecision {
  Text finding;
  Decision decision;
};

// Movable; views and pointers in it stay valid then.
struct Ledger {
  static constexpr size_t kMostFaults = 100;

  std::string store;  // its id
  Head head;
  // What records say that no store would have written, though their hashes hold: a number of a
  // run that is missing, a clock that went back. Sentences, at most kMostFaults.
  std::vector<std::string> faults;
  std::vector<LedgerRun> runs;              // by number
  Blocks<LedgerFinding> findings;           // in the order in which they were found
  Blocks<LedgerNhi> nhis;                   // in the order in which they were met
  std::deque<LedgerDecision> decisions;     // all of them, in the order of records
  std::deque<Event> events;                 // likewise
  std::vector<LedgerChange> changes;        // likewise
  std::unordered_map<ByteView, bool> has_left;  // by e-mail or login in lower case

  TextIndex finding_index;  // by id
  TextIndex nhi_index;      // likewise
  // What LedgerFinding points to.
  Blocks<LedgerOwner> owners;
  std::deque<ConditionLevels> conditions;
  Texts texts;

  // Places in `findings` and `nhis`; nothing when it is not known.
  std::optional<uint32_t> finding_number(ByteView id) const;
  std::optional<uint32_t> nhi_number(ByteView id) const;
  // nullptr when it is not known.
  const LedgerFinding* finding(ByteView id) const;
};

// As functions of lifecycle.h take it.
Course course_of(const Ledger& ledger, const LedgerFinding& finding);

// Calls `at` once for each of `moments`, which rise, with what was known then, and gives what was
// known at the last. Reads the records once. REQUIRES: within a transaction.
Result<Ledger> read_ledger(Connection& connection, const std::vector<int64_t>& moments,
                           const std::function<void(const Ledger&, size_t moment)>& at);

// What the records of a finding tell beyond that, out of the same transaction: places of those of
// its sources where it stands, or stood when it is gone from all.
Result<FindingDetails> read_details(Connection& connection, const LedgerFinding& finding);

}  // namespace straykey
