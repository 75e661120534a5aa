// SPDX-License-Identifier: Apache-2.0
// 64 bytes become two words of bits: which are letters, and which begin escapes. Whether 24 letters
// follow each other is a matter of five shifts; only there, and at escapes, is a byte looked at by
// itself.
#include "scanner/match/encoded_run.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace straykey {
namespace {

constexpr size_t kStep = 64;
constexpr size_t kBlock = 64 * kStep;
// Neighbours of one stretch stand no further apart.
constexpr uint64_t kEscapeGap = 32, kPercentGap = 32, kQuotedGap = 76;
// So far from where a sequence begins no stretch goes on: of '=', and of the other two.
constexpr uint64_t kQuotedReach = kQuietReach, kEscapeReach = 40;
static_assert(kQuotedGap + 3 < kQuotedReach && kEscapeGap + 6 < kEscapeReach);
constexpr uint64_t kLongestIndent = 32;
constexpr uint64_t kNear = 128;
constexpr size_t kLeastWrapped = 60;  // letters of a line that goes on in the next one
constexpr int kMostBeginnings = 4;
constexpr uint64_t kLeastToken = 16;
// How much of a run is decoded to see what it is: letters of base64, bytes of hex.
constexpr size_t kLookedAt = 24, kLookedAtInHex = 20;

constexpr uint8_t kLetter = 0x80, kStarter = 1, kHexDigit = 2, kToken = 4, kBlank = 8, kEscaped = 16, kSeparator = 32;

constexpr std::array<int8_t, 256> kValue = [] {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (int i = 0; i < 26; ++i) {
    values[static_cast<size_t>('A' + i)] = static_cast<int8_t>(i);
    values[static_cast<size_t>('a' + i)] = static_cast<int8_t>(26 + i);
  }
  for (int i = 0; i < 10; ++i) values[static_cast<size_t>('0' + i)] = static_cast<int8_t>(52 + i);
  values['+'] = values['-'] = 62;
  values['/'] = values['_'] = 63;
  return values;
}();

constexpr std::array<uint8_t, 256> kClass = [] {
  std::array<uint8_t, 256> classes{};
  for (size_t c = 0; c < 256; ++c) {
    const bool is_digit = c >= '0' && c <= '9';
    const bool is_hex = is_digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (kValue[c] >= 0) classes[c] |= kLetter;
    if (c == '%' || c == '\\' || c == '=') classes[c] |= kStarter;
    if (is_hex) classes[c] |= kHexDigit;
    if (c == '/' || c == '-' || c == '_' || c == '+') classes[c] |= kSeparator;
    if (ByteView("nrtux/\"'\\").find(static_cast<char>(c)) != ByteView::npos) {
      classes[c] |= kEscaped;
    }
    if (kValue[c] >= 0 || c == '.' || c == ':') classes[c] |= kToken;
    if (c <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`') {
      classes[c] |= kBlank;
    }
  }
  return classes;
}();

bool is(uint8_t what, char c) { return (kClass[static_cast<uint8_t>(c)] & what) != 0; }

int hex_digit(char c) {
  if (!is(kHexDigit, c)) return -1;
  return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

// `digits` hex digits at `at`, or -1.
int hex_number(ByteView bytes, uint64_t at, uint32_t digits) {
  if (at + digits > bytes.size()) return -1;
  int number = 0;
  for (uint32_t i = 0; i < digits; ++i) {
    const int digit = hex_digit(bytes[at + i]);
    if (digit < 0) return -1;
    number = number * 16 + digit;
  }
  return number;
}

bool is_text_byte(int byte) {
  return (byte >= 0x20 && byte < 0x7f) || byte == '\n' || byte == '\r' || byte == '\t';
}

// Whether the bytes can begin a sequence of an escape.
bool may_begin(char starter, char next) {
  switch (starter) {
    case '\\': return is(kEscaped, next);
    case '%': return is(kHexDigit, next);
    case '=': return is(kHexDigit, next) || next == '\n' || next == '\r';
    default: return false;
  }
}

// What the first look says of 64 bytes each, a bit for each byte.
struct Marks {
  uint64_t starters[kBlock / kStep];
  uint64_t letters[kBlock / kStep];
};

void mark_portable(const char* text, size_t steps, Marks& marks) {
  for (size_t step = 0; step < steps; ++step, text += kStep) {
    uint64_t starters = 0, letters = 0;
    for (size_t i = 0; i < kStep; ++i) {
      starters |= uint64_t{is(kStarter, text[i])} << i;
      letters |= uint64_t{is(kLetter, text[i])} << i;
    }
    marks.starters[step] = starters;
    marks.letters[step] = letters;
  }
}

#if defined(__x86_64__)

// A byte is a letter when a bit that its high half has is one that its low half has.
constexpr std::array<uint8_t, 16> kHighHalf = {0, 0, 1, 2, 4, 8, 4, 16, 0, 0, 0, 0, 0, 0, 0, 0};
constexpr std::array<uint8_t, 16> kLowHalf = [] {
  std::array<uint8_t, 16> bits{};
  for (size_t low = 0; low < 16; ++low) {
    for (size_t high = 0; high < 8; ++high) {
      if (kValue[16 * high + low] >= 0) bits[low] = bits[low] | kHighHalf[high];
    }
  }
  return bits;
}();
static_assert([] {
  for (size_t c = 0; c < 256; ++c) {
    if ((kValue[c] >= 0) != ((kHighHalf[c >> 4] & kLowHalf[c & 15]) != 0)) return false;
  }
  return true;
}());

__attribute__((target("avx2"))) void mark_avx2(const char* text, size_t steps, Marks& marks) {
  const __m256i nibble = _mm256_set1_epi8(15);
  const __m256i high_half = _mm256_broadcastsi128_si256(
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(kHighHalf.data())));
  const __m256i low_half = _mm256_broadcastsi128_si256(
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(kLowHalf.data())));
  for (size_t step = 0; step < steps; ++step) {
    uint64_t starters = 0, letters = 0;
    for (unsigned part = 0; part < 2; ++part, text += 32) {
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
      const __m256i high =
          _mm256_shuffle_epi8(high_half, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble));
      const __m256i low = _mm256_shuffle_epi8(low_half, _mm256_and_si256(bytes, nibble));
      const __m256i no_letter =
          _mm256_cmpeq_epi8(_mm256_and_si256(high, low), _mm256_setzero_si256());
      letters |= uint64_t{~static_cast<uint32_t>(_mm256_movemask_epi8(no_letter))} << (32 * part);
      const __m256i starts =
          _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('=')),
                          _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('%')),
                                          _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'))));
      starters |= uint64_t{static_cast<uint32_t>(_mm256_movemask_epi8(starts))} << (32 * part);
    }
    marks.starters[step] = starters;
    marks.letters[step] = letters;
  }
}

__attribute__((target("avx512f,avx512bw,avx512vbmi"))) void mark_avx512(const char* text,
                                                                        size_t steps,
                                                                        Marks& marks) {
  const __m512i table[2] = {_mm512_loadu_si512(kClass.data()),
                            _mm512_loadu_si512(kClass.data() + 64)};
  const __m512i starter = _mm512_set1_epi8(kStarter);
  for (size_t step = 0; step < steps; ++step, text += kStep) {
    const __m512i bytes = _mm512_loadu_si512(text);
    const __m512i classes = _mm512_maskz_permutex2var_epi8(
        ~_mm512_movepi8_mask(bytes), table[0], bytes, table[1]);
    marks.starters[step] = _mm512_test_epi8_mask(classes, starter);
    marks.letters[step] = _mm512_movepi8_mask(classes);  // its highest bit
  }
}

#else

void mark_avx2(const char* text, size_t steps, Marks& marks) {
  mark_portable(text, steps, marks);
}
void mark_avx512(const char* text, size_t steps, Marks& marks) {
  mark_portable(text, steps, marks);
}

#endif

void mark(const char* text, size_t steps, GateKernel kernel, Marks& marks) {
  switch (kernel) {
    case GateKernel::kPortable: return mark_portable(text, steps, marks);
    case GateKernel::kAvx2: return mark_avx2(text, steps, marks);
    case GateKernel::kAvx512: return mark_avx512(text, steps, marks);
  }
}

// Sees where the last 24 bytes are letters.
class LetterRuns {
 public:
  // Of the next 64 bytes.
  uint64_t ends(uint64_t letters) {
    static_assert(kLeastBase64 == 8 + 8 + 8);
    const uint64_t two = letters & behind(letters, letters_, 1);
    const uint64_t four = two & behind(two, two_, 2);
    const uint64_t eight = four & behind(four, four_, 4);
    const uint64_t all = eight & behind(eight, eight_, 8) & behind(eight, eight_, 16);
    letters_ = letters;
    two_ = two;
    four_ = four;
    eight_ = eight;
    return all;
  }

 private:
  // The bits that are so many places before.
  static uint64_t behind(uint64_t bits, uint64_t before, unsigned places) {
    return bits << places | before >> (64 - places);
  }
  // Of the 64 bytes before.
  uint64_t letters_ = 0, two_ = 0, four_ = 0, eight_ = 0;
};

// Goes through one quiet stretch from front to back.
class Finder {
 public:
  Finder(ByteView bytes, Span within, std::vector<EncodedRun>& runs)
      : bytes_(bytes), within_(within), runs_(runs) {}

  // Letters of a run; places rise from call to call.
  void letters_at(Span known);
  // A '%', '\' or '='.
  void starter_at(uint64_t at);
  void finish();

 private:
  // Sequences of one encoding that stand close together.
  struct Stretch {
    Encoding encoding;
    Span span;
    uint32_t weight = 0;
    bool is_telling = false;
    uint64_t skip_to = 0;  // what stands before is read already
  };

  bool worth_decoding(Span letters, Encoding encoding) const;
  bool goes_on_behind(uint64_t end) const;
  uint64_t end_of_letters(uint64_t at) const;
  Span next_line(uint64_t end) const;
  bool add_hex(Span letters);
  uint64_t add_base64(Span letters);
  bool has_letters_beside(Span sequence) const;
  void extend(Stretch& stretch, Span sequence, uint64_t gap, uint8_t stops);
  void close(Stretch& stretch);
  void escape_at(uint64_t at);
  void percent_at(uint64_t at);
  void quoted_at(uint64_t at);

  ByteView bytes_;
  Span within_;
  std::vector<EncodedRun>& runs_;
  uint64_t letters_done_ = 0;
  Stretch escapes_{Encoding::kEscapes, {}};
  Stretch percent_{Encoding::kPercent, {}};
  Stretch quoted_{Encoding::kQuotedPrintable, {}};
};

uint64_t Finder::end_of_letters(uint64_t at) const {
  while (at < within_.end && is(kLetter, bytes_[at])) ++at;
  return at;
}

void Finder::letters_at(Span known) {
  if (known.end <= letters_done_) return;
  uint64_t begin = known.begin;
  while (begin > within_.begin && is(kLetter, bytes_[begin - 1])) --begin;
  const Span letters{begin, end_of_letters(known.end)};
  letters_done_ = letters.end;
  if (letters.size() < kLeastBase64) return;
  // Letters that an escape stands for, or belong to one: the escapes are decoded first.
  if (begin > within_.begin && bytes_[begin - 1] == '\\') {
    if (read_escape(bytes_, begin - 1, Encoding::kEscapes).length > 0) return;
  }
  if (goes_on_behind(letters.end)) return;
  if (!add_hex(letters)) letters_done_ = add_base64(letters);
}

// Whether an escape stands behind the letters, and for a letter or a line break between
// letters.
bool Finder::goes_on_behind(uint64_t end) const {
  auto letter_at = [&](uint64_t at) { return at < within_.end && is(kLetter, bytes_[at]); };
  if (end + 1 >= within_.end) return false;
  if (bytes_[end] == '%') {
    const int byte = hex_number(bytes_, end + 1, 2);
    return byte >= 0 && is(kLetter, static_cast<char>(byte));
  }
  if (bytes_[end] != '\\') return false;
  EscapeSequence escape = read_escape(bytes_, end, Encoding::kEscapes);
  if (escape.byte == '\r') {
    end += escape.length;
    escape = read_escape(bytes_, end, Encoding::kEscapes);
  }
  return escape.length > 0 &&
         (escape.byte == '\n' || (escape.byte >= 0 && is(kLetter, static_cast<char>(escape.byte)))) &&
         letter_at(end + escape.length);
}

bool is_worth_decoding(ByteView beginning) {
  return looks_like_text(beginning, true) || packed_kind(beginning) != Packed::kNo ||
         looks_like_utf16(beginning);
}

bool Finder::worth_decoding(Span letters, Encoding encoding) const {
  char decoded[kLookedAt];
  size_t n = 0;
  if (encoding == Encoding::kHex) {
    for (uint64_t at = letters.begin; at + 1 < letters.end && n < kLookedAtInHex; at += 2) {
      decoded[n++] = static_cast<char>(hex_number(bytes_, at, 2));
      if (n == 4 && !is_worth_decoding({decoded, n}) && decoded[1] != 0) return false;
    }
  } else {
    const uint64_t end = std::min<uint64_t>(letters.end, letters.begin + kLookedAt);
    for (uint64_t at = letters.begin; at + 4 <= end; at += 4) {
      unsigned group = 0;
      for (uint64_t i = 0; i < 4; ++i) {
        group = group << 6 | static_cast<unsigned>(base64_letter(bytes_[at + i]));
      }
      for (int shift : {16, 8, 0}) decoded[n++] = static_cast<char>(group >> shift & 0xff);
      // Nearly all that is none says so with its first letters.
      if (n == 3 && decoded[1] != 0 && !is_worth_decoding({decoded, n})) return false;
    }
  }
  return is_worth_decoding({decoded, n});
}

// True when the letters are hex digits, worth decoding or not.
bool Finder::add_hex(Span letters) {
  if (letters.size() > 2 && bytes_[letters.begin] == '0' && bytes_[letters.begin + 1] == 'x') {
    letters.begin += 2;
  }
  if (letters.size() < kLeastHex) return false;
  for (uint64_t at = letters.begin; at < letters.end; ++at) {
    if (!is(kHexDigit, bytes_[at])) return false;
  }
  if (letters.size() % 2 == 0 && worth_decoding(letters, Encoding::kHex)) {
    runs_.push_back({letters, Encoding::kHex});
  }
  return true;
}

// The letters of the next line, behind its indent; empty when it begins with something else.
Span Finder::next_line(uint64_t end) const {
  uint64_t at = end;
  if (at < within_.end && bytes_[at] == '\r') ++at;
  if (at >= within_.end || bytes_[at] != '\n') return {};
  ++at;
  const uint64_t text = at;
  while (at < within_.end && at - text < kLongestIndent && (bytes_[at] == ' ' || bytes_[at] == '\t')) {
    ++at;
  }
  return {at, end_of_letters(at)};
}

// Returns the end of what was looked at.
uint64_t Finder::add_base64(Span letters) {
  // A path or a name may stand before it: what is behind a separator is tried as well.
  Span run = letters;
  for (int tries = 0; !worth_decoding(run, Encoding::kBase64); ++tries) {
    if (tries == kMostBeginnings) return letters.end;
    do {
      if (run.size() <= kLeastBase64) return letters.end;
    } while (!is(kSeparator, bytes_[run.begin++]));
  }
  if (run.size() >= kLeastWrapped && run.size() % 4 == 0) {
    const uint64_t width = run.size();
    for (Span line = next_line(run.end); line.size() > 0 && line.size() <= width;
         line = next_line(run.end)) {
      if (line.size() == width || line.size() % 4 != 1) run.end = line.end;
      if (line.size() != width || run.end != line.end) break;
    }
  }
  const uint64_t end = run.end;
  for (int i = 0; i < 2 && run.end < within_.end && bytes_[run.end] == '='; ++i) ++run.end;
  runs_.push_back({run, Encoding::kBase64});
  return end;
}

void Finder::close(Stretch& stretch) {
  const uint32_t least = stretch.encoding == Encoding::kEscapes ? 1 : 3;
  const bool is_telling = stretch.encoding != Encoding::kQuotedPrintable || stretch.is_telling;
  if (stretch.weight >= least && is_telling) runs_.push_back({stretch.span, stretch.encoding});
  stretch.span = {};
  stretch.weight = 0;
  stretch.is_telling = false;
}

// Adds a sequence to the stretch, or begins a new one where bytes of class `stops` or too
// many bytes stand between. A line break always does, but for the soft ones.
void Finder::extend(Stretch& stretch, Span sequence, uint64_t gap, uint8_t stops) {
  bool is_near = stretch.span.end > 0 && sequence.begin - stretch.span.end <= gap;
  if (is_near) {
    const ByteView between = slice(bytes_, {stretch.span.end, sequence.begin});
    is_near = between.find('\n') == ByteView::npos &&
              (stops == 0 || std::none_of(between.begin(), between.end(),
                                          [&](char c) { return is(stops, c); }));
  }
  if (!is_near) {
    close(stretch);
    stretch.span = sequence;
  }
  stretch.span.end = sequence.end;
  stretch.skip_to = sequence.end;
}

void Finder::escape_at(uint64_t at) {
  if (at < escapes_.skip_to) return;
  const EscapeSequence escape = read_escape(bytes_, at, Encoding::kEscapes);
  if (escape.length == 0) return;
  const Span sequence{at, at + escape.length};
  extend(escapes_, sequence, kEscapeGap, 0);
  // A quote in a quoted string hides nothing from a signature, but for that of a JSON name in a
  // string. A line break hides where a token behind it begins.
  const char letter = bytes_[at + 1];
  if (letter == '"' && sequence.end < within_.end && bytes_[sequence.end] == ':') ++escapes_.weight;
  if (letter == '/' || letter == 'u' || letter == 'x') ++escapes_.weight;
  if (letter == 'n' || letter == 'r' || letter == 't') {
    uint64_t end = sequence.end;
    while (end < within_.end && end - sequence.end < kLeastToken && is(kToken, bytes_[end])) ++end;
    escapes_.weight += end - sequence.end == kLeastToken;
  }
}

bool Finder::has_letters_beside(Span sequence) const {
  auto all_letters = [&](uint64_t begin) {
    if (begin < within_.begin || begin + kLeastBase64 > within_.end) return false;
    const ByteView text = slice(bytes_, {begin, begin + kLeastBase64});
    return std::all_of(text.begin(), text.end(), [](char c) { return is(kLetter, c); });
  };
  return all_letters(sequence.end) ||
         (sequence.begin >= kLeastBase64 && all_letters(sequence.begin - kLeastBase64));
}

void Finder::percent_at(uint64_t at) {
  const EscapeSequence escape = read_escape(bytes_, at, Encoding::kPercent);
  if (escape.length == 0) return;
  const Span sequence{at, at + escape.length};
  extend(percent_, sequence, kPercentGap, kBlank);
  ++percent_.weight;
  // One is enough inside of base64.
  if (escape.byte >= 0 && is(kLetter, static_cast<char>(escape.byte)) &&
      has_letters_beside(sequence)) {
    percent_.weight += 3;
  }
}

void Finder::quoted_at(uint64_t at) {
  if (at < quoted_.skip_to) return;
  const EscapeSequence escape = read_escape(bytes_, at, Encoding::kQuotedPrintable);
  if (escape.length == 0) return;
  const bool is_soft_break = escape.byte < 0;
  if (is_soft_break) {
    // Not the padding of base64, nor an assignment that goes on in the next line.
    const char before = at > 0 ? bytes_[at - 1] : '=';
    if (before == '=' || before == ' ') return;
    uint64_t begin = at;
    while (begin > within_.begin && at - begin < kLeastBase64 && is(kLetter, bytes_[begin - 1])) {
      --begin;
    }
    if (at - begin == kLeastBase64) return;
  }
  extend(quoted_, {at, at + escape.length}, kQuotedGap, 0);
  quoted_.weight += escape.byte == '=' ? 2 : 1;
  quoted_.is_telling |= is_soft_break || escape.byte == '=';
}

void Finder::starter_at(uint64_t at) {
  if (at + 1 >= within_.end) return;
  const char c = bytes_[at];
  if (!may_begin(c, bytes_[at + 1])) return;
  if (c == '\\') escape_at(at);
  if (c == '%') percent_at(at);
  if (c == '=') quoted_at(at);
}

void Finder::finish() {
  for (Stretch* stretch : {&escapes_, &percent_, &quoted_}) close(*stretch);
}

// What stands neither in base64 nor between its lines, and begins no escape.
bool is_punctuation(char c) {
  return c > ' ' && c < 0x7f && !is(kLetter | kStarter, c);
}

uint64_t reach_of(char starter) { return starter == '=' ? kQuotedReach : kEscapeReach; }

// The last sequence from which a stretch may go on to `at`, behind punctuation; `at` when there
// is none.
uint64_t noise_before(ByteView bytes, uint64_t at) {
  for (uint64_t i = at - 1; i > at - kQuietReach; --i) {
    const char c = bytes[i - 1];
    if (is(kStarter, c) && may_begin(c, bytes[i]) && i - 1 + reach_of(c) >= at) return i - 1;
  }
  return at;
}

}  // namespace

const char* name(Encoding encoding) {
  switch (encoding) {
    case Encoding::kBase64: return "base64";
    case Encoding::kHex: return "hex";
    case Encoding::kPercent: return "percent";
    case Encoding::kEscapes: return "escapes";
    case Encoding::kQuotedPrintable: return "quoted-printable";
    case Encoding::kUtf16: return "utf-16";
  }
  return "";
}

int base64_letter(char c) { return kValue[static_cast<uint8_t>(c)]; }

EscapeSequence read_escape(ByteView bytes, uint64_t at, Encoding encoding) {
  if (at + 1 >= bytes.size()) return {};
  const char next = bytes[at + 1];
  switch (encoding) {
    case Encoding::kPercent: {
      const int byte = bytes[at] == '%' ? hex_number(bytes, at + 1, 2) : -1;
      return is_text_byte(byte) ? EscapeSequence{3, byte} : EscapeSequence{};
    }
    case Encoding::kQuotedPrintable: {
      if (bytes[at] != '=') return {};
      if (next == '\n') return {2, -1};
      if (next == '\r' && at + 2 < bytes.size() && bytes[at + 2] == '\n') return {3, -1};
      const int byte = hex_number(bytes, at + 1, 2);
      const bool is_upper = byte >= 0 && next < 'a' && bytes[at + 2] < 'a';
      return is_upper && (is_text_byte(byte) || byte >= 0x80) ? EscapeSequence{3, byte}
                                                              : EscapeSequence{};
    }
    default: break;
  }
  if (bytes[at] != '\\') return {};
  switch (next) {
    case 'n': return {2, '\n'};
    case 'r': return {2, '\r'};
    case 't': return {2, '\t'};
    case '"':
    case '\'':
    case '\\':
    case '/': return {2, next};
    case 'u':
    case 'x': {
      const uint32_t digits = next == 'u' ? 4 : 2;
      const int byte = hex_number(bytes, at + 2, digits);
      return is_text_byte(byte) ? EscapeSequence{digits + 2, byte} : EscapeSequence{};
    }
    default: return {};
  }
}

bool looks_like_text(ByteView bytes, bool strictly) {
  size_t strange = 0;
  for (size_t i = 0; i < bytes.size();) {
    const auto byte = static_cast<uint8_t>(bytes[i]);
    if (byte < 0x80) {
      if (!is_text_byte(byte)) {
        if (strictly) return false;
        ++strange;
      }
      ++i;
      continue;
    }
    const size_t length = byte >= 0xc2 && byte < 0xe0   ? 2
                          : byte >= 0xe0 && byte < 0xf0 ? 3
                          : byte >= 0xf0 && byte < 0xf5 ? 4
                                                        : 0;
    size_t have = length > 0 ? 1 : 0;
    while (have < length && i + have < bytes.size() &&
           (static_cast<uint8_t>(bytes[i + have]) & 0xc0) == 0x80) {
      ++have;
    }
    // The last character may be cut off.
    const bool is_whole = length > 0 && (have == length || i + have == bytes.size());
    strange += !is_whole;
    i += is_whole ? have : 1;
  }
  return strictly ? strange == 0 : strange * 8 <= bytes.size();
}

// RFC 1952 and RFC 1950, with the largest window as all writers have it.
Packed packed_kind(ByteView bytes) {
  if (bytes.starts_with("\x1f\x8b\x08")) return Packed::kGzip;
  if (bytes.size() < 2 || bytes[0] != 0x78) return Packed::kNo;
  const auto flags = static_cast<uint8_t>(bytes[1]);
  const bool is_zlib = flags == 0x01 || flags == 0x5e || flags == 0x9c || flags == 0xda;
  return is_zlib ? Packed::kZlib : Packed::kNo;
}

bool looks_like_utf16(ByteView bytes) {
  if (bytes.starts_with("\xff\xfe")) bytes.remove_prefix(2);
  if (bytes.size() < 8) return false;
  for (size_t i = 0; i < 8; i += 2) {
    if (!is_text_byte(static_cast<uint8_t>(bytes[i])) || bytes[i + 1] != 0) return false;
  }
  return true;
}

bool begins_quietly(ByteView bytes, uint64_t line) {
  uint64_t end = line - 1;
  if (end > 0 && bytes[end - 1] == '\r') --end;
  if (end > 0 && bytes[end - 1] == '=') return false;
  uint64_t begin = end;
  while (begin > 0 && end - begin < kLeastBase64 && is(kLetter, bytes[begin - 1])) --begin;
  return end - begin < kLeastBase64;
}

uint64_t first_quiet_place(ByteView bytes, Span span) {
  if (span.begin < kQuietReach || span.begin >= span.end) return span.end;
  // The end of the line is near, mostly.
  const size_t line_end = slice(bytes, {span.begin, std::min(span.end, span.begin + kNear)}).find('\n');
  if (line_end != ByteView::npos) {
    const uint64_t at = span.begin + line_end + 1;
    if (at < span.end && begins_quietly(bytes, at)) return at;
  }
  for (uint64_t at = span.begin, noisy_to = 0; at < span.end; ++at) {
    const char before = bytes[at - 1];
    if (before == '\n' && begins_quietly(bytes, at)) return at;
    if (is(kStarter, before) && may_begin(before, bytes[at])) {
      noisy_to = std::max(noisy_to, at - 1 + reach_of(before));
    }
    if (at <= noisy_to || !is_punctuation(before)) continue;
    const uint64_t noise = noise_before(bytes, at);
    if (noise == at) return at;
    noisy_to = std::max(noisy_to, noise + reach_of(bytes[noise]));
  }
  return span.end;
}

uint64_t last_quiet_place(ByteView bytes, Span span) {
  if (span.end <= span.begin) return span.begin;
  const uint64_t near = std::max(span.begin, span.end - std::min(span.end, kNear));
  const size_t line_end = slice(bytes, {near, span.end}).rfind('\n');
  if (line_end != ByteView::npos) {
    const uint64_t at = near + line_end + 1;
    if (at > span.begin && begins_quietly(bytes, at)) return at;
  }
  uint64_t noise = UINT64_MAX;  // a sequence that reaches to what stands behind it
  for (uint64_t at = span.end; at > span.begin && at >= kQuietReach; --at) {
    const char before = bytes[at - 1];
    if (before == '\n' && begins_quietly(bytes, at)) return at;
    if (!is_punctuation(before) || (noise != UINT64_MAX && at > noise)) continue;
    noise = noise_before(bytes, at);
    if (noise == at) return at;
  }
  return span.begin;
}

void find_encoded_runs(ByteView bytes, Span within, std::vector<EncodedRun>& runs,
                       GateKernel kernel) {
  const size_t first = runs.size();
  Finder finder(bytes, within, runs);
  Marks marks;
  LetterRuns letter_runs;
  for (uint64_t block = within.begin; block < within.end; block += kBlock) {
    const uint64_t left = std::min<uint64_t>(kBlock, within.end - block);
    const size_t steps = left / kStep;
    mark(bytes.data() + block, steps, kernel, marks);
    size_t all_steps = steps;
    if (left % kStep > 0) {
      char rest[kStep] = {};
      std::memcpy(rest, bytes.data() + block + steps * kStep, left % kStep);
      Marks of_rest;
      mark(rest, 1, kernel, of_rest);
      marks.starters[steps] = of_rest.starters[0];
      marks.letters[steps] = of_rest.letters[0];
      ++all_steps;
    }
    for (size_t step = 0; step < all_steps; ++step) {
      const uint64_t at = block + step * kStep;
      for (uint64_t ends = letter_runs.ends(marks.letters[step]); ends != 0;) {
        const auto end = static_cast<unsigned>(std::countr_zero(ends));
        finder.letters_at({at + end + 1 - kLeastBase64, at + end + 1});
        ends &= ends + (ends & -ends);  // without those of the same run
      }
      for (uint64_t starters = marks.starters[step]; starters != 0; starters &= starters - 1) {
        finder.starter_at(at + static_cast<unsigned>(std::countr_zero(starters)));
      }
    }
  }
  finder.finish();
  std::sort(runs.begin() + static_cast<std::ptrdiff_t>(first), runs.end(), by_begin);
}

}  // namespace straykey
