// SPDX-License-Identifier: Apache-2.0
// Findings that are known and do not fail a scan, as a text file that people review and
// git merges:
//
//   # straykey baseline 1
//   0e5a7c0d9b3f4a6d8c1e2f3a4b5c6d7e github.personal-token src/config.py  # revoked in May
//
// One secret a line: its fingerprint, the signature that found it, a path where it stands.
// Only the fingerprint decides; the rest tells people what they look at. There are no line
// numbers, so editing a file does not change its baseline, and lines are sorted and stand
// for themselves, so `git merge-file --union` merges two baselines rightly. A '%', '#',
// space, control or non-ASCII byte of a path is written as %XX.
//
// What other tools had noted is known by other means until the baseline is written anew:
//
//   imported gitleaks:aws-key src/a.py line=12-14 commit=0e5a7c0d9b  # from .gitleaksignore
//   imported detect-secrets:Secret%20Keyword src/b.py sha1=0e5a7c0d9b3f...
//
// Such an entry stands for a secret with this fingerprint=; else for one with this sha1= that
// stands in the path; else for one at the line of the path, and in the commit, if they are
// named. A SHA-1 is there only if the other tool had written it down already.
//
// What follows " # " is the reason; it is kept when the file is written anew. Other
// comments are taken when reading, and dropped when writing.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/finding/finding.h"
#include "scanner/signature/signature_set.h"

namespace straykey {

// What another tool had noted. Plain data.
struct ImportedEntry {
  std::string label;  // "tool:its name for the kind"
  std::string path;
  uint64_t first_line = 0;  // 0 when it does not count
  uint64_t last_line = 0;
  std::string commit;       // lower-case hex, "" for any
  std::string sha1;         // of the secret, lower-case hex
  std::string fingerprint;  // of the secret
  std::string reason;

  bool knows(const Finding& finding) const;
};

// Immutable but for add().
class Baseline {
 public:
  // `file` names the text in messages, which read "file:line: what is wrong".
  static Result<Baseline> parse(ByteView text, const std::string& file);

  // Everything in `findings`, with the reasons that `old` gives for the same secrets.
  static Baseline of(const std::vector<Finding>& findings, const SignatureSet& signatures,
                     const Baseline& old);

  Baseline() = default;

  // Adds an entry unless it is there.
  void add(ImportedEntry entry);

  bool contains(const std::string& fingerprint) const;
  bool knows(const Finding& finding) const;
  size_t size() const { return entries_.size() + imported_.size(); }

  // The SHA-1 of secrets that imported entries name.
  std::set<std::string> sha1s() const;

  // Entries, as they stand in the file, that know none of `findings`: the secret is gone,
  // and so may be the entry.
  std::vector<std::string> unused(const std::vector<Finding>& findings) const;

  // The whole file.
  std::string write() const;

 private:
  struct Entry {
    std::string signature;
    std::string path;  // as encoded in the file
    std::string reason;
  };
  static std::string line(const std::string& fingerprint, const Entry& entry);

  std::map<std::string, Entry> entries_;            // by fingerprint
  std::map<std::string, ImportedEntry> imported_;  // by their lines without the reason
};

// Sets the state of every finding: known when the baseline contains it, else new.
void apply_baseline(const Baseline& baseline, std::vector<Finding>& findings);

}  // namespace straykey
