// SPDX-License-Identifier: Apache-2.0
// Text that is crowded with examples of all signatures, some cut short, some touching, some
// encoded.
#pragma once

#include <cstdint>
#include <iterator>
#include <random>
#include <string>

#include "scanner/signature/sample.h"
#include "scanner/signature/signature_set.h"
#include "tests/support/encode.h"

namespace straykey {

inline std::string crowded_text(const SignatureSet& set, uint64_t seed, int examples = 60) {
  std::mt19937_64 random(seed);
  static constexpr const char* kBetween[] = {"\n", " ", ",", "", "\"", "\n\n  ", "=", "key: "};
  std::string text;
  for (int i = 0; i < examples; ++i) {
    const Signature& signature = set[random() % set.size()];
    if (signature.examples.empty()) continue;
    const std::string& example = signature.examples[random() % signature.examples.size()];
    auto sample = fill_sample(example, random());
    if (!sample) continue;
    if (random() % 5 == 0) sample->resize(random() % (sample->size() + 1));
    text += *sample;
    text += kBetween[random() % std::size(kBetween)];
    if (random() % 7 == 0) {
      for (char c : *sample) {  // once more as UTF-16
        text += c;
        text += '\0';
      }
    }
    if (random() % 5 == 0) {
      text += encode_somehow(*sample, random);
      text += kBetween[random() % std::size(kBetween)];
    }
  }
  return text;
}

}  // namespace straykey
