// SPDX-License-Identifier: Apache-2.0
// Measurements of how well credentials are kept, each with its method, so that two people who
// measure get one number (ISO/IEC 27001:2022, 9.1). Whole numbers and tenths only: nothing is
// rounded twice, and nothing differs between machines.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scanner/evidence/picture.h"
#include "scanner/evidence/schedule.h"

namespace straykey {

struct Metric {
  std::string id;    // "ownership-coverage"
  std::string name;
  std::string unit;  // "%", "days", "exceptions", "links"
  // In tenths of the unit; absent when there was nothing to measure.
  std::optional<int64_t> tenths;
  // How many of how many, or how many values a median is of and 0.
  int64_t count = 0;
  int64_t population = 0;
  bool more_is_better = true;
  std::string method;
};

// The value as people read it: "93.8", "12", "" when there is none.
std::string value_text(const Metric& metric);

// For the end of the period; what happened is counted in the period.
std::vector<Metric> measure(const Ledger& ledger, const Picture& picture, const Policy& policy,
                            const Period& period, const DeclaredScope& declared);

// Control evidence debt: for each pair of a finding and a control that its conditions are
// evidence for, which of the five links an auditor would follow are missing.
enum class Link : uint8_t {
  kOwner,      // somebody answers for it
  kDecision,   // what is to become of it was decided
  kOperation,  // a source of it was gone through whole in the period
  kReview,     // its NHI was reviewed within the policy's time, or is retired
  kClosure,    // closed with proof, or excepted for a time that lasts
};
inline constexpr size_t kLinks = 5;
const char* name(Link link);

struct Debt {
  int64_t pairs = 0;
  std::array<int64_t, kLinks> missing{};
  int64_t overdue_days = 0;  // the interest: days past due, of each finding once

  // So many more pairs, each with the links that are there.
  void add(const std::array<bool, kLinks>& there, int64_t more);
  void add(const Debt& more);
  int64_t links() const;  // all that are missing
};
struct DebtSheet {
  Debt total;
  std::map<std::string, Debt> by_control;  // "A.5.17"
  std::map<std::string, Debt> by_owner;    // "" for nobody
  std::map<std::string, Debt> by_age;      // "30 days or less", ... since it was detected
};
DebtSheet debt_sheet(const Ledger& ledger, const Picture& picture, const Policy& policy,
                     const Period& period);

// The smallest value that at least `percent` of all are not above (nearest rank). `values` is
// sorted; absent when there are none.
std::optional<int64_t> percentile(const std::vector<int64_t>& values, int64_t percent);

}  // namespace straykey
