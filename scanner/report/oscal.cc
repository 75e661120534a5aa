// SPDX-License-Identifier: Apache-2.0
// OSCAL 1.2.1, assessment results and plan of action and milestones
// (https://pages.nist.gov/OSCAL/resources/concepts/layer/assessment/). There is no catalogue of
// ISO/IEC 27001 in OSCAL; controls are named by their ids, which are tokens as they stand.
//
// An observation is a finding that was open in the period, a risk an NHI with open findings, and
// a "finding" in the sense of OSCAL a control for which some are open: not satisfied. No control
// is called satisfied. UUIDs are made from what they name, so they stay from pack to pack.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "scanner/base/hash.h"
#include "scanner/base/time.h"
#include "scanner/report/document.h"
#include "scanner/report/pack.h"
#include "scanner/report/streamed_json.h"

namespace straykey {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr char kVersion[] = "1.2.1";
constexpr char kNamespace[] = "https://straykey.dev/ns/oscal";

std::string observation_uuid(ByteView finding) {
  return name_uuid("observation:" + std::string(finding));
}
std::string risk_uuid(ByteView nhi) { return name_uuid("risk:" + std::string(nhi)); }

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

// The open findings that the documents hold: of the excerpt, with their places in it.
std::vector<size_t> open_findings(const Account& account, const Evidence& evidence) {
  std::vector<size_t> out;
  for (size_t i = 0; i < evidence.findings.size(); ++i) {
    if (is_open(account.picture->findings[i].work)) out.push_back(i);
  }
  return out;
}

// What the documents do not hold, as a sentence; "" when they hold all.
std::string left_out(const Account& account, const Evidence& evidence) {
  const auto& all = account.picture->findings;
  auto open = std::count_if(all.begin() + static_cast<std::ptrdiff_t>(evidence.findings.size()),
                            all.end(), [](const auto& one) { return is_open(one.work); });
  if (open == 0) return "";
  return fmt::format("{} more open findings, none graver than these, are in findings.csv; their "
                     "identities are in risk-register.csv.", open);
}

OrderedJson observation(const Account& account, const Evidence& evidence, size_t index) {
  const PictureFinding& finding = account.picture->findings[index];
  const LedgerFinding& known = *finding.known;
  std::string because;
  for (const Condition& one : evidence.assessments[index].conditions) {
    because += (because.empty() ? "" : "; ") + one.id + ": " + one.because;
  }
  OrderedJson props = OrderedJson::array({property("signature", known.signature),
                                          property("severity", name(known.severity)),
                                          property("standing", name(known.standing)),
                                          property("work", name(finding.work)),
                                          property("fingerprint", known.id)});
  return {{"uuid", observation_uuid(known.id)},
          {"title", words("Credential " + std::string(known.signature), "Credential")},
          {"description", words(because, "No condition holds.")},
          {"props", std::move(props)},
          {"methods", {"TEST"}},
          {"types", {"finding"}},
          {"origins", origins()},
          {"relevant-evidence",
           {{{"href", "findings.csv"},
             {"description", fmt::format("Record {} of the store", known.record)}}}},
          {"collected", iso_time(known.first_seen)}};
}

// The status of a risk is that of the least done of its findings.
const char* risk_status(const Account& account, const PictureNhi& nhi) {
  bool decided = true, excepted = true;
  for (uint32_t i : nhi.findings) {
    Work work = account.picture->findings[i].work;
    if (!is_open(work)) continue;
    if (work != Work::kExcepted) excepted = false;
    if (work == Work::kUndecided || work == Work::kBack || work == Work::kExceptionEnded) {
      decided = false;
    }
  }
  return !decided ? "open" : excepted ? "deviation-approved" : "remediating";
}

// The NHIs of the open findings that the documents hold.
std::vector<uint32_t> risky_nhis(const Account& account, const std::vector<size_t>& open) {
  std::set<uint32_t> out;
  for (size_t i : open) out.insert(account.picture->findings[i].nhi);
  return {out.begin(), out.end()};
}

// Of an NHI: all its open findings count, and those of the excerpt are named.
OrderedJson risk(const Account& account, const Evidence& evidence, const PictureNhi& nhi) {
  const Picture& picture = *account.picture;
  OrderedJson observations = OrderedJson::array();
  Severity level = Severity::kInfo;
  std::optional<int64_t> deadline;
  size_t open = 0;
  for (uint32_t i : nhi.findings) {
    const PictureFinding& finding = picture.findings[i];
    if (!is_open(finding.work)) continue;
    const LedgerFinding& known = *finding.known;
    ++open;
    if (i < evidence.findings.size()) {
      observations.push_back({{"observation-uuid", observation_uuid(known.id)}});
    }
    level = std::max(level, known.severity);
    if (!known.decision) continue;
    auto end = known.decision->due ? known.decision->due : known.decision->until;
    if (end) deadline = std::min(*end, deadline.value_or(*end));
  }
  const std::string id(nhi.id());
  OrderedJson out = {
      {"uuid", risk_uuid(id)},
      {"title", words("Credentials of " + id, "Credentials")},
      {"description", fmt::format("{} credentials that are neither void nor closed", open)},
      {"statement", "Whoever reads them can act as this identity."},
      {"props", {property("nhi", id),
                 property("owner", nhi.whose.accountable() ? ByteView(nhi.whose.owner) : "nobody")}},
      {"status", risk_status(account, nhi)},
      {"origins", origins()},
      {"characterizations",
       {{{"origin", origins().front()},
         {"facets", {{{"name", "severity"}, {"system", kNamespace}, {"value", name(level)}}}}}}}};
  if (deadline) out["deadline"] = iso_time(*deadline);
  out["related-observations"] = std::move(observations);
  return out;
}

OrderedJson control_findings(const Account& account, const std::vector<size_t>& open) {
  std::map<std::string, OrderedJson> observations;
  std::map<std::string, size_t> counts;
  for (const PictureFinding& finding : account.picture->findings) {
    if (!is_open(finding.work)) continue;
    for (const std::string& control : finding.meaning->controls) ++counts[control];
  }
  for (size_t i : open) {
    const PictureFinding& finding = account.picture->findings[i];
    for (const std::string& control : finding.meaning->controls) {
      auto [entry, added] = observations.try_emplace(control, OrderedJson::array());
      entry->second.push_back({{"observation-uuid", observation_uuid(finding.known->id)}});
    }
  }
  OrderedJson out = OrderedJson::array();
  for (auto& [control, count] : counts) {
    OrderedJson one = {
        {"uuid", name_uuid("control:" + control)},
        {"title", control},
        {"description", fmt::format("{} open findings are evidence for this control", count)},
        {"target",
         {{"type", "objective-id"},
          {"target-id", control},
          {"status", {{"state", "not-satisfied"}}}}}};
    auto related = observations.find(control);
    if (related != observations.end()) one["related-observations"] = std::move(related->second);
    out.push_back(std::move(one));
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
  const Framework* iso = account.picture->rulebook->frameworks.framework(kControls);
  std::map<std::string, bool> mapped;
  for (const ConditionKind& kind : account.picture->rulebook->conditions) {
    for (const CrosswalkEntry& entry : kind.crosswalk) {
      if (entry.framework == kControls) mapped[entry.id] = true;
    }
  }
  for (const FrameworkId& id : iso ? iso->ids : std::vector<FrameworkId>()) {
    if (id.kind == IdKind::kControl && mapped.contains(id.id)) ids.push_back({{"control-id", id.id}});
  }
  if (ids.empty()) return OrderedJson::array({{{"include-all", OrderedJson::object()}}});
  return OrderedJson::array({{{"include-controls", std::move(ids)}}});
}

void add_unless_empty(OrderedJson& object, const char* key, OrderedJson list) {
  if (!list.empty()) object[key] = std::move(list);
}

// The lists that both documents have.
std::map<std::string, Items> lists_of(const Account& account, const Evidence& evidence,
                                      const std::vector<size_t>& open,
                                      const std::vector<uint32_t>& nhis) {
  return {{"observations",
           [&](const auto& item) {
             for (size_t i : open) item(observation(account, evidence, i));
           }},
          {"risks", [&](const auto& item) {
             for (uint32_t nhi : nhis) item(risk(account, evidence, account.picture->nhis[nhi]));
           }}};
}

}  // namespace

void oscal_results(const Account& account, const Evidence& evidence, const Out& out) {
  const std::vector<size_t> open = open_findings(account, evidence);
  const std::vector<uint32_t> nhis = risky_nhis(account, open);
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
  if (!open.empty()) {
    result["observations"] = streamed_list("observations");
    result["risks"] = streamed_list("risks");
  }
  add_unless_empty(result, "findings", control_findings(account, open));
  const std::string more = left_out(account, evidence);
  if (!more.empty()) result["remarks"] = more;
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
  write_streamed({{"assessment-results", std::move(document)}},
                 lists_of(account, evidence, open, nhis), out);
}

void oscal_poam(const Account& account, const Evidence& evidence, const Out& out) {
  const Picture& picture = *account.picture;
  const std::vector<size_t> open = open_findings(account, evidence);
  const std::vector<uint32_t> nhis = risky_nhis(account, open);
  OrderedJson document = {{"uuid", name_uuid("poam:" + account.ledger.head.hash)},
                          {"metadata", metadata(account, "Plan of action: credentials")},
                          {"system-id", {{"identifier-type", kNamespace},
                                         {"id", words(account.ledger.store, "store")}}},
                          {"local-definitions", local_definitions()}};
  const std::string more = left_out(account, evidence);
  if (!more.empty()) document["metadata"]["remarks"] = more;
  if (!open.empty()) {
    document["observations"] = streamed_list("observations");
    document["risks"] = streamed_list("risks");
  }
  document["poam-items"] = streamed_list("items");
  std::map<std::string, Items> lists = lists_of(account, evidence, open, nhis);
  lists["items"] = [&](const auto& item) {
    for (uint32_t nhi : nhis) {
      const PictureNhi& of = picture.nhis[nhi];
      const OrderedJson its = risk(account, evidence, of);
      item({{"uuid", name_uuid("item:" + std::string(of.id()))},
            {"title", its["title"]},
            {"description", "What was decided for each credential is in treatment-plan.csv."},
            {"related-observations", its["related-observations"]},
            {"related-risks", {{{"risk-uuid", its["uuid"]}}}}});
    }
    if (!nhis.empty()) return;
    // The schema wants one, and an empty plan says something.
    item({{"uuid", name_uuid("item:none")},
          {"title", "Nothing is open"},
          {"description", fmt::format("All of {} known credentials are void or closed.",
                                      picture.findings.size())}});
  };
  write_streamed({{"plan-of-action-and-milestones", std::move(document)}}, lists, out);
}

}  // namespace straykey
