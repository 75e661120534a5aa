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
// around its end (propose.h), so those within a copy come along, and Hyperscan runs over the
// rest. What RE2 said of a candidate depends on the bytes it could look at and on where its
// search began; where both are the same, its answer is. The answers of step 3 depend on the
// secret, and on the bytes where parts are looked for. Step 4 is done anew.
#include "scanner/match/matcher.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "scanner/match/compiled.h"
#include "scanner/match/credential.h"
#include "scanner/match/encoded.h"
#include "scanner/match/mixed_run.h"
#include "scanner/match/propose.h"
#include "scanner/match/seen_windows.h"
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

// Copies of fewer bytes are looked at like new ones.
constexpr uint64_t kLeastCarried = 256;
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
  std::vector<Candidate> candidates;
  EncodedSearch encoded;
  SeenWindows without_candidates;

  State(const Database::Parts& parts, const MatcherOptions& options)
      : database(parts),
        proposer(parts, options.chunk_bytes),
        encoded(parts.set, options.decode_depth,
                [this](ByteView text) { return find_narrow(text, nullptr); }) {}

  void propose(ByteView bytes, Span ends, std::vector<Examined>& out);
  void propose_near_seam(ByteView bytes, Span ends, std::vector<Examined>& out);
  std::optional<Span> carried(const CopyRun& run, uint64_t base_size, uint64_t size) const;
  void carry(const Trace& of_base, uint64_t base_size, const CopyRun& run, Span ends,
             uint64_t size, std::vector<Examined>& out) const;
  std::vector<Match> examine(ByteView bytes, std::vector<Examined>& examined) const;
  void examine_one(ByteView bytes, Examined& e) const;
  bool find_leftmost(ByteView bytes, uint32_t signature, Span where, uint64_t latest,
                     RegexPiece* groups) const;
  bool judge(ByteView bytes, const Program& program, const RegexPiece* groups,
             Confirmed& confirmed) const;
  bool find_parts(ByteView bytes, const Program& program, Confirmed& confirmed) const;
  std::vector<Match> resolve(std::vector<Confirmed> confirmed) const;
  std::vector<Match> find_narrow(ByteView bytes, Trace* trace);
  std::vector<Match> finish(ByteView bytes, std::vector<Examined> examined, Trace* trace);
  void find_wide(ByteView bytes, std::vector<Match>& matches);
};

void Matcher::State::propose(ByteView bytes, Span ends, std::vector<Examined>& out) {
  candidates.clear();
  proposer.propose(bytes, ends, candidates);
  for (const Candidate& candidate : candidates) out.emplace_back().candidate = candidate;
}

// The same, where texts before may have had the same bytes.
void Matcher::State::propose_near_seam(ByteView bytes, Span ends, std::vector<Examined>& out) {
  const uint64_t back = uint64_t{database.widest} + 1;
  if (ends.begin <= back || ends.end + Proposer::kAhead >= bytes.size()) {
    return propose(bytes, ends, out);
  }
  const auto key =
      SeenWindows::key_of(slice(bytes, {ends.begin - back, ends.end + Proposer::kAhead}));
  if (without_candidates.contains(key)) return;
  const size_t before = out.size();
  propose(bytes, ends, out);
  if (out.size() == before) without_candidates.add(key);
}

// Looks at candidates in order. What is known of one and still holds is left as it is.
std::vector<Match> Matcher::State::examine(ByteView bytes,
                                           std::vector<Examined>& examined) const {
  std::sort(examined.begin(), examined.end(), [](const Examined& a, const Examined& b) {
    return a.candidate < b.candidate;
  });
  std::vector<Confirmed> confirmed;
  uint64_t from = 0;  // the end of the last secret: matches begin there or later
  const Examined* before = nullptr;
  for (Examined& e : examined) {
    const Candidate& c = e.candidate;
    if (!before || before->candidate.signature != c.signature) {
      from = 0;
      before = nullptr;
    }
    const bool is_known = before && before->candidate.at == c.at && before->secret_end == 0;
    const Span begins = c.begins(database.set[c.signature].reach);
    if (is_known || begins.end <= from) {
      e.is_examined = false;
      e.confirmed.reset();
      continue;
    }
    before = &e;
    const uint64_t begin = std::max(from, begins.begin);
    if (!e.is_examined || e.search_begin != begin) {
      e = {e.candidate};
      e.search_begin = begin;
      examine_one(bytes, e);
    }
    if (e.secret_end > 0) from = e.secret_end;
    if (e.confirmed) confirmed.push_back(moved(*e.confirmed, e.moved));
  }
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

std::vector<Match> Matcher::State::find_narrow(ByteView bytes, Trace* trace) {
  std::vector<Examined> examined;
  if (!bytes.empty()) propose(bytes, {0, bytes.size()}, examined);
  return finish(bytes, std::move(examined), trace);
}

std::vector<Match> Matcher::State::finish(ByteView bytes, std::vector<Examined> examined,
                                          Trace* trace) {
  std::vector<Match> matches = examine(bytes, examined);
  if (trace) {
    std::sort(examined.begin(), examined.end(), by_end);
    trace->examined = std::move(examined);
  }
  return matches;
}

void Matcher::State::find_wide(ByteView bytes, std::vector<Match>& matches) {
  for (WideRun& run : find_wide_runs(bytes)) {
    std::vector<Match> found = find_narrow(run.text, nullptr);
    encoded.find(run.text, found, nullptr);
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

// The ends of candidates that `run` brings along: those whose bytes it holds whole.
std::optional<Span> Matcher::State::carried(const CopyRun& run, uint64_t base_size,
                                            uint64_t size) const {
  uint64_t width = uint64_t{database.widest} + 1;
  bool is_begin = run.to == 0 && run.from == 0;
  bool is_end = run.to + run.length == size && run.from + run.length == base_size;
  uint64_t first = run.to + (is_begin ? 0 : width);
  uint64_t behind = run.to + run.length;
  if (behind < first + (is_end ? 0 : Proposer::kAhead)) return std::nullopt;
  return Span{first, behind - (is_end ? 0 : Proposer::kAhead)};
}

void Matcher::State::carry(const Trace& of_base, uint64_t base_size, const CopyRun& run,
                           Span ends, uint64_t size, std::vector<Examined>& out) const {
  uint64_t shift = run.to - run.from;  // wraps around as it should
  uint64_t behind = run.from + run.length;
  auto at = std::lower_bound(
      of_base.examined.begin(), of_base.examined.end(), ends.begin - shift,
      [](const Examined& e, uint64_t end) { return e.candidate.end() < end; });
  // Candidates near the end of the text may end behind it.
  const uint64_t last = ends.end == size ? UINT64_MAX : ends.end - shift;
  for (; at != of_base.examined.end() && at->candidate.end() <= last; ++at) {
    Examined& e = out.emplace_back(*at);
    e.candidate.at += shift;
    bool holds = e.is_examined && e.decided_by.begin >= run.from &&
                 e.decided_by.end <= behind && !(e.has_begin && run.to != 0) &&
                 !(e.has_end && (behind != base_size || run.to + run.length != size));
    if (!holds) {
      e = {e.candidate};
      continue;
    }
    e.search_begin += shift;
    e.decided_by = {e.decided_by.begin + shift, e.decided_by.end + shift};
    if (e.secret_end > 0) e.secret_end += shift;
    e.moved += static_cast<int64_t>(shift);
  }
}

Matcher::Matcher(const Database& database, MatcherOptions options)
    : state_(std::make_unique<State>(*database.parts_, options)) {}
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher::~Matcher() = default;

std::vector<Match> Matcher::find(ByteView bytes, Trace* trace) {
  std::vector<Match> matches = state_->find_narrow(bytes, trace);
  state_->encoded.find(bytes, matches, trace ? &trace->encoded : nullptr);
  bool has_zero = bytes.find('\0') != ByteView::npos;
  if (has_zero) state_->find_wide(bytes, matches);
  if (trace) trace->has_zero = has_zero;
  return matches;
}

std::vector<Match> Matcher::find_changed(ByteView bytes, ByteView base,
                                         const std::vector<CopyRun>& runs,
                                         const Trace& of_base, Trace& trace) {
  std::vector<Examined> examined;
  trace.has_zero = of_base.has_zero;
  uint64_t looked_at = 0;   // ends before it are proposed or carried
  uint64_t copied_to = 0;   // the end of the last run
  for (const CopyRun& run : runs) {
    trace.has_zero |= slice(bytes, {copied_to, run.to}).find('\0') != ByteView::npos;
    copied_to = run.to + run.length;
    auto ends = state_->carried(run, base.size(), bytes.size());
    // To look at a few bytes costs less than to begin once more behind them.
    if (!ends || ends->size() < kLeastCarried) continue;
    if (ends->begin > looked_at) {
      state_->propose_near_seam(bytes, {looked_at, ends->begin - 1}, examined);
    }
    state_->carry(of_base, base.size(), run, *ends, bytes.size(), examined);
    looked_at = ends->end + 1;
  }
  trace.has_zero |= slice(bytes, {copied_to, bytes.size()}).find('\0') != ByteView::npos;
  if (looked_at <= bytes.size() && !bytes.empty()) {
    state_->propose_near_seam(bytes, {looked_at, bytes.size()}, examined);
  }
  std::vector<Match> matches = state_->finish(bytes, std::move(examined), &trace);
  state_->encoded.find_changed(bytes, base, runs, of_base.encoded, matches, trace.encoded);
  if (trace.has_zero) state_->find_wide(bytes, matches);
  return matches;
}

}  // namespace straykey
