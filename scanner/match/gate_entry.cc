// SPDX-License-Identifier: Apache-2.0
// The expression is a row of elements. For each element, the automaton of the rest of the
// row is made, and the four bytes that it can begin with are listed. The list that is met least
// often (gram.h) is taken.
#include "scanner/match/gate_entry.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "scanner/match/automaton.h"

namespace straykey {
namespace {

constexpr size_t kMostGrams = 512;       // lists of sets, for one element
constexpr size_t kMostSpellings = 8192;  // folded grams of one expression
constexpr double kOfSpelling = 1e-7;     // what one costs, as if it were met so often
constexpr size_t kMostEarlier = 256;     // spellings
constexpr size_t kMostChoices = 40;      // of one expression that go apart
constexpr double kMostFrequent = 0.02;   // of an expression's grams, for each byte

// The bytes that can be read in any of `states`, and the states `behind` them.
ByteSet readable(const Automaton& automaton, const Automaton::States& states,
                 Automaton::States& behind) {
  ByteSet out;
  for (const ByteSet& same : automaton.told_apart_by(states)) {
    const Automaton::States next = automaton.after(states, same._Find_first());
    if (next.empty()) continue;
    out |= same;
    behind.insert(behind.end(), next.begin(), next.end());
  }
  std::sort(behind.begin(), behind.end());
  behind.erase(std::unique(behind.begin(), behind.end()), behind.end());
  return out;
}

// The grams that a match can begin with, as long as they are few and seldom enough.
struct GramList {
  const Automaton& automaton;
  double most_frequent;  // all together
  std::vector<Gram> grams = {};
  double frequency = 0;  // of all, those in words counted as well
  Gram gram = {};        // the one that is being made

  // Adds those from the states `first` on, behind the `depth` bytes that gram has. False when
  // it is one too many, or a match may be shorter.
  bool add(const Automaton::States& first, size_t depth);
};

bool GramList::add(const Automaton::States& first, size_t depth) {
  if (depth == kGramBytes) {
    Automaton::States states = first;
    bool may_end = false;
    for (size_t k = kGramBytes; k < kTableBytes; ++k) {
      Automaton::States behind;
      may_end |= Automaton::accepts(states);
      gram[k] = may_end ? ByteSet().set() : readable(automaton, states, behind);
      states = std::move(behind);
    }
    grams.push_back(gram);
    frequency += std::max(straykey::frequency(gram), frequency_in_words(gram));
    return grams.size() <= kMostGrams && frequency < most_frequent;
  }
  if (automaton.accepts(first)) return false;
  std::map<Automaton::States, ByteSet> ways;
  for (const ByteSet& same : automaton.told_apart_by(first)) {
    ways[automaton.after(first, same._Find_first())] |= same;
  }
  for (const auto& [states, set] : ways) {
    if (states.empty()) continue;
    gram[depth] = set;
    if (!add(states, depth + 1)) return false;
  }
  return true;
}

// Folded. None when there are too many.
std::vector<uint32_t> spell(const std::vector<Gram>& grams) {
  std::set<uint32_t> out;
  for (const Gram& gram : grams) {
    std::vector<uint32_t> partial = {0};
    for (size_t k = 0; k < kGramBytes; ++k) {
      std::set<uint32_t> bytes;
      for (uint32_t byte = 0; byte < 256; ++byte) {
        if (gram[k].test(byte)) bytes.insert(byte | 0x20);
      }
      if (partial.size() * bytes.size() > kMostSpellings) return {};
      std::vector<uint32_t> longer;
      for (uint32_t begun : partial) {
        for (uint32_t byte : bytes) longer.push_back(begun | byte << (8 * k));
      }
      partial = std::move(longer);
    }
    out.insert(partial.begin(), partial.end());
    if (out.size() > kMostSpellings) return {};
  }
  return {out.begin(), out.end()};
}

// The ends of repeats are opened, so that the gram may be the last of [0-9]{10} and what
// follows it.
std::vector<Expression> steps(const Expression& expression) {
  constexpr uint32_t kMostOpened = 4;
  std::vector<Expression> out;
  for (Expression& element : elements(expression)) {
    if (element.kind != Expression::Kind::kRepeat || element.least != element.most) {
      out.push_back(std::move(element));
      continue;
    }
    const Expression once = element.parts[0];
    const uint32_t opened = std::min(element.least, kMostOpened);
    if (element.least > opened) {
      element.least = element.most = element.least - opened;
      out.push_back(std::move(element));
    }
    out.insert(out.end(), opened, once);
  }
  return out;
}

// Grams of which one begins in each match of `expression`, where the entry's tail begins or before:
// the first that can be told, as a name begins with whose it is.
std::vector<uint32_t> earlier_grams(const Expression& expression, const GateEntry& entry) {
  const std::vector<Expression> row = steps(expression);
  Expression rest;
  for (size_t i = 0; i + entry.tail.parts.size() < row.size(); ++i) {
    rest.parts.assign(row.begin() + static_cast<std::ptrdiff_t>(i), row.end());
    Automaton automaton;
    const auto first = automaton.closure({automaton.add(rest, Automaton::kAccept)});
    GramList list{automaton, kMostFrequent};
    if (!list.add(first, 0)) continue;
    std::vector<uint32_t> spellings = spell(list.grams);
    if (!spellings.empty() && spellings.size() <= kMostEarlier) return spellings;
  }
  return {};
}

GateEntry best_entry(const Expression& expression) {
  const uint64_t width = expression.most_width();
  GateEntry best;
  const std::vector<Expression> row = steps(expression);
  uint32_t before = 0;
  bool has_begun = false;  // the secret
  for (size_t i = 0; i < row.size(); before += row[i].most_width(), ++i) {
    has_begun |= row[i].in_secret;
    GateEntry entry;
    entry.is_behind_secret = has_begun && !row[i].in_secret;
    entry.tail.parts.assign(row.begin() + static_cast<std::ptrdiff_t>(i), row.end());
    if (entry.tail.least_width() < kGramBytes) break;
    Automaton automaton;
    const auto first = automaton.closure({automaton.add(entry.tail, Automaton::kAccept)});
    GramList list{automaton, best.frequency};
    if (!list.add(first, 0)) continue;
    entry.grams = std::move(list.grams);
    entry.frequency = list.frequency;
    entry.spellings = spell(entry.grams);
    // A long list costs memory that is looked at everywhere.
    entry.frequency += kOfSpelling * static_cast<double>(entry.spellings.size());
    if (entry.spellings.empty() || entry.frequency >= best.frequency) continue;
    entry.whole = expression;
    entry.before = before;
    entry.after = static_cast<uint32_t>(width - before);
    best = std::move(entry);
  }
  return best;
}

// (?:a|b)c as ac and bc, with the first choice of the row; nothing without one.
std::vector<Expression> choices(const Expression& expression) {
  const std::vector<Expression> row = elements(expression);
  const auto fork = std::find_if(row.begin(), row.end(), [](const Expression& element) {
    return element.kind == Expression::Kind::kAlternate;
  });
  std::vector<Expression> out;
  if (fork == row.end() || fork->parts.size() > kMostChoices) return out;
  for (const Expression& choice : fork->parts) {
    Expression one;
    one.parts.assign(row.begin(), fork);
    one.parts.push_back(choice);
    one.parts.insert(one.parts.end(), fork + 1, row.end());
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

std::vector<GateEntry> gate_entries(const Expression& expression) {
  if (expression.most_width() > UINT16_MAX) return {};
  std::vector<Expression> ways = choices(expression);
  std::vector<GateEntry> entries;
  double frequency = 0;  // of all together
  for (const Expression& way : ways) {
    entries.push_back(best_entry(way));
    frequency += entries.back().frequency;
  }
  GateEntry whole = best_entry(expression);
  if (ways.empty() || whole.frequency <= frequency) {
    frequency = whole.frequency;
    ways = {expression};
    entries = {std::move(whole)};
  }
  if (frequency > kMostFrequent) return {};
  for (size_t i = 0; i < ways.size(); ++i) {
    entries[i].earlier = earlier_grams(ways[i], entries[i]);
  }
  return entries;
}

}  // namespace straykey
