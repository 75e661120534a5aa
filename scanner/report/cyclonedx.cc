// SPDX-License-Identifier: Apache-2.0
// CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/): the credentials as related crypto
// material, and declarations: for each control that findings are evidence for a claim with its
// counter-evidence. Nothing is affirmed or signed here, and no conformance score is given: those
// are for an assessor to add.
#include <fmt/format.h>

#include <map>
#include <set>

#include "scanner/base/hash.h"
#include "scanner/base/time.h"
#include "scanner/report/document.h"
#include "scanner/report/pack.h"

namespace straykey {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr char kControls[] = "iso27001-2022";

std::string credential_ref(const std::string& finding) { return "credential:" + finding; }
std::string evidence_ref(const std::string& finding) { return "evidence:" + finding; }

const char* state_of(Work work) {
  return work == Work::kVoid || work == Work::kClosed ? "deactivated" : "compromised";
}

// A credential that stood in content is compromised until it is void.
OrderedJson component(const Picture& picture, size_t index) {
  const LedgerFinding& known = *picture.known[index];
  const Finding& finding = picture.evidence.findings[index];
  bool is_key = std::any_of(picture.evidence.assessments[index].conditions.begin(),
                            picture.evidence.assessments[index].conditions.end(),
                            [](const Condition& one) { return one.id == "C13"; });
  return {{"type", "cryptographic-asset"},
          {"bom-ref", credential_ref(known.past.id)},
          {"name", printable_text(picture.signatures[finding.signature].name)},
          {"properties",
           {{{"name", "straykey:nhi"}, {"value", printable_text(known.past.nhi)}},
            {{"name", "straykey:severity"}, {"value", known.past.severity}},
            {{"name", "straykey:work"}, {"value", name(picture.work[index])}}}},
          {"cryptoProperties",
           {{"assetType", "related-crypto-material"},
            {"relatedCryptoMaterialProperties",
             {{"type", is_key ? "private-key" : "credential"},
              {"id", known.past.id},
              {"state", state_of(picture.work[index])}}}}}};
}

}  // namespace

std::string cyclonedx_declarations(const Account& account) {
  const Picture& picture = *account.picture;
  const Framework* iso = picture.evidence.rulebook->frameworks.framework(kControls);
  OrderedJson components = OrderedJson::array(), evidence = OrderedJson::array();
  std::map<std::string, std::set<std::string>> for_control, against;
  for (size_t i = 0; i < picture.known.size(); ++i) {
    const FindingPast& past = picture.known[i]->past;
    components.push_back(component(picture, i));
    OrderedJson one = {{"bom-ref", evidence_ref(past.id)},
                       {"propertyName", "straykey.finding"},
                       {"description", fmt::format("{}, {}, {}; record {} of the store",
                                                   printable_text(past.signature), past.standing,
                                                   name(picture.work[i]), picture.known[i]->record)},
                       {"created", iso_time(past.first_seen)}};
    bool excepted = picture.work[i] == Work::kExcepted && past.decision->until;
    if (excepted) one["expires"] = iso_time(*past.decision->until);
    evidence.push_back(std::move(one));
    for (const std::string& id : primary_ids(picture.evidence.assessments[i], kControls)) {
      (is_open(picture.work[i]) ? against : for_control)[id].insert(evidence_ref(past.id));
    }
  }
  OrderedJson claims = OrderedJson::array(), map = OrderedJson::array(),
              requirements = OrderedJson::array();
  for (const FrameworkId& id : iso ? iso->ids : std::vector<FrameworkId>()) {
    const auto& supports = for_control[id.id];
    const auto& counters = against[id.id];
    if (supports.empty() && counters.empty()) continue;
    requirements.push_back({{"bom-ref", "control:" + id.id},
                            {"identifier", id.id},
                            {"title", id.title}});
    OrderedJson claim = {{"bom-ref", "claim:" + id.id},
                         {"target", "organisation"},
                         {"predicate", "Credentials in content that bear on " + id.id +
                                           " are found and dealt with"}};
    if (!supports.empty()) claim["evidence"] = supports;
    if (!counters.empty()) claim["counterEvidence"] = counters;
    claims.push_back(std::move(claim));
    map.push_back({{"requirement", "control:" + id.id}, {"claims", {"claim:" + id.id}}});
  }
  OrderedJson declarations = {
      {"assessors",
       {{{"bom-ref", "assessor:straykey"},
         {"thirdParty", false},
         {"organization", {{"name", "straykey " + std::string(version())}}}}}},
      {"targets",
       {{"organizations", {{{"bom-ref", "organisation"}, {"name", "The owner of the store"}}}}}}};
  if (!claims.empty()) {
    declarations["attestations"] = {
        {{"summary", "What the records say of each control; no conformance is stated"},
         {"assessor", "assessor:straykey"},
         {"map", std::move(map)}}};
    declarations["claims"] = std::move(claims);
  }
  if (!evidence.empty()) declarations["evidence"] = std::move(evidence);
  OrderedJson document = {
      {"$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json"},
      {"bomFormat", "CycloneDX"},
      {"specVersion", "1.6"},
      {"serialNumber", "urn:uuid:" + name_uuid("cyclonedx:" + account.ledger.head.hash)},
      {"version", 1},
      {"metadata",
       {{"timestamp", iso_time(account.period.to)},
        {"tools",
         {{"components",
           {{{"type", "application"}, {"name", "straykey"}, {"version", version()}}}}}}}},
      {"components", std::move(components)},
      {"declarations", std::move(declarations)}};
  if (iso && !requirements.empty()) {
    document["definitions"] = {
        {"standards",
         {{{"bom-ref", iso->id},
           {"name", iso->name},
           {"version", iso->edition},
           {"owner", iso->publisher},
           {"requirements", std::move(requirements)}}}}};
  }
  return json_text(document, 2) + "\n";
}

}  // namespace straykey
