// SPDX-License-Identifier: Apache-2.0
#include "scanner/store/store.h"

#include <algorithm>

#include "scanner/base/hash.h"
#include "scanner/base/machine.h"
#include "scanner/base/time.h"
#include "scanner/store/schema.h"

namespace straykey {
namespace {

using Json = nlohmann::json;

std::optional<int64_t> maybe_number(const SqlValue& value) {
  const auto* whole = std::get_if<int64_t>(&value);
  return whole ? std::optional<int64_t>(*whole) : std::nullopt;
}

Json or_null(const std::optional<int64_t>& time) { return time ? Json(*time) : Json(); }

// A reader of rows by id: asks for kAtOnce ids with one statement, however many there are.
Result<void> each_of(Connection& connection, const std::string& before_in,
                     const std::string& after_in, const std::vector<std::string>& ids,
                     const std::function<void(Row)>& row) {
  constexpr size_t kAtOnce = 200;
  std::string places;
  for (size_t i = 1; i <= kAtOnce; ++i) {
    places += (i == 1 ? "$" : ", $") + std::to_string(i);
  }
  for (size_t begin = 0; begin < ids.size(); begin += kAtOnce) {
    Row parameters;
    for (size_t i = 0; i < kAtOnce; ++i) {
      parameters.emplace_back(ids[std::min(begin + i, ids.size() - 1)]);
    }
    auto done = connection.each(before_in + " IN (" + places + ") " + after_in, parameters, row);
    if (!done) return done;
  }
  return {};
}

constexpr char kPastColumns[] =
    "SELECT id, signature, severity, nhi, standing, first_run, first_seen, committed_at,"
    " removed_at, returned_at, returned_record FROM finding";

FindingPast past_of(const Row& row) {
  FindingPast past;
  past.id = text(row[0]);
  past.signature = text(row[1]);
  past.severity = text(row[2]);
  past.nhi = text(row[3]);
  past.standing = text(row[4]);
  past.first_run = number(row[5]);
  past.first_seen = number(row[6]);
  past.committed_at = maybe_number(row[7]);
  past.removed_at = maybe_number(row[8]);
  past.returned_at = maybe_number(row[9]);
  past.returned_record = number(row[10]);
  return past;
}

using Pasts = std::unordered_map<std::string, FindingPast>;

// Decisions and events of the findings in `pasts`.
Result<void> add_decisions_and_events(Connection& connection, Pasts& pasts) {
  std::vector<std::string> ids, subjects;
  std::unordered_map<std::string, std::vector<FindingPast*>> by_subject;
  for (auto& [id, past] : pasts) {
    ids.push_back(id);
    by_subject[id].push_back(&past);
    if (!past.nhi.empty()) by_subject[past.nhi].push_back(&past);
  }
  for (const auto& [subject, of] : by_subject) subjects.push_back(subject);
  auto done = each_of(
      connection,
      "SELECT finding, action, reason, approver, owner, due, until, proof, decided_at,"
      " decided_by, record FROM decision WHERE finding",
      "ORDER BY record", ids, [&](const Row& row) {
        auto found = pasts.find(text(row[0]));
        auto action = parse_action(text(row[1]));
        if (found == pasts.end() || !action) return;
        found->second.decision = Decision{*action,
                                          text(row[2]),
                                          text(row[3]),
                                          text(row[4]),
                                          maybe_number(row[5]),
                                          maybe_number(row[6]),
                                          text(row[7]),
                                          number(row[8]),
                                          text(row[9]),
                                          number(row[10])};
      });
  if (!done) return done;
  return each_of(
      connection,
      "SELECT subject, what, happened_at, recorded_at, recorded_by, reference, artefact,"
      " digest, note, record FROM event WHERE subject",
      "ORDER BY record", subjects, [&](const Row& row) {
        Event event{text(row[0]), text(row[1]), number(row[2]), number(row[3]), text(row[4]),
                    text(row[5]), text(row[6]), text(row[7]),   text(row[8]),   number(row[9])};
        for (FindingPast* past : by_subject[event.subject]) past->events.push_back(event);
      });
}

const char* standing_of(const Occurrence& place) {
  bool old = place.presence == Presence::kHistory || place.presence == Presence::kUnreachable;
  return old ? "history" : "tip";
}

// The occurrences that a record keeps: of all versions of one path that stand alike the
// oldest. A file that is edited every day does not fill the store.
Json occurrence_bodies(const std::vector<const Occurrence*>& places) {
  Json out = Json::array();
  std::set<std::pair<std::string, Presence>> kept;
  for (const Occurrence* place : places) {
    if (!kept.insert({place->path, place->presence}).second) continue;
    Json body = {{"path", body_text(place->path)},
                 {"line", place->position.line},
                 {"column_from", place->position.column},
                 {"end_line", place->position.end_line},
                 {"end_column", place->position.end_column},
                 {"object", place->object},
                 {"blob", place->blob},
                 {"commit_id", place->commit},
                 {"author", body_text(place->author)},
                 {"author_email", body_text(place->author_email)},
                 {"presence", name(place->presence)}};
    if (place->committed_at) body["committed_at"] = *place->committed_at;
    // What stands at a tip is held by every new commit; its date would change each run.
    if (place->last_held_at && std::string(standing_of(*place)) == "history") {
      body["last_held_at"] = *place->last_held_at;
    }
    out.push_back(std::move(body));
  }
  return out;
}

// What a finding record holds of `finding` in one source, without the run.
Json finding_body(const Finding& finding, const Signature& signature, const std::string& source,
                  const std::vector<const Occurrence*>& places) {
  std::string standing = "history";
  std::optional<int64_t> committed_at;
  for (const Occurrence* place : places) {
    if (standing_of(*place) == std::string("tip")) standing = "tip";
    if (place->committed_at) {
      committed_at = std::min(committed_at.value_or(*place->committed_at), *place->committed_at);
    }
  }
  Json attributes = Json::object();
  for (const auto& [attribute, value] : finding.attributes) {
    attributes.emplace(body_text(attribute), body_text(value));
  }
  return {{"id", finding.id},
          {"source", source},
          {"signature", body_text(signature.id)},
          {"severity", name(finding.severity)},
          {"confidence", name(finding.confidence)},
          {"structure", name(finding.structure)},
          {"redacted", body_text(finding.redacted)},
          {"length", finding.length},
          {"encoding", finding.encoding},
          {"attributes", attributes},
          {"standing", standing},
          {"committed_at", or_null(committed_at)},
          {"occurrences", occurrence_bodies(places)}};
}

// Which sources a run looked at whole. A failure belongs to the source whose path its place
// begins with; one that belongs to none belongs to all.
std::vector<bool> whole_sources(const RunEnd& run) {
  const auto& sources = run.coverage->sources;
  bool whole = run.whole && !run.coverage->interrupted;
  std::vector<bool> out(sources.size(), whole);
  for (size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].shallow_commits > 0) out[i] = false;
  }
  for (const Failure& failure : run.coverage->failed) {
    bool placed = false;
    for (size_t i = 0; i < sources.size() && sources.size() > 1; ++i) {
      if (!sources[i].path.empty() && failure.where.starts_with(sources[i].path)) {
        out[i] = false;
        placed = true;
      }
    }
    if (!placed) std::fill(out.begin(), out.end(), false);
  }
  return out;
}

Json finished_body(const RunEnd& run, const std::vector<bool>& whole) {
  Json body = {{"number", run.number},
               {"finished_at", run.finished_at},
               {"outcome", name(run.outcome)},
               {"reason", run.reason.empty() ? Json() : Json(body_text(run.reason))}};
  if (!run.coverage || !run.signatures) return body;
  body["scope"] = run.whole ? "whole" : "part";
  body["signatures_count"] = run.signatures->size();
  body["signatures_digest"] = run.signatures_digest;
  body["policy_digest"] = run.policy_digest;
  body["findings"] = run.findings->size();
  body["failing"] = run.failing;
  Json sources = Json::array();
  for (size_t i = 0; i < run.coverage->sources.size(); ++i) {
    const SourceCoverage& source = run.coverage->sources[i];
    Json refs = Json::object();
    for (const auto& [ref, id] : source.refs) refs[body_text(ref)] = id;
    sources.push_back({{"source", body_text(run.source_names[i])},
                       {"kind", source.kind},
                       {"path", body_text(source.path)},
                       {"refs", refs.size()},
                       {"refs_digest", hex(sha256(canonical(refs)))},
                       {"commits", source.commits},
                       {"blobs", source.blobs},
                       {"bytes", source.bytes},
                       {"shallow_commits", source.shallow_commits},
                       {"whole", int64_t{whole[i]}}});
  }
  body["sources"] = std::move(sources);
  Json left_out = Json::array();
  for (const auto& [reason, what] : run.coverage->left_out) {
    Json examples = Json::array();
    for (const std::string& example : what.examples) examples.push_back(body_text(example));
    left_out.push_back(
        {{"reason", body_text(reason)}, {"count", what.count}, {"examples", examples}});
  }
  body["left_out"] = std::move(left_out);
  Json failed = Json::array();
  for (const Failure& failure : run.coverage->failed) {
    failed.push_back(
        {{"place", body_text(failure.where)}, {"reason", body_text(failure.reason)}});
  }
  body["failed"] = std::move(failed);
  Json allowed = Json::array();
  for (const auto& [reason, count] : *run.allowed) {
    allowed.push_back({{"reason", body_text(reason)}, {"count", count}});
  }
  body["allowed"] = std::move(allowed);
  return body;
}

// Whose a finding is, as a record holds it.
Json whose_body(const Resolution& whose) {
  NhiClass nhi_class = whose.nhi ? whose.nhi->nhi_class : NhiClass::kUnknown;
  return {{"name", body_text(whose.name)},
          {"class", name(nhi_class)},
          {"owner", body_text(whose.owner)},
          {"owner_kind", name(whose.owner_kind)},
          {"resolved_by", whose.resolved_by},
          {"registered", whose.registered},
          {"attested", whose.owner_attested},
          {"suggested", whose.owner_suggested},
          {"left", whose.owner_left},
          {"environment", body_text(whose.environment)},
          {"supplier", body_text(whose.supplier)}};
}

struct PresenceBefore {
  std::string standing;
  std::string digest;
};
using Presences = std::map<std::string, std::map<std::string, PresenceBefore>>;  // by source

// Writes what changed in the findings of one run.
class Changes {
 public:
  Changes(Connection& connection, const RunEnd& run, const std::vector<bool>& whole)
      : connection_(connection), run_(run) {
    for (size_t i = 0; i < whole.size(); ++i) {
      std::string source = body_text(run.source_names[i]);
      auto [entry, added] = whole_.emplace(source, whole[i]);
      if (!added) entry->second = entry->second && whole[i];
    }
    for (const Signature& signature : run.signatures->all()) signatures_.insert(signature.id);
  }

  Result<void> write() {
    auto read = read_before();
    if (!read) return read;
    for (size_t i = 0; i < run_.findings->size(); ++i) {
      auto written = write_finding(i);
      if (!written) return written;
    }
    return write_gone();
  }

 private:
  Result<void> read_before() {
    for (const auto& [source, is_whole] : whole_) {
      auto& here = before_[source];
      auto read = connection_.each(
          "SELECT finding, standing, digest FROM presence WHERE source = $1", {source},
          [&](Row row) { here[text(row[0])] = {text(row[1]), text(row[2])}; });
      if (!read) return read;
    }
    return {};
  }

  Result<void> write_finding(size_t index) {
    const Finding& finding = (*run_.findings)[index];
    std::map<std::string, std::vector<const Occurrence*>> by_source;
    for (const Occurrence& place : finding.occurrences) {
      by_source[body_text(run_.source_names[place.source])].push_back(&place);
    }
    for (const auto& [source, places] : by_source) {
      seen_.insert({source, finding.id});
      Json body = finding_body(finding, (*run_.signatures)[finding.signature], source, places);
      add_meaning(index, body);
      std::string digest = hex(sha256(canonical(body)));
      add_reasons(index, body);
      auto known = before_[source].find(finding.id);
      if (known != before_[source].end()) {
        const PresenceBefore& before = known->second;
        bool back = before.standing == "gone" ||
                    (before.standing == "history" && body["standing"] == "tip");
        // A run that saw a part cannot say that the rest is otherwise now.
        if (!back && (before.digest == digest || !whole_[source])) continue;
      }
      body["digest"] = digest;
      body["run"] = run_.number;
      auto added = append_record(connection_, "finding", run_.finished_at, body);
      if (!added) return added.error();
    }
    return {};
  }

  // Whose it is, and which conditions hold.
  void add_meaning(size_t index, Json& body) const {
    if (run_.resolutions && !run_.resolutions->empty()) {
      const Resolution& whose = (*run_.resolutions)[index];
      body["nhi"] = body_text(whose.nhi_id);
      body["whose"] = whose_body(whose);
    }
    if (run_.conditions.empty()) return;
    Json& levels = body["conditions"] = Json::object();
    for (const KnownCondition& one : run_.conditions[index]) levels[one.id] = one.level;
  }

  // Why they hold. A reason counts days, and another number is no change of the finding.
  void add_reasons(size_t index, Json& body) const {
    if (run_.conditions.empty()) return;
    Json& because = body["because"] = Json::object();
    for (const KnownCondition& one : run_.conditions[index]) {
      because[one.id] = body_text(one.because);
    }
  }

  Result<void> write_gone() {
    for (const auto& [source, here] : before_) {
      if (!whole_[source]) continue;
      std::vector<std::string> missing;
      for (const auto& [id, before] : here) {
        if (before.standing != "gone" && !seen_.count({source, id}) &&
            !run_.allowed_ids->count(id)) {
          missing.push_back(id);
        }
      }
      std::vector<std::string> gone;
      auto asked = each_of(connection_, "SELECT id, signature, severity, confidence FROM finding"
                           " WHERE id", "ORDER BY id", missing, [&](const Row& row) {
                             if (looked_for(text(row[1]), text(row[2]), text(row[3]))) {
                               if (gone.empty() || gone.back() != text(row[0])) {
                                 gone.push_back(text(row[0]));
                               }
                             }
                           });
      if (!asked) return asked;
      for (const std::string& id : gone) {
        auto added = append_record(connection_, "gone", run_.finished_at,
                                   {{"run", run_.number}, {"id", id}, {"source", source}});
        if (!added) return added.error();
      }
    }
    return {};
  }

  // Whether this run would have reported such a finding.
  bool looked_for(const std::string& signature, const std::string& severity,
                  const std::string& confidence) const {
    auto at_least = [](const auto& least, const auto& greatest, const std::string& is) {
      for (int i = static_cast<int>(least); i <= static_cast<int>(greatest); ++i) {
        if (is == name(static_cast<std::decay_t<decltype(least)>>(i))) return true;
      }
      return false;
    };
    return signatures_.count(signature) &&
           at_least(run_.severity, Severity::kCritical, severity) &&
           at_least(run_.confidence, Confidence::kHigh, confidence);
  }

  Connection& connection_;
  const RunEnd& run_;
  std::map<std::string, bool> whole_;  // by source
  std::set<std::string> signatures_;
  Presences before_;
  std::set<std::pair<std::string, std::string>> seen_;
};

}  // namespace

const char* name(RunOutcome outcome) {
  static constexpr const char* kNames[] = {"complete", "incomplete", "interrupted", "failed"};
  return kNames[static_cast<int>(outcome)];
}

const std::vector<std::string>& event_names() {
  static const std::vector<std::string> names = {"created",  "rotated",    "revoked",
                                                 "reviewed", "offboarded", "reassigned"};
  return names;
}

Result<Store> Store::open(const std::string& where, Access access) {
  bool writes = access == Access::kWrite;
  auto connection =
      open_connection(where, writes ? IfAbsent::kCreate : IfAbsent::kRefuse);
  if (!connection) return connection.error();
  auto ready = writes ? prepare_schema(**connection) : check_schema(**connection);
  if (!ready) return ready.error();
  if (writes) {
    auto transaction = Transaction::begin(**connection, Access::kWrite);
    if (!transaction) return transaction.error();
    auto head = read_head(**connection);
    if (!head) return head.error();
    if (head->sequence == 0) {
      auto added = append_record(**connection, "store", now_seconds(), {{"id", random_uuid()}});
      if (!added) return added.error();
      auto done = transaction->commit();
      if (!done) return done.error();
    }
  }
  return Store(std::move(*connection));
}

Result<int64_t> Store::start_run(const RunStart& run) {
  auto transaction = Transaction::begin(*connection_, Access::kWrite);
  if (!transaction) return transaction.error();
  auto last = connection_->query("SELECT MAX(number) FROM run");
  if (!last) return last.error();
  int64_t next = number((*last)[0][0]) + 1;
  Json arguments = Json::array();
  for (const std::string& argument : run.arguments) {
    arguments.push_back(body_text(without_passwords(argument)));
  }
  auto added = append_record(*connection_, "run-started", run.started_at,
                             {{"number", next},
                              {"id", run.id},
                              {"started_at", run.started_at},
                              {"arguments", arguments},
                              {"host", body_text(run.host)},
                              {"version", run.version}});
  if (!added) return added.error();
  auto done = transaction->commit();
  if (!done) return done.error();
  return next;
}

Result<void> Store::finish_run(const RunEnd& run) {
  auto transaction = Transaction::begin(*connection_, Access::kWrite);
  if (!transaction) return transaction.error();
  bool has_scanned = run.coverage && run.signatures;
  std::vector<bool> whole = has_scanned ? whole_sources(run) : std::vector<bool>();
  if (has_scanned) {
    auto written = Changes(*connection_, run, whole).write();
    if (!written) return written;
  }
  auto added = append_record(*connection_, "run-finished", run.finished_at,
                             finished_body(run, whole));
  if (!added) return added.error();
  return transaction->commit();
}

Result<Pasts> Store::pasts(const std::set<std::string>& ids) {
  Pasts pasts;
  auto read = each_of(*connection_, std::string(kPastColumns) + " WHERE id", "",
                      {ids.begin(), ids.end()}, [&](const Row& row) {
                        FindingPast past = past_of(row);
                        pasts[past.id] = std::move(past);
                      });
  if (!read) return read.error();
  auto added = add_decisions_and_events(*connection_, pasts);
  if (!added) return added.error();
  return pasts;
}

Result<std::vector<FindingPast>> Store::all_pasts() {
  Pasts pasts;
  auto read = connection_->each(kPastColumns, {}, [&](const Row& row) {
    FindingPast past = past_of(row);
    pasts[past.id] = std::move(past);
  });
  if (!read) return read.error();
  auto added = add_decisions_and_events(*connection_, pasts);
  if (!added) return added.error();
  std::vector<FindingPast> out;
  for (auto& [id, past] : pasts) out.push_back(std::move(past));
  std::sort(out.begin(), out.end(),
            [](const FindingPast& a, const FindingPast& b) { return a.id < b.id; });
  return out;
}

Result<std::optional<int64_t>> Store::last_whole_look(const std::string& source) {
  auto rows = connection_->query(
      "SELECT MAX(finished_at) FROM run_source JOIN run ON run = number"
      " WHERE source = $1 AND whole = 1",
      {body_text(source)});
  if (!rows) return rows.error();
  return maybe_number((*rows)[0][0]);
}

Result<std::string> Store::find_finding(const std::string& beginning) {
  constexpr size_t kLeast = 6;
  bool is_hex = beginning.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (beginning.size() < kLeast || !is_hex) {
    return Error{"'" + beginning + "' is not the id of a finding or its first " +
                 std::to_string(kLeast) + " digits"};
  }
  // 'g' comes after all digits.
  auto rows = connection_->query(
      "SELECT id FROM finding WHERE id >= $1 AND id < $2 ORDER BY id LIMIT 2",
      {beginning, beginning + "g"});
  if (!rows) return rows.error();
  if (rows->empty()) {
    return Error{"'" + beginning + "': the store knows no such finding"};
  }
  std::string first = text((*rows)[0][0]);
  if (rows->size() > 1 && first != beginning) {
    return Error{"'" + beginning + "' begins " + first + " and " + text((*rows)[1][0]) +
                 "; write more of it"};
  }
  return first;
}

Result<void> Store::decide(const std::vector<std::pair<std::string, Decision>>& decisions) {
  auto transaction = Transaction::begin(*connection_, Access::kWrite);
  if (!transaction) return transaction.error();
  for (const auto& [finding, decision] : decisions) {
    auto added = append_record(*connection_, "decision", decision.decided_at,
                               {{"finding", finding},
                                {"action", name(decision.action)},
                                {"reason", body_text(decision.reason)},
                                {"approver", body_text(decision.approver)},
                                {"owner", body_text(decision.owner)},
                                {"due", or_null(decision.due)},
                                {"until", or_null(decision.until)},
                                {"proof", body_text(decision.proof)},
                                {"decided_by", body_text(decision.decided_by)}});
    if (!added) return added.error();
  }
  return transaction->commit();
}

Result<void> Store::add_events(const std::vector<Event>& events) {
  auto transaction = Transaction::begin(*connection_, Access::kWrite);
  if (!transaction) return transaction.error();
  for (const Event& event : events) {
    auto added = append_record(*connection_, "event", event.recorded_at,
                               {{"subject", body_text(event.subject)},
                                {"what", event.what},
                                {"happened_at", event.happened_at},
                                {"recorded_by", body_text(event.recorded_by)},
                                {"reference", body_text(event.reference)},
                                {"artefact", body_text(event.artefact)},
                                {"digest", event.digest},
                                {"note", body_text(event.note)}});
    if (!added) return added.error();
  }
  return transaction->commit();
}

Result<void> Store::add_signed_head(const Head& head, const std::string& key_id,
                                    const std::string& envelope, int64_t now) {
  auto transaction = Transaction::begin(*connection_, Access::kWrite);
  if (!transaction) return transaction.error();
  auto added = append_record(*connection_, "signed-head", now,
                             {{"sequence", head.sequence},
                              {"hash", head.hash},
                              {"key_id", key_id},
                              {"envelope", envelope}});
  if (!added) return added.error();
  return transaction->commit();
}

}  // namespace straykey
