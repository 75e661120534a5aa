// SPDX-License-Identifier: Apache-2.0
// The examples of signature files, filled, with the place of the secret: what corpus.py puts
// into files. Where the secret stands is asked of the signature's own pattern alone, so no
// other part of the matcher has a say in what the corpus expects.
//
//   fill_examples FOLDER SEEDS SEED
//
// prints a line of JSON for each example, counterexample and seed.
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "scanner/base/hash.h"
#include "scanner/match/regex.h"
#include "scanner/signature/sample.h"
#include "scanner/signature/signature_set.h"

using namespace straykey;

namespace {

// False when the text is not found, which `straykey signatures check` complains about.
bool locate(const RE2& pattern, const std::string& text, nlohmann::json& line) {
  const auto group = pattern.NamedCapturingGroups().find("secret");
  if (group == pattern.NamedCapturingGroups().end()) return false;
  std::vector<RegexPiece> groups(static_cast<size_t>(group->second) + 1);
  if (!pattern.Match(text, 0, text.size(), RE2::UNANCHORED, groups.data(),
                     static_cast<int>(groups.size()))) {
    return false;
  }
  const RegexPiece& secret = groups.back();
  const auto begin = static_cast<size_t>(secret.data() - text.data());
  line["secret"] = {begin, begin + secret.size()};
  return true;
}

// Two signatures whose examples begin alike must not get the same secret: a report names a
// secret once, by the signature that is surest.
uint64_t seed_of(const std::string& sample, const std::string& id, uint64_t number) {
  const Digest digest = sha256(id + '\n' + sample + '\n' + std::to_string(number));
  uint64_t seed = 0;
  for (size_t i = 0; i < 8; ++i) seed = seed << 8 | digest[i];
  return seed;
}

Result<void> print(const Signature& signature, uint64_t seeds, uint64_t first_seed) {
  auto pattern = make_regex(signature.pattern);
  for (bool is_example : {true, false}) {
    const auto& templates = is_example ? signature.examples : signature.counterexamples;
    for (const std::string& sample : templates) {
      for (uint64_t seed = 0; seed < seeds; ++seed) {
        auto text = fill_sample(sample, seed_of(sample, signature.id, first_seed + seed));
        if (!text) return text.error();
        nlohmann::json line = {{"id", signature.id},
                               {"confidence", name(signature.confidence)},
                               {"of_lines", signature.pattern.find("(?m") != std::string::npos},
                               {"text", *text}};
        if (is_example && !locate(*pattern, *text, line)) continue;
        std::puts(line.dump().c_str());
      }
    }
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: fill_examples FOLDER SEEDS SEED\n", stderr);
    return 2;
  }
  auto set = SignatureSet::load({argv[1]});
  if (!set) {
    std::fprintf(stderr, "%s\n", set.error().message.c_str());
    return 2;
  }
  for (const Signature& signature : set->all()) {
    auto printed = print(signature, std::strtoull(argv[2], nullptr, 10),
                         std::strtoull(argv[3], nullptr, 10));
    if (!printed) {
      std::fprintf(stderr, "%s\n", printed.error().message.c_str());
      return 2;
    }
  }
  return 0;
}
