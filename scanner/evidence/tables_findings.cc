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

std::vector<std::string> condition_ids(const Assessment& assessment) {
  std::vector<std::string> out;
  for (const Condition& one : assessment.conditions) out.push_back(one.id);
  return out;
}

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
    for (size_t i = 0; i < picture.known.size(); ++i) {
      const LedgerFinding& known = *picture.known[i];
      const Finding& finding = picture.evidence.findings[i];
      const Assessment& assessment = picture.evidence.assessments[i];
      const Occurrence place =
          finding.occurrences.empty() ? Occurrence() : finding.occurrences.front();
      row({known.past.id, known.past.signature, known.past.severity, name(known.confidence),
           name(known.structure), known.redacted, known.past.standing, name(picture.work[i]),
           known.past.nhi, known.whose.owner, known.whose.accountable() ? "yes" : "no",
           time_cell(known.past.first_seen), time_cell(known.past.committed_at),
           time_cell(known.past.removed_at), time_cell(known.past.returned_at),
           known.sources.size(), finding.occurrences.size(), place.repository, place.path,
           finding.occurrences.empty() ? nlohmann::json() : nlohmann::json(place.position.line),
           place.commit, condition_ids(assessment), primary_ids(assessment, "owasp-nhi-2025"),
           primary_ids(assessment, "iso27001-2022"), known.record});
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
      for (size_t i : nhi.findings) {
        const FindingPast& past = picture.known[i]->past;
        Work work = picture.work[i];
        if (!is_open(work)) continue;
        ++open;
        exposed += past.standing != "gone";
        level = std::max(level, picture.known[i]->severity);
        undecided += work == Work::kUndecided || work == Work::kBack ||
                     work == Work::kExceptionEnded;
        overdue += work == Work::kOverdue;
        if (past.decision) {
          options.insert(option_of(past.decision->action));
          auto end = past.decision->due ? past.decision->due : past.decision->until;
          if (end && *end >= account.period.to) {
            next_due = std::min(*end, next_due.value_or(*end));
          }
        }
        for (auto& id : primary_ids(picture.evidence.assessments[i], "owasp-nhi-2025")) {
          risks.insert(id);
        }
        for (auto& id : primary_ids(picture.evidence.assessments[i], "iso27001-2022")) {
          controls.insert(id);
        }
        records.push_back(std::to_string(picture.known[i]->record));
      }
      if (open == 0) continue;
      row({"R-" + hex(sha256(nhi.id)).substr(0, 8), nhi.id, nhi.whose.name,
           name(nhi.whose.nhi_class), nhi.whose.owner, nhi.whose.resolved_by, name(level), open,
           exposed, risks, controls, options, time_cell(next_due), undecided, overdue,
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
    for (size_t i = 0; i < picture.known.size(); ++i) {
      const FindingPast& past = picture.known[i]->past;
      const Event* voided = voided_by(past);
      std::vector<std::string> records;
      nlohmann::json nothing;
      if (past.decision) records.push_back(std::to_string(past.decision->record));
      if (voided) records.push_back(std::to_string(voided->record));
      const Decision none;
      const Decision& is = past.decision ? *past.decision : none;
      bool decided = past.decision.has_value();
      row({past.id, past.nhi, past.severity, decided ? option_of(is.action) : nothing,
           decided ? name(is.action) : nothing, name(picture.work[i]),
           decided ? nlohmann::json(is.owner) : nothing, time_cell(is.due), time_cell(is.until),
           is.reason, is.approver, is.decided_by,
           decided ? time_cell(is.decided_at) : nothing, is.proof,
           voided ? nlohmann::json(voided->what) : nothing,
           voided ? time_cell(voided->happened_at) : nothing,
           voided ? nlohmann::json(voided->reference) : nothing, records});
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
      auto finding = account.ledger.findings.find(one.finding);
      bool latest = finding != account.ledger.findings.end() && finding->second.past.decision &&
                    finding->second.past.decision->record == decision.record;
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
