// SPDX-License-Identifier: Apache-2.0
// What long tokens have and the words of programs have not: a run of at least 20 letters,
// digits and signs of base64 that holds a digit, or at least six capitals and six small
// letters. Three blocks of source code in a hundred are near such a run, but hardly a key
// of 20 characters in a thousand is without.
//
// A signature whose secret is drawn at random from an alphabet with digits asks for it: a
// secret without is not a match. So nothing else of such a signature needs to be looked
// for where no mixed run is near. The test sees only the bytes of the secret that lie
// within the anchor, for what is further away must not decide whether there is a
// candidate (see Matcher::match_version).
#pragma once

#include <cstdint>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/match/expression.h"
#include "scanner/match/gate_kernel.h"

namespace straykey {

inline constexpr uint32_t kLeastRun = 20;

// Whether `text` holds a mixed run.
bool has_mixed_run(ByteView text);

// What an anchor tells of its secret. Plain data.
struct MixedSecret {
  uint32_t bytes = 0;  // the first so many of each secret lie in the anchor; 0: says nothing
  uint32_t lead = 0;   // a run of it begins at most so many behind the anchor's beginning
};

// Nothing (bytes = 0) unless fewer than one in 200 secrets, drawn evenly from the classes of
// `anchor`, are without a mixed run.
MixedSecret mixed_secret(const Expression& anchor);

// Appends spans that hold, for each mixed run of at most kWidestBeginning bytes within
// [begin, end), the run itself and the `lead` bytes before it; they are in order and do not
// touch. All kernels give the same. Longer runs are spans as well.
void find_mixed_runs(ByteView bytes, uint64_t begin, uint64_t end, uint64_t lead,
                     GateKernel kernel, std::vector<Span>& spans);

}  // namespace straykey
