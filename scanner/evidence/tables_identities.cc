// SPDX-License-Identifier: Apache-2.0
// Who is concerned: the NHIs, and for each what happened to it in the order of time.
#include <algorithm>

#include "scanner/evidence/account.h"

namespace straykey {
namespace {

Table nhis_table(const Account& account) {
  Table out;
  out.name = "nhis";
  out.title = "A non-human identity of which the store knows a finding or an event";
  out.columns = {"nhi",      "name",    "class",   "owner",    "owner_kind", "owner_from",
                 "accountable", "owner_attested", "owner_left", "registered", "environment",
                 "supplier", "findings", "open",    "created",  "rotated",    "revoked",
                 "reviewed", "offboarded", "reassigned", "retired"};
  out.rows = [&account](const auto& row) {
    const Picture& picture = *account.picture;
    auto yes = [](bool is) { return is ? "yes" : "no"; };
    for (const PictureNhi& nhi : picture.nhis) {
      auto open = std::count_if(nhi.findings.begin(), nhi.findings.end(),
                                [&](size_t i) { return is_open(picture.work[i]); });
      row({nhi.id, nhi.whose.name, name(nhi.whose.nhi_class), nhi.whose.owner,
           name(nhi.whose.owner_kind), nhi.whose.resolved_by, yes(nhi.whose.accountable()),
           yes(nhi.whose.attested), yes(nhi.whose.left), yes(nhi.whose.registered),
           nhi.whose.environment, nhi.whose.supplier, nhi.findings.size(), open,
           time_cell(nhi.last({"created"})), time_cell(nhi.last({"rotated"})),
           time_cell(nhi.last({"revoked"})), time_cell(nhi.last({"reviewed"})),
           time_cell(nhi.last({"offboarded"})), time_cell(nhi.last({"reassigned"})),
           yes(nhi.retired)});
    }
  };
  return out;
}

struct Moment {
  int64_t time = 0;
  int64_t record = 0;
  std::string finding, what, by, detail;
  auto operator<=>(const Moment&) const = default;
};

std::vector<Moment> moments_of(const PictureNhi& nhi, const Picture& picture,
                               const std::map<std::string, std::vector<const Decision*>>& decided) {
  std::vector<Moment> out;
  for (size_t i : nhi.findings) {
    const LedgerFinding& known = *picture.known[i];
    const std::string& id = known.past.id;
    if (known.past.committed_at) {
      out.push_back({*known.past.committed_at, 0, id, "committed", "",
                     "the oldest commit known to hold it"});
    }
    for (const LedgerChange& change : known.changes) {
      out.push_back({change.time, change.record, id, change.what,
                     "run " + std::to_string(change.run), change.source});
    }
    auto decisions = decided.find(id);
    if (decisions == decided.end()) continue;
    for (const Decision* decision : decisions->second) {
      auto end = decision->due ? decision->due : decision->until;
      out.push_back({decision->decided_at, decision->record, id,
                     std::string("decided: ") + name(decision->action), decision->decided_by,
                     end ? "until " + date_of(*end) : decision->proof});
    }
  }
  for (const Event* event : nhi.events) {
    bool of_finding = event->subject != nhi.id;
    out.push_back({event->happened_at, event->record, of_finding ? event->subject : "",
                   event->what, event->recorded_by,
                   event->reference.empty() ? event->artefact : event->reference});
  }
  std::sort(out.begin(), out.end());
  return out;
}

Table timeline_table(const Account& account) {
  Table out;
  out.name = "timeline";
  out.title = "Something that happened to an NHI or to a finding of it, oldest first for each";
  out.columns = {"nhi", "time", "in_period", "what", "finding", "by", "detail", "record"};
  out.rows = [&account](const auto& row) {
    std::map<std::string, std::vector<const Decision*>> decided;
    for (const LedgerDecision& one : account.ledger.decisions) {
      decided[one.finding].push_back(&one.decision);
    }
    for (const PictureNhi& nhi : account.picture->nhis) {
      for (const Moment& moment : moments_of(nhi, *account.picture, decided)) {
        row({nhi.id, time_cell(moment.time), account.period.contains(moment.time) ? "yes" : "no",
             moment.what, moment.finding, moment.by, moment.detail,
             moment.record > 0 ? nlohmann::json(moment.record) : nlohmann::json()});
      }
    }
  };
  return out;
}

}  // namespace

std::vector<Table> identity_tables(const Account& account) {
  return {nhis_table(account), timeline_table(account)};
}

}  // namespace straykey
