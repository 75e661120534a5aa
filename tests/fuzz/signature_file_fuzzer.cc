// SPDX-License-Identifier: Apache-2.0
// Any text is a signature file or gets a message that begins with its place, and a set of
// what was read survives being packed and unpacked.
#include <filesystem>

#include "scanner/base/file.h"
#include "scanner/signature/signature_file.h"
#include "scanner/signature/signature_set.h"
#include "tests/fuzz/fuzzer.h"

namespace straykey {

// The files of the program itself, and their first halves.
std::vector<std::string> fuzz_seeds() {
  std::vector<std::string> seeds;
  for (const auto& entry : std::filesystem::directory_iterator(STRAYKEY_SIGNATURES)) {
    if (entry.path().extension() != ".toml") continue;
    auto text = read_file(entry.path().string());
    STRAYKEY_CHECK(text);
    seeds.push_back(text->substr(0, text->size() / 2));
    seeds.push_back(*std::move(text));
  }
  return seeds;
}

}  // namespace straykey

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace straykey;
  ByteView text(reinterpret_cast<const char*>(data), size);
  auto signatures = parse_signatures(text, "fuzz.toml");
  if (!signatures) {
    STRAYKEY_CHECK(signatures.error().message.starts_with("fuzz.toml:"));
  } else if (auto set = SignatureSet::make(*std::move(signatures))) {
    auto again = SignatureSet::unpack(set->pack());
    STRAYKEY_CHECK(again && again->digest() == set->digest());
  }
  // What is embedded comes from pack() alone, but a damaged file must not be read past.
  (void)SignatureSet::unpack(text);
  return 0;
}
