// SPDX-License-Identifier: Apache-2.0
// What the value model says of values, for the curves of docs/accuracy.md:
//
//   judge_values < VALUES
//
// reads "kind<TAB>value" lines (kind: password key token) and prints "surprise<TAB>class" for
// each; at the end, on standard error, the nanoseconds that one value took.
#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "scanner/match/credential.h"

using namespace straykey;

int main() {
  std::vector<std::pair<ValueKind, std::string>> values;
  for (std::string line; std::getline(std::cin, line);) {
    const size_t tab = line.find('\t');
    const std::string kind = line.substr(0, tab);
    values.emplace_back(kind == "password" ? ValueKind::kPassword
                        : kind == "key"    ? ValueKind::kKey
                                           : ValueKind::kToken,
                        line.substr(tab + 1));
  }
  const auto begin = std::chrono::steady_clock::now();
  std::vector<ValueClass> classes;
  for (const auto& [kind, value] : values) classes.push_back(classify(value, kind));
  const std::chrono::duration<double, std::nano> took =
      std::chrono::steady_clock::now() - begin;
  for (size_t i = 0; i < values.size(); ++i) {
    std::printf("%.4f\t%s\n", surprise(values[i].second), name(classes[i]));
  }
  if (!values.empty()) {
    std::fprintf(stderr, "%.0f\n", took.count() / static_cast<double>(values.size()));
  }
  return 0;
}
