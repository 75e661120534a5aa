// SPDX-License-Identifier: Apache-2.0
// Which environment something belongs to, by how its path or its account is named. What the
// configuration says goes first; else the words of the path decide, the file's own name before
// its folders, the nearer folder before the farther:
//
//   deploy/prod/db.env          production
//   prod/.env.staging           staging
//   tests/fixtures/key.pem      test
//   src/product/main.c          unknown: "product" is another word than "prod"
#pragma once

#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/source/ignore.h"

namespace straykey {

enum class EnvironmentClass : uint8_t { kUnknown, kDevelopment, kTest, kStaging, kProduction };
// "unknown", "dev", "test", "staging", "prod"
const char* name(EnvironmentClass environment);

// The class that a word alone stands for: "prd", "Live", "e2e"; kUnknown for other words.
EnvironmentClass environment_of_word(ByteView word);

// The class of a name that is put together, "acme-prod-eu", "PAYMENTS_LIVE": its last word that
// stands for one.
EnvironmentClass environment_of_name(ByteView name);

// The class of a path, with '/' between.
EnvironmentClass environment_of_path(ByteView path);

// What an [[environment]] table of the configuration says; both conditions must hold.
struct EnvironmentRule {
  std::string repository;  // glob of paths or names of repositories, "" for any
  IgnoreRules paths;       // empty for any
  EnvironmentClass environment = EnvironmentClass::kUnknown;
};

// Of `rules` the last that matches, else the path's words.
EnvironmentClass environment_of(const std::vector<EnvironmentRule>& rules, ByteView repository,
                                ByteView path);

}  // namespace straykey
