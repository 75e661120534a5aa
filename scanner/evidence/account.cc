// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/account.h"

#include <algorithm>

#include "scanner/base/hash.h"
#include "scanner/base/time.h"

namespace straykey {
namespace {

// Ends of some twelve stretches of whole days, the last with the period.
std::vector<int64_t> moments_of(const Period& period) {
  constexpr int64_t kPoints = 13, kLeastDays = 7;
  int64_t days = (period.to - period.from) / kDaySeconds + 1;
  int64_t step = std::max(kLeastDays, (days + kPoints - 1) / kPoints) * kDaySeconds;
  std::vector<int64_t> out;
  for (int64_t at = period.to; at > period.from; at -= step) out.push_back(at);
  if (out.empty()) out.push_back(period.to);
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

Result<std::unique_ptr<const Account>> account_of(Connection& connection, const Period& period,
                                                  const Policy& policy,
                                                  const SignatureSet& names,
                                                  std::shared_ptr<const Rulebook> book) {
  auto account = std::make_unique<Account>();
  account->period = period;
  account->policy = policy;
  const std::vector<int64_t> moments = moments_of(period);
  auto ledger = read_ledger(connection, moments, [&](const Ledger& then, size_t i) {
    Period until{i == 0 ? period.from : moments[i - 1] + 1, moments[i]};
    auto picture = picture_of(then, until, policy, names, book, Places::kNo);
    account->trend.push_back({until, measure(then, *picture, policy, until)});
  });
  if (!ledger) return ledger.error();
  account->ledger = *std::move(ledger);
  if (account->ledger.runs.empty()) {
    return Error{connection.name() + ": no run was recorded up to " + iso_time(period.to)};
  }
  account->picture = picture_of(account->ledger, period, policy, names, book, Places::kYes);
  account->metrics = measure(account->ledger, *account->picture, policy, period);
  account->debt = debt_sheet(account->ledger, *account->picture, policy, period);
  account->gaps = gaps(account->ledger, period, policy.scan_days());
  account->windows = planned_windows(account->ledger, period, policy.scan_days());
  RunFacts facts;
  facts.coverage = &account->picture->evidence.coverage;
  for (const Gap& gap : account->gaps) {
    if (gap.kind == "missed window") facts.missed.push_back(date_of(gap.from));
  }
  facts.faults.emplace();  // read_ledger() has followed the hashes
  account->run_assessment.conditions = claims(judge_run(facts));
  account->run_assessment.mappings = std::make_shared<const std::vector<Mapping>>(
      mappings(account->run_assessment.conditions, *book));
  return std::unique_ptr<const Account>(std::move(account));
}

std::vector<Table> tables_of(const Account& account) {
  std::vector<Table> out;
  for (auto part : {run_tables, finding_tables, identity_tables, control_tables, metric_tables}) {
    for (Table& table : part(account)) out.push_back(std::move(table));
  }
  return out;
}

Table sample_table(const Account& account, size_t size, const std::string& seed) {
  const Picture& picture = *account.picture;
  std::vector<std::pair<std::string, size_t>> drawn;
  for (size_t i = 0; i < picture.known.size(); ++i) {
    drawn.emplace_back(hex(sha256(seed + ":" + picture.known[i]->past.id)), i);
  }
  size_t least = std::min(size, drawn.size());
  std::partial_sort(drawn.begin(), drawn.begin() + static_cast<std::ptrdiff_t>(least),
                    drawn.end());
  drawn.resize(least);
  Table out;
  out.name = "sample";
  out.title = "A finding of a sample drawn with the seed '" + seed + "', with what to look at";
  out.columns = {"draw", "sha256", "finding", "signature", "severity", "standing", "work",
                 "source", "path", "line", "commit", "nhi", "owner", "record"};
  out.rows = [&picture, drawn = std::move(drawn)](const auto& row) {
    for (size_t i = 0; i < drawn.size(); ++i) {
      const LedgerFinding& known = *picture.known[drawn[i].second];
      const Finding& finding = picture.evidence.findings[drawn[i].second];
      const Occurrence place = finding.occurrences.empty() ? Occurrence() : finding.occurrences[0];
      row({i + 1, drawn[i].first, known.past.id, known.past.signature, known.past.severity,
           known.past.standing, name(picture.work[drawn[i].second]), place.repository, place.path,
           finding.occurrences.empty() ? nlohmann::json() : nlohmann::json(place.position.line),
           place.commit, known.past.nhi, known.whose.owner, known.record});
    }
  };
  return out;
}

std::vector<std::string> primary_ids(const Assessment& assessment, ByteView framework) {
  std::vector<std::string> out;
  for (const Mapping& one : *assessment.mappings) {
    if (one.framework->id == framework && one.relation == Relation::kPrimary) {
      out.push_back(one.id->id);
    }
  }
  return out;
}

nlohmann::json time_cell(std::optional<int64_t> seconds) {
  return seconds ? nlohmann::json(iso_time(*seconds)) : nlohmann::json();
}

}  // namespace straykey
