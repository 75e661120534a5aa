// SPDX-License-Identifier: Apache-2.0
// What is inside archives and compressed files, for as deep as they are nested.
#pragma once

#include <cstdint>

#include "scanner/base/bytes.h"
#include "scanner/source/source.h"

namespace straykey {

// By the first bytes alone: zip (and what is zip inside: jar, docx, wheel), tar, 7z, cpio,
// ar (deb), rpm, gzip, bzip2, xz, lzma, zstd, lz4.
bool looks_like_archive(ByteView bytes);

struct ArchiveLimits {
  uint32_t depth = 4;  // archives within one another that are opened, the outermost included
  uint64_t entry_bytes = 256u << 20;
  // The rest is of one call of expand_archive(), all nested archives together.
  uint64_t total_bytes = 1u << 30;  // that come out, also of what is then not looked at
  uint32_t entries = 100000;
  double ratio = 200;  // of the bytes that come out to those of the archive,
  uint64_t ratio_from_bytes = 16u << 20;  // once more than these came out
};

// Gives each regular file in the archive `bytes` to `sink`, with the origin of the archive
// and its own name as member: "b/c.txt", and "inner.zip!x.txt" for one in a nested archive,
// whose own bytes come first. `bytes` themselves are not given again. Beyond the limits,
// encrypted or damaged: left out, after what could be read. Any thread.
void expand_archive(const Origin& origin, ByteView bytes, const ArchiveLimits& limits,
                    Sink& sink);

}  // namespace straykey
