// SPDX-License-Identifier: Apache-2.0
// The two databases that open_connection() chooses from.
#pragma once

#include <memory>
#include <string>

#include "scanner/store/connection.h"

namespace straykey {

Result<std::unique_ptr<Connection>> open_sqlite(const std::string& path, IfAbsent absent);
Result<std::unique_ptr<Connection>> open_postgres(const std::string& url);

}  // namespace straykey
