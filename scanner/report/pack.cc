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

// A file of the pack while it is written: what the manifest says of it is worked out on the way.
class Written {
 public:
  Written(std::string name, std::string title, std::unique_ptr<PackFile> file)
      : name_(std::move(name)), title_(std::move(title)), file_(std::move(file)) {}

  // Pieces after an error are dropped; keep() tells it.
  Out out() {
    return [this](ByteView piece) {
      if (!outcome_) return;
      hash_.add(piece);
      bytes_ += piece.size();
      outcome_ = file_->write(piece);
    };
  }

  // The file's line of the manifest.
  Result<OrderedJson> keep(const Period& period, std::optional<uint64_t> rows) {
    if (outcome_) outcome_ = file_->keep();
    if (!outcome_) return outcome_.error();
    return OrderedJson{{"name", name_},
                       {"title", title_},
                       {"sha256", hex(hash_.digest())},
                       {"bytes", bytes_},
                       {"rows", rows ? OrderedJson(*rows) : OrderedJson()},
                       {"period_from", iso_time(period.from)},
                       {"period_to", iso_time(period.to)}};
  }

 private:
  std::string name_, title_;
  std::unique_ptr<PackFile> file_;
  Result<void> outcome_;
  Sha256 hash_;
  uint64_t bytes_ = 0;
};

class Pack {
 public:
  Pack(const Account& account, const OpenPackFile& open) : account_(account), open_(open) {}

  Result<void> add_table(const Table& table) {
    auto csv = begin(table.name + ".csv", table.title);
    if (!csv) return csv.error();
    auto json = begin(table.name + ".json", table.title);
    if (!json) return json.error();
    uint64_t rows = write_table(table, account_.period, (*csv)->out(), (*json)->out());
    auto kept = end(**csv, rows);
    return kept ? end(**json, rows) : kept;
  }

  Result<void> add(const char* name, const char* title,
                   const std::function<void(const Out&)>& write) {
    auto file = begin(name, title);
    if (!file) return file.error();
    write((*file)->out());
    return end(**file, {});
  }

  Result<void> add_manifest() {
    const Ledger& ledger = account_.ledger;
    std::string hashes;
    for (const OrderedJson& file : files_) hashes += file["sha256"].get<std::string>();
    OrderedJson manifest = {
        {"straykey_evidence_pack", 1},
        {"id", name_uuid(hashes)},
        {"title", "Evidence of credentials from " + date_of(account_.period.from) + " to " +
                      date_of(account_.period.to)},
        {"period",
         {{"from", iso_time(account_.period.from)}, {"to", iso_time(account_.period.to)}}},
        {"made_by", {{"name", "straykey"}, {"version", version()}}},
        {"store",
         {{"id", ledger.store}, {"records", ledger.head.sequence}, {"head", ledger.head.hash}}},
        {"policy",
         {{"id", account_.policy.id()},
          {"approved_by", account_.policy.approved_by()},
          {"sha256", account_.policy.digest()}}},
        {"says", "What is in here supports evidence for the clauses and controls that it names. "
                 "It does not say that a requirement is met."},
        {"files", files_}};
    return add("manifest.json", "This list",
               [&](const Out& out) { out(json_text(manifest, 2) + "\n"); });
  }

  size_t files() const { return files_.size(); }

 private:
  Result<std::unique_ptr<Written>> begin(const std::string& name, const std::string& title) {
    auto file = open_(name);
    if (!file) return file.error();
    return std::make_unique<Written>(name, title, *std::move(file));
  }

  Result<void> end(Written& file, std::optional<uint64_t> rows) {
    auto line = file.keep(account_.period, rows);
    if (!line) return line.error();
    files_.push_back(*std::move(line));
    return {};
  }

  const Account& account_;
  const OpenPackFile& open_;
  OrderedJson files_ = OrderedJson::array();
};

}  // namespace

Result<size_t> make_pack(const Account& account, const OpenPackFile& open) {
  Pack pack(account, open);
  std::vector<Table> tables = tables_of(account);
  tables.push_back(sample_table(account, kSampleSize,
                                date_of(account.period.from) + ".." + date_of(account.period.to)));
  for (const Table& table : tables) {
    auto added = pack.add_table(table);
    if (!added) return added.error();
  }
  auto evidence = excerpt(account.connection, account.ledger, *account.picture, account.policy,
                          kMostInDocuments);
  if (!evidence) return evidence.error();
  struct Document {
    const char* name;
    const char* title;
    std::function<void(const Out&)> write;
  };
  const Document documents[] = {
      {"report.html", "One page to read it all in a browser",
       [&](const Out& out) { out(report_html(account)); }},
      {"management-review.md", "One page of input for a management review",
       [&](const Out& out) { out(management_review(account)); }},
      {"oscal-assessment-results.json", "OSCAL 1.2.1 assessment results",
       [&](const Out& out) { oscal_results(account, *evidence, out); }},
      {"oscal-poam.json", "OSCAL 1.2.1 plan of action and milestones",
       [&](const Out& out) { oscal_poam(account, *evidence, out); }},
      {"cyclonedx.json", "CycloneDX 1.6 with declarations",
       [&](const Out& out) { cyclonedx_declarations(account, out); }},
      {"findings.sarif", "The findings as SARIF 2.1.0, with the frameworks as taxonomies",
       [&](const Out& out) { write_sarif(*evidence, account.picture->findings.size(), out); }},
  };
  for (const Document& document : documents) {
    auto added = pack.add(document.name, document.title, document.write);
    if (!added) return added.error();
  }
  auto added = pack.add_manifest();
  if (!added) return added.error();
  return pack.files();
}

}  // namespace straykey
