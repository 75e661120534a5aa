// SPDX-License-Identifier: Apache-2.0
#include "scanner/report/pack.h"

#include "scanner/base/hash.h"
#include "scanner/base/time.h"
#include "scanner/report/document.h"
#include "scanner/report/report.h"

namespace straykey {
namespace {

using OrderedJson = nlohmann::ordered_json;

// An auditor's default: what practice draws for a control that operates every day.
constexpr size_t kSampleSize = 25;

OrderedJson manifest_of(const Account& account, OrderedJson files) {
  const Ledger& ledger = account.ledger;
  std::string bytes;
  for (const OrderedJson& file : files) bytes += file["sha256"].get<std::string>();
  return {{"straykey_evidence_pack", 1},
          {"id", name_uuid(bytes)},
          {"title", "Evidence of credentials from " + date_of(account.period.from) + " to " +
                        date_of(account.period.to)},
          {"period", {{"from", iso_time(account.period.from)}, {"to", iso_time(account.period.to)}}},
          {"made_by", {{"name", "straykey"}, {"version", version()}}},
          {"store",
           {{"id", ledger.store},
            {"records", ledger.head.sequence},
            {"head", ledger.head.hash}}},
          {"policy",
           {{"id", account.policy.id()},
            {"approved_by", account.policy.approved_by()},
            {"sha256", account.policy.digest()}}},
          {"says", "What is in here supports evidence for the clauses and controls that it names. "
                   "It does not say that a requirement is met."},
          {"files", std::move(files)}};
}

}  // namespace

Result<void> make_pack(const Account& account,
                       const std::function<Result<void>(const PackFile&)>& file) {
  OrderedJson files = OrderedJson::array();
  auto give = [&](const PackFile& one) -> Result<void> {
    files.push_back({{"name", one.name},
                     {"title", one.title},
                     {"sha256", hex(sha256(one.bytes))},
                     {"bytes", one.bytes.size()},
                     {"rows", one.rows ? OrderedJson(*one.rows) : OrderedJson()},
                     {"period_from", iso_time(account.period.from)},
                     {"period_to", iso_time(account.period.to)}});
    return file(one);
  };
  std::vector<Table> tables = tables_of(account);
  tables.push_back(sample_table(account, kSampleSize,
                                date_of(account.period.from) + ".." + date_of(account.period.to)));
  for (const Table& table : tables) {
    TableText text = table_text(table, account.period);
    auto given = give({table.name + ".csv", table.title, std::move(text.csv), text.rows});
    if (!given) return given;
    given = give({table.name + ".json", table.title, std::move(text.json), text.rows});
    if (!given) return given;
  }
  using Maker = std::string (*)(const Account&);
  struct Whole {
    const char* name;
    const char* title;
    Maker make;
  };
  static constexpr Whole kWhole[] = {
      {"report.html", "One page to read it all in a browser", report_html},
      {"management-review.md", "One page of input for a management review", management_review},
      {"findings.sarif", "The findings as SARIF 2.1.0, with the frameworks as taxonomies",
       [](const Account& of) { return report_sarif(of.picture->evidence); }},
  };
  for (const Whole& whole : kWhole) {
    auto given = give({whole.name, whole.title, whole.make(account), {}});
    if (!given) return given;
  }
  PackFile manifest{"manifest.json", "This list", "", {}};
  manifest.bytes = json_text(manifest_of(account, std::move(files)), 2) + "\n";
  return file(manifest);
}

}  // namespace straykey
