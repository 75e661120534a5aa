// SPDX-License-Identifier: Apache-2.0
// The default signatures as bytes of the program itself: starting costs no TOML and no
// compile, which would be a hundred times what a hook scans for.
#include "scanner/match/database.h"

__asm__(
    ".section .rodata\n"
    ".balign 16\n"
    "straykey_signatures_begin: .incbin \"" STRAYKEY_EMBEDDED "/signatures.bin\"\n"
    "straykey_signatures_end:\n"
    ".balign 16\n"
    "straykey_database_begin: .incbin \"" STRAYKEY_EMBEDDED "/database.bin\"\n"
    "straykey_database_end:\n"
    ".previous\n");

extern "C" {
extern const char straykey_signatures_begin[];
extern const char straykey_signatures_end[];
extern const char straykey_database_begin[];
extern const char straykey_database_end[];
}

namespace straykey {

Result<SignatureSet> Database::builtin_signatures() {
  return SignatureSet::unpack(
      ByteView(straykey_signatures_begin,
               static_cast<size_t>(straykey_signatures_end - straykey_signatures_begin)));
}

Result<Database> Database::builtin() {
  auto set = builtin_signatures();
  if (!set) return set.error();
  return load_in_place(
      std::move(*set),
      ByteView(straykey_database_begin,
               static_cast<size_t>(straykey_database_end - straykey_database_begin)));
}

}  // namespace straykey
