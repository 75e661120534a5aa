// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/evidence.h"

#include <algorithm>

#include "scanner/base/result.h"

namespace straykey {

uint64_t Evidence::failing_findings() const {
  return static_cast<uint64_t>(
      std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) {
        return finding.is_open() && finding.severity >= fail_on;
      }));
}

const Assessment* Evidence::assessment(const Finding& finding) const {
  if (!rulebook) return nullptr;
  size_t index = static_cast<size_t>(&finding - findings.data());
  STRAYKEY_CHECK(index < assessments.size());
  return &assessments[index];
}

const char* version() { return STRAYKEY_VERSION; }

}  // namespace straykey
