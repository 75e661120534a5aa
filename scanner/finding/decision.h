// SPDX-License-Identifier: Apache-2.0
// What an organisation decided about a finding, in the words of risk treatment (ISO/IEC
// 27001:2022, 6.1.3): treat it by a date, accept it until a date, avoid what brings it,
// transfer it to somebody, or close it with proof. The latest decision is in force.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace straykey {

enum class Action : uint8_t { kTreat, kAccept, kAvoid, kTransfer, kClose };
const char* name(Action action);
std::optional<Action> parse_action(const std::string& text);

// Plain data. Times in seconds since 1970.
struct Decision {
  Action action = Action::kTreat;
  std::string reason;
  std::string approver;
  std::string owner;             // who is to do it
  std::optional<int64_t> due;    // treat, avoid, transfer: done by
  std::optional<int64_t> until;  // accept: valid to
  std::string proof;             // close: what shows that the credential is void
  int64_t decided_at = 0;
  std::string decided_by;  // who typed it
  int64_t record = 0;      // its sequence in the store

  // A term that has passed: of an exception, or of something that was to be done.
  bool expired(int64_t now) const { return action == Action::kAccept && until && *until < now; }
  bool overdue(int64_t now) const {
    return action != Action::kAccept && action != Action::kClose && due && *due < now;
  }
};

}  // namespace straykey
