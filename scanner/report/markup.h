// SPDX-License-Identifier: Apache-2.0
// Text as it stands in HTML and XML, between tags and within quotes of either kind.
#pragma once

#include <string>

#include "scanner/base/bytes.h"

namespace straykey {

// With & < > " and ' as references; all other bytes stay as they are.
std::string markup(ByteView text);

}  // namespace straykey
