// SPDX-License-Identifier: Apache-2.0
// A moment of a store: the findings known by then, where the work on each had got to, whose they
// were and what held for them. Conditions that change with the clock, with people, decisions and
// events are judged anew for the moment, by the functions that judge a scan; the others are those
// that the last run noted, for nothing but content makes them.
//
// Many findings, few meanings: findings for which the same holds share one Meaning.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scanner/evidence/evidence.h"
#include "scanner/evidence/ledger.h"
#include "scanner/evidence/period.h"
#include "scanner/evidence/policy.h"

namespace straykey {

// What follows when certain conditions hold.
struct Meaning {
  std::vector<Condition> conditions;  // without their reasons, by id
  std::shared_ptr<const std::vector<Mapping>> mappings;
  std::vector<std::string> ids;  // of the conditions
  // What these are evidence for: risks of the NHI Top 10, controls of ISO/IEC 27001:2022.
  std::vector<std::string> risks, controls;
  std::vector<std::string> related_controls;
};
inline constexpr char kRisks[] = "owasp-nhi-2025";
inline constexpr char kControls[] = "iso27001-2022";

// An NHI that the store knows.
struct PictureNhi {
  const LedgerNhi* known = nullptr;
  LedgerOwner whose;  // by the register, else as the last run over a finding of it resolved
  std::vector<uint32_t> findings;    // places in Picture::findings, rising; if it is shown
  std::vector<const Event*> events;  // of the NHI itself and of its findings, by record
  bool retired = false;              // revoked or offboarded, and not made anew since
  bool is_met = false;               // a finding, an event or an entry of the register has it
  bool is_owned_by_register = false;

  ByteView id() const { return known->id; }
  // The newest event of these kinds.
  std::optional<int64_t> last(std::initializer_list<const char*> kinds) const;
  // Likewise, or what the register says, whichever is newer.
  std::optional<int64_t> last_created() const;
  std::optional<int64_t> last_rotated() const;
};

// What of one finding is judged for the moment.
struct PictureFinding {
  const LedgerFinding* known = nullptr;
  const Meaning* meaning = nullptr;
  uint32_t nhi = 0;  // index into Picture::nhis
  Work work = Work::kUndecided;
};

// Borrows the ledger.
struct Picture {
  Period period;
  SignatureSet signatures;  // of a picture that is shown
  std::shared_ptr<const Rulebook> rulebook;
  std::vector<PictureFinding> findings;
  std::vector<PictureNhi> nhis;
  std::vector<std::unique_ptr<const Meaning>> meanings;

  std::map<std::string, uint32_t, std::less<>> signature_index;  // by id

  const LedgerOwner& whose(const PictureFinding& finding) const;
  const Signature& signature(const PictureFinding& finding) const {
    return signatures[signature_index.find(finding.known->signature)->second];
  }
};

// kPlain leaves findings and NHIs in the order of the ledger, which counts do not mind; else
// findings are gravest first, then by id, and NHIs by id.
enum class Order { kPlain, kShown };

// `names` are signatures that the program knows; those that it does not are known by their id.
std::unique_ptr<const Picture> picture_of(const Ledger& ledger, const Period& period,
                                          const Policy& policy, const SignatureSet& names,
                                          std::shared_ptr<const Rulebook> book, Order order);

// The conditions of one finding with their reasons; `details` as read_details() gives them.
std::vector<Condition> reasons_of(const Ledger& ledger, const Picture& picture,
                                  const PictureFinding& finding, const FindingDetails& details,
                                  const Policy& policy);

// Of the sources as they were last looked at, and of what failed in the period.
Coverage coverage_of(const Ledger& ledger, const Period& period);

// The first `most` findings of a picture that is shown as an Evidence, so that every report that
// can tell a run can tell them too. Reads the details, in the transaction of the ledger.
Result<Evidence> excerpt(Connection& connection, const Ledger& ledger, const Picture& picture,
                         const Policy& policy, size_t most);

}  // namespace straykey
