// SPDX-License-Identifier: Apache-2.0
// One finding in ten lines, for whoever has to do something about it: what it is, why it
// matters, whose it is, what to do now and what not to do.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "scanner/base/result.h"
#include "scanner/signature/signature_set.h"

namespace straykey {

// `report` is a document of the json format. `id` is the finding's, or the first 6 characters
// of it or more. Signatures that `known` lacks give no advice. The error is a clause about `id`.
Result<std::string> explain_finding(const nlohmann::ordered_json& report, const std::string& id,
                                    const SignatureSet& known);

}  // namespace straykey
