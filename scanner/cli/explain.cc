// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/explain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "scanner/base/file.h"
#include "scanner/base/interrupt.h"
#include "scanner/base/time.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output.h"
#include "scanner/cli/scan.h"
#include "scanner/evidence/run_log.h"
#include "scanner/report/document.h"
#include "scanner/report/json_document.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLeastIdLength = 6;
constexpr size_t kShortCommit = 10;
constexpr size_t kIdsShown = 4;

// What stands under the names of `path`, printable; "" for what is null or not there.
std::string text_at(const Json& from, std::initializer_list<const char*> path) {
  const Json* value = &from;
  for (const char* name : path) {
    if (!value->is_object() || !value->contains(name)) return "";
    value = &(*value)[name];
  }
  if (value->is_string()) return printable_text(value->get_ref<const std::string&>());
  return value->is_number_integer() ? std::to_string(value->get<int64_t>()) : "";
}

const Json& list_at(const Json& from, const char* name) {
  static const Json kEmpty = Json::array();
  if (!from.is_object() || !from.contains(name) || !from[name].is_array()) return kEmpty;
  return from[name];
}

bool is_true(const Json& from, const char* outer, const char* inner) {
  return from.contains(outer) && from[outer].is_object() && from[outer].contains(inner) &&
         from[outer][inner] == true;
}

// The place that can be opened today, where there is one.
const Json* best_place(const Json& finding) {
  const Json* first = nullptr;
  for (const Json& place : list_at(finding, "occurrences")) {
    if (!first) first = &place;
    if (text_at(place, {"presence"}) != "history") return &place;
  }
  return first;
}

std::string place_text(const Json& place) {
  std::string path = text_at(place, {"path"});
  if (path.empty()) path = "the " + text_at(place, {"object"});
  return fmt::format("{}:{}:{}", path, text_at(place, {"line"}), text_at(place, {"column"}));
}

std::string origin_of(const Json& finding) {
  const Json& places = list_at(finding, "occurrences");
  if (places.empty() || text_at(places[0], {"commit"}).empty()) return "in no commit yet";
  return fmt::format("{} in commit {} by {}", text_at(finding, {"first_seen"}).substr(0, 10),
                     text_at(places[0], {"commit"}).substr(0, kShortCommit),
                     text_at(places[0], {"author"}));
}

std::string owner_of(const Json& finding) {
  std::string owner = text_at(finding, {"nhi", "owner"});
  if (owner.empty()) {
    owner = "nobody is named as its owner";
  } else {
    owner += fmt::format(" ({}, {})", text_at(finding, {"nhi", "resolved_by"}),
                         text_at(finding, {"nhi", "confidence"}));
    if (is_true(finding, "nhi", "owner_suggested")) owner += ", only suggested";
    if (is_true(finding, "nhi", "owner_left")) owner += ", who has left";
  }
  std::string id = text_at(finding, {"nhi", "id"});
  if (!id.empty()) {
    owner += "; identity " + id;
    if (!is_true(finding, "nhi", "registered")) owner += ", not in the register";
  }
  return owner;
}

std::string risks_of(const Json& finding) {
  std::vector<std::string> ids;
  for (const Json& one : list_at(finding, "mappings")) {
    bool is_risk = text_at(one, {"kind"}) == "risk" && text_at(one, {"relation"}) == "primary";
    if (is_risk && ids.size() < kIdsShown) ids.push_back(text_at(one, {"id"}));
  }
  return ids.empty() ? "" : fmt::format(" ({})", fmt::join(ids, ", "));
}

// How to take it out of what is not pushed yet.
std::string removal_of(const Json& finding) {
  const Json& places = list_at(finding, "occurrences");
  std::string commit = places.empty() ? "" : text_at(places[0], {"commit"});
  if (commit.empty()) {
    return "take it out of the file and 'git add' the file again; no commit holds it";
  }
  return fmt::format("not pushed yet: 'git rebase -i {}^', mark that commit 'edit', take it out, "
                     "'git commit --amend', 'git rebase --continue'",
                     commit.substr(0, kShortCommit));
}

Result<const Json*> find(const Json& report, const std::string& id) {
  if (id.size() < kLeastIdLength) {
    return Error{fmt::format("'{}' is too short; write {} characters of the id or more", id,
                             kLeastIdLength)};
  }
  const Json* found = nullptr;
  for (const Json& finding : list_at(report, "findings")) {
    std::string other = text_at(finding, {"id"});
    if (!other.starts_with(id)) continue;
    if (found) {
      return Error{fmt::format("'{}' begins {} and {}; write more of it", id,
                               text_at(*found, {"id"}), other)};
    }
    found = &finding;
  }
  if (!found) {
    return Error{fmt::format("'{}' is the id of none of {}", id,
                             counted(list_at(report, "findings").size(), "finding"))};
  }
  return found;
}

// "accept until 2026-12-21, says ann: the test bench".
std::string decision_of(const Json& finding) {
  std::string out = text_at(finding, {"decision", "action"});
  for (auto [word, member] : {std::pair(" by ", "due"), std::pair(" until ", "until")}) {
    std::string date = text_at(finding, {"decision", member}).substr(0, 10);
    if (!date.empty()) out += word + date;
  }
  if (is_true(finding, "decision", "overdue")) out += ", overdue";
  std::string who = text_at(finding, {"decision", "decided_by"});
  std::string reason = text_at(finding, {"decision", "reason"});
  if (!who.empty()) out += ", says " + who;
  return reason.empty() ? out : out + ": " + reason;
}

// What was decided, as the store knows it; nothing is written there.
Result<void> add_decisions(const std::string& where, Evidence& evidence) {
  auto store = Store::open(where, Access::kRead);
  if (!store) return store.error();
  auto judged = judge_by(*store, evidence.findings, now_seconds());
  if (!judged) return judged.error();
  return {};
}

}  // namespace

Result<std::string> explain_finding(const Json& report, const std::string& id,
                                    const SignatureSet& known) {
  auto found = find(report, id);
  if (!found) return found.error();
  const Json& finding = **found;
  std::string signature_id = text_at(finding, {"signature", "id"});
  const Signature* signature = nullptr;
  for (uint32_t i = 0; i < known.size() && !signature; ++i) {
    if (known[i].id == signature_id) signature = &known[i];
  }
  std::string risk = signature ? sentence(signature->risk) : "";
  if (risk.empty()) risk = "Whoever has read it can act in its name.";
  std::string revoke = signature ? advice(*signature) : "";
  if (revoke.empty()) revoke = "Revoke it where it was issued, and issue another one.";

  const Json& places = list_at(finding, "occurrences");
  const Json* place = best_place(finding);
  std::string where = place ? place_text(*place) : "";
  if (places.size() > 1) where += fmt::format(", in {} in all", counted(places.size(), "version"));
  bool is_at_tip = finding.contains("at_tip") && finding["at_tip"] == true;
  if (!is_at_tip) where += "; only in history, which every clone has";

  std::string out;
  auto line = [&](const char* label, const std::string& text) {
    out += fmt::format("{:<10}{}\n", label, text);
  };
  line("finding", fmt::format("{}  {}  {}", text_at(finding, {"id"}), text_at(finding, {"severity"}),
                              text_at(finding, {"state"})));
  if (finding.contains("decision") && finding["decision"].is_object()) {
    line("decided", decision_of(finding));
  }
  line("what", fmt::format("{}  {}", text_at(finding, {"signature", "name"}),
                           text_at(finding, {"secret", "redacted"})));
  line("where", where);
  line("since", origin_of(finding));
  line("why", risk + risks_of(finding));
  line("whose", owner_of(finding));
  line("now", revoke);
  line("then", "read it from the environment or from a vault, never from a file of the repository");
  line("take out", removal_of(finding));
  line("do not", "only delete it in a new commit, paste it anywhere, or wait: what was pushed is known");
  return out;
}

int explain_command(const ScanOptions& options, const std::string& id,
                    const std::string& report_file) {
  auto signatures = load_signatures(options);
  if (!signatures) return usage_error(signatures.error().message);
  for (const Signature& signature : signatures->signatures().all()) {
    if (signature.id != id) continue;
    return usage_error(fmt::format("'{0}' is a signature and no finding; 'straykey signatures "
                                   "explain {0}' tells about it", id));
  }
  Json report;
  std::string where = "the scan of this folder";
  if (report_file.empty()) {
    install_interrupt_handler();
    auto result = run_scan(options);
    if (!result) return usage_error(result.error().message);
    if (!options.store.empty()) {
      auto added = add_decisions(options.store, result->evidence);
      if (!added) return usage_error(added.error().message);
    }
    report = json_document(result->evidence);
  } else {
    where = report_file;
    auto text = read_file(report_file);
    if (!text) return usage_error(text.error().message);
    report = Json::parse(*text, nullptr, false);
    if (!report.is_object() || !report.contains("findings")) {
      return usage_error(report_file + ": is not a report of '--format json'");
    }
  }
  auto lines = explain_finding(report, id, signatures->signatures());
  if (!lines) return usage_error(where + ": " + lines.error().message);
  auto written = write_stdout(*lines);
  return written ? kExitClean : usage_error(written.error().message);
}

}  // namespace straykey
