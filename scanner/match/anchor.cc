// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/anchor.h"

#include <hs.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>

#include "scanner/match/compiled.h"

namespace straykey {
namespace {

struct CompileErrorDeleter {
  void operator()(hs_compile_error_t* error) const { hs_free_compile_error(error); }
};

// What need not be there at the front says nothing; a match may still begin with it.
// Nothing when the whole need not be there.
std::optional<Anchor> anchor_from(Expression tree) {
  Anchor anchor;
  anchor.width = tree.most_width();
  std::vector<Expression> parts = elements(tree);
  while (!parts.empty() && parts.front().least_width() == 0) {
    anchor.before += parts.front().most_width();
    parts.erase(parts.begin());
  }
  if (parts.empty() || anchor.width > kWidestAnchor) return std::nullopt;
  tree = Expression();
  tree.parts = std::move(parts);
  anchor.text = print(tree);
  anchor.entries = gate_entries(tree);
  const auto is_behind = [](const GateEntry& entry) { return entry.is_behind_secret; };
  if (!anchor.entries.empty() && std::none_of(anchor.entries.begin(), anchor.entries.end(), is_behind)) {
    anchor.mixed = mixed_secret(tree);
  }
  return anchor;
}

}  // namespace

Result<uint32_t> widest_match(const std::string& pattern) {
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* raw = nullptr;
  hs_error_t status = hs_expression_info(pattern.c_str(), 0, &info, &raw);
  std::unique_ptr<hs_compile_error_t, CompileErrorDeleter> error(raw);
  if (status != HS_SUCCESS) {
    return Error{std::string("Hyperscan refuses the pattern: ") +
                 (error ? error->message : "unknown reason")};
  }
  uint32_t width = info->max_width;
  std::free(info);
  return width;
}

Result<Anchor> anchor_of(const Signature& signature) {
  const bool is_elsewhere = signature.lookback > 0 || signature.reach > 0;
  const std::string& text = signature.anchor.empty() ? signature.pattern : signature.anchor;
  auto width = widest_match(text);
  if (!width) return width.error();

  std::optional<Anchor> begun;
  if (auto pattern = parse_expression(signature.pattern)) {
    begun = anchor_from(beginning(*pattern, kWidestBeginning));
    if (begun) begun->is_beginning = true;
    // An anchor that is somewhere else was named because the beginning is poor; but what
    // needs to be looked for near few runs only is never that.
    // An anchor that may stand before the match says something that the pattern does not.
    const bool is_rare = begun && begun->mixed.bytes > 0 && signature.reach == 0;
    if (begun && !begun->entries.empty() && (is_rare || !is_elsewhere)) return *std::move(begun);
    if (is_elsewhere) begun.reset();
  }
  if (auto tree = parse_expression(text)) {
    auto named = anchor_from(*std::move(tree));
    if (named) {
      named->mixed = MixedSecret();  // says nothing of where the match is
      named->before += signature.lookback;
    }
    if (named && (!named->entries.empty() || !begun)) return *std::move(named);
  }
  if (begun) return *std::move(begun);
  if (*width <= kWidestAnchor) return Anchor{text, *width, signature.lookback, {}, {}, false};
  return Error{std::string(signature.anchor.empty() ? "the pattern" : "the anchor") +
               " can match more than " + std::to_string(kWidestAnchor) +
               " bytes; give it bounds" + (signature.anchor.empty() ? " or an 'anchor'" : "")};
}

}  // namespace straykey
