// SPDX-License-Identifier: Apache-2.0
// Where a register is kept: the one place that the verbs and the scan open it by.
#pragma once

#include <cstdint>
#include <string>

#include "scanner/base/result.h"
#include "scanner/nhi/register.h"

namespace straykey {

// When a file was changed, in seconds since 1970; now, for what has no such time.
int64_t changed_at(const std::string& file);

enum class IfMissing { kIsEmpty, kIsAnError };

Result<Register> open_register(const std::string& file, IfMissing if_missing);
Result<void> keep_register(const Register& reg, const std::string& file);

}  // namespace straykey
