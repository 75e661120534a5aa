// SPDX-License-Identifier: Apache-2.0
#include "scanner/finding/finding.h"

namespace straykey {

const char* name(Presence presence) {
  static constexpr const char* kNames[] = {"tip",          "history", "index",
                                          "working-tree", "file",    "unreachable"};
  return kNames[static_cast<int>(presence)];
}

const char* name(FindingState state) {
  static constexpr const char* kNames[] = {"new",    "known",    "accepted", "accepted-expired",
                                          "closed", "regressed"};
  return kNames[static_cast<int>(state)];
}

}  // namespace straykey
