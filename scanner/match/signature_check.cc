// SPDX-License-Identifier: Apache-2.0
// A signature can be wrong in ways that nobody notices: it never matches, it matches what
// another one should, it makes Hyperscan look at every byte twice, it has no advice for
// whoever must rotate the key. Three rounds find out:
//
//   words     everything that a report will say is there
//   engines   both take the patterns; what Hyperscan looks for is narrow and has a literal,
//             without which neither it nor the gate could skip over text
//   examples  are filled with five seeds each, together with all signatures of the set, and
//             go through the real Matcher: examples must be found by their own signature,
//             counterexamples must not
//
// Messages quote the template of an example, never its filling.
#include "scanner/match/signature_check.h"

#include <hs.h>
#include <re2/filtered_re2.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "scanner/match/anchor.h"
#include "scanner/match/database.h"
#include "scanner/match/matcher.h"
#include "scanner/match/refusal.h"
#include "scanner/match/regex.h"
#include "scanner/signature/sample.h"

namespace straykey {
namespace {

constexpr uint32_t kNarrowestPattern = 8;
constexpr int kShortestLiteral = 3;
constexpr int kShortestAnchorLiteral = 1;  // the pattern behind it demands more
constexpr uint64_t kSeeds = 5;

struct Width {
  uint32_t least = 0;
  uint32_t most = 0;  // UINT32_MAX when there is no bound
};

std::optional<Width> width_of(const std::string& expression) {
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* error = nullptr;
  hs_expression_info(expression.c_str(), 0, &info, &error);
  hs_free_compile_error(error);
  if (!info) return std::nullopt;
  const Width width{info->min_width, info->max_width};
  std::free(info);
  return width;
}

// Whether every match of the expression holds one of some literals. RE2 computes that for
// its own prefilter; an expression that may match without any is a "potential" of no atoms.
// An anchor that only Hyperscan takes cannot be judged and passes.
bool has_literal(const std::string& expression, int shortest) {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  re2::FilteredRE2 filter(shortest);
  int id = 0;
  if (filter.Add(expression, options, &id) != RE2::NoError) return true;
  std::vector<std::string> atoms;
  filter.Compile(&atoms);
  std::vector<int> potentials;
  filter.AllPotentials({}, &potentials);
  return !atoms.empty() && potentials.empty();
}

// "github" of "signatures/github.toml".
ByteView stem(ByteView file) {
  const size_t slash = file.rfind('/');
  if (slash != ByteView::npos) file.remove_prefix(slash + 1);
  if (file.ends_with(".toml")) file.remove_suffix(5);
  return file;
}

class Checker {
 public:
  explicit Checker(SignatureReport& report) : report_(report) {}

  void words(const Signature& signature) {
    const std::pair<const char*, const std::string*> texts[] = {
        {"name", &signature.name},
        {"risk", &signature.risk},
        {"docs", &signature.docs},
        {"rotation", &signature.rotation},
        {"rotation_url", &signature.rotation_url},
    };
    for (const auto& [key, text] : texts) {
      if (text->empty()) problem(signature, std::string("'") + key + "' is missing; write it");
    }
    if (stem(signature.file) != signature.provider) {
      problem(signature, "the file is not named after the provider; name it " +
                             signature.provider + ".toml");
    }
    if (signature.examples.empty()) problem(signature, "there is no example; write one");
    if (signature.counterexamples.empty()) {
      problem(signature, "there is no counterexample; write what comes near and is none");
    }
  }

  void prefilter(const Signature& signature) {
    const std::string why = signature.anchor.empty() ? "" : why_not_alone(signature);
    if (why.empty()) return;
    report_.notes.push_back(place(signature) + "runs as prefilter and RE2: " + why +
                            ", so Hyperscan looks for the anchor");
  }

  // REQUIRES: both engines take the signature.
  void shape(const Signature& signature) {
    const bool has_anchor = !signature.anchor.empty();
    const std::string& expression = has_anchor ? signature.anchor : signature.pattern;
    const std::string subject = has_anchor ? "the anchor" : "the pattern";
    const std::optional<Width> width = width_of(expression);
    const Result<Anchor> anchor = anchor_of(signature);
    if (anchor && anchor->width > kWidestBeginning) {
      problem(signature,
              subject + " can match " + std::to_string(anchor->width) +
                  " bytes, and as far is looked around each edit of a file; make it " +
                  "match at most " + std::to_string(kWidestBeginning));
    }
    if (anchor && anchor->entries.empty()) {
      problem(signature, "no four bytes that every match of " + subject +
                             " holds are rare enough to skip over text that has none; add a " +
                             "literal" + (has_anchor ? "" : ", or add 'anchor'"));
    }
    if (width && !has_anchor && width->least < kNarrowestPattern) {
      problem(signature, "the pattern can match " + std::to_string(width->least) +
                             " bytes, which is too few to mean something; demand at least " +
                             std::to_string(kNarrowestPattern));
    }
    const int shortest = has_anchor ? kShortestAnchorLiteral : kShortestLiteral;
    if (!has_literal(expression, shortest)) {
      problem(signature, subject + " has no literal of " + std::to_string(shortest) +
                             " or more characters that every match holds; add one" +
                             (has_anchor ? "" : ", or add 'anchor'"));
    }
  }

  void examples(const Signature& signature, Matcher& matcher, const SignatureSet& set) {
    for (const std::string& example : signature.examples) {
      fill(signature, "example", example, [&](ByteView text) {
        return complaint_about_example(signature, matcher.find(text), set);
      });
    }
    for (const std::string& counterexample : signature.counterexamples) {
      fill(signature, "counterexample", counterexample, [&](ByteView text) {
        for (const Match& match : matcher.find(text)) {
          if (set[match.signature].id != signature.id) continue;
          // What the value model refuses is found, with low confidence.
          const bool is_refused = signature.value != ValueKind::kAny &&
                                  match.confidence < signature.confidence;
          if (!is_refused) return std::string("is found");
        }
        return std::string();
      });
    }
  }

  void problem(const Signature& signature, const std::string& what) {
    report_.problems.push_back(place(signature) + what);
  }

 private:
  static std::string place(const Signature& signature) {
    return signature.file + ":" + std::to_string(signature.line) + ": signature '" +
           signature.id + "': ";
  }

  // `complaint` says what is wrong with a filling, "" when nothing is. The first one counts.
  template <class Complaint>
  void fill(const Signature& signature, const char* kind, const std::string& sample,
            Complaint complaint) {
    const std::string subject = std::string(kind) + " '" + sample + "' ";
    for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
      Result<std::string> text = fill_sample(sample, seed);
      if (!text)
        return problem(signature, subject + "cannot be filled: " + text.error().message);
      ++report_.examples;
      const std::string what = complaint(*text);
      if (!what.empty()) {
        return problem(signature, subject + what + " (seed " + std::to_string(seed) + ")");
      }
    }
  }

  static std::string complaint_about_example(const Signature& signature,
                                             const std::vector<Match>& matches,
                                             const SignatureSet& set) {
    auto own = std::find_if(matches.begin(), matches.end(), [&](const Match& match) {
      return set[match.signature].id == signature.id;
    });
    if (own == matches.end()) {
      if (matches.empty()) return "is not found";
      return "is found by '" + set[matches.front().signature].id + "' instead";
    }
    if (own->structure == Structure::kInvalid) {
      return "is found, but its checks call it invalid";
    }
    for (const Match& match : matches) {
      if (set[match.signature].provider == signature.provider) continue;
      if (!overlap(match.whole, own->whole) || match.confidence <= own->confidence) continue;
      return "is found with more confidence by '" + set[match.signature].id + "'";
    }
    return "";
  }

  SignatureReport& report_;
};

// The signatures that both engines take, compiled together; the others are problems.
std::optional<Database> compile(const SignatureSet& set, SignatureReport& report) {
  Result<Database> all = Database::compile(set);
  if (all) return *std::move(all);
  std::vector<Signature> good;
  for (const Signature& signature : set.all()) {
    Result<SignatureSet> alone = SignatureSet::make({signature});
    Result<Database> compiled = Database::compile(*alone);
    if (compiled) {
      good.push_back(signature);
    } else {
      report.problems.push_back(explain_refusal(*alone, compiled.error()).message);
    }
  }
  if (good.empty()) return std::nullopt;
  Result<Database> rest = Database::compile(*SignatureSet::make(std::move(good)));
  if (rest) return *std::move(rest);
  report.problems.push_back(rest.error().message);
  return std::nullopt;
}

}  // namespace

SignatureReport check_signatures(const SignatureSet& set) {
  SignatureReport report;
  report.signatures = set.size();
  Checker checker(report);
  for (const Signature& signature : set.all()) checker.words(signature);
  if (set.size() == 0) return report;

  const std::optional<Database> database = compile(set, report);
  if (!database) return report;
  Matcher matcher(*database, {.decode_depth = 0});
  for (const Signature& signature : database->signatures().all()) {
    checker.prefilter(signature);
    checker.shape(signature);
    checker.examples(signature, matcher, database->signatures());
  }
  return report;
}

}  // namespace straykey
