// SPDX-License-Identifier: Apache-2.0
// One page that a management review can begin with (ISO/IEC 27001:2022, 9.3.2): numbers and
// where to look, and room for decisions, which only people make.
#include <fmt/format.h>

#include <algorithm>

#include "scanner/report/document.h"
#include "scanner/report/pack.h"

namespace straykey {
namespace {

// A text within a line of Markdown: what a stranger chose makes no markup.
std::string plain(const std::string& text) {
  std::string out;
  for (char c : printable_text(text)) {
    if (std::string_view("\\`*_{}[]()<>#+!|~").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

int64_t count_work(const Account& account, Work work) {
  const auto& all = account.picture->findings;
  return std::count_if(all.begin(), all.end(),
                       [&](const PictureFinding& one) { return one.work == work; });
}

std::string metric_lines(const Account& account) {
  std::string out = "| Measurement | Begin | End | Of |\n|---|--:|--:|--:|\n";
  const std::vector<Metric>& first = account.trend.front().metrics;
  for (size_t i = 0; i < account.metrics.size(); ++i) {
    const Metric& metric = account.metrics[i];
    auto shown = [&](const Metric& one) {
      std::string value = value_text(one);
      return value.empty() ? "–" : value + (one.unit == "%" ? " %" : " " + one.unit);
    };
    std::string of;
    if (metric.population > 0) of = fmt::format("{} of {}", metric.count, metric.population);
    out += fmt::format("| {} | {} | {} | {} |\n", metric.name, shown(first[i]), shown(metric), of);
  }
  return out;
}

std::string owner_lines(const Account& account) {
  std::vector<std::pair<std::string, Debt>> owners(account.debt.by_owner.begin(),
                                                   account.debt.by_owner.end());
  std::stable_sort(owners.begin(), owners.end(), [](const auto& a, const auto& b) {
    return a.second.links() > b.second.links();
  });
  constexpr size_t kMost = 5;
  std::string out;
  for (size_t i = 0; i < std::min(kMost, owners.size()); ++i) {
    const auto& [owner, debt] = owners[i];
    if (debt.links() == 0) break;
    out += fmt::format("- {}: {} links missing, {} days overdue\n",
                       owner.empty() ? "nobody accountable" : plain(owner), debt.links(),
                       debt.overdue_days);
  }
  return out.empty() ? "- none\n" : out;
}

}  // namespace

std::string management_review(const Account& account) {
  auto missed = std::count_if(account.gaps.begin(), account.gaps.end(), [](const Gap& gap) {
    return gap.kind == "missed window";
  });
  std::string out = fmt::format("# Credentials: input to the management review\n\n"
                                "Period {} to {}. Policy: {}{}. Records: up to {} of store {}.\n\n",
                                date_of(account.period.from), date_of(account.period.to),
                                plain(account.policy.id()),
                                account.policy.approved_by().empty()
                                    ? ""
                                    : ", approved by " + plain(account.policy.approved_by()),
                                account.ledger.head.sequence, account.ledger.store);
  out += "## Status of findings\n\n";
  for (Work work : kWorks) {
    if (int64_t count = count_work(account, work)) {
      out += fmt::format("- {}: {}\n", name(work), count);
    }
  }
  if (account.picture->findings.empty()) out += "- none are known\n";
  out += "\n## Measurements\n\n" + metric_lines(account);
  out += "\n## Nonconformities\n\n";
  out += fmt::format("- planned windows without a whole and complete run: {} of {}\n", missed,
                     account.windows.size());
  constexpr size_t kMostGaps = 5;
  for (size_t i = 0; i < std::min(kMostGaps, account.gaps.size()); ++i) {
    out += "  - " + plain(account.gaps[i].what) + "\n";
  }
  if (account.gaps.size() > kMostGaps) {
    out += fmt::format("  - {} more in gaps.csv\n", account.gaps.size() - kMostGaps);
  }
  out += fmt::format("- treatments overdue: {}; exceptions that ended: {}; findings that came "
                     "back: {}\n",
                     count_work(account, Work::kOverdue),
                     count_work(account, Work::kExceptionEnded), count_work(account, Work::kBack));
  out += "\n## Where evidence is owed most\n\n" + owner_lines(account);
  out += "\n## Results of the review\n\n"
         "To be filled in; nothing here is decided by a program.\n\n"
         "- Decisions on opportunities for improvement:\n"
         "- Changes to the management system:\n"
         "- Date, participants:\n";
  return out;
}

}  // namespace straykey
