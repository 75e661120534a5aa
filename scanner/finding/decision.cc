// SPDX-License-Identifier: Apache-2.0
#include "scanner/finding/decision.h"

namespace straykey {
namespace {

constexpr const char* kNames[] = {"treat", "accept", "avoid", "transfer", "close"};

}  // namespace

const char* name(Action action) { return kNames[static_cast<int>(action)]; }

std::optional<Action> parse_action(const std::string& text) {
  for (int i = 0; i <= static_cast<int>(Action::kClose); ++i) {
    if (text == kNames[i]) return static_cast<Action>(i);
  }
  return {};
}

}  // namespace straykey
