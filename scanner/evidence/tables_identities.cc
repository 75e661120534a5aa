// SPDX-License-Identifier: Apache-2.0
// Who is concerned: the NHIs, and for each what happened to it in the order of time.
#include <algorithm>
#include <unordered_map>

#include "scanner/evidence/account.h"

namespace straykey {
namespace {

Table nhis_table(const Account& account) {
  Table out;
  out.name = "nhis";
  out.title = "A non-human identity that the register, a finding or an event is about";
  out.columns = {"nhi",      "name",    "class",   "owner",    "owner_kind", "owner_from",
                 "accountable", "owner_attested", "owner_left", "registered", "environment",
                 "supplier", "status",  "findings", "open",    "created",    "rotated",
                 "last_used", "expires", "revoked", "reviewed", "offboarded", "reassigned",
                 "retired",  "record"};
  out.rows = [&account](const auto& row) {
    const Picture& picture = *account.picture;
    auto yes = [](bool is) { return is ? "yes" : "no"; };
    const LedgerNhi::Entry none;
    for (const PictureNhi& nhi : picture.nhis) {
      const LedgerNhi::Entry& entry = nhi.known->entry ? *nhi.known->entry : none;
      auto open = std::count_if(nhi.findings.begin(), nhi.findings.end(),
                                [&](uint32_t i) { return is_open(picture.findings[i].work); });
      row({nhi.id(), nhi.whose.name, name(nhi.whose.nhi_class), nhi.whose.owner,
           name(nhi.whose.owner_kind), nhi.whose.resolved_by, yes(nhi.whose.accountable()),
           yes(nhi.whose.attested), yes(nhi.whose.left), yes(nhi.whose.registered),
           nhi.whose.environment, nhi.whose.supplier,
           nhi.known->entry ? name(entry.status) : Cell(), nhi.findings.size(), open,
           time_cell(nhi.last_created()), time_cell(nhi.last_rotated()),
           time_cell(entry.last_used), time_cell(entry.expires),
           time_cell(nhi.last({"revoked"})), time_cell(nhi.last({"reviewed"})),
           time_cell(nhi.last({"offboarded"})), time_cell(nhi.last({"reassigned"})),
           yes(nhi.retired), nhi.known->entry ? Cell(entry.record) : Cell()});
    }
  };
  return out;
}

struct Moment {
  int64_t time = 0;
  int64_t record = 0;
  ByteView finding;
  std::string what, by, detail;
  auto operator<=>(const Moment&) const = default;
};

// What the ledger has in the order of records, by finding.
class Doings {
 public:
  explicit Doings(const Ledger& ledger) : changes_(ledger.changes), ends_(ledger.findings.size()) {
    for (const LedgerChange& change : changes_) ++ends_[change.finding];
    uint32_t sum = 0;
    for (uint32_t& end : ends_) end = sum += end;
    order_.resize(sum);
    std::vector<uint32_t> next = ends_;
    for (size_t i = changes_.size(); i-- > 0;) {
      order_[--next[changes_[i].finding]] = static_cast<uint32_t>(i);
    }
    for (const LedgerDecision& one : ledger.decisions) {
      decisions_[one.finding].push_back(&one.decision);
    }
  }

  template <class Take>
  void each_change(const LedgerFinding& finding, Take take) const {
    const uint32_t begin = finding.index > 0 ? ends_[finding.index - 1] : 0;
    for (uint32_t i = begin; i < ends_[finding.index]; ++i) take(changes_[order_[i]]);
  }

  const std::vector<const Decision*>& decisions(const LedgerFinding& finding) const {
    static const std::vector<const Decision*> none;
    if (!finding.decision) return none;
    return decisions_.find(finding.id)->second;
  }

 private:
  const std::vector<LedgerChange>& changes_;
  std::vector<uint32_t> order_;  // of changes, by finding
  std::vector<uint32_t> ends_;   // of each finding's part of `order_`
  std::unordered_map<ByteView, std::vector<const Decision*>> decisions_;  // by finding
};

std::vector<Moment> moments_of(const PictureNhi& nhi, const Account& account,
                               const Doings& doings) {
  std::vector<Moment> out;
  for (uint32_t i : nhi.findings) {
    const LedgerFinding& known = *account.picture->findings[i].known;
    if (known.committed_at) {
      out.push_back({*known.committed_at, 0, known.id, "committed", "",
                     "the oldest commit known to hold it"});
    }
    doings.each_change(known, [&](const LedgerChange& change) {
      out.push_back({change.time, change.record, known.id, change.what,
                     "run " + std::to_string(change.run), std::string(change.source)});
    });
    for (const Decision* decision : doings.decisions(known)) {
      auto end = decision->due ? decision->due : decision->until;
      out.push_back({decision->decided_at, decision->record, known.id,
                     std::string("decided: ") + name(decision->action), decision->decided_by,
                     end ? "until " + date_of(*end) : decision->proof});
    }
  }
  for (const Event* event : nhi.events) {
    bool of_finding = event->subject != nhi.id();
    out.push_back({event->happened_at, event->record,
                   of_finding ? ByteView(event->subject) : ByteView(), event->what,
                   event->recorded_by,
                   event->reference.empty() ? event->artefact : event->reference});
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Table timeline_table(const Account& account, std::optional<std::set<uint32_t>> nhis) {
  Table out;
  out.name = "timeline";
  out.title = "Something that happened to an NHI or to a finding of it, oldest first for each";
  out.columns = {"nhi", "time", "in_period", "what", "finding", "by", "detail", "record"};
  out.rows = [&account, nhis = std::move(nhis)](const auto& row) {
    const Doings doings(account.ledger);
    const std::vector<PictureNhi>& all = account.picture->nhis;
    for (uint32_t i = 0; i < all.size(); ++i) {
      if (nhis && !nhis->contains(i)) continue;
      for (const Moment& moment : moments_of(all[i], account, doings)) {
        row({all[i].id(), time_cell(moment.time),
             account.period.contains(moment.time) ? "yes" : "no", moment.what, moment.finding,
             moment.by, moment.detail, moment.record > 0 ? Cell(moment.record) : Cell()});
      }
    }
  };
  return out;
}

std::vector<Table> identity_tables(const Account& account) {
  return {nhis_table(account), timeline_table(account, {})};
}

}  // namespace straykey
