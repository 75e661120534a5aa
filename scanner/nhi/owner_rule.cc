// SPDX-License-Identifier: Apache-2.0
#include "scanner/nhi/owner_rule.h"

#include "scanner/signature/signature_set.h"

namespace straykey {

bool repository_matches(ByteView glob, ByteView repository) {
  if (glob.empty()) return true;
  while (repository.ends_with('/')) repository.remove_suffix(1);
  const size_t slash = repository.rfind('/');
  return glob_match(glob, repository) ||
         (slash != ByteView::npos && glob_match(glob, repository.substr(slash + 1)));
}

const OwnerRule* owner_of(const std::vector<OwnerRule>& rules, ByteView repository,
                          ByteView path) {
  for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
    if (repository_matches(rule->repository, repository) &&
        (rule->paths.empty() || rule->paths.excludes(path, false))) {
      return &*rule;
    }
  }
  return nullptr;
}

}  // namespace straykey
