// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/schedule.h"

#include <algorithm>

namespace straykey {

std::vector<PlannedWindow> planned_windows(const Ledger& ledger, const Period& period,
                                           uint32_t days) {
  std::vector<PlannedWindow> out;
  if (days == 0) return out;
  constexpr int64_t kFirstMonday = 4 * kDaySeconds;
  const int64_t length = int64_t{days} * kDaySeconds;
  int64_t window = (period.from - kFirstMonday) / length;
  if (kFirstMonday + window * length > period.from) --window;
  for (;; ++window) {
    int64_t from = kFirstMonday + window * length;
    PlannedWindow planned{from, from + length - 1, {}};
    if (planned.to > period.to) break;
    if (planned.to < period.from) continue;
    for (const LedgerRun& run : ledger.runs) {
      bool keeps = planned.from <= run.started_at && run.started_at <= planned.to;
      if (keeps && run.is_complete()) planned.runs.push_back(run.number);
    }
    out.push_back(std::move(planned));
  }
  return out;
}

Result<DeclaredScope> DeclaredScope::parse(ByteView text, const std::string& file) {
  DeclaredScope out;
  out.is_there_ = true;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    ByteView line = text.substr(0, std::min(text.find('#'), end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t begin = line.find_first_not_of(" \t\r");
    if (begin == ByteView::npos) continue;
    out.sources_.emplace(line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1));
  }
  if (out.sources_.empty()) return Error{file + ": names no source; write one a line"};
  return out;
}

std::vector<Gap> gaps(const Ledger& ledger, const Period& period, uint32_t days,
                      const DeclaredScope& declared) {
  std::vector<Gap> out;
  std::set<ByteView> scanned;
  for (const LedgerRun& run : ledger.runs) {
    if (!period.contains(run.started_at)) continue;
    for (const LedgerSource& source : run.sources) scanned.insert(source.name);
  }
  for (const std::string& source : declared.sources()) {
    if (scanned.contains(source)) continue;
    out.push_back({"never scanned", period.from, period.to, 0,
                   source + " is in the declared scope, and no run of the period looked at it"});
  }
  for (const PlannedWindow& window : planned_windows(ledger, period, days)) {
    if (!window.runs.empty()) continue;
    out.push_back({"missed window", window.from, window.to, 0,
                   "no whole and complete run began from " + date_of(window.from) + " to " +
                       date_of(window.to)});
  }
  int64_t expected = ledger.runs.empty() ? 1 : ledger.runs.front().number;
  for (const LedgerRun& run : ledger.runs) {
    for (; expected < run.number; ++expected) {
      out.push_back({"missing number", run.started_at, run.started_at, expected,
                     "run " + std::to_string(expected) + " is not in the store"});
    }
    expected = run.number + 1;
    if (!period.contains(run.started_at)) continue;
    int64_t end = run.finished_at.value_or(run.started_at);
    if (!run.finished_at) {
      out.push_back({"not finished", run.started_at, end, run.number,
                     "run " + std::to_string(run.number) + " began and never said that it ended"});
    } else if (run.outcome != "complete") {
      std::string why = !run.reason.empty()   ? run.reason
                        : !run.failed.empty() ? run.failed.front().where + ": " +
                                                    run.failed.front().reason
                                              : "no reason was noted";
      out.push_back({"not complete", run.started_at, end, run.number,
                     "run " + std::to_string(run.number) + " is " + run.outcome + ": " + why});
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Gap& a, const Gap& b) { return a.from < b.from; });
  return out;
}

}  // namespace straykey
