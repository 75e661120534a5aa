// SPDX-License-Identifier: Apache-2.0
// Frameworks as data: the ids that auditors and engineers speak in, with their titles and
// editions, and which id of one corresponds to which of another. No text of a standard stands
// here, and nothing here says "compliant".
//
// People write ids in many ways: NHI-03, nhi3, PR.AC-4 of an edition that is gone, 5.17 for
// A.5.17. find() takes all of them and gives the one right way, so that reports, decisions and
// exceptions speak of one thing by one name.
//
// Three kinds are kept apart wherever ISO/IEC 27001 is meant, because an audit fails where they
// are mixed: a requirement is a clause, a control is an entry of Annex A, guidance is the chapter
// of ISO/IEC 27002 that belongs to it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"

namespace straykey {

enum class IdKind : uint8_t {
  kRequirement,
  kControl,
  kGuidance,
  kRisk,
  kOutcome,
  kWeakness,
  kCriterion,
  kTenet,
  kSection,
  kStep,  // of a set-up, in an order
};
const char* name(IdKind kind);

struct FrameworkId {
  std::string id;
  std::string title;
  IdKind kind = IdKind::kControl;
  std::string part;  // heading that it stands under
};

// Ids of one framework that ids of another correspond to.
struct Correspondence {
  std::string id;
  std::string framework;  // the other
  std::vector<std::string> ids;
};

// Plain data, as frameworks/<id>.toml says it.
struct Framework {
  std::string id;         // "iso27001-2022"
  std::string name;       // "ISO/IEC 27001:2022"
  std::string edition;
  std::string publisher;
  std::string url;
  std::string prefix;     // that people leave out: "A."
  std::vector<std::string> also;  // other names, for find()
  std::string superseded_by;      // id of the framework that took its place, "" for none
  bool by_analogy = false;        // not written for what is mapped to it
  bool own_numbers = false;       // the publisher does not number; the ids are ours
  std::vector<FrameworkId> ids;   // in its own order
  std::vector<Correspondence> correspondence;
  std::string file;  // where it was read from

  const FrameworkId* find(ByteView exact_id) const;
};

// One id of one framework. Borrowed from the Frameworks.
struct FrameworkHit {
  const Framework* framework = nullptr;
  const FrameworkId* id = nullptr;
  bool operator==(const FrameworkHit&) const = default;
};

// Immutable once complete; shared by any threads.
class Frameworks {
 public:
  // A framework of the same id is replaced.
  void add(Framework framework);

  const std::vector<Framework>& all() const { return frameworks_; }
  const Framework* framework(ByteView exact_id) const;

  // Every id that `text` can mean, those of newer editions first; with or without the name of a
  // framework in front: "NHI-03", "iso27001:5.17", "cwe 798". Empty when there is none.
  std::vector<FrameworkHit> find(ByteView text) const;

  // "; did you mean 'NHI3:2025'?" or "".
  std::string suggest(ByteView text) const;

  // What corresponds to an id in other frameworks, whichever of the two says so.
  std::vector<FrameworkHit> related(const FrameworkHit& hit) const;

  // The guidance to a control, "" for none: "5.17" for A.5.17.
  std::string guidance(const FrameworkHit& hit) const;

  // What does not hold together: "file: ..." sentences.
  std::vector<std::string> problems() const;

 private:
  std::vector<Framework> frameworks_;
};

// What all spellings of an id have in common: lower case, no separators but dots, no leading
// zeros. "PR.AC-04" -> "pr.ac4", "IA-5 (7)" -> "ia5.7".
std::string spelling_key(ByteView id);

}  // namespace straykey
