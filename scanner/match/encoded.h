// SPDX-License-Identifier: Apache-2.0
// Matches in what stands encoded in some bytes. Encoded runs and what stands near them make
// windows; a window is decoded in its place and matched like any text, and what was decoded
// may hold encoded runs again, a few layers deep.
//
// What a window gives depends on its bytes and on where the runs stand in it, and on nothing
// else. So a text that is made from another one shares the windows that were copied whole.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/copy_run.h"
#include "scanner/match/encoded_run.h"
#include "scanner/match/match.h"
#include "scanner/signature/signature_set.h"

namespace straykey {

// Encoded runs that stand so near to one another that they are decoded together.
struct EncodedWindow {
  Span span;
  size_t first_run = 0;  // in EncodedTrace::runs
  size_t run_count = 0;
  // Places count from the window's beginning; nullptr when there is none.
  std::shared_ptr<const std::vector<Match>> matches;
};

// What is kept for texts that are made from this one. Plain data.
struct EncodedTrace {
  std::vector<EncodedRun> runs;        // in the order of their beginning
  std::vector<EncodedWindow> windows;  // likewise, disjoint
};

// One per thread.
class EncodedSearch {
 public:
  // `find_plain` gives the matches of a text as it stands. `layers` is how often what was decoded is
  // decoded again, plus one; with 0 there must be no runs. All must outlive this object.
  EncodedSearch(const SignatureSet& signatures, unsigned layers,
                std::function<std::vector<Match>(ByteView)> find_plain);

  // Adds to `matches`, those of `bytes` as they stand, the ones in trace.runs, and drops of two
  // at one place the worse. They are in the order of their place before and after. Notes the
  // windows in `trace`. Those of `of_base`, the trace of a text from which `copies` came, in the
  // order of `to`, are known.
  void find(ByteView bytes, const std::vector<CopyRun>& copies, const EncodedTrace& of_base,
            EncodedTrace& trace, std::vector<Match>& matches);

 private:
  struct Layer;
  std::vector<Match> find_in_window(ByteView bytes, Span window, const EncodedRun* runs,
                                    size_t count, Layer layer) const;
  void collect(std::vector<Match>& matches, const EncodedTrace& trace) const;
  void join(std::vector<Match>& outer, std::vector<Match> inner) const;
  bool replaces(const Match& inner, const Match& outer) const;

  const SignatureSet& signatures_;
  unsigned layers_;
  std::function<std::vector<Match>(ByteView)> find_plain_;
};

}  // namespace straykey
