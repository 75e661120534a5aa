// SPDX-License-Identifier: Apache-2.0
// The frameworks as bytes of the program itself. They stay TOML: a run that finds nothing never
// reads them.
#include <charconv>

#include "scanner/evidence/rulebook.h"

__asm__(
    ".section .rodata\n"
    "straykey_frameworks_begin: .incbin \"" STRAYKEY_EMBEDDED_FRAMEWORKS "\"\n"
    "straykey_frameworks_end:\n"
    ".previous\n");

extern "C" {
extern const char straykey_frameworks_begin[];
extern const char straykey_frameworks_end[];
}

namespace straykey {

Result<Rulebook> Rulebook::builtin() {
  ByteView rest(straykey_frameworks_begin,
                static_cast<size_t>(straykey_frameworks_end - straykey_frameworks_begin));
  Rulebook book;
  while (!rest.empty()) {
    // "<size> <name>\n", as embed_frameworks.cc writes it.
    size_t size = 0;
    size_t line = rest.find('\n');
    STRAYKEY_CHECK(line != ByteView::npos);
    auto [end, error] = std::from_chars(rest.data(), rest.data() + line, size);
    STRAYKEY_CHECK(error == std::errc() && *end == ' ' && rest.size() - line - 1 >= size);
    std::string file(end + 1, rest.data() + line);
    auto added = book.add(rest.substr(line + 1, size), file);
    if (!added) return added.error();
    rest.remove_prefix(line + 1 + size);
  }
  return book;
}

Result<Rulebook> Rulebook::with(const std::string& folder) {
  auto book = builtin();
  if (!book || folder.empty()) return book;
  auto added = book->add_folder(folder);
  if (!added) return added.error();
  std::vector<std::string> wrong = book->problems();
  if (!wrong.empty()) return Error{wrong.front()};
  return book;
}

}  // namespace straykey
