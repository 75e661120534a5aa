// SPDX-License-Identifier: Apache-2.0
// Build-time tool: embed_frameworks FOLDER OUT writes OUT, which holds all of FOLDER/*.toml one
// behind the other, each after a line with its size and its name; builtin.cc embeds it. A
// crosswalk that does not hold together fails the build.
#include <cstdio>
#include <string>

#include "scanner/base/file.h"
#include "scanner/evidence/rulebook.h"

using namespace straykey;

namespace {

Result<void> embed(const std::string& folder, const std::string& out) {
  auto files = files_of(folder, ".toml");
  if (!files) return files.error();
  Rulebook book;
  auto added = book.add_folder(folder);
  if (!added) return added;
  std::string all;
  for (const std::string& file : *files) {
    auto text = read_file(file);
    if (!text) return text.error();
    all += std::to_string(text->size()) + " " + file + "\n" + *text;
  }
  std::vector<std::string> wrong = book.problems();
  if (!wrong.empty()) return Error{wrong.front()};
  return replace_file(out, all);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: embed_frameworks FOLDER OUT\n");
    return 2;
  }
  auto done = embed(argv[1], argv[2]);
  if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return done ? 0 : 2;
}
