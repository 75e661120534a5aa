// SPDX-License-Identifier: Apache-2.0
// CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/): the credentials as related crypto
// material, and declarations: for each control that findings are evidence for a claim with its
// counter-evidence. Nothing is affirmed or signed here, and no conformance score is given: those
// are for an assessor to add.
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

std::string credential_ref(ByteView finding) { return "credential:" + std::string(finding); }
std::string evidence_ref(ByteView finding) { return "evidence:" + std::string(finding); }

const char* state_of(Work work) {
  return work == Work::kVoid || work == Work::kClosed ? "deactivated" : "compromised";
}

// A credential that stood in content is compromised until it is void.
OrderedJson component(const Picture& picture, const PictureFinding& finding) {
  const LedgerFinding& known = *finding.known;
  const auto& ids = finding.meaning->ids;
  bool is_key = std::find(ids.begin(), ids.end(), "C13") != ids.end();
  return {{"type", "cryptographic-asset"},
          {"bom-ref", credential_ref(known.id)},
          {"name", printable_text(picture.signature(finding).name)},
          {"properties",
           {{{"name", "straykey:nhi"}, {"value", printable_text(picture.nhis[finding.nhi].id())}},
            {{"name", "straykey:severity"}, {"value", name(known.severity)}},
            {{"name", "straykey:work"}, {"value", name(finding.work)}}}},
          {"cryptoProperties",
           {{"assetType", "related-crypto-material"},
            {"relatedCryptoMaterialProperties",
             {{"type", is_key ? "private-key" : "credential"},
              {"id", known.id},
              {"state", state_of(finding.work)}}}}}};
}

OrderedJson evidence_of(const PictureFinding& finding) {
  const LedgerFinding& known = *finding.known;
  OrderedJson out = {{"bom-ref", evidence_ref(known.id)},
                     {"propertyName", "straykey.finding"},
                     {"description", fmt::format("{}, {}, {}; record {} of the store",
                                                 printable_text(known.signature),
                                                 name(known.standing), name(finding.work),
                                                 known.record)},
                     {"created", iso_time(known.first_seen)}};
  if (finding.work == Work::kExcepted && known.decision->until) {
    out["expires"] = iso_time(*known.decision->until);
  }
  return out;
}

}  // namespace

void cyclonedx_declarations(const Account& account, const Out& out) {
  const Picture& picture = *account.picture;
  const Framework* iso = picture.rulebook->frameworks.framework(kControls);
  const size_t shown = std::min(kMostInDocuments, picture.findings.size());
  std::map<std::string, std::set<std::string>> for_control, against;
  for (size_t i = 0; i < shown; ++i) {
    const PictureFinding& finding = picture.findings[i];
    for (const std::string& id : finding.meaning->controls) {
      (is_open(finding.work) ? against : for_control)[id].insert(evidence_ref(finding.known->id));
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
  if (shown > 0) declarations["evidence"] = streamed_list("evidence");
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
      {"components", streamed_list("components")},
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
  if (shown < picture.findings.size()) {
    document["metadata"]["properties"] = {
        {{"name", "straykey:left-out"},
         {"value", fmt::format("{} findings, none graver than these; findings.csv has all",
                               picture.findings.size() - shown)}}};
  }
  auto each = [&](auto make) {
    return [&picture, shown, make](const auto& item) {
      for (size_t i = 0; i < shown; ++i) item(make(picture.findings[i]));
    };
  };
  write_streamed(
      document,
      {{"components",
        each([&](const PictureFinding& finding) { return component(picture, finding); })},
       {"evidence", each([](const PictureFinding& finding) { return evidence_of(finding); })}},
      out);
}

}  // namespace straykey
