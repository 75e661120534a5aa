// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/refusal.h"

#include <hs.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>

#include "scanner/match/compiled.h"
#include "scanner/match/regex.h"
#include "scanner/signature/pattern_place.h"

namespace straykey {
namespace {

struct Refusal {
  const char* key = "pattern";
  std::string what;                   // "RE2 refuses the pattern: ..."
  size_t offset = std::string::npos;  // in the pattern, when it is known
};

std::optional<Refusal> refused_by_re2(const std::string& pattern) {
  auto compiled = make_regex(pattern);
  if (compiled->ok()) return std::nullopt;
  Refusal refusal;
  refusal.what = "RE2 refuses the pattern: " + compiled->error();
  const std::string& argument = compiled->error_arg();
  // Where something is missing at the end, RE2 names all of it.
  refusal.offset = argument == pattern ? pattern.size() : pattern.find(argument);
  return refusal;
}

std::optional<Refusal> refused_by_hyperscan(const std::string& pattern, const char* key) {
  hs_platform_info_t platform{};
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  hs_error_t status =
      hs_compile(pattern.c_str(), 0, HS_MODE_BLOCK, &platform, &database, &error);
  hs_free_database(database);
  if (status == HS_SUCCESS) return std::nullopt;
  Refusal refusal;
  refusal.key = key;
  const std::string message = error ? error->message : "unknown reason";
  hs_free_compile_error(error);
  refusal.what = std::string("Hyperscan refuses the ") + key + ": " + message;
  constexpr ByteView kIndex = "at index ";
  const size_t at = message.find(kIndex);
  if (at != std::string::npos) {
    size_t offset = 0;
    const char* digits = message.data() + at + kIndex.size();
    if (std::from_chars(digits, message.data() + message.size(), offset).ec == std::errc()) {
      refusal.offset = std::min(offset, pattern.size());
    }
  }
  return refusal;
}

std::optional<Refusal> refusal_of(const Signature& signature) {
  if (auto refusal = refused_by_re2(signature.pattern)) return refusal;
  const bool has_anchor = !signature.anchor.empty();
  return refused_by_hyperscan(has_anchor ? signature.anchor : signature.pattern,
                              has_anchor ? "anchor" : "pattern");
}

}  // namespace

Error explain_refusal(const SignatureSet& set, const Error& error) {
  for (const Signature& signature : set.all()) {
    // The message names the signature; others need not be looked at.
    if (error.message.find("signature '" + signature.id + "'") == std::string::npos) continue;
    std::optional<Refusal> refusal = refusal_of(signature);
    if (!refusal || refusal->offset == std::string::npos) return error;
    const PatternPlace place = find_pattern_place(signature, refusal->key, refusal->offset);
    if (place.line == 0) return error;
    return Error{signature.file + ":" + std::to_string(place.line) + ":" +
                 std::to_string(place.column) + ": signature '" + signature.id +
                 "': " + refusal->what + place.pointer};
  }
  return error;
}

std::string why_not_alone(const Signature& signature) {
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* error = nullptr;
  hs_expression_info(signature.pattern.c_str(), 0, &info, &error);
  const std::string message = error ? error->message : "";
  hs_free_compile_error(error);
  if (!info) return "Hyperscan refuses the pattern (" + message + ")";
  const uint32_t widest = info->max_width;
  std::free(info);
  if (widest > kWidestAnchor) {
    return "the pattern can match more than " + std::to_string(kWidestAnchor) + " bytes";
  }
  return "";
}

}  // namespace straykey
