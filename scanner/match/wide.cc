// SPDX-License-Identifier: Apache-2.0
// A unit of little-endian UTF-16 below U+0100 is a byte and a zero; of big-endian, a zero
// and a byte. Seen from one byte further on, the one looks like the other, so the search
// goes from zero to zero and takes the reading that begins first.
#include "scanner/match/wide.h"

#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace straykey {
namespace {

constexpr size_t kLeastUnits = 8;

// How many units with zeros at `zero_at` (0 or 1) of each pair follow from `begin`.
size_t units_from(ByteView bytes, size_t begin, size_t zero_at) {
  size_t units = 0;
  for (size_t i = begin; i + 1 < bytes.size(); i += 2, ++units) {
    if (bytes[i + zero_at] != 0 || bytes[i + 1 - zero_at] == 0) break;
  }
  return units;
}

// Eight units in a row are 16 bytes of which every other one is zero.
constexpr size_t kStep = 64 - 2 * kLeastUnits;

// Whether none begins in the next kStep bytes. Programs are full of zeros, so this is asked
// for many of them at a time; false when it cannot be.
bool no_run_begins(ByteView bytes, size_t at) {
#if defined(__SSE2__)
  if (bytes.size() - at < 64) return false;
  uint64_t zeros = 0;
  for (unsigned part = 0; part < 4; ++part) {
    __m128i sixteen =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + at + 16 * part));
    auto mask = static_cast<uint32_t>(
        _mm_movemask_epi8(_mm_cmpeq_epi8(sixteen, _mm_setzero_si128())));
    zeros |= uint64_t{mask} << (16 * part);
  }
  auto eight = [](uint64_t units) {
    units &= units >> 2;
    units &= units >> 4;
    return units & (units >> 8);
  };
  constexpr uint64_t kAsked = (uint64_t{1} << kStep) - 1;
  return ((eight(~zeros & (zeros >> 1)) | eight(zeros & (~zeros >> 1))) & kAsked) == 0;
#else
  (void)bytes, (void)at;
  return false;
#endif
}

WideRun narrow(ByteView bytes, size_t begin, size_t units, size_t zero_at) {
  WideRun run;
  run.begin = begin;
  run.encoding = zero_at == 1 ? "utf-16le" : "utf-16be";
  run.text.resize(units);
  for (size_t i = 0; i < units; ++i) run.text[i] = bytes[begin + 2 * i + 1 - zero_at];
  return run;
}

}  // namespace

std::vector<WideRun> find_wide_runs(ByteView bytes) {
  std::vector<WideRun> runs;
  size_t at = 0;  // nothing before it is looked at again
  while (at < bytes.size()) {
    if (no_run_begins(bytes, at)) {
      at += kStep;
      continue;
    }
    const void* found = std::memchr(bytes.data() + at, 0, bytes.size() - at);
    if (!found) break;
    auto zero = static_cast<size_t>(static_cast<const char*>(found) - bytes.data());
    if (zero > at) {
      size_t units = units_from(bytes, zero - 1, 1);
      if (units >= kLeastUnits) {
        runs.push_back(narrow(bytes, zero - 1, units, 1));
        at = zero - 1 + 2 * units;
        continue;
      }
    }
    size_t units = units_from(bytes, zero, 0);
    if (units >= kLeastUnits) {
      // Offsets of a big-endian run count from its zero bytes.
      runs.push_back(narrow(bytes, zero, units, 0));
      at = zero + 2 * units;
      continue;
    }
    at = zero + 1;
  }
  return runs;
}

}  // namespace straykey
