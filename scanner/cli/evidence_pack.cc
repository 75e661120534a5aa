// SPDX-License-Identifier: Apache-2.0
// `straykey evidence pack`, `sample` and `metrics`: the account of a period, out of the store.
#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "scanner/base/file.h"
#include "scanner/base/time.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/match/database.h"
#include "scanner/report/document.h"
#include "scanner/report/pack.h"
#include "scanner/store/store.h"

namespace straykey {
namespace {

// The account of a period, with the store that it goes on reading.
struct OpenAccount {
  Store store;
  std::unique_ptr<const Account> account;
};

Result<OpenAccount> account_for(const PeriodCall& call) {
  auto period = Period::parse(call.period);
  if (!period) return period.error();
  int64_t now = now_seconds();
  if (period->to > now) {
    return Error{"the period ends on " + date_of(period->to) +
                 ", which is to come yet; a period up to now ends with .." + iso_time(now)};
  }
  auto policy = Policy::load(call.policy);
  if (!policy) return policy.error();
  auto book = Rulebook::with(call.frameworks);
  if (!book) return book.error();
  auto names = Database::builtin_signatures();
  if (!names) return names.error();
  auto store = Store::open(call.store, Access::kRead);
  if (!store) return store.error();
  DeclaredScope declared;
  if (!call.scope.empty()) {
    auto text = read_file(call.scope);
    if (!text) return text.error();
    auto parsed = DeclaredScope::parse(*text, call.scope);
    if (!parsed) return parsed.error();
    declared = *std::move(parsed);
  }
  auto account = account_of(store->connection(), {*period, *policy, std::move(declared)}, *names,
                            std::make_shared<const Rulebook>(*std::move(book)));
  if (!account) return account.error();
  return OpenAccount{*std::move(store), *std::move(account)};
}

// A folder that holds nothing yet, made when it is not there: nobody shall take a file of an
// older pack for one of this.
Result<void> make_empty_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  bool is_empty = !error && std::filesystem::is_empty(path, error);
  if (error) return Error{path + ": cannot be made: " + system_reason(error.value())};
  if (!is_empty) return Error{path + ": is not empty; name a folder that is new or empty"};
  return {};
}

std::string text_of(const Table& table, const Period& period, ListForm form) {
  std::string out;
  const Out keep = [&](ByteView piece) { out += piece; };
  const Out drop = [](ByteView) {};
  bool is_json = form == ListForm::kJson;
  write_table(table, period, is_json ? drop : keep, is_json ? keep : drop);
  return out;
}

// A file that is there when it is whole.
class FolderFile : public PackFile {
 public:
  explicit FolderFile(Replacement file) : file_(std::move(file)) {}
  Result<void> write(ByteView piece) override { return file_.write(piece); }
  Result<void> keep() override { return file_.keep(); }

 private:
  Replacement file_;
};

}  // namespace

int evidence_pack_command(const PeriodCall& call, const std::string& out) {
  auto opened = account_for(call);
  if (!opened) return usage_error(opened.error().message);
  const Account& account = *opened->account;
  auto made = make_empty_folder(out);
  if (!made) return usage_error(made.error().message);
  auto files = make_pack(account, [&](const std::string& name) -> Result<std::unique_ptr<PackFile>> {
    auto file = Replacement::open(out + "/" + name);
    if (!file) return file.error();
    return std::unique_ptr<PackFile>(std::make_unique<FolderFile>(*std::move(file)));
  });
  if (!files) return usage_error(files.error().message);
  return print(fmt::format("{}: {} files about {} to {}, from {} records: {} findings, {} NHIs, "
                           "{} gaps\n",
                           printable_text(out), *files, date_of(account.period.from),
                           date_of(account.period.to), account.ledger.head.sequence,
                           account.picture->findings.size(), account.picture->nhis.size(),
                           account.gaps.size()));
}

int evidence_sample_command(const PeriodCall& call, const std::string& size,
                            const std::string& seed, ListForm form) {
  size_t wanted = 0;
  auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), wanted);
  if (error != std::errc() || end != size.data() + size.size() || wanted == 0) {
    return usage_error("evidence sample: --size: '" + size + "' is not a number above 0");
  }
  auto opened = account_for(call);
  if (!opened) return usage_error(opened.error().message);
  return print(text_of(sample_table(*opened->account, wanted, seed), opened->account->period, form));
}

int evidence_metrics_command(const PeriodCall& call, ListForm form) {
  auto opened = account_for(call);
  if (!opened) return usage_error(opened.error().message);
  const Account& account = *opened->account;
  if (form == ListForm::kJson) {
    for (const Table& table : tables_of(account)) {
      if (table.name == "metrics") return print(text_of(table, account.period, form));
    }
  }
  std::string out;
  for (const Metric& metric : account.metrics) {
    std::string value = value_text(metric);
    std::string of = metric.population > 0
                         ? fmt::format("{} of {}", metric.count, metric.population)
                         : "";
    out += fmt::format("{:<44} {:>8} {:<10} {}", metric.name, value.empty() ? "-" : value,
                       metric.unit, of);
    out.erase(out.find_last_not_of(' ') + 1);
    out += "\n";
  }
  return print(out);
}

}  // namespace straykey
