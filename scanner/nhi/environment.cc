// SPDX-License-Identifier: Apache-2.0
#include "scanner/nhi/environment.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "scanner/nhi/owner_rule.h"

namespace straykey {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

// Calls `use` for each word: letters, cut where aB changes case. "stagingDb2" has "staging"
// and "Db".
template <class Use>
void for_each_word(ByteView text, Use use) {
  for (size_t i = 0; i < text.size();) {
    if (!is_letter(text[i])) {
      ++i;
      continue;
    }
    size_t end = i + 1;
    while (end < text.size() && is_letter(text[end]) &&
           !(is_upper(text[end]) && !is_upper(text[end - 1]))) {
      ++end;
    }
    // A digit within is part of it: e2e.
    while (end + 1 < text.size() && text[end] == '2' && is_letter(text[end + 1])) {
      end += 2;
      while (end < text.size() && is_letter(text[end])) ++end;
    }
    use(text.substr(i, end - i));
    i = end;
  }
}

}  // namespace

const char* name(EnvironmentClass environment) {
  switch (environment) {
    case EnvironmentClass::kUnknown: return "unknown";
    case EnvironmentClass::kDevelopment: return "dev";
    case EnvironmentClass::kTest: return "test";
    case EnvironmentClass::kStaging: return "staging";
    case EnvironmentClass::kProduction: return "prod";
  }
  return "";
}

EnvironmentClass environment_of_word(ByteView word) {
  static constexpr std::pair<ByteView, EnvironmentClass> kWords[] = {
      {"prod", EnvironmentClass::kProduction},
      {"production", EnvironmentClass::kProduction},
      {"prd", EnvironmentClass::kProduction},
      {"live", EnvironmentClass::kProduction},
      {"staging", EnvironmentClass::kStaging},
      {"stage", EnvironmentClass::kStaging},
      {"stg", EnvironmentClass::kStaging},
      {"preprod", EnvironmentClass::kStaging},
      {"uat", EnvironmentClass::kStaging},
      {"test", EnvironmentClass::kTest},
      {"tests", EnvironmentClass::kTest},
      {"testing", EnvironmentClass::kTest},
      {"testdata", EnvironmentClass::kTest},
      {"spec", EnvironmentClass::kTest},
      {"specs", EnvironmentClass::kTest},
      {"fixture", EnvironmentClass::kTest},
      {"fixtures", EnvironmentClass::kTest},
      {"e2e", EnvironmentClass::kTest},
      {"qa", EnvironmentClass::kTest},
      {"dev", EnvironmentClass::kDevelopment},
      {"devel", EnvironmentClass::kDevelopment},
      {"development", EnvironmentClass::kDevelopment},
      {"local", EnvironmentClass::kDevelopment},
      {"sandbox", EnvironmentClass::kDevelopment},
  };
  for (const auto& [known, environment] : kWords) {
    if (word.size() == known.size() &&
        std::equal(word.begin(), word.end(), known.begin(),
                   [](char a, char b) { return (is_upper(a) ? static_cast<char>(a | 0x20) : a) == b; })) {
      return environment;
    }
  }
  return EnvironmentClass::kUnknown;
}

EnvironmentClass environment_of_name(ByteView name) {
  EnvironmentClass out = EnvironmentClass::kUnknown;
  bool was_before = false;  // "pre-prod", "non-prod": not production
  for_each_word(name, [&](ByteView word) {
    EnvironmentClass found = environment_of_word(word);
    if (was_before && found == EnvironmentClass::kProduction) found = EnvironmentClass::kStaging;
    if (found != EnvironmentClass::kUnknown) out = found;
    was_before = word == "pre" || word == "non" || word == "Pre" || word == "Non" ||
                 word == "PRE" || word == "NON";
  });
  return out;
}

EnvironmentClass environment_of_path(ByteView path) {
  for (;;) {
    const size_t slash = path.rfind('/');
    const ByteView last = slash == ByteView::npos ? path : path.substr(slash + 1);
    const EnvironmentClass found = environment_of_name(last);
    if (found != EnvironmentClass::kUnknown || slash == ByteView::npos) return found;
    path = path.substr(0, slash);
  }
}

EnvironmentClass environment_of(const std::vector<EnvironmentRule>& rules, ByteView repository,
                                ByteView path) {
  for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
    if (repository_matches(rule->repository, repository) &&
        (rule->paths.empty() || rule->paths.excludes(path, false))) {
      return rule->environment;
    }
  }
  return environment_of_path(path);
}

}  // namespace straykey
