// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/evidence.h"

#include <algorithm>

namespace straykey {

uint64_t Evidence::failing_findings() const {
  return static_cast<uint64_t>(
      std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) {
        return finding.is_open() && finding.severity >= fail_on;
      }));
}

const char* version() { return STRAYKEY_VERSION; }

}  // namespace straykey
