// SPDX-License-Identifier: Apache-2.0
// `straykey signatures`: what is looked for, why it matters, and whether it holds together.
#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "scanner/base/suggest.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output.h"
#include "scanner/match/database.h"
#include "scanner/match/signature_check.h"
#include "scanner/match/signature_cost.h"
#include "scanner/report/document.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

// Those built in, and over them those of `added`.
Result<SignatureSet> known_signatures(const std::vector<std::string>& added) {
  auto set = Database::builtin_signatures();
  if (!set || added.empty()) return set;
  auto more = SignatureSet::load(added);
  if (!more) return more.error();
  set->merge(std::move(*more));
  return set;
}

std::string as_table(const SignatureSet& set) {
  size_t width = 2;
  for (const Signature& signature : set.all()) width = std::max(width, signature.id.size());
  std::string out = fmt::format("{:<{}}  {:<8}  {:<10}  {:<7}  {}\n", "ID", width, "SEVERITY",
                                "CONFIDENCE", "CLASS", "NAME");
  for (const Signature& signature : set.all()) {
    out += fmt::format("{:<{}}  {:<8}  {:<10}  {:<7}  {}\n", signature.id, width,
                       name(signature.severity), name(signature.confidence),
                       name(signature.principal_class), printable_text(signature.name));
  }
  return out +
         fmt::format("{} signatures, digest {}\n", set.size(), set.digest().substr(0, 12));
}

std::string as_json(const SignatureSet& set) {
  Json list = Json::array();
  for (const Signature& signature : set.all()) {
    list.push_back({{"id", utf8_text(signature.id)},
                    {"name", utf8_text(signature.name)},
                    {"provider", utf8_text(signature.provider)},
                    {"severity", name(signature.severity)},
                    {"confidence", name(signature.confidence)},
                    {"class", name(signature.principal_class)},
                    {"risk", utf8_text(signature.risk)},
                    {"rotation", utf8_text(signature.rotation)},
                    {"rotation_url", utf8_text(signature.rotation_url)},
                    {"docs", utf8_text(signature.docs)},
                    {"pattern", utf8_text(signature.pattern)}});
  }
  Json document = {{"count", set.size()}, {"digest", set.digest()}, {"signatures", list}};
  return json_text(document, 2) + "\n";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string explanation(const Signature& signature) {
  std::string out = signature.id + ": " + printable_text(signature.name) + "\n\n";
  auto row = [&](const char* label, const std::string& value) {
    if (!value.empty()) out += fmt::format("{:<12} {}\n", label, printable_text(value));
  };
  row("risk", signature.risk);
  row("severity", name(signature.severity));
  row("confidence", name(signature.confidence));
  row("class", name(signature.principal_class));
  row("identity", signature.identity);
  row("rotation", signature.rotation);
  row("", signature.rotation_url);
  row("format", signature.docs);
  row("pattern", signature.pattern);
  row("anchor", signature.anchor);
  row("checks", joined(signature.checks));
  for (const Part& part : signature.parts) {
    row("part", fmt::format("{} within {} bytes{}: {}", part.name, part.within,
                            part.required ? ", required" : "", part.pattern));
  }
  for (const std::string& example : signature.examples) row("matches", example);
  for (const std::string& example : signature.counterexamples) row("matches not", example);
  row("written in", fmt::format("{}:{}", signature.file, signature.line));
  return out;
}

}  // namespace

int signatures_list_command(const std::vector<std::string>& added, ListForm form) {
  auto set = known_signatures(added);
  if (!set) return usage_error(set.error().message);
  return print(form == ListForm::kJson ? as_json(*set) : as_table(*set));
}

int signatures_explain_command(const std::vector<std::string>& added, const std::string& id) {
  auto set = known_signatures(added);
  if (!set) return usage_error(set.error().message);
  std::vector<std::string> ids;
  for (const Signature& signature : set->all()) {
    if (signature.id == id) return print(explanation(signature));
    ids.push_back(signature.id);
  }
  std::string suggestion = did_you_mean(id, ids);
  if (suggestion.empty()) suggestion = "; 'straykey signatures list' names all";
  return usage_error("unknown signature '" + id + "'" + suggestion);
}

int signatures_check_command(const std::vector<std::string>& paths) {
  auto set = paths.empty() ? Database::builtin_signatures() : SignatureSet::load(paths);
  if (!set) return usage_error(set.error().message);
  if (set->size() == 0) return usage_error("no signatures in " + joined(paths));
  SignatureReport report = check_signatures(*set);
  for (const std::string& problem : report.problems) tell(problem);
  // Of those built in it is known, and there are many.
  if (!paths.empty()) {
    for (const std::string& note : report.notes) tell(note);
  }
  int code = print(fmt::format("{} signatures, {} examples, {} problems\n", report.signatures,
                               report.examples, report.problems.size()));
  return report.problems.empty() ? code : kExitUsage;
}

int signatures_cost_command(const std::vector<std::string>& which) {
  std::vector<std::string> paths, ids;
  for (const std::string& one : which) {
    std::error_code ignored;
    (std::filesystem::exists(one, ignored) ? paths : ids).push_back(one);
  }
  auto set = paths.empty() ? Database::builtin_signatures() : SignatureSet::load(paths);
  if (!set) return usage_error(set.error().message);
  auto selected = set->select(ids, {});
  if (!selected) return usage_error(selected.error().message);
  if (set->size() == 0) return usage_error("no signatures in " + joined(paths));
  auto report = measure_cost(*set);
  if (!report) return usage_error(report.error().message);
  size_t width = 2;
  for (const Signature& signature : set->all()) width = std::max(width, signature.id.size());
  std::string out =
      fmt::format("{:<{}}  {:>15}  {:>13}  {:>13}  {:>5}  {}\n", "ID", width, "PROPOSE ns/MB",
                  "MATCH ns/MB", "CANDIDATES/MB", "WIDTH", "LOOKED FOR");
  for (const SignatureCost& cost : report->costs) {
    out += fmt::format("{:<{}}  {:>15.0f}  {:>13.0f}  {:>13.1f}  {:>5}  {}{}\n",
                       (*set)[cost.signature].id, width, cost.propose_ns_per_mb,
                       cost.match_ns_per_mb, cost.candidates_per_mb, cost.width,
                       cost.is_beginning ? "beginning" : "anchor",
                       cost.goes_through_the_gate ? "" : ", everywhere");
  }
  out += fmt::format(
      "{} signatures alone: median {:.0f} ns/MB; together {:.0f}, with matching {:.0f}; "
      "{:.0f} MB of made text\n",
      set->size(), report->median_propose_ns_per_mb, report->all_propose_ns_per_mb,
      report->all_match_ns_per_mb, report->text_megabytes);
  for (const std::string& one : report->complaints) tell(one);
  return print(out);
}

}  // namespace straykey
