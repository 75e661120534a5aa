// SPDX-License-Identifier: Apache-2.0
// [[allow]] rules as text for .straykey.toml (cli/config.h reads it).
#pragma once

#include <string>
#include <vector>

#include "scanner/match/adopt.h"

namespace straykey {

std::string write_allow_rules(const std::vector<AdoptedAllow>& rules);

}  // namespace straykey
