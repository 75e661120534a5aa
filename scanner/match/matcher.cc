// SPDX-License-Identifier: Apache-2.0
// From bytes to matches in four steps.
//
// 1. The gate and Hyperscan propose candidates, see propose.h.
//
// 2. RE2 confirms. What counts as a match is fixed without speaking of candidates: from
//    the left, each time the leftmost match that begins at or after the end of the secret
//    before, or behind its first byte when its value is none of a credential. Each of these
//    begins at some candidate's place or a little before; so it is enough to look there, for
//    the candidates in order. Too many candidates change nothing, hence the size of the
//    chunks changes nothing. The whole bytes are RE2's text, so that \b sees what is there.
//
//    Where a match may begin at a few places only, RE2 is asked about each. Otherwise it looks
//    for what a match begins with, and then whether one begins there.
//
// 3. Offline: entropy, required characters, exceptions, checks of the format. Then the
//    other parts of the credential are looked for nearby.
//
// 4. Of matches whose secrets overlap, the better one stays.
//
// The same is done for runs of UTF-16 text, whose places are mapped back, and for what is
// encoded in the bytes (encoded.h).
//
// Of a text that is made from another one, most is known. A candidate depends on the bytes
// around its end (propose.h), so those within a copy come along, and the rest is looked at. What
// RE2 said of a candidate depends on the bytes it could look at and on where its search began;
// where both are the same, its answer is. The answers of step 3 depend on the secret, and on the
// bytes where parts are looked for. Step 4 is done anew.
#include "scanner/match/matcher.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <tuple>

#include "scanner/match/compiled.h"
#include "scanner/match/credential.h"
#include "scanner/match/encoded.h"
#include "scanner/match/mixed_run.h"
#include "scanner/match/propose.h"
#include "scanner/match/seen_pieces.h"
#include "scanner/match/stretches.h"
#include "scanner/match/value.h"
#include "scanner/match/wide.h"

namespace straykey {
namespace {

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

// Matches that may cover more lines are looked for as far as they are wide.
constexpr uint32_t kMostLines = 16;
// So many places where a match may begin are asked about one by one.
constexpr uint64_t kFewPlaces = 16;
// Behind so many openings that no match has, the whole pattern is looked for at once.
constexpr int kMostOpenings = 4;

Span span_of(ByteView bytes, const RegexPiece& found) {
  auto begin = static_cast<uint64_t>(found.data() - bytes.data());
  return {begin, begin + found.size()};
}

// What lies within `distance` of `span`.
Span around(ByteView bytes, Span span, uint64_t distance) {
  return {span.begin > distance ? span.begin - distance : 0,
          std::min<uint64_t>(bytes.size(), span.end + distance)};
}

// Where a match that begins before `latest` ends at the latest: by its width, and by the
// lines that it can cover, which are few for most.
uint64_t end_of_search(ByteView bytes, uint64_t latest, const Reach& reach) {
  uint64_t limit = std::min<uint64_t>(bytes.size(), latest + reach.pattern_width);
  if (reach.newlines > kMostLines) return limit;
  uint64_t at = latest;
  for (uint32_t seen = 0; at < limit; ++seen, ++at) {
    size_t found = slice(bytes, {at, limit}).find('\n');
    if (found == ByteView::npos) break;
    at += found;
    if (seen == reach.newlines) return at;
  }
  return limit;
}

// Notes that the answer depends on `looked_at`, and on the bytes beside it, at which
// assertions look.
void decide_by(ByteView bytes, Span looked_at, Examined& e) {
  bool is_first = e.decided_by.end == 0;
  uint64_t begin = looked_at.begin > 0 ? looked_at.begin - 1 : 0;
  uint64_t end = std::min<uint64_t>(bytes.size(), looked_at.end + 1);
  e.decided_by.begin = is_first ? begin : std::min(e.decided_by.begin, begin);
  e.decided_by.end = std::max(e.decided_by.end, end);
  e.has_begin |= looked_at.begin == 0;
  e.has_end |= looked_at.end == bytes.size();
}

Confirmed moved(const Confirmed& confirmed, int64_t by) {
  Confirmed out = confirmed;
  auto move = [&](Span& span) {
    span.begin += static_cast<uint64_t>(by);
    span.end += static_cast<uint64_t>(by);
  };
  move(out.match.whole);
  move(out.match.secret);
  for (Span& part : out.parts) move(part);
  return out;
}

const std::string* value_of(const Attributes& attributes, const std::string& name) {
  for (const auto& [known, value] : attributes) {
    if (known == name) return &value;
  }
  return nullptr;
}

// Whether one thing is said otherwise in `b` than in `a`.
bool contradicts(const Attributes& a, const Attributes& b) {
  return std::any_of(a.begin(), a.end(), [&](const auto& attribute) {
    const std::string* other = value_of(b, attribute.first);
    return other && *other != attribute.second;
  });
}

bool by_end(const Examined& a, const Examined& b) {
  return std::pair(a.candidate.end(), a.candidate) < std::pair(b.candidate.end(), b.candidate);
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
  MatcherOptions options;
  EncodedSearch encoded;
  SeenPieces seen;
  // Reused from call to call.
  std::vector<Candidate> candidates;
  std::vector<SeenPieces::Piece> pieces;
  std::vector<Stretch> stretches;

  State(const Database::Parts& parts, const MatcherOptions& wanted)
      : database(parts),
        proposer(parts, wanted.chunk_bytes),
        options(wanted),
        encoded(parts.set, wanted.decode_depth,
                [this](ByteView text) { return find_plain(text); }),
        seen(before(), Proposer::kAhead) {}

  // A candidate and what decides about it begin at most so many bytes before its end.
  uint64_t before() const { return uint64_t{database.widest} + 1; }
  void look(ByteView bytes, Trace& trace);
  void look_at(ByteView bytes, std::span<SeenPieces::Piece> together, Trace& trace);
  void carry(const Trace& of_base, uint64_t base_size, const Stretch& known, uint64_t size,
             Trace& trace) const;
  std::vector<Match> examine(ByteView bytes, std::vector<Examined>& examined) const;
  void examine_one(ByteView bytes, Examined& e) const;
  bool find_leftmost(ByteView bytes, uint32_t signature, Span where, uint64_t latest,
                     RegexPiece* groups) const;
  bool judge(ByteView bytes, const Program& program, const RegexPiece* groups,
             Confirmed& confirmed) const;
  bool find_parts(ByteView bytes, const Program& program, Confirmed& confirmed) const;
  std::vector<Match> resolve(std::vector<Confirmed> confirmed) const;
  std::vector<Match> find_plain(ByteView bytes);
  std::vector<Match> find_narrow(ByteView bytes, Trace& trace);
  void find_wide(ByteView bytes, std::vector<Match>& matches);
};

// Notes the candidates and the encoded runs of all pieces.
void Matcher::State::look(ByteView bytes, Trace& trace) {
  for (size_t i = 0; i < pieces.size();) {
    const size_t first = i++;
    if (seen.knows(pieces[first])) continue;
    while (i < pieces.size() && pieces[i].span.begin == pieces[i - 1].span.end &&
           !seen.knows(pieces[i])) {
      ++i;
    }
    look_at(bytes, {pieces.begin() + first, pieces.begin() + i}, trace);
  }
  pieces.clear();
}

// The same, for pieces that stand one behind the other.
void Matcher::State::look_at(ByteView bytes, std::span<SeenPieces::Piece> together,
                             Trace& trace) {
  const Span span{together.front().span.begin, together.back().span.end};
  auto piece_of = [&](uint64_t end) {
    return std::lower_bound(together.begin(), together.end(), end,
                            [](const SeenPieces::Piece& p, uint64_t e) { return p.span.end < e; });
  };
  candidates.clear();
  proposer.propose(bytes, {span.begin + 1, span.end}, candidates);
  for (const Candidate& candidate : candidates) {
    trace.examined.emplace_back().candidate = candidate;
    piece_of(std::min<uint64_t>(candidate.end(), bytes.size()))->is_empty = false;
  }
  if (options.decode_depth > 0) {
    std::vector<EncodedRun>& runs = trace.encoded.runs;
    const size_t known = runs.size();
    find_encoded_runs(bytes, span, runs);
    for (size_t i = known; i < runs.size(); ++i) piece_of(runs[i].span.begin + 1)->is_empty = false;
  }
  if (options.looks_again) return;
  for (const SeenPieces::Piece& piece : together) {
    if (piece.is_empty) seen.add(piece);
  }
}

// Looks at candidates in order of where their matches begin. What is known of one and still holds
// is left as it is. A candidate of which several matches begin is there as often.
std::vector<Match> Matcher::State::examine(ByteView bytes,
                                           std::vector<Examined>& examined) const {
  const auto begins = [&](const Candidate& c) { return c.begins(database.set[c.signature].reach); };
  std::sort(examined.begin(), examined.end(), [&](const Examined& a, const Examined& b) {
    const Candidate &c = a.candidate, &d = b.candidate;
    return std::tuple(c.signature, begins(c).begin, c) < std::tuple(d.signature, begins(d).begin, d);
  });
  std::vector<Examined> all;
  all.reserve(examined.size());
  std::vector<Confirmed> confirmed;
  uint64_t from = 0;  // matches of the signature begin there or later
  for (auto at = examined.begin(); at != examined.end();) {
    const Candidate c = at->candidate;
    const auto same = std::find_if(at, examined.end(),
                                   [&](const Examined& e) { return e.candidate != c; });
    if (all.empty() || all.back().candidate.signature != c.signature) from = 0;
    const Span where = begins(c);
    const size_t first = all.size();
    for (from = std::max(from, where.begin); from < where.end;) {
      const auto known = std::find_if(at, same, [&](const Examined& e) {
        return e.is_examined && e.search_begin == from;
      });
      if (known != same) {
        all.push_back(std::move(*known));
      } else {
        all.push_back({c});
        all.back().search_begin = from;
        examine_one(bytes, all.back());
      }
      const Examined& e = all.back();
      if (e.confirmed) confirmed.push_back(moved(*e.confirmed, e.moved));
      from = e.secret_end > 0 ? e.secret_end : where.end;
    }
    if (all.size() == first) all.push_back({c});
    at = same;
  }
  examined = std::move(all);
  return resolve(std::move(confirmed));
}

// The leftmost match in `where`. False when there is none, or it begins at `latest` or behind.
bool Matcher::State::find_leftmost(ByteView bytes, uint32_t signature, Span where,
                                   uint64_t latest, RegexPiece* groups) const {
  const RegexPiece text = piece(bytes);
  const auto matches = [&](RE2::Anchor anchor) {
    const RE2* const relaxed = database.relaxed_pattern(signature);
    if (relaxed && !relaxed->Match(text, where.begin, where.end, anchor, nullptr, 0)) return false;
    const Program& program = database.program(signature);
    return program.pattern->Match(text, where.begin, where.end, anchor, groups, program.groups);
  };
  if (latest - where.begin <= kFewPlaces) {
    while (where.begin < latest && !matches(RE2::ANCHOR_START)) ++where.begin;
    return where.begin < latest;
  }
  const Opening& opening = database.opening(signature);
  for (int tries = 0; opening.regex && tries < kMostOpenings; ++tries) {
    const uint64_t end = std::min(where.end, latest + opening.width);
    if (where.begin >= end ||
        !opening.regex->Match(text, where.begin, end, RE2::UNANCHORED, groups, 1)) {
      return false;
    }
    where.begin = span_of(bytes, groups[0]).begin;
    if (where.begin >= latest) return false;
    if (matches(RE2::ANCHOR_START)) return true;
    ++where.begin;
  }
  return matches(RE2::UNANCHORED) && span_of(bytes, groups[0]).begin < latest;
}

void Matcher::State::examine_one(ByteView bytes, Examined& e) const {
  uint32_t index = e.candidate.signature;
  const Signature& signature = database.set[index];
  RegexPiece groups[kMostGroups];
  uint64_t latest = e.candidate.begins(signature.reach).end;
  uint64_t limit = end_of_search(bytes, latest, database.reach[index]);
  e.is_examined = true;
  decide_by(bytes, {e.search_begin, limit}, e);
  if (!find_leftmost(bytes, index, {e.search_begin, limit}, latest, groups)) return;
  const Program& program = database.program(index);
  auto confirmed = std::make_shared<Confirmed>();
  confirmed->match.signature = index;
  confirmed->match.whole = span_of(bytes, groups[0]);
  const RegexPiece& secret = groups[program.secret_group];
  if (secret.data() == nullptr || secret.empty()) return;
  confirmed->match.secret = span_of(bytes, secret);
  e.secret_end = confirmed->match.secret.end;
  for (const Part& part : signature.parts) {
    decide_by(bytes, around(bytes, confirmed->match.secret, part.within), e);
  }
  if (judge(bytes, program, groups, *confirmed)) e.confirmed = std::move(confirmed);
  // env("DB_PASSWORD", "..."): what is no credential may be the name beside one.
  if (signature.value != ValueKind::kAny &&
      (!e.confirmed || e.confirmed->match.confidence == Confidence::kLow)) {
    e.secret_end = span_of(bytes, secret).begin + 1;
  }
}

bool Matcher::State::judge(ByteView bytes, const Program& program, const RegexPiece* groups,
                           Confirmed& confirmed) const {
  Match& match = confirmed.match;
  const Signature& signature = database.set[match.signature];
  ByteView secret = slice(bytes, match.secret);
  Secret joined;
  if (signature.value != ValueKind::kAny && secret.find_first_of("\"'") != ByteView::npos) {
    joined = Secret(without_joints(secret));
    secret = joined.reveal();
  }
  if (signature.min_entropy > 0 && entropy(secret) < signature.min_entropy) return false;
  if (!satisfies(secret, signature.require)) return false;
  const uint32_t mixed = database.reach[match.signature].mixed_bytes;
  if (mixed > 0 && !has_mixed_run(secret.substr(0, mixed))) return false;
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
  if (match.structure == Structure::kInvalid || is_placeholder(secret) ||
      classify(secret, signature.value) != ValueClass::kCredential) {
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
    auto [begin, limit] = around(bytes, match.secret, part.within);
    RegexPiece groups[kMostGroups];
    int wanted = std::min(kMostGroups, compiled.pattern->NumberOfCapturingGroups() + 1);
    bool found = false;
    Span nearest;
    Attributes told;  // by the part's check
    uint64_t nearest_distance = 0;
    while (begin < limit && compiled.pattern->Match(piece(bytes), begin, limit,
                                                    RE2::UNANCHORED, groups, wanted)) {
      Span value = span_of(bytes, groups[compiled.value_group]);
      begin = std::max(begin + 1, span_of(bytes, groups[0]).end);
      if (overlap(value, match.secret)) continue;
      uint64_t distance = value.end <= match.secret.begin ? match.secret.begin - value.end
                                                          : value.begin - match.secret.end;
      if (found && distance >= nearest_distance) continue;
      if (compiled.check) {
        CheckResult result = compiled.check(slice(bytes, value));
        if (result.structure == Structure::kInvalid ||
            contradicts(result.attributes, match.attributes)) {
          continue;
        }
        told = std::move(result.attributes);
      }
      found = true;
      nearest = value;
      nearest_distance = distance;
    }
    if (!found && part.required) return false;
    if (!found) continue;
    if (!compiled.check) {
      match.attributes.emplace_back(part.name, std::string(slice(bytes, nearest)));
    }
    for (auto& attribute : told) {
      if (!value_of(match.attributes, attribute.first)) match.attributes.push_back(std::move(attribute));
    }
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

// Of bytes as they stand.
std::vector<Match> Matcher::State::find_plain(ByteView bytes) {
  candidates.clear();
  proposer.propose(bytes, {0, bytes.size()}, candidates);
  std::vector<Examined> examined(candidates.size());
  for (size_t i = 0; i < candidates.size(); ++i) examined[i].candidate = candidates[i];
  return examine(bytes, examined);
}

// But for UTF-16.
std::vector<Match> Matcher::State::find_narrow(ByteView bytes, Trace& trace) {
  seen.cut(bytes, {0, bytes.size()}, pieces);
  look(bytes, trace);
  std::vector<Match> matches = examine(bytes, trace.examined);
  encoded.find(bytes, {}, {}, trace.encoded, matches);
  return matches;
}

void Matcher::State::find_wide(ByteView bytes, std::vector<Match>& matches) {
  for (WideRun& run : find_wide_runs(bytes)) {
    Trace unused;
    std::vector<Match> found = find_narrow(run.text, unused);
    for (Match& match : found) {
      for (Span* span : {&match.whole, &match.secret}) {
        *span = {run.begin + 2 * span->begin, run.begin + 2 * span->end};
      }
      match.encoding = run.encoding + (match.encoding.empty() ? "" : "+" + match.encoding);
      matches.push_back(std::move(match));
    }
    wipe(run.text);
  }
}

// What is known from the base: candidates and encoded runs.
void Matcher::State::carry(const Trace& of_base, uint64_t base_size, const Stretch& known,
                           uint64_t size, Trace& trace) const {
  const CopyRun& copy = *known.copy;
  const uint64_t shift = copy.to - copy.from;  // wraps around as it should
  const Span from{known.span.begin - shift, known.span.end - shift};
  const uint64_t behind = copy.from + copy.length;
  auto at = std::upper_bound(
      of_base.examined.begin(), of_base.examined.end(), from.begin,
      [](uint64_t begin, const Examined& e) { return begin < e.candidate.end(); });
  // Candidates near the end of the text may end behind it.
  const uint64_t last = known.span.end == size ? UINT64_MAX : from.end;
  for (; at != of_base.examined.end() && at->candidate.end() <= last; ++at) {
    Examined& e = trace.examined.emplace_back(*at);
    e.candidate.at += shift;
    bool holds = e.is_examined && e.decided_by.begin >= copy.from &&
                 e.decided_by.end <= behind && !(e.has_begin && copy.to != 0) &&
                 !(e.has_end && (behind != base_size || copy.to + copy.length != size));
    if (!holds) {
      e = {e.candidate};
      continue;
    }
    e.search_begin += shift;
    e.decided_by = {e.decided_by.begin + shift, e.decided_by.end + shift};
    if (e.secret_end > 0) e.secret_end += shift;
    e.moved += static_cast<int64_t>(shift);
  }
  auto run = std::lower_bound(
      of_base.encoded.runs.begin(), of_base.encoded.runs.end(), from.begin,
      [](const EncodedRun& r, uint64_t begin) { return r.span.begin < begin; });
  for (; run != of_base.encoded.runs.end() && run->span.begin < from.end; ++run) {
    trace.encoded.runs.push_back(
        {{run->span.begin + shift, run->span.end + shift}, run->encoding});
  }
}

Matcher::Matcher(const Database& database, MatcherOptions options)
    : state_(std::make_unique<State>(*database.parts_, options)) {}
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher::~Matcher() = default;

std::vector<Match> Matcher::find(ByteView bytes, Trace* trace) {
  Trace unused;
  Trace& kept = trace ? *trace : unused;
  std::vector<Match> matches = state_->find_narrow(bytes, kept);
  kept.has_zero = bytes.find('\0') != ByteView::npos;
  if (kept.has_zero) state_->find_wide(bytes, matches);
  if (trace) std::sort(trace->examined.begin(), trace->examined.end(), by_end);
  return matches;
}

std::vector<Match> Matcher::find_changed(ByteView bytes, ByteView base,
                                         const std::vector<CopyRun>& runs,
                                         const Trace& of_base, Trace& trace) {
  State& s = *state_;
  s.stretches.clear();
  find_stretches(bytes, base.size(), runs, s.before(), Proposer::kAhead, s.stretches);
  trace.has_zero = of_base.has_zero;
  for (const Stretch& stretch : s.stretches) {
    if (stretch.copy) {
      s.carry(of_base, base.size(), stretch, bytes.size(), trace);
    } else {
      trace.has_zero |= slice(bytes, stretch.span).find('\0') != ByteView::npos;
      s.seen.cut(bytes, stretch.span, s.pieces);
    }
  }
  s.look(bytes, trace);
  std::sort(trace.encoded.runs.begin(), trace.encoded.runs.end(), by_begin);
  std::vector<Match> matches = s.examine(bytes, trace.examined);
  std::sort(trace.examined.begin(), trace.examined.end(), by_end);
  s.encoded.find(bytes, runs, of_base.encoded, trace.encoded, matches);
  if (trace.has_zero) s.find_wide(bytes, matches);
  return matches;
}

}  // namespace straykey
