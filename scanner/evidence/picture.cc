// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/picture.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "scanner/base/parallel.h"
#include "scanner/base/text.h"

namespace straykey {
namespace {

SignatureSet signatures_of(const Ledger& ledger, const SignatureSet& names) {
  std::set<std::string, std::less<>> wanted;
  std::set<const char*> met;  // shared texts
  for (const LedgerFinding& finding : ledger.findings) {
    if (met.insert(finding.signature.place()).second) wanted.emplace(finding.signature);
  }
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

// A key has two bits for each of what is judged again: 0 where it does not hold, else one more
// than its level.
constexpr uint32_t kOwnerKnown = 1 << 10, kGone = 1 << 11;

bool is_of_the_owner(const std::string& id) { return id == "C08" || id == "C10"; }
bool is_of_the_clock(const std::string& id) {
  return id == "C21" || id == "C22" || id == "C23";
}

// Whether the last run's word on a condition still stands. What is gone stands nowhere: what it
// meant there is history. An owner that the register has by now goes before that of the run.
bool is_kept(const std::string& id, uint32_t key) {
  if (is_of_the_clock(id) || (key & kGone)) return false;
  return !(is_of_the_owner(id) && (key & kOwnerKnown));
}

// Gives the facts that judge_again() asks for; one for all findings, for they are many.
class Judge {
 public:
  Judge(const Policy& policy, const Rulebook& book, int64_t now) : policy_(policy), book_(book) {
    facts_.now = now;
    facts_.finding = &finding_;
    facts_.places.resize(1);
    facts_.places[0].occurrence = &place_;
    facts_.with_reasons = false;
  }

  Again judge(const LedgerFinding& known, const PictureNhi& nhi, const Course& course,
              bool with_reasons) {
    finding_.severity = known.severity;
    finding_.at_tip = course.at_tip;
    finding_.last_seen = known.removed_at;
    place_.presence = course.at_tip ? Presence::kTip : Presence::kHistory;
    facts_.with_reasons = with_reasons;
    const ClassPolicy& terms = policy_.of(nhi.whose.nhi_class);
    facts_.policy = limits_of(terms);
    facts_.tracking = tracking_of(course, *facts_.now);
    facts_.exception = exception_of(course);
    facts_.owner.reset();
    facts_.entry.reset();
    if (const auto* entry = nhi.known->entry.get()) {
      if (!entry->owner.empty()) {
        facts_.owner = OwnerFacts{std::string(nhi.whose.owner), false, nhi.whose.left};
      }
      facts_.entry = RegisterFacts();
      facts_.entry->nhi = std::string(entry->name.empty() ? nhi.id() : entry->name);
      if (entry->status == NhiStatus::kActive) {
        facts_.entry->status = RegisterFacts::Status::kActive;
      }
      facts_.entry->last_rotated = entry->last_rotated;
    }
    return judge_again(facts_, book_);
  }

  uint32_t key(const LedgerFinding& known, const PictureNhi& nhi, const Course& course) {
    uint32_t out = known.standing == Standing::kGone ? kGone : 0;
    if (nhi.is_owned_by_register) out |= kOwnerKnown;
    const Again again = judge(known, nhi, course, false);
    for (size_t i = 0; i < again.size(); ++i) {
      if (again[i].verdict != Verdict::kHolds) continue;
      out |= (static_cast<uint32_t>(again[i].level) + 1) << (2 * i);
    }
    return out;
  }

 private:
  const Policy& policy_;
  const Rulebook& book_;
  Finding finding_;
  Occurrence place_;
  ConditionFacts facts_;
};

class Meanings {
 public:
  Meanings(const Rulebook& book, std::vector<std::unique_ptr<const Meaning>>& out)
      : book_(book), out_(out) {}

  // May be called by several threads.
  const Meaning* of(const ConditionLevels* noted, uint32_t key) {
    std::lock_guard one_at_a_time(lock_);
    const Meaning*& known = known_[{noted, key}];
    if (!known) known = make(*noted, key);
    return known;
  }

 private:
  const Meaning* make(const ConditionLevels& noted, uint32_t key) {
    auto out = std::make_unique<Meaning>();
    for (const auto& [id, level] : noted) {
      if (is_kept(id, key)) out->conditions.push_back({id, level, ""});
    }
    for (size_t i = 0; i < std::size(kJudgedAgain); ++i) {
      const uint32_t level = key >> (2 * i) & 3;
      bool is_there = std::any_of(out->conditions.begin(), out->conditions.end(),
                                  [&](const Condition& one) { return one.id == kJudgedAgain[i]; });
      if (level == 0 || is_there) continue;
      out->conditions.push_back({kJudgedAgain[i], static_cast<ConditionLevel>(level - 1), ""});
    }
    std::sort(out->conditions.begin(), out->conditions.end(),
              [](const Condition& a, const Condition& b) { return a.id < b.id; });
    out->mappings =
        std::make_shared<const std::vector<Mapping>>(mappings(out->conditions, book_));
    for (const Condition& one : out->conditions) out->ids.push_back(one.id);
    out->risks = primary_ids(*out->mappings, kRisks);
    out->controls = primary_ids(*out->mappings, kControls);
    for (const Mapping& one : *out->mappings) {
      const bool is_control =
          one.framework->id == kControls && one.id->kind != IdKind::kRequirement;
      if (is_control && one.relation != Relation::kPrimary) {
        out->related_controls.push_back(one.id->id);
      }
    }
    out_.push_back(std::move(out));
    return out_.back().get();
  }

  const Rulebook& book_;
  std::vector<std::unique_ptr<const Meaning>>& out_;
  std::mutex lock_;
  std::map<std::pair<const ConditionLevels*, uint32_t>, const Meaning*> known_;
};

bool has_left(const Ledger& ledger, ByteView owner) {
  if (owner.starts_with('@')) owner.remove_prefix(1);
  auto person = ledger.has_left.find(lower(owner));
  return person != ledger.has_left.end() && person->second;
}

// What the register says goes before what the last run resolved.
void ask_register(const Ledger& ledger, PictureNhi& nhi) {
  const LedgerNhi::Entry* entry = nhi.known->entry.get();
  if (!entry) return;
  LedgerOwner& whose = nhi.whose;
  whose.registered = entry->registered;
  if (!entry->name.empty()) whose.name = entry->name;
  if (!entry->environment.empty()) whose.environment = entry->environment;
  if (!entry->supplier.empty()) whose.supplier = entry->supplier;
  if (entry->nhi_class != NhiClass::kUnknown) whose.nhi_class = entry->nhi_class;
  if (entry->owner.empty()) return;
  nhi.is_owned_by_register = true;
  whose.owner = entry->owner;
  whose.owner_kind = entry->owner_kind;
  whose.resolved_by = entry->says;
  whose.attested = entry->attested;
  whose.suggested = false;
  whose.left = has_left(ledger, entry->owner);
}

bool is_retired(const PictureNhi& nhi) {
  const LedgerNhi::Entry* entry = nhi.known->entry.get();
  if (entry && (entry->status == NhiStatus::kRevoked || entry->status == NhiStatus::kDeleted)) {
    return true;
  }
  auto ended = nhi.last({"revoked", "offboarded"});
  return ended && *ended >= nhi.last({"created", "rotated"}).value_or(0);
}

// The findings that the picture is of, each with the place of its NHI.
void add_nhis(const Ledger& ledger, Picture& picture, Order order) {
  picture.nhis.resize(ledger.nhis.size());
  for (size_t i = 0; i < ledger.nhis.size(); ++i) picture.nhis[i].known = &ledger.nhis[i];
  std::vector<int64_t> newest(ledger.nhis.size());
  for (uint32_t i = 0; i < picture.findings.size(); ++i) {
    const LedgerFinding& known = *picture.findings[i].known;
    PictureNhi& nhi = picture.nhis[known.nhi];
    picture.findings[i].nhi = known.nhi;
    if (order == Order::kShown) nhi.findings.push_back(i);
    nhi.is_met = true;
    if (known.record < newest[known.nhi]) continue;
    newest[known.nhi] = known.record;
    nhi.whose = *known.whose;
  }
  for (const Event& event : ledger.events) {
    const LedgerFinding* finding = ledger.finding(event.subject);
    const uint32_t nhi = finding ? finding->nhi : *ledger.nhi_number(event.subject);
    picture.nhis[nhi].events.push_back(&event);
    picture.nhis[nhi].is_met = true;
  }
  for (PictureNhi& nhi : picture.nhis) {
    if (nhi.known->entry) nhi.is_met = true;
    ask_register(ledger, nhi);
    nhi.retired = is_retired(nhi);
  }
}

// The gravest first, then by id. A key holds how an id begins: to look at findings themselves
// would be to look all over the memory.
void order_findings(Picture& picture) {
  struct Key {
    uint64_t begin = 0;
    uint32_t place = 0;
    Severity severity = Severity::kInfo;
  };
  std::vector<Key> keys;
  keys.reserve(picture.findings.size());
  for (uint32_t i = 0; i < picture.findings.size(); ++i) {
    const LedgerFinding& known = *picture.findings[i].known;
    const ByteView id = known.id;
    uint64_t begin = 0;
    for (size_t at = 0; at < sizeof begin; ++at) {
      begin = begin << 8 | (at < id.size() ? static_cast<uint8_t>(id[at]) : 0);
    }
    keys.push_back({begin, i, known.severity});
  }
  std::sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    if (a.severity != b.severity) return a.severity > b.severity;
    if (a.begin != b.begin) return a.begin < b.begin;
    return picture.findings[a.place].known->id < picture.findings[b.place].known->id;
  });
  std::vector<PictureFinding> ordered;
  ordered.reserve(keys.size());
  for (const Key& key : keys) ordered.push_back(picture.findings[key.place]);
  picture.findings = std::move(ordered);
}

// Leaves out what turned out to be another one, and orders the others.
void order_nhis(Picture& picture) {
  std::vector<uint32_t> order;
  for (uint32_t i = 0; i < picture.nhis.size(); ++i) {
    if (picture.nhis[i].is_met) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return picture.nhis[a].id() < picture.nhis[b].id();
  });
  std::vector<PictureNhi> ordered;
  ordered.reserve(order.size());
  for (uint32_t i : order) ordered.push_back(std::move(picture.nhis[i]));
  picture.nhis = std::move(ordered);
  for (uint32_t i = 0; i < picture.nhis.size(); ++i) {
    for (uint32_t finding : picture.nhis[i].findings) picture.findings[finding].nhi = i;
  }
}

Resolution resolution_of(const PictureNhi& nhi, const LedgerOwner& whose) {
  Resolution out;
  out.nhi_id = nhi.id().starts_with("finding:") ? ByteView() : nhi.id();
  out.name = whose.name;
  out.owner = whose.owner;
  out.owner_kind = whose.owner_kind;
  out.resolved_by = whose.resolved_by;
  out.registered = whose.registered;
  out.owner_attested = whose.attested;
  out.owner_suggested = whose.suggested;
  out.owner_left = whose.left;
  out.environment = whose.environment;
  out.supplier = whose.supplier;
  return out;
}

}  // namespace

Coverage coverage_of(const Ledger& ledger, const Period& period) {
  std::map<ByteView, SourceCoverage> sources;
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

std::optional<int64_t> PictureNhi::last(std::initializer_list<const char*> kinds) const {
  std::optional<int64_t> newest;
  for (const Event* event : events) {
    bool fits = std::find(kinds.begin(), kinds.end(), event->what) != kinds.end();
    if (fits) newest = std::max(newest.value_or(event->happened_at), event->happened_at);
  }
  return newest;
}

std::optional<int64_t> PictureNhi::last_created() const {
  auto event = last({"created"});
  return known->entry ? std::max(event, known->entry->created) : event;
}

std::optional<int64_t> PictureNhi::last_rotated() const {
  auto event = last({"rotated"});
  return known->entry ? std::max(event, known->entry->last_rotated) : event;
}

const LedgerOwner& Picture::whose(const PictureFinding& finding) const {
  const PictureNhi& of = nhis[finding.nhi];
  return of.is_owned_by_register ? of.whose : *finding.known->whose;
}

std::unique_ptr<const Picture> picture_of(const Ledger& ledger, const Period& period,
                                          const Policy& policy, const SignatureSet& names,
                                          std::shared_ptr<const Rulebook> book, Order order) {
  auto out = std::make_unique<Picture>();
  Picture& picture = *out;
  picture.period = period;
  picture.rulebook = std::move(book);
  picture.findings.reserve(ledger.findings.size());
  for (const LedgerFinding& finding : ledger.findings) {
    picture.findings.push_back({&finding, nullptr, 0, Work::kUndecided});
  }
  if (order == Order::kShown) {
    picture.signatures = signatures_of(ledger, names);
    for (uint32_t i = 0; i < picture.signatures.size(); ++i) {
      picture.signature_index[picture.signatures[i].id] = i;
    }
    order_findings(picture);
  }
  add_nhis(ledger, picture, order);
  Meanings meanings(*picture.rulebook, picture.meanings);
  in_parts(picture.findings.size(), cores(), [&](size_t, size_t begin, size_t end) {
    Judge judge(policy, *picture.rulebook, period.to);
    std::map<std::pair<const ConditionLevels*, uint32_t>, const Meaning*> met;
    for (size_t i = begin; i < end; ++i) {
      PictureFinding& finding = picture.findings[i];
      const LedgerFinding& known = *finding.known;
      const Course course = course_of(ledger, known);
      finding.work = work_of(course, period.to);
      const uint32_t key = judge.key(known, picture.nhis[finding.nhi], course);
      const Meaning*& meaning = met[{known.conditions, key}];
      if (!meaning) meaning = meanings.of(known.conditions, key);
      finding.meaning = meaning;
    }
  });
  if (order == Order::kShown) order_nhis(picture);
  return out;
}

std::vector<Condition> reasons_of(const Ledger& ledger, const Picture& picture,
                                  const PictureFinding& finding, const FindingDetails& details,
                                  const Policy& policy) {
  std::map<std::string, std::string> because;
  for (const Condition& one : details.conditions) because[one.id] = one.because;
  Judge judge(policy, *picture.rulebook, picture.period.to);
  for (const Judgement& one : judge.judge(*finding.known, picture.nhis[finding.nhi],
                                          course_of(ledger, *finding.known), true)) {
    if (one.verdict == Verdict::kHolds) because[one.condition] = one.because;
  }
  std::vector<Condition> out = finding.meaning->conditions;
  for (Condition& one : out) one.because = because[one.id];
  return out;
}

Result<Evidence> excerpt(Connection& connection, const Ledger& ledger, const Picture& picture,
                         const Policy& policy, size_t most) {
  Evidence out;
  out.signatures = &picture.signatures;
  out.started_at = picture.period.from;
  out.finished_at = picture.period.to;
  out.arguments = {"evidence", "pack"};
  out.run_id = ledger.store;
  if (!ledger.runs.empty()) out.signatures_digest = ledger.runs.back().signatures_digest;
  out.coverage = coverage_of(ledger, picture.period);
  out.rulebook = picture.rulebook;
  out.run_assessment.mappings = std::make_shared<const std::vector<Mapping>>();
  for (size_t i = 0; i < std::min(most, picture.findings.size()); ++i) {
    const PictureFinding& of = picture.findings[i];
    const LedgerFinding& known = *of.known;
    auto details = read_details(connection, known);
    if (!details) return details.error();
    Assessment assessment{reasons_of(ledger, picture, of, *details, policy),
                          of.meaning->mappings};
    Finding finding;
    finding.id = known.id;
    finding.signature = picture.signature_index.find(known.signature)->second;
    finding.severity = known.severity;
    finding.confidence = known.confidence;
    finding.structure = known.structure;
    finding.redacted = known.redacted;
    finding.length = details->length;
    finding.attributes = std::move(details->attributes);
    finding.encoding = std::move(details->encoding);
    finding.first_seen = known.committed_at;
    finding.at_tip = known.standing == Standing::kTip;
    finding.occurrences = std::move(details->occurrences);
    if (finding.occurrences.empty()) finding.occurrences.emplace_back();
    if (known.standing == Standing::kGone) {
      for (Occurrence& place : finding.occurrences) place.presence = Presence::kHistory;
    }
    judge(finding, course_of(ledger, known), picture.period.to);
    out.findings.push_back(std::move(finding));
    out.resolutions.push_back(resolution_of(picture.nhis[of.nhi], picture.whose(of)));
    out.assessments.push_back(std::move(assessment));
  }
  return out;
}

}  // namespace straykey
