// SPDX-License-Identifier: Apache-2.0
// Regular expressions that are searched for in paths: for [[allow]] rules, which come from
// other tools as expressions and not as gitignore patterns.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"

namespace re2 {
class RE2;
}

namespace straykey {

// Immutable once compiled; shared by any threads.
class PathPatterns {
 public:
  PathPatterns() = default;
  // RE2 syntax, bytes. The error is a clause that names the expression.
  static Result<PathPatterns> compile(const std::vector<std::string>& expressions);

  bool empty() const { return expressions_.empty(); }
  // Whether one of them is found in `path`.
  bool found_in(ByteView path) const;

 private:
  std::vector<std::shared_ptr<const re2::RE2>> expressions_;
};

}  // namespace straykey
