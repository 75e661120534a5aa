// SPDX-License-Identifier: Apache-2.0
// The rules of other scanners, as their files say them, before they become signatures. One
// reader for each format fills the same plain form; match/adopt.h makes signatures of it.
// What a reader cannot put into this form it names in `lost`, so that nothing is dropped
// without a word.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/signature/regex_tree.h"
#include "scanner/signature/signature.h"

namespace straykey {

// What is not a finding although a rule matches. Lists that are empty say nothing.
struct ForeignAllow {
  std::vector<std::string> regexes;  // searched for in the secret
  std::vector<std::string> stopwords;
  std::vector<std::string> paths;  // regular expressions, searched for
  std::vector<std::string> commits;
  bool needs_all = false;  // of the kinds that are not empty; else one is enough
  std::string reason;      // its description
  uint32_t line = 0;
};

// Another rule that must match near by.
struct ForeignPart {
  std::string id;
  std::optional<uint32_t> lines;
};

struct ForeignRule {
  std::string id;
  std::string name;
  std::string pattern;
  RegexDialect dialect = RegexDialect::kGo;
  int secret_group = 0;     // 0: the first group that is not empty, else the whole match
  std::string secret_name;  // of a group that goes before the number, if there is one
  std::vector<std::string> keywords;  // one of them must be in the same file
  std::string path;                   // only files whose path holds this expression
  double min_entropy = 0;
  Requirements require;
  std::optional<Severity> severity;
  std::optional<Confidence> confidence;
  std::string docs;
  std::vector<ForeignAllow> allows;
  std::vector<ForeignPart> parts;

  std::string file;  // where it was read, and the lines of the rule and of its pattern
  uint32_t line = 0;
  uint32_t pattern_line = 0;
  std::string refusal;            // why it cannot be carried over at all: a clause
  std::vector<std::string> lost;  // what of it cannot: clauses
};

// Something of a file that is no rule, and what becomes of it: a sentence without its place.
struct ForeignNote {
  std::string file;
  uint32_t line = 0;
  std::string text;
};

struct ForeignRules {
  std::string origin;  // whose: "gitleaks", "betterleaks", "kingfisher", "noseyparker", ...
  std::vector<ForeignRule> rules;
  std::vector<ForeignAllow> allows;  // for all rules
  std::vector<ForeignNote> notes;
};

// Reads `file`, whose format is told by its name and what is in it, and what it extends.
// The error is a sentence with file and line.
Result<ForeignRules> read_foreign_rules(const std::string& file);

// The formats by themselves. `file` names the text in messages; files that it extends are
// looked for beside it.
Result<ForeignRules> read_gitleaks_rules(ByteView text, const std::string& file);
Result<ForeignRules> read_yaml_rules(ByteView text, const std::string& file);
Result<ForeignRules> read_detect_secrets_settings(ByteView text, const std::string& file);

}  // namespace straykey
