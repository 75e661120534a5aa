// SPDX-License-Identifier: Apache-2.0
// How a rule becomes a signature:
//
//   pattern    parsed and written anew for both engines; the group that the origin reports
//              becomes `secret`. Where alternatives have groups of their own, each becomes a
//              signature
//   anchor     where Hyperscan refuses the pattern, or would be slow at it: the part of it
//              that every match holds and that has the best literal. RE2 then looks for the
//              whole pattern around it, which is exact as long as what stands before the
//              anchor has a bound
//   part       a keyword that the origin wants in the same file and that is not in every
//              match anyway; another rule that must match near by
//   except     allowlists for the secret
//   examples   templates that the tree itself gives, kept when the engine agrees
//
// Every signature is compiled and tried here, so what is written is known to work.
#include "scanner/match/adopt.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "scanner/match/compiled.h"
#include "scanner/match/matcher.h"
#include "scanner/signature/sample.h"

namespace straykey {
namespace {

constexpr uint32_t kFar = 1u << 16;       // the most that lookback and within may be
constexpr uint64_t kWidestImport = 2048;  // of a pattern that Hyperscan looks for itself
constexpr uint64_t kWidestImportAnchor = 256;
constexpr uint64_t kLongestOptionalStart = 4;
constexpr uint32_t kBytesOfALine = 120;
constexpr size_t kMostExamples = 2;
constexpr uint64_t kSeeds = 5;
constexpr size_t kMostSignatures = 16;  // of one rule

constexpr char kRisk[] =
    "Whoever holds it can do what it was issued for; the rule it was imported from says no "
    "more.";
constexpr char kRotation[] = "Find who issued it, revoke it there, and issue a new one.";

// "My Rule.v2" -> "my-rule-v2"
std::string slug(ByteView text) {
  std::string out;
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_word) out += c;
    if (!is_word && !out.empty() && out.back() != '-') out += '-';
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out.empty() ? "rule" : out;
}

std::string one_line(ByteView text) {
  std::string out;
  for (char c : text) {
    const bool is_space = static_cast<unsigned char>(c) <= ' ';
    if (!is_space) out += c;
    if (is_space && !out.empty() && out.back() != ' ') out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

RegexNode capture(RegexNode node, int group) {
  RegexNode out;
  out.kind = RegexNode::Kind::kCapture;
  out.group = group;
  out.children.push_back(std::move(node));
  return out;
}

bool is_assertion(const RegexNode& node) { return node.kind == RegexNode::Kind::kAssertion; }

// All of the tree as the group, but for the assertions at its ends.
RegexNode whole_as_group(RegexNode node, int group) {
  if (node.kind != RegexNode::Kind::kConcat) return capture(std::move(node), group);
  auto& items = node.children;
  auto begin = std::find_if_not(items.begin(), items.end(), is_assertion);
  auto end = std::find_if_not(items.rbegin(), items.rend(), is_assertion).base();
  if (begin >= end) return capture(std::move(node), group);
  RegexNode inner;
  inner.kind = RegexNode::Kind::kConcat;
  inner.children.assign(std::make_move_iterator(begin), std::make_move_iterator(end));
  const auto at = items.erase(begin, end);
  items.insert(at, capture(std::move(inner), group));
  return node;
}

// A tree with the number of the group that is the credential.
struct Marked {
  RegexNode tree;
  int group = 0;
};

// Of the alternatives at the top of a tree, each for itself.
std::vector<const RegexNode*> branches_of(const RegexNode& node) {
  using Kind = RegexNode::Kind;
  if (node.kind == Kind::kConcat && node.children.size() == 1) {
    return branches_of(node.children.front());
  }
  std::vector<const RegexNode*> out;
  if (node.kind != Kind::kAlternate) return {&node};
  for (const RegexNode& child : node.children) {
    for (const RegexNode* branch : branches_of(child)) out.push_back(branch);
  }
  return out;
}

// The groups in the order of the origin's choice, to the first that every match sets.
void append_groups(const RegexNode& node, std::vector<int>& out) {
  if (node.kind == RegexNode::Kind::kCapture) out.push_back(node.group);
  for (const RegexNode& child : node.children) append_groups(child, out);
}

std::vector<int> groups_to_try(const RegexNode& node) {
  std::vector<int> out;
  append_groups(node, out);
  auto sure =
      std::find_if(out.begin(), out.end(), [&](int group) { return always_sets(node, group); });
  if (sure != out.end()) out.erase(sure + 1, out.end());
  return out;
}

std::vector<Marked> mark_secret(const ForeignRule& rule, const RegexTree& tree,
                                AdoptedRule& out) {
  if (!rule.secret_name.empty()) {
    if (const RegexNode* named = find_capture(tree.root, rule.secret_name)) {
      return {{tree.root, named->group}};
    }
  }
  const int whole = tree.groups + 1;
  if (tree.groups == 0) return {{whole_as_group(tree.root, whole), whole}};
  const int wanted = std::max(rule.secret_group, 1);
  if (wanted > tree.groups) {
    out.refusal = "it asks for group " + std::to_string(wanted) + ", and its pattern has " +
                  std::to_string(tree.groups);
    return {};
  }
  if (always_sets(tree.root, wanted)) return {{tree.root, wanted}};
  std::vector<Marked> marked;
  for (const RegexNode* branch : branches_of(tree.root)) {
    if (always_sets(*branch, wanted)) {
      marked.push_back({*branch, wanted});
      continue;
    }
    const std::vector<int> groups = groups_to_try(*branch);
    if (groups.empty()) marked.push_back({whole_as_group(*branch, whole), whole});
    for (int group : groups) marked.push_back({*branch, group});
    if (groups.size() > 1) {
      out.differences.push_back(
          "each of its groups that is set is a finding, not only the first");
    } else if (!groups.empty() && !always_sets(*branch, groups.front())) {
      out.differences.push_back("a match in which its group is not set is no finding");
    }
  }
  if (marked.size() > kMostSignatures) {
    out.differences = {"the whole match is the secret, not the first of its " +
                       std::to_string(tree.groups) + " groups that is set"};
    out.differences.insert(out.differences.end(), rule.lost.begin(), rule.lost.end());
    return {{whole_as_group(tree.root, whole), whole}};
  }
  return marked;
}

// Searched for anywhere in a text, for an engine that matches the whole of it.
std::string as_full_match(RegexNode node) {
  std::string before = "(?s:.*)", after = "(?s:.*)";
  if (node.kind == RegexNode::Kind::kConcat && node.children.size() > 2) {
    auto& items = node.children;
    if (items.front().text == "\\A" && is_assertion(items.front())) {
      before.clear();
      items.erase(items.begin());
    }
    if (items.back().text == "\\z" && is_assertion(items.back())) {
      after.clear();
      items.pop_back();
    }
  }
  const std::string text = print_regex(node);
  return before.empty() && after.empty() ? text : before + "(?:" + text + ")" + after;
}

std::string any_of_words(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    if (word.empty()) continue;
    out += (out.empty() ? "" : "|") + print_literal(word);
  }
  return out;
}

std::string where(const ForeignAllow& allow) {
  return "the allowlist of line " + std::to_string(allow.line);
}

class Adopter {
 public:
  explicit Adopter(const ForeignRules& rules) : rules_(rules), provider_(slug(rules.origin)) {
    out_.notes = rules.notes;
  }

  Adopted adopt_all() {
    for (const ForeignAllow& allow : rules_.allows) adopt_places(allow, provider_ + ".*");
    for (const ForeignRule& rule : rules_.rules) out_.rules.push_back(adopt_rule(rule));
    return std::move(out_);
  }

 private:
  AdoptedRule adopt_rule(const ForeignRule& rule) {
    AdoptedRule out{rule.id, rule.file, rule.line, {}, rule.refusal, rule.lost};
    if (!out.refusal.empty()) return out;
    if (rule.pattern.empty()) {
      out.refusal = rule.path.empty()
                        ? "it has no pattern of its own; it changes a rule of another file"
                        : "it looks at the names of files; straykey looks into them";
      return out;
    }
    RegexFault fault;
    auto tree = parse_regex(rule.pattern, rule.dialect, &fault);
    if (!tree) {
      out.refusal =
          "its pattern has, at byte " + std::to_string(fault.offset + 1) + ", " + fault.what;
      return out;
    }
    for (const std::string& clause : tree->differences) out.differences.push_back(clause);

    Signature common = describe(rule);
    std::vector<Marked> marked = mark_secret(rule, *tree, out);
    if (!out.refusal.empty()) return out;
    add_exceptions(rule, common, out);
    add_parts(rule, common, out);
    std::vector<Signature> made;
    for (const Marked& one : marked) {
      Signature signature = common;
      add_keywords(rule, one.tree, signature, out);
      if (!fit(one, signature, out)) return out;
      made.push_back(std::move(signature));
    }
    for (Signature& signature : made) {
      signature.id = free_id(slug(short_id(rule.id)));
      out.signatures.push_back(signature.id);
      if (!rule.path.empty()) {
        adopt_outside(rule, signature.id, out);
      }
      for (const ForeignAllow& allow : rule.allows) adopt_places(allow, signature.id);
      out_.signatures.push_back(std::move(signature));
    }
    std::sort(out.differences.begin(), out.differences.end());
    out.differences.erase(std::unique(out.differences.begin(), out.differences.end()),
                          out.differences.end());
    return out;
  }

  // Without the origin's own prefix: "np.github.1" -> "github.1".
  std::string short_id(const std::string& id) const {
    for (const std::string& prefix : {provider_ + ".", std::string("np.")}) {
      if (id.starts_with(prefix) && id.size() > prefix.size()) return id.substr(prefix.size());
    }
    return id;
  }

  std::string free_id(const std::string& kind) {
    std::string id = provider_ + "." + kind;
    for (int number = 2; !taken_.insert(id).second; ++number) {
      id = provider_ + "." + kind + "-" + std::to_string(number);
    }
    return id;
  }

  Signature describe(const ForeignRule& rule) const {
    Signature signature;
    signature.id = provider_ + ".imported";
    signature.provider = provider_;
    signature.name = one_line(rule.name.empty() ? rule.id : rule.name);
    signature.risk = kRisk;
    signature.rotation = kRotation;
    signature.docs = rule.docs;
    signature.severity = rule.severity.value_or(Severity::kHigh);
    signature.confidence = rule.confidence.value_or(Confidence::kMedium);
    signature.min_entropy = std::min(rule.min_entropy, 8.0);
    signature.require = rule.require;
    signature.file = rule.file;
    signature.line = rule.line;
    return signature;
  }

  void add_exceptions(const ForeignRule& rule, Signature& signature, AdoptedRule& out) {
    std::vector<ForeignAllow> all = rules_.allows;
    all.insert(all.end(), rule.allows.begin(), rule.allows.end());
    for (const ForeignAllow& allow : all) {
      const bool has_places = !allow.paths.empty() || !allow.commits.empty();
      const bool has_both = !allow.regexes.empty() && !allow.stopwords.empty();
      const bool has_any = !allow.regexes.empty() || !allow.stopwords.empty();
      if (allow.needs_all && has_any && (has_places || has_both)) {
        out.differences.push_back(where(allow) +
                                  " is not carried over: it joins conditions "
                                  "on the secret with others");
        continue;
      }
      for (const std::string& regex : allow.regexes) {
        auto tree = parse_regex(regex, rule.dialect);
        if (tree) {
          signature.except.push_back(as_full_match(std::move(tree->root)));
        } else {
          out.differences.push_back("a regex of " + where(allow) +
                                    " is not carried over: it has " + tree.error().message);
        }
      }
      const std::string words = any_of_words(allow.stopwords);
      if (!words.empty()) signature.except.push_back("(?is:.*(?:" + words + ").*)");
    }
  }

  // Paths and commits of an allowlist.
  void adopt_places(const ForeignAllow& allow, const std::string& signature) {
    const bool has_others = !allow.regexes.empty() || !allow.stopwords.empty();
    if (allow.needs_all && has_others) return;  // add_exceptions() has said it
    AdoptedAllow adopted;
    adopted.signature = signature;
    adopted.reason =
        allow.reason.empty() ? "an allowlist of " + rules_.origin : one_line(allow.reason);
    for (const std::string& path : allow.paths) {
      auto expression = adopt_path_expression(path);
      if (expression) {
        adopted.paths.push_back(*std::move(expression));
      } else {
        out_.notes.push_back(
            {rules_.rules.empty() ? "" : rules_.rules.front().file, allow.line,
             "not carried over: a path of an allowlist: " + expression.error().message});
      }
    }
    adopted.commits = allow.commits;
    if (allow.needs_all || adopted.paths.empty() || adopted.commits.empty()) {
      if (!adopted.paths.empty() || !adopted.commits.empty()) out_.allows.push_back(adopted);
      return;
    }
    AdoptedAllow of_commits = adopted;
    of_commits.paths.clear();
    adopted.commits.clear();
    out_.allows.push_back(std::move(adopted));
    out_.allows.push_back(std::move(of_commits));
  }

  void adopt_outside(const ForeignRule& rule, const std::string& id, AdoptedRule& out) {
    auto expression = adopt_path_expression(rule.path);
    if (!expression) {
      out.differences.push_back("its path is not carried over: " + expression.error().message);
      return;
    }
    out_.allows.push_back(
        {id, {}, {*std::move(expression)}, {}, "the rule is for other paths"});
    out.differences.push_back("its path becomes an [[allow]] rule");
  }

  void add_keywords(const ForeignRule& rule, const RegexNode& tree, Signature& signature,
                    AdoptedRule& out) const {
    if (rule.keywords.empty() || always_holds_one_of(tree, rule.keywords)) return;
    const std::string words = any_of_words(rule.keywords);
    if (words.empty()) return;
    signature.parts.push_back({"keyword", "(?i)(?P<value>" + words + ")", kFar, true});
    out.differences.push_back(
        "one of its keywords must stand within 64 KiB of the secret and outside of it, not "
        "just anywhere in the file");
  }

  void add_parts(const ForeignRule& rule, Signature& signature, AdoptedRule& out) const {
    for (const ForeignPart& part : rule.parts) {
      auto other = std::find_if(rules_.rules.begin(), rules_.rules.end(),
                                [&](const ForeignRule& r) { return r.id == part.id; });
      if (other == rules_.rules.end() || other->pattern.empty()) {
        out.differences.push_back("the rule '" + part.id +
                                  "' that must match near by is not carried over: it has no "
                                  "pattern here");
        continue;
      }
      auto tree = parse_regex(other->pattern, other->dialect);
      if (!tree) {
        out.differences.push_back("the rule '" + part.id +
                                  "' that must match near by is not "
                                  "carried over: its pattern has " +
                                  tree.error().message);
        continue;
      }
      AdoptedRule ignored;
      std::vector<Marked> marked = mark_secret(*other, *tree, ignored);
      if (marked.size() != 1) {
        out.differences.push_back("the rule '" + part.id +
                                  "' that must match near by is not "
                                  "carried over: its alternatives have groups of their own");
        continue;
      }
      const uint32_t within = part.lines
                                  ? static_cast<uint32_t>(std::min<uint64_t>(
                                        kFar, (uint64_t{*part.lines} + 1) * kBytesOfALine))
                                  : kFar;
      signature.parts.push_back(
          {slug(part.id), print_regex(marked.front().tree, marked.front().group, "value"),
           within, true});
      out.differences.push_back(
          "the rule '" + part.id + "' must match within " + std::to_string(within) + " bytes" +
          (part.lines ? " instead of " + std::to_string(*part.lines) + " lines"
                      : " instead of anywhere in the file"));
    }
  }

  static std::optional<Database> compiled(const Signature& signature, std::string& why) {
    auto set = SignatureSet::make({signature});
    auto database = Database::compile(*std::move(set));
    if (database) return *std::move(database);
    why = database.error().message;
    // "file:line: signature 'x': Hyperscan refuses ..."
    const size_t subject = why.find("': ");
    if (subject != std::string::npos) why.erase(0, subject + 3);
    return std::nullopt;
  }

  // Decides what Hyperscan looks for, and tries it.
  bool fit(const Marked& marked, Signature& signature, AdoptedRule& out) {
    const RegexWidth width = width_of(marked.tree);
    if (width.least == 0) {
      out.refusal = "its pattern can match nothing at all";
      return false;
    }
    signature.pattern = print_regex(marked.tree, marked.group);
    if (auto program = make_program(signature); !program) {
      out.refusal = program.error().message;
      return false;
    }
    std::string why;
    std::optional<Database> direct;
    if (width.most <= kWidestImport) {
      direct = compiled(signature, why);
    } else {
      why = "the pattern can match more than " + std::to_string(kWidestImport) + " bytes";
    }
    const std::vector<RegexAnchor> anchors = find_anchors(marked.tree, kWidestImportAnchor);
    const bool has_literal = !anchors.empty() && anchors.front().literal >= 3;
    if (direct && has_literal && !begins_with_options(marked.tree)) {
      add_examples(marked, *direct, signature);
      return true;
    }
    for (const RegexAnchor& anchor : anchors) {
      if (anchor.literal == 0 && direct) break;  // nothing would be won
      if (anchor.before > kFar && direct) continue;
      signature.anchor = anchor.text;
      signature.lookback = static_cast<uint32_t>(std::min<uint64_t>(anchor.before, kFar));
      std::string ignored;
      std::optional<Database> behind = compiled(signature, ignored);
      if (!behind) continue;
      if (anchor.before > kFar) {
        out.differences.push_back(
            "a match must begin within 64 KiB before what every match holds");
      }
      add_examples(marked, *behind, signature);
      return true;
    }
    signature.anchor.clear();
    signature.lookback = 0;
    if (direct) {
      add_examples(marked, *direct, signature);
      return true;
    }
    out.refusal = why + ", and no part of it can be searched for first";
    return false;
  }

  // [\w.-]{0,50}? at the start makes every word a beginning.
  static bool begins_with_options(const RegexNode& node) {
    if (node.kind == RegexNode::Kind::kConcat || node.kind == RegexNode::Kind::kCapture) {
      for (const RegexNode& child : node.children) {
        if (is_assertion(child)) continue;
        return begins_with_options(child);
      }
      return false;
    }
    const RegexWidth width = width_of(node);
    return width.least == 0 && width.most > kLongestOptionalStart;
  }

  // Examples that the engine itself finds, and one that comes near and is not found.
  static void add_examples(const Marked& marked, const Database& database,
                           Signature& signature) {
    Matcher matcher(database, {.decode_depth = 0});
    auto found_in = [&](const std::string& sample, bool wanted) {
      for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
        auto text = fill_sample(sample, seed);
        if (!text || matcher.find(*text).empty() == wanted) return false;
      }
      return true;
    };
    const std::string sample = sample_of(marked.tree);
    const std::string near = sample_of(marked.tree, SampleLength::kTooShort);
    const char* contexts[][2] = {
        {"", ""}, {"value = \"", "\""}, {"value: ", "<<newline>>"}, {" ", " "}};
    for (auto [before, after] : contexts) {
      if (sample.empty() || signature.examples.size() == kMostExamples) break;
      const std::string example = before + sample + after;
      if (found_in(example, true)) signature.examples.push_back(example);
    }
    if (!near.empty() && found_in(near, false)) signature.counterexamples.push_back(near);
  }

  const ForeignRules& rules_;
  const std::string provider_;
  std::set<std::string> taken_;
  Adopted out_;
};

}  // namespace

Adopted adopt(const ForeignRules& rules) { return Adopter(rules).adopt_all(); }

Result<std::string> adopt_path_expression(const std::string& expression) {
  auto tree = parse_regex(expression, RegexDialect::kGo);
  if (!tree) return Error{"'" + expression + "' has " + tree.error().message};
  return print_regex(tree->root);
}

}  // namespace straykey
