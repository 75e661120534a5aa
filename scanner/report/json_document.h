// SPDX-License-Identifier: Apache-2.0
// The document of report_json() before it is text, for those who read it on: templates and
// explanations see a run by the names that programs see it by.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "scanner/evidence/evidence.h"

namespace straykey {

// As json_schema() describes it. Holds the secrets themselves where the findings do.
nlohmann::ordered_json json_document(const Evidence& evidence);

}  // namespace straykey
