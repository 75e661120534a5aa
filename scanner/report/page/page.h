// SPDX-License-Identifier: Apache-2.0
// What the HTML report carries with it: scanner/report/page/page.css and page.js.
#pragma once

#include "scanner/base/bytes.h"

namespace straykey {

ByteView page_style();
ByteView page_script();

}  // namespace straykey
