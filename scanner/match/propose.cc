// SPDX-License-Identifier: Apache-2.0
// Anchors that the gate knows have no assertions, so what is a match of theirs in a window
// is one in the whole text, and windows may be cut as they come. The others are looked for
// in chunks that overlap by the widest anchor and its context. Edges of chunks look like
// edges of the text to these (\b, $), which adds candidates and never loses one.
#include "scanner/match/propose.h"

#include <algorithm>
#include <span>

#include "scanner/match/compiled.h"
#include "scanner/match/mixed_run.h"

namespace straykey {
namespace {

// hs_scan takes an unsigned length.
constexpr uint64_t kLargestChunk = 1u << 30;

struct ScratchDeleter {
  void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};

}  // namespace

struct Proposer::State {
  const Database::Parts& database;
  uint64_t chunk_bytes;
  FirstLook first_look;
  GateKernel kernel;
  std::unique_ptr<hs_scratch_t, ScratchDeleter> scratch;
  std::vector<Span> near_runs;
  GateFound found;

  // An anchor that Hyperscan has seen.
  struct Seen {
    uint32_t signature;
    uint64_t end;
    auto operator<=>(const Seen&) const = default;
  };
  std::vector<Seen> seen;

  uint64_t scan_begin = 0;  // of what the call of hs_scan that is under way looks at
  Span ends;
  std::vector<Candidate>* out = nullptr;

  State(const Database::Parts& parts, uint64_t bytes, FirstLook look, GateKernel with)
      : database(parts),
        chunk_bytes(std::clamp<uint64_t>(bytes, 1, kLargestChunk)),
        first_look(look),
        kernel(with) {
    hs_scratch_t* raw = nullptr;
    for (const auto* hyperscan : {&database.in_windows, &database.everywhere}) {
      if (*hyperscan) STRAYKEY_CHECK(hs_alloc_scratch(hyperscan->get(), &raw) == HS_SUCCESS);
    }
    scratch.reset(raw);
  }

  void scan(const hs_database_t* hyperscan, ByteView bytes, Span span) {
    if (span.size() == 0) return;
    scan_begin = span.begin;
    hs_error_t status =
        hs_scan(hyperscan, bytes.data() + span.begin, static_cast<unsigned>(span.size()), 0,
                scratch.get(), on_anchor, this);
    STRAYKEY_CHECK(status == HS_SUCCESS);
  }

  void take_hits(ByteView bytes);
  void ask_hyperscan(ByteView bytes);
  void take_windows(std::span<const GateWindow> windows);
  void pass_gate(ByteView bytes);
  void look_near_runs(ByteView bytes);
  void scan_everything(const hs_database_t* hyperscan, ByteView bytes);

  static int on_anchor(unsigned id, unsigned long long, unsigned long long to, unsigned,
                       void* context) {
    auto& self = *static_cast<State*>(context);
    uint64_t end = self.scan_begin + to;
    if (end >= self.ends.begin && end <= self.ends.end) self.seen.push_back({id, end});
    return 0;
  }
};

void Proposer::State::take_hits(ByteView bytes) {
  for (const GateHit& hit : found.hits) {
    const uint64_t end = std::min<uint64_t>(hit.at + hit.after, bytes.size());
    if (end < ends.begin || end > ends.end) continue;
    const uint32_t before = hit.before + database.reach[hit.signature].before;
    out->push_back({hit.signature, hit.at, before, hit.after});
  }
}

// Hyperscan knows which anchors there are and where they end, the gate where they are.
void Proposer::State::ask_hyperscan(ByteView bytes) {
  std::vector<GateWindow>& windows = found.windows;
  std::sort(windows.begin(), windows.end(), [](const GateWindow& a, const GateWindow& b) {
    return a.span.begin < b.span.begin;
  });
  for (size_t i = 0; i < windows.size();) {
    const size_t first = i;
    Span joined = windows[i++].span;
    while (i < windows.size() && windows[i].span.begin <= joined.end) {
      joined.end = std::max(joined.end, windows[i++].span.end);
    }
    joined.end = std::min(joined.end, ends.end);
    seen.clear();
    scan(database.in_windows.get(), bytes, joined);
    if (!seen.empty()) take_windows({windows.begin() + first, windows.begin() + i});
  }
}

void Proposer::State::take_windows(std::span<const GateWindow> windows) {
  std::sort(seen.begin(), seen.end());
  for (const GateWindow& window : windows) {
    for (const Gate::Owner& owner : database.gate.owners(window.tail)) {
      const Seen first = {owner.signature, window.at + 1};
      auto anchor = std::lower_bound(seen.begin(), seen.end(), first);
      for (; anchor != seen.end() && anchor->signature == owner.signature &&
             anchor->end <= window.at + owner.after;
           ++anchor) {
        out->push_back({owner.signature, window.at,
                        owner.before + database.reach[owner.signature].before,
                        static_cast<uint32_t>(anchor->end - window.at)});
      }
    }
  }
}

void Proposer::State::pass_gate(ByteView bytes) {
  // An anchor that ends at ends.begin begins at most its width before.
  const uint64_t begin = ends.begin - std::min<uint64_t>(ends.begin, database.widest);
  for (uint64_t at = begin; at < ends.end; at += chunk_bytes) {
    const uint64_t end = std::min(ends.end, at + chunk_bytes);
    found.clear();
    database.gate.find(bytes, at, end, kernel, found);
    take_hits(bytes);
    if (database.in_windows && first_look == FirstLook::kGate) ask_hyperscan(bytes);
  }
}

void Proposer::State::look_near_runs(ByteView bytes) {
  const uint64_t begin = ends.begin - std::min<uint64_t>(ends.begin, database.widest);
  for (uint64_t at = begin; at < ends.end; at += chunk_bytes) {
    const uint64_t end = std::min(ends.end, at + chunk_bytes);
    // A secret whose anchor begins in this chunk may stand on both sides of its ends.
    near_runs.clear();
    find_mixed_runs(bytes, std::max(begin, at - std::min<uint64_t>(at, database.widest)),
                    std::min(ends.end, end + database.widest), database.lead, kernel,
                    near_runs);
    found.clear();
    for (const Span span : near_runs) {
      database.gate_near_runs.find(bytes, std::max(at, span.begin), std::min(end, span.end),
                                   kernel, found);
    }
    take_hits(bytes);
  }
}

void Proposer::State::scan_everything(const hs_database_t* hyperscan, ByteView bytes) {
  const Span all = ends;
  const uint64_t overlap = database.widest + 1;
  for (uint64_t at = all.begin; at <= all.end; at += chunk_bytes) {
    ends = {at, std::min(all.end, at + chunk_bytes - 1)};
    seen.clear();
    scan(hyperscan, bytes,
         {at - std::min(at, overlap), std::min<uint64_t>(bytes.size(), ends.end + kAhead)});
    for (const Seen& anchor : seen) {
      const Reach& reach = database.reach[anchor.signature];
      out->push_back(
          {anchor.signature, anchor.end - 1, reach.anchor_width - 1 + reach.before, 1});
    }
  }
  ends = all;
}

Proposer::Proposer(const Database::Parts& database, uint64_t chunk_bytes, FirstLook first_look,
                   GateKernel kernel)
    : state_(std::make_unique<State>(database, chunk_bytes, first_look, kernel)) {}
Proposer::Proposer(Proposer&&) noexcept = default;
Proposer::~Proposer() = default;

void Proposer::propose(ByteView bytes, Span ends, std::vector<Candidate>& out) {
  State& s = *state_;
  const size_t first = out.size();
  s.out = &out;
  s.ends = {ends.begin, std::min<uint64_t>(ends.end, bytes.size())};
  s.pass_gate(bytes);
  if (s.database.in_windows && s.first_look == FirstLook::kHyperscan) {
    s.scan_everything(s.database.in_windows.get(), bytes);
  }
  s.look_near_runs(bytes);
  if (s.database.everywhere) s.scan_everything(s.database.everywhere.get(), bytes);
  // The gate and Hyperscan may say the same more than once.
  auto begin = out.begin() + static_cast<std::ptrdiff_t>(first);
  std::sort(begin, out.end());
  out.erase(std::unique(begin, out.end()), out.end());
}

}  // namespace straykey
