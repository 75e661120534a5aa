// SPDX-License-Identifier: Apache-2.0
// From the entries of all expressions to the tables of the gate.
//
// Grams go into buckets, which are the bits of the six tables, and folded grams to the hash
// table. Those of the same expressions share an automaton that reads on from there.
#include <algorithm>
#include <cstring>
#include <map>
#include <type_traits>
#include <utility>

#include "scanner/base/result.h"
#include "scanner/match/automaton.h"
#include "scanner/match/gate.h"
#include "scanner/match/gate_buckets.h"

namespace straykey {
namespace {

// Where what comes after `size` bytes begins.
constexpr size_t padded(size_t size) {
  return (size + Gate::kAlignment - 1) / Gate::kAlignment * Gate::kAlignment;
}

// Sorted, each once.
Automaton::States merged(Automaton::States states) {
  std::sort(states.begin(), states.end());
  states.erase(std::unique(states.begin(), states.end()), states.end());
  return states;
}

}  // namespace

// As they grow; the gate looks at what serialize() gives.
struct Gate::Tables {
  std::array<ByteTable, kTableBytes> table{};
  std::vector<uint32_t> bitmap = std::vector<uint32_t>((1u << kBitmapBits) / 32);
  std::vector<uint32_t> slots;
  std::vector<Known> known;
  std::vector<Tail> tails;
  std::vector<Owner> owners;
  std::vector<uint16_t> earlier;
  std::vector<uint8_t> byte_classes;
  std::vector<uint16_t> transitions;

  std::string serialize() const {
    std::string out;
    put(out, table);
    put(out, bitmap);
    put(out, slots);
    put(out, known);
    put(out, tails);
    put(out, owners);
    put(out, earlier);
    put(out, byte_classes);
    put(out, transitions);
    return out;
  }

 private:
  // A number, so many items, and zeros to where the next ones may stand.
  template <class Items>
  static void put(std::string& out, const Items& items) {
    // Without padding, so that the bytes are the same each time.
    static_assert(std::has_unique_object_representations_v<typename Items::value_type>);
    const auto count = static_cast<uint32_t>(items.size());
    out.append(reinterpret_cast<const char*>(&count), sizeof count);
    out.append(reinterpret_cast<const char*>(items.data()), count * sizeof items[0]);
    out.resize(padded(out.size()));
  }
};

class GateBuilder {
 public:
  GateBuilder(size_t most_states, const Gate* like) : most_states_(most_states), like_(like) {}

  std::string build(const std::vector<GateEntry>& entries) {
    fill_tables(entries);
    // Folded gram -> the entries that it may begin: the seldom and the common ones.
    std::map<uint32_t, std::array<std::vector<uint32_t>, 2>> owners;
    for (uint32_t i = 0; i < entries.size(); ++i) {
      for (uint32_t gram : entries[i].spellings) owners[gram][entries[i].is_common].push_back(i);
    }
    uint32_t slots = 2;
    while (slots < 4 * owners.size()) slots *= 2;
    tables_.slots.assign(slots, 0);
    const uint32_t mask = slots - 1;
    tables_.known.emplace_back();
    std::map<std::vector<uint32_t>, Reader> readers;
    for (const auto& [gram, both] : owners) {
      for (const auto& who : both) {
        if (!who.empty()) readers[who].grams.push_back(gram);
      }
    }
    for (auto& [who, reader] : readers) add_tail(entries, who, reader);
    for (const auto& [gram, both] : owners) {
      const uint32_t bit = Gate::hash(gram) >> (32 - Gate::kBitmapBits);
      tables_.bitmap[bit >> 5] |= 1u << (bit & 31);
      uint32_t at = Gate::slot_of(gram, mask);
      while (tables_.slots[at] != 0) at = (at + 1) & mask;
      const size_t first = tables_.known.size();
      tables_.slots[at] = static_cast<uint32_t>(first);
      for (const auto& who : both) {
        if (!who.empty()) tables_.known.push_back(known_about(gram, readers.at(who)));
      }
      if (first + 1 < tables_.known.size()) join(tables_.known[first], first + 1);
    }
    return tables_.serialize();
  }

 private:
  // What reads on behind grams of the same entries.
  struct Reader {
    std::vector<uint32_t> grams;  // sorted
    Automaton automaton;
    std::vector<Automaton::States> behind;  // each gram
    std::vector<uint32_t> states;           // the same, as the gate knows them
    uint32_t tail = 0;
  };

  static std::vector<Gram> buckets_of(const Gate& gate) {
    std::vector<Gram> out(Gate::kBuckets);
    for (size_t b = 0; b < Gate::kBuckets; ++b) {
      for (size_t k = 0; k < kTableBytes; ++k) {
        for (size_t byte = 0; byte < 256; ++byte) {
          out[b][k].set(byte, gate.table_[k][byte] >> b & 1);
        }
      }
    }
    return out;
  }

  void fill_tables(const std::vector<GateEntry>& entries) {
    std::vector<Gram> grams;
    for (const GateEntry& entry : entries) {
      grams.insert(grams.end(), entry.grams.begin(), entry.grams.end());
    }
    std::vector<Gram> known;
    if (like_) known = buckets_of(*like_);
    const std::vector<Gram> buckets = put_into_buckets(grams, Gate::kBuckets, known);
    for (size_t b = 0; b < Gate::kBuckets; ++b) {
      for (size_t k = 0; k < kTableBytes; ++k) {
        for (size_t byte = 0; byte < 256; ++byte) {
          if (buckets[b][k].test(byte)) {
            tables_.table[k][byte] = static_cast<uint16_t>(tables_.table[k][byte] | 1u << b);
          }
        }
      }
    }
  }

  // The states that are reached from `first` by reading the gram, in any of the spellings that
  // fold to it.
  static Automaton::States read_gram(const Automaton& automaton, const Automaton::States& first,
                                     uint32_t gram) {
    Automaton::States states = first;
    for (uint32_t k = 0; k < kGramBytes; ++k) {
      Automaton::States next;
      for (uint32_t b = 0; b < 256; ++b) {
        if ((b | 0x20) != (gram >> (8 * k) & 0xff)) continue;
        const Automaton::States more = automaton.after(states, b);
        next.insert(next.end(), more.begin(), more.end());
      }
      states = merged(std::move(next));
    }
    return states;
  }

  Gate::Known known_about(uint32_t gram, const Reader& reader) const {
    const auto number = std::lower_bound(reader.grams.begin(), reader.grams.end(), gram);
    const auto place = static_cast<size_t>(number - reader.grams.begin());
    Gate::Known known{gram, reader.tail, reader.states[place]};
    look_ahead(reader, reader.behind[place], known);
    const uint32_t byte = gram & 0xff;
    if (gram == byte * 0x01010101u) {
      // A gram is folded: of both that may be read.
      const uint32_t lower = settles(known, byte), upper = settles(known, byte & ~0x20u);
      known.settles = lower == 0 || upper == 0 ? 0 : std::max(lower, upper);
    }
    return known;
  }

  // See Gate::Known.
  uint32_t settles(const Gate::Known& known, uint32_t byte) const {
    const Gate::Steps& steps = tables_.tails[known.tail].steps;
    const uint32_t same = tables_.byte_classes[steps.classes + byte];
    uint32_t state = known.state;
    for (uint32_t count = 1; count < 256; ++count) {
      const uint32_t next = tables_.transitions[steps.transitions + state + same];
      if (next == state) return count;
      state = next;
    }
    return 0;
  }

  // What is looked at first must not refuse the other.
  void join(Gate::Known& known, size_t other) const {
    const Gate::Known& second = tables_.known[other];
    known.other = static_cast<uint32_t>(other);
    known.next_mask &= second.next_mask & ~(known.next_bits ^ second.next_bits);
    known.next_bits &= known.next_mask;
  }

  // The bits in which all bytes agree that may stand behind the gram.
  static void look_ahead(const Reader& reader, Automaton::States states, Gate::Known& known) {
    for (uint32_t k = 0; k < kGramBytes; ++k) {
      if (Automaton::accepts(states)) return;
      uint32_t ones = 0xff, zeros = 0xff;
      Automaton::States next;
      for (const ByteSet& same : reader.automaton.told_apart_by(states)) {
        const Automaton::States more = reader.automaton.after(states, same._Find_first());
        if (more.empty()) continue;
        next.insert(next.end(), more.begin(), more.end());
        for (size_t b = same._Find_first(); b < 256; b = same._Find_next(b)) {
          ones &= static_cast<uint32_t>(b);
          zeros &= ~static_cast<uint32_t>(b);
        }
      }
      known.next_mask |= (ones | zeros) << (8 * k);
      known.next_bits |= ones << (8 * k);
      states = merged(std::move(next));
    }
  }

  Gate::Whole make_whole(const GateEntry& entry) {
    Automaton automaton;
    const uint32_t start = automaton.add(entry.whole, Automaton::kAccept);
    std::vector<uint32_t> numbers;
    const Gate::Steps steps = add_steps(automaton, {automaton.closure({start})}, numbers);
    return {steps, numbers[0]};
  }

  // `number` is the entry's.
  void add_owner(const GateEntry& entry, uint32_t number) {
    Gate::Owner owner;
    owner.signature = entry.signature;
    owner.before = entry.before;
    owner.after = entry.after;
    owner.at_once = entry.at_once;
    owner.earlier = static_cast<uint32_t>(tables_.earlier.size());
    if (entry.at_once && entry.is_common) {
      const auto [known, is_new] = wholes_.try_emplace(number);
      if (is_new) known->second = make_whole(entry);
      owner.whole = known->second;
    } else if (entry.at_once) {  // Hyperscan tells the others apart
      for (uint32_t gram : entry.earlier) {
        tables_.earlier.push_back(static_cast<uint16_t>(Gate::earlier_bit(gram)));
      }
    }
    owner.earlier_count = static_cast<uint32_t>(tables_.earlier.size()) - owner.earlier;
    tables_.owners.push_back(owner);
  }

  void add_tail(const std::vector<GateEntry>& entries, const std::vector<uint32_t>& who,
                Reader& reader) {
    Automaton& automaton = reader.automaton;
    Automaton::States starts;
    Gate::Tail tail;
    tail.owners = static_cast<uint32_t>(tables_.owners.size());
    tail.owner_count = static_cast<uint32_t>(who.size());
    for (uint32_t i : who) {
      add_owner(entries[i], i);
      if (!entries[i].at_once) tail.has_window = 1;
      if (tables_.owners.back().earlier_count > 0) tail.has_earlier = 1;
      starts.push_back(automaton.add(entries[i].tail, Automaton::kAccept));
      tail.before = std::max(tail.before, static_cast<uint16_t>(entries[i].before));
      tail.after = std::max(tail.after, static_cast<uint16_t>(entries[i].after));
    }
    const Automaton::States first = automaton.closure(starts);
    for (uint32_t gram : reader.grams) {
      reader.behind.push_back(read_gram(automaton, first, gram));
    }
    reader.tail = static_cast<uint32_t>(tables_.tails.size());
    tail.steps = add_steps(automaton, reader.behind, reader.states);
    tables_.tails.push_back(tail);
  }

  // Makes tables of what `automaton` reads from each of `firsts` on, which `numbers` tells.
  Gate::Steps add_steps(const Automaton& automaton, const std::vector<Automaton::States>& firsts,
                        std::vector<uint32_t>& numbers) {
    Automaton::States all;
    for (const Automaton::States& first : firsts) all.insert(all.end(), first.begin(), first.end());
    const std::vector<ByteSet> same = automaton.told_apart_from(merged(std::move(all)));
    std::array<uint8_t, 256> classes;
    for (size_t i = 0; i < same.size(); ++i) {
      for (size_t byte = 0; byte < 256; ++byte) {
        if (same[i].test(byte)) classes[byte] = static_cast<uint8_t>(i);
      }
    }
    const Gate::Steps steps{static_cast<uint32_t>(tables_.byte_classes.size()),
                            static_cast<uint32_t>(tables_.transitions.size()),
                            static_cast<uint32_t>(same.size())};
    tables_.byte_classes.insert(tables_.byte_classes.end(), classes.begin(), classes.end());
    const std::vector<uint16_t> transitions = determinize(automaton, same, firsts, numbers);
    tables_.transitions.insert(tables_.transitions.end(), transitions.begin(), transitions.end());
    return steps;
  }

  // See Gate::accepts(). States are made in the order of how many bytes lead to them; one more
  // than there may be accepts.
  std::vector<uint16_t> determinize(const Automaton& automaton, const std::vector<ByteSet>& same,
                                    const std::vector<Automaton::States>& firsts,
                                    std::vector<uint32_t>& firsts_numbers) const {
    const size_t row = same.size();
    const size_t most = std::min(most_states_, UINT16_MAX / row);
    std::map<Automaton::States, size_t> numbers;
    std::vector<Automaton::States> states = {{}, {}};  // that refuses, and that accepts
    const auto row_of = [&](const Automaton::States& reached) {
      if (reached.empty()) return size_t{0};
      if (Automaton::accepts(reached)) return row;
      const auto known = numbers.find(reached);
      if (known != numbers.end()) return known->second * row;
      if (states.size() >= most) return row;
      numbers.emplace(reached, states.size());
      states.push_back(reached);
      return (states.size() - 1) * row;
    };
    for (const Automaton::States& first : firsts) {
      firsts_numbers.push_back(static_cast<uint32_t>(row_of(first)));
    }
    std::vector<uint16_t> out(row, 0);
    out.resize(2 * row, static_cast<uint16_t>(row));
    for (size_t state = 2; state < states.size(); ++state) {
      for (const ByteSet& bytes : same) {
        const Automaton::States next = automaton.after(states[state], bytes._Find_first());
        out.push_back(static_cast<uint16_t>(row_of(next)));
      }
    }
    return out;
  }

  Gate::Tables tables_;
  std::map<uint32_t, Gate::Whole> wholes_;  // by the number of the entry
  const size_t most_states_;
  const Gate* const like_;  // may be null
};

Gate Gate::build(const std::vector<GateEntry>& entries, size_t most_states, const Gate* like) {
  Gate gate;
  gate.built_ = std::make_unique<std::string>(GateBuilder(most_states, like).build(entries));
  ByteView bytes = *gate.built_;
  STRAYKEY_CHECK(gate.load(bytes));
  return gate;
}

namespace {

template <class T>
bool take(ByteView& in, std::span<const T>& items) {
  static_assert(alignof(T) <= Gate::kAlignment);
  uint32_t count = 0;
  if (in.size() < sizeof count) return false;
  std::memcpy(&count, in.data(), sizeof count);
  in.remove_prefix(sizeof count);
  if (in.size() / sizeof(T) < count) return false;
  items = {reinterpret_cast<const T*>(in.data()), count};
  in.remove_prefix(std::min(in.size(), padded(count * sizeof(T))));
  return true;
}

}  // namespace

bool Gate::load(ByteView& in) {
  const ByteView begin = in;
  if (reinterpret_cast<uintptr_t>(in.data()) % kAlignment != 0) return false;
  if (!take(in, table_) || !take(in, bitmap_) || !take(in, slots_) || !take(in, known_) ||
      !take(in, tails_) || !take(in, owners_) || !take(in, earlier_) ||
      !take(in, byte_classes_) || !take(in, transitions_)) {
    return false;
  }
  if (table_.size() != kTableBytes || bitmap_.size() != (1u << kBitmapBits) / 32 ||
      slots_.empty() || (slots_.size() & (slots_.size() - 1)) != 0) {
    return false;
  }
  serialized_ = begin.substr(0, begin.size() - in.size());
  slot_mask_ = static_cast<uint32_t>(slots_.size() - 1);
  fill_byte_tables();
  return true;
}

}  // namespace straykey
