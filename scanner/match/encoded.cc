// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/encoded.h"

#include <algorithm>
#include <utility>

#include "scanner/match/decoded_text.h"
#include "scanner/match/wide.h"

namespace straykey {
namespace {

// So much of what stands around a run is looked at with it: the name of a key, the other
// half of a pair in the next line.
constexpr uint64_t kAround = 160;
// A compressed stream may become so many times what its window is, between these bounds, in
// all layers together.
constexpr uint64_t kMostGrowth = 64;
constexpr uint64_t kLeastUnpacked = 64u << 10;
constexpr uint64_t kMostUnpacked = 64u << 20;

constexpr Encoding kOfWholeValues[] = {Encoding::kBase64, Encoding::kHex, Encoding::kUtf16};

Span moved(Span span, uint64_t by) { return {span.begin + by, span.end + by}; }

// Runs that are no further apart than what is looked at around both share a window.
std::vector<EncodedWindow> windows_of(const std::vector<EncodedRun>& runs, uint64_t size) {
  std::vector<EncodedWindow> windows;
  for (size_t i = 0; i < runs.size(); ++i) {
    const Span span{runs[i].span.begin - std::min(runs[i].span.begin, kAround),
                    std::min(size, runs[i].span.end + kAround)};
    if (!windows.empty() && span.begin <= windows.back().span.end) {
      windows.back().span.end = std::max(windows.back().span.end, span.end);
      ++windows.back().run_count;
    } else {
      windows.push_back({span, i, 1, nullptr});
    }
  }
  return windows;
}

// The copy that holds all of `span`, if one does.
const CopyRun* copy_of(Span span, const std::vector<CopyRun>& copies) {
  auto behind = std::upper_bound(copies.begin(), copies.end(), span.begin,
                                 [](uint64_t at, const CopyRun& run) { return at < run.to; });
  if (behind == copies.begin()) return nullptr;
  const CopyRun& run = *std::prev(behind);
  return span.end <= run.to + run.length ? &run : nullptr;
}

// The window of the base that has the bytes and the runs of `window`, if there is one.
// `shift` is how much further on they stand, modulo 2^64.
const EncodedWindow* same_window(const EncodedWindow& window, const EncodedTrace& trace,
                                 const EncodedTrace& of_base, uint64_t shift) {
  const Span span = moved(window.span, -shift);
  auto found = std::lower_bound(
      of_base.windows.begin(), of_base.windows.end(), span.begin,
      [](const EncodedWindow& w, uint64_t begin) { return w.span.begin < begin; });
  if (found == of_base.windows.end() || found->span != span ||
      found->run_count != window.run_count) {
    return nullptr;
  }
  const EncodedRun* runs = trace.runs.data() + window.first_run;
  const EncodedRun* others = of_base.runs.data() + found->first_run;
  const bool is_same =
      std::equal(runs, runs + window.run_count, others,
                 [&](const EncodedRun& a, const EncodedRun& b) {
                   return a.encoding == b.encoding && a.span == moved(b.span, shift);
                 });
  return is_same ? &*found : nullptr;
}

std::string joined(const std::string& outer, const std::string& inner) {
  return outer.empty() || inner.empty() ? outer + inner : outer + "+" + inner;
}

// Whether only single characters were written otherwise.
bool is_spelling(const std::string& encoding) {
  return std::none_of(std::begin(kOfWholeValues), std::end(kOfWholeValues), [&](Encoding e) {
    return encoding.find(name(e)) != std::string::npos;
  });
}

bool by_place(const Match& a, const Match& b) { return a.secret.begin < b.secret.begin; }

}  // namespace

struct EncodedSearch::Layer {
  unsigned left;            // layers, this one included
  uint64_t& unpacked_left;  // bytes
};

EncodedSearch::EncodedSearch(const SignatureSet& signatures, unsigned layers,
                             std::function<std::vector<Match>(ByteView)> find_plain)
    : signatures_(signatures), layers_(layers), find_plain_(std::move(find_plain)) {}

std::vector<Match> EncodedSearch::find_in_window(ByteView bytes, Span window,
                                                 const EncodedRun* runs, size_t count,
                                                 Layer layer) const {
  const DecodedText decoded(bytes, window, runs, count, layer.unpacked_left);
  if (!decoded.has_decoded()) return {};
  const ByteView text = decoded.text();
  std::vector<Match> matches = find_plain_(text);
  // What nothing was decoded for is known from the bytes as they stand.
  std::erase_if(matches, [&](const Match& match) { return !decoded.touches_decoded(match.whole); });
  if (layer.left > 1) {
    std::vector<EncodedRun> inner;
    find_encoded_runs(text, {0, text.size()}, inner);
    if (text.find('\0') != ByteView::npos) {
      for (const WideRun& wide : find_wide_runs(text)) {
        inner.push_back({{wide.begin, wide.begin + 2 * wide.text.size()}, Encoding::kUtf16});
      }
      std::sort(inner.begin(), inner.end(), by_begin);
    }
    std::erase_if(inner, [&](const EncodedRun& r) { return !decoded.touches_decoded(r.span); });
    std::vector<Match> found;
    for (const EncodedWindow& w : windows_of(inner, text.size())) {
      for (Match& match : find_in_window(text, w.span, inner.data() + w.first_run, w.run_count,
                                         {layer.left - 1, layer.unpacked_left})) {
        found.push_back(std::move(match));
      }
    }
    join(matches, std::move(found));
  }
  for (Match& match : matches) {
    std::string encoding = decoded.encoding_of(match.secret);
    if (encoding.empty() && match.encoding.empty()) {
      // The secret is plain, and what made it one is not.
      const uint64_t before = match.whole.begin > 0 ? match.whole.begin - 1 : 0;
      encoding = decoded.encoding_of({before, std::min<uint64_t>(text.size(), match.whole.end + 1)});
    }
    match.encoding = joined(encoding, match.encoding);
    match.whole = decoded.source_of(match.whole);
    match.secret = decoded.source_of(match.secret);
  }
  return matches;
}

// Of a match in the bytes as they stand and one in what they decode to, at one place, whether
// the second says more.
bool EncodedSearch::replaces(const Match& inner, const Match& outer) const {
  const bool inner_generic = signatures_[inner.signature].provider == kGenericProvider;
  const bool outer_generic = signatures_[outer.signature].provider == kGenericProvider;
  if (inner.signature == outer.signature || (inner_generic && outer_generic)) {
    // A signature that wants encoded values takes them as they are.
    if (!inner_generic && !is_spelling(inner.encoding)) return false;
    // The same secret without its escapes, not a piece of it.
    return inner.confidence >= outer.confidence && inner.secret.begin <= outer.secret.begin &&
           inner.secret.end >= outer.secret.end &&
           inner.value.reveal() != outer.value.reveal();
  }
  if (outer_generic) return inner.confidence >= outer.confidence;
  return !inner_generic && inner.confidence > outer.confidence;
}

void EncodedSearch::join(std::vector<Match>& outer, std::vector<Match> inner) const {
  if (inner.empty()) return;
  const size_t outer_size = outer.size();
  std::vector<bool> is_dropped(outer_size, false);
  size_t first = 0;  // secrets of outer matches before it end before the inner one
  for (Match& match : inner) {
    while (first < outer_size && outer[first].secret.end <= match.secret.begin) ++first;
    size_t behind = first;
    bool is_better = true;
    for (; behind < outer_size && outer[behind].secret.begin < match.secret.end; ++behind) {
      is_better &= replaces(match, outer[behind]);
    }
    if (!is_better) continue;
    std::fill(is_dropped.begin() + static_cast<std::ptrdiff_t>(first),
              is_dropped.begin() + static_cast<std::ptrdiff_t>(behind), true);
    outer.push_back(std::move(match));
  }
  size_t kept = 0;
  for (size_t i = 0; i < outer.size(); ++i) {
    if (i < outer_size && is_dropped[i]) continue;
    if (kept != i) outer[kept] = std::move(outer[i]);
    ++kept;
  }
  outer.resize(kept);
  std::stable_sort(outer.begin(), outer.end(), by_place);
}

void EncodedSearch::collect(std::vector<Match>& matches, const EncodedTrace& trace) const {
  std::vector<Match> found;
  for (const EncodedWindow& window : trace.windows) {
    if (!window.matches) continue;
    for (const Match& match : *window.matches) {
      Match& out = found.emplace_back(match);
      out.whole = moved(out.whole, window.span.begin);
      out.secret = moved(out.secret, window.span.begin);
    }
  }
  join(matches, std::move(found));
}

void EncodedSearch::find(ByteView bytes, const std::vector<CopyRun>& copies,
                         const EncodedTrace& of_base, EncodedTrace& trace,
                         std::vector<Match>& matches) {
  trace.windows = windows_of(trace.runs, bytes.size());
  for (EncodedWindow& window : trace.windows) {
    if (const CopyRun* copy = copy_of(window.span, copies)) {
      if (const auto* same = same_window(window, trace, of_base, copy->to - copy->from)) {
        window.matches = same->matches;
        continue;
      }
    }
    uint64_t unpacked_left =
        std::clamp(kMostGrowth * window.span.size(), kLeastUnpacked, kMostUnpacked);
    std::vector<Match> found =
        find_in_window(bytes, window.span, trace.runs.data() + window.first_run,
                       window.run_count, {layers_, unpacked_left});
    if (found.empty()) continue;
    for (Match& match : found) {
      match.whole = moved(match.whole, -window.span.begin);
      match.secret = moved(match.secret, -window.span.begin);
    }
    window.matches = std::make_shared<const std::vector<Match>>(std::move(found));
  }
  collect(matches, trace);
}

}  // namespace straykey
