// SPDX-License-Identifier: Apache-2.0
// The finding JSON: the contract with programs that read straykey's reports. The names
// are stable, the keys stand in the order of docs/design.md, and json_schema() describes
// them; a test holds this file and the schema together.
//
// json is one document for those who want all of it. jsonl is one finding a line, for
// those who filter and append; its last line sums up, so a file that was cut off can be
// told from one that is whole.
//
// What is not known is null and never missing. Optional keys are those whose presence
// itself says something: secret.value (only with --show-secrets; secret.value_base64 for
// bytes that are not text) and secret.encoding (only when the credential stood encoded).
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "scanner/base/encoding.h"
#include "scanner/base/time.h"
#include "scanner/report/document.h"
#include "scanner/report/json_document.h"
#include "scanner/report/report.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;

Json text_or_null(ByteView text) { return text.empty() ? Json() : Json(utf8_text(text)); }

Json time_or_null(std::optional<int64_t> seconds) {
  return seconds ? Json(iso_time(*seconds)) : Json();
}

Json texts(const std::vector<std::string>& items) {
  Json list = Json::array();
  for (const std::string& item : items) list.push_back(utf8_text(item));
  return list;
}

Json tool(const Evidence& evidence) {
  Json engines = Json::object();
  for (const auto& [engine, release] : evidence.engines) engines[engine] = release;
  return {{"name", "straykey"},
          {"version", version()},
          {"signatures",
           {{"count", evidence.signatures->size()}, {"digest", evidence.signatures_digest}}},
          {"engines", engines}};
}

// What differs between two runs over the same bytes is left empty when the run is to be
// reproducible.
Json run(const Evidence& evidence) {
  if (evidence.reproducible) {
    return {{"id", ""},
            {"sequence", nullptr},
            {"started_at", nullptr},
            {"finished_at", nullptr},
            {"arguments", Json::array()},
            {"host", nullptr}};
  }
  return {{"id", evidence.run_id},
          {"sequence", evidence.run_number ? Json(*evidence.run_number) : Json()},
          {"started_at", iso_time(evidence.started_at)},
          {"finished_at", iso_time(evidence.finished_at)},
          {"arguments", texts(evidence.arguments)},
          {"host", text_or_null(evidence.host)}};
}

Json coverage(const Coverage& seen) {
  Json sources = Json::array();
  for (const SourceCoverage& source : seen.sources) {
    // By way of a map: to add to an ordered object is linear, and refs may be many.
    std::map<std::string, std::string> refs;
    for (const auto& [ref, id] : source.refs) refs[utf8_text(ref)] = id;
    sources.push_back({{"kind", source.kind},
                       {"path", utf8_text(source.path)},
                       {"refs", refs},
                       {"commits", source.commits},
                       {"blobs", source.blobs},
                       {"bytes", source.bytes},
                       {"shallow_commits", source.shallow_commits}});
  }
  Json left_out = Json::array();
  for (const auto& [reason, what] : seen.left_out) {
    left_out.push_back({{"reason", utf8_text(reason)},
                        {"count", what.count},
                        {"examples", texts(what.examples)}});
  }
  Json failed = Json::array();
  for (const Failure& failure : seen.failed) {
    failed.push_back(
        {{"origin", utf8_text(failure.where)}, {"reason", utf8_text(failure.reason)}});
  }
  return {{"complete", seen.complete()},
          {"interrupted", seen.interrupted},
          {"sources", sources},
          {"left_out", left_out},
          {"failed", failed}};
}

Json secret(const Finding& finding) {
  Json out = {{"redacted", utf8_text(finding.redacted)}, {"length", finding.length}};
  if (!finding.encoding.empty()) out["encoding"] = finding.encoding;
  if (finding.value) {
    // A value that is text is given exactly; one that is not, exactly in base64.
    ByteView value = finding.value->reveal();
    if (is_utf8(value)) {
      out["value"] = value;
    } else {
      out["value_base64"] = base64_encode(value);
    }
  }
  return out;
}

Json identity(const Finding& finding, const Signature& signature, const Resolution* whose) {
  Json attributes = Json::object();
  for (const auto& [attribute, value] : whose ? whose->identity.attributes : finding.attributes) {
    // Of two values the first stands: the pattern's own groups come before the checks'.
    attributes.emplace(utf8_text(attribute), utf8_text(value));
  }
  return {{"kind", text_or_null(whose ? whose->identity.kind : signature.identity)},
          {"attributes", attributes},
          {"class", name(whose ? whose->identity.principal_class : signature.principal_class)}};
}

Json nhi(const Resolution* whose) {
  if (!whose) return nullptr;
  Json reasons = Json::array();
  for (const Reason& reason : whose->chain) {
    reasons.push_back({{"step", reason.step},
                       {"what", utf8_text(reason.what)},
                       {"confidence", name(reason.confidence)}});
  }
  const bool has_owner = !whose->owner.empty();
  return {{"id", utf8_text(whose->nhi_id)},
          {"name", text_or_null(whose->name)},
          {"owner", text_or_null(whose->owner)},
          {"owner_kind", has_owner ? Json(name(whose->owner_kind)) : Json()},
          {"resolved_by", text_or_null(whose->resolved_by)},
          {"confidence", has_owner ? Json(name(whose->confidence)) : Json()},
          {"registered", whose->registered},
          {"owner_attested", whose->owner_attested},
          {"owner_suggested", whose->owner_suggested},
          {"owner_left", whose->owner_left},
          {"environment", text_or_null(whose->environment)},
          {"supplier", text_or_null(whose->supplier)},
          {"component", text_or_null(whose->component)},
          {"reasons", std::move(reasons)}};
}

Json conditions(const Assessment* assessment) {
  Json list = Json::array();
  if (!assessment) return list;
  for (const Condition& one : assessment->conditions) {
    list.push_back({{"id", one.id},
                    {"level", name(one.level)},
                    {"because", utf8_text(one.because)}});
  }
  return list;
}

Json mappings(const std::vector<Mapping>& all) {
  Json list = Json::array();
  for (const Mapping& one : all) {
    list.push_back({{"framework", utf8_text(one.framework->id)},
                    {"id", utf8_text(one.id->id)},
                    {"title", utf8_text(one.id->title)},
                    {"kind", name(one.id->kind)},
                    {"level", name(one.level)},
                    {"relation", name(one.relation)},
                    {"guidance", text_or_null(one.guidance)},
                    {"by_analogy", one.framework->by_analogy},
                    {"conditions", one.conditions}});
  }
  return list;
}

Json mappings(const Assessment* assessment) {
  return assessment ? mappings(*assessment->mappings) : Json::array();
}

// Mappings are most of a report, and many findings share theirs. So a document that is only
// written holds a mark in their place, and their text is made once.
class MappingTexts {
 public:
  // `indent` as for json_text(), of documents that hold mappings at that depth.
  MappingTexts(int indent, size_t depth) : indent_(indent), depth_(depth) {}

  Json mark(const Assessment* assessment) {
    static const std::vector<Mapping> kNone;
    const std::vector<Mapping>* wanted = assessment ? assessment->mappings.get() : &kNone;
    const auto [entry, is_new] = marks_.try_emplace(wanted, texts_.size() + 1);
    if (is_new) texts_.push_back(deeper(json_text(mappings(*wanted), indent_)));
    return -static_cast<int64_t>(entry->second);
  }

  // json_text() with what the marks stand for.
  std::string text(const Json& document) const {
    // Inside of a text its quotes would be escaped, and no count is negative.
    const std::string written = indent_ < 0 ? "\"mappings\":-" : "\"mappings\": -";
    const std::string marked = json_text(document, indent_);
    std::string out;
    size_t done = 0;
    for (size_t at; (at = marked.find(written, done)) != std::string::npos;) {
      const size_t mark = at + written.size() - 1;
      out.append(marked, done, mark - done);
      const char* number = marked.data() + mark + 1;
      size_t which = 0;
      done = static_cast<size_t>(
          std::from_chars(number, marked.data() + marked.size(), which).ptr - marked.data());
      out += texts_[which - 1];
    }
    return out.append(marked, done);
  }

 private:
  std::string deeper(const std::string& text) const {
    std::string out;
    for (char c : text) {
      out += c;
      if (c == '\n') out.append(depth_ * static_cast<size_t>(indent_), ' ');
    }
    return out;
  }

  int indent_;
  size_t depth_;
  std::map<const std::vector<Mapping>*, size_t> marks_;
  std::vector<std::string> texts_;
};

Json occurrence(const Occurrence& place) {
  bool committed = !place.commit.empty();
  return {{"repository", text_or_null(place.repository)},
          {"path", text_or_null(place.path)},
          {"line", place.position.line},
          {"column", place.position.column},
          {"end_line", place.position.end_line},
          {"end_column", place.position.end_column},
          {"blob", text_or_null(place.blob)},
          {"commit", text_or_null(place.commit)},
          {"author", committed ? Json(utf8_text(place.author)) : Json()},
          {"author_email", committed ? Json(utf8_text(place.author_email)) : Json()},
          {"committed_at", time_or_null(place.committed_at)},
          {"presence", name(place.presence)},
          {"object", place.object},
          {"last_held_at", time_or_null(place.last_held_at)}};
}

Json decision(const Finding& finding) {
  if (!finding.decision) return nullptr;
  const Decision& is = *finding.decision;
  // What comes out of a store is text for machines already.
  auto stored = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  return {{"action", name(is.action)},
          {"reason", stored(is.reason)},
          {"approver", stored(is.approver)},
          {"owner", stored(is.owner)},
          {"due", time_or_null(is.due)},
          {"until", time_or_null(is.until)},
          {"proof", stored(is.proof)},
          {"decided_at", iso_time(is.decided_at)},
          {"decided_by", stored(is.decided_by)},
          {"overdue", finding.overdue}};
}

// Appends the members of a finding to `out`, which may begin with others.
Json finding_into(Json out, const Evidence& evidence, size_t index, MappingTexts* texts) {
  constexpr size_t kMembers = 18;
  out.get_ref<Json::object_t&>().reserve(kMembers);  // to grow copies what is there
  const Finding& finding = evidence.findings[index];
  const Signature& signature = (*evidence.signatures)[finding.signature];
  const Resolution* whose = resolution_of(evidence, index);
  const Assessment* assessment = evidence.assessment(finding);
  Json occurrences = Json::array();
  for (const Occurrence& place : finding.occurrences) occurrences.push_back(occurrence(place));
  out["id"] = finding.id;
  out["state"] = name(finding.state);
  out["signature"] = {{"id", utf8_text(signature.id)}, {"name", utf8_text(signature.name)}};
  out["severity"] = name(finding.severity);
  out["confidence"] = name(finding.confidence);
  out["structure"] = name(finding.structure);
  out["secret"] = secret(finding);
  out["identity"] = identity(finding, signature, whose);
  out["nhi"] = nhi(whose);
  out["first_seen"] = time_or_null(finding.first_seen);
  out["last_seen"] = time_or_null(finding.last_seen);
  out["at_tip"] = finding.at_tip;
  out["occurrences"] = std::move(occurrences);
  out["conditions"] = conditions(assessment);
  out["mappings"] = texts ? texts->mark(assessment) : mappings(assessment);
  out["decision"] = decision(finding);
  return out;
}

Json summary(const Evidence& evidence) {
  RunTotals totals = run_totals(evidence);
  Json by_severity = Json::object();
  for (Severity severity : {Severity::kCritical, Severity::kHigh, Severity::kMedium,
                            Severity::kLow, Severity::kInfo}) {
    by_severity[name(severity)] = totals.by_severity[static_cast<size_t>(severity)];
  }
  std::map<std::string, uint64_t> signature_counts;
  for (const Finding& finding : evidence.findings) {
    ++signature_counts[utf8_text((*evidence.signatures)[finding.signature].id)];
  }
  Json allowed = Json::object();
  for (const auto& [reason, count] : evidence.allowed) allowed[utf8_text(reason)] = count;
  const Assessment* assessment = evidence.rulebook ? &evidence.run_assessment : nullptr;
  return {{"findings", totals.findings},
          {"new", totals.findings - totals.known},
          {"known", totals.known},
          {"by_severity", by_severity},
          {"by_signature", Json(signature_counts)},
          {"occurrences", totals.occurrences},
          {"allowed", allowed},
          {"unused_baseline", texts(evidence.unused_baseline)},
          {"complete", evidence.coverage.complete()},
          {"seconds", evidence.reproducible ? Json() : Json(evidence.seconds)},
          {"commits", totals.commits},
          {"blobs", totals.blobs},
          {"bytes", totals.bytes},
          {"left_out", totals.left_out},
          {"failed", evidence.coverage.failed.size()},
          {"conditions", conditions(assessment)},
          {"mappings", mappings(assessment)}};
}

Json document(const Evidence& evidence, MappingTexts* texts) {
  Json findings = Json::array();
  for (size_t i = 0; i < evidence.findings.size(); ++i) {
    findings.push_back(finding_into(Json::object(), evidence, i, texts));
  }
  return {{"schema_version", kSchemaVersion},
          {"tool", tool(evidence)},
          {"run", run(evidence)},
          {"coverage", coverage(evidence.coverage)},
          {"findings", std::move(findings)},
          {"summary", summary(evidence)}};
}

}  // namespace

Json json_document(const Evidence& evidence) { return document(evidence, nullptr); }

std::string report_json(const Evidence& evidence) {
  MappingTexts texts(2, 3);
  return texts.text(document(evidence, &texts)) + "\n";
}

std::string report_jsonl(const Evidence& evidence) {
  MappingTexts texts(-1, 0);
  std::string out;
  for (size_t i = 0; i < evidence.findings.size(); ++i) {
    out += texts.text(finding_into({{"type", "finding"}}, evidence, i, &texts)) + "\n";
  }
  Json last = {{"type", "summary"},
               {"schema_version", kSchemaVersion},
               {"tool", tool(evidence)},
               {"run", run(evidence)},
               {"coverage", coverage(evidence.coverage)},
               {"summary", summary(evidence)}};
  return out + json_text(last, -1) + "\n";
}

}  // namespace straykey
