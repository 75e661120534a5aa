// SPDX-License-Identifier: Apache-2.0
// What was found and what becomes of it: findings, the risks they are, how each is treated, and
// the exceptions. A risk is of an NHI: that is what somebody can own.
#include <algorithm>
#include <set>

#include "scanner/base/hash.h"
#include "scanner/evidence/account.h"
#include "scanner/evidence/lifecycle.h"

namespace straykey {
namespace {

constexpr size_t kRiskDigits = 16;  // of a risk's number, hexadecimal: none of a million share one

Table findings_table(const Account& account) {
  Table out;
  out.name = "findings";
  out.title = "A credential that was known at the end of the period";
  out.columns = {"finding",    "signature",  "severity",   "confidence", "structure",
                 "redacted",   "standing",   "work",       "nhi",        "owner",
                 "accountable", "first_seen", "committed_at", "removed_at", "returned_at",
                 "sources",    "places",     "source",     "path",       "line",
                 "commit",     "conditions", "risks",      "controls",   "record"};
  out.rows = [&account](const auto& row) {
    const Picture& picture = *account.picture;
    for (const PictureFinding& finding : picture.findings) {
      const LedgerFinding& known = *finding.known;
      const LedgerOwner& whose = picture.whose(finding);
      row({known.id, known.signature, name(known.severity), name(known.confidence),
           name(known.structure), known.redacted, name(known.standing), name(finding.work),
           picture.nhis[finding.nhi].id(), whose.owner, whose.accountable() ? "yes" : "no",
           time_cell(known.first_seen), time_cell(known.committed_at),
           time_cell(known.removed_at), time_cell(known.returned_at), known.source_count(),
           known.places(), known.place_source, known.path, line_cell(known), known.commit,
           finding.meaning->ids, finding.meaning->risks, finding.meaning->controls,
           known.record});
    }
  };
  return out;
}

// The words of risk treatment for our actions.
const char* option_of(Action action) {
  switch (action) {
    case Action::kAccept: return "retain";
    case Action::kAvoid: return "avoid";
    case Action::kTransfer: return "share";
    case Action::kTreat:
    case Action::kClose: break;
  }
  return "modify";
}

Table risks_table(const Account& account) {
  Table out;
  out.name = "risk-register";
  out.title = "A risk: an NHI with credentials that are neither void nor closed";
  out.columns = {"risk",     "nhi",        "name",    "class", "owner",    "owner_from",
                 "level",    "findings",   "exposed", "risks", "controls", "options",
                 "next_due", "undecided", "overdue", "residual_risk", "records"};
  out.rows = [&account](const auto& row) {
    const Picture& picture = *account.picture;
    for (const PictureNhi& nhi : picture.nhis) {
      Severity level = Severity::kInfo;
      int64_t open = 0, exposed = 0, undecided = 0, overdue = 0;
      std::set<std::string> risks, controls, options;
      std::optional<int64_t> next_due;
      std::vector<std::string> records;
      for (uint32_t i : nhi.findings) {
        const PictureFinding& finding = picture.findings[i];
        const LedgerFinding& known = *finding.known;
        if (!is_open(finding.work)) continue;
        ++open;
        exposed += known.standing != Standing::kGone;
        level = std::max(level, known.severity);
        undecided += finding.work == Work::kUndecided || finding.work == Work::kBack ||
                     finding.work == Work::kExceptionEnded;
        overdue += finding.work == Work::kOverdue;
        if (known.decision) {
          options.insert(option_of(known.decision->action));
          auto end = known.decision->due ? known.decision->due : known.decision->until;
          if (end && *end >= account.period.to) {
            next_due = std::min(*end, next_due.value_or(*end));
          }
        }
        risks.insert(finding.meaning->risks.begin(), finding.meaning->risks.end());
        controls.insert(finding.meaning->controls.begin(), finding.meaning->controls.end());
        records.push_back(std::to_string(known.record));
      }
      if (open == 0) continue;
      const std::vector<std::string> risk_list(risks.begin(), risks.end()),
          control_list(controls.begin(), controls.end()),
          option_list(options.begin(), options.end());
      row({"R-" + hex(sha256(nhi.id())).substr(0, kRiskDigits), nhi.id(), nhi.whose.name,
           name(nhi.whose.nhi_class), nhi.whose.owner, nhi.whose.resolved_by, name(level), open,
           exposed, risk_list, control_list, option_list, time_cell(next_due), undecided, overdue,
           "to be stated by the risk owner", records});
    }
  };
  return out;
}

Table treatment_table(const Account& account) {
  Table out;
  out.name = "treatment-plan";
  out.title = "What is to become of a finding, and how far that has got";
  out.columns = {"finding", "nhi",    "severity", "option",     "action",     "state",
                 "owner",   "due",    "until",    "reason",     "approver",   "decided_by",
                 "decided_at", "proof", "void_by", "void_at", "void_reference", "records"};
  out.rows = [&account](const auto& row) {
    const Picture& picture = *account.picture;
    for (const PictureFinding& finding : picture.findings) {
      const LedgerFinding& known = *finding.known;
      const Decision* is = known.decision;
      const Event* voided = course_of(account.ledger, known).voided;
      std::vector<std::string> records;
      if (is) records.push_back(std::to_string(is->record));
      if (voided) records.push_back(std::to_string(voided->record));
      const Cell none;
      row({known.id, picture.nhis[finding.nhi].id(), name(known.severity),
           is ? option_of(is->action) : none, is ? name(is->action) : none, name(finding.work),
           is ? is->owner : none, is ? time_cell(is->due) : none,
           is ? time_cell(is->until) : none, is ? is->reason : none, is ? is->approver : none,
           is ? is->decided_by : none, is ? time_cell(is->decided_at) : none,
           is ? is->proof : none, voided ? voided->what : none,
           voided ? time_cell(voided->happened_at) : none, voided ? voided->reference : none,
           records});
    }
  };
  return out;
}

Table exceptions_table(const Account& account) {
  Table out;
  out.name = "exceptions";
  out.title = "A decision to accept a finding for a time, whether it still counts or not";
  out.columns = {"finding", "decided_at", "until", "owner", "approver", "reason", "decided_by",
                 "state", "record"};
  out.rows = [&account](const auto& row) {
    for (const LedgerDecision& one : account.ledger.decisions) {
      const Decision& decision = one.decision;
      if (decision.action != Action::kAccept) continue;
      const LedgerFinding* finding = account.ledger.finding(one.finding);
      bool latest = finding && finding->decision == &decision;
      row({one.finding, time_cell(decision.decided_at), time_cell(decision.until), decision.owner,
           decision.approver, decision.reason, decision.decided_by,
           !latest                                  ? "replaced"
           : decision.expired(account.period.to) ? "ended"
                                                    : "in force",
           decision.record});
    }
  };
  return out;
}

}  // namespace

std::vector<Table> finding_tables(const Account& account) {
  return {findings_table(account), risks_table(account), treatment_table(account),
          exceptions_table(account)};
}

}  // namespace straykey
