// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/account.h"

#include <algorithm>
#include <set>

#include "scanner/base/hash.h"
#include "scanner/base/time.h"
#include "scanner/store/verify.h"

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

Result<std::unique_ptr<const Account>> account_of(Connection& connection,
                                                  const AccountTerms& terms,
                                                  const SignatureSet& names,
                                                  std::shared_ptr<const Rulebook> book) {
  const auto& [period, policy, declared] = terms;
  auto snapshot = Transaction::begin(connection, Access::kRead);
  if (!snapshot) return snapshot.error();
  auto account = std::make_unique<Account>(connection, *std::move(snapshot));
  account->period = period;
  account->policy = policy;
  account->declared = declared;
  const std::vector<int64_t> moments = moments_of(period);
  auto ledger = read_ledger(connection, moments, [&](const Ledger& then, size_t i) {
    Period until{i == 0 ? period.from : moments[i - 1] + 1, moments[i]};
    auto picture = picture_of(then, until, terms.policy, names, book, Order::kPlain);
    account->trend.push_back({until, measure(then, *picture, terms.policy, until, terms.declared)});
  });
  if (!ledger) return ledger.error();
  account->ledger = *std::move(ledger);
  if (account->ledger.runs.empty()) {
    return Error{connection.name() + ": no run was recorded up to " + iso_time(period.to)};
  }
  account->picture = picture_of(account->ledger, period, policy, names, book, Order::kShown);
  account->metrics = measure(account->ledger, *account->picture, policy, period, declared);
  account->debt = debt_sheet(account->ledger, *account->picture, policy, period);
  account->gaps = gaps(account->ledger, period, policy.scan_days(), declared);
  account->windows = planned_windows(account->ledger, period, policy.scan_days());
  RunFacts facts;
  const Coverage coverage = coverage_of(account->ledger, period);
  facts.coverage = &coverage;
  for (const Gap& gap : account->gaps) {
    if (gap.kind == "missed window") facts.missed.push_back(date_of(gap.from));
    if (gap.kind == "never scanned") facts.missed.push_back(gap.what);
  }
  // read_ledger() has followed the hashes up to the end of the period, and would have failed. What
  // it cannot see is that the end of the records was cut off.
  auto faults = verify_end(connection, kEndRecords);
  if (!faults) return faults.error();
  faults->insert(faults->end(), account->ledger.faults.begin(), account->ledger.faults.end());
  facts.faults = *std::move(faults);
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
  std::set<std::pair<Digest, uint32_t>> least;
  std::string text = seed + ":";
  for (uint32_t i = 0; i < picture.findings.size(); ++i) {
    text.resize(seed.size() + 1);
    text += picture.findings[i].known->id;
    least.emplace(sha256(text), i);
    if (least.size() > size) least.erase(std::prev(least.end()));
  }
  const std::vector<std::pair<Digest, uint32_t>> drawn(least.begin(), least.end());
  Table out;
  out.name = "sample";
  out.title = "A finding of a sample drawn with the seed '" + seed + "', with what to look at";
  out.columns = {"draw", "sha256", "finding", "signature", "severity", "standing", "work",
                 "source", "path", "line", "commit", "nhi", "owner", "record"};
  out.rows = [&picture, drawn](const auto& row) {
    for (size_t i = 0; i < drawn.size(); ++i) {
      const PictureFinding& finding = picture.findings[drawn[i].second];
      const LedgerFinding& known = *finding.known;
      row({i + 1, hex(drawn[i].first), known.id, known.signature, name(known.severity),
           name(known.standing), name(finding.work), known.place_source, known.path,
           line_cell(known), known.commit, picture.nhis[finding.nhi].id(),
           picture.whose(finding).owner, known.record});
    }
  };
  return out;
}

Cell time_cell(std::optional<int64_t> seconds) {
  return seconds ? Cell(iso_time(*seconds)) : Cell();
}

Cell line_cell(const LedgerFinding& finding) {
  return finding.places() > 0 ? Cell(finding.line) : Cell();
}

}  // namespace straykey
