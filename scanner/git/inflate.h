// SPDX-License-Identifier: Apache-2.0
// zlib streams whose size is known beforehand, as everything in a pack is: libdeflate is
// more than twice as fast as zlib, because it never has to stop in between.
#pragma once

#include <cstddef>
#include <memory>

#include "scanner/base/bytes.h"

struct libdeflate_decompressor;

namespace straykey {

// One per thread.
class Inflater {
 public:
  Inflater();

  // Inflates the zlib stream (RFC 1950) at the start of `packed` into `out`. false when it
  // is damaged, its checksum is wrong, or it does not hold exactly `size` bytes. What
  // follows the stream in `packed` does not matter.
  bool inflate(ByteView packed, char* out, size_t size);

 private:
  struct Free {
    void operator()(libdeflate_decompressor* decompressor) const;
  };
  std::unique_ptr<libdeflate_decompressor, Free> decompressor_;
};

}  // namespace straykey
