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
  // `find_plain` gives the matches of a text as it stands. `layers` is how often what was
  // decoded is decoded again, plus one; 0 looks for nothing. All must outlive this object.
  EncodedSearch(const SignatureSet& signatures, unsigned layers,
                std::function<std::vector<Match>(ByteView)> find_plain);

  // Adds to `matches`, those of `bytes` as they stand, the ones in encoded runs, and drops of
  // two at one place the worse. They are in the order of their place before and after.
  void find(ByteView bytes, std::vector<Match>& matches, EncodedTrace* trace);

  // The same for bytes made from `base` by `copies`, in the order of `to`, with `of_base` that
  // find() or this noted for the base.
  void find_changed(ByteView bytes, ByteView base, const std::vector<CopyRun>& copies,
                    const EncodedTrace& of_base, std::vector<Match>& matches,
                    EncodedTrace& trace);

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
