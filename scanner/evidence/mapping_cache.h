// SPDX-License-Identifier: Apache-2.0
// Findings that the same conditions hold for, at the same levels, share their mappings: many
// findings, few kinds of them.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "scanner/evidence/conditions.h"

namespace straykey {

// Borrows the rulebook. For one thread.
class MappingCache {
 public:
  explicit MappingCache(const Rulebook& book) : book_(book) {}

  std::shared_ptr<const std::vector<Mapping>> of(const std::vector<Condition>& conditions) {
    std::string key;
    for (const Condition& one : conditions) key += one.id + name(one.level)[0];
    auto& entry = known_[key];
    if (!entry) entry = std::make_shared<std::vector<Mapping>>(mappings(conditions, book_));
    return entry;
  }

 private:
  const Rulebook& book_;
  std::unordered_map<std::string, std::shared_ptr<const std::vector<Mapping>>> known_;
};

}  // namespace straykey
