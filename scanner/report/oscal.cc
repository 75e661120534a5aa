// SPDX-License-Identifier: Apache-2.0
// OSCAL 1.2.1, assessment results and plan of action and milestones
// (https://pages.nist.gov/OSCAL/resources/concepts/layer/assessment/). There is no catalogue of
// ISO/IEC 27001 in OSCAL; controls are named by their ids, which are tokens as they stand.
//
// An observation is a finding that was open in the period, a risk an NHI with open findings, and
// a "finding" in the sense of OSCAL a control for which some are open: not satisfied. No control
// is called satisfied. UUIDs are made from what they name, so they stay from pack to pack.
#include <fmt/format.h>

#include <map>

#include "scanner/base/hash.h"
#include "scanner/base/time.h"
#include "scanner/report/document.h"
#include "scanner/report/pack.h"

namespace straykey {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr char kVersion[] = "1.2.1";
constexpr char kNamespace[] = "https://straykey.dev/ns/oscal";
constexpr char kControls[] = "iso27001-2022";

std::string observation_uuid(const std::string& finding) {
  return name_uuid("observation:" + finding);
}
std::string risk_uuid(const std::string& nhi) { return name_uuid("risk:" + nhi); }

// OSCAL wants texts that hold something and do not begin or end with a blank.
std::string words(ByteView bytes, ByteView otherwise) {
  std::string text = printable_text(bytes);
  size_t begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return std::string(otherwise);
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

OrderedJson property(const char* name, ByteView value) {
  return {{"name", name}, {"ns", kNamespace}, {"value", words(value, "unknown")}};
}

OrderedJson metadata(const Account& account, const char* title) {
  return {{"title", fmt::format("{}, {} to {}", title, date_of(account.period.from),
                                date_of(account.period.to))},
          {"last-modified", iso_time(account.period.to)},
          {"version", account.ledger.head.hash.substr(0, 16)},
          {"oscal-version", kVersion}};
}

OrderedJson origins() {
  return OrderedJson::array(
      {{{"actors", {{{"type", "tool"}, {"actor-uuid", name_uuid("tool")}}}}}});
}

std::vector<size_t> open_findings(const Account& account) {
  std::vector<size_t> out;
  for (size_t i = 0; i < account.picture->work.size(); ++i) {
    if (is_open(account.picture->work[i])) out.push_back(i);
  }
  return out;
}

OrderedJson observation(const Account& account, size_t index) {
  const Picture& picture = *account.picture;
  const LedgerFinding& known = *picture.known[index];
  const Assessment& assessment = picture.evidence.assessments[index];
  std::string because;
  for (const Condition& one : assessment.conditions) {
    because += (because.empty() ? "" : "; ") + one.id + ": " + one.because;
  }
  OrderedJson props = OrderedJson::array({property("signature", known.past.signature),
                                          property("severity", known.past.severity),
                                          property("standing", known.past.standing),
                                          property("work", name(picture.work[index])),
                                          property("fingerprint", known.past.id)});
  return {{"uuid", observation_uuid(known.past.id)},
          {"title", words("Credential " + known.past.signature, "Credential")},
          {"description", words(because, "No condition holds.")},
          {"props", std::move(props)},
          {"methods", {"TEST"}},
          {"types", {"finding"}},
          {"origins", origins()},
          {"relevant-evidence",
           {{{"href", "findings.csv"},
             {"description", fmt::format("Record {} of the store", known.record)}}}},
          {"collected", iso_time(known.past.first_seen)}};
}

// The status of a risk is that of the least done of its findings.
const char* risk_status(const Account& account, const PictureNhi& nhi) {
  bool decided = true, excepted = true;
  for (size_t i : nhi.findings) {
    Work work = account.picture->work[i];
    if (!is_open(work)) continue;
    if (work != Work::kExcepted) excepted = false;
    if (work == Work::kUndecided || work == Work::kBack || work == Work::kExceptionEnded) {
      decided = false;
    }
  }
  return !decided ? "open" : excepted ? "deviation-approved" : "remediating";
}

struct OpenRisk {
  const PictureNhi* nhi = nullptr;
  OrderedJson json;
};

std::vector<OpenRisk> risks(const Account& account) {
  const Picture& picture = *account.picture;
  std::vector<OpenRisk> out;
  for (const PictureNhi& nhi : picture.nhis) {
    OrderedJson observations = OrderedJson::array();
    Severity level = Severity::kInfo;
    std::optional<int64_t> deadline;
    for (size_t i : nhi.findings) {
      if (!is_open(picture.work[i])) continue;
      const FindingPast& past = picture.known[i]->past;
      observations.push_back({{"observation-uuid", observation_uuid(past.id)}});
      level = std::max(level, picture.known[i]->severity);
      if (!past.decision) continue;
      auto end = past.decision->due ? past.decision->due : past.decision->until;
      if (end) deadline = std::min(*end, deadline.value_or(*end));
    }
    if (observations.empty()) continue;
    OrderedJson risk = {
        {"uuid", risk_uuid(nhi.id)},
        {"title", words("Credentials of " + nhi.id, "Credentials")},
        {"description", fmt::format("{} credentials that are neither void nor closed",
                                    observations.size())},
        {"statement", "Whoever reads them can act as this identity."},
        {"props", {property("nhi", nhi.id),
                   property("owner", nhi.whose.accountable() ? nhi.whose.owner : "nobody")}},
        {"status", risk_status(account, nhi)},
        {"origins", origins()},
        {"characterizations",
         {{{"origin", origins().front()},
           {"facets", {{{"name", "severity"}, {"system", kNamespace}, {"value", name(level)}}}}}}}};
    if (deadline) risk["deadline"] = iso_time(*deadline);
    risk["related-observations"] = std::move(observations);
    out.push_back({&nhi, std::move(risk)});
  }
  return out;
}

OrderedJson control_findings(const Account& account) {
  const Picture& picture = *account.picture;
  std::map<std::string, OrderedJson> observations;
  for (size_t i : open_findings(account)) {
    for (const std::string& id : primary_ids(picture.evidence.assessments[i], kControls)) {
      auto [entry, added] = observations.try_emplace(id, OrderedJson::array());
      entry->second.push_back({{"observation-uuid", observation_uuid(picture.known[i]->past.id)}});
    }
  }
  OrderedJson out = OrderedJson::array();
  for (auto& [control, related] : observations) {
    out.push_back({{"uuid", name_uuid("control:" + control)},
                   {"title", control},
                   {"description", fmt::format("{} open findings are evidence for this control",
                                               related.size())},
                   {"target",
                    {{"type", "objective-id"},
                     {"target-id", control},
                     {"status", {{"state", "not-satisfied"}}}}},
                   {"related-observations", std::move(related)}});
  }
  return out;
}

// What the tool is, in the terms of the documents.
OrderedJson local_definitions() {
  return {{"components",
           {{{"uuid", name_uuid("tool")},
             {"type", "software"},
             {"title", "straykey"},
             {"description", "Finds credentials in git history and files"},
             {"props", {{{"name", "version"}, {"value", version()}}}},
             {"status", {{"state", "operational"}}}}}}};
}

OrderedJson control_selections(const Account& account) {
  OrderedJson ids = OrderedJson::array();
  const Framework* iso = account.picture->evidence.rulebook->frameworks.framework(kControls);
  std::map<std::string, bool> mapped;
  for (const ConditionKind& kind : account.picture->evidence.rulebook->conditions) {
    for (const CrosswalkEntry& entry : kind.crosswalk) {
      if (entry.framework == kControls) mapped[entry.id] = true;
    }
  }
  for (const FrameworkId& id : iso ? iso->ids : std::vector<FrameworkId>()) {
    if (mapped.contains(id.id)) ids.push_back({{"control-id", id.id}});
  }
  if (ids.empty()) return OrderedJson::array({{{"include-all", OrderedJson::object()}}});
  return OrderedJson::array({{{"include-controls", std::move(ids)}}});
}

void add_unless_empty(OrderedJson& object, const char* key, OrderedJson list) {
  if (!list.empty()) object[key] = std::move(list);
}

}  // namespace

std::string oscal_results(const Account& account) {
  OrderedJson observations = OrderedJson::array(), risk_list = OrderedJson::array();
  for (size_t i : open_findings(account)) observations.push_back(observation(account, i));
  for (OpenRisk& risk : risks(account)) risk_list.push_back(std::move(risk.json));
  OrderedJson result = {
      {"uuid", name_uuid("result:" + account.ledger.head.hash)},
      {"title", "Scans for credentials"},
      {"description", fmt::format("What {} runs and the decisions and events of the store say at "
                                  "the end of the period",
                                  account.ledger.runs.size())},
      {"start", iso_time(account.period.from)},
      {"end", iso_time(account.period.to)},
      {"local-definitions", local_definitions()},
      {"reviewed-controls", {{"control-selections", control_selections(account)}}}};
  add_unless_empty(result, "observations", std::move(observations));
  add_unless_empty(result, "risks", std::move(risk_list));
  add_unless_empty(result, "findings", control_findings(account));
  const std::string plan = name_uuid("plan");
  OrderedJson document = {
      {"uuid", name_uuid("results:" + account.ledger.head.hash)},
      {"metadata", metadata(account, "Assessment results: credentials")},
      {"import-ap", {{"href", "#" + plan}}},
      {"results", OrderedJson::array({std::move(result)})},
      {"back-matter",
       {{"resources",
         {{{"uuid", plan},
           {"title", "The plan of the assessment"},
           {"description", words("The policy " + account.policy.id() +
                                     " says how often everything is scanned; runs.csv and "
                                     "gaps.csv say what was.",
                                 "The policy")}}}}}}};
  return json_text({{"assessment-results", std::move(document)}}, 2) + "\n";
}

std::string oscal_poam(const Account& account) {
  const Picture& picture = *account.picture;
  OrderedJson items = OrderedJson::array(), risk_list = OrderedJson::array();
  for (OpenRisk& risk : risks(account)) {
    OrderedJson item = {{"uuid", name_uuid("item:" + risk.nhi->id)},
                        {"title", risk.json["title"]},
                        {"description", "What was decided for each credential is in "
                                        "treatment-plan.csv."},
                        {"related-observations", risk.json["related-observations"]},
                        {"related-risks", {{{"risk-uuid", risk.json["uuid"]}}}}};
    items.push_back(std::move(item));
    risk_list.push_back(std::move(risk.json));
  }
  OrderedJson observations = OrderedJson::array();
  for (size_t i : open_findings(account)) observations.push_back(observation(account, i));
  OrderedJson document = {{"uuid", name_uuid("poam:" + account.ledger.head.hash)},
                          {"metadata", metadata(account, "Plan of action: credentials")},
                          {"system-id", {{"identifier-type", kNamespace},
                                         {"id", words(account.ledger.store, "store")}}},
                          {"local-definitions", local_definitions()}};
  add_unless_empty(document, "observations", std::move(observations));
  add_unless_empty(document, "risks", std::move(risk_list));
  if (items.empty()) {  // the schema wants one, and an empty plan says something
    items.push_back({{"uuid", name_uuid("item:none")},
                     {"title", "Nothing is open"},
                     {"description", fmt::format("All of {} known credentials are void or closed.",
                                                 picture.known.size())}});
  }
  document["poam-items"] = std::move(items);
  return json_text({{"plan-of-action-and-milestones", std::move(document)}}, 2) + "\n";
}

}  // namespace straykey
