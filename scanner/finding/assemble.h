// SPDX-License-Identifier: Apache-2.0
// Detections -> findings: equal fingerprints meet, each detection in a blob of history
// becomes as many occurrences as the blob has places, and what is allowed, excluded or
// below a threshold leaves the list and is counted.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "scanner/finding/finding.h"
#include "scanner/git/attribution.h"
#include "scanner/match/path_pattern.h"
#include "scanner/signature/signature_set.h"
#include "scanner/source/ignore.h"

namespace straykey {

// Who wrote the commit or tag in whose text something stands.
struct MessagePlace {
  std::string commit;  // hex; "" for tags
  GitPerson author;
  int64_t committed_at = 0;
  bool at_tip = false;
};

// What is known of one source once its findings are attributed.
struct SourcePlaces {
  std::string repository;  // "" when the source is no repository
  ObjectFormat format = ObjectFormat::kSha1;
  std::unordered_map<ObjectId, std::vector<Place>> blobs;
  std::unordered_map<ObjectId, MessagePlace> messages;
  std::unordered_set<ObjectId> unreachable;
};

// Findings that are meant to be there; the conditions that are set must all hold.
struct AllowRule {
  std::string signature;  // glob of ids, "" for any
  IgnoreRules paths;      // empty for any
  std::string fingerprint;
  PathPatterns path_regex;           // one is found in the path; empty for any
  PathPatterns outside;              // none is found in the path
  std::vector<std::string> commits;  // lower-case hex, whole or the first digits
};

struct AssembleOptions {
  IgnoreRules exclude;  // paths that are out of scope
  std::vector<AllowRule> allow;
  Severity severity = Severity::kInfo;
  Confidence confidence = Confidence::kLow;
};

struct Assembled {
  std::vector<Finding> findings;  // most severe first, then by first place
  // Why secrets are not among them -> how many: "allowed inline", ...
  std::map<std::string, uint64_t> allowed;
  std::set<std::string> allowed_ids;  // their fingerprints: not reported, but not gone either
};

// `places` has an element for each source index that occurs in the detections' origins.
Assembled assemble(std::vector<Detection> detections, const std::vector<SourcePlaces>& places,
                   const SignatureSet& signatures, const AssembleOptions& options);

}  // namespace straykey
