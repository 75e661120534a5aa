// SPDX-License-Identifier: Apache-2.0
// A delta is two sizes (7 bits a byte, the least significant first) and instructions:
//
//   1ooooooo [offset, up to 4 bytes] [size, up to 3]  copy; the bits say which bytes follow,
//                                                     a size of 0 is 65536
//   0nnnnnnn and n bytes                              new bytes; n is not 0
#include "scanner/git/delta.h"

#include <cstring>

namespace straykey {
namespace {

std::optional<uint64_t> take_size(ByteView& delta) {
  uint64_t size = 0;
  for (unsigned shift = 0; shift < 63 && !delta.empty(); shift += 7) {
    auto byte = static_cast<uint8_t>(delta[0]);
    delta.remove_prefix(1);
    size |= uint64_t{byte & 0x7fu} << shift;
    if (!(byte & 0x80)) return size;
  }
  return std::nullopt;
}

}  // namespace

std::optional<DeltaSizes> take_delta_sizes(ByteView& delta) {
  auto base = take_size(delta);
  auto result = base ? take_size(delta) : std::nullopt;
  if (!result) return std::nullopt;
  return DeltaSizes{*base, *result};
}

bool apply_delta(ByteView delta, ByteView base, char* out, uint64_t size,
                 std::vector<CopyRun>& runs) {
  const auto* at = reinterpret_cast<const uint8_t*>(delta.data());
  const uint8_t* end = at + delta.size();
  uint64_t done = 0;
  while (at != end) {
    uint8_t code = *at++;
    if (code & 0x80) {
      uint64_t from = 0, length = 0;
      for (unsigned i = 0; i < 4; ++i) {
        if (!(code & (1u << i))) continue;
        if (at == end) return false;
        from |= uint64_t{*at++} << (8 * i);
      }
      for (unsigned i = 0; i < 3; ++i) {
        if (!(code & (0x10u << i))) continue;
        if (at == end) return false;
        length |= uint64_t{*at++} << (8 * i);
      }
      if (length == 0) length = 0x10000;
      if (from > base.size() || length > base.size() - from || length > size - done) {
        return false;
      }
      std::memcpy(out + done, base.data() + from, length);
      if (!runs.empty() && runs.back().to + runs.back().length == done &&
          runs.back().from + runs.back().length == from) {
        runs.back().length += length;
      } else {
        runs.push_back({done, from, length});
      }
      done += length;
    } else {
      if (code == 0 || code > end - at || code > size - done) return false;
      std::memcpy(out + done, at, code);
      at += code;
      done += code;
    }
  }
  return done == size;
}

}  // namespace straykey
