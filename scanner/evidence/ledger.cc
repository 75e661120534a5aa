// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/ledger.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace straykey {
namespace {

using Json = nlohmann::json;

// A member that is absent or of another type is as one that says nothing.
const Json& at(const Json& body, const char* key) {
  static const Json none;
  auto found = body.find(key);
  return found == body.end() ? none : *found;
}

std::string text_at(const Json& body, const char* key) {
  const Json& value = at(body, key);
  return value.is_string() ? value.get<std::string>() : "";
}

int64_t number_at(const Json& body, const char* key) {
  const Json& value = at(body, key);
  return value.is_number_integer() ? value.get<int64_t>() : 0;
}

bool flag_at(const Json& body, const char* key) {
  const Json& value = at(body, key);
  return value.is_boolean() && value.get<bool>();
}

std::optional<int64_t> time_at(const Json& body, const char* key) {
  const Json& value = at(body, key);
  return value.is_number_integer() ? std::optional(value.get<int64_t>()) : std::nullopt;
}

template <class Enum>
Enum named(const std::string& word, Enum last, Enum fallback) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (word == name(static_cast<Enum>(i))) return static_cast<Enum>(i);
  }
  return fallback;
}

Occurrence occurrence_of(const Json& body, const std::string& source) {
  Occurrence out;
  out.repository = source;
  out.path = text_at(body, "path");
  out.position = {static_cast<uint64_t>(number_at(body, "line")),
                  static_cast<uint64_t>(number_at(body, "column_from")),
                  static_cast<uint64_t>(number_at(body, "end_line")),
                  static_cast<uint64_t>(number_at(body, "end_column"))};
  out.object = text_at(body, "object");
  out.blob = text_at(body, "blob");
  out.commit = text_at(body, "commit_id");
  out.author = text_at(body, "author");
  out.author_email = text_at(body, "author_email");
  out.committed_at = time_at(body, "committed_at");
  out.last_held_at = time_at(body, "last_held_at");
  out.presence = named(text_at(body, "presence"), Presence::kUnreachable, Presence::kFile);
  return out;
}

LedgerOwner owner_of(const Json& body) {
  LedgerOwner out;
  out.name = text_at(body, "name");
  out.nhi_class =
      nhi_class_from_name(text_at(body, "class")).value_or(NhiClass::kUnknown);
  out.owner = text_at(body, "owner");
  out.owner_kind =
      owner_kind_from_name(text_at(body, "owner_kind")).value_or(OwnerKind::kUnknown);
  out.resolved_by = text_at(body, "resolved_by");
  out.environment = text_at(body, "environment");
  out.supplier = text_at(body, "supplier");
  out.registered = flag_at(body, "registered");
  out.attested = flag_at(body, "attested");
  out.suggested = flag_at(body, "suggested");
  out.left = flag_at(body, "left");
  return out;
}

std::vector<Condition> conditions_of(const Json& body) {
  std::vector<Condition> out;
  const Json& because = at(body, "because");
  const Json& levels = at(body, "conditions");
  if (!levels.is_object()) return out;
  for (const auto& [id, level] : levels.items()) {
    Condition one{id, ConditionLevel::kInferred, text_at(because, id.c_str())};
    if (level.is_string()) {
      one.level = named(level.get<std::string>(), ConditionLevel::kInferred,
                        ConditionLevel::kInferred);
    }
    out.push_back(std::move(one));
  }
  return out;
}

// Applies records one after another.
class Reader {
 public:
  Ledger ledger;

  void apply(const Record& record, const Json& body) {
    if (record.kind == "store") ledger.store = text_at(body, "id");
    if (record.kind == "run-started") start_run(record, body);
    if (record.kind == "run-finished") finish_run(record, body);
    if (record.kind == "finding") describe(record, body);
    if (record.kind == "gone") lose(record, body);
    if (record.kind == "decision") decide(record, body);
    if (record.kind == "event") add_event(record, body);
    ledger.head = {record.sequence, record.hash};
  }

  // Gives each finding its decision and the events of itself and of its NHI.
  void complete() {
    std::unordered_map<std::string, std::vector<const Event*>> by_subject;
    for (const Event& event : ledger.events) by_subject[event.subject].push_back(&event);
    for (auto& [id, finding] : ledger.findings) {
      std::vector<Event>& events = finding.past.events;
      events.clear();
      for (const std::string* subject : {&id, static_cast<const std::string*>(&finding.past.nhi)}) {
        auto found = by_subject.find(*subject);
        if (found == by_subject.end()) continue;
        for (const Event* event : found->second) events.push_back(*event);
      }
      std::sort(events.begin(), events.end(),
                [](const Event& a, const Event& b) { return a.record < b.record; });
    }
  }

 private:
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
      run->sources.push_back({text_at(source, "source"), text_at(source, "kind"),
                              text_at(source, "path"), number_at(source, "refs"),
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

  LedgerFinding::Source& source_of(LedgerFinding& finding, const std::string& name) {
    for (auto& source : finding.sources) {
      if (source.name == name) return source;
    }
    finding.sources.push_back({name, "", {}});
    return finding.sources.back();
  }

  // As scanner/store derives it: a finding stands where any of its sources has it, a tip
  // before history before gone.
  void settle(LedgerFinding& finding, const Record& record) {
    std::string now = "gone";
    for (const auto& source : finding.sources) {
      if (source.standing == "tip" || now == "gone") now = source.standing;
    }
    FindingPast& past = finding.past;
    if (now == past.standing) return;
    if (past.standing.empty()) {
      past.standing = now;
    } else if (now == "tip") {
      past.removed_at.reset();
      past.returned_at = record.time;
      past.returned_record = record.sequence;
    } else if (past.standing == "tip") {
      past.removed_at = record.time;
    }
    past.standing = now;
  }

  void describe(const Record& record, const Json& body) {
    std::string id = text_at(body, "id"), name = text_at(body, "source");
    auto [entry, is_new] = ledger.findings.try_emplace(id);
    LedgerFinding& finding = entry->second;
    FindingPast& past = finding.past;
    if (is_new) {
      past.id = id;
      past.first_run = number_at(body, "run");
      past.first_seen = record.time;
    }
    past.signature = text_at(body, "signature");
    past.severity = text_at(body, "severity");
    past.nhi = text_at(body, "nhi");
    auto committed_at = time_at(body, "committed_at");
    if (committed_at) {
      past.committed_at = std::min(*committed_at, past.committed_at.value_or(*committed_at));
    }
    // A word that is not known counts as the gravest.
    finding.severity = named(past.severity, Severity::kCritical, Severity::kCritical);
    finding.confidence =
        named(text_at(body, "confidence"), Confidence::kHigh, Confidence::kHigh);
    finding.structure =
        named(text_at(body, "structure"), Structure::kInvalid, Structure::kUnknown);
    finding.redacted = text_at(body, "redacted");
    finding.encoding = text_at(body, "encoding");
    finding.length = static_cast<uint64_t>(number_at(body, "length"));
    finding.attributes.clear();
    const Json& attributes = at(body, "attributes");
    if (attributes.is_object()) {
      for (const auto& [attribute, value] : attributes.items()) {
        if (value.is_string()) finding.attributes.push_back({attribute, value.get<std::string>()});
      }
    }
    finding.whose = owner_of(at(body, "whose"));
    finding.conditions = conditions_of(body);
    finding.record = record.sequence;

    auto& source = source_of(finding, name);
    std::string before = source.standing;
    source.standing = text_at(body, "standing");
    source.occurrences.clear();
    for (const Json& place : at(body, "occurrences")) {
      source.occurrences.push_back(occurrence_of(place, name));
    }
    const char* what = before.empty()                                        ? "found"
                       : before == "tip" && source.standing == "history"     ? "left the tips"
                       : before == "gone" || (before == "history" && source.standing == "tip")
                           ? "back"
                           : nullptr;
    if (what) note(finding, record, body, what, name);
    settle(finding, record);
  }

  void lose(const Record& record, const Json& body) {
    auto entry = ledger.findings.find(text_at(body, "id"));
    if (entry == ledger.findings.end()) return;
    auto& source = source_of(entry->second, text_at(body, "source"));
    source.standing = "gone";
    note(entry->second, record, body, "gone", source.name);
    settle(entry->second, record);
  }

  void note(LedgerFinding& finding, const Record& record, const Json& body, const char* what,
            const std::string& source) {
    finding.changes.push_back(
        {record.time, record.sequence, number_at(body, "run"), what, source});
  }

  void decide(const Record& record, const Json& body) {
    auto action = parse_action(text_at(body, "action"));
    if (!action) return;
    Decision decision{*action,
                      text_at(body, "reason"),
                      text_at(body, "approver"),
                      text_at(body, "owner"),
                      time_at(body, "due"),
                      time_at(body, "until"),
                      text_at(body, "proof"),
                      record.time,
                      text_at(body, "decided_by"),
                      record.sequence};
    std::string id = text_at(body, "finding");
    auto finding = ledger.findings.find(id);
    if (finding != ledger.findings.end()) finding->second.past.decision = decision;
    ledger.decisions.push_back({std::move(id), std::move(decision)});
  }

  void add_event(const Record& record, const Json& body) {
    ledger.events.push_back({text_at(body, "subject"), text_at(body, "what"),
                             number_at(body, "happened_at"), record.time,
                             text_at(body, "recorded_by"), text_at(body, "reference"),
                             text_at(body, "artefact"), text_at(body, "digest"),
                             text_at(body, "note"), record.sequence});
  }
};

}  // namespace

Result<Ledger> read_ledger(Connection& connection, const std::vector<int64_t>& moments,
                           const std::function<void(const Ledger&, size_t)>& call) {
  auto snapshot = Transaction::begin(connection, Access::kRead);
  if (!snapshot) return snapshot.error();
  std::vector<int64_t> ends;  // the last record of each moment
  for (int64_t moment : moments) {
    auto rows = connection.query("SELECT MAX(sequence) FROM record WHERE time <= $1", {moment});
    if (!rows) return rows.error();
    ends.push_back(std::max(number((*rows)[0][0]), ends.empty() ? 0 : ends.back()));
  }
  Reader reader;
  size_t next = 0;
  Result<void> intact;
  auto take = [&](int64_t sequence) {  // the moments that end before record `sequence`
    while (next < ends.size() && ends[next] < sequence) {
      reader.complete();
      call(reader.ledger, next++);
    }
  };
  auto read = each_record(connection, 1, [&](Record record) {
    if (!intact || next == ends.size()) return;
    take(record.sequence);
    if (next == ends.size()) return;
    Json body = Json::parse(record.body, nullptr, false);
    bool holds = record.hash == record_hash(record) &&
                 record.previous == reader.ledger.head.hash &&
                 record.sequence == reader.ledger.head.sequence + 1 && body.is_object();
    if (!holds) {
      intact = Error{connection.name() + ": record " + std::to_string(record.sequence) +
                     " is not what was written; 'straykey evidence verify' tells more"};
      return;
    }
    reader.apply(record, body);
  });
  if (!read) return read.error();
  if (!intact) return intact.error();
  take(INT64_MAX);
  return std::move(reader.ledger);
}

}  // namespace straykey
