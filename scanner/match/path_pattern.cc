// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/path_pattern.h"

#include <algorithm>

#include "scanner/match/regex.h"

namespace straykey {

Result<PathPatterns> PathPatterns::compile(const std::vector<std::string>& expressions) {
  PathPatterns out;
  for (const std::string& expression : expressions) {
    std::shared_ptr<const RE2> compiled = make_regex(expression);
    if (!compiled->ok()) {
      return Error{"'" + expression + "' is no regular expression: " + compiled->error()};
    }
    out.expressions_.push_back(std::move(compiled));
  }
  return out;
}

bool PathPatterns::found_in(ByteView path) const {
  return std::any_of(expressions_.begin(), expressions_.end(), [&](const auto& expression) {
    return RE2::PartialMatch(piece(path), *expression);
  });
}

}  // namespace straykey
