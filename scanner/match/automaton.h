// SPDX-License-Identifier: Apache-2.0
// An expression as a nondeterministic automaton, relaxed: what is repeated often is
// repeated any number of times, so that few states are enough. It may accept more than the
// expression, never less.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "scanner/match/expression.h"

namespace straykey {

class Automaton {
 public:
  // Sorted; only states that read a byte, and kAccept.
  using States = std::vector<uint32_t>;
  static constexpr uint32_t kAccept = 0;

  Automaton() : nodes_(1) {}

  // The first state of `expression` followed by the state `next`. Made from the end of an
  // expression to its beginning; several beginnings may share an end.
  uint32_t add(const Expression& expression, uint32_t next);

  // The states that are reached from `from` without reading.
  States closure(const States& from) const;
  // Those that are reached by reading `byte`.
  States after(const States& states, size_t byte) const;
  static bool accepts(const States& states) { return !states.empty() && states[0] == kAccept; }

  // Sets of bytes that none of `states`, or of those reachable from them, tells apart.
  std::vector<ByteSet> told_apart_by(const States& states) const;
  std::vector<ByteSet> told_apart_from(const States& first) const;

 private:
  struct Node {
    ByteSet reads;               // none: passes on without reading
    std::vector<uint32_t> next;  // one when it reads
  };

  uint32_t make(Node node);

  std::vector<Node> nodes_;
};

}  // namespace straykey
