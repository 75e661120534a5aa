// SPDX-License-Identifier: Apache-2.0
#include "scanner/report/pack.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "scanner/base/hash.h"
#include "scanner/base/parallel.h"
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

using Lines = std::vector<OrderedJson>;  // of the manifest

// Makes files of the pack. May be used by several threads, for a file each.
class Maker {
 public:
  Maker(const Account& account, const OpenPackFile& open) : account_(account), open_(open) {}

  Result<Lines> table(const Table& table) const {
    auto csv = begin(table.name + ".csv", table.title);
    if (!csv) return csv.error();
    auto json = begin(table.name + ".json", table.title);
    if (!json) return json.error();
    uint64_t rows = write_table(table, account_.period, (*csv)->out(), (*json)->out());
    Lines lines;
    for (Written* file : {csv->get(), json->get()}) {
      auto line = end(*file, rows);
      if (!line) return line.error();
      lines.push_back(*std::move(line));
    }
    return lines;
  }

  Result<Lines> document(const char* name, const char* title,
                         const std::function<void(const Out&)>& write) const {
    auto file = begin(name, title);
    if (!file) return file.error();
    write((*file)->out());
    auto line = end(**file, {});
    if (!line) return line.error();
    return Lines{*std::move(line)};
  }

 private:
  Result<std::unique_ptr<Written>> begin(const std::string& name, const std::string& title) const {
    std::lock_guard one_at_a_time(lock_);
    auto file = open_(name);
    if (!file) return file.error();
    return std::make_unique<Written>(name, title, *std::move(file));
  }

  Result<OrderedJson> end(Written& file, std::optional<uint64_t> rows) const {
    std::lock_guard one_at_a_time(lock_);
    return file.keep(account_.period, rows);
  }

  const Account& account_;
  const OpenPackFile& open_;
  mutable std::mutex lock_;
};

// Files have nothing to do with one another, so some are made at a time. Begins with the last: the
// timeline takes longest, and would else be waited for alone. Appends the lines of all in their
// order; the error is that of the first.
using Task = std::function<Result<Lines>()>;
Result<void> make_all(const std::vector<Task>& tasks, OrderedJson& out) {
  constexpr size_t kMostThreads = 4;
  std::vector<Result<Lines>> made(tasks.size(), Lines());
  std::atomic<size_t> begun = 0;
  auto work = [&] {
    for (size_t i; (i = begun++) < tasks.size();) {
      made[tasks.size() - 1 - i] = tasks[tasks.size() - 1 - i]();
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (size_t i = 1; i < std::min({cores(), kMostThreads, tasks.size()}); ++i) {
      helpers.emplace_back(work);
    }
    work();
  }
  for (Result<Lines>& lines : made) {
    if (!lines) return lines.error();
    for (OrderedJson& line : *lines) out.push_back(std::move(line));
  }
  return {};
}

OrderedJson manifest_of(const Account& account, OrderedJson files) {
  const Ledger& ledger = account.ledger;
  std::string hashes;
  for (const OrderedJson& file : files) hashes += file["sha256"].get<std::string>();
  return {{"straykey_evidence_pack", 1},
          {"id", name_uuid(hashes)},
          {"title", "Evidence of credentials from " + date_of(account.period.from) + " to " +
                        date_of(account.period.to)},
          {"period",
           {{"from", iso_time(account.period.from)}, {"to", iso_time(account.period.to)}}},
          {"made_by", {{"name", "straykey"}, {"version", version()}}},
          {"store",
           {{"id", ledger.store}, {"records", ledger.head.sequence}, {"head", ledger.head.hash}}},
          {"policy",
           {{"id", account.policy.id()},
            {"approved_by", account.policy.approved_by()},
            {"sha256", account.policy.digest()}}},
          {"says", "What is in here supports evidence for the clauses and controls that it names. "
                   "It does not say that a requirement is met."},
          {"files", std::move(files)}};
}

}  // namespace

Result<size_t> make_pack(const Account& account, const OpenPackFile& open) {
  const Maker maker(account, open);
  OrderedJson files = OrderedJson::array();
  std::vector<Table> tables = tables_of(account);
  tables.push_back(sample_table(account, kSampleSize,
                                date_of(account.period.from) + ".." + date_of(account.period.to)));
  std::vector<Task> tasks;
  for (const Table& table : tables) tasks.push_back([&] { return maker.table(table); });
  auto made = make_all(tasks, files);
  if (!made) return made.error();
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
  tasks.clear();
  for (const Document& document : documents) {
    tasks.push_back([&] { return maker.document(document.name, document.title, document.write); });
  }
  made = make_all(tasks, files);
  if (!made) return made.error();
  const std::string manifest = json_text(manifest_of(account, files), 2) + "\n";
  auto last = maker.document("manifest.json", "This list",
                             [&](const Out& out) { out(manifest); });
  if (!last) return last.error();
  return files.size() + 1;
}

}  // namespace straykey
