// SPDX-License-Identifier: Apache-2.0
// SARIF 2.1.0, for code scanning services and editors. One run; one rule for each
// signature that was looked for, so that a clean report says what it is clean of; one
// result for each finding.
//
// Choices that the format leaves open:
// - GitHub names an alert after primaryLocationLineHash and computes it only for files of
//   the checkout. A secret in history has no such file, so it is always written here, out
//   of the fingerprint: an alert survives moved lines and renamed files.
// - A result needs a file. Commit messages and streams have none and get a made-up one,
//   "commit-message/<id>", with the fact in the location's message.
// - Columns. straykey counts bytes; SARIF knows UTF-16 units and code points. The first
//   is stated because readers support it best; both are off behind non-ASCII characters
//   of the same line, and lines never are.
// - Frameworks are taxonomies (3.19.3), each with the ids that this run is evidence for and no
//   others. What a finding means depends on where it stands and whose it is, not on its rule
//   alone, so a rule is only "relevant" to what its results are about, and each result names
//   its own ids in taxa (3.27.8). Ids that are merely related are left to the json format.
// - The secret never stands here, not even with --show-secrets: SARIF is made to upload.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "scanner/base/time.h"
#include "scanner/report/document.h"
#include "scanner/report/report.h"
#include "scanner/report/streamed_json.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

// GitHub refuses a run with more results. Findings come most severe first.
constexpr size_t kMostResults = 25000;
constexpr size_t kMostRelatedLocations = 100;
constexpr size_t kMostFailures = 1000;

const char* level_of(Severity severity) {
  if (severity >= Severity::kHigh) return "error";
  return severity == Severity::kMedium ? "warning" : "note";
}

// GitHub's scale: over 9.0 critical, 7.0 high, 4.0 medium, else low.
const char* security_severity(Severity severity) {
  static constexpr const char* kScores[] = {"0.5", "3.0", "5.5", "8.0", "9.5"};
  return kScores[static_cast<size_t>(severity)];
}

// "github.personal-token" -> "GithubPersonalToken", the form that SARIF wants for names.
std::string pascal_case(const std::string& id) {
  std::string out;
  bool begins_word = true;
  for (char c : id) {
    bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool is_digit = c >= '0' && c <= '9';
    if (is_letter || is_digit) {
      out += begins_word && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    begins_word = !is_letter && !is_digit;
  }
  return out;
}

Json message(const std::string& text) { return {{"text", text}}; }

Json rule(const Signature& signature) {
  std::string title = printable_text(signature.name);
  std::string risk = sentence(signature.risk);
  std::string full = fmt::format("{} in files or in git history.", title);
  if (!risk.empty()) full += " " + risk;

  std::vector<std::string> help = {full};
  if (!signature.rotation.empty()) help.push_back(sentence(signature.rotation));
  std::vector<std::string> markdown = {"**" + title + "**"};
  markdown.insert(markdown.end(), help.begin(), help.end());
  auto add_page = [&](const char* label, const std::string& page) {
    if (page.empty()) return;
    std::string address = printable_text(page);
    help.push_back(fmt::format("{}: {}", label, address));
    markdown.push_back(fmt::format("[{}]({})", label, address));
  };
  add_page("How to rotate it", signature.rotation_url);
  add_page("What it looks like", signature.docs);

  Json out = {{"id", utf8_text(signature.id)},
              {"name", pascal_case(signature.id)},
              {"shortDescription", message(title + ".")},
              {"fullDescription", message(full)},
              {"help",
               {{"text", fmt::format("{}", fmt::join(help, "\n"))},
                {"markdown", fmt::format("{}", fmt::join(markdown, "\n\n"))}}}};
  const std::string& page =
      signature.rotation_url.empty() ? signature.docs : signature.rotation_url;
  if (!page.empty()) out["helpUri"] = utf8_text(page);
  out["defaultConfiguration"] = {{"level", level_of(signature.severity)}};
  out["properties"] = {{"security-severity", security_severity(signature.severity)},
                       {"precision", name(signature.confidence)},
                       {"tags", {"security", "secret"}}};
  return out;
}

// The frameworks that results of a run are about, with the ids that occur.
class Taxonomies {
 public:
  void add(const Mapping& mapping) {
    if (mapping.relation != Relation::kPrimary) return;
    auto [place, is_new] = place_.emplace(mapping.framework, used_.size());
    if (is_new) used_.push_back({mapping.framework, {}});
    used_[place->second].second.emplace(mapping.id, 0);
  }

  // Fixes the places. Call once, after add() and before the others.
  void complete() {
    for (auto& [framework, ids] : used_) {
      size_t index = 0;
      for (auto& [id, place] : ids) place = index++;
    }
  }

  bool empty() const { return used_.empty(); }

  // 3.52 reportingDescriptorReference
  Json reference(const Mapping& mapping) const {
    size_t place = place_.at(mapping.framework);
    return {{"id", utf8_text(mapping.id->id)},
            {"index", used_[place].second.at(mapping.id)},
            {"toolComponent", component(place)}};
  }

  Json supported() const {
    Json list = Json::array();
    for (size_t i = 0; i < used_.size(); ++i) list.push_back(component(i));
    return list;
  }

  // 3.14.8 run.taxonomies
  Json all() const {
    Json list = Json::array();
    for (const auto& [framework, ids] : used_) {
      Json taxa = Json::array();
      for (const auto& [id, place] : ids) {
        taxa.push_back({{"id", utf8_text(id->id)},
                        {"shortDescription", message(sentence(id->title))}});
      }
      Json one = {{"name", utf8_text(framework->id)},
                  {"fullName", utf8_text(framework->name)},
                  {"version", utf8_text(framework->edition)},
                  {"organization", utf8_text(framework->publisher)},
                  {"shortDescription", message(sentence(framework->name))}};
      if (!framework->url.empty()) one["informationUri"] = utf8_text(framework->url);
      one["isComprehensive"] = false;
      one["taxa"] = std::move(taxa);
      list.push_back(std::move(one));
    }
    return list;
  }

 private:
  // 3.54 toolComponentReference
  Json component(size_t place) const {
    return {{"name", utf8_text(used_[place].first->id)}, {"index", place}};
  }

  // Ids of one framework lie in one vector, so their addresses are in its order.
  std::vector<std::pair<const Framework*, std::map<const FrameworkId*, size_t>>> used_;
  std::map<const Framework*, size_t> place_;
};

class SarifReport {
 public:
  // `all`: how many findings there are, of which the evidence may hold the first.
  SarifReport(const Evidence& evidence, size_t all) : evidence_(evidence), all_(all) {
    has_baseline_ = !evidence.unused_baseline.empty() ||
                    std::any_of(evidence.findings.begin(), evidence.findings.end(),
                                [](const Finding& finding) {
                                  return finding.state != FindingState::kNew;
                                });
    for (size_t i = 0; i < result_count(); ++i) {
      const Finding& finding = evidence_.findings[i];
      const Assessment* assessment = evidence_.assessment(finding);
      if (!assessment) continue;
      for (const Mapping& mapping : *assessment->mappings) {
        taxonomies_.add(mapping);
        if (mapping.relation == Relation::kPrimary) {
          relevant_[finding.signature].emplace(mapping.id, &mapping);
        }
      }
    }
    taxonomies_.complete();
  }

  Json log(Json results) const {
    return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
            {"version", "2.1.0"},
            {"runs", Json::array({run(std::move(results))})}};
  }

  void each_result(const std::function<void(const Json&)>& item) const {
    for (size_t i = 0; i < result_count(); ++i) item(result(i));
  }

 private:
  Json run(Json results) const {
    Json rules = Json::array();
    for (uint32_t i = 0; i < evidence_.signatures->size(); ++i) {
      rules.push_back(rule((*evidence_.signatures)[i]));
      auto relevant = relevant_.find(i);
      if (relevant != relevant_.end()) rules.back()["relationships"] = relations(relevant->second);
    }
    Json driver = {{"name", "straykey"},
                   {"version", version()},
                   {"semanticVersion", version()},
                   {"rules", std::move(rules)}};
    if (!taxonomies_.empty()) driver["supportedTaxonomies"] = taxonomies_.supported();
    driver["properties"] = {{"signaturesDigest", evidence_.signatures_digest}};
    Json out = {{"tool", {{"driver", std::move(driver)}}},
                {"invocations", Json::array({invocation()})},
                {"originalUriBaseIds", uri_bases()},
                {"automationDetails", {{"id", "straykey/"}}},
                {"columnKind", "utf16CodeUnits"},
                {"redactionTokens", {"****"}}};
    if (!taxonomies_.empty()) out["taxonomies"] = taxonomies_.all();
    out["results"] = std::move(results);
    return out;
  }

  size_t result_count() const { return std::min(evidence_.findings.size(), kMostResults); }

  // 3.53 reportingDescriptorRelationship
  Json relations(const std::map<const FrameworkId*, const Mapping*>& relevant) const {
    std::vector<Json> list;
    for (const auto& [id, mapping] : relevant) {
      list.push_back({{"target", taxonomies_.reference(*mapping)}, {"kinds", {"relevant"}}});
    }
    // Addresses of two frameworks have no order that is the same in every run.
    std::sort(list.begin(), list.end(), [](const Json& a, const Json& b) {
      auto key = [](const Json& one) {
        const Json& target = one["target"];
        return std::pair(target["toolComponent"]["index"].get<size_t>(),
                         target["index"].get<size_t>());
      };
      return key(a) < key(b);
    });
    return list;
  }

  // One source is the root of the sources; of several, each has its own.
  std::string base_name(size_t source) const {
    return evidence_.coverage.sources.size() < 2 ? "%SRCROOT%"
                                                 : fmt::format("%SRCROOT{}%", source + 1);
  }

  Json uri_bases() const {
    Json bases = Json::object();
    const std::vector<SourceCoverage>& sources = evidence_.coverage.sources;
    for (size_t i = 0; i < sources.size(); ++i) {
      bases[base_name(i)] = {
          {"description", message(fmt::format("The root of the source '{}'.",
                                              printable_text(sources[i].path)))}};
    }
    return bases;
  }

  Json artifact(const Occurrence& place) const {
    std::string path = place_name(place);
    if (path.starts_with('/')) return {{"uri", "file://" + uri_path(path)}};
    Json out = {{"uri", uri_path(path)}};
    // Of several sources, a place outside of repositories does not say which it is of.
    const std::vector<SourceCoverage>& sources = evidence_.coverage.sources;
    for (size_t i = 0; i < sources.size(); ++i) {
      if (sources.size() == 1 || sources[i].path == place.repository) {
        out["uriBaseId"] = base_name(i);
        break;
      }
    }
    return out;
  }

  // What a path and a line do not say: "in the message of commit 1a2b, only in history".
  static std::string note(const Occurrence& place) {
    std::vector<std::string> parts;
    if (place.path.empty()) parts.push_back("in a " + printable_text(place.object));
    if (!place.commit.empty()) parts.push_back("commit " + printable_text(place.commit));
    if (place.committed_at) parts.push_back(iso_time(*place.committed_at).substr(0, 10));
    parts.push_back(name(place.presence));
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  Json location(const Occurrence& place) const {
    const Position& at = place.position;
    return {{"physicalLocation",
             {{"artifactLocation", artifact(place)},
              {"region",
               {{"startLine", at.line},
                {"startColumn", at.column},
                {"endLine", at.end_line},
                {"endColumn", at.end_column + 1}}}}},  // SARIF's end is exclusive
            {"message", message(note(place))}};
  }

  Json result(size_t index) const {
    const Finding& finding = evidence_.findings[index];
    const Signature& signature = (*evidence_.signatures)[finding.signature];
    std::vector<const Occurrence*> places = distinct_places(finding);
    STRAYKEY_CHECK(!places.empty());

    Json out = {{"ruleId", utf8_text(signature.id)},
                {"ruleIndex", finding.signature},
                {"level", level_of(finding.severity)},
                {"message", message(headline(finding, signature) + ".")},
                {"locations", Json::array({location(*places.front())})}};
    size_t last = std::min(places.size(), kMostRelatedLocations + 1);
    if (last > 1) {
      Json related = Json::array();
      for (size_t i = 1; i < last; ++i) {
        Json other = {{"id", i}};
        other.update(location(*places[i]));
        related.push_back(std::move(other));
      }
      out["relatedLocations"] = std::move(related);
    }
    const Assessment* assessment = evidence_.assessment(finding);
    if (assessment) {
      Json taxa = Json::array();
      for (const Mapping& mapping : *assessment->mappings) {
        if (mapping.relation == Relation::kPrimary) taxa.push_back(taxonomies_.reference(mapping));
      }
      if (!taxa.empty()) out["taxa"] = std::move(taxa);
    }
    out["fingerprints"] = {{"straykey/v1", finding.id}};
    out["partialFingerprints"] = {{"straykey/v1", finding.id},
                                  {"primaryLocationLineHash", finding.id.substr(0, 16) + ":1"}};
    if (has_baseline_) {
      out["baselineState"] = finding.is_open() ? "new" : "unchanged";
    }
    if (finding.state == FindingState::kAccepted) out["suppressions"] = suppressions(finding);
    out["properties"] = properties(finding, *places.front(), resolution_of(evidence_, index));
    if (assessment) {
      Json conditions = Json::array();
      for (const Condition& one : assessment->conditions) {
        conditions.push_back({{"id", one.id},
                              {"level", name(one.level)},
                              {"because", printable_text(one.because)}});
      }
      out["properties"]["conditions"] = std::move(conditions);
    }
    return out;
  }

  // 3.35: outside of the code, and approved.
  static Json suppressions(const Finding& finding) {
    const Decision& decision = *finding.decision;
    Json out = {{"kind", "external"}, {"status", "accepted"}};
    out["justification"] = utf8_text(decision.reason);
    out["properties"] = {{"owner", utf8_text(decision.owner)},
                         {"approver", utf8_text(decision.approver)}};
    if (decision.until) out["properties"]["until"] = iso_time(*decision.until);
    return Json::array({std::move(out)});
  }

  static Json properties(const Finding& finding, const Occurrence& place,
                         const Resolution* whose) {
    Json out = Json::object();
    if (!place.commit.empty()) {
      out["commit"] = utf8_text(place.commit);
      out["author"] = utf8_text(place.author);
    }
    if (finding.first_seen) out["firstSeen"] = iso_time(*finding.first_seen);
    out["presence"] = name(place.presence);
    out["structure"] = name(finding.structure);
    out["confidence"] = name(finding.confidence);
    if (whose) {
      if (!whose->identity.kind.empty()) out["identity"] = utf8_text(whose->identity.kind);
      out["nhi"] = utf8_text(whose->nhi_id);
      out["registered"] = whose->registered;
      out["owner"] = whose->owner.empty() ? Json() : Json(utf8_text(whose->owner));
      if (!whose->owner.empty()) {
        out["ownerResolvedBy"] = whose->resolved_by;
        out["ownerConfidence"] = name(whose->confidence);
        out["ownerHasLeft"] = whose->owner_left;
      }
      if (!whose->environment.empty()) out["environment"] = utf8_text(whose->environment);
    }
    return out;
  }

  Json invocation() const {
    Json out = {{"executionSuccessful", evidence_.coverage.complete()}};
    if (!evidence_.reproducible) {
      out["startTimeUtc"] = iso_time(evidence_.started_at);
      out["endTimeUtc"] = iso_time(evidence_.finished_at);
    }
    out["toolExecutionNotifications"] = notifications();
    return out;
  }

  // What a reader must know before trusting the results: what was not looked at.
  Json notifications() const {
    Json list = Json::array();
    auto add = [&](const char* level, const std::string& text) {
      list.push_back({{"level", level}, {"message", message(text)}});
    };
    const Coverage& coverage = evidence_.coverage;
    for (const std::string& text : not_scanned(coverage, kMostFailures)) add("error", text);
    for (const auto& [reason, what] : coverage.left_out) {
      std::vector<std::string> examples;
      for (const std::string& example : what.examples) {
        examples.push_back(printable_text(example));
      }
      add("note",
          fmt::format("Left out: {} {}{}{}.", printable_text(reason), what.count,
                      examples.empty() ? "" : ", for example ", fmt::join(examples, ", ")));
    }
    for (const SourceCoverage& source : coverage.sources) {
      if (source.shallow_commits == 0) continue;
      add("warning", fmt::format("'{}' is a shallow clone: history before {} commit{} is not "
                                 "here and was not scanned.",
                                 printable_text(source.path), source.shallow_commits,
                                 source.shallow_commits == 1 ? "" : "s"));
    }
    if (all_ > result_count()) {
      add("warning", fmt::format("{} findings are left out of this file, which holds the {} "
                                 "most severe ones; the {} has all.",
                                 all_ - result_count(), result_count(),
                                 all_ > evidence_.findings.size() ? "table of findings"
                                                                  : "json format"));
    }
    return list;
  }

  const Evidence& evidence_;
  size_t all_;
  bool has_baseline_ = false;
  Taxonomies taxonomies_;
  // Of each signature with results, the ids that these are about.
  std::map<uint32_t, std::map<const FrameworkId*, const Mapping*>> relevant_;
};

}  // namespace

std::string report_sarif(const Evidence& evidence) {
  SarifReport report(evidence, evidence.findings.size());
  Json results = Json::array();
  report.each_result([&](const Json& one) { results.push_back(one); });
  return json_text(report.log(std::move(results)), 2) + "\n";
}

void write_sarif(const Evidence& evidence, size_t all, const Out& out) {
  SarifReport report(evidence, all);
  write_streamed(report.log(streamed_list("results")),
                 {{"results", [&](const auto& item) { report.each_result(item); }}}, out);
}

}  // namespace straykey
