// SPDX-License-Identifier: Apache-2.0
// A piece of a text with its encoded runs decoded in their place, so that the words around a
// value still stand around it, and the way back from each byte to where it came from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/match/encoded_run.h"

namespace straykey {

// Wiped when it goes.
class DecodedText {
 public:
  // `runs` lie within `window` of `bytes`, in the order of their beginning. What turns out to
  // be no text stays as it is. Compressed streams give at most `unpacked_left` bytes, which
  // is lowered by what they gave.
  DecodedText(ByteView bytes, Span window, const EncodedRun* runs, size_t count,
              uint64_t& unpacked_left);
  ~DecodedText();
  DecodedText(const DecodedText&) = delete;
  DecodedText& operator=(const DecodedText&) = delete;

  ByteView text() const { return text_; }
  bool has_decoded() const { return has_decoded_; }

  // Whether anything that was decoded stands in `span` of the text or touches it.
  bool touches_decoded(Span span) const;
  // The bytes that `span`, not empty, was made from: of base64 the groups of four letters, of
  // a compressed stream all of it.
  Span source_of(Span span) const;
  // The encodings in `span`, in the order of their place: "base64", "escapes+base64+gzip".
  // "" when all of it is plain.
  std::string encoding_of(Span span) const;

 private:
  // Parts cover the text, in order.
  struct Part {
    Span text;
    Span source;
    uint32_t source_unit = 1;  // so many bytes of the source
    uint32_t text_unit = 1;    // are so many of the text; 0: only all of it can be said
    const char* encoding = nullptr;
  };

  size_t part_at(uint64_t offset) const;
  void add(ByteView text, Part part);
  void copy(ByteView bytes, Span source);
  void decode_run(ByteView bytes, const EncodedRun& run, uint64_t& unpacked_left);
  void decode_base64(ByteView bytes, Span run, uint64_t& unpacked_left);
  void decode_bytes(const std::string& decoded, std::vector<Part> parts, Span run,
                    const char* packed_name, ByteView bytes, uint64_t& unpacked_left);
  void decode_sequence(ByteView bytes, const EncodedRun& run);

  std::string text_;
  std::vector<Part> parts_;
  bool has_decoded_ = false;
};

}  // namespace straykey
