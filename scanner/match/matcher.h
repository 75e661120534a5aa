// SPDX-License-Identifier: Apache-2.0
// Bytes -> matches: the gate and Hyperscan propose (signature, place), RE2 confirms the whole
// span, the offline checks judge it, and of two signatures that claim the same bytes the better
// one stays.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/copy_run.h"
#include "scanner/match/database.h"
#include "scanner/match/match.h"
#include "scanner/match/trace.h"

namespace straykey {

struct MatcherOptions {
  // Bytes looked at at once. Any value from 1 on gives the same matches.
  uint64_t chunk_bytes = 4u << 20;
  // How many encodings, one in another, are decoded (match/encoded.h); 0 decodes none.
  uint32_t decode_depth = 5;
  // Whether what other texts told is looked at again: pieces that had nothing, and versions by more
  // than what changed. Slower, the same matches.
  bool looks_again = false;
};

// One per thread. Holds scratch memory that is reused from call to call; the Database
// must outlive it.
class Matcher {
 public:
  explicit Matcher(const Database& database, MatcherOptions options = {});
  Matcher(Matcher&&) noexcept;
  ~Matcher();

  // Matches in the order of their place. `bytes` is borrowed for the call. What was found
  // out on the way goes to `trace`, if any.
  std::vector<Match> find(ByteView bytes, Trace* trace = nullptr);

  // The same matches as find(bytes), for bytes made from `base` by `runs`, which are in the
  // order of `to`. Only what is new and the seams are looked at; the rest is known from
  // `of_base`, the trace of the base.
  std::vector<Match> find_changed(ByteView bytes, ByteView base,
                                  const std::vector<CopyRun>& runs, const Trace& of_base,
                                  Trace& trace);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace straykey
