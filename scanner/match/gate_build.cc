// SPDX-License-Identifier: Apache-2.0
// From the entries of all expressions to the tables of the gate.
//
// Grams are put into 16 buckets, so that those of one bucket share bytes: the fewer a
// bucket accepts, the fewer positions are looked at twice. Folded grams go to the hash
// table. Those of the same expressions share an automaton that reads on from there.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <utility>

#include "scanner/match/automaton.h"
#include "scanner/match/gate.h"

namespace straykey {
namespace {

constexpr int kRounds = 3;            // of improving the buckets

// What each bucket accepts at each position, with how many of its grams ask for it. How
// often a bucket says yes is estimated with positions that know nothing of each other.
class Buckets {
 public:
  explicit Buckets(size_t count) : counts_(count), sets_(count) {}

  // The bucket that says yes more often by the least when `gram` comes to it.
  size_t best_for(const Gram& gram) const {
    size_t best = 0;
    double least = INFINITY;
    for (size_t b = 0; b < sets_.size(); ++b) {
      double now = 1, then = 1;
      for (size_t k = 0; k < kTableBytes; ++k) {
        now *= byte_frequency(sets_[b][k]);
        then *= byte_frequency(sets_[b][k] | gram[k]);
      }
      if (then - now < least) {
        least = then - now;
        best = b;
      }
    }
    return best;
  }

  void add(size_t bucket, const Gram& gram, int by) {
    for (size_t k = 0; k < kTableBytes; ++k) {
      for (size_t byte = gram[k]._Find_first(); byte < 256; byte = gram[k]._Find_next(byte)) {
        counts_[bucket][k][byte] += by;
        sets_[bucket][k].set(byte, counts_[bucket][k][byte] > 0);
      }
    }
  }

  const Gram& set(size_t bucket) const { return sets_[bucket]; }

 private:
  std::vector<std::array<std::array<int, 256>, kTableBytes>> counts_;
  std::vector<Gram> sets_;
};

}  // namespace

class GateBuilder {
 public:
  GateBuilder(Gate& gate, size_t most_states) : gate_(gate), most_states_(most_states) {}

  void build(const std::vector<GateEntry>& entries) {
    fill_tables(entries);
    // Folded gram -> the entries that it may begin.
    std::map<uint32_t, std::vector<uint32_t>> owners;
    for (uint32_t i = 0; i < entries.size(); ++i) {
      for (uint32_t gram : entries[i].spellings) owners[gram].push_back(i);
    }
    uint32_t slots = 2;
    while (slots < 4 * owners.size()) slots *= 2;
    gate_.slots_.assign(slots, 0);
    gate_.slot_mask_ = slots - 1;
    gate_.known_.emplace_back();
    std::map<std::vector<uint32_t>, Reader> readers;
    for (const auto& [gram, who] : owners) {
      auto [found, is_new] = readers.try_emplace(who);
      Reader& reader = found->second;
      if (is_new) add_tail(entries, who, reader);
      const uint32_t bit = Gate::hash(gram) >> (32 - Gate::kBitmapBits);
      gate_.bitmap_[bit >> 5] |= 1u << (bit & 31);
      uint32_t at = gate_.slot_of(gram);
      while (gate_.slots_[at] != 0) at = (at + 1) & gate_.slot_mask_;
      gate_.slots_[at] = static_cast<uint32_t>(gate_.known_.size());
      gate_.known_.push_back({gram, reader.tail, 0, 0});
      look_ahead(reader, gate_.known_.back());
    }
    gate_.fill_byte_tables();
  }

 private:
  // What reads on behind grams of the same entries.
  struct Reader {
    Automaton automaton;
    Automaton::States first;
    uint32_t tail = 0;
  };

  void fill_tables(const std::vector<GateEntry>& entries) {
    std::vector<Gram> grams;
    for (const GateEntry& entry : entries) {
      grams.insert(grams.end(), entry.grams.begin(), entry.grams.end());
    }
    // The frequent ones first: each gets a bucket of its own while there are any.
    std::stable_sort(grams.begin(), grams.end(),
                     [](const Gram& a, const Gram& b) { return frequency(a) > frequency(b); });
    Buckets buckets(Gate::kBuckets);
    std::vector<size_t> place(grams.size());
    for (size_t i = 0; i < grams.size(); ++i) {
      place[i] = buckets.best_for(grams[i]);
      buckets.add(place[i], grams[i], 1);
    }
    for (int round = 0; round < kRounds; ++round) {
      for (size_t i = 0; i < grams.size(); ++i) {
        buckets.add(place[i], grams[i], -1);
        place[i] = buckets.best_for(grams[i]);
        buckets.add(place[i], grams[i], 1);
      }
    }
    for (size_t b = 0; b < Gate::kBuckets; ++b) {
      for (size_t k = 0; k < kTableBytes; ++k) {
        for (size_t byte = 0; byte < 256; ++byte) {
          if (buckets.set(b)[k].test(byte)) {
            gate_.table_[k][byte] = static_cast<uint16_t>(gate_.table_[k][byte] | 1u << b);
          }
        }
      }
    }
  }

  // The bits in which all bytes agree that may stand behind the gram.
  static void look_ahead(const Reader& reader, Gate::Known& known) {
    Automaton::States states = reader.first;
    for (uint32_t k = 0; k < 2 * kGramBytes; ++k) {
      if (Automaton::accepts(states)) return;
      const bool in_gram = k < kGramBytes;
      uint32_t ones = 0xff, zeros = 0xff;
      Automaton::States next;
      for (const ByteSet& same : reader.automaton.told_apart_by(states)) {
        bool reads = false;
        for (size_t b = same._Find_first(); b < 256; b = same._Find_next(b)) {
          if (in_gram && (b | 0x20) != (known.gram >> (8 * k) & 0xff)) continue;
          if (!reads) {
            const Automaton::States more = reader.automaton.after(states, b);
            if (more.empty()) break;
            next.insert(next.end(), more.begin(), more.end());
            reads = true;
          }
          ones &= static_cast<uint32_t>(b);
          zeros &= ~static_cast<uint32_t>(b);
        }
      }
      if (!in_gram) {
        known.next_mask |= (ones | zeros) << (8 * (k - kGramBytes));
        known.next_bits |= ones << (8 * (k - kGramBytes));
      }
      std::sort(next.begin(), next.end());
      next.erase(std::unique(next.begin(), next.end()), next.end());
      states = std::move(next);
    }
  }

  void add_tail(const std::vector<GateEntry>& entries, const std::vector<uint32_t>& who,
                Reader& reader) {
    Automaton& automaton = reader.automaton;
    Automaton::States starts;
    Gate::Tail tail;
    tail.owners = static_cast<uint32_t>(gate_.owners_.size());
    tail.owner_count = static_cast<uint32_t>(who.size());
    for (uint32_t i : who) {
      gate_.owners_.push_back({entries[i].signature, entries[i].after});
      starts.push_back(automaton.add(entries[i].tail, Automaton::kAccept));
      tail.before = std::max(tail.before, static_cast<uint16_t>(entries[i].before));
      tail.after = std::max(tail.after, static_cast<uint16_t>(entries[i].after));
    }
    reader.first = automaton.closure(starts);
    reader.tail = static_cast<uint32_t>(gate_.tails_.size());
    const Automaton::States& first = reader.first;
    const std::vector<ByteSet> same = automaton.told_apart_from(first);
    std::array<uint8_t, 256> classes;
    for (size_t i = 0; i < same.size(); ++i) {
      for (size_t byte = 0; byte < 256; ++byte) {
        if (same[i].test(byte)) classes[byte] = static_cast<uint8_t>(i);
      }
    }
    tail.class_count = static_cast<uint32_t>(same.size());
    tail.classes = static_cast<uint32_t>(gate_.byte_classes_.size());
    tail.transitions = static_cast<uint32_t>(gate_.transitions_.size());
    gate_.byte_classes_.insert(gate_.byte_classes_.end(), classes.begin(), classes.end());
    std::vector<uint16_t> transitions = determinize(automaton, first, same);
    gate_.transitions_.insert(gate_.transitions_.end(), transitions.begin(), transitions.end());
    gate_.tails_.push_back(tail);
  }

  // See Gate::reads_on(). States are made in the order of how many bytes lead to them; one
  // more than there may be accepts.
  std::vector<uint16_t> determinize(const Automaton& automaton, const Automaton::States& first,
                                    const std::vector<ByteSet>& same) const {
    const size_t row = same.size();
    const size_t most = std::min(most_states_, UINT16_MAX / row);
    std::map<Automaton::States, size_t> numbers = {{first, 2}};
    std::vector<Automaton::States> states = {{}, {}, first};
    std::vector<uint16_t> out(row, 0);
    out.resize(2 * row, static_cast<uint16_t>(row));
    for (size_t state = 2; state < states.size(); ++state) {
      for (const ByteSet& bytes : same) {
        const Automaton::States next = automaton.after(states[state], bytes._Find_first());
        size_t number = 0;
        if (automaton.accepts(next)) {
          number = 1;
        } else if (!next.empty()) {
          const auto known = numbers.find(next);
          if (known != numbers.end()) {
            number = known->second;
          } else if (states.size() == most) {
            number = 1;
          } else {
            number = states.size();
            numbers.emplace(next, number);
            states.push_back(next);
          }
        }
        out.push_back(static_cast<uint16_t>(number * row));
      }
    }
    return out;
  }

  Gate& gate_;
  const size_t most_states_;
};

Gate Gate::build(const std::vector<GateEntry>& entries, size_t most_states) {
  Gate gate;
  GateBuilder(gate, most_states).build(entries);
  return gate;
}

namespace {

template <class T>
void put(std::string& out, const T* items, uint32_t count) {
  out.append(reinterpret_cast<const char*>(&count), sizeof count);
  out.append(reinterpret_cast<const char*>(items), count * sizeof(T));
}

template <class T>
bool take(ByteView& in, std::vector<T>& items) {
  uint32_t count = 0;
  if (in.size() < sizeof count) return false;
  std::memcpy(&count, in.data(), sizeof count);
  in.remove_prefix(sizeof count);
  if (in.size() / sizeof(T) < count) return false;
  items.resize(count);
  if (count > 0) std::memcpy(static_cast<void*>(items.data()), in.data(), count * sizeof(T));
  in.remove_prefix(count * sizeof(T));
  return true;
}

}  // namespace

std::string Gate::serialize() const {
  std::string out;
  put(out, table_[0].data(), kTableBytes * 256);
  put(out, bitmap_.data(), static_cast<uint32_t>(bitmap_.size()));
  put(out, slots_.data(), static_cast<uint32_t>(slots_.size()));
  put(out, known_.data(), static_cast<uint32_t>(known_.size()));
  put(out, tails_.data(), static_cast<uint32_t>(tails_.size()));
  put(out, owners_.data(), static_cast<uint32_t>(owners_.size()));
  put(out, byte_classes_.data(), static_cast<uint32_t>(byte_classes_.size()));
  put(out, transitions_.data(), static_cast<uint32_t>(transitions_.size()));
  return out;
}

bool Gate::load(ByteView& in) {
  std::vector<uint16_t> table;
  std::vector<uint32_t> bitmap;
  if (!take(in, table) || !take(in, bitmap) || !take(in, slots_) || !take(in, known_) ||
      !take(in, tails_) || !take(in, owners_) ||
      !take(in, byte_classes_) || !take(in, transitions_)) {
    return false;
  }
  if (table.size() != kTableBytes * 256 || bitmap.size() != bitmap_.size() || slots_.empty() ||
      (slots_.size() & (slots_.size() - 1)) != 0) {
    return false;
  }
  for (size_t k = 0; k < kTableBytes; ++k) {
    std::copy_n(table.begin() + static_cast<std::ptrdiff_t>(256 * k), 256, table_[k].begin());
  }
  std::copy(bitmap.begin(), bitmap.end(), bitmap_.begin());
  slot_mask_ = static_cast<uint32_t>(slots_.size() - 1);
  fill_byte_tables();
  return true;
}

}  // namespace straykey
