// SPDX-License-Identifier: Apache-2.0
// Each gram goes where a bucket says yes more often by the least, and may move when the others
// have come. Where that ends depends on the order. So some buckets are emptied, again and again,
// and what was in them is put somewhere in another order; what is better stays.
#include "scanner/match/gate_buckets.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace straykey {
namespace {

constexpr int kRounds = 3;           // so often a gram may move, at each try
constexpr size_t kEmptied = 2;       // buckets, at each try
constexpr size_t kGramsForATry = 2;  // a try for every so many grams

using Bytes = std::array<std::vector<uint8_t>, kTableBytes>;  // of a gram, at each position

Bytes bytes_of(const Gram& gram) {
  Bytes out;
  for (size_t k = 0; k < kTableBytes; ++k) {
    for (size_t b = 0; b < 256; ++b) {
      if (gram[k].test(b)) out[k].push_back(static_cast<uint8_t>(b));
    }
  }
  return out;
}

struct Bucket {
  std::array<std::array<uint16_t, 256>, kTableBytes> counts{};  // of grams that ask for each byte
  std::array<Shares, kTableBytes> shares{};
  double frequency = 0;

  // How often it says yes with `gram`.
  double frequency_with(const Bytes& gram) const {
    std::array<Shares, kTableBytes> joined = shares;
    for (size_t k = 0; k < kTableBytes; ++k) {
      for (uint8_t b : gram[k]) {
        if (counts[k][b] == 0) joined[k][share_of(b).symbol] += share_of(b).part;
      }
    }
    return straykey::frequency(joined);
  }

  void add(const Bytes& gram) {
    for (size_t k = 0; k < kTableBytes; ++k) {
      for (uint8_t b : gram[k]) {
        if (counts[k][b]++ == 0) shares[k][share_of(b).symbol] += share_of(b).part;
      }
    }
    frequency = straykey::frequency(shares);
  }

  void remove(const Bytes& gram) {
    for (size_t k = 0; k < kTableBytes; ++k) {
      for (uint8_t b : gram[k]) --counts[k][b];
      shares[k] = {};
      for (size_t b = 0; b < 256; ++b) {
        const Share& share = share_of(static_cast<uint8_t>(b));
        if (counts[k][b] > 0) shares[k][share.symbol] += share.part;
      }
    }
    frequency = straykey::frequency(shares);
  }

  Gram accepts() const {
    Gram out;
    for (size_t k = 0; k < kTableBytes; ++k) {
      for (size_t b = 0; b < 256; ++b) out[k].set(b, counts[k][b] > 0);
    }
    return out;
  }
};

// All buckets, and which one each gram is in.
struct Arrangement {
  std::vector<Bucket> buckets;
  std::vector<size_t> place;

  double frequency() const {
    return std::accumulate(buckets.begin(), buckets.end(), 0.0,
                           [](double sum, const Bucket& b) { return sum + b.frequency; });
  }

  size_t best_for(const Bytes& gram) const {
    size_t best = 0;
    double least = INFINITY;
    for (size_t b = 0; b < buckets.size(); ++b) {
      const double more = buckets[b].frequency_with(gram) - buckets[b].frequency;
      if (more < least) {
        least = more;
        best = b;
      }
    }
    return best;
  }

  // Puts those of `which` that are nowhere yet, and moves the others.
  void put(const std::vector<Bytes>& grams, const std::vector<size_t>& which) {
    for (int round = 0; round < kRounds; ++round) {
      for (size_t i : which) {
        if (place[i] < buckets.size()) buckets[place[i]].remove(grams[i]);
        place[i] = best_for(grams[i]);
        buckets[place[i]].add(grams[i]);
      }
    }
  }

  // What was in a bucket, which is empty then.
  void empty(size_t bucket, std::vector<size_t>& out) {
    for (size_t i = 0; i < place.size(); ++i) {
      if (place[i] != bucket) continue;
      place[i] = buckets.size();
      out.push_back(i);
    }
    buckets[bucket] = {};
  }
};

}  // namespace

bool accepts_all_of(const Gram& bucket, const Gram& gram) {
  for (size_t k = 0; k < kTableBytes; ++k) {
    if ((bucket[k] | gram[k]) != bucket[k]) return false;
  }
  return true;
}

std::vector<Gram> put_into_buckets(const std::vector<Gram>& grams, size_t count,
                                   const std::vector<Gram>& known) {
  std::vector<Bytes> bytes;
  for (const Gram& gram : grams) bytes.push_back(bytes_of(gram));
  std::mt19937 random(1);
  // std::shuffle() is another one in each library.
  const auto shuffle = [&](std::vector<size_t>& which) {
    for (size_t left = which.size(); left > 1; --left) {
      std::swap(which[left - 1], which[random() % left]);
    }
  };
  Arrangement best{std::vector<Bucket>(count), std::vector<size_t>(grams.size(), count)};
  std::vector<size_t> left;
  for (size_t i = 0; i < grams.size(); ++i) {
    const auto accepts = [&](const Gram& bucket) { return accepts_all_of(bucket, grams[i]); };
    const auto bucket = std::find_if(known.begin(), known.end(), accepts);
    if (bucket == known.end()) {
      left.push_back(i);
    } else {
      best.place[i] = static_cast<size_t>(bucket - known.begin());
      best.buckets[best.place[i]].add(bytes[i]);
    }
  }
  shuffle(left);
  best.put(bytes, left);
  const size_t tries = known.empty() ? grams.size() / kGramsForATry : 0;
  for (size_t i = 0; i < tries; ++i) {
    Arrangement other = best;
    std::vector<size_t> which;
    for (size_t k = 0; k < kEmptied; ++k) other.empty(random() % count, which);
    shuffle(which);
    other.put(bytes, which);
    if (other.frequency() < best.frequency()) best = std::move(other);
  }
  std::vector<Gram> out;
  for (const Bucket& bucket : best.buckets) out.push_back(bucket.accepts());
  return out;
}

}  // namespace straykey
