// SPDX-License-Identifier: Apache-2.0
// Where a register is kept, a file or a store: the one place that the verbs and the scan open
// it by.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "scanner/base/result.h"
#include "scanner/nhi/register.h"
#include "scanner/store/stored_lineage.h"
#include "scanner/store/stored_register.h"

namespace straykey {

struct ScanOptions;

// When a file was changed, in seconds since 1970; now, for what has no such time.
int64_t changed_at(const std::string& file);

struct RegisterPlace {
  std::string where;      // a file of a register; for a store as for open_connection()
  bool is_store = false;

  std::string name() const;  // for messages: without passwords
};

enum class IfMissing { kIsEmpty, kIsAnError };

// All of it.
Result<Register> open_register(const RegisterPlace& place, IfMissing if_missing);

// To be asked. Of a store no more is read than is asked for.
Result<std::unique_ptr<RegisterView>> view_register(const RegisterPlace& place);

// Where the credentials of an NHI were found, by the runs of the store; a file knows of none.
Result<StoredLineage> open_lineage(const RegisterPlace& place, const std::string& nhi_id);

// Opens it, lets `change` change it, and keeps it. What was imported is noted by a store only.
// Gives how much it holds then.
Result<RegisterSize> change_register(const RegisterPlace& place, IfMissing if_missing,
                                     const RegisterChange& change);

// What a scan resolves by: the file that the options name, else their store, else nothing. A store that is not there yet knows nothing.
Result<std::unique_ptr<RegisterView>> register_of(const ScanOptions& options);

}  // namespace straykey
