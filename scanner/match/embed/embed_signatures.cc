// SPDX-License-Identifier: Apache-2.0
// Build-time tool: embed_signatures FOLDER OUT writes OUT/signatures.bin (the packed
// signatures of FOLDER/*.toml) and OUT/database.bin (their Hyperscan database), which
// builtin.cc embeds.
#include <cstdio>
#include <string>

#include "scanner/base/file.h"
#include "scanner/match/database.h"

using namespace straykey;

namespace {

Result<void> embed(const std::string& folder, const std::string& out) {
  auto set = SignatureSet::load({folder});
  if (!set) return set.error();
  std::string packed = set->pack();
  auto database = Database::compile(std::move(*set));
  if (!database) return database.error();
  auto serialized = database->serialize();
  if (!serialized) return serialized.error();
  auto written = replace_file(out + "/signatures.bin", packed);
  if (!written) return written;
  return replace_file(out + "/database.bin", *serialized);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: embed_signatures FOLDER OUT\n");
    return 2;
  }
  auto done = embed(argv[1], argv[2]);
  if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return done ? 0 : 2;
}
