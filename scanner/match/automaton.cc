// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/automaton.h"

#include <algorithm>
#include <utility>

namespace straykey {
namespace {

constexpr uint32_t kMostCopies = 24;  // of what is repeated

}  // namespace

uint32_t Automaton::make(Node node) {
  nodes_.push_back(std::move(node));
  return static_cast<uint32_t>(nodes_.size() - 1);
}

uint32_t Automaton::add(const Expression& expression, uint32_t next) {
  switch (expression.kind) {
    case Expression::Kind::kClass: return make({expression.set, {next}});
    case Expression::Kind::kConcat:
      for (auto part = expression.parts.rbegin(); part != expression.parts.rend(); ++part) {
        next = add(*part, next);
      }
      return next;
    case Expression::Kind::kAlternate: {
      Node fork;
      for (const Expression& part : expression.parts) fork.next.push_back(add(part, next));
      return make(std::move(fork));
    }
    case Expression::Kind::kRepeat: break;
  }
  const Expression& part = expression.parts[0];
  if (expression.least == 0 && expression.most == 1) {
    const uint32_t once = add(part, next);
    return make({{}, {once, next}});
  }
  const uint32_t copies = std::min(expression.least, kMostCopies);
  if (expression.most > copies) {
    const uint32_t loop = make({{}, {next}});
    const uint32_t body = add(part, loop);
    nodes_[loop].next.push_back(body);
    next = loop;
  }
  for (uint32_t i = 0; i < copies; ++i) next = add(part, next);
  return next;
}

Automaton::States Automaton::closure(const States& from) const {
  States open = from, seen, out;
  while (!open.empty()) {
    const uint32_t state = open.back();
    open.pop_back();
    if (std::find(seen.begin(), seen.end(), state) != seen.end()) continue;
    seen.push_back(state);
    if (state == kAccept || nodes_[state].reads.any()) {
      out.push_back(state);
    } else {
      open.insert(open.end(), nodes_[state].next.begin(), nodes_[state].next.end());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

Automaton::States Automaton::after(const States& states, size_t byte) const {
  States next;
  for (uint32_t state : states) {
    if (nodes_[state].reads.test(byte)) next.push_back(nodes_[state].next[0]);
  }
  return next.empty() ? next : closure(next);
}

std::vector<ByteSet> Automaton::told_apart_by(const States& states) const {
  std::vector<ByteSet> blocks = {~ByteSet()};
  for (uint32_t state : states) {
    const ByteSet& reads = nodes_[state].reads;
    if (reads.none()) continue;
    for (size_t i = blocks.size(); i-- > 0;) {
      const ByteSet inside = blocks[i] & reads;
      if (inside.none() || inside == blocks[i]) continue;
      blocks[i] &= ~reads;
      blocks.push_back(inside);
    }
  }
  return blocks;
}

std::vector<ByteSet> Automaton::told_apart_from(const States& first) const {
  std::vector<bool> seen(nodes_.size());
  States open = first, all;
  while (!open.empty()) {
    const uint32_t state = open.back();
    open.pop_back();
    if (seen[state]) continue;
    seen[state] = true;
    all.push_back(state);
    open.insert(open.end(), nodes_[state].next.begin(), nodes_[state].next.end());
  }
  return told_apart_by(all);
}

}  // namespace straykey
