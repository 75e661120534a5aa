// SPDX-License-Identifier: Apache-2.0
// Hyperscan runs over chunks that overlap by the widest anchor and its context, so a
// candidate is whole in the chunk that holds its end. Edges of chunks look like edges of
// the text to it (\b, $), which adds candidates and never loses one.
#include "scanner/match/propose.h"

#include <algorithm>

#include "scanner/match/compiled.h"

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
  std::unique_ptr<hs_scratch_t, ScratchDeleter> scratch;

  // What the call of hs_scan that is under way looks at, and gives.
  uint64_t chunk_begin = 0;
  Span ends;
  std::vector<Candidate>* out = nullptr;

  State(const Database::Parts& parts, uint64_t bytes)
      : database(parts), chunk_bytes(std::clamp<uint64_t>(bytes, 1, kLargestChunk)) {
    hs_scratch_t* raw = nullptr;
    STRAYKEY_CHECK(hs_alloc_scratch(database.hyperscan.get(), &raw) == HS_SUCCESS);
    scratch.reset(raw);
  }

  static int on_candidate(unsigned id, unsigned long long, unsigned long long to, unsigned,
                          void* context) {
    auto& self = *static_cast<State*>(context);
    uint64_t end = self.chunk_begin + to;
    if (end >= self.ends.begin && end <= self.ends.end) self.out->push_back({id, end});
    return 0;
  }
};

Proposer::Proposer(const Database::Parts& database, uint64_t chunk_bytes)
    : state_(std::make_unique<State>(database, chunk_bytes)) {}
Proposer::Proposer(Proposer&&) noexcept = default;
Proposer::~Proposer() = default;

void Proposer::propose(ByteView bytes, Span ends, std::vector<Candidate>& out) {
  State& s = *state_;
  uint64_t overlap = s.database.widest + 1;
  s.out = &out;
  uint64_t last = std::min<uint64_t>(ends.end, bytes.size());
  for (uint64_t at = ends.begin; at <= last; at += s.chunk_bytes) {
    s.ends = {at, std::min(last, at + s.chunk_bytes - 1)};
    s.chunk_begin = at > overlap ? at - overlap : 0;
    uint64_t chunk_end = std::min<uint64_t>(bytes.size(), s.ends.end + kAhead);
    if (chunk_end == s.chunk_begin) continue;
    size_t first = out.size();
    hs_error_t status = hs_scan(s.database.hyperscan.get(), bytes.data() + s.chunk_begin,
                                static_cast<unsigned>(chunk_end - s.chunk_begin), 0,
                                s.scratch.get(), State::on_candidate, &s);
    STRAYKEY_CHECK(status == HS_SUCCESS);
    // Hyperscan may say the same end of the same signature more than once.
    auto begin = out.begin() + static_cast<std::ptrdiff_t>(first);
    std::sort(begin, out.end());
    out.erase(std::unique(begin, out.end()), out.end());
  }
}

}  // namespace straykey
