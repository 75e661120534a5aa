// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/metrics.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "scanner/base/parallel.h"
#include "scanner/evidence/lifecycle.h"

namespace straykey {
namespace {

int64_t days_between(int64_t from, int64_t to) {
  return std::max<int64_t>(0, (to - from) / kDaySeconds);
}

Metric share(const char* id, const char* name, int64_t count, int64_t population,
             const char* method) {
  Metric out{id, name, "%", {}, count, population, true, method};
  if (population > 0) out.tenths = (count * 1000 + population / 2) / population;
  return out;
}

Metric number_of(const char* id, const char* name, const char* unit, int64_t count,
                 const char* method) {
  return {id, name, unit, count * 10, count, 0, false, method};
}

// Two metrics of one list of days.
void add_days(std::vector<Metric>& out, const std::string& id, const std::string& name,
              std::vector<int64_t> days, const char* method) {
  std::sort(days.begin(), days.end());
  for (auto [percent, suffix, word] :
       {std::tuple(50, "-median", ", median"), std::tuple(90, "-p90", ", 90th percentile")}) {
    auto value = percentile(days, percent);
    out.push_back({id + suffix, name + word, "days",
                   value ? std::optional(*value * 10) : std::nullopt,
                   static_cast<int64_t>(days.size()), 0, false, method});
  }
}

// Calls `take` with the sources that a run of the period went through whole.
template <class Take>
void each_whole_source(const Ledger& ledger, const Period& period, Take take) {
  for (const LedgerRun& run : ledger.runs) {
    if (!period.contains(run.started_at)) continue;
    for (const LedgerSource& source : run.sources) {
      if (source.whole) take(source.name);
    }
  }
}

bool is_reviewed(const PictureNhi& nhi, const Policy& policy, int64_t now) {
  auto reviewed = nhi.last({"reviewed"});
  return reviewed && now - *reviewed <= int64_t{policy.of(nhi.whose.nhi_class).review} * kDaySeconds;
}

// Days past the time by which something should have been done.
int64_t overdue_days(const PictureFinding& finding, const ClassPolicy& policy, int64_t now) {
  if (!is_open(finding.work) || finding.work == Work::kExcepted) return 0;
  const LedgerFinding& known = *finding.known;
  const Decision* decision = known.decision;
  if (decision && decision->due && finding.work != Work::kBack) {
    return days_between(*decision->due, now);
  }
  int64_t allowed = policy.sla[static_cast<size_t>(known.severity)];
  int64_t since = known.returned_at.value_or(known.first_seen);
  if (decision && decision->until) since = std::max(since, *decision->until);
  return days_between(since + allowed * kDaySeconds, now);
}

const char* age_band(int64_t days) {
  return days <= 30 ? "30 days or less" : days <= 90 ? "31 to 90 days" : "more than 90 days";
}

void add_exceptions(std::vector<Metric>& out, const Picture& picture, int64_t now) {
  std::map<std::string, int64_t> by_age;
  int64_t ended = 0;
  for (const PictureFinding& finding : picture.findings) {
    if (finding.work == Work::kExceptionEnded) ++ended;
    if (finding.work != Work::kExcepted) continue;
    ++by_age[age_band(days_between(finding.known->decision->decided_at, now))];
  }
  constexpr char kMethod[] = "Findings with an exception in force at the end of the period, by "
                             "the days since it was decided.";
  out.push_back(number_of("exceptions-30", "Exceptions of 30 days or less", "exceptions",
                          by_age["30 days or less"], kMethod));
  out.push_back(number_of("exceptions-90", "Exceptions of 31 to 90 days", "exceptions",
                          by_age["31 to 90 days"], kMethod));
  out.push_back(number_of("exceptions-older", "Exceptions of more than 90 days", "exceptions",
                          by_age["more than 90 days"], kMethod));
  out.push_back(number_of("exceptions-ended", "Exceptions that ended and were not renewed",
                          "exceptions", ended,
                          "Findings whose latest decision is an exception that has ended, and "
                          "which are not void."));
}

}  // namespace

std::string value_text(const Metric& metric) {
  if (!metric.tenths) return "";
  std::string whole = std::to_string(*metric.tenths / 10);
  return metric.unit == "%" ? whole + "." + std::to_string(*metric.tenths % 10) : whole;
}

std::vector<Metric> measure(const Ledger& ledger, const Picture& picture, const Policy& policy,
                            const Period& period, const DeclaredScope& declared) {
  const int64_t now = period.to;
  std::vector<Metric> out;

  int64_t live = 0, owned = 0, rotated = 0, reviewed = 0;
  for (const PictureNhi& nhi : picture.nhis) {
    if (nhi.retired || !nhi.is_met) continue;
    ++live;
    owned += nhi.whose.accountable();
    auto made = std::max(nhi.last_created(), nhi.last_rotated());
    int64_t allowed = int64_t{policy.of(nhi.whose.nhi_class).max_age} * kDaySeconds;
    rotated += made && now - *made <= allowed;
    reviewed += is_reviewed(nhi, policy, now);
  }
  out.push_back(share("ownership-coverage", "NHIs with an accountable owner", owned, live,
                      "NHIs of the register, of findings and of events known at the end of the "
                      "period and not retired, of which somebody is named by the register, a catalogue, CODEOWNERS or the configuration "
                      "and has not left; of all of them. A name that only history suggests "
                      "does not count."));

  struct Days {
    std::vector<int64_t> exposed, revoked;
  };
  std::vector<Days> days(cores());
  in_parts(picture.findings.size(), days.size(), [&](size_t part, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const PictureFinding& finding = picture.findings[i];
      const LedgerFinding& known = *finding.known;
      if (is_open(finding.work) && known.standing != Standing::kGone) {
        days[part].exposed.push_back(
            days_between(known.committed_at.value_or(known.first_seen), now));
      }
      const Event* voided = course_of(ledger, known).voided;
      if (voided && period.contains(voided->happened_at)) {
        days[part].revoked.push_back(
            days_between(known.returned_at.value_or(known.first_seen), voided->happened_at));
      }
    }
  });
  std::vector<int64_t> exposed, revoked;
  for (const Days& of : days) {
    exposed.insert(exposed.end(), of.exposed.begin(), of.exposed.end());
    revoked.insert(revoked.end(), of.revoked.begin(), of.revoked.end());
  }
  add_days(out, "exposure-age", "Age of exposure", std::move(exposed),
           "Whole days from the oldest commit that holds the credential (without one, from the "
           "run that found it) to the end of the period, of the findings that stand in a source "
           "and are neither void nor closed. Nearest rank.");
  add_days(out, "time-to-revoke", "Time to revoke", std::move(revoked),
           "Whole days from the run that found the credential, or found it again, to its "
           "rotation or revocation, of those that were rotated or revoked in the period. "
           "Nearest rank.");
  out.push_back(share("rotation-on-time", "NHIs rotated within the policy's time", rotated, live,
                      "NHIs not retired whose newest event 'created' or 'rotated', or such a date "
                      "in the register, is no older than max-age-days of their class; of all "
                      "that are not retired. Without either it is not on time."));
  out.push_back(share("review-on-time", "NHIs reviewed within the policy's time", reviewed, live,
                      "NHIs not retired whose newest event 'reviewed' is no older than "
                      "review-days of their class; of all that are not retired."));
  add_exceptions(out, picture, now);

  DebtSheet debt = debt_sheet(ledger, picture, policy, period);
  Metric links = number_of("evidence-debt", "Control evidence debt", "links",
                           debt.total.links(),
                           "Missing links over all pairs of a finding and an Annex A control "
                           "that its conditions are evidence for: owner, decision, operation in "
                           "the period, review on time, closure or exception in force.");
  links.population = debt.total.pairs * static_cast<int64_t>(kLinks);
  out.push_back(std::move(links));
  out.push_back(number_of("debt-interest", "Days overdue", "days", debt.total.overdue_days,
                          "Sum over the findings of the days past the date by which they were "
                          "to be dealt with: that of the decision, else that of the policy."));

  std::unordered_set<ByteView> listed;
  for (const LedgerRun& run : ledger.runs) {
    for (const LedgerSource& source : run.sources) listed.insert(source.name);
  }
  if (declared.is_there()) listed = {declared.sources().begin(), declared.sources().end()};
  std::unordered_set<ByteView> whole;
  each_whole_source(ledger, period, [&](Text source) { whole.insert(source); });
  auto scanned = std::count_if(listed.begin(), listed.end(),
                               [&](ByteView source) { return whole.contains(source); });
  out.push_back(share("scan-coverage", "Sources scanned whole", scanned,
                      static_cast<int64_t>(listed.size()),
                      "Sources that a run of the period went through whole; of the declared scope, "
                      "or, when none is given, of all that any run up to the end of the period was "
                      "pointed at."));
  auto windows = planned_windows(ledger, period, policy.scan_days());
  auto kept = std::count_if(windows.begin(), windows.end(),
                            [](const PlannedWindow& window) { return !window.runs.empty(); });
  out.push_back(share("runs-on-plan", "Planned runs that took place", kept,
                      static_cast<int64_t>(windows.size()),
                      "Windows of scan-days days that end in the period in which a whole and "
                      "complete run began; of all of them."));
  return out;
}

const char* name(Link link) {
  static constexpr const char* kNames[] = {"owner", "decision", "operation", "review", "closure"};
  return kNames[static_cast<int>(link)];
}

void Debt::add(const std::array<bool, kLinks>& there, int64_t more) {
  pairs += more;
  for (size_t link = 0; link < kLinks; ++link) {
    if (!there[link]) missing[link] += more;
  }
}

void Debt::add(const Debt& more) {
  pairs += more.pairs;
  for (size_t link = 0; link < kLinks; ++link) missing[link] += more.missing[link];
  overdue_days += more.overdue_days;
}

int64_t Debt::links() const {
  int64_t sum = 0;
  for (int64_t one : missing) sum += one;
  return sum;
}

namespace {

// The debt of some findings, by what there is little of.
struct DebtSums {
  Debt total;
  std::unordered_map<const char*, std::pair<Text, Debt>> by_owner;  // by the place of its name
  std::unordered_map<const char*, Debt> by_age;                     // by the band's
  // As of one control: it is the same of all that findings of this meaning bear on.
  std::unordered_map<const Meaning*, Debt> by_meaning;
};

}  // namespace

DebtSheet debt_sheet(const Ledger& ledger, const Picture& picture, const Policy& policy,
                     const Period& period) {
  std::unordered_set<const char*> whole;  // by the places of shared texts
  each_whole_source(ledger, period, [&](Text source) { whole.insert(source.place()); });
  std::vector<bool> reviewed(picture.nhis.size());
  for (size_t i = 0; i < reviewed.size(); ++i) {
    reviewed[i] = is_reviewed(picture.nhis[i], policy, period.to);
  }
  std::vector<DebtSums> sums(cores());
  auto sum_up = [&](size_t part, size_t begin, size_t end) {
    DebtSums& sum = sums[part];
    for (size_t i = begin; i < end; ++i) {
      const PictureFinding& finding = picture.findings[i];
      const LedgerFinding& known = *finding.known;
      const LedgerOwner& whose = picture.whose(finding);
      const PictureNhi& nhi = picture.nhis[finding.nhi];
      const Work work = finding.work;
      bool is_operated = false;
      known.each_source([&](const auto& source) {
        is_operated = is_operated || whole.contains(source.name.place());
      });
      std::array<bool, kLinks> there{};
      there[size_t(Link::kOwner)] = whose.accountable();
      there[size_t(Link::kDecision)] = known.decision && work != Work::kBack;
      there[size_t(Link::kOperation)] = is_operated;
      there[size_t(Link::kReview)] = nhi.retired || work == Work::kClosed || reviewed[finding.nhi];
      there[size_t(Link::kClosure)] = work == Work::kClosed || work == Work::kExcepted;
      const int64_t days = overdue_days(finding, policy.of(nhi.whose.nhi_class), period.to);
      const int64_t detected = known.returned_at.value_or(known.first_seen);

      const Text owner = whose.accountable() ? whose.owner : Text();
      auto& [name, owed] = sum.by_owner[owner.place()];
      name = owner;
      // Of the finding once, however many controls it bears on.
      for (Debt* debt :
           {&sum.total, &owed, &sum.by_age[age_band(days_between(detected, period.to))]}) {
        debt->overdue_days += days;
        debt->add(there, static_cast<int64_t>(finding.meaning->controls.size()));
      }
      Debt& each = sum.by_meaning[finding.meaning];
      each.overdue_days += days;
      each.add(there, 1);
    }
  };
  in_parts(picture.findings.size(), sums.size(), sum_up);
  DebtSheet sheet;
  for (const DebtSums& sum : sums) {
    sheet.total.add(sum.total);
    for (const auto& [place, owed] : sum.by_owner) {
      sheet.by_owner[std::string(owed.first)].add(owed.second);
    }
    for (const auto& [band, debt] : sum.by_age) sheet.by_age[band].add(debt);
    for (const auto& [meaning, debt] : sum.by_meaning) {
      for (const std::string& control : meaning->controls) sheet.by_control[control].add(debt);
    }
  }
  return sheet;
}

std::optional<int64_t> percentile(const std::vector<int64_t>& values, int64_t percent) {
  if (values.empty()) return {};
  auto size = static_cast<int64_t>(values.size());
  int64_t rank = std::max<int64_t>(1, (percent * size + 99) / 100);
  return values[static_cast<size_t>(rank - 1)];
}

}  // namespace straykey
