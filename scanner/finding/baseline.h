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
// What follows " # " is the reason; it is kept when the file is written anew. Other
// comments are taken when reading, and dropped when writing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/finding/finding.h"
#include "scanner/signature/signature_set.h"

namespace straykey {

// Immutable once made.
class Baseline {
 public:
  // `file` names the text in messages, which read "file:line: what is wrong".
  static Result<Baseline> parse(ByteView text, const std::string& file);

  // Everything in `findings`, with the reasons that `old` gives for the same secrets.
  static Baseline of(const std::vector<Finding>& findings, const SignatureSet& signatures,
                     const Baseline& old);

  Baseline() = default;

  bool contains(const std::string& fingerprint) const;
  size_t size() const { return entries_.size(); }

  // Entries, as they stand in the file, whose fingerprint is none of `fingerprints`: the
  // secret is gone, and so may be the entry.
  std::vector<std::string> unused(const std::vector<std::string>& fingerprints) const;

  // The whole file.
  std::string write() const;

 private:
  struct Entry {
    std::string signature;
    std::string path;  // as encoded in the file
    std::string reason;
  };
  static std::string line(const std::string& fingerprint, const Entry& entry);

  std::map<std::string, Entry> entries_;  // by fingerprint
};

// Sets the state of every finding: known when the baseline contains it, else new.
void apply_baseline(const Baseline& baseline, std::vector<Finding>& findings);

}  // namespace straykey
