// SPDX-License-Identifier: Apache-2.0
// Text to measure with, made from a seed: the same on every machine. Next to nothing in it
// is a credential.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace straykey {

// Writes one line after another, of the kinds that source files are full of.
class SourceLines {
 public:
  explicit SourceLines(uint64_t seed) : random_(seed) {}

  void add(std::string& out);

  // From the same source of chance.
  uint64_t number() { return random_(); }
  uint64_t below(uint64_t limit) { return random_() % limit; }

 private:
  std::string word();
  std::string name();
  std::string sentence();
  std::string hex(int digits);

  std::mt19937_64 random_;
};

enum class SampleText : uint8_t { kSource, kProse, kMinified, kBinary };
std::string sample_text(SampleText kind, uint64_t bytes, uint64_t seed);

}  // namespace straykey
