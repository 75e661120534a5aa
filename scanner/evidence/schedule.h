// SPDX-License-Identifier: Apache-2.0
// The plan that runs are held against: the policy says how often everything is to be scanned,
// which cuts time into windows of so many days that follow one another from Monday the 5th of
// January 1970 on; weeks, for 7 days. A window belongs to the period that it ends in, and it is
// kept when a run that was whole and complete began in it.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "scanner/evidence/ledger.h"
#include "scanner/evidence/period.h"

namespace straykey {

struct PlannedWindow {
  int64_t from = 0;
  int64_t to = 0;  // the last second
  std::vector<int64_t> runs;  // numbers of those that keep it
};

// `days` 0 plans nothing.
std::vector<PlannedWindow> planned_windows(const Ledger& ledger, const Period& period,
                                           uint32_t days);

// The sources that are to be scanned, by their names, where the organisation has listed them.
class DeclaredScope {
 public:
  DeclaredScope() = default;
  // A name a line; blank lines and what follows a '#' do not count. The error names the file.
  static Result<DeclaredScope> parse(ByteView text, const std::string& file);

  bool is_there() const { return is_there_; }
  const std::set<std::string, std::less<>>& sources() const { return sources_; }
  bool has(ByteView source) const { return sources_.contains(source); }

 private:
  bool is_there_ = false;
  std::set<std::string, std::less<>> sources_;
};

// What is missing in a sequence, or did not happen.
struct Gap {
  // "missed window", "missing number", "not finished", "not complete", "never scanned"
  std::string kind;
  int64_t from = 0;
  int64_t to = 0;
  int64_t run = 0;  // 0 when there is none
  std::string what;  // a sentence
};
std::vector<Gap> gaps(const Ledger& ledger, const Period& period, uint32_t days,
                      const DeclaredScope& declared);

}  // namespace straykey
