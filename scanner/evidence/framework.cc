// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/framework.h"

#include <algorithm>

#include "scanner/base/suggest.h"

namespace straykey {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether `key` is a spelling of `id`; an edition at the end may be left out: nhi3 for
// NHI3:2025.
bool is_spelling(const std::string& key, const Framework& framework, const FrameworkId& id) {
  std::string whole = spelling_key(id.id);
  if (key == whole) return true;
  std::string edition = ":" + spelling_key(framework.edition);
  return whole.ends_with(edition) && key == whole.substr(0, whole.size() - edition.size());
}

void append_spelled(std::vector<FrameworkHit>& hits, const std::string& key,
                    const Framework& framework) {
  for (const FrameworkId& id : framework.ids) {
    FrameworkHit hit{&framework, &id};
    if (!is_spelling(key, framework, id)) continue;
    if (std::find(hits.begin(), hits.end(), hit) == hits.end()) hits.push_back(hit);
  }
}

// `key` without the name of `framework` in front of it, "" when it has none.
std::string without_name(const std::string& key, const Framework& framework) {
  std::vector<std::string> names = framework.also;
  names.push_back(framework.id);
  names.push_back(framework.name);
  std::string shortest;
  for (const std::string& name : names) {
    std::string front = spelling_key(name);
    if (!key.starts_with(front)) continue;
    size_t begin = key.find_first_not_of(":/", front.size());
    if (begin == std::string::npos) continue;
    std::string rest = key.substr(begin);
    if (shortest.empty() || rest.size() < shortest.size()) shortest = rest;
  }
  return shortest;
}

}  // namespace

const char* name(IdKind kind) {
  switch (kind) {
    case IdKind::kRequirement: return "requirement";
    case IdKind::kControl: return "control";
    case IdKind::kGuidance: return "guidance";
    case IdKind::kRisk: return "risk";
    case IdKind::kOutcome: return "outcome";
    case IdKind::kWeakness: return "weakness";
    case IdKind::kCriterion: return "criterion";
    case IdKind::kTenet: return "tenet";
    case IdKind::kSection: return "section";
    case IdKind::kStep: return "step";
  }
  return "";
}

std::string spelling_key(ByteView id) {
  std::string key;
  for (size_t i = 0; i < id.size(); ++i) {
    char c = id[i];
    if (c == ' ' || c == '-' || c == '_' || c == ')') continue;
    if (c == '(') c = '.';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    bool leads = c == '0' && i + 1 < id.size() && is_digit(id[i + 1]) &&
                 (i == 0 || !is_digit(id[i - 1]));
    if (!leads) key += c;
  }
  return key;
}

const FrameworkId* Framework::find(ByteView exact_id) const {
  auto found = std::find_if(ids.begin(), ids.end(),
                            [&](const FrameworkId& known) { return known.id == exact_id; });
  return found == ids.end() ? nullptr : &*found;
}

void Frameworks::add(Framework framework) {
  for (Framework& known : frameworks_) {
    if (known.id == framework.id) {
      known = std::move(framework);
      return;
    }
  }
  frameworks_.push_back(std::move(framework));
}

const Framework* Frameworks::framework(ByteView exact_id) const {
  for (const Framework& known : frameworks_) {
    if (known.id == exact_id) return &known;
  }
  return nullptr;
}

std::vector<FrameworkHit> Frameworks::find(ByteView text) const {
  const std::string key = spelling_key(text);
  std::vector<FrameworkHit> hits;
  for (const Framework& framework : frameworks_) append_spelled(hits, key, framework);
  if (hits.empty()) {
    for (const Framework& framework : frameworks_) {
      std::string rest = without_name(key, framework);
      if (rest.empty()) continue;
      append_spelled(hits, rest, framework);
      if (framework.prefix.empty()) continue;
      append_spelled(hits, spelling_key(framework.prefix + rest), framework);
    }
  }
  std::stable_partition(hits.begin(), hits.end(), [](const FrameworkHit& hit) {
    return hit.framework->superseded_by.empty();
  });
  return hits;
}

std::string Frameworks::suggest(ByteView text) const {
  std::vector<std::string> known;
  for (const Framework& framework : frameworks_) {
    known.push_back(framework.id);
    for (const FrameworkId& id : framework.ids) known.push_back(id.id);
  }
  return did_you_mean(text, known);
}

std::vector<FrameworkHit> Frameworks::related(const FrameworkHit& hit) const {
  std::vector<FrameworkHit> out;
  auto add_hit = [&](const Framework* other, const std::string& id) {
    const FrameworkId* found = other ? other->find(id) : nullptr;
    FrameworkHit one{other, found};
    if (found && std::find(out.begin(), out.end(), one) == out.end()) out.push_back(one);
  };
  for (const Correspondence& own : hit.framework->correspondence) {
    if (own.id != hit.id->id) continue;
    for (const std::string& id : own.ids) add_hit(framework(own.framework), id);
  }
  for (const Framework& other : frameworks_) {
    for (const Correspondence& theirs : other.correspondence) {
      if (theirs.framework != hit.framework->id) continue;
      if (std::find(theirs.ids.begin(), theirs.ids.end(), hit.id->id) != theirs.ids.end()) {
        add_hit(&other, theirs.id);
      }
    }
  }
  return out;
}

std::string Frameworks::guidance(const FrameworkHit& hit) const {
  if (hit.id->kind != IdKind::kControl) return "";
  for (const FrameworkHit& other : related(hit)) {
    if (other.id->kind == IdKind::kGuidance) return other.id->id;
  }
  return "";
}

std::vector<std::string> Frameworks::problems() const {
  std::vector<std::string> out;
  for (const Framework& one : frameworks_) {
    std::map<std::string, std::string> spellings;
    for (const FrameworkId& id : one.ids) {
      auto [first, is_new] = spellings.emplace(spelling_key(id.id), id.id);
      if (!is_new) {
        out.push_back(one.file + ": '" + id.id + "' and '" + first->second +
                      "' are spellings of one id; keep one");
      }
    }
    for (const Correspondence& line : one.correspondence) {
      if (!one.find(line.id)) {
        out.push_back(one.file + ": correspondence of '" + line.id +
                      "', which the framework does not have");
      }
      const Framework* other = framework(line.framework);
      if (!other) {
        out.push_back(one.file + ": correspondence with '" + line.framework +
                      "', which is no framework" + suggest(line.framework));
        continue;
      }
      for (const std::string& id : line.ids) {
        if (other->find(id)) continue;
        out.push_back(one.file + ": '" + line.id + "' corresponds to '" + id + "', which " +
                      other->id + " does not have" + suggest(id));
      }
    }
    if (one.superseded_by.empty()) continue;
    if (!framework(one.superseded_by)) {
      out.push_back(one.file + ": superseded by '" + one.superseded_by +
                    "', which is no framework" + suggest(one.superseded_by));
      continue;
    }
    // Whoever asks for an id of an old edition must be told what it became.
    for (const FrameworkId& id : one.ids) {
      std::vector<FrameworkHit> others = related({&one, &id});
      bool has_successor =
          std::any_of(others.begin(), others.end(), [&](const FrameworkHit& other) {
            return other.framework->id == one.superseded_by;
          });
      if (!has_successor) {
        out.push_back(one.file + ": '" + id.id + "' does not say what it became in " +
                      one.superseded_by);
      }
    }
  }
  return out;
}

}  // namespace straykey
