// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/picture.h"

#include <algorithm>
#include <set>

#include "scanner/evidence/lifecycle.h"
#include "scanner/evidence/mapping_cache.h"

namespace straykey {
namespace {

SignatureSet signatures_of(const Ledger& ledger, const SignatureSet& names) {
  std::set<std::string> wanted;
  for (const auto& [id, finding] : ledger.findings) wanted.insert(finding.past.signature);
  std::vector<Signature> out;
  for (const Signature& signature : names.all()) {
    if (wanted.erase(signature.id) > 0) out.push_back(signature);
  }
  for (const std::string& id : wanted) {
    Signature unknown;
    unknown.id = unknown.name = id;
    unknown.provider = id.substr(0, id.find('.'));
    unknown.pattern = "(?P<secret>x)";
    out.push_back(std::move(unknown));
  }
  auto set = SignatureSet::make(std::move(out));
  STRAYKEY_CHECK(set.has_value());
  return *std::move(set);
}

Finding finding_of(const LedgerFinding& known, Places places) {
  Finding out;
  out.id = known.past.id;
  out.severity = known.severity;
  out.confidence = known.confidence;
  out.structure = known.structure;
  out.redacted = known.redacted;
  out.length = known.length;
  out.attributes = known.attributes;
  out.encoding = known.encoding;
  out.first_seen = known.past.committed_at;
  out.at_tip = known.past.standing == "tip";
  for (const auto& source : known.sources) {
    if (places == Places::kNo) break;
    out.occurrences.insert(out.occurrences.end(), source.occurrences.begin(),
                           source.occurrences.end());
  }
  return out;
}

Resolution resolution_of(const LedgerFinding& known) {
  Resolution out;
  out.nhi_id = known.past.nhi;
  out.name = known.whose.name;
  out.owner = known.whose.owner;
  out.owner_kind = known.whose.owner_kind;
  out.resolved_by = known.whose.resolved_by;
  out.registered = known.whose.registered;
  out.owner_attested = known.whose.attested;
  out.owner_suggested = known.whose.suggested;
  out.owner_left = known.whose.left;
  out.environment = known.whose.environment;
  out.supplier = known.whose.supplier;
  return out;
}

Work work_of(const Finding& finding, const FindingPast& past) {
  switch (finding.state) {
    case FindingState::kAccepted: return Work::kExcepted;
    case FindingState::kClosed: return Work::kClosed;
    case FindingState::kRegressed: return Work::kBack;
    default: break;
  }
  const Event* voided = voided_by(past);
  if (voided && voided->happened_at >= past.returned_at.value_or(0)) return Work::kVoid;
  if (finding.state == FindingState::kAcceptedExpired) return Work::kExceptionEnded;
  if (finding.overdue) return Work::kOverdue;
  return past.decision ? Work::kInProgress : Work::kUndecided;
}

// Judges C21 to C23 for the moment, and keeps what the last run said of the others.
std::vector<Condition> conditions_of(const LedgerFinding& known, const Finding& finding,
                                     const Signature& signature, Work work,
                                     const ClassPolicy& policy, const Rulebook& book,
                                     int64_t now) {
  auto is_of_the_clock = [](const std::string& id) {
    return id == "C21" || id == "C22" || id == "C23";
  };
  const FindingPast& past = known.past;
  std::vector<Condition> out;
  if (past.standing != "gone") {  // what is gone stands nowhere; what it meant is history
    std::copy_if(known.conditions.begin(), known.conditions.end(), std::back_inserter(out),
                 [&](const Condition& one) { return !is_of_the_clock(one.id); });
  }
  ConditionFacts facts;
  facts.finding = &finding;
  facts.signature = &signature;
  facts.policy.exception = policy.exception;
  facts.policy.act = policy.sla;
  facts.now = now;
  if (is_open(work) && work != Work::kExcepted) {
    TrackingFacts& tracking = facts.tracking.emplace();
    tracking.detected_at = past.returned_at.value_or(past.first_seen);
    if (past.decision && work != Work::kBack) tracking.due = past.decision->due;
  }
  if (past.decision && past.decision->action == Action::kAccept) {
    const Decision& decision = *past.decision;
    facts.exception = ExceptionFacts{decision.owner, decision.approver, decision.reason,
                                     decision.decided_at, decision.until};
  }
  for (Condition& one : claims(judge(facts, book))) {
    bool is_in_progress = one.id == "C21" && work == Work::kInProgress;
    if ((one.id == "C21" && !is_in_progress) || one.id == "C23") out.push_back(std::move(one));
  }
  if (past.removed_at && is_open(work)) {
    out.push_back({"C22", ConditionLevel::kCorrelated,
                   "removed on " + date_of(*past.removed_at) +
                       ", and no event of rotation or revocation is known"});
  }
  std::sort(out.begin(), out.end(),
            [](const Condition& a, const Condition& b) { return a.id < b.id; });
  return out;
}

// Coverage of the sources as they were last looked at, and what failed in the period.
Coverage coverage_of(const Ledger& ledger, const Period& period) {
  std::map<std::string, SourceCoverage> sources;
  Coverage out;
  for (const LedgerRun& run : ledger.runs) {
    for (const LedgerSource& source : run.sources) {
      SourceCoverage& covered = sources[source.name];
      covered.kind = source.kind;
      covered.path = source.name;
      covered.commits = static_cast<uint64_t>(source.commits);
      covered.blobs = static_cast<uint64_t>(source.blobs);
      covered.bytes = static_cast<uint64_t>(source.bytes);
    }
    if (!period.contains(run.started_at)) continue;
    for (const Failure& failure : run.failed) out.failed.push_back(failure);
  }
  for (auto& [name, source] : sources) out.sources.push_back(std::move(source));
  return out;
}

void add_nhis(const Ledger& ledger, Picture& picture) {
  std::map<std::string, PictureNhi> nhis;
  std::map<std::string, std::string> nhi_of;  // of a finding
  for (size_t i = 0; i < picture.known.size(); ++i) {
    const LedgerFinding& known = *picture.known[i];
    // Who could not be told from anybody else is one of its own.
    std::string id = known.past.nhi.empty() ? "finding:" + known.past.id : known.past.nhi;
    nhi_of[known.past.id] = id;
    PictureNhi& nhi = nhis[id];
    if (nhi.findings.empty() || picture.known[nhi.findings.back()]->record < known.record) {
      nhi.whose = known.whose;
    }
    nhi.findings.push_back(i);
  }
  for (const Event& event : ledger.events) {
    auto of_finding = nhi_of.find(event.subject);
    nhis[of_finding == nhi_of.end() ? event.subject : of_finding->second].events.push_back(&event);
  }
  picture.nhi.resize(picture.known.size());
  for (auto& [id, nhi] : nhis) {
    nhi.id = id;
    auto ended = nhi.last({"revoked", "offboarded"});
    nhi.retired = ended && *ended >= nhi.last({"created", "rotated"}).value_or(0);
    for (size_t finding : nhi.findings) picture.nhi[finding] = picture.nhis.size();
    picture.nhis.push_back(std::move(nhi));
  }
}

}  // namespace

const char* name(Work work) {
  static constexpr const char* kNames[] = {"not decided", "in progress",     "overdue",
                                           "excepted",    "exception ended", "back",
                                           "void, not closed", "closed"};
  return kNames[static_cast<int>(work)];
}

std::optional<int64_t> PictureNhi::last(std::initializer_list<const char*> kinds) const {
  std::optional<int64_t> newest;
  for (const Event* event : events) {
    bool fits = std::find(kinds.begin(), kinds.end(), event->what) != kinds.end();
    if (fits) newest = std::max(newest.value_or(event->happened_at), event->happened_at);
  }
  return newest;
}

std::unique_ptr<const Picture> picture_of(const Ledger& ledger, const Period& period,
                                          const Policy& policy, const SignatureSet& names,
                                          std::shared_ptr<const Rulebook> book, Places places) {
  auto out = std::make_unique<Picture>();
  Picture& picture = *out;
  picture.signatures = signatures_of(ledger, names);
  std::map<std::string, uint32_t> index_of;
  for (uint32_t i = 0; i < picture.signatures.size(); ++i) {
    index_of[picture.signatures[i].id] = i;
  }
  for (const auto& [id, finding] : ledger.findings) picture.known.push_back(&finding);
  std::stable_sort(picture.known.begin(), picture.known.end(),
                   [&](const LedgerFinding* a, const LedgerFinding* b) {
                     return a->severity > b->severity;
                   });

  Evidence& evidence = picture.evidence;
  evidence.signatures = &picture.signatures;
  evidence.started_at = period.from;
  evidence.finished_at = period.to;
  evidence.arguments = {"evidence", "pack"};
  evidence.run_id = ledger.store;
  if (!ledger.runs.empty()) evidence.signatures_digest = ledger.runs.back().signatures_digest;
  evidence.coverage = coverage_of(ledger, period);
  MappingCache cache(*book);
  evidence.findings.reserve(picture.known.size());
  for (const LedgerFinding* known : picture.known) {
    Finding& finding = evidence.findings.emplace_back(finding_of(*known, places));
    finding.signature = index_of.at(known->past.signature);
    judge(finding, known->past, period.to);
    Work work = picture.work.emplace_back(work_of(finding, known->past));
    evidence.resolutions.push_back(resolution_of(*known));
    Assessment assessment;
    assessment.conditions =
        conditions_of(*known, finding, picture.signatures[finding.signature], work,
                      policy.of(known->whose.nhi_class), *book, period.to);
    assessment.mappings = cache.of(assessment.conditions);
    evidence.assessments.push_back(std::move(assessment));
  }
  evidence.run_assessment.mappings = cache.of({});
  evidence.rulebook = std::move(book);
  add_nhis(ledger, picture);
  return out;
}

}  // namespace straykey
