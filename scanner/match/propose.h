// SPDX-License-Identifier: Apache-2.0
// Where matches may be: the first look at every byte. A candidate says that an anchor of the
// signature may stand at a place. None is missed; RE2 decides about each.
//
// Whether a candidate with the end e is one depends on nothing but the bytes [e - w - 1, e + 2),
// where w is the widest anchor of the database, and on where the text begins and ends. So a
// text that shares bytes with another shares candidates.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/match/database.h"
#include "scanner/match/gate.h"

namespace straykey {

// The anchor ends at end() or before, which may be behind the end of the text.
struct Candidate {
  uint32_t signature;
  uint64_t at;
  uint32_t before;
  uint32_t after;

  uint64_t end() const { return at + after; }
  // Where matches begin, if the signature has this reach.
  Span begins(uint32_t reach) const {
    return {at - std::min<uint64_t>(at, before), reach > 0 ? end() + reach : at + 1};
  }
  auto operator<=>(const Candidate&) const = default;
};

// One per thread. Holds scratch memory that is reused from call to call; the Database must
// outlive it.
class Proposer {
 public:
  // How many bytes behind an end can decide about it: one for \b, two for $.
  static constexpr uint64_t kAhead = 2;

  enum class FirstLook : uint8_t {
    kGate,       // Hyperscan sees the windows that the gate leaves
    kHyperscan,  // it sees everything; what tests compare with
  };

  // `chunk_bytes` are looked at at once; any value gives the same candidates but for some
  // that RE2 refuses.
  Proposer(const Database::Parts& database, uint64_t chunk_bytes,
           FirstLook first_look = FirstLook::kGate, GateKernel kernel = best_gate_kernel());
  Proposer(Proposer&&) noexcept;
  ~Proposer();

  // Appends, each once, the candidates of `bytes` whose end lies within [ends.begin,
  // ends.end], both inclusive, in the order of (signature, at); an end behind the text's is
  // within where that one is. Cost grows with the length of `ends`.
  void propose(ByteView bytes, Span ends, std::vector<Candidate>& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace straykey
