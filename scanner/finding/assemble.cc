// SPDX-License-Identifier: Apache-2.0
#include "scanner/finding/assemble.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace straykey {
namespace {

constexpr char kExcluded[] = "excluded path";
constexpr char kInline[] = "allowed inline";
constexpr char kConfigured[] = "allowed by configuration";
constexpr char kUncertain[] = "low confidence";
constexpr char kMinor[] = "below severity";

// An occurrence with what is needed to sort and to judge it.
struct Placed {
  Occurrence occurrence;
  uint32_t order = UINT32_MAX;  // of its commit
  bool allowed_inline = false;
};

std::string full_path(const std::string& path, const std::string& member) {
  return member.empty() ? path : path + "!" + member;
}

void place_blob(const Detection& d, const SourcePlaces& source, Occurrence base,
                std::vector<Placed>& out) {
  auto known = source.blobs.find(d.origin.object);
  if (known == source.blobs.end()) {  // never lose one: it stands somewhere in history
    base.path = full_path("", d.origin.member);
    base.presence =
        source.unreachable.count(d.origin.object) ? Presence::kUnreachable : Presence::kHistory;
    out.push_back({std::move(base), UINT32_MAX, d.allowed_inline});
    return;
  }
  for (const Place& place : known->second) {
    Occurrence o = base;
    o.path = full_path(place.path, d.origin.member);
    if (!place.commit.is_null()) o.commit = place.commit.hex(source.format);
    o.author = place.author.name;
    o.author_email = place.author.email;
    if (place.committed_at) o.committed_at = place.committed_at;
    if (place.last_held_at) o.last_held_at = place.last_held_at;
    o.removed_at = place.removed_at;
    o.presence = place.at_tip ? Presence::kTip : Presence::kHistory;
    out.push_back({std::move(o), place.order, d.allowed_inline});
  }
}

void place_message(const Detection& d, const SourcePlaces& source, Occurrence base,
                   std::vector<Placed>& out) {
  auto known = source.messages.find(d.origin.object);
  base.presence = Presence::kHistory;
  if (known != source.messages.end()) {
    const MessagePlace& place = known->second;
    base.commit = place.commit;
    base.author = place.author.name;
    base.author_email = place.author.email;
    base.committed_at = place.committed_at;
    base.last_held_at = place.committed_at;
    if (place.at_tip) base.presence = Presence::kTip;
  }
  if (source.unreachable.count(d.origin.object)) base.presence = Presence::kUnreachable;
  out.push_back({std::move(base), UINT32_MAX, d.allowed_inline});
}

void place(const Detection& d, const SourcePlaces& source, std::vector<Placed>& out) {
  Occurrence o;
  o.repository = source.repository;
  o.source = d.origin.source;
  o.path = full_path(d.origin.path, d.origin.member);
  o.position = d.position;
  if (!d.origin.object.is_null()) o.blob = d.origin.object.hex(source.format);
  switch (d.origin.kind) {
    case OriginKind::kBlob:
      o.object = "blob";
      return place_blob(d, source, std::move(o), out);
    case OriginKind::kCommitMessage:
      o.object = "commit message";
      return place_message(d, source, std::move(o), out);
    case OriginKind::kTagMessage:
      o.object = "tag message";
      return place_message(d, source, std::move(o), out);
    case OriginKind::kIndex:
      o.object = "blob";
      o.presence = Presence::kIndex;
      break;
    case OriginKind::kWorkingTree:
      o.object = "file";
      o.presence = Presence::kWorkingTree;
      break;
    case OriginKind::kFile:
      o.object = "file";
      o.presence = Presence::kFile;
      break;
    case OriginKind::kStream:
      o.object = "stream";
      o.presence = Presence::kFile;
      break;
  }
  out.push_back({std::move(o), UINT32_MAX, d.allowed_inline});
}

bool older(const Placed& a, const Placed& b) {
  auto key = [](const Placed& p) {
    const Occurrence& o = p.occurrence;
    // What is not committed yet is the newest.
    return std::make_tuple(o.committed_at.value_or(INT64_MAX), p.order,
                           std::cref(o.repository), std::cref(o.path), o.position,
                           std::cref(o.blob));
  };
  return key(a) < key(b);
}

bool same_place(const Occurrence& a, const Occurrence& b) {
  return a.repository == b.repository && a.path == b.path && a.position == b.position &&
         a.blob == b.blob && a.commit == b.commit && a.presence == b.presence &&
         a.object == b.object;
}

// Of detections of one secret the one whose signature speaks for the finding.
bool speaks_before(const SignatureSet& set, const Detection& a, const Detection& b) {
  if (a.confidence != b.confidence) return a.confidence > b.confidence;
  if (a.signature != b.signature) return set[a.signature].id < set[b.signature].id;
  return std::tie(a.attributes, a.encoding) < std::tie(b.attributes, b.encoding);
}

bool allows(const AllowRule& rule, const std::string& signature, const std::string& fingerprint,
            const Occurrence& o) {
  return (rule.signature.empty() || glob_match(rule.signature, signature)) &&
         (rule.fingerprint.empty() || rule.fingerprint == fingerprint) &&
         (rule.paths.empty() || rule.paths.excludes(o.path, false)) &&
         (rule.path_regex.empty() || rule.path_regex.found_in(o.path)) &&
         (rule.outside.empty() || !rule.outside.found_in(o.path)) &&
         (rule.commits.empty() ||
          std::any_of(rule.commits.begin(), rule.commits.end(),
                      [&](const std::string& commit) { return o.commit.starts_with(commit); }));
}

}  // namespace

Assembled assemble(std::vector<Detection> detections, const std::vector<SourcePlaces>& places,
                   const SignatureSet& signatures, const AssembleOptions& options) {
  std::map<std::string, std::vector<const Detection*>> groups;
  for (const Detection& d : detections) groups[d.fingerprint].push_back(&d);

  Assembled out;
  for (const auto& entry : groups) {
    const std::string& fingerprint = entry.first;
    const std::vector<const Detection*>& group = entry.second;
    const Detection* speaker = group.front();
    std::vector<Placed> placed;
    for (const Detection* d : group) {
      if (speaks_before(signatures, *d, *speaker)) speaker = d;
      place(*d, places[d->origin.source], placed);
    }
    const Signature& signature = signatures[speaker->signature];
    if (speaker->confidence < options.confidence) {
      ++out.allowed[kUncertain];
      out.allowed_ids.insert(fingerprint);
      continue;
    }
    if (signature.severity < options.severity) {
      ++out.allowed[kMinor];
      out.allowed_ids.insert(fingerprint);
      continue;
    }

    // From here on nothing depends on the order in which objects were read.
    std::sort(placed.begin(), placed.end(), older);

    // A mark speaks for all versions of its file: who adds it today means the key, not
    // this version of the text.
    std::set<std::pair<std::string, std::string>> marked;
    for (const Placed& p : placed) {
      if (p.allowed_inline) marked.insert({p.occurrence.repository, p.occurrence.path});
    }
    const char* reason = nullptr;
    std::erase_if(placed, [&](const Placed& p) {
      const std::string& path = p.occurrence.path;
      const char* why = nullptr;
      if (!path.empty() && options.exclude.excludes(path, false)) {
        why = kExcluded;
      } else if (marked.count({p.occurrence.repository, path})) {
        why = kInline;
      } else if (std::any_of(options.allow.begin(), options.allow.end(),
                             [&](const AllowRule& rule) {
                               return allows(rule, signature.id, fingerprint, p.occurrence);
                             })) {
        why = kConfigured;
      }
      if (why) reason = why;
      return why != nullptr;
    });
    if (placed.empty()) {
      ++out.allowed[reason];
      out.allowed_ids.insert(fingerprint);
      continue;
    }

    Finding f;
    f.id = fingerprint;
    f.signature = speaker->signature;
    f.severity = signature.severity;
    f.confidence = speaker->confidence;
    f.structure = speaker->structure;
    f.redacted = speaker->redacted;
    f.length = speaker->length;
    f.attributes = speaker->attributes;
    f.encoding = speaker->encoding;
    f.value = speaker->value;
    f.sha1 = speaker->sha1;
    bool is_held = false;
    for (Placed& p : placed) {
      Occurrence& o = p.occurrence;
      is_held |= !o.removed_at;
      f.removed_at = std::max(f.removed_at, o.removed_at);
      if (!f.occurrences.empty() && same_place(f.occurrences.back(), o)) continue;
      if (o.committed_at) {
        f.first_seen = std::min(f.first_seen.value_or(*o.committed_at), *o.committed_at);
      }
      if (o.last_held_at) {
        f.last_seen = std::max(f.last_seen.value_or(*o.last_held_at), *o.last_held_at);
      }
      f.at_tip |=
          o.presence != Presence::kHistory && o.presence != Presence::kUnreachable;
      f.occurrences.push_back(std::move(o));
    }
    if (is_held) f.removed_at.reset();
    out.findings.push_back(std::move(f));
  }

  std::sort(out.findings.begin(), out.findings.end(), [](const Finding& a, const Finding& b) {
    const Occurrence& x = a.occurrences.front();
    const Occurrence& y = b.occurrences.front();
    // The most severe and most certain first.
    return std::tie(b.severity, b.confidence, x.repository, x.path, x.position, a.id) <
           std::tie(a.severity, a.confidence, y.repository, y.path, y.position, b.id);
  });
  return out;
}

}  // namespace straykey
