// SPDX-License-Identifier: Apache-2.0
#include "scanner/nhi/resolve.h"

#include <algorithm>
#include <set>

#include "scanner/base/hash.h"
#include "scanner/nhi/most_links.h"

namespace straykey {
namespace {

// How sure it is that what a key leads to is what the credential belongs to.
Confidence confidence_of(LinkKind kind, const Identity& identity) {
  switch (kind) {
    case LinkKind::kCredentialId:
    case LinkKind::kKeyFingerprint:
    case LinkKind::kHintAndApplication: return Confidence::kHigh;
    case LinkKind::kPrincipalId:
      // Claims whose signature nobody has checked.
      return identity.attribute("alg").empty() ? Confidence::kHigh : Confidence::kMedium;
    case LinkKind::kHostPathRule: return Confidence::kMedium;
    case LinkKind::kAccount: return Confidence::kLow;
  }
  return Confidence::kLow;
}

std::string shown(const JoinKey& key) {
  return std::string(name(key.kind)) + " " + (key.provider.empty() ? "" : key.provider + " ") +
         key.value;
}

// The place that owners are asked for: where it can be seen today, else where it came in.
const Occurrence& speaking_place(const Finding& finding) {
  auto visible = std::find_if(finding.occurrences.begin(), finding.occurrences.end(),
                              [](const Occurrence& place) {
                                return place.presence != Presence::kHistory &&
                                       place.presence != Presence::kUnreachable;
                              });
  return visible == finding.occurrences.end() ? finding.occurrences.front() : *visible;
}

// The path within the repository, without the place in an archive.
std::string path_of(const Occurrence& place) {
  return place.path.substr(0, place.path.find('!'));
}

bool lies_in(const std::string& folder, const std::string& path) {
  return folder.empty() || path == folder ||
         (path.starts_with(folder) && path[folder.size()] == '/');
}

bool is_machine(ByteView author, ByteView email) {
  return author.ends_with("[bot]") || email.ends_with("[bot]@users.noreply.github.com") ||
         email.starts_with("noreply@") || email.starts_with("no-reply@");
}

// What the kind of signature says: "stripe.live-key", "paddle.sandbox-key".
EnvironmentClass environment_of_signature(const Signature& signature) {
  const size_t dot = signature.id.find('.');
  return dot == std::string::npos
             ? EnvironmentClass::kUnknown
             : environment_of_name(ByteView(signature.id).substr(dot + 1));
}

EnvironmentClass environment_of_identity(const Identity& identity) {
  for (const char* name : {"environment", "project", "namespace", "account", "host", "server"}) {
    const EnvironmentClass found = environment_of_name(identity.attribute(name));
    if (found != EnvironmentClass::kUnknown) return found;
  }
  return EnvironmentClass::kUnknown;
}

}  // namespace

OwnerKind kind_of_owner(ByteView owner) {
  if (owner.find('/') != ByteView::npos) return OwnerKind::kTeam;
  return owner.find('@') != ByteView::npos ? OwnerKind::kPerson : OwnerKind::kUnknown;
}

Resolution Resolver::resolve(const Finding& finding, const Signature& signature) {
  Resolution out;
  out.identity = identity_of(finding, signature);
  join(out);
  if (out.nhi) {
    out.registered = out.nhi->registered;
    out.nhi_id = out.nhi->id;
    out.name = out.nhi->name;
    out.supplier = out.nhi->supplier;
    out.environment = out.nhi->environment;
  } else {
    name_candidate(out, finding, signature);
  }
  if (out.supplier.empty()) out.supplier = out.identity.provider;
  if (out.environment.empty()) {
    out.environment = environment_of_finding(out.identity, finding, signature);
  }
  find_owner(out, finding);
  return out;
}

// What the credential is for is told by its kind or by its account, else by where it stands.
std::string Resolver::environment_of_finding(const Identity& identity, const Finding& finding,
                                             const Signature& signature) const {
  EnvironmentClass found = environment_of_signature(signature);
  if (found == EnvironmentClass::kUnknown) found = environment_of_identity(identity);
  if (found == EnvironmentClass::kUnknown) {
    const Occurrence& place = speaking_place(finding);
    found = environment_of(sources_.environments, place.repository, path_of(place));
  }
  return found == EnvironmentClass::kUnknown ? "" : name(found);
}

const std::vector<CredentialLink>& Resolver::links_by(const JoinKey& key) {
  const auto [found, is_new] = by_key_.try_emplace({key.kind, key.provider, key.value});
  std::vector<CredentialLink>& out = found->second;
  if (!is_new) return out;
  std::string value = key.value;
  out = known_.links(key.kind, key.provider, value);
  // A rule for "host/a" speaks of "host/a/b" as well.
  while (out.empty() && key.kind == LinkKind::kHostPathRule &&
         value.find('/') != std::string::npos) {
    value.resize(value.rfind('/'));
    out = known_.links(key.kind, key.provider, value);
  }
  return out;
}

void Resolver::join(Resolution& out) {
  for (const JoinKey& key : out.identity.keys) {
    const std::vector<CredentialLink>& links = links_by(key);
    std::set<std::string> ids;
    for (const CredentialLink& link : links) ids.insert(link.nhi_id);
    if (ids.empty()) continue;
    const Confidence confidence = confidence_of(key.kind, out.identity);
    // What lives in an account is not the account.
    if (links.size() == kMostLinks) {
      out.chain.push_back({"link",
                           shown(key) + " leads to many identities, which name no one owner",
                           Confidence::kLow});
      continue;
    }
    if (ids.size() > 1 || key.kind == LinkKind::kAccount) {
      take_shared_owner(out, key, ids);
      continue;
    }
    out.nhi = known_.nhi_in_short(*ids.begin());
    if (!out.nhi) continue;
    out.link = links.front();
    out.chain.push_back({"link", shown(key) + " is of " + out.nhi->id, confidence});
    return;
  }
}

// Which of several it is, is not known; but they may all be of one owner.
void Resolver::take_shared_owner(Resolution& out, const JoinKey& key,
                                 const std::set<std::string>& ids) const {
  std::set<std::string> owners;
  OwnerKind kind = OwnerKind::kUnknown;
  for (const std::string& id : ids) {
    if (owners.size() > 1) break;
    const std::optional<Nhi> nhi = known_.nhi_in_short(id);
    owners.insert(nhi ? nhi->owner : "");
    if (nhi) kind = nhi->owner_kind;
  }
  const bool have_owner = owners.size() == 1 && !owners.begin()->empty();
  const bool is_account = key.kind == LinkKind::kAccount;
  out.chain.push_back(
      {"link", shown(key) +
                   (is_account ? " is an account of the register"
                               : " leads to " + std::to_string(ids.size()) + " identities") +
                   (have_owner ? ", of " + *owners.begin() : ", which names no one owner"),
       Confidence::kLow});
  if (!have_owner || !out.owner.empty()) return;
  out.owner = *owners.begin();
  out.owner_kind = kind;
  out.resolved_by = "register";
  out.confidence = is_account ? Confidence::kLow : Confidence::kMedium;
}

// The id is that of the principal where one is known: two keys of one account are one NHI.
// A hash, as names of principals hold anything. Where nothing is known each secret stands
// for itself, by its fingerprint.
void Resolver::name_candidate(Resolution& out, const Finding& finding,
                              const Signature& signature) const {
  static constexpr LinkKind kOrder[] = {LinkKind::kPrincipalId, LinkKind::kCredentialId,
                                        LinkKind::kKeyFingerprint, LinkKind::kHintAndApplication};
  JoinKey chosen;
  for (LinkKind kind : kOrder) {
    auto found = std::find_if(out.identity.keys.begin(), out.identity.keys.end(),
                              [&](const JoinKey& key) { return key.kind == kind; });
    if (found == out.identity.keys.end()) continue;
    chosen = *found;
    break;
  }
  std::string basis = out.identity.kind;
  const bool by_key = !chosen.value.empty();
  for (const std::string& part : {std::string(by_key ? name(chosen.kind) : "fingerprint"),
                                  chosen.provider, by_key ? chosen.value : finding.id}) {
    basis += '\0';
    basis += part;
  }
  constexpr size_t kDigits = 16;
  out.nhi_id = "candidate:" + hex(sha256(basis)).substr(0, kDigits);
  out.name = by_key ? chosen.value : signature.name;
  out.chain.push_back({"candidate", by_key ? shown(chosen) + " is in no register"
                                           : "the secret says of no account that it belongs to",
                       Confidence::kLow});
}

const std::optional<Person>& Resolver::person(const std::string& owner) {
  const auto [found, is_new] = by_owner_.try_emplace(owner);
  if (is_new) {
    found->second =
        known_.person(owner.starts_with('@') ? ByteView(owner).substr(1) : ByteView(owner));
  }
  return found->second;
}

bool Resolver::has_left(const std::string& owner) {
  const std::optional<Person>& found = person(owner);
  return found && !found->active;
}

void Resolver::find_owner(Resolution& out, const Finding& finding) {
  const Occurrence& place = speaking_place(finding);
  const std::string path = path_of(place);
  const bool is_visible =
      place.presence != Presence::kHistory && place.presence != Presence::kUnreachable;
  const PathOwner& by_path = path_owner(place.repository, path);
  out.component = by_path.component;
  if (out.nhi && !out.nhi->owner.empty()) {
    out.owner = out.nhi->owner;
    out.owner_kind = out.nhi->owner_kind;
    out.owner_attested = out.nhi->owner_attested;
    out.resolved_by = "register";
    out.confidence = out.chain.back().confidence;  // of the link: the entry itself is certain
    out.chain.push_back({"register",
                         "the entry names " + out.owner +
                             (out.owner_attested ? ", attested" : ", from an import"),
                         out.confidence});
  } else if (out.owner.empty()) {
    out.chain.insert(out.chain.end(), by_path.chain.begin(), by_path.chain.end());
    if (!by_path.owner.empty()) {
      out.owner = by_path.owner;
      out.owner_kind = by_path.kind;
      out.resolved_by = by_path.step;
      // Today's owners of a path that is gone are a guess.
      out.confidence = is_visible ? by_path.confidence : Confidence::kLow;
    } else {
      suggest_from_history(out, finding);
    }
  }
  if (out.owner.empty()) {
    out.chain.push_back({"none", "nobody names an owner", Confidence::kLow});
  } else if (has_left(out.owner)) {
    out.owner_left = true;
    const std::string& manager = person(out.owner)->manager;
    out.chain.push_back({"roster",
                         out.owner + " has left" +
                             (manager.empty() ? "" : "; the manager was " + manager),
                         Confidence::kHigh});
  }
}

const Resolver::PathOwner& Resolver::path_owner(const std::string& repository,
                                                const std::string& path) {
  std::string key = repository;
  key += '\0';
  key += path;
  auto [found, is_new] = by_path_.try_emplace(std::move(key));
  PathOwner& out = found->second;
  if (!is_new) return out;
  static const RepositoryOwners kNothing;
  auto about = sources_.repositories.find(repository);
  const RepositoryOwners& known = about == sources_.repositories.end() ? kNothing : about->second;
  if (ask_catalogue(known, path, out) || path.empty() || ask_codeowners(known, path, out))
    return out;
  for (const std::string& name : {known.slug, repository}) {
    const OwnerRule* rule = owner_of(sources_.owners, name, path);
    if (!rule) continue;
    out.owner = rule->owner;
    out.kind = rule->owner_kind != OwnerKind::kUnknown ? rule->owner_kind
                                                       : kind_of_owner(rule->owner);
    out.step = "owner-map";
    out.chain.push_back({"owner-map", "the configuration names " + rule->owner,
                         Confidence::kMedium});
    break;
  }
  return out;
}

// The component with the longest path; of several with one path none, unless they agree.
bool Resolver::ask_catalogue(const RepositoryOwners& repository, const std::string& path,
                             PathOwner& out) const {
  if (repository.slug.empty()) return false;
  const std::vector<Component> components = known_.components(repository.slug);
  const Component* best = nullptr;
  bool agree = true;
  for (const Component& component : components) {
    if (!lies_in(component.path, path)) continue;
    if (!best || component.path.size() > best->path.size()) {
      best = &component;
      agree = true;
    } else if (component.path.size() == best->path.size()) {
      agree = agree && component.owner == best->owner;
    }
  }
  if (!best) return false;
  if (!agree) {
    out.chain.push_back({"catalogue", "several components of '" + best->path +
                                          "' have different owners",
                         Confidence::kLow});
    return false;
  }
  out.component = best->name;
  if (best->owner.empty()) return false;
  out.owner = best->owner;
  out.kind = best->owner_kind;
  out.step = "catalogue";
  out.chain.push_back(
      {"catalogue", best->name + " is of " + best->owner, Confidence::kMedium});
  return true;
}

// Of several sections the named ones go before the rest of the file, which mostly has one
// entry for everything, and those that are needed before the optional ones. Of several owners
// the first who can be named and has not left.
bool Resolver::ask_codeowners(const RepositoryOwners& repository, const std::string& path,
                              PathOwner& out) {
  if (!repository.codeowners) return false;
  std::vector<CodeownersEntry> entries = repository.codeowners->owners_of(path);
  std::stable_sort(entries.begin(), entries.end(),
                   [](const CodeownersEntry& a, const CodeownersEntry& b) {
                     return std::pair(a.optional, a.section.empty()) <
                            std::pair(b.optional, b.section.empty());
                   });
  std::set<std::string> firsts;
  std::string fallback;
  const CodeownersEntry* decides = nullptr;
  for (const CodeownersEntry& entry : entries) {
    std::string first;
    for (const std::string& owner : entry.owners) {
      if (owner.starts_with("@@")) continue;  // a role has no name
      if (fallback.empty()) fallback = owner;
      if (first.empty() && !has_left(owner)) first = owner;
    }
    if (first.empty()) continue;
    firsts.insert(first);
    if (decides) continue;
    decides = &entry;
    out.owner = first;
  }
  if (!decides && !entries.empty()) {
    out.owner = fallback;
    decides = &entries.front();
  }
  if (!decides) return false;
  const std::string place =
      repository.codeowners_path + ":" + std::to_string(decides->line);
  if (out.owner.empty()) {
    out.chain.push_back({"codeowners", place + " names nobody for " + path, Confidence::kMedium});
    return false;
  }
  out.kind = kind_of_owner(out.owner);
  out.step = "codeowners";
  out.confidence = firsts.size() > 1 ? Confidence::kLow : Confidence::kMedium;
  std::string others;
  for (const std::string& owner : decides->owners) {
    if (owner != out.owner) others += (others.empty() ? "" : ", ") + owner;
  }
  out.chain.push_back({"codeowners",
                       place + " names " + out.owner + (others.empty() ? "" : ", and " + others) +
                           (firsts.size() > 1 ? "; other sections name others" : ""),
                       out.confidence});
  return true;
}

// Who brought it in; else, when they have left, whoever touched it last and has not.
void Resolver::suggest_from_history(Resolution& out, const Finding& finding) {
  const Occurrence* first = nullptr;
  const Occurrence* chosen = nullptr;
  for (const Occurrence& place : finding.occurrences) {
    if (place.author_email.empty() || is_machine(place.author, place.author_email)) continue;
    if (!first) {
      first = &place;
      if (!has_left(place.author_email)) {
        chosen = &place;
        break;
      }
    } else if (!has_left(place.author_email)) {
      chosen = &place;  // the latest stays
    }
  }
  if (!chosen) chosen = first;
  if (!chosen) return;
  out.owner = chosen->author_email;
  out.owner_kind = OwnerKind::kPerson;
  out.owner_suggested = true;
  out.resolved_by = "history";
  out.confidence = Confidence::kLow;
  out.chain.push_back({"history",
                       chosen->author_email + " committed it" +
                           (chosen == first ? "" : " again, after " + first->author_email +
                                                       ", who has left,") +
                           " in " + chosen->commit.substr(0, 10) + "; a suggestion",
                       Confidence::kLow});
}

}  // namespace straykey
