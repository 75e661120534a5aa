// SPDX-License-Identifier: Apache-2.0
// Who runs the program, and where: for records.
#pragma once

#include <string>

namespace straykey {

std::string host_name();
// The login of the effective user, or its number when it has none.
std::string user_name();
// UUID version 4 (RFC 9562).
std::string random_uuid();

}  // namespace straykey
