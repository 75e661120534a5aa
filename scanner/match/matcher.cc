// SPDX-License-Identifier: Apache-2.0
// From bytes to matches in four steps.
//
// 1. Hyperscan proposes candidates (signature, end), see propose.h.
//
// 2. RE2 confirms. What counts as a match is fixed without speaking of candidates: from
//    the left, each time the leftmost match that begins at or after the end of the secret
//    before. For a pattern no wider than w, the next of these ends at some candidate, and
//    begins at most w before the first candidate behind the last secret; so it is enough
//    to search [end - w, end + w] for the first candidates in order and to take a match
//    that begins before `end`. Too many candidates change nothing, hence the size of the
//    chunks changes nothing. The whole bytes are RE2's text, so that \b sees what is there.
//
//    With an anchor, candidates are exact (anchors have no assertions at their ends), and
//    the leftmost match that begins near the anchor is taken.
//
// 3. Offline: entropy, required characters, exceptions, checks of the format. Then the
//    other parts of the credential are looked for nearby.
//
// 4. Of matches whose secrets overlap, the better one stays.
//
// The same is done for runs of UTF-16 text, whose places are mapped back.
#include "scanner/match/matcher.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "scanner/match/compiled.h"
#include "scanner/match/propose.h"
#include "scanner/match/value.h"
#include "scanner/match/wide.h"

namespace straykey {
namespace {

// A confirmed match with the places of its other parts.
struct Confirmed {
  Match match;
  std::vector<Span> parts;
};

// A set of bytes as disjoint spans, so that a file full of credentials does not cost their
// number squared.
class Covered {
 public:
  bool overlaps(Span span) const {
    auto after = spans_.lower_bound(span.end);
    return after != spans_.begin() && std::prev(after)->second > span.begin;
  }
  void add(Span span) {
    auto next = spans_.lower_bound(span.begin);
    if (next != spans_.begin() && std::prev(next)->second >= span.begin) --next;
    while (next != spans_.end() && next->first <= span.end) {
      span = {std::min(span.begin, next->first), std::max(span.end, next->second)};
      next = spans_.erase(next);
    }
    spans_[span.begin] = span.end;
  }

 private:
  std::map<uint64_t, uint64_t> spans_;  // begin -> end
};

constexpr int kMostGroups = 16;

Span span_of(ByteView bytes, const RegexPiece& found) {
  auto begin = static_cast<uint64_t>(found.data() - bytes.data());
  return {begin, begin + found.size()};
}

bool better(const SignatureSet& set, const Match& a, const Match& b) {
  if (a.confidence != b.confidence) return a.confidence > b.confidence;
  // Who knows the provider knows more than who only sees an assignment.
  bool a_generic = set[a.signature].provider == kGenericProvider;
  bool b_generic = set[b.signature].provider == kGenericProvider;
  if (a_generic != b_generic) return b_generic;
  if (a.secret.size() != b.secret.size()) return a.secret.size() > b.secret.size();
  if (a.signature != b.signature) return set[a.signature].id < set[b.signature].id;
  return a.secret.begin < b.secret.begin;
}

}  // namespace

struct Matcher::State {
  const Database::Parts& database;
  Proposer proposer;
  std::vector<Candidate> candidates;

  State(const Database::Parts& parts, const MatcherOptions& options)
      : database(parts), proposer(parts, options.chunk_bytes) {}

  void confirm(ByteView bytes, uint32_t signature, const Candidate* first,
               const Candidate* last, std::vector<Confirmed>& out) const;
  bool judge(ByteView bytes, const Program& program, const RegexPiece* groups,
             Confirmed& confirmed) const;
  bool find_parts(ByteView bytes, const Program& program, Confirmed& confirmed) const;
  std::vector<Match> resolve(std::vector<Confirmed> confirmed) const;
  std::vector<Match> find_narrow(ByteView bytes);
};

void Matcher::State::confirm(ByteView bytes, uint32_t index, const Candidate* first,
                             const Candidate* last, std::vector<Confirmed>& out) const {
  const Signature& signature = database.set[index];
  const Program& program = database.program(index);
  const Reach& reach = database.reach[index];
  RegexPiece groups[kMostGroups];
  int wanted = std::min(kMostGroups, program.pattern->NumberOfCapturingGroups() + 1);
  uint64_t from = 0;  // the end of the last secret: matches begin there or later

  for (const Candidate* candidate = first; candidate != last; ++candidate) {
    uint64_t end = candidate->end;
    if (end <= from) continue;
    uint64_t back = reach.anchor_width + signature.lookback;
    uint64_t begin = std::max(from, end > back ? end - back : 0);
    uint64_t latest = end + signature.reach;  // a match begins before it
    uint64_t limit = std::min<uint64_t>(bytes.size(), latest + reach.pattern_width);
    if (!program.pattern->Match(piece(bytes), begin, limit, RE2::UNANCHORED, groups, wanted)) {
      continue;
    }
    Confirmed confirmed;
    confirmed.match.signature = index;
    confirmed.match.whole = span_of(bytes, groups[0]);
    if (confirmed.match.whole.begin >= latest) continue;
    const RegexPiece& secret = groups[program.secret_group];
    if (secret.data() == nullptr || secret.empty()) continue;
    confirmed.match.secret = span_of(bytes, secret);
    from = confirmed.match.secret.end;
    if (judge(bytes, program, groups, confirmed)) out.push_back(std::move(confirmed));
  }
}

bool Matcher::State::judge(ByteView bytes, const Program& program, const RegexPiece* groups,
                           Confirmed& confirmed) const {
  Match& match = confirmed.match;
  const Signature& signature = database.set[match.signature];
  ByteView secret = slice(bytes, match.secret);
  if (signature.min_entropy > 0 && entropy(secret) < signature.min_entropy) return false;
  if (!satisfies(secret, signature.require)) return false;
  for (const auto& except : program.except) {
    if (RE2::FullMatch(piece(secret), *except)) return false;
  }
  match.confidence = signature.confidence;
  for (Check check : program.checks) {
    CheckResult result = check(secret);
    if (result.structure == Structure::kInvalid || match.structure == Structure::kUnknown) {
      match.structure = result.structure;
    }
    for (auto& attribute : result.attributes) match.attributes.push_back(std::move(attribute));
  }
  if (match.structure == Structure::kInvalid || is_placeholder(secret)) {
    match.confidence = Confidence::kLow;
  }
  for (const auto& [group, attribute] : program.attribute_groups) {
    if (group < kMostGroups && groups[group].data() && !groups[group].empty()) {
      match.attributes.emplace_back(attribute,
                                    std::string(groups[group].data(), groups[group].size()));
    }
  }
  if (!find_parts(bytes, program, confirmed)) return false;
  match.value = Secret(secret);
  return true;
}

// The part nearest to the secret, on either side, becomes an attribute.
bool Matcher::State::find_parts(ByteView bytes, const Program& program,
                                Confirmed& confirmed) const {
  Match& match = confirmed.match;
  const Signature& signature = database.set[match.signature];
  for (size_t i = 0; i < signature.parts.size(); ++i) {
    const Part& part = signature.parts[i];
    const auto& compiled = program.parts[i];
    uint64_t begin = match.secret.begin > part.within ? match.secret.begin - part.within : 0;
    uint64_t limit = std::min<uint64_t>(bytes.size(), match.secret.end + part.within);
    RegexPiece groups[kMostGroups];
    int wanted = std::min(kMostGroups, compiled.pattern->NumberOfCapturingGroups() + 1);
    bool found = false;
    Span nearest;
    uint64_t nearest_distance = 0;
    while (begin < limit && compiled.pattern->Match(piece(bytes), begin, limit,
                                                    RE2::UNANCHORED, groups, wanted)) {
      Span value = span_of(bytes, groups[compiled.value_group]);
      begin = std::max(begin + 1, span_of(bytes, groups[0]).end);
      if (overlap(value, match.secret)) continue;
      uint64_t distance = value.end <= match.secret.begin ? match.secret.begin - value.end
                                                          : value.begin - match.secret.end;
      if (found && distance >= nearest_distance) continue;
      found = true;
      nearest = value;
      nearest_distance = distance;
    }
    if (!found && part.required) return false;
    if (!found) continue;
    match.attributes.emplace_back(part.name, std::string(slice(bytes, nearest)));
    confirmed.parts.push_back(nearest);
  }
  return true;
}

std::vector<Match> Matcher::State::resolve(std::vector<Confirmed> confirmed) const {
  std::sort(confirmed.begin(), confirmed.end(), [&](const Confirmed& a, const Confirmed& b) {
    return better(database.set, a.match, b.match);
  });
  Covered secrets, parts;
  std::set<std::pair<uint64_t, uint64_t>> whole_parts;
  std::vector<Match> kept;
  for (Confirmed& candidate : confirmed) {
    Span secret = candidate.match.secret;
    if (secrets.overlaps(secret) || parts.overlaps(secret)) continue;
    secrets.add(secret);
    for (Span part : candidate.parts) {
      parts.add(part);
      whole_parts.emplace(part.begin, part.end);
    }
    kept.push_back(std::move(candidate.match));
  }
  // A part may be the whole secret of a better match, which was kept before it was known.
  std::erase_if(kept, [&](const Match& match) {
    return whole_parts.count({match.secret.begin, match.secret.end}) > 0;
  });
  std::sort(kept.begin(), kept.end(), [](const Match& a, const Match& b) {
    return a.secret.begin < b.secret.begin;
  });
  return kept;
}

std::vector<Match> Matcher::State::find_narrow(ByteView bytes) {
  if (bytes.empty()) return {};
  candidates.clear();
  proposer.propose(bytes, {0, bytes.size()}, candidates);
  std::sort(candidates.begin(), candidates.end());
  std::vector<Confirmed> confirmed;
  const Candidate* at = candidates.data();
  const Candidate* end = at + candidates.size();
  while (at != end) {
    const Candidate* last = at;
    while (last != end && last->signature == at->signature) ++last;
    confirm(bytes, at->signature, at, last, confirmed);
    at = last;
  }
  return resolve(std::move(confirmed));
}

Matcher::Matcher(const Database& database, MatcherOptions options)
    : state_(std::make_unique<State>(*database.parts_, options)) {}
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher::~Matcher() = default;

std::vector<Match> Matcher::find(ByteView bytes) {
  std::vector<Match> matches = state_->find_narrow(bytes);
  for (WideRun& run : find_wide_runs(bytes)) {
    for (Match& match : state_->find_narrow(run.text)) {
      for (Span* span : {&match.whole, &match.secret}) {
        *span = {run.begin + 2 * span->begin, run.begin + 2 * span->end};
      }
      match.encoding = run.encoding;
      matches.push_back(std::move(match));
    }
    wipe(run.text);
  }
  return matches;
}

}  // namespace straykey
