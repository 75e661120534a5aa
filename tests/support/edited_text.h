// SPDX-License-Identifier: Apache-2.0
// Versions of a text, as deltas make them: copies from the last version and new bytes, cut
// where it hurts.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "scanner/base/copy_run.h"
#include "tests/support/crowded_text.h"

namespace straykey {

struct Edited {
  std::string text;
  std::vector<CopyRun> runs;  // in the order of `to`, neighbours joined
};

// Random edits of `base`: inside, beside and across what stands in it, blocks moved,
// repeated and dropped, seams without new bytes, and now and then all of it new.
inline Edited edit(const SignatureSet& set, const std::string& base, std::mt19937_64& random) {
  Edited out;
  auto copy = [&](uint64_t from, uint64_t length) {
    length = std::min<uint64_t>(length, base.size() - from);
    if (length == 0) return;
    uint64_t to = out.text.size();
    out.text.append(base, from, length);
    if (!out.runs.empty() && out.runs.back().to + out.runs.back().length == to &&
        out.runs.back().from + out.runs.back().length == from) {
      out.runs.back().length += length;
    } else {
      out.runs.push_back({to, from, length});
    }
  };
  auto insert = [&] {
    std::string fresh = crowded_text(set, random(), 1);
    switch (random() % 6) {
      case 5: fresh = encode_somehow(fresh, random); break;
      case 0: fresh.resize(random() % (fresh.size() + 1)); break;
      case 1: fresh.erase(0, random() % (fresh.size() + 1)); break;
      case 2: fresh = std::string(1, "x\n\"\0 "[random() % 5]); break;
      case 3: fresh.clear(); break;
      default: break;
    }
    out.text += fresh;
  };
  uint64_t at = 0;
  while (at < base.size() || out.text.empty()) {
    uint64_t step = random() % 3 == 0 ? random() % 40 : random() % 3000;
    switch (random() % 10) {
      case 0: at += step % 60; break;                                // dropped
      case 1: copy(base.empty() ? 0 : random() % base.size(), step); break;  // moved here
      case 2: insert(); break;
      case 3: at -= std::min(at, step % 200); break;                 // repeated
      case 4: insert(); at += step % 20; break;                      // replaced
      default:
        copy(std::min<uint64_t>(at, base.size()), step);
        at += step;
    }
    if (out.text.size() > 200000) break;
    if (base.empty()) insert();
  }
  if (random() % 8 == 0) out.text += crowded_text(set, random(), 1);
  return out;
}

// One to three small edits.
inline Edited edit_little(const SignatureSet& set, const std::string& base,
                          std::mt19937_64& random) {
  Edited out;
  std::vector<uint64_t> places(1 + random() % 3);
  for (uint64_t& place : places) place = random() % (base.size() + 1);
  std::sort(places.begin(), places.end());
  places.push_back(base.size());
  uint64_t at = 0;
  for (uint64_t place : places) {
    if (place > at) {
      out.runs.push_back({out.text.size(), at, place - at});
      out.text.append(base, at, place - at);
    }
    at = std::min<uint64_t>(base.size(), std::max(at, place) + random() % 30);
    if (place == base.size()) break;
    std::string fresh = crowded_text(set, random(), 1);
    if (random() % 4 == 0) fresh = encode_somehow(fresh, random);
    if (random() % 3 == 0) fresh.resize(std::min<size_t>(fresh.size(), random() % 12));
    out.text += fresh;
  }
  return out;
}

}  // namespace straykey
