// SPDX-License-Identifier: Apache-2.0
// The gate's loops over all bytes, one for each kind of CPU. A vector of bytes is looked up
// in the table of each of the six positions; what is left of the AND is a yes.
#include <algorithm>
#include <bitset>
#include <cstring>
#include <optional>

#include "scanner/match/gate.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace straykey {
namespace {

// Positions are collected for so many bytes at a time; they stay in the nearest cache.
constexpr size_t kBlock = 4096;
// A run of one byte is known so far.
constexpr size_t kLongestRun = kBlock;
// What is left of a block is looked at as so many bytes, as the vectors like it.
constexpr size_t kPadded = 64;

uint32_t load_gram(const uint8_t* at) {
  uint32_t gram;
  std::memcpy(&gram, at, sizeof gram);
  return gram;
}

}  // namespace

bool available(GateKernel kernel) {
  switch (kernel) {
    case GateKernel::kPortable: return true;
#if defined(__x86_64__)
    case GateKernel::kAvx2: return __builtin_cpu_supports("avx2");
    case GateKernel::kAvx512:
      return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi") &&
             __builtin_cpu_supports("avx512vbmi2");
#else
    default: return false;
#endif
  }
  return false;
}

GateKernel best_gate_kernel() {
  for (GateKernel kernel : {GateKernel::kAvx512, GateKernel::kAvx2}) {
    if (available(kernel)) return kernel;
  }
  return GateKernel::kPortable;
}

// Where the vectors' own forms of table_ come from.
void Gate::fill_byte_tables() {
  for (size_t k = 0; k < kTableBytes; ++k) {
    for (size_t half = 0; half < 2; ++half) {
      seven_bit_[k][half].fill(0);
      five_bit_[k][half].fill(0);
      high_nibble_[k][half].fill(0);
      for (size_t byte = 0; byte < 256; ++byte) {
        const auto bits = static_cast<uint8_t>(table_[k][byte] >> (8 * half));
        seven_bit_[k][half][byte & 127] |= bits;
        five_bit_[k][half][byte & 31] |= bits;
        high_nibble_[k][half][byte >> 4] |= bits;
      }
    }
  }
}

size_t Gate::scan_portable(const uint8_t* text, size_t count, uint16_t* found) const {
  size_t n = 0;
  for (size_t i = 0; i < count; ++i) {
    unsigned buckets = table_[0][text[i]];
    for (size_t k = 1; k < kTableBytes; ++k) buckets &= table_[k][text[i + k]];
    found[n] = static_cast<uint16_t>(i);
    n += buckets != 0;
  }
  return n;
}

#if defined(__x86_64__)

// For each byte of eight yes and no, the places of the yes.
struct Places {
  alignas(8) uint8_t of[256][8] = {};
  constexpr Places() {
    for (unsigned bits = 0; bits < 256; ++bits) {
      size_t n = 0;
      for (uint8_t place = 0; place < 8; ++place) {
        if (bits >> place & 1) of[bits][n++] = place;
      }
    }
  }
};
constexpr Places kPlaces;

// Sixteen bytes in both halves. A function would need the target of those that use it.
#define STRAYKEY_TWICE(bytes) \
  _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(bytes)))

// Bytes are looked up twice, by their low five bits, which tell letters apart, and by
// their high four.
__attribute__((target("avx2,popcnt"))) size_t Gate::scan_avx2(const uint8_t* text, size_t count,
                                                              uint16_t* found) const {
  constexpr size_t kStep = 32;
  const __m256i nibble = _mm256_set1_epi8(15);
  size_t n = 0;
  for (size_t i = 0; i < count; i += kStep) {
    __m256i buckets[2] = {_mm256_set1_epi8(-1), _mm256_set1_epi8(-1)};
    for (size_t k = 0; k < kTableBytes; ++k) {
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + i + k));
      const __m256i lows = _mm256_and_si256(bytes, nibble);
      const __m256i highs = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble);
      const __m256i fifth = _mm256_slli_epi16(bytes, 3);  // bit 4 to where a blend looks
      for (size_t half = 0; half < 2; ++half) {
        const uint8_t* five = five_bit_[k][half].data();
        const __m256i by_five =
            _mm256_blendv_epi8(_mm256_shuffle_epi8(STRAYKEY_TWICE(five), lows),
                               _mm256_shuffle_epi8(STRAYKEY_TWICE(five + 16), lows), fifth);
        const __m256i by_four =
            _mm256_shuffle_epi8(STRAYKEY_TWICE(high_nibble_[k][half].data()), highs);
        buckets[half] = _mm256_and_si256(buckets[half], _mm256_and_si256(by_five, by_four));
      }
    }
    const __m256i none =
        _mm256_cmpeq_epi8(_mm256_or_si256(buckets[0], buckets[1]), _mm256_setzero_si256());
    const auto yes = ~static_cast<uint32_t>(_mm256_movemask_epi8(none));
    for (size_t part = 0; part < kStep; part += 8) {
      const uint32_t bits = yes >> part & 0xff;
      const __m128i places = _mm_cvtepu8_epi16(
          _mm_loadl_epi64(reinterpret_cast<const __m128i*>(kPlaces.of[bits])));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(found + n),
                       _mm_add_epi16(places, _mm_set1_epi16(static_cast<short>(i + part))));
      n += static_cast<size_t>(__builtin_popcount(bits));
    }
  }
  return n;
}

__attribute__((target("avx512f,avx512bw,avx512vbmi,avx512vbmi2,popcnt"))) size_t
Gate::scan_avx512(const uint8_t* text, size_t count, uint16_t* found) const {
  constexpr size_t kStep = 64;
  alignas(64) static constexpr uint16_t kCountUp[32] = {
      0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
      16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
  const __m512i count_up = _mm512_load_si512(kCountUp);
  __m512i table[kTableBytes][2][2];
  for (size_t k = 0; k < kTableBytes; ++k) {
    for (size_t half = 0; half < 2; ++half) {
      table[k][half][0] = _mm512_load_si512(seven_bit_[k][half].data());
      table[k][half][1] = _mm512_load_si512(seven_bit_[k][half].data() + 64);
    }
  }
  size_t n = 0;
  for (size_t i = 0; i < count; i += kStep) {
    __m512i buckets[2] = {_mm512_set1_epi8(-1), _mm512_set1_epi8(-1)};
    for (size_t k = 0; k < kTableBytes; ++k) {
      const __m512i bytes = _mm512_loadu_si512(text + i + k);
      for (size_t half = 0; half < 2; ++half) {
        buckets[half] = _mm512_and_si512(
            buckets[half],
            _mm512_permutex2var_epi8(table[k][half][0], bytes, table[k][half][1]));
      }
    }
    const __m512i any = _mm512_or_si512(buckets[0], buckets[1]);
    const uint64_t yes = _mm512_test_epi8_mask(any, any);
    for (int half = 0; half < 2; ++half) {
      const auto mask = static_cast<uint32_t>(yes >> (32 * half));
      const __m512i at = _mm512_add_epi16(
          count_up, _mm512_set1_epi16(static_cast<short>(i + 32 * static_cast<size_t>(half))));
      _mm512_storeu_si512(found + n, _mm512_maskz_compress_epi16(mask, at));
      n += static_cast<size_t>(__builtin_popcount(mask));
    }
  }
  return n;
}

#undef STRAYKEY_TWICE

#else

size_t Gate::scan_avx2(const uint8_t* text, size_t count, uint16_t* found) const {
  return scan_portable(text, count, found);
}
size_t Gate::scan_avx512(const uint8_t* text, size_t count, uint16_t* found) const {
  return scan_portable(text, count, found);
}

#endif

size_t Gate::scan(const uint8_t* text, size_t count, GateKernel kernel, uint16_t* found) const {
  switch (kernel) {
    case GateKernel::kAvx2: return scan_avx2(text, count, found);
    case GateKernel::kAvx512: return scan_avx512(text, count, found);
    default: return scan_portable(text, count, found);
  }
}

const Gate::Known* Gate::known_gram(uint32_t folded) const {
  for (uint32_t i = slot_of(folded, slot_mask_); slots_[i] != 0; i = (i + 1) & slot_mask_) {
    const Known& known = known_[slots_[i]];
    if (known.gram == folded) return &known;
  }
  return nullptr;
}

// A state is where its row begins. The first row refuses, the second accepts.
bool Gate::accepts(const Steps& steps, uint32_t state, ByteView text) const {
  const uint8_t* classes = byte_classes_.data() + steps.classes;
  const uint16_t* transitions = transitions_.data() + steps.transitions;
  const auto* next = reinterpret_cast<const uint8_t*>(text.data());
  const uint8_t* end = next + text.size();
  const uint32_t accepts = steps.class_count;
  while (state > accepts && next != end) state = transitions[state + classes[*next++]];
  return state == accepts;
}

// A file of zeros in base64 would be read as often as lines are long.
bool Gate::reads_on(const Known& known, ByteView bytes, uint64_t at, SameBytes& run) const {
  const Tail& tail = tails_[known.tail];
  const uint64_t behind = at + kGramBytes;
  if (known.settles > 0 && at >= run.end) {
    const ByteView near = slice(bytes, {at, at + kLongestRun});
    run = {at + std::min(near.size(), near.find_first_not_of(bytes[at]))};
  }
  if (known.settles == 0 || run.end < behind + known.settles) {
    return accepts(tail.steps, known.state, slice(bytes, {behind, at + tail.after}));
  }
  if (run.known != &known) {
    run.known = &known;
    run.reads_on = accepts(tail.steps, known.state, slice(bytes, {behind, run.end + tail.after}));
  }
  return run.reads_on;
}

// Sets the bits of all grams that begin in [begin, end].
class Gate::Earlier {
 public:
  Earlier(ByteView bytes, uint64_t begin, uint64_t end) {
    const auto* text = reinterpret_cast<const uint8_t*>(bytes.data());
    for (uint64_t i = begin; i <= end; ++i) bits_.set(earlier_bit(fold_gram(load_gram(text + i))));
  }

  bool holds_one_of(std::span<const uint16_t> grams) const {
    return std::any_of(grams.begin(), grams.end(), [&](uint16_t bit) { return bits_[bit]; });
  }

 private:
  std::bitset<1u << kEarlierBits> bits_;
};

void Gate::tell(uint32_t number, ByteView bytes, uint64_t at, GateFound& found) const {
  const Tail& tail = tails_[number];
  const uint64_t begin = at - std::min<uint64_t>(at, tail.before);
  if (tail.has_window) {
    const uint64_t end = std::min<uint64_t>(bytes.size(), at + tail.after);
    found.windows.push_back({{begin, end}, at, number});
  }
  std::optional<Earlier> grams;
  if (tail.has_earlier) grams.emplace(bytes, begin, at);
  for (const Owner& owner : owners(number)) {
    if (!owner.at_once) continue;
    const auto earlier = earlier_.subspan(owner.earlier, owner.earlier_count);
    if (earlier.empty() || grams->holds_one_of(earlier)) tell_at_once(owner, bytes, at, found);
  }
}

// Says where matches begin, if that is known. The end is the same for all that have the gram.
void Gate::tell_at_once(const Owner& owner, ByteView bytes, uint64_t at, GateFound& found) const {
  uint64_t first = at - std::min<uint64_t>(at, owner.before), last = at;
  const uint64_t end = at + owner.after;
  if (owner.whole.start > 0) {
    const auto begins = [&](uint64_t place) {
      return accepts(owner.whole.steps, owner.whole.start, slice(bytes, {place, end}));
    };
    while (first <= last && !begins(first)) ++first;
    if (first > last) return;
    while (last > first && !begins(last)) --last;
  }
  found.hits.push_back({owner.signature, static_cast<uint32_t>(last - first),
                        static_cast<uint32_t>(end - last), last});
}

// The first two loops have no branch that could go either way.
void Gate::look_again(ByteView bytes, uint64_t block, uint16_t* places, size_t n,
                      GateFound& found) const {
  const auto* text = reinterpret_cast<const uint8_t*>(bytes.data()) + block;
  size_t grams = 0;
  for (size_t i = 0; i < n; ++i) {
    const uint32_t folded = fold_gram(load_gram(text + places[i]));
    places[grams] = places[i];
    grams += may_be_gram(folded);
  }
  // The last places, behind which too few bytes are left to be looked at, stay.
  size_t checked = grams;
  while (checked > 0 && block + places[checked - 1] + 2 * kGramBytes > bytes.size()) --checked;
  size_t left = 0;
  for (size_t i = 0; i < checked; ++i) {
    const uint8_t* at = text + places[i];
    const uint32_t folded = fold_gram(load_gram(at));
    const uint32_t slot = slots_[slot_of(folded, slot_mask_)];
    const Known& known = known_[slot];
    places[left] = places[i];
    left += static_cast<size_t>(slot != 0) &
            (static_cast<size_t>(known.gram != folded) |
             static_cast<size_t>((load_gram(at + kGramBytes) & known.next_mask) ==
                                 known.next_bits));
  }
  for (size_t i = checked; i < grams; ++i) places[left++] = places[i];
  SameBytes run;
  for (size_t i = 0; i < left; ++i) {
    const uint64_t at = block + places[i];
    const Known* known = known_gram(fold_gram(load_gram(text + places[i])));
    for (; known; known = known->other ? &known_[known->other] : nullptr) {
      if (reads_on(*known, bytes, at, run)) tell(known->tail, bytes, at, found);
    }
  }
}

void Gate::find(ByteView bytes, uint64_t begin, uint64_t end, GateKernel kernel,
                GateFound& found) const {
  if (bytes.size() < kGramBytes || tails_.empty()) return;
  end = std::min<uint64_t>(end, bytes.size() - kGramBytes + 1);
  // The tables know of bytes that are there.
  const uint64_t tables_end =
      std::min<uint64_t>(end, bytes.size() - std::min(bytes.size(), kTableBytes - 1));
  const auto* text = reinterpret_cast<const uint8_t*>(bytes.data());
  uint16_t places[kBlock + 32];
  uint64_t block = begin;
  for (; block < tables_end; block = std::min<uint64_t>(tables_end, block + kBlock)) {
    const size_t count = std::min<uint64_t>(kBlock, tables_end - block);
    const size_t rest = count % kPadded;
    size_t n = scan(text + block, count - rest, kernel, places);
    if (rest > 0) {
      uint8_t padded[kPadded + kTableBytes - 1] = {};
      std::memcpy(padded, text + block + count - rest, rest + kTableBytes - 1);
      const size_t with_padding = n + scan(padded, kPadded, kernel, places + n);
      for (; n < with_padding && places[n] < rest; ++n) {
        places[n] = static_cast<uint16_t>(places[n] + count - rest);
      }
    }
    look_again(bytes, block, places, n, found);
  }
  size_t rest = 0;
  for (; block + rest < end; ++rest) places[rest] = static_cast<uint16_t>(rest);
  look_again(bytes, block, places, rest, found);
}

}  // namespace straykey
