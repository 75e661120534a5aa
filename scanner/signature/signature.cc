// SPDX-License-Identifier: Apache-2.0
#include "scanner/signature/signature.h"

namespace straykey {

const char* name(Severity severity) {
  static constexpr const char* kNames[] = {"info", "low", "medium", "high", "critical"};
  return kNames[static_cast<int>(severity)];
}

const char* name(Confidence confidence) {
  static constexpr const char* kNames[] = {"low", "medium", "high"};
  return kNames[static_cast<int>(confidence)];
}

const char* name(PrincipalClass principal_class) {
  static constexpr const char* kNames[] = {"unknown", "service", "human"};
  return kNames[static_cast<int>(principal_class)];
}

}  // namespace straykey
