// SPDX-License-Identifier: Apache-2.0
// Writes a large store through the store's own code: findings of many repositories, found over the
// weeks of a quarter by runs of a hundred repositories each, some of them removed again by a
// second round, with owners, conditions, decisions and events. For measuring what reads one:
//
//   bench_make_store STORE [FINDINGS [REPOSITORIES]]      built in: 1000000 of 10000
//
// Seeded by nothing but the numbers, so two stores differ in their id and in nothing else.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "scanner/base/hash.h"
#include "scanner/store/store.h"

namespace straykey {
namespace {

constexpr int64_t kDay = 86400;
constexpr int64_t kFirstMonday = 1767582000;  // 2026-01-05T03:00:00Z
constexpr size_t kSourcesOfRun = 100;

struct Kind {
  const char* signature;
  Severity severity;
  const char* conditions;  // blanks between
};
constexpr Kind kKinds[] = {
    {"aws.secret-access-key", Severity::kCritical, "C01 C03 C07 C10 C15"},
    {"github.personal-token", Severity::kHigh, "C01 C12 C15 C16"},
    {"pem.private-key", Severity::kHigh, "C01 C03 C13"},
    {"slack.webhook", Severity::kMedium, "C01 C15"},
    {"generic.password", Severity::kMedium, "C02 C10 C22"},
    {"jwt.token", Severity::kLow, "C01 C19"},
};

class Organisation {
 public:
  Organisation(Store& store, size_t findings, size_t repositories)
      : store_(store), findings_(findings), repositories_(repositories) {
    std::vector<Signature> list;
    for (const Kind& kind : kKinds) {
      Signature one;
      one.id = one.name = kind.signature;
      one.pattern = "(?P<secret>x)";
      one.severity = kind.severity;
      list.push_back(std::move(one));
    }
    auto made = SignatureSet::make(std::move(list));
    STRAYKEY_CHECK(made);
    signatures_ = *std::move(made);
    for (uint32_t i = 0; i < signatures_.size(); ++i) index_[signatures_[i].id] = i;
  }

  void live() {
    const size_t runs = (repositories_ + kSourcesOfRun - 1) / kSourcesOfRun;
    for (size_t run = 0; run < runs; ++run) scan(run, 0, kFirstMonday);
    decide();
    for (size_t run = 0; run < runs; ++run) scan(run, 1, kFirstMonday + 7 * 7 * kDay);
  }

 private:
  static std::string id_of(size_t number) {
    return hex(sha256("finding " + std::to_string(number))).substr(0, 32);
  }

  void scan(size_t run, int round, int64_t monday) {
    const auto at = monday + static_cast<int64_t>(run) * 600;
    auto number = store_.start_run({name_uuid(fmt::format("{} {}", round, run)), at,
                                    {"scan", "--store", "store.db"}, "runner", "0.1.0"});
    STRAYKEY_CHECK(number);
    RunEnd end;
    end.number = *number;
    end.finished_at = at + 500;
    end.whole = true;
    end.signatures = &signatures_;
    end.signatures_digest = signatures_.digest();
    Coverage coverage;
    const size_t first = run * kSourcesOfRun;
    const size_t last = std::min(repositories_, first + kSourcesOfRun);
    for (size_t i = first; i < last; ++i) {
      SourceCoverage source;
      source.kind = "repository";
      source.path = "/srv/mirror/" + std::to_string(i) + ".git";
      source.refs = {{"refs/heads/main", hex(sha256(source.path)).substr(0, 40)}};
      source.commits = 4000;
      source.blobs = 20000;
      source.bytes = 100'000'000;
      coverage.sources.push_back(std::move(source));
      end.source_names.push_back(repository(i));
    }
    std::vector<Finding> findings;
    std::vector<Resolution> resolutions;
    for (size_t i = first * findings_ / repositories_; i < last * findings_ / repositories_; ++i) {
      if (round == 1 && i % 20 == 7) continue;  // gone
      const Kind& kind = kKinds[i % std::size(kKinds)];
      add(i, kind, round == 1 && i % 20 == 3,
          static_cast<uint32_t>(i * repositories_ / findings_ - first), findings);
      resolutions.push_back(whose(i));
      auto& known = end.conditions.emplace_back();
      for (ByteView rest = kind.conditions; !rest.empty();
           rest.remove_prefix(std::min<size_t>(4, rest.size()))) {
        known.push_back({std::string(rest.substr(0, 3)), "direct",
                         fmt::format("it stands in services/s{}/config/app.env:3", i % 500)});
      }
    }
    std::map<std::string, uint64_t> allowed;
    std::set<std::string> allowed_ids;
    end.coverage = &coverage;
    end.findings = &findings;
    end.resolutions = &resolutions;
    end.allowed = &allowed;
    end.allowed_ids = &allowed_ids;
    end.failing = findings.size();
    auto done = store_.finish_run(end);
    if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
    STRAYKEY_CHECK(done);
  }

  static std::string repository(size_t number) {
    return fmt::format("git.acme.example/team-{}/repository-{}", number % 97, number);
  }

  void add(size_t number, const Kind& kind, bool removed, uint32_t source,
           std::vector<Finding>& out) const {
    Finding finding;
    finding.id = id_of(number);
    finding.signature = index_.at(kind.signature);
    finding.severity = kind.severity;
    finding.redacted = "AKIA****";
    finding.length = 40;
    finding.attributes = {{"access-key-id", fmt::format("AKIA{:016}", number)}};
    finding.at_tip = !removed;
    for (size_t i = 0; i <= number % 3; ++i) {
      Occurrence place;
      place.path = fmt::format("services/s{}/config/{}/app-{}.env", number % 500, number, i);
      place.position = {number % 400 + 1, 12, number % 400 + 1, 51};
      place.object = "blob";
      place.blob = hex(sha256(place.path)).substr(0, 40);
      place.commit = hex(sha256(place.blob)).substr(0, 40);
      place.author = "Ann Example";
      place.author_email = fmt::format("dev{}@acme.example", number % 3000);
      place.committed_at = kFirstMonday - static_cast<int64_t>(number % 700) * kDay;
      place.last_held_at = place.committed_at;
      place.presence = removed ? Presence::kHistory : Presence::kTip;
      place.source = source;
      finding.occurrences.push_back(std::move(place));
    }
    out.push_back(std::move(finding));
  }

  static Resolution whose(size_t number) {
    Resolution out;
    out.nhi_id = nhi(number);
    out.name = fmt::format("deploy-{}", number / 5);
    out.registered = number % 2 == 0;
    if (number % 4 == 3) return out;
    out.owner = fmt::format("team-{}", number % 97);
    out.owner_kind = OwnerKind::kTeam;
    out.resolved_by = number % 4 == 2 ? "history" : "register";
    out.owner_suggested = number % 4 == 2;
    return out;
  }

  // Five findings each.
  static std::string nhi(size_t number) {
    return fmt::format("aws:123456789012:user/deploy-{}", number / 5);
  }

  // Of every tenth finding, and an event of every twentieth.
  void decide() {
    const int64_t at = kFirstMonday + 14 * kDay;
    std::vector<std::pair<std::string, Decision>> decisions;
    std::vector<Event> events;
    for (size_t i = 0; i < findings_; i += 10) {
      Decision decision;
      decision.action = i % 30 == 0 ? Action::kAccept : Action::kTreat;
      decision.reason = "to be rotated";
      decision.owner = "team-1";
      decision.approver = "ciso";
      (i % 30 == 0 ? decision.until : decision.due) = at + 60 * kDay;
      decision.decided_at = at;
      decision.decided_by = "ann";
      decisions.emplace_back(id_of(i), decision);
      if (i % 20 == 0) {
        events.push_back({nhi(i), i % 40 == 0 ? "rotated" : "reviewed", at, at, "ann", "OPS-1",
                          "", "", "", 0});
      }
    }
    STRAYKEY_CHECK(store_.decide(decisions));
    STRAYKEY_CHECK(store_.add_events(events));
  }

  Store& store_;
  size_t findings_, repositories_;
  SignatureSet signatures_;
  std::map<std::string, uint32_t> index_;
};

}  // namespace
}  // namespace straykey

int main(int argc, char** argv) {
  auto number = [&](int at, size_t otherwise) {
    return argc > at ? std::strtoull(argv[at], nullptr, 10) : otherwise;
  };
  const size_t findings = number(2, 1'000'000), repositories = number(3, 10'000);
  if (argc < 2 || findings == 0 || repositories == 0) {
    std::fprintf(stderr, "bench_make_store STORE [FINDINGS [REPOSITORIES]]\n");
    return 2;
  }
  auto store = straykey::Store::open(argv[1], straykey::Access::kWrite);
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return 2;
  }
  straykey::Organisation(*store, findings, repositories).live();
  return 0;
}
