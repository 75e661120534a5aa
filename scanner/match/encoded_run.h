// SPDX-License-Identifier: Apache-2.0
// Where bytes may hold other text in an encoding: base64 and hex (RFC 4648), percent
// (RFC 3986), escapes of JSON and C, quoted-printable (RFC 2045). Most bytes hold none, so
// the first look takes 64 of them at a time and asks two questions: do two neighbouring
// eights of them consist of letters of base64, and where do '%', '\' and '=' stand?
//
// What is found must be worth decoding. The beginning of base64 and hex has to decode to
// text or to a compressed stream, which hashes, images, certificates and identifiers do not;
// escapes have to change what a signature sees.
#pragma once

#include <cstdint>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/match/gate.h"

namespace straykey {

enum class Encoding : uint8_t {
  kBase64,  // either alphabet, one line or several, padding or none
  kHex,
  kPercent,          // the stretch from a first %XX to a last one
  kEscapes,          // likewise \n, \/, \", \xNN, \uXXXX of one line
  kQuotedPrintable,  // likewise =XX and soft line breaks
  kUtf16,            // of what was decoded; see wide.h for the bytes themselves
};

// What Match::encoding calls it: "base64".
const char* name(Encoding);

struct EncodedRun {
  Span span;
  Encoding encoding = Encoding::kBase64;
  bool operator==(const EncodedRun&) const = default;
};

// The order of runs.
inline bool by_begin(const EncodedRun& a, const EncodedRun& b) {
  return a.span.begin != b.span.begin ? a.span.begin < b.span.begin : a.encoding < b.encoding;
}

// The shortest runs that are looked at, in characters.
inline constexpr size_t kLeastBase64 = 24;
inline constexpr size_t kLeastHex = 32;

// Appends the runs of `within`, whose ends must be quiet places of `bytes`, in the order of
// their beginning. A stretch of escapes may overlap runs of base64. Linear in the size of
// `within`; all kernels give the same.
void find_encoded_runs(ByteView bytes, Span within, std::vector<EncodedRun>& runs,
                       GateKernel kernel = best_gate_kernel());

// A quiet place is one that no run reaches across: an end of the text, the beginning of most
// lines, a place behind punctuation with no escape near. Whether one is quiet depends on at
// most kQuietReach bytes before it, and the runs between two of them on nothing but the bytes
// between them.
inline constexpr uint64_t kQuietReach = 80;
// Whether a line's beginning is one: not where base64 or quoted-printable text goes on in it.
bool begins_quietly(ByteView bytes, uint64_t line);
// The first quiet place at or behind span.begin, or span.end; the last one up to span.end, or
// span.begin. Ends of the text are not looked for.
uint64_t first_quiet_place(ByteView bytes, Span span);
uint64_t last_quiet_place(ByteView bytes, Span span);

// A sequence such as "%2F", "\n" or "=3D" at `at`: how many bytes it takes, 0 when there is
// none, and what it stands for: a byte, or -1 for nothing (a soft line break).
struct EscapeSequence {
  uint32_t length = 0;
  int byte = -1;
};
EscapeSequence read_escape(ByteView bytes, uint64_t at, Encoding encoding);

// Letters of base64 in either alphabet have a value below 64, all else has -1.
int base64_letter(char c);

// Whether bytes look like text: no control characters but white space, and UTF-8 where the
// eighth bit is set, as far as seven of eight bytes. `strictly`: all of them.
bool looks_like_text(ByteView bytes, bool strictly);
// The other things that are worth decoding.
enum class Packed : uint8_t { kNo, kGzip, kZlib };
Packed packed_kind(ByteView bytes);
bool looks_like_utf16(ByteView bytes);

}  // namespace straykey
