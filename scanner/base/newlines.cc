// SPDX-License-Identifier: Apache-2.0
#include "scanner/base/newlines.h"

#include <algorithm>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace straykey {
namespace {

#if defined(__SSE2__)

constexpr size_t kVector = sizeof(__m128i);

__m128i newlines(const char* at) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  return _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'));
}

uint64_t bits_of_step(const char* text) {
  uint64_t bits = 0;
  for (unsigned part = 0; part < kNewlineStep; part += kVector) {
    bits |= uint64_t{static_cast<uint32_t>(_mm_movemask_epi8(newlines(text + part)))} << part;
  }
  return bits;
}

// Of whole vectors from the front, which are taken away.
uint64_t count_vectors(ByteView& bytes) {
  constexpr size_t kMostOfOne = 255;  // what a byte of the sums can count
  uint64_t count = 0;
  while (bytes.size() >= kVector) {
    const size_t vectors = std::min(bytes.size() / kVector, kMostOfOne);
    __m128i sums = _mm_setzero_si128();
    for (size_t i = 0; i < vectors; ++i) {
      sums = _mm_sub_epi8(sums, newlines(bytes.data() + i * kVector));
    }
    const __m128i halves = _mm_sad_epu8(sums, _mm_setzero_si128());
    count += static_cast<uint64_t>(_mm_cvtsi128_si64(halves)) +
             static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(halves, halves)));
    bytes.remove_prefix(vectors * kVector);
  }
  return count;
}

#else

uint64_t bits_of_step(const char* text) {
  uint64_t bits = 0;
  for (unsigned i = 0; i < kNewlineStep; ++i) bits |= uint64_t{text[i] == '\n'} << i;
  return bits;
}

uint64_t count_vectors(ByteView&) { return 0; }

#endif

}  // namespace

uint64_t newline_bits(ByteView bytes, uint64_t at) {
  if (bytes.size() - at >= kNewlineStep) return bits_of_step(bytes.data() + at);
  char rest[kNewlineStep] = {};
  std::memcpy(rest, bytes.data() + at, bytes.size() - at);
  return bits_of_step(rest);
}

uint64_t count_newlines(ByteView bytes) {
  const uint64_t count = count_vectors(bytes);
  return count + static_cast<uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
}

}  // namespace straykey
