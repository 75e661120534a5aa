// SPDX-License-Identifier: Apache-2.0
#include "scanner/match/signature_cost.h"

#include <algorithm>
#include <cmath>
#include <ctime>

#include "scanner/match/anchor.h"
#include "scanner/match/compiled.h"
#include "scanner/match/matcher.h"
#include "scanner/match/propose.h"
#include "scanner/signature/sample_text.h"

namespace straykey {
namespace {

constexpr uint64_t kBytesOfAKind = 1'000'000;
constexpr uint64_t kPieceBytes = 50'000;
constexpr uint64_t kSeed = 1;
constexpr int kRounds = 5;

double thread_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

// The sum over all pieces of the best time of `work`(piece).
template <class Work>
double best_ns(const std::vector<std::string>& pieces, Work work) {
  std::vector<double> best(pieces.size(), INFINITY);
  for (int round = 0; round < kRounds; ++round) {
    for (size_t i = 0; i < pieces.size(); ++i) {
      const double begin = thread_ns();
      work(pieces[i]);
      best[i] = std::min(best[i], thread_ns() - begin);
    }
  }
  double sum = 0;
  for (double ns : best) sum += ns;
  return sum;
}

std::vector<std::string> made_pieces(const std::vector<SampleText>& kinds) {
  std::vector<std::string> pieces;
  for (SampleText kind : kinds) {
    const std::string text = sample_text(kind, kBytesOfAKind, kSeed);
    for (uint64_t at = 0; at < text.size(); at += kPieceBytes) {
      pieces.push_back(text.substr(at, kPieceBytes));
    }
  }
  return pieces;
}

struct Text {
  std::vector<std::string> all = made_pieces(
      {SampleText::kSource, SampleText::kProse, SampleText::kMinified, SampleText::kBinary});
  // Without binary data, where looking for UTF-16 hides what a signature costs.
  std::vector<std::string> plain =
      made_pieces({SampleText::kSource, SampleText::kProse, SampleText::kMinified});
};

double megabytes(const std::vector<std::string>& pieces) {
  double bytes = 0;
  for (const std::string& piece : pieces) bytes += static_cast<double>(piece.size());
  return bytes / 1e6;
}

// All for each MB.
struct Cost {
  double propose_ns = 0;
  double match_ns = 0;
  double candidates = 0;
};

Cost cost_of(const Database& database, const Text& text) {
  Cost cost;
  Proposer proposer(database.parts(), kPieceBytes);
  std::vector<Candidate> candidates;
  size_t count = 0;
  cost.propose_ns = best_ns(text.all, [&](ByteView piece) {
    candidates.clear();
    proposer.propose(piece, {0, piece.size()}, candidates);
    count += candidates.size();
  });
  cost.propose_ns /= megabytes(text.all);
  cost.candidates = static_cast<double>(count) / kRounds / megabytes(text.all);
  Matcher matcher(database, {.decode_depth = 0});
  cost.match_ns = best_ns(text.plain, [&](ByteView piece) { matcher.find(piece); });
  cost.match_ns /= megabytes(text.plain);
  return cost;
}

std::string complaint(const Signature& signature, const SignatureCost& cost, double median) {
  std::string what;
  if (!cost.goes_through_the_gate) {
    what =
        "no four bytes that every match holds are rare enough, so Hyperscan looks for it "
        "everywhere; put a literal of 3-4 bytes into the pattern's beginning or an 'anchor'";
  } else if (cost.candidates_per_mb > kDearCandidatesPerMb) {
    what = std::to_string(std::llround(cost.candidates_per_mb)) +
           " candidates for each MB of text that holds no credential; let the anchor hold "
           "more of what must be there";
  } else if (cost.propose_ns_per_mb > kDearMultiple * median) {
    what = "costs " + std::to_string(std::llround(cost.propose_ns_per_mb / median)) +
           " times the median; no literal of 3-4 bytes that every match holds is rare in text";
  } else {
    return "";
  }
  return signature.file + ":" + std::to_string(signature.line) + ": signature '" +
         signature.id + "': " + what;
}

}  // namespace

Result<CostReport> measure_cost(const SignatureSet& set) {
  const Text text;
  CostReport report;
  report.text_megabytes = megabytes(text.all);
  for (uint32_t i = 0; i < set.size(); ++i) {
    auto alone = SignatureSet::make({set[i]});
    if (!alone) return alone.error();
    auto database = Database::compile(*std::move(alone));
    if (!database) return database.error();
    auto anchor = anchor_of(set[i]);
    if (!anchor) return anchor.error();
    const Cost cost = cost_of(*database, text);
    report.costs.push_back({i, cost.propose_ns, cost.match_ns, cost.candidates, anchor->width,
                            anchor->is_beginning, !anchor->entries.empty()});
  }
  auto all = Database::compile(set);
  if (!all) return all.error();
  const Cost together = cost_of(*all, text);
  report.all_propose_ns_per_mb = together.propose_ns;
  report.all_match_ns_per_mb = together.match_ns;

  std::sort(report.costs.begin(), report.costs.end(),
            [](const SignatureCost& a, const SignatureCost& b) {
              return a.propose_ns_per_mb > b.propose_ns_per_mb;
            });
  report.median_propose_ns_per_mb = report.costs[report.costs.size() / 2].propose_ns_per_mb;
  for (const SignatureCost& cost : report.costs) {
    std::string why = complaint(set[cost.signature], cost, report.median_propose_ns_per_mb);
    if (!why.empty()) report.complaints.push_back(std::move(why));
  }
  return report;
}

}  // namespace straykey
