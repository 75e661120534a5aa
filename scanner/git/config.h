// SPDX-License-Identifier: Apache-2.0
// A repository's configuration file, read for its plain values only: includes are not
// followed, nothing is expanded, nothing is run.
#pragma once

#include <map>
#include <string>

#include "scanner/base/bytes.h"

namespace straykey {

// Values by "section.key" in lower case, or "section.Subsection.key" where the subsection
// keeps its case. Of a key given twice the last value counts; a key without '=' is "true".
// Lines that git would refuse are skipped.
using GitConfig = std::map<std::string, std::string>;

GitConfig parse_git_config(ByteView text);

// What git takes for true: "true", "yes", "on", and numbers but 0.
bool is_true(const GitConfig& config, const std::string& key);

}  // namespace straykey
