// SPDX-License-Identifier: Apache-2.0
// What other tools keep of known findings -> entries of our baseline, and expressions for
// paths that are out of scope.
//
//   .gitleaksignore       [commit:]file:rule:line    -> path, line, commit
//   a report of gitleaks  JSON                       -> the same, and our fingerprint of the
//                                                       secret where the report has it
//   .secrets.baseline     JSON of detect-secrets     -> path, SHA-1 of the secret
//   a list of paths       a regular expression each  -> [[allow]] rules
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/finding/baseline.h"

namespace straykey {

// What could not be carried over, or is different: a sentence without its place.
struct BaselineNote {
  std::string file;
  uint64_t line = 0;  // or the number of the entry, where a format has no lines
  std::string text;
};

struct BaselineImport {
  std::string origin;  // ".gitleaksignore", ...: what the file was taken for
  std::vector<ImportedEntry> entries;
  std::vector<std::string> path_expressions;  // RE2
  std::vector<BaselineNote> notes;
  size_t read = 0;  // entries of the file
};

// The format is told by what is in the text. `key` is that of fingerprints. Secrets that a
// report holds are forgotten again.
Result<BaselineImport> import_baseline(ByteView text, const std::string& file, ByteView key);

}  // namespace straykey
