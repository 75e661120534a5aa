// SPDX-License-Identifier: Apache-2.0
// What it means for a management system: rows for the Statement of Applicability, and an index
// of what in the pack belongs to which clause. Both are input. Whether a control applies where
// nothing was observed, whether it is implemented, and whether a requirement is met is for the
// organisation and its auditors to say; no row here says it.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "scanner/evidence/account.h"

namespace straykey {
namespace {

// What the pack shows of a control whatever was found: that something was operated.
struct Standing {
  const char* control;
  const char* shows;
  const char* files;
};
constexpr Standing kStanding[] = {
    {"A.5.9", "NHIs and the places of their credentials are listed with their owners",
     "nhis population"},
    {"A.5.28", "records of what was found and done are kept in a hash chain", "manifest timeline"},
    {"A.5.33", "records cannot be changed unseen; the manifest has the hash of every file",
     "manifest"},
    {"A.5.36", "what the policy asks for is held against what was done", "treatment-plan gaps"},
    {"A.8.4", "repositories are gone through, and which ones is known", "population runs"},
    {"A.8.15", "every run is recorded with its number, its scope and its outcome", "runs gaps"},
    {"A.8.16", "content is looked at again and again for credentials", "runs trend"},
    {"A.8.28", "code is examined for credentials", "runs findings"},
    {"A.8.29", "the examination is planned, and kept to or not", "runs gaps"},
    {"A.8.34", "content is only read, nothing is tried against a live system, and no secret is "
               "kept",
     "runs"},
};

std::vector<std::string> words(ByteView text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    size_t end = std::min(text.find(' '), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

struct ControlFacts {
  std::set<std::string> conditions;
  std::vector<bool> nhis;  // by their places in the picture
  int64_t findings = 0, open = 0;
  bool primary = false;
};

std::map<std::string, ControlFacts> control_facts(const Account& account) {
  std::map<std::string, ControlFacts> out;
  auto add = [&](const Mapping& mapping) -> ControlFacts& {
    ControlFacts& facts = out[mapping.id->id];
    facts.conditions.insert(mapping.conditions.begin(), mapping.conditions.end());
    facts.primary |= mapping.relation == Relation::kPrimary;
    return facts;
  };
  struct Count {
    int64_t all = 0, open = 0;
    std::vector<bool> nhis;
  };
  const size_t nhis = account.picture->nhis.size();
  std::unordered_map<const Meaning*, Count> counts;
  for (const PictureFinding& finding : account.picture->findings) {
    Count& count = counts[finding.meaning];
    ++count.all;
    count.open += is_open(finding.work);
    count.nhis.resize(nhis);
    count.nhis[finding.nhi] = true;
  }
  for (auto& [meaning, count] : counts) {
    for (const Mapping& mapping : *meaning->mappings) {
      if (mapping.framework->id != kControls) continue;
      ControlFacts& facts = add(mapping);
      facts.findings += count.all;
      facts.open += count.open;
      facts.nhis.resize(nhis);
      for (size_t i = 0; i < nhis; ++i) {
        if (count.nhis[i]) facts.nhis[i] = true;
      }
    }
  }
  for (const Mapping& mapping : *account.run_assessment.mappings) {
    if (mapping.framework->id == kControls) add(mapping);
  }
  return out;
}

Table soa_table(const Account& account) {
  Table out;
  out.name = "soa-input";
  out.title = "A control of Annex A, with what the period says about it";
  out.columns = {"control",  "title",  "theme",  "applicable", "justification",
                 "conditions", "findings", "open", "nhis",     "shows",
                 "implemented", "evidence"};
  out.rows = [&account](const auto& row) {
    const Framework* iso = account.picture->rulebook->frameworks.framework(kControls);
    if (!iso) return;
    auto facts = control_facts(account);
    for (const FrameworkId& id : iso->ids) {
      if (id.kind != IdKind::kControl) continue;
      auto found = facts.find(id.id);
      const ControlFacts none;
      const ControlFacts& of = found == facts.end() ? none : found->second;
      auto standing = std::find_if(std::begin(kStanding), std::end(kStanding),
                                   [&](const Standing& one) { return id.id == one.control; });
      bool shows = standing != std::end(kStanding);
      const auto nhis = std::count(of.nhis.begin(), of.nhis.end(), true);
      std::set<std::string> evidence;
      if (!of.conditions.empty()) {
        evidence = {"findings", "risk-register", "treatment-plan", "evidence-debt"};
        if (of.findings == 0) evidence = {"gaps", "runs"};
      }
      for (std::string& file : words(shows ? standing->files : "")) {
        evidence.insert(std::move(file));
      }
      std::string justification =
          of.conditions.empty()
              ? "nothing was observed in the period that bears on it"
              : fmt::format("{} hold for {} findings of {} NHIs ({})",
                            fmt::join(of.conditions, " "), of.findings, nhis,
                            of.primary ? "evidence for this control" : "related");
      const std::vector<std::string> conditions(of.conditions.begin(), of.conditions.end()),
          files(evidence.begin(), evidence.end());
      row({id.id, id.title, id.part,
           of.conditions.empty() ? "to be decided by the organisation" : "yes", justification,
           conditions, of.findings, of.open, nhis, shows ? standing->shows : "",
           "to be stated by the organisation", files});
    }
  };
  return out;
}

// A clause, what in the pack serves it, and what must not be read into that.
struct Clause {
  const char* id;
  const char* files;
  const char* what;
  const char* not_claimed;
};
constexpr Clause kClauses[] = {
    {"4.3", "scope population not-scanned gaps",
     "what was scanned, what was not and why, over the period",
     "that the scope of the scans is the scope of the management system"},
    {"5.3", "nhis risk-register evidence-debt",
     "who answers for which NHI, how that is known, and for which nobody does",
     "that the persons named know of it or have agreed"},
    {"6.1.2", "risk-register findings",
     "risks with owner and level, made by one method from the records; the level is the highest "
     "severity of the open findings",
     "that this level is the organisation's criterion of risk"},
    {"6.1.3", "treatment-plan soa-input exceptions",
     "the option chosen for each finding with owner and date, and rows for a Statement of "
     "Applicability",
     "a finished Statement of Applicability, or the acceptance of residual risk"},
    {"6.2", "metrics trend", "measurable values with their methods, to set targets against",
     "that these are the objectives, or that they are met"},
    {"7.5", "manifest", "identification, period, version, hash and policy of the documents",
     "approval, classification or retention, which the organisation gives them"},
    {"8.1", "runs gaps", "runs that took place, held against the policy's plan",
     "that the plan is fit for its purpose"},
    {"8.2", "runs findings trend", "dated results of every planned interval",
     "that every significant change led to an assessment"},
    {"8.3", "treatment-plan timeline", "how far each treatment has got, and the proof of those "
                                       "that are done",
     "that a proof named by reference was looked at"},
    {"9.1", "metrics trend evidence-debt", "what was measured, how, and how it went",
     "that somebody analysed it"},
    {"9.2", "sample population manifest scope",
     "the whole population, a sample that everybody can draw again, and hashes to check by",
     "the independence of an auditor, or an audit"},
    {"9.3", "management-review", "one page of input for a review, with room for decisions",
     "the review, or its decisions"},
    {"10.1", "trend", "how the measurements changed over the period",
     "that the change comes from the management system"},
    {"10.2", "gaps timeline treatment-plan",
     "what went wrong, similar cases by NHI, what was done, and whether it came back",
     "that causes were found and removed"},
};

Table clauses_table(const Account& account) {
  Table out;
  out.name = "clauses";
  out.title = "A clause of ISO/IEC 27001:2022 that the pack is input to";
  out.columns = {"clause", "title", "evidence", "what_it_holds", "must_not_be_claimed"};
  out.rows = [&account](const auto& row) {
    const Framework* iso = account.picture->rulebook->frameworks.framework(kControls);
    for (const Clause& clause : kClauses) {
      const FrameworkId* id = iso ? iso->find(clause.id) : nullptr;
      const std::vector<std::string> files = words(clause.files);
      row({clause.id, id ? ByteView(id->title) : "", files, clause.what, clause.not_claimed});
    }
  };
  return out;
}

Table gaps_meaning(const Account& account) {
  Table out;
  out.name = "period-conditions";
  out.title = "A condition that holds for the period as a whole";
  out.columns = {"condition", "level", "because", "controls"};
  out.rows = [&account](const auto& row) {
    const std::vector<std::string> controls =
        primary_ids(*account.run_assessment.mappings, kControls);
    for (const Condition& one : account.run_assessment.conditions) {
      row({one.id, name(one.level), one.because, controls});
    }
  };
  return out;
}

}  // namespace

std::vector<Table> control_tables(const Account& account) {
  return {soa_table(account), clauses_table(account), gaps_meaning(account)};
}

}  // namespace straykey
