// SPDX-License-Identifier: Apache-2.0
// Each byte is told apart into digit, capital, small letter, and sign; 64 of them become
// four words of bits. Whether 20 tokens' bytes follow each other is then a matter of five
// shifts, and only the runs themselves are walked along.
#include "scanner/match/mixed_run.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "scanner/match/anchor.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace straykey {
namespace {

constexpr uint32_t kOfEachCase = 6;
constexpr double kMostWithout = 1.0 / 200;

enum Kind : uint8_t { kDigit = 1, kUpper = 2, kLower = 4, kSign = 8 };

constexpr std::array<uint8_t, 256> kKinds = [] {
  std::array<uint8_t, 256> kinds{};
  for (size_t c = '0'; c <= '9'; ++c) kinds[c] = kDigit;
  for (size_t c = 'A'; c <= 'Z'; ++c) kinds[c] = kUpper;
  for (size_t c = 'a'; c <= 'z'; ++c) kinds[c] = kLower;
  for (char c : {'_', '-', '+', '/', '=', '.'}) kinds[static_cast<uint8_t>(c)] = kSign;
  return kinds;
}();

constexpr size_t kBlockWords = 64;

// 64 bytes each; the first is bit 0.
struct Words {
  using Row = std::array<uint64_t, kBlockWords + 1>;  // the last one is of no bytes
  Row token, digit, upper, lower;
};

// `count` words of `text` into those of `out` from `first` on.
void read_portable(const uint8_t* text, size_t first, size_t count, Words& out) {
  for (size_t w = 0; w < count; ++w) {
    uint64_t token = 0, digit = 0, upper = 0, lower = 0;
    for (unsigned i = 0; i < 64; ++i) {
      const uint64_t kind = kKinds[text[64 * w + i]];
      token |= uint64_t{kind != 0} << i;
      digit |= (kind & 1) << i;
      upper |= (kind >> 1 & 1) << i;
      lower |= (kind >> 2 & 1) << i;
    }
    out.token[first + w] = token;
    out.digit[first + w] = digit;
    out.upper[first + w] = upper;
    out.lower[first + w] = lower;
  }
}

#if defined(__x86_64__)

// Halves of bytes: a byte is of a sort when both its halves may be. Sorts that share a
// half share no other.
enum Sort : uint8_t {
  kSortDigit = 1,    // 3: 0-9
  kSortUpper4 = 2,   // 4: 1-f
  kSortUpper5 = 4,   // 5: 0-a
  kSortLower6 = 8,   // 6: 1-f
  kSortLower7 = 16,  // 7: 0-a
  kSortSign2 = 32,   // 2: + - . /
  kSortSign3 = 64,   // 3: =
  kSortSign5 = 128,  // 5: _
};

struct Halves {
  alignas(16) std::array<uint8_t, 16> low{}, high{};
  constexpr Halves() {
    high = {0, 0, kSortSign2, kSortDigit | kSortSign3, kSortUpper4, kSortUpper5 | kSortSign5,
            kSortLower6, kSortLower7};
    for (unsigned half = 0; half < 16; ++half) {
      unsigned sorts = 0;
      if (half <= 9) sorts |= kSortDigit;
      if (half >= 1) sorts |= kSortUpper4 | kSortLower6;
      if (half <= 10) sorts |= kSortUpper5 | kSortLower7;
      if (half == 0xb || half >= 0xd) sorts |= kSortSign2;
      if (half == 0xd) sorts |= kSortSign3;
      if (half == 0xf) sorts |= kSortSign5;
      low[half] = static_cast<uint8_t>(sorts);
    }
  }
};
constexpr Halves kHalves;

__attribute__((target("avx2"))) void read_avx2(const uint8_t* text, size_t first, size_t count, Words& out) {
  const __m256i lows = _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(kHalves.low.data())));
  const __m256i highs = _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(kHalves.high.data())));
  const __m256i nibble = _mm256_set1_epi8(15), zero = _mm256_setzero_si256();
  for (size_t w = 0; w < count; ++w) {
    __m256i sorts[2];
    for (unsigned half = 0; half < 2; ++half) {
      const __m256i bytes =
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 64 * w + 32 * half));
      const __m256i high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble);
      sorts[half] =
          _mm256_and_si256(_mm256_shuffle_epi8(lows, _mm256_and_si256(bytes, nibble)),
                           _mm256_shuffle_epi8(highs, high));
    }
    const auto of = [&](int wanted) __attribute__((target("avx2"))) {
      uint64_t bits = 0;
      for (unsigned half = 0; half < 2; ++half) {
        const __m256i none = _mm256_cmpeq_epi8(
            _mm256_and_si256(sorts[half], _mm256_set1_epi8(static_cast<char>(wanted))), zero);
        bits |= uint64_t{~static_cast<uint32_t>(_mm256_movemask_epi8(none))} << (32 * half);
      }
      return bits;
    };
    out.token[first + w] = of(0xff);
    out.digit[first + w] = of(kSortDigit);
    out.upper[first + w] = of(kSortUpper4 | kSortUpper5);
    out.lower[first + w] = of(kSortLower6 | kSortLower7);
  }
}

__attribute__((target("avx512f,avx512bw"))) void read_avx512(const uint8_t* text, size_t first,
                                                             size_t count, Words& out) {
  const __m512i lows = _mm512_maskz_broadcast_i32x4(
      0xffff, _mm_load_si128(reinterpret_cast<const __m128i*>(kHalves.low.data())));
  const __m512i highs = _mm512_maskz_broadcast_i32x4(
      0xffff, _mm_load_si128(reinterpret_cast<const __m128i*>(kHalves.high.data())));
  const __m512i nibble = _mm512_set1_epi8(15);
  for (size_t w = 0; w < count; ++w) {
    const __m512i bytes = _mm512_loadu_si512(text + 64 * w);
    const __m512i high = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), nibble);
    const __m512i sorts =
        _mm512_and_si512(_mm512_shuffle_epi8(lows, _mm512_and_si512(bytes, nibble)),
                         _mm512_shuffle_epi8(highs, high));
    out.token[first + w] = _mm512_test_epi8_mask(sorts, sorts);
    out.digit[first + w] = _mm512_test_epi8_mask(sorts, _mm512_set1_epi8(kSortDigit));
    out.upper[first + w] = _mm512_test_epi8_mask(sorts, _mm512_set1_epi8(kSortUpper4 | kSortUpper5));
    out.lower[first + w] = _mm512_test_epi8_mask(sorts, _mm512_set1_epi8(kSortLower6 | kSortLower7));
  }
}

#endif

void read_words(const uint8_t* text, size_t first, size_t count, GateKernel kernel, Words& out) {
  switch (kernel) {
#if defined(__x86_64__)
    case GateKernel::kAvx2: return read_avx2(text, first, count, out);
    case GateKernel::kAvx512: return read_avx512(text, first, count, out);
#endif
    default: return read_portable(text, first, count, out);
  }
}

// A block of text: its words, and where in them a run of kLeastRun begins or goes on for as
// long.
struct Block {
  Words words;
  std::array<uint64_t, kBlockWords> starts;
  size_t count = 0;

  // `size` bytes, at most 64 * kBlockWords.
  void read(const uint8_t* text, size_t size, GateKernel kernel) {
    count = (size + 63) / 64;
    const size_t whole = size / 64;
    read_words(text, 0, whole, kernel, words);
    if (whole < count) {
      std::array<uint8_t, 64> rest{};
      std::memcpy(rest.data(), text + 64 * whole, size % 64);
      read_words(rest.data(), whole, 1, kernel, words);
    }
    words.token[count] = 0;
    for (size_t i = 0; i < count; ++i) starts[i] = long_runs(words.token[i], words.token[i + 1]);
  }

  static uint64_t long_runs(uint64_t word, uint64_t next) {
    static_assert(kLeastRun == 20);
    unsigned __int128 bits = word | static_cast<unsigned __int128>(next) << 64;
    bits &= bits >> 1;
    bits &= bits >> 2;
    const auto four = static_cast<uint64_t>(bits >> 16);  // from the 16th on, four of them
    bits &= bits >> 4;
    bits &= bits >> 8;
    return static_cast<uint64_t>(bits) & four;
  }

  // Where the run ends that begins at `from`, and whether it is mixed.
  size_t end_of_run(size_t from, bool& is_mixed) const {
    size_t at = from;
    bool has_digit = false;
    uint32_t upper = 0, lower = 0;
    for (;;) {
      const size_t w = at / 64;
      const auto length = static_cast<unsigned>(std::countr_one(words.token[w] >> (at % 64)));
      const uint64_t bits =
          (length == 64 ? ~uint64_t{0} : (uint64_t{1} << length) - 1) << (at % 64);
      has_digit |= (words.digit[w] & bits) != 0;
      count_up_to(kOfEachCase, words.upper[w] & bits, upper);
      count_up_to(kOfEachCase, words.lower[w] & bits, lower);
      at += length;
      if (length == 0 || at % 64 != 0) break;
    }
    is_mixed = has_digit || (upper == kOfEachCase && lower == kOfEachCase);
    return at;
  }

  static void count_up_to(uint32_t most, uint64_t bits, uint32_t& count) {
    for (; bits != 0 && count < most; bits &= bits - 1) ++count;
  }
};

}  // namespace

bool has_mixed_run(ByteView text) {
  uint32_t length = 0, digits = 0, upper = 0, lower = 0;
  for (char c : text) {
    const uint8_t kind = kKinds[static_cast<uint8_t>(c)];
    if (kind == 0) {
      length = digits = upper = lower = 0;
      continue;
    }
    ++length;
    digits += kind == kDigit;
    upper += kind == kUpper;
    lower += kind == kLower;
    if (length >= kLeastRun &&
        (digits > 0 || (upper >= kOfEachCase && lower >= kOfEachCase))) {
      return true;
    }
  }
  return false;
}

// Blocks overlap by the longest run that is asked for, so one of them has all of it.
void find_mixed_runs(ByteView bytes, uint64_t begin, uint64_t end, uint64_t lead,
                     GateKernel kernel, std::vector<Span>& spans) {
  const auto* text = reinterpret_cast<const uint8_t*>(bytes.data());
  const size_t first = spans.size();
  Block block;
  for (uint64_t at = begin; at < end; at += 64 * kBlockWords - kWidestBeginning) {
    block.read(text + at, std::min<uint64_t>(64 * kBlockWords, end - at), kernel);
    size_t known = 0;  // runs up to here
    for (size_t i = 0; i < block.count; ++i) {
      for (uint64_t starts = block.starts[i]; starts != 0; starts &= starts - 1) {
        const size_t from = 64 * i + static_cast<size_t>(std::countr_zero(starts));
        if (from < known) continue;
        bool is_mixed = false;
        known = block.end_of_run(from, is_mixed);
        if (!is_mixed) continue;
        const uint64_t span_begin = std::max(begin, at + from - std::min(at + from, lead));
        if (spans.size() > first && span_begin <= spans.back().end) {
          spans.back().end = std::max(spans.back().end, at + known);
        } else {
          spans.push_back({span_begin, at + known});
        }
      }
    }
  }
}

namespace {

// Bytes drawn evenly from classes, one after another: how likely it is that there was no
// digit, and so many letters of each case; counted up to kOfEachCase.
class Draws {
 public:
  Draws() { without_digit_[0][0] = 1; }

  void draw(const ByteSet& set) {
    double upper = 0, lower = 0, other = 0;
    for (size_t byte = set._Find_first(); byte < 256; byte = set._Find_next(byte)) {
      switch (kKinds[byte]) {
        case kDigit: break;
        case kUpper: ++upper; break;
        case kLower: ++lower; break;
        default: ++other;
      }
    }
    const auto count = static_cast<double>(set.count());
    Table next{};
    for (size_t u = 0; u <= kOfEachCase; ++u) {
      for (size_t l = 0; l <= kOfEachCase; ++l) {
        const double share = without_digit_[u][l] / count;
        next[std::min<size_t>(u + 1, kOfEachCase)][l] += share * upper;
        next[u][std::min<size_t>(l + 1, kOfEachCase)] += share * lower;
        next[u][l] += share * other;
      }
    }
    without_digit_ = next;
  }

  // That the run is not mixed, long as it is.
  double chance_without() const {
    double sum = 0;
    for (const auto& row : without_digit_) {
      for (double one : row) sum += one;
    }
    return sum - without_digit_[kOfEachCase][kOfEachCase];
  }

 private:
  using Table = std::array<std::array<double, kOfEachCase + 1>, kOfEachCase + 1>;
  Table without_digit_{};
};

bool is_of_tokens(const ByteSet& set) {
  for (size_t byte = set._Find_first(); byte < 256; byte = set._Find_next(byte)) {
    if (kKinds[byte] == 0) return false;
  }
  return set.any();
}

// What a row of elements tells.
struct Told {
  uint64_t lead = 0, least = 0, most = 0;  // widths: before the secret, and of it
  bool is_one_run = true;                  // all of the secret is

  // What surely follows each other, all of tokens, and where in the secret it ends at most.
  struct Run {
    std::vector<ByteSet> bytes;
    uint64_t end = 0;
  };
  std::vector<Run> runs;

  // How likely it is that there is none in the first `bytes` of the secret.
  double chance_without(uint64_t bytes) const {
    double best = 1;
    for (const Run& run : runs) {
      const uint64_t unseen = run.end - std::min(run.end, bytes);
      if (run.bytes.size() < kLeastRun + unseen) continue;
      Draws draws;
      for (size_t i = 0; i < run.bytes.size() - unseen; ++i) draws.draw(run.bytes[i]);
      best = std::min(best, draws.chance_without());
    }
    return best;
  }
};

// The elements of a row, those of (?:-[0-9a-f]{4}){3} three times.
std::vector<Expression> opened(const std::vector<Expression>& row) {
  std::vector<Expression> out;
  for (const Expression& element : row) {
    const bool is_fixed = element.kind == Expression::Kind::kRepeat &&
                          element.least == element.most && element.in_secret &&
                          element.least <= kWidestBeginning &&
                          element.parts[0].kind == Expression::Kind::kConcat;
    const std::vector<Expression> parts =
        is_fixed ? elements(element.parts[0]) : std::vector<Expression>{element};
    for (uint32_t i = 0; i < (is_fixed ? element.least : 1); ++i) {
      out.insert(out.end(), parts.begin(), parts.end());
    }
  }
  return out;
}

Told told_by(const std::vector<Expression>& row) {
  Told out;
  Told::Run run;
  const auto close = [&] {
    run.end = out.most;
    if (!run.bytes.empty()) out.runs.push_back(std::move(run));
    run = Told::Run();
  };
  for (const Expression& element : opened(row)) {
    if (!element.in_secret) {
      if (out.least > 0) break;
      out.lead += element.most_width();
      continue;
    }
    const bool repeats = element.kind == Expression::Kind::kRepeat;
    const Expression& one = repeats ? element.parts[0] : element;
    const bool is_plain = one.kind == Expression::Kind::kClass && is_of_tokens(one.set);
    if (!is_plain) close();
    out.is_one_run &= is_plain;
    out.least += element.least_width();
    out.most += element.most_width();
    if (is_plain) run.bytes.insert(run.bytes.end(), repeats ? element.least : 1, one.set);
  }
  close();
  return out;
}

// With each choice that stands in the secret made in all ways; `most` rows at most.
bool choose(const Expression& anchor, size_t most, std::vector<std::vector<Expression>>& rows) {
  const std::vector<Expression> row = elements(anchor);
  const auto fork = std::find_if(row.begin(), row.end(), [](const Expression& element) {
    return element.in_secret && element.kind == Expression::Kind::kAlternate;
  });
  if (fork == row.end()) {
    rows.push_back(row);
    return rows.size() <= most;
  }
  for (const Expression& choice : fork->parts) {
    Expression one;
    one.parts.assign(row.begin(), fork);
    one.parts.push_back(choice);
    one.parts.insert(one.parts.end(), fork + 1, row.end());
    if (!choose(one, most, rows)) return false;
  }
  return true;
}

}  // namespace

MixedSecret mixed_secret(const Expression& anchor) {
  constexpr size_t kMostRows = 64;
  std::vector<std::vector<Expression>> rows;
  if (!choose(anchor, kMostRows, rows)) return {};
  std::vector<Told> told;
  for (const auto& row : rows) told.push_back(told_by(row));
  uint64_t bytes = kWidestBeginning, lead = 0;
  bool is_one_run = true;
  for (const Told& one : told) {
    bytes = std::min(bytes, one.least);
    lead = std::max(lead, one.lead);
    is_one_run &= one.is_one_run;
  }
  for (const Told& one : told) {
    if (one.chance_without(bytes) >= kMostWithout) return {};
  }
  // A run that does not begin with the secret ends with its last byte at most.
  if (!is_one_run) lead += bytes - std::min<uint64_t>(bytes, kLeastRun);
  if (lead > kWidestBeginning) return {};
  return {static_cast<uint32_t>(bytes), static_cast<uint32_t>(lead)};
}

}  // namespace straykey
