// SPDX-License-Identifier: Apache-2.0
// The verbs that make evidence of a store.
#include "scanner/cli/commands.h"

namespace straykey {
namespace {

std::vector<Flag> with_period_flags(std::vector<Flag> flags) {
  std::vector<Flag> out = {store_flag(),
                           text_flag("period", "A..B", "From day to day: 2026-01-01..2026-03-31"),
                           own_flag("policy", 0, "FILE", "The policy; else what is built in"),
                           own_flag("scope", 0, "FILE", "The sources to be scanned, one a line"),
                           own_flag("frameworks", 0, "DIR", "Lay a folder over those built in")};
  for (Flag& flag : flags) out.push_back(std::move(flag));
  return out;
}

template <class Command>
int with_period(const Invocation& call, const char* verb, Command command) {
  auto store = store_of(call);
  if (!store) return usage_error(store.error().message);
  PeriodCall period{*store, call.line.last("period"), call.line.last("policy"),
                    call.line.last("scope"), call.line.last("frameworks")};
  if (period.period.empty()) {
    return usage_error(std::string(verb) + ": --period is missing: 2026-01-01..2026-03-31");
  }
  return command(period);
}

ListForm form_of(const Invocation& call) {
  return call.line.is_on("json") ? ListForm::kJson : ListForm::kTable;
}

}  // namespace

std::vector<Verb> evidence_verbs() {
  std::vector<Verb> verbs;
  const char* group = "Decide and prove";
  verbs.push_back(
      {.name = "evidence pack",
       .group = group,
       .help = "Write the evidence of a period for an auditor",
       .more = "Tables as CSV and JSON, OSCAL, CycloneDX, SARIF, one HTML page, and a manifest "
               "with the hash of each, from the records of the store alone. The end of the "
               "period is the present of all that is said; the pack made again has the same "
               "bytes.",
       .flags = with_period_flags({own_flag("out", 'o', "DIR", "A new or empty folder")}),
       .run = [](const Invocation& call) {
         if (call.line.last("out").empty()) return usage_error("evidence pack: --out is missing");
         return with_period(call, "evidence pack", [&](const PeriodCall& period) {
           return evidence_pack_command(period, call.line.last("out"));
         });
       }});
  verbs.push_back(
      {.name = "evidence sample",
       .group = group,
       .help = "Draw findings that everybody can draw again",
       .more = "Those whose SHA-256 of SEED:ID is least. Prints CSV.",
       .flags = with_period_flags({text_flag("size", "N", "How many; built in: 25"),
                                   text_flag("seed", "TEXT", "Of the draw; built in: 1"),
                                   own_flag("json", 0, "", "Print JSON")}),
       .run = [](const Invocation& call) {
         return with_period(call, "evidence sample", [&](const PeriodCall& period) {
           auto given = [&](const char* flag, const char* otherwise) {
             std::string value = call.line.last(flag);
             return value.empty() ? std::string(otherwise) : value;
           };
           return evidence_sample_command(period, given("size", "25"), given("seed", "1"),
                                          form_of(call));
         });
       }});
  verbs.push_back({.name = "evidence metrics",
                   .group = group,
                   .help = "Measure how well credentials were kept",
                   .more = "What each number means is in its JSON, and in docs/evidence.md.",
                   .flags = with_period_flags({own_flag("json", 0, "", "Print JSON")}),
                   .run = [](const Invocation& call) {
                     return with_period(call, "evidence metrics", [&](const PeriodCall& period) {
                       return evidence_metrics_command(period, form_of(call));
                     });
                   }});
  return verbs;
}

}  // namespace straykey
