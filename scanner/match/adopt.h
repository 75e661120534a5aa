// SPDX-License-Identifier: Apache-2.0
// Rules of other scanners -> signatures that this engine runs and that find what the rule's
// own expression finds. What is different is said for each rule.
#pragma once

#include <string>
#include <vector>

#include "scanner/signature/foreign_rule.h"
#include "scanner/signature/signature.h"

namespace straykey {

// What a signature cannot say, because it depends on where something stands: an [[allow]]
// rule of .straykey.toml. Lists that are empty say nothing; the others must all hold.
struct AdoptedAllow {
  std::string signature;             // glob of ids
  std::vector<std::string> paths;    // regular expressions; one is found in the path
  std::vector<std::string> outside;  // none is found in the path
  std::vector<std::string> commits;
  std::string reason;
};

// What became of one rule.
struct AdoptedRule {
  std::string id;  // the origin's
  std::string file;
  uint32_t line = 0;
  std::vector<std::string> signatures;   // ids; none when it was refused
  std::string refusal;                   // why: a clause
  std::vector<std::string> differences;  // clauses
};

struct Adopted {
  std::vector<Signature> signatures;
  std::vector<AdoptedAllow> allows;
  std::vector<AdoptedRule> rules;
  std::vector<ForeignNote> notes;
};

// Compiles every rule once or twice, so it takes some milliseconds for each. Ids are
// <origin>.<the rule's id>.
Adopted adopt(const ForeignRules& rules);

// A regular expression of another tool as ours, for paths; an error says what is wrong.
Result<std::string> adopt_path_expression(const std::string& expression);

}  // namespace straykey
