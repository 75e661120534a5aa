// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/unpack.h"

#include <zlib.h>

#include <algorithm>

namespace straykey {

std::string unpack(ByteView stream, uint64_t limit) {
  size_t piece = 4 << 10;  // most of what looks like a stream is none
  constexpr int kEitherFormat = 15 + 32;  // zlib.h: windows of any size, gzip or zlib
  z_stream state{};
  if (inflateInit2(&state, kEitherFormat) != Z_OK) return "";
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(stream.data()));
  state.avail_in = static_cast<uInt>(std::min<size_t>(stream.size(), 1u << 30));
  std::string out;
  for (int status = Z_OK; status == Z_OK && out.size() < limit;) {
    const size_t before = out.size();
    const size_t wanted = std::min<uint64_t>(piece, limit - before);
    piece = std::min<size_t>(2 * piece, 1 << 20);
    out.resize(before + wanted);
    state.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    state.avail_out = static_cast<uInt>(wanted);
    status = inflate(&state, Z_NO_FLUSH);
    out.resize(out.size() - state.avail_out);
    if (state.avail_in == 0 && out.size() == before) break;
  }
  inflateEnd(&state);
  return out;
}

}  // namespace straykey
