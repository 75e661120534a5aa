// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/places.h"

#include <unordered_set>
#include <utility>

#include "scanner/cli/owners.h"

namespace straykey {
namespace {

MessagePlace message_place(RepositorySource& repository, const Detection& d) {
  MessagePlace place;
  if (d.origin.kind == OriginKind::kCommitMessage) {
    place.commit = d.origin.object.hex(repository.format());
    place.at_tip = repository.is_tip(d.origin.object);
    if (auto commit = repository.commit(d.origin.object)) {
      place.author = commit->author;
      place.committed_at = commit->committer.seconds;
    }
  } else if (auto tag = repository.tag(d.origin.object)) {
    place.author = tag->tagger;
    place.committed_at = tag->tagger.seconds;
  }
  return place;
}

}  // namespace

std::vector<SourcePlaces> attribute(const Targets& targets, Scanned& scanned) {
  std::vector<SourcePlaces> places(scanned.coverage.sources.size());
  std::vector<std::unordered_set<ObjectId>> blobs(places.size());
  for (const Detection& d : scanned.detections) {
    RepositorySource* repository = targets.repository(d.origin.source);
    if (!repository) continue;
    if (repository->is_unreachable(d.origin.object)) {
      places[d.origin.source].unreachable.insert(d.origin.object);
    }
    if (d.origin.kind == OriginKind::kBlob) {
      blobs[d.origin.source].insert(d.origin.object);
    } else if (d.origin.kind == OriginKind::kCommitMessage ||
               d.origin.kind == OriginKind::kTagMessage) {
      places[d.origin.source].messages.try_emplace(d.origin.object,
                                                   message_place(*repository, d));
    }
  }
  CoverageSink sink(scanned.coverage);
  for (size_t i = 0; i < places.size(); ++i) {
    RepositorySource* repository = targets.repository(i);
    if (!repository) continue;
    places[i].repository = scanned.coverage.sources[i].path;
    places[i].format = repository->format();
    for (Place& place : repository->attribute(blobs[i], sink)) {
      ObjectId blob = place.blob;
      places[i].blobs[blob].push_back(std::move(place));
    }
  }
  return places;
}

OwnerSources owner_sources(const Targets& targets, const Evidence& evidence,
                           const ScanOptions& options) {
  OwnerSources out;
  out.owners = owner_rules(options);
  out.environments = environment_rules(options);
  std::unordered_set<std::string> wanted;
  for (const Finding& finding : evidence.findings) {
    for (const Occurrence& place : finding.occurrences) wanted.insert(place.repository);
  }
  for (size_t i = 0; i < evidence.coverage.sources.size(); ++i) {
    const std::string& path = evidence.coverage.sources[i].path;
    RepositorySource* repository = targets.repository(i);
    if (repository && wanted.count(path) > 0) {
      out.repositories.try_emplace(path, repository_owners(*repository));
    }
  }
  if (wanted.count("") > 0 && !targets.only_folder().empty()) {
    out.repositories.try_emplace("", folder_owners(targets.only_folder()));
  }
  return out;
}

}  // namespace straykey
