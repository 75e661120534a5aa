// SPDX-License-Identifier: Apache-2.0
// From records to tables. What one record means for the tables is decided here and nowhere
// else, so that tables made record by record and tables made anew from all records are the
// same; `evidence verify` compares the two.
#pragma once

#include "scanner/store/record.h"

namespace straykey {

// Applies one record to the derived tables. `body` is that of the record, parsed.
Result<void> derive(Connection& connection, const Record& record, const nlohmann::json& body);

// Applies the records of `from` to the empty tables of `into`.
Result<void> derive_all(Connection& from, Connection& into);

}  // namespace straykey
