// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/decoded_text.h"

#include <algorithm>
#include <cstring>

#include "scanner/base/encoding.h"
#include "scanner/base/secret.h"
#include "scanner/match/unpack.h"

namespace straykey {
namespace {

// A stretch of escapes as one run for each sequence.
void split_stretch(ByteView bytes, const EncodedRun& stretch, std::vector<EncodedRun>& out) {
  const char starter = stretch.encoding == Encoding::kPercent   ? '%'
                       : stretch.encoding == Encoding::kEscapes ? '\\'
                                                                : '=';
  for (uint64_t at = stretch.span.begin; at < stretch.span.end;) {
    const void* found = std::memchr(bytes.data() + at, starter, stretch.span.end - at);
    if (!found) break;
    at = static_cast<uint64_t>(static_cast<const char*>(found) - bytes.data());
    const EscapeSequence sequence = read_escape(bytes, at, stretch.encoding);
    if (sequence.length > 0) out.push_back({{at, at + sequence.length}, stretch.encoding});
    at += std::max(sequence.length, 1u);
  }
}

bool is_stretch(Encoding encoding) {
  return encoding == Encoding::kPercent || encoding == Encoding::kEscapes ||
         encoding == Encoding::kQuotedPrintable;
}

}  // namespace

DecodedText::DecodedText(ByteView bytes, Span window, const EncodedRun* runs, size_t count,
                         uint64_t& unpacked_left) {
  std::vector<EncodedRun> pieces;
  for (size_t i = 0; i < count; ++i) {
    if (is_stretch(runs[i].encoding)) {
      split_stretch(bytes, runs[i], pieces);
    } else {
      pieces.push_back(runs[i]);
    }
  }
  std::sort(pieces.begin(), pieces.end(), [](const EncodedRun& a, const EncodedRun& b) {
    return a.span.begin != b.span.begin ? a.span.begin < b.span.begin : a.encoding < b.encoding;
  });
  text_.reserve(window.size());
  uint64_t at = window.begin;
  for (const EncodedRun& piece : pieces) {
    if (piece.span.begin < at) continue;
    copy(bytes, {at, piece.span.begin});
    if (is_stretch(piece.encoding)) {
      decode_sequence(bytes, piece);
    } else {
      decode_run(bytes, piece, unpacked_left);
    }
    at = piece.span.end;
  }
  copy(bytes, {at, window.end});
}

DecodedText::~DecodedText() { wipe(text_); }

void DecodedText::add(ByteView text, Part part) {
  part.text = {text_.size(), text_.size() + text.size()};
  text_ += text;
  has_decoded_ |= part.encoding != nullptr;
  parts_.push_back(part);
}

void DecodedText::copy(ByteView bytes, Span source) {
  if (source.size() > 0) add(slice(bytes, source), {{}, source, 1, 1, nullptr});
}

void DecodedText::decode_sequence(ByteView bytes, const EncodedRun& run) {
  const int byte = read_escape(bytes, run.span.begin, run.encoding).byte;
  const char c = static_cast<char>(byte);
  add(byte < 0 ? ByteView() : ByteView(&c, 1), {{}, run.span, 0, 0, name(run.encoding)});
}

void DecodedText::decode_run(ByteView bytes, const EncodedRun& run, uint64_t& unpacked_left) {
  if (run.encoding == Encoding::kBase64) return decode_base64(bytes, run.span, unpacked_left);
  std::string decoded;
  if (run.encoding == Encoding::kHex) {
    decoded = hex_decode(slice(bytes, run.span)).value_or("");
  } else {
    for (uint64_t at = run.span.begin; at + 1 < run.span.end; at += 2) {
      decoded += bytes[at] != 0 ? bytes[at] : bytes[at + 1];
    }
  }
  const char* packed_name = run.encoding == Encoding::kHex ? "hex+gzip" : nullptr;
  const Part all{{0, decoded.size()}, run.span, 2, 1, name(run.encoding)};
  decode_bytes(decoded, {all}, run.span, packed_name, bytes, unpacked_left);
  wipe(decoded);
}

void DecodedText::decode_base64(ByteView bytes, Span run, uint64_t& unpacked_left) {
  std::string decoded;
  decoded.reserve(run.size() / 4 * 3 + 3);
  std::vector<Part> parts;  // a line each, and each group that a line break cuts
  unsigned group = 0;
  int held = 0;
  uint64_t group_begin = run.begin;
  auto end_group = [&](uint64_t end) {
    const uint64_t before = decoded.size();
    for (int i = 0; i + 1 < held; ++i) {
      decoded += static_cast<char>(group >> (6 * held - 8 * (i + 1)) & 0xff);
    }
    const bool is_plain = held == 4 && end - group_begin == 4;
    const bool goes_on = is_plain && !parts.empty() && parts.back().text_unit == 3 &&
                         parts.back().source.end == group_begin;
    if (goes_on) {
      parts.back().text.end = decoded.size();
      parts.back().source.end = end;
    } else {
      parts.push_back({{before, decoded.size()},
                       {group_begin, end},
                       4,
                       is_plain ? 3u : 0u,
                       name(Encoding::kBase64)});
    }
    held = 0;
    group = 0;
  };
  for (uint64_t at = run.begin; at < run.end; ++at) {
    const int letter = base64_letter(bytes[at]);
    if (letter < 0) continue;
    if (held == 0) group_begin = at;
    group = group << 6 | static_cast<unsigned>(letter);
    if (++held == 4) end_group(at + 1);
  }
  if (held > 1) end_group(run.end);
  decode_bytes(decoded, std::move(parts), run, "base64+gzip", bytes, unpacked_left);
  wipe(decoded);
}

// Adds what a run decoded to, with its parts, or the run itself when that is nothing to look
// at.
void DecodedText::decode_bytes(const std::string& decoded, std::vector<Part> parts, Span run,
                               const char* packed_name, ByteView bytes,
                               uint64_t& unpacked_left) {
  const Packed packed = packed_name ? packed_kind(decoded) : Packed::kNo;
  if (packed != Packed::kNo) {
    std::string unpacked = unpack(decoded, unpacked_left);
    unpacked_left -= unpacked.size();
    const bool is_text = packed == Packed::kGzip || looks_like_text(unpacked, false);
    if (!unpacked.empty() && is_text) {
      add(unpacked, {{}, run, 0, 0, packed_name});
      wipe(unpacked);
      return;
    }
    wipe(unpacked);
  }
  if (!looks_like_text(decoded, false) && !looks_like_utf16(decoded)) return copy(bytes, run);
  for (const Part& part : parts) add(slice(decoded, part.text), part);
}

size_t DecodedText::part_at(uint64_t offset) const {
  auto behind = std::upper_bound(parts_.begin(), parts_.end(), offset,
                                 [](uint64_t o, const Part& part) { return o < part.text.begin; });
  return static_cast<size_t>(behind - parts_.begin()) - (behind == parts_.begin() ? 0 : 1);
}

bool DecodedText::touches_decoded(Span span) const {
  // Of sequences that decode to nothing, any number may stand at one offset.
  const uint64_t first = span.begin > 0 ? span.begin - 1 : 0;
  auto at = std::lower_bound(parts_.begin(), parts_.end(), first,
                             [](const Part& part, uint64_t o) { return part.text.end < o; });
  for (; at != parts_.end() && at->text.begin <= span.end; ++at) {
    if (at->encoding && at->text.end >= span.begin) return true;
  }
  return false;
}

Span DecodedText::source_of(Span span) const {
  const Part& first = parts_[part_at(span.begin)];
  const Part& last = parts_[part_at(span.end - 1)];
  Span source{first.source.begin, last.source.end};
  if (first.text_unit > 0) {
    source.begin += (span.begin - first.text.begin) / first.text_unit * first.source_unit;
  }
  if (last.text_unit > 0) {
    source.end = std::min(
        source.end, last.source.begin +
                        ((span.end - 1 - last.text.begin) / last.text_unit + 1) * last.source_unit);
  }
  return source;
}

std::string DecodedText::encoding_of(Span span) const {
  std::vector<const char*> seen;
  for (size_t i = part_at(span.begin); i < parts_.size() && parts_[i].text.begin < span.end; ++i) {
    const char* encoding = parts_[i].encoding;
    if (encoding && std::find(seen.begin(), seen.end(), encoding) == seen.end()) {
      seen.push_back(encoding);
    }
  }
  std::string out;
  for (const char* encoding : seen) out += (out.empty() ? "" : "+") + std::string(encoding);
  return out;
}

}  // namespace straykey
