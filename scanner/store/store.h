// SPDX-License-Identifier: Apache-2.0
// What an organisation knows of its findings over time: which runs there were and what they
// looked at, since when a finding is there, when it went and came back, what was decided,
// and what happened to the credentials. Everything is written as records (store/record.h).
//
// A run says so before it begins and again when it ends, so one that was killed is seen as
// started and never finished. Of findings only changes are written: that one was found in
// a source, stands there otherwise than before, or is gone. A finding is gone from a source
// when a run that looked at the whole of it with the finding's signature did not see it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "scanner/base/result.h"
#include "scanner/finding/finding.h"
#include "scanner/nhi/resolve.h"
#include "scanner/signature/signature_set.h"
#include "scanner/source/coverage.h"
#include "scanner/store/record.h"

namespace straykey {

// Times are seconds since 1970, texts any bytes.
struct RunStart {
  std::string id;
  int64_t started_at = 0;
  std::vector<std::string> arguments;  // passwords of database URLs are taken out
  std::string host;
  std::string version;
};

enum class RunOutcome { kComplete, kIncomplete, kInterrupted, kFailed };
const char* name(RunOutcome outcome);

// A condition that a run found to hold for a finding, as names.
struct KnownCondition {
  std::string id;     // "C01"
  std::string level;  // "direct"
  std::string because;
};

// How a run ended. Borrows what it points to.
struct RunEnd {
  int64_t number = 0;
  int64_t finished_at = 0;
  RunOutcome outcome = RunOutcome::kComplete;
  std::string reason;                   // why it failed, one sentence
  bool whole = false;                   // no option narrowed what was looked at
  const SignatureSet* signatures = nullptr;  // null when it failed before it had any
  std::string signatures_digest;
  std::string policy_digest;
  // What was not reported as being too minor or too uncertain.
  Severity severity = Severity::kInfo;
  Confidence confidence = Confidence::kLow;
  const Coverage* coverage = nullptr;
  // For each source of the coverage its name, which stays the same from run to run.
  std::vector<std::string> source_names;
  const std::vector<Finding>* findings = nullptr;
  // Whose each finding is, by its index; null or empty when that was not asked.
  const std::vector<Resolution>* resolutions = nullptr;
  // What holds for each finding, by its index; empty when that was not asked.
  std::vector<std::vector<KnownCondition>> conditions;
  const std::map<std::string, uint64_t>* allowed = nullptr;
  const std::set<std::string>* allowed_ids = nullptr;
  uint64_t failing = 0;
};

// Of an NHI or of a finding.
struct Event {
  std::string subject;  // the id of either
  std::string what;     // one of event_names()
  int64_t happened_at = 0;
  int64_t recorded_at = 0;
  std::string recorded_by;
  std::string reference;  // a ticket, a log entry, a URL
  std::string artefact;   // the name of a file that shows it
  std::string digest;     // and its SHA-256 in hex; the file itself is not kept
  std::string note;
  int64_t record = 0;
};
// created, rotated, revoked, reviewed, offboarded, reassigned.
const std::vector<std::string>& event_names();

// What the store knows of one finding.
struct FindingPast {
  std::string id;
  std::string signature;  // its id
  std::string severity;   // names, as in reports
  std::string nhi;        // "" when none is known
  std::string standing;   // "tip", "history" or "gone"
  int64_t first_run = 0;
  int64_t first_seen = 0;               // when that run found it
  std::optional<int64_t> committed_at;  // the oldest commit that held it
  std::optional<int64_t> removed_at;    // when a run saw it no more at a tip
  std::optional<int64_t> returned_at;   // when it was back after that
  int64_t returned_record = 0;          // the record that says so, 0 for none
  std::optional<Decision> decision;     // the latest
  std::vector<Event> events;            // of the finding and of its NHI, oldest first
};

// Not to be shared between threads. Every call that writes is one transaction: all of it is
// there afterwards, or nothing.
class Store {
 public:
  // `where` as for open_connection(). Writing makes a store that is not there.
  static Result<Store> open(const std::string& where, Access access);

  Connection& connection() { return *connection_; }

  // Gives the run's number: 1, 2, 3... without gaps.
  Result<int64_t> start_run(const RunStart& run);
  Result<void> finish_run(const RunEnd& run);

  // By id; those that the store does not know are not there.
  Result<std::unordered_map<std::string, FindingPast>> pasts(const std::set<std::string>& ids);
  // All findings, by id.
  Result<std::vector<FindingPast>> all_pasts();

  // When the last run that went through the whole of `source` ended.
  Result<std::optional<int64_t>> last_whole_look(const std::string& source);

  // The id of the finding that `text` begins, of at least 6 characters. The error says that
  // there is none, or names two.
  Result<std::string> find_finding(const std::string& text);

  // By the finding's id.
  Result<void> decide(const std::vector<std::pair<std::string, Decision>>& decisions);
  Result<void> add_events(const std::vector<Event>& events);
  // `head` was signed with the key `key_id`, as `envelope` shows.
  Result<void> add_signed_head(const Head& head, const std::string& key_id,
                               const std::string& envelope, int64_t now);

 private:
  explicit Store(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  std::unique_ptr<Connection> connection_;
};

}  // namespace straykey
