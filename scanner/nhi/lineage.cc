// SPDX-License-Identifier: Apache-2.0
#include "scanner/nhi/lineage.h"

#include <algorithm>
#include <map>

#include "scanner/base/time.h"

namespace straykey {

std::vector<Lineage> lineages(const std::vector<Finding>& findings,
                              const std::vector<Resolution>& resolutions,
                              const std::vector<EnvironmentRule>& environments) {
  std::map<std::string, Lineage> by_id;
  for (size_t i = 0; i < findings.size(); ++i) {
    const Finding& finding = findings[i];
    const Resolution& resolution = resolutions[i];
    Lineage& lineage = by_id[resolution.nhi_id];
    if (!lineage.resolution) {  // findings come most severe first
      lineage.nhi_id = resolution.nhi_id;
      lineage.resolution = &resolution;
    }
    lineage.fingerprints.insert(finding.id);
    if (!resolution.component.empty()) lineage.components.insert(resolution.component);
    for (const Occurrence& place : finding.occurrences) {
      if (!place.repository.empty()) lineage.repositories.insert(place.repository);
      if (!place.author_email.empty()) lineage.authors.insert(place.author_email);
      if (place.path.empty()) continue;
      if (!lineage.paths.emplace(place.repository, place.path).second) continue;
      const EnvironmentClass found = environment_of(environments, place.repository, place.path);
      if (found != EnvironmentClass::kUnknown) lineage.environments.insert(found);
    }
    if (finding.first_seen)
      lineage.since = std::min(lineage.since.value_or(*finding.first_seen), *finding.first_seen);
    if (finding.last_seen)
      lineage.last_seen =
          std::max(lineage.last_seen.value_or(*finding.last_seen), *finding.last_seen);
    lineage.at_tip |= finding.at_tip;
  }
  std::vector<Lineage> out;
  for (auto& entry : by_id) out.push_back(std::move(entry.second));
  return out;
}

NhiCandidate candidate_of(const Lineage& lineage, const std::string& source, int64_t as_of) {
  const Resolution& known = *lineage.resolution;
  NhiCandidate out;
  out.nhi.id = lineage.nhi_id;
  out.nhi.registered = false;
  auto tell = [&](Field field, std::string value) {
    say(out.nhi, field, std::move(value), source, as_of);
  };
  tell(Field::kKind, known.identity.kind);
  tell(Field::kName, known.name);
  if (known.identity.principal_class == PrincipalClass::kHuman)
    tell(Field::kClass, name(NhiClass::kHumanShared));
  tell(Field::kEnvironment, known.environment);
  tell(Field::kSupplier, known.supplier);
  for (const JoinKey& key : known.identity.keys) {
    if (key.kind == LinkKind::kAccount) {
      tell(Field::kAccount, key.value);
    } else if (key.kind != LinkKind::kHostPathRule) {
      CredentialLink link;
      link.kind = key.kind;
      link.provider = key.provider;
      link.value = key.value;
      link.nhi_id = out.nhi.id;
      link.source = source;
      link.as_of = as_of;
      out.links.push_back(std::move(link));
    }
  }
  settle(out.nhi, {});
  return out;
}

}  // namespace straykey
