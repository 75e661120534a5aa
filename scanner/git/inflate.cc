// SPDX-License-Identifier: Apache-2.0
#include "scanner/git/inflate.h"

#include <libdeflate.h>

#include "scanner/base/result.h"

namespace straykey {

void Inflater::Free::operator()(libdeflate_decompressor* decompressor) const {
  libdeflate_free_decompressor(decompressor);
}

Inflater::Inflater() : decompressor_(libdeflate_alloc_decompressor()) {
  STRAYKEY_CHECK(decompressor_ != nullptr);
}

bool Inflater::inflate(ByteView packed, char* out, size_t size) {
  size_t consumed = 0;
  return libdeflate_zlib_decompress_ex(decompressor_.get(), packed.data(), packed.size(), out,
                                       size, &consumed, nullptr) == LIBDEFLATE_SUCCESS;
}

}  // namespace straykey
