// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/ledger.h"

#include <algorithm>
#include <future>
#include <unordered_set>

#include "scanner/base/text.h"
#include "scanner/evidence/members.h"

namespace straykey {
namespace {

const Event* newer(const Event* a, const Event* b) {
  if (!a || !b) return a ? a : b;
  if (a->happened_at != b->happened_at) return a->happened_at > b->happened_at ? a : b;
  return a->record > b->record ? a : b;
}

std::string not_what_was_written(const Connection& connection, int64_t record) {
  return connection.name() + ": record " + std::to_string(record) +
         " is not what was written; 'straykey evidence verify' tells more";
}

// A record as a helper leaves it: held against its hash, its body read.
struct ReadRecord {
  Record record;
  bool is_intact = false;
  FindingBody finding;  // of a record of that kind
  Json body;            // of all others

  void read() {
    is_intact = record.hash == record_hash(record);
    if (record.kind == "finding") {
      is_intact = is_intact && finding.read(record.body);
    } else {
      body = Json::parse(record.body, nullptr, false);
      is_intact = is_intact && body.is_object();
    }
  }
};

// To hash and to parse a record takes as long as to fetch it and to apply it, so helpers do the
// first for some hundred records at a time while one thread does the second, in the order of
// records.
class Stages {
 public:
  explicit Stages(const std::function<void(const ReadRecord&)>& apply) : apply_(apply) {}

  void add(Record record) {
    if (!filling_) filling_ = spare();
    filling_->records[filling_->size++].record = std::move(record);
    if (filling_->size == kInBatch) send();
  }
  // Until all are applied.
  void finish() {
    if (filling_) send();
    while (!sent_.empty()) take();
  }

 private:
  static constexpr size_t kInBatch = 512;
  static constexpr size_t kMostSent = 8;
  struct Batch {
    std::vector<ReadRecord> records{kInBatch};
    size_t size = 0;
  };
  using BatchPtr = std::unique_ptr<Batch>;

  // One that was applied, for what its strings hold can be used again.
  BatchPtr spare() {
    if (spares_.empty()) return std::make_unique<Batch>();
    BatchPtr out = std::move(spares_.back());
    spares_.pop_back();
    return out;
  }

  void send() {
    if (sent_.size() == kMostSent) take();
    sent_.push_back(std::async(std::launch::async, [batch = std::move(filling_)]() mutable {
      for (size_t i = 0; i < batch->size; ++i) batch->records[i].read();
      return std::move(batch);
    }));
  }

  void take() {
    BatchPtr batch = sent_.front().get();
    sent_.pop_front();
    for (size_t i = 0; i < batch->size; ++i) apply_(batch->records[i]);
    batch->size = 0;
    spares_.push_back(std::move(batch));
  }

  const std::function<void(const ReadRecord&)>& apply_;
  BatchPtr filling_;
  std::deque<std::future<BatchPtr>> sent_;
  std::vector<BatchPtr> spares_;
};

// Applies records one after another.
class Reader {
 public:
  Ledger ledger;

  // False when it is not what was written.
  bool apply(const ReadRecord& read) {
    const Record& record = read.record;
    if (!read.is_intact || record.previous != ledger.head.hash ||
        record.sequence != ledger.head.sequence + 1) {
      return false;
    }
    // The first says when the file was made, and nothing of what was scanned or done.
    if (record.sequence > 2 && record.time < time_) {
      fault("record " + std::to_string(record.sequence) + " is older than the one before it, by " +
            std::to_string(time_ - record.time) + " s: a clock went back");
    }
    time_ = record.time;
    ledger.head = {record.sequence, record.hash};
    if (record.kind == "finding") {
      describe(record, read.finding);
      return true;
    }
    const Json& body = read.body;
    if (record.kind == "store") ledger.store = text_at(body, "id");
    if (record.kind == "run-started") start_run(record, body);
    if (record.kind == "run-finished") finish_run(record, body);
    if (record.kind == "gone") lose(record, body);
    if (record.kind == "decision") decide(record, body);
    if (record.kind == "event") add_event(record, body);
    if (record.kind == "nhi") enter(record, body);
    if (record.kind == "person") add_person(body);
    return true;
  }

 private:
  Text share(const Json& body, const char* key) {
    const Json& value = at(body, key);
    return value.is_string() ? ledger.texts.share(value.get_ref<const std::string&>()) : Text();
  }

  void fault(std::string sentence) {
    if (ledger.faults.size() < Ledger::kMostFaults) ledger.faults.push_back(std::move(sentence));
  }

  LedgerRun* run(int64_t number) {
    for (auto run = ledger.runs.rbegin(); run != ledger.runs.rend(); ++run) {
      if (run->number == number) return &*run;
    }
    return nullptr;
  }

  void start_run(const Record& record, const Json& body) {
    LedgerRun run;
    run.number = number_at(body, "number");
    const int64_t before = ledger.runs.empty() ? 0 : ledger.runs.back().number;
    if (run.number != before + 1) {
      fault("run " + std::to_string(run.number) + " comes after run " + std::to_string(before));
    }
    run.id = text_at(body, "id");
    run.host = text_at(body, "host");
    run.version = text_at(body, "version");
    for (const Json& argument : at(body, "arguments")) {
      if (argument.is_string()) run.arguments.push_back(argument.get<std::string>());
    }
    run.started_at = number_at(body, "started_at");
    run.record = record.sequence;
    ledger.runs.push_back(std::move(run));
  }

  void finish_run(const Record& record, const Json& body) {
    LedgerRun* run = this->run(number_at(body, "number"));
    if (!run) return;
    run->finished_at = number_at(body, "finished_at");
    run->outcome = text_at(body, "outcome");
    run->reason = text_at(body, "reason");
    run->whole = text_at(body, "scope") == "whole";
    run->signatures = number_at(body, "signatures_count");
    run->signatures_digest = text_at(body, "signatures_digest");
    run->policy_digest = text_at(body, "policy_digest");
    run->findings = number_at(body, "findings");
    run->failing = number_at(body, "failing");
    run->record = record.sequence;
    for (const Json& source : at(body, "sources")) {
      run->sources.push_back({share(source, "source"), share(source, "kind"),
                              share(source, "path"), number_at(source, "refs"),
                              number_at(source, "commits"), number_at(source, "blobs"),
                              number_at(source, "bytes"), number_at(source, "whole") != 0});
    }
    for (const Json& what : at(body, "left_out")) {
      run->left_out.push_back({text_at(what, "reason"), number_at(what, "count")});
    }
    for (const Json& failure : at(body, "failed")) {
      run->failed.push_back({text_at(failure, "place"), text_at(failure, "reason")});
    }
  }

  // The place in Ledger::nhis, made when it is new.
  uint32_t nhi_number(ByteView id) {
    const auto number = static_cast<uint32_t>(ledger.nhis.size());
    const uint32_t known = ledger.nhi_index.add(
        id, number, [&](uint32_t i) { return ByteView(ledger.nhis[i].id); });
    if (known == number) ledger.nhis.emplace_back().id = ledger.texts.keep(id);
    return known;
  }

  const LedgerOwner* owner_of(const FindingBody& body) {
    LedgerOwner owner;
    Texts& texts = ledger.texts;
    owner.name = texts.share(body.name);
    owner.owner = texts.share(body.owner);
    owner.resolved_by = texts.share(body.resolved_by);
    owner.environment = texts.share(body.environment);
    owner.supplier = texts.share(body.supplier);
    owner.nhi_class = nhi_class_from_name(body.nhi_class).value_or(NhiClass::kUnknown);
    owner.owner_kind = owner_kind_from_name(body.owner_kind).value_or(OwnerKind::kUnknown);
    owner.registered = body.registered;
    owner.attested = body.attested;
    owner.suggested = body.suggested;
    owner.left = body.left;
    auto known = owners_.find(&owner);
    if (known != owners_.end()) return *known;
    return *owners_.insert(&(ledger.owners.emplace_back() = owner)).first;
  }

  const ConditionLevels* conditions_of(const FindingBody& body) {
    std::string key;
    for (const auto& [id, level] : body.conditions) key += id + level + " ";
    auto [known, is_new] = conditions_.try_emplace(std::move(key));
    if (!is_new) return known->second;
    ConditionLevels& levels = ledger.conditions.emplace_back();
    for (const auto& [id, level] : body.conditions) {
      levels.emplace_back(id, named(level, ConditionLevel::kInferred, ConditionLevel::kInferred));
    }
    return known->second = &levels;
  }

  LedgerFinding::Source& source_of(LedgerFinding& finding, ByteView name) {
    if (finding.source.record == 0) finding.source.name = ledger.texts.share(name);
    if (finding.source.name == name) return finding.source;
    auto& more = finding.more_sources;
    if (!more) more = std::make_unique<std::vector<LedgerFinding::Source>>();
    for (auto& source : *more) {
      if (source.name == name) return source;
    }
    return more->emplace_back(LedgerFinding::Source{ledger.texts.share(name)});
  }

  // As scanner/store derives it: a finding stands where any of its sources has it, a tip
  // before history before gone.
  void settle(LedgerFinding& finding, bool is_new, const Record& record) {
    Standing now = Standing::kGone;
    finding.each_source([&](const auto& source) { now = std::min(now, source.standing); });
    if (!is_new && now == finding.standing) return;
    if (!is_new && now == Standing::kTip) {
      finding.removed_at = {};
      finding.returned_at = record.time;
      finding.returned_record = record.sequence;
    } else if (!is_new && finding.standing == Standing::kTip) {
      finding.removed_at = record.time;
    }
    finding.standing = now;
  }

  void describe(const Record& record, const FindingBody& body) {
    const auto next = static_cast<uint32_t>(ledger.findings.size());
    const uint32_t number = ledger.finding_index.add(
        body.id, next, [&](uint32_t i) { return ByteView(ledger.findings[i].id); });
    const bool is_new = number == next;
    if (is_new) {
      LedgerFinding& made = ledger.findings.emplace_back();
      made.id = ledger.texts.keep(body.id);
      made.index = number;
      made.first_run = static_cast<uint32_t>(body.run);
      made.first_seen = record.time;
    }
    LedgerFinding& finding = ledger.findings[number];
    finding.signature = ledger.texts.share(body.signature);
    finding.redacted = ledger.texts.share(body.redacted);
    // Who could not be told from anybody else is one of its own.
    finding.nhi = nhi_number(body.nhi.empty() ? "finding:" + body.id : body.nhi);
    if (body.committed_at) {
      finding.committed_at =
          std::min(*body.committed_at, finding.committed_at.value_or(*body.committed_at));
    }
    // A word that is not known counts as the gravest.
    finding.severity = named(body.severity, Severity::kCritical, Severity::kCritical);
    finding.confidence = named(body.confidence, Confidence::kHigh, Confidence::kHigh);
    finding.structure = named(body.structure, Structure::kInvalid, Structure::kUnknown);
    finding.whose = owner_of(body);
    finding.conditions = conditions_of(body);
    finding.record = record.sequence;

    auto& source = source_of(finding, body.source);
    const bool was_there = source.record > 0;
    const Standing before = source.standing;
    source.standing = named(body.standing, Standing::kGone, Standing::kGone);
    source.places = static_cast<uint32_t>(body.places);
    source.record = record.sequence;
    take_place(finding, body, source.name);
    const char* what = !was_there ? "found"
                       : before == Standing::kTip && source.standing == Standing::kHistory
                           ? "left the tips"
                       : before == Standing::kGone ||
                               (before == Standing::kHistory && source.standing == Standing::kTip)
                           ? "back"
                           : nullptr;
    if (what) note(number, record, body.run, what, source.name);
    settle(finding, is_new, record);
  }

  // The place of the first source that has one is what a finding is shown by.
  void take_place(LedgerFinding& finding, const FindingBody& body, Text source) {
    if (body.places == 0) return;
    const bool is_shown = finding.place_source.empty() || finding.place_source == source ||
                          finding.standing == Standing::kGone;
    if (!is_shown) return;
    finding.place_source = source;
    finding.line = body.line;
    auto take = [&](Text& member, const std::string& text) {
      if (member != ByteView(text)) member = ledger.texts.keep(text);
    };
    take(finding.path, body.path);
    take(finding.commit, body.commit);
    finding.object = ledger.texts.share(body.object);
    // A path says more, so the id of a blob is kept for what has none.
    if (body.path.empty()) take(finding.blob, body.blob);
  }

  void lose(const Record& record, const Json& body) {
    const std::optional<uint32_t> known = ledger.finding_number(text_at(body, "id"));
    if (!known) return;
    LedgerFinding& finding = ledger.findings[*known];
    auto& source = source_of(finding, text_at(body, "source"));
    source.standing = Standing::kGone;
    note(*known, record, number_at(body, "run"), "gone", source.name);
    settle(finding, false, record);
  }

  void note(uint32_t finding, const Record& record, int64_t run, const char* what,
            Text source) {
    ledger.changes.push_back({record.time, record.sequence, source, static_cast<uint32_t>(run),
                              finding, what});
  }

  void decide(const Record& record, const Json& body) {
    auto action = parse_action(text_at(body, "action"));
    if (!action) return;
    LedgerDecision& one = ledger.decisions.emplace_back();
    one.decision = {*action,
                    text_at(body, "reason"),
                    text_at(body, "approver"),
                    text_at(body, "owner"),
                    optional_at(body, "due"),
                    optional_at(body, "until"),
                    text_at(body, "proof"),
                    record.time,
                    text_at(body, "decided_by"),
                    record.sequence};
    one.finding = ledger.texts.keep(text_at(body, "finding"));
    if (auto known = ledger.finding_number(one.finding)) {
      ledger.findings[*known].decision = &one.decision;
    }
  }

  void add_event(const Record& record, const Json& body) {
    Event& event = ledger.events.emplace_back();
    event = {text_at(body, "subject"), text_at(body, "what"), number_at(body, "happened_at"),
             record.time, text_at(body, "recorded_by"), text_at(body, "reference"),
             text_at(body, "artefact"), text_at(body, "digest"), text_at(body, "note"),
             record.sequence};
    const std::optional<uint32_t> known = ledger.finding_number(event.subject);
    const Event*& newest = known ? ledger.findings[*known].newest_voiding
                                 : ledger.nhis[nhi_number(event.subject)].newest_voiding;
    if (is_voiding(event)) newest = newer(newest, &event);
  }

  void enter(const Record& record, const Json& body) {
    auto entry = std::make_unique<LedgerNhi::Entry>();
    entry->says = ledger.texts.share("register");
    entry->name = share(body, "name");
    entry->owner = share(body, "owner");
    entry->environment = share(body, "environment");
    entry->supplier = share(body, "supplier");
    entry->owner_kind =
        owner_kind_from_name(text_at(body, "owner_kind")).value_or(OwnerKind::kUnknown);
    entry->nhi_class = nhi_class_from_name(text_at(body, "class")).value_or(NhiClass::kUnknown);
    entry->status = nhi_status_from_name(text_at(body, "status")).value_or(NhiStatus::kUnknown);
    entry->registered = number_at(body, "registered") != 0;
    entry->attested = number_at(body, "owner_attested") != 0;
    entry->created = optional_at(body, "created");
    entry->last_rotated = optional_at(body, "last_rotated");
    entry->last_used = optional_at(body, "last_used");
    entry->expires = optional_at(body, "expires");
    entry->record = record.sequence;
    ledger.nhis[nhi_number(text_at(body, "id"))].entry = std::move(entry);
  }

  void add_person(const Json& body) {
    const bool left = number_at(body, "active") == 0;
    for (const char* words : {"emails", "logins"}) {
      for (const Json& word : at(body, words)) {
        if (word.is_string()) {
          ledger.has_left[ledger.texts.share(lower(word.get_ref<const std::string&>()))] = left;
        }
      }
    }
  }

  int64_t time_ = 0;  // of the record before

  // Shared texts are the same where they lie at the same place.
  struct OwnerHash {
    size_t operator()(const LedgerOwner* owner) const {
      const std::hash<const void*> hash;
      return hash(owner->name.place()) * 31 + hash(owner->owner.place());
    }
  };
  struct SameOwner {
    bool operator()(const LedgerOwner* a, const LedgerOwner* b) const { return *a == *b; }
  };
  std::unordered_set<const LedgerOwner*, OwnerHash, SameOwner> owners_;
  std::unordered_map<std::string, const ConditionLevels*> conditions_;
};

}  // namespace

const char* name(Standing standing) {
  static constexpr const char* kNames[] = {"tip", "history", "gone"};
  return kNames[static_cast<int>(standing)];
}

uint64_t LedgerFinding::places() const {
  uint64_t out = 0;
  each_source([&](const Source& one) {
    if (one.standing != Standing::kGone || standing == Standing::kGone) out += one.places;
  });
  return out;
}

std::optional<uint32_t> Ledger::finding_number(ByteView id) const {
  return finding_index.find(id, [&](uint32_t i) { return ByteView(findings[i].id); });
}

std::optional<uint32_t> Ledger::nhi_number(ByteView id) const {
  return nhi_index.find(id, [&](uint32_t i) { return ByteView(nhis[i].id); });
}

const LedgerFinding* Ledger::finding(ByteView id) const {
  const std::optional<uint32_t> known = finding_number(id);
  return known ? &findings[*known] : nullptr;
}

Course course_of(const Ledger& ledger, const LedgerFinding& finding) {
  Course out;
  out.at_tip = finding.standing == Standing::kTip;
  out.first_seen = finding.first_seen;
  out.committed_at = finding.committed_at;
  out.returned_at = finding.returned_at;
  out.returned_record = finding.returned_record;
  out.decision = finding.decision;
  out.voided = voids(newer(finding.newest_voiding, ledger.nhis[finding.nhi].newest_voiding),
                     finding.committed_at, finding.first_seen);
  return out;
}

Result<Ledger> read_ledger(Connection& connection, const std::vector<int64_t>& moments,
                           const std::function<void(const Ledger&, size_t)>& call) {
  STRAYKEY_CHECK(!moments.empty());
  std::vector<int64_t> ends;  // the last record of each moment
  for (int64_t moment : moments) {
    auto rows = connection.query("SELECT MAX(sequence) FROM record WHERE time <= $1", {moment});
    if (!rows) return rows.error();
    ends.push_back(std::max(number((*rows)[0][0]), ends.empty() ? 0 : ends.back()));
  }
  Reader reader;
  // A record changes one thing at most; to grow on the way would take twice the memory.
  reader.ledger.changes.reserve(static_cast<size_t>(ends.back()));
  size_t next = 0;
  Result<void> intact;
  auto take = [&](int64_t sequence) {  // the moments that end before record `sequence`
    while (next < ends.size() && ends[next] < sequence) call(reader.ledger, next++);
  };
  const std::function<void(const ReadRecord&)> apply = [&](const ReadRecord& one) {
    if (!intact) return;
    take(one.record.sequence);
    if (!reader.apply(one)) {
      intact = Error{not_what_was_written(connection, one.record.sequence)};
    }
  };
  Stages stages(apply);
  auto read = each_record(connection, 1, ends.back(),
                          [&](Record record) { stages.add(std::move(record)); });
  stages.finish();
  if (!read) return read.error();
  if (!intact) return intact.error();
  take(INT64_MAX);
  return std::move(reader.ledger);
}

Result<FindingDetails> read_details(Connection& connection, const LedgerFinding& finding) {
  FindingDetails out;
  bool is_first = true;
  std::vector<int64_t> records;
  finding.each_source([&](const auto& source) {
    if (source.standing == Standing::kGone && finding.standing != Standing::kGone) return;
    if (source.record > 0) records.push_back(source.record);
  });
  for (int64_t number : records) {
    Result<void> intact;
    auto read = each_record(connection, number, number, [&](const Record& record) {
      if (record.hash != record_hash(record)) {
        intact = Error{not_what_was_written(connection, record.sequence)};
        return;
      }
      FindingDetails more = finding_details(record.body);
      std::vector<Occurrence> places = std::move(out.occurrences);
      places.insert(places.end(), std::make_move_iterator(more.occurrences.begin()),
                    std::make_move_iterator(more.occurrences.end()));
      // What is said of the finding as a whole was said last by its newest record.
      if (is_first || record.sequence == finding.record) out = std::move(more);
      out.occurrences = std::move(places);
      is_first = false;
    });
    if (!read) return read.error();
    if (!intact) return intact.error();
  }
  return out;
}

}  // namespace straykey
