// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "scanner/base/text.h"
#include "scanner/base/time.h"
#include "scanner/signature/signature_set.h"

namespace straykey {
namespace {

using enum ConditionLevel;

constexpr int64_t kDay = 24 * 60 * 60;
constexpr size_t kShortCommit = 10;  // hex digits

// What one condition's function gives; judge() puts the id to it.
Judgement holds(ConditionLevel level, std::string because) {
  return {"", Verdict::kHolds, level, std::move(because)};
}
// Likewise, when somebody wants to know why.
template <class Tell>
Judgement holds(ConditionLevel level, const ConditionFacts& facts, Tell because) {
  return holds(level, facts.with_reasons ? because() : std::string());
}
Judgement holds_not() { return {"", Verdict::kHoldsNot, kDirect, ""}; }
Judgement unknown(std::string missing) {
  return {"", Verdict::kUnknown, kDirect, std::move(missing)};
}

std::string date(int64_t seconds) {
  std::string time = iso_time(seconds);
  return time.substr(0, time.find('T'));
}

bool any_glob(const std::vector<std::string>& globs, ByteView text) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return glob_match(glob, text); });
}

bool contains(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// "services/a.env:3", "the message of a commit".
std::string place_of(const Occurrence& occurrence) {
  std::string path = occurrence.path;
  if (path.empty()) path = occurrence.object == "stream" ? "stdin" : "a " + occurrence.object;
  return path + ":" + std::to_string(occurrence.position.line);
}

bool is_reachable(const Occurrence& occurrence) {
  return occurrence.presence != Presence::kUnreachable;
}

bool is_seen_today(const Occurrence& occurrence) {
  return is_reachable(occurrence) && occurrence.presence != Presence::kHistory;
}

// The place that is best shown for something: one that can be opened today, else the first.
template <class Test>
const PlaceFacts* best_place(const ConditionFacts& facts, Test test) {
  const PlaceFacts* found = nullptr;
  for (const PlaceFacts& place : facts.places) {
    if (!is_reachable(*place.occurrence) || !test(place)) continue;
    if (is_seen_today(*place.occurrence)) return &place;
    if (!found) found = &place;
  }
  return found;
}

const PlaceFacts* place_of_class(const ConditionFacts& facts, const char* name) {
  return best_place(facts, [&](const PlaceFacts& place) { return place.classes.contains(name); });
}

std::string word(Severity severity) { return name(severity); }

// Whether a mark fits the finding; tells by what in `because`.
bool fits(const KindRules::Mark& mark, const ConditionFacts& facts, std::string& because) {
  if (!mark.signatures.empty() && !any_glob(mark.signatures, facts.signature->id)) return false;
  if (mark.attribute.empty()) {
    because = fmt::format("of the kind {}", facts.signature->id);
    return true;
  }
  for (const auto& [attribute, value] : facts.finding->attributes) {
    if (attribute != mark.attribute) continue;
    bool is_meant = std::any_of(
        mark.values.begin(), mark.values.end(),
        [&, text = lower(value)](const std::string& glob) { return glob_match(lower(glob), text); });
    if (is_meant) {
      because = fmt::format("its {} is '{}'", attribute, value);
      return true;
    }
  }
  return false;
}

bool is_private_key(const ConditionFacts& facts, const Rulebook& book) {
  return any_glob(book.kinds.private_key, facts.signature->id);
}

Judgement in_content(const ConditionFacts& facts, const Rulebook&) {
  const PlaceFacts* place = best_place(facts, [](const PlaceFacts&) { return true; });
  if (!place) return holds_not();
  return holds(kDirect, fmt::format("it stands in {}", place_of(*place->occurrence)));
}

// The last place of what stands in history only; else null.
const Occurrence* last_in_history(const ConditionFacts& facts) {
  const Occurrence* last = nullptr;
  for (const PlaceFacts& place : facts.places) {
    if (is_seen_today(*place.occurrence)) return nullptr;
    if (is_reachable(*place.occurrence)) last = place.occurrence;
  }
  return last;
}

Judgement only_in_history(const ConditionFacts& facts, const Rulebook&) {
  const Occurrence* last = last_in_history(facts);
  if (!last) return holds_not();
  std::string because = "no branch tip, index or file holds it";
  if (!last->commit.empty()) {
    because += fmt::format("; commit {} does", last->commit.substr(0, kShortCommit));
  }
  return holds(kDirect, because);
}

Judgement long_lived(const ConditionFacts& facts, const Rulebook&) {
  bool knows_any = false;
  auto days = [](int64_t from, int64_t to) { return to > from ? (to - from) / kDay : 0; };
  const Finding& finding = *facts.finding;
  if (finding.first_seen && finding.last_seen) {
    knows_any = true;
    // A tag, the message of a commit and what a branch's tip has are read to this day. Without a
    // clock only what the commits say is said.
    const bool is_open = !finding.removed_at && facts.now;
    const int64_t end =
        is_open ? *facts.now : std::max(*finding.last_seen, finding.removed_at.value_or(0));
    if (days(*finding.first_seen, end) > facts.policy.exposure) {
      return holds(kDirect, fmt::format("exposed since {}, {} days {}; the policy allows {}",
                                        date(*finding.first_seen), days(*finding.first_seen, end),
                                        is_open ? "until now" : "until " + date(end),
                                        facts.policy.exposure));
    }
  }
  const CredentialFacts& credential = facts.credential;
  if (credential.never_expires) return holds(kDirect, "it has no end, and its kind can have one");
  if (credential.issued && credential.expires) {
    knows_any = true;
    int64_t life = days(*credential.issued, *credential.expires);
    if (life > facts.policy.lifetime) {
      return holds(kDirect, fmt::format("valid from {} to {}, {} days; the policy allows {}",
                                        date(*credential.issued), date(*credential.expires), life,
                                        facts.policy.lifetime));
    }
  }
  if (facts.entry && facts.now) {
    std::optional<int64_t> since =
        facts.entry->last_rotated ? facts.entry->last_rotated : facts.entry->created;
    if (since) {
      knows_any = true;
      if (days(*since, *facts.now) > facts.policy.lifetime) {
        return holds(kCorrelated,
                     fmt::format("the register says that it was {} on {}, {} days ago; the policy "
                                 "allows {}",
                                 facts.entry->last_rotated ? "last rotated" : "created",
                                 date(*since), days(*since, *facts.now), facts.policy.lifetime));
      }
    }
  }
  return knows_any ? holds_not() : unknown("dates of commits, of the credential or of the register");
}

// Repositories that share a commit which holds the secret are copies of one another.
Judgement reused(const ConditionFacts& facts, const Rulebook&) {
  std::map<std::string, std::string> leader;      // repository -> one of its group
  std::map<std::string, std::string> by_commit;   // commit -> the first repository with it
  std::map<std::string, std::set<std::string>> components;
  auto lead = [&](std::string repository) {
    while (leader[repository] != repository) repository = leader[repository];
    return repository;
  };
  for (const PlaceFacts& place : facts.places) {
    const Occurrence& occurrence = *place.occurrence;
    if (!is_reachable(occurrence)) continue;
    if (!place.component.empty()) components[occurrence.repository].insert(place.component);
    if (occurrence.repository.empty()) continue;
    leader.emplace(occurrence.repository, occurrence.repository);
    if (occurrence.commit.empty()) continue;
    auto [first, is_new] = by_commit.emplace(occurrence.commit, occurrence.repository);
    if (!is_new) leader[lead(occurrence.repository)] = lead(first->second);
  }
  std::set<std::string> groups;
  for (const auto& [repository, ignored] : leader) groups.insert(lead(repository));
  if (groups.size() > 1) {
    return holds(kDirect, fmt::format("it stands in {} repositories that share no commit with it: "
                                      "{} and {}{}",
                                      groups.size(), *groups.begin(), *std::next(groups.begin()),
                                      groups.size() > 2 ? " first" : ""));
  }
  for (const auto& [repository, names] : components) {
    if (names.size() > 1) {
      return holds(kInferred, fmt::format("it stands in {} components: {} and {}{}", names.size(),
                                          *names.begin(), *std::next(names.begin()),
                                          names.size() > 2 ? " first" : ""));
    }
  }
  return holds_not();
}

Judgement several_environments(const ConditionFacts& facts, const Rulebook&) {
  std::map<std::string, const Occurrence*> first;
  for (const PlaceFacts& place : facts.places) {
    if (place.environment && is_reachable(*place.occurrence)) {
      first.emplace(place.environment->name, place.occurrence);
    }
  }
  if (first.size() < 2) return holds_not();
  auto one = first.begin(), other = std::next(one);
  return holds(kInferred,
               fmt::format("{} is of {}, {} of {}", place_of(*one->second), one->first,
                           place_of(*other->second), other->first));
}

Judgement production_elsewhere(const ConditionFacts& facts, const Rulebook& book) {
  std::string mark;
  if (any_glob(book.kinds.production, facts.signature->id)) {
    mark = fmt::format("{} is a kind of production", facts.signature->id);
  } else if (facts.entry) {
    const PlaceRules::Environment* its = book.places.named(facts.entry->environment);
    if (its && its->production) {
      mark = fmt::format("the register has {} in {}", facts.entry->nhi, its->name);
    }
  }
  if (mark.empty()) return holds_not();
  const PlaceFacts* place = best_place(facts, [](const PlaceFacts& one) {
    return one.environment ? !one.environment->production : one.classes.contains("test");
  });
  if (!place) return holds_not();
  return holds(kInferred, fmt::format("{}, and {} is of {}", mark, place_of(*place->occurrence),
                                      place->environment ? place->environment->name : "tests"));
}

Judgement in_deployment(const ConditionFacts& facts, const Rulebook& book) {
  const PlaceFacts* place = place_of_class(facts, "deployment");
  if (!place) return holds_not();
  return holds(kDirect, fmt::format("{} is {}", place_of(*place->occurrence),
                                    book.places.title("deployment")));
}

Judgement owner_left(const ConditionFacts& facts, const Rulebook&) {
  if (!facts.owner || facts.owner->owner.empty()) return unknown("a resolved owner");
  if (!facts.owner->left) return unknown("a roster");
  if (!*facts.owner->left) return holds_not();
  return holds(kCorrelated, facts, [&] {
    return fmt::format("its owner, {}, is not active in the roster", facts.owner->owner);
  });
}

Judgement gone_or_unused(const ConditionFacts& facts, const Rulebook&) {
  using Status = RegisterFacts::Status;
  if (!facts.entry) return unknown("an entry of the register");
  const RegisterFacts& entry = *facts.entry;
  auto says = [&](const std::string& what) {
    return holds(kCorrelated, fmt::format("the register says that {} {}", entry.nhi, what));
  };
  switch (entry.status) {
    case Status::kInactive: return says("is inactive");
    case Status::kRevoked: return says("is revoked");
    case Status::kDeleted: return says("is deleted");
    case Status::kActive:
    case Status::kUnknown: break;
  }
  if (facts.now && entry.expires && *entry.expires < *facts.now) {
    return says("has expired on " + date(*entry.expires));
  }
  if (facts.now && entry.last_used && *facts.now - *entry.last_used > facts.policy.unused * kDay) {
    return says(fmt::format("was last used on {}; the policy allows {} days", date(*entry.last_used),
                            facts.policy.unused));
  }
  if (entry.status == Status::kUnknown && !entry.last_used) {
    return unknown("a status or a last use in the register");
  }
  return holds_not();
}

Judgement no_owner(const ConditionFacts& facts, const Rulebook&) {
  if (!facts.owner) return unknown("resolvers");
  if (facts.owner->owner.empty()) return holds(kDirect, "no resolver could name an owner");
  if (facts.owner->suggested) {
    return holds(kInferred, fmt::format("history suggests {}, and nobody has confirmed it",
                                        facts.owner->owner));
  }
  return holds_not();
}

Judgement overprivileged(const ConditionFacts& facts, const Rulebook& book) {
  if (facts.entry && !facts.entry->privileges.empty()) {
    return holds(kCorrelated, fmt::format("the register says that {} has {}", facts.entry->nhi,
                                          facts.entry->privileges.front()));
  }
  std::string because;
  for (const KindRules::Mark& mark : book.kinds.privileged) {
    if (fits(mark, facts, because)) return holds(kInferred, because);
  }
  return holds_not();
}

Judgement weak_method(const ConditionFacts& facts, const Rulebook& book) {
  std::string by;
  for (const KindRules::Mark& mark : book.kinds.weak) {
    if (fits(mark, facts, by)) return holds(kDirect, fmt::format("{}: {}", by, mark.because));
  }
  return holds_not();
}

Judgement private_key(const ConditionFacts& facts, const Rulebook& book) {
  if (!is_private_key(facts, book)) return holds_not();
  std::string because = fmt::format("of the kind {}", facts.signature->id);
  if (facts.finding->structure == Structure::kValid) because += ", and its structure is valid";
  return holds(kDirect, because);
}

Judgement weak_key(const ConditionFacts& facts, const Rulebook& book) {
  const CredentialFacts& credential = facts.credential;
  if (credential.key_type.empty() && !credential.key_bits && !is_private_key(facts, book)) {
    return holds_not();  // no key
  }
  std::string type = lower(credential.key_type);
  if (type.find("dss") != std::string::npos || type == "dsa") {
    return holds(kDirect, fmt::format("its type is {}", credential.key_type));
  }
  bool is_rsa = type.empty() || type.find("rsa") != std::string::npos;
  if (is_rsa && credential.key_bits && *credential.key_bits < facts.policy.rsa_bits) {
    return holds(kDirect, fmt::format("it has {} bits; the policy wants {}", *credential.key_bits,
                                      facts.policy.rsa_bits));
  }
  if (facts.now && credential.expires && *credential.expires < *facts.now &&
      facts.finding->at_tip) {
    return holds(kDirect, fmt::format("it has ended on {} and still stands in {}",
                                      date(*credential.expires),
                                      place_of(*facts.places.front().occurrence)));
  }
  bool is_judged = credential.key_bits || credential.expires || (!type.empty() && !is_rsa);
  return is_judged ? holds_not() : unknown("the size of the key, or its end");
}

Judgement third_party(const ConditionFacts& facts, const Rulebook& book) {
  const std::string& provider = facts.signature->provider;
  if (provider.empty() || contains(book.kinds.no_company, provider)) return holds_not();
  return holds(kInferred, fmt::format("its provider, {}, is another company", provider));
}

Judgement human_and_automation(const ConditionFacts& facts, const Rulebook& book) {
  PrincipalClass principal = facts.credential.principal;
  if (principal == PrincipalClass::kUnknown) return unknown("whether a person or a service holds it");
  bool is_human = principal == PrincipalClass::kHuman;
  const char* elsewhere = is_human ? "automation" : "personal";
  const PlaceFacts* place = place_of_class(facts, elsewhere);
  if (!place) return holds_not();
  return holds(kInferred, fmt::format("it is of a {}, and {} is {}", is_human ? "person" : "service",
                                      place_of(*place->occurrence), book.places.title(elsewhere)));
}

bool is_robot(const std::string& email) {
  return email.find("[bot]") != std::string::npos || email.starts_with("noreply@");
}

Judgement shared(const ConditionFacts& facts, const Rulebook&) {
  std::set<std::string> people;
  for (const PlaceFacts& place : facts.places) {
    std::string email = lower(place.occurrence->author_email);
    if (!email.empty() && !is_robot(email)) people.insert(email);
  }
  if (people.empty()) return unknown("authors of commits");
  if (people.size() < facts.policy.shared_by) return holds_not();
  return holds(kInferred, fmt::format("{} people have committed it", people.size()));
}

Judgement in_output(const ConditionFacts& facts, const Rulebook& book) {
  for (const char* kind : {"log", "dump", "backup", "notebook", "export"}) {
    if (const PlaceFacts* place = place_of_class(facts, kind)) {
      return holds(kDirect,
                   fmt::format("{} is {}", place_of(*place->occurrence), book.places.title(kind)));
    }
  }
  return holds_not();
}

Judgement in_tests(const ConditionFacts& facts, const Rulebook& book) {
  const PlaceFacts* place = place_of_class(facts, "test");
  bool is_placeholder = facts.finding->confidence == Confidence::kLow ||
                        facts.finding->structure == Structure::kInvalid;
  if (!place || is_placeholder) return holds_not();
  return holds(kDirect,
               fmt::format("{} is {}", place_of(*place->occurrence), book.places.title("test")));
}

Judgement readable_by_others(const ConditionFacts& facts, const Rulebook& book) {
  constexpr uint32_t kReadableByOthers = 0044;  // by the group or by anyone
  bool knows_any = false;
  for (const PlaceFacts& place : facts.places) {
    if (!place.mode) continue;
    knows_any = true;
    bool is_key_file = place.classes.contains("key-file") || is_private_key(facts, book);
    if (is_key_file && (*place.mode & kReadableByOthers)) {
      return holds(kDirect, fmt::format("{} has the mode {:04o}", place.occurrence->path, *place.mode));
    }
  }
  return knows_any ? holds_not() : unknown("modes of files");
}

Judgement overdue(const ConditionFacts& facts, const Rulebook&) {
  if (!facts.tracking || !facts.now) return unknown("a store");
  const TrackingFacts& tracking = *facts.tracking;
  if (tracking.acted_at) return holds_not();
  if (tracking.due && *tracking.due < *facts.now) {
    return holds(kDirect, facts,
                 [&] { return fmt::format("its treatment was due on {}", date(*tracking.due)); });
  }
  uint32_t allowed = facts.policy.act[static_cast<size_t>(facts.finding->severity)];
  int64_t age = (*facts.now - tracking.detected_at) / kDay;
  if (age <= allowed) return holds_not();
  return holds(kDirect, facts, [&] {
    return fmt::format("known since {}, {} days; the policy allows {} for {}",
                       date(tracking.detected_at), age, allowed, word(facts.finding->severity));
  });
}

Judgement no_proof_of_rotation(const ConditionFacts& facts, const Rulebook&) {
  if (!last_in_history(facts)) return holds_not();
  // What somebody did and can show goes before an older word of the register.
  if (facts.tracking && facts.tracking->acted_at) return holds_not();
  if (facts.entry && facts.entry->status == RegisterFacts::Status::kActive) {
    const std::optional<int64_t>& rotated = facts.entry->last_rotated;
    bool is_rotated_since = rotated && facts.finding->last_seen && *rotated >= *facts.finding->last_seen;
    if (!is_rotated_since) {
      return holds(kCorrelated, facts, [&] {
        return fmt::format("the register has {} as active, and not rotated since",
                           facts.entry->nhi);
      });
    }
    return holds_not();
  }
  if (!facts.tracking) return unknown("a store or an entry of the register");
  return holds(kCorrelated, facts,
               [] { return std::string("no event of rotation or revocation is known"); });
}

Judgement bad_exception(const ConditionFacts& facts, const Rulebook&) {
  if (!facts.exception) return holds_not();
  const ExceptionFacts& exception = *facts.exception;
  for (auto [what, value] : {std::pair("owner", &exception.owner),
                             std::pair("approver", &exception.approver),
                             std::pair("reason", &exception.reason)}) {
    if (value->empty()) return holds(kDirect, fmt::format("its exception has no {}", what));
  }
  if (!exception.expires) return holds(kDirect, "its exception has no end");
  if ((*exception.expires - exception.made_at) / kDay > facts.policy.exception) {
    return holds(kDirect, fmt::format("its exception runs from {} to {}; the policy allows {} days",
                                      date(exception.made_at), date(*exception.expires),
                                      facts.policy.exception));
  }
  if (!facts.now) return unknown("the time of the run");
  if (*exception.expires < *facts.now) {
    return holds(kDirect, fmt::format("its exception has ended on {}", date(*exception.expires)));
  }
  return holds_not();
}

Judgement of_ai(const ConditionFacts& facts, const Rulebook& book) {
  bool is_ai = contains(book.kinds.ai_providers, facts.signature->provider) ||
               any_glob(book.kinds.ai, facts.signature->id);
  if (!is_ai) return holds_not();
  return holds(kDirect, fmt::format("{} is of a provider of models or agents", facts.signature->id));
}

// What a scan leaves out because it was told to, or because it is no content.
bool is_on_purpose(const std::string& reason) {
  static const std::set<std::string> kReasons = {
      "excluded by configuration", "ignored by .gitignore", "symbolic link", "special file",
      "nested repository", "repository checked in as files"};
  return kReasons.contains(reason);
}

Judgement coverage_gap(const RunFacts& facts) {
  if (!facts.missed.empty()) {
    return holds(kDirect, fmt::format("{} planned run{} did not take place, first {}",
                                      facts.missed.size(), facts.missed.size() == 1 ? "" : "s",
                                      facts.missed.front()));
  }
  if (!facts.coverage) return unknown("a run");
  const Coverage& coverage = *facts.coverage;
  if (coverage.interrupted) return holds(kDirect, "the run was interrupted");
  if (!coverage.failed.empty()) {
    return holds(kDirect, fmt::format("{} could not be read, first {}: {}", coverage.failed.size(),
                                      coverage.failed.front().where,
                                      coverage.failed.front().reason));
  }
  for (const auto& [reason, what] : coverage.left_out) {
    if (is_on_purpose(reason)) continue;
    return holds(kDirect, fmt::format("left out: {} {}{}", reason, what.count,
                                      what.examples.empty() ? "" : ", first " + what.examples[0]));
  }
  for (const SourceCoverage& source : coverage.sources) {
    if (source.shallow_commits > 0) {
      return holds(kDirect, fmt::format("{} is a shallow clone", source.path));
    }
  }
  return holds_not();
}

Judgement integrity_failure(const RunFacts& facts) {
  if (!facts.faults) return unknown("a verification");
  if (facts.faults->empty()) return holds_not();
  return holds(kDirect, facts.faults->front());
}

}  // namespace

std::vector<Judgement> judge(const ConditionFacts& facts, const Rulebook& book) {
  using Function = Judgement (*)(const ConditionFacts&, const Rulebook&);
  static constexpr std::pair<const char*, Function> kFunctions[] = {
      {"C01", in_content},       {"C02", only_in_history},
      {"C03", long_lived},       {"C04", reused},
      {"C05", several_environments}, {"C06", production_elsewhere},
      {"C07", in_deployment},    {"C08", owner_left},
      {"C09", gone_or_unused},   {"C10", no_owner},
      {"C11", overprivileged},   {"C12", weak_method},
      {"C13", private_key},      {"C14", weak_key},
      {"C15", third_party},      {"C16", human_and_automation},
      {"C17", shared},           {"C18", in_output},
      {"C19", in_tests},         {"C20", readable_by_others},
      {"C21", overdue},          {"C22", no_proof_of_rotation},
      {"C23", bad_exception},    {"C26", of_ai},
  };
  std::vector<Judgement> out;
  for (auto [id, function] : kFunctions) {
    out.push_back(function(facts, book));
    out.back().condition = id;
  }
  return out;
}

Again judge_again(const ConditionFacts& facts, const Rulebook& book) {
  Again out = {owner_left(facts, book), no_owner(facts, book), overdue(facts, book),
               no_proof_of_rotation(facts, book), bad_exception(facts, book)};
  for (size_t i = 0; i < out.size(); ++i) out[i].condition = kJudgedAgain[i];
  return out;
}

std::vector<Judgement> judge_run(const RunFacts& facts) {
  std::vector<Judgement> out = {coverage_gap(facts), integrity_failure(facts)};
  out[0].condition = "C24";
  out[1].condition = "C25";
  return out;
}

std::vector<Condition> claims(const std::vector<Judgement>& judgements) {
  std::vector<Condition> out;
  for (const Judgement& one : judgements) {
    if (one.verdict == Verdict::kHolds) out.push_back({one.condition, one.level, one.because});
  }
  return out;
}

std::vector<Mapping> mappings(const std::vector<Condition>& conditions, const Rulebook& book) {
  // Where each framework stands in the order of the crosswalk.
  std::map<std::string, size_t> order;
  for (const ConditionKind& kind : book.conditions) {
    for (const CrosswalkEntry& entry : kind.crosswalk) order.emplace(entry.framework, order.size());
  }
  std::map<std::pair<size_t, const FrameworkId*>, Mapping> found;
  for (const Condition& condition : conditions) {
    const ConditionKind* kind = book.condition(condition.id);
    if (!kind) continue;
    for (const CrosswalkEntry& entry : kind->crosswalk) {
      const Framework* framework = book.frameworks.framework(entry.framework);
      const FrameworkId* id = framework ? framework->find(entry.id) : nullptr;
      if (!id) continue;  // problems() has said so
      Mapping& mapping = found[{order[entry.framework], id}];
      mapping.framework = framework;
      mapping.id = id;
      mapping.level = std::min(mapping.level, condition.level);
      mapping.relation = std::min(mapping.relation, entry.relation);
      if (!contains(mapping.conditions, condition.id)) mapping.conditions.push_back(condition.id);
    }
  }
  // Pointers into one vector of ids are in the framework's own order.
  std::vector<Mapping> out;
  for (auto& [key, mapping] : found) {
    mapping.guidance = book.frameworks.guidance({mapping.framework, mapping.id});
    out.push_back(std::move(mapping));
  }
  return out;
}

std::vector<std::string> primary_ids(const std::vector<Mapping>& mappings, ByteView framework) {
  std::vector<std::string> out;
  for (const Mapping& one : mappings) {
    if (one.framework->id == framework && one.relation == Relation::kPrimary &&
        one.id->kind != IdKind::kRequirement) {
      out.push_back(one.id->id);
    }
  }
  return out;
}

}  // namespace straykey
