// SPDX-License-Identifier: Apache-2.0
#include "scanner/source/origin.h"

namespace straykey {

const char* name(OriginKind kind) {
  static constexpr const char* kNames[] = {"blob",  "commit message", "tag message", "index",
                                           "working-tree file", "file", "stream"};
  return kNames[static_cast<int>(kind)];
}

}  // namespace straykey
