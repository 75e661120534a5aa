// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/ledger.h"

#include <algorithm>

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

// Applies records one after another.
class Reader {
 public:
  Ledger ledger;

  // False when the body is not one.
  bool apply(const Record& record) {
    ledger.head = {record.sequence, record.hash};
    if (record.kind == "finding") return describe(record);
    const Json body = Json::parse(record.body, nullptr, false);
    if (!body.is_object()) return false;
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
  ByteView share(const Json& body, const char* key) {
    const Json& value = at(body, key);
    return value.is_string() ? ledger.texts.share(value.get_ref<const std::string&>())
                             : ByteView();
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
    auto known = ledger.nhi_index.find(id);
    if (known != ledger.nhi_index.end()) return known->second;
    const auto number = static_cast<uint32_t>(ledger.nhis.size());
    LedgerNhi& nhi = ledger.nhis.emplace_back();
    nhi.id = ledger.texts.keep(id);
    ledger.nhi_index.emplace(nhi.id, number);
    return number;
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
    // Shared texts are the same where they lie at the same place.
    const std::hash<const void*> hash;
    auto& same = owners_[hash(owner.name.data()) * 31 + hash(owner.owner.data())];
    for (const LedgerOwner* known : same) {
      if (*known == owner) return known;
    }
    return same.emplace_back(&ledger.owners.emplace_back(owner));
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
    for (auto& source : finding.sources) {
      if (source.name == name) return source;
    }
    finding.sources.push_back({ledger.texts.share(name)});
    return finding.sources.back();
  }

  // As scanner/store derives it: a finding stands where any of its sources has it, a tip
  // before history before gone.
  void settle(LedgerFinding& finding, bool is_new, const Record& record) {
    Standing now = Standing::kGone;
    for (const auto& source : finding.sources) now = std::min(now, source.standing);
    if (!is_new && now == finding.standing) return;
    if (!is_new && now == Standing::kTip) {
      finding.removed_at.reset();
      finding.returned_at = record.time;
      finding.returned_record = record.sequence;
    } else if (!is_new && finding.standing == Standing::kTip) {
      finding.removed_at = record.time;
    }
    finding.standing = now;
  }

  bool describe(const Record& record) {
    if (!body_.read(record.body)) return false;
    auto known = ledger.finding_index.find(body_.id);
    const bool is_new = known == ledger.finding_index.end();
    if (is_new) {
      LedgerFinding& made = ledger.findings.emplace_back();
      made.id = ledger.texts.keep(body_.id);
      made.index = static_cast<uint32_t>(ledger.findings.size() - 1);
      made.first_run = body_.run;
      made.first_seen = record.time;
      known = ledger.finding_index.emplace(made.id, made.index).first;
    }
    LedgerFinding& finding = ledger.findings[known->second];
    finding.signature = ledger.texts.share(body_.signature);
    finding.redacted = ledger.texts.share(body_.redacted);
    // Who could not be told from anybody else is one of its own.
    finding.nhi = nhi_number(body_.nhi.empty() ? "finding:" + body_.id : body_.nhi);
    if (body_.committed_at) {
      finding.committed_at =
          std::min(*body_.committed_at, finding.committed_at.value_or(*body_.committed_at));
    }
    // A word that is not known counts as the gravest.
    finding.severity = named(body_.severity, Severity::kCritical, Severity::kCritical);
    finding.confidence = named(body_.confidence, Confidence::kHigh, Confidence::kHigh);
    finding.structure = named(body_.structure, Structure::kInvalid, Structure::kUnknown);
    finding.whose = owner_of(body_);
    finding.conditions = conditions_of(body_);
    finding.record = record.sequence;

    auto& source = source_of(finding, body_.source);
    const bool was_there = source.record > 0;
    const Standing before = source.standing;
    source.standing = named(body_.standing, Standing::kGone, Standing::kGone);
    source.places = static_cast<uint32_t>(body_.places);
    source.record = record.sequence;
    take_place(finding, source.name);
    const char* what = !was_there ? "found"
                       : before == Standing::kTip && source.standing == Standing::kHistory
                           ? "left the tips"
                       : before == Standing::kGone ||
                               (before == Standing::kHistory && source.standing == Standing::kTip)
                           ? "back"
                           : nullptr;
    if (what) note(known->second, record, body_.run, what, source.name);
    settle(finding, is_new, record);
    return true;
  }

  // The place of the first source that has one is what a finding is shown by.
  void take_place(LedgerFinding& finding, ByteView source) {
    if (body_.places == 0) return;
    const bool is_shown = finding.place_source.empty() || finding.place_source == source ||
                          finding.standing == Standing::kGone;
    if (!is_shown) return;
    finding.place_source = source;
    finding.line = body_.line;
    auto take = [&](ByteView& member, const std::string& text) {
      if (member != text) member = ledger.texts.keep(text);
    };
    take(finding.path, body_.path);
    take(finding.commit, body_.commit);
    finding.object = ledger.texts.share(body_.object);
    // A path says more, so the id of a blob is kept for what has none.
    if (body_.path.empty()) take(finding.blob, body_.blob);
  }

  void lose(const Record& record, const Json& body) {
    auto known = ledger.finding_index.find(text_at(body, "id"));
    if (known == ledger.finding_index.end()) return;
    LedgerFinding& finding = ledger.findings[known->second];
    auto& source = source_of(finding, text_at(body, "source"));
    source.standing = Standing::kGone;
    note(known->second, record, number_at(body, "run"), "gone", source.name);
    settle(finding, false, record);
  }

  void note(uint32_t finding, const Record& record, int64_t run, const char* what,
            ByteView source) {
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
    auto known = ledger.finding_index.find(one.finding);
    if (known != ledger.finding_index.end()) {
      ledger.findings[known->second].decision = &one.decision;
    }
  }

  void add_event(const Record& record, const Json& body) {
    Event& event = ledger.events.emplace_back();
    event = {text_at(body, "subject"), text_at(body, "what"), number_at(body, "happened_at"),
             record.time, text_at(body, "recorded_by"), text_at(body, "reference"),
             text_at(body, "artefact"), text_at(body, "digest"), text_at(body, "note"),
             record.sequence};
    auto known = ledger.finding_index.find(event.subject);
    const Event*& newest = known != ledger.finding_index.end()
                               ? ledger.findings[known->second].newest_voiding
                               : ledger.nhis[nhi_number(event.subject)].newest_voiding;
    if (is_voiding(event)) newest = newer(newest, &event);
  }

  void enter(const Record& record, const Json& body) {
    auto entry = std::make_unique<LedgerNhi::Entry>();
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

  FindingBody body_;
  std::unordered_map<size_t, std::vector<const LedgerOwner*>> owners_;  // by name and owner
  std::unordered_map<std::string, const ConditionLevels*> conditions_;
};

}  // namespace

const char* name(Standing standing) {
  static constexpr const char* kNames[] = {"tip", "history", "gone"};
  return kNames[static_cast<int>(standing)];
}

uint64_t LedgerFinding::places() const {
  uint64_t out = 0;
  for (const Source& source : sources) {
    if (source.standing != Standing::kGone || standing == Standing::kGone) out += source.places;
  }
  return out;
}

const LedgerFinding* Ledger::finding(ByteView id) const {
  auto known = finding_index.find(id);
  return known == finding_index.end() ? nullptr : &findings[known->second];
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
  auto read = each_record(connection, 1, ends.back(), [&](const Record& record) {
    if (!intact) return;
    take(record.sequence);
    bool holds = record.hash == record_hash(record) &&
                 record.previous == reader.ledger.head.hash &&
                 record.sequence == reader.ledger.head.sequence + 1 && reader.apply(record);
    if (!holds) intact = Error{not_what_was_written(connection, record.sequence)};
  });
  if (!read) return read.error();
  if (!intact) return intact.error();
  take(INT64_MAX);
  return std::move(reader.ledger);
}

Result<FindingDetails> read_details(Connection& connection, const LedgerFinding& finding) {
  FindingDetails out;
  bool is_first = true;
  for (const auto& source : finding.sources) {
    if (source.standing == Standing::kGone && finding.standing != Standing::kGone) continue;
    if (source.record == 0) continue;
    Result<void> intact;
    auto read = each_record(connection, source.record, source.record, [&](const Record& record) {
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
