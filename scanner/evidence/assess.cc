// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/assess.h"

#include <filesystem>
#include <map>
#include <unordered_map>

#include "scanner/base/time.h"
#include "scanner/evidence/mapping_cache.h"

namespace straykey {
namespace {

// What the paths of a run tell, each looked at once.
class PathFacts {
 public:
  explicit PathFacts(const PlaceRules& places) : places_(places) {}

  PlaceFacts of(const Occurrence& occurrence) {
    auto [entry, is_new] = known_.try_emplace(occurrence.path);
    if (is_new) {
      entry->second.classes = places_.classes(occurrence.path);
      entry->second.environment = places_.environment(occurrence.path);
      entry->second.component = places_.component(occurrence.path);
    }
    PlaceFacts out = entry->second;
    out.occurrence = &occurrence;
    return out;
  }

 private:
  const PlaceRules& places_;
  std::unordered_map<std::string, PlaceFacts> known_;
};

// Mode bits of the file that an occurrence outside of git objects stands in. An occurrence
// does not say of which source it is, so of several files that it could be none is taken.
std::optional<uint32_t> mode_of(const Occurrence& occurrence, const Coverage& coverage) {
  std::vector<std::filesystem::path> candidates;
  const std::filesystem::path path(occurrence.path);
  if (occurrence.presence == Presence::kWorkingTree) {
    candidates.push_back(occurrence.repository / path);
  } else if (occurrence.presence == Presence::kFile && !path.empty()) {
    for (const SourceCoverage& source : coverage.sources) {
      const std::filesystem::path root(source.path);
      if (source.kind == "folder") candidates.push_back(root / path);
      if (source.kind == "file" && root.filename() == path.filename()) candidates.push_back(root);
    }
  }
  std::optional<uint32_t> found;
  for (const std::filesystem::path& candidate : candidates) {
    std::error_code failure;
    std::filesystem::file_status status = std::filesystem::symlink_status(candidate, failure);
    if (failure || !std::filesystem::is_regular_file(status)) continue;
    if (found) return std::nullopt;
    found = static_cast<uint32_t>(status.permissions()) & 07777;
  }
  return found;
}

// A time as checks write it into attributes: seconds since 1970, or a date.
std::optional<int64_t> time_of(const std::string& text) {
  bool is_number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  return parse_time(is_number ? "@" + text : text, 0);
}

CredentialFacts credential_of(const Finding& finding, const Signature& signature) {
  CredentialFacts out;
  out.principal = signature.principal_class;
  bool is_token = false;
  for (const auto& [attribute, value] : finding.attributes) {
    if (attribute == "iat") out.issued = time_of(value);
    if (attribute == "exp" || attribute == "not-after") out.expires = time_of(value);
    if (attribute == "key-type") out.key_type = value;
    if (attribute == "key-bits" && value.size() < 7 &&
        value.find_first_not_of("0123456789") == std::string::npos && !value.empty()) {
      out.key_bits = static_cast<uint32_t>(std::stoul(value));
    }
    if (attribute == "alg") is_token = true;
  }
  // RFC 7519, 4.1.4: a token may say when it ends; one whose claims were read and do not lasts
  // until its key is changed.
  out.never_expires = is_token && finding.structure == Structure::kValid && !out.expires;
  return out;
}

RunFacts run_facts(const Evidence& evidence, const AssessOptions& options) {
  return {&evidence.coverage, options.missed, options.faults};
}

}  // namespace

OutsideFacts facts_of(const Resolution& whose) {
  OutsideFacts out;
  out.owner = OwnerFacts{whose.owner, whose.owner_suggested, std::nullopt};
  if (whose.owner_left) out.owner->left = true;
  if (whose.identity.principal_class != PrincipalClass::kUnknown)
    out.principal = whose.identity.principal_class;
  if (!whose.nhi) return out;
  // What is known of this credential goes before what is known of its NHI.
  const Nhi& nhi = *whose.nhi;
  const CredentialLink link = whose.link.value_or(CredentialLink());
  const NhiStatus status = link.status != NhiStatus::kUnknown ? link.status : nhi.status;
  RegisterFacts entry;
  entry.nhi = nhi.name.empty() ? nhi.id : nhi.name;
  entry.status = status == NhiStatus::kActive     ? RegisterFacts::Status::kActive
                 : status == NhiStatus::kInactive ? RegisterFacts::Status::kInactive
                 : status == NhiStatus::kRevoked  ? RegisterFacts::Status::kRevoked
                 : status == NhiStatus::kDeleted  ? RegisterFacts::Status::kDeleted
                                                  : RegisterFacts::Status::kUnknown;
  entry.created = link.created ? link.created : nhi.created;
  entry.last_rotated = link.last_rotated ? link.last_rotated : nhi.last_rotated;
  entry.last_used = link.last_used ? link.last_used : nhi.last_used;
  entry.expires = link.expires ? link.expires : nhi.expires;
  entry.environment = nhi.environment;
  if (nhi.nhi_class == NhiClass::kPrivilegedService) {
    entry.privileges.push_back("the class " + std::string(name(nhi.nhi_class)));
  }
  out.entry = std::move(entry);
  return out;
}

void assess(Evidence& evidence, std::shared_ptr<const Rulebook> book,
            const AssessOptions& options) {
  PathFacts paths(book->places);
  MappingCache cache(*book);
  evidence.assessments.clear();
  evidence.assessments.reserve(evidence.findings.size());
  for (const Finding& finding : evidence.findings) {
    ConditionFacts facts;
    facts.finding = &finding;
    facts.signature = &(*evidence.signatures)[finding.signature];
    facts.policy = options.policy;
    if (!evidence.reproducible) facts.now = evidence.started_at;
    facts.credential = credential_of(finding, *facts.signature);
    for (const Occurrence& occurrence : finding.occurrences) {
      facts.places.push_back(paths.of(occurrence));
      facts.places.back().mode = mode_of(occurrence, evidence.coverage);
    }
    if (options.outside) {
      OutsideFacts more = options.outside(finding);
      facts.entry = std::move(more.entry);
      facts.owner = std::move(more.owner);
      facts.tracking = std::move(more.tracking);
      facts.exception = std::move(more.exception);
      if (more.policy) facts.policy = *more.policy;
      if (more.principal) facts.credential.principal = *more.principal;
    }
    Assessment assessment;
    assessment.conditions = claims(judge(facts, *book));
    assessment.mappings = cache.of(assessment.conditions);
    evidence.assessments.push_back(std::move(assessment));
  }
  evidence.run_assessment.conditions = claims(judge_run(run_facts(evidence, options)));
  evidence.run_assessment.mappings = cache.of(evidence.run_assessment.conditions);
  evidence.rulebook = std::move(book);
}

bool needs_assessment(const Evidence& evidence, const AssessOptions& options) {
  return !evidence.findings.empty() ||
         !claims(judge_run(run_facts(evidence, options))).empty();
}

}  // namespace straykey
