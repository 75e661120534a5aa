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

Result<std::unique_ptr<const Account>> account_for(const PeriodCall& call) {
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
  return account_of(store->connection(), *period, *policy, *names,
                    std::make_shared<const Rulebook>(*std::move(book)));
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

}  // namespace

int evidence_pack_command(const PeriodCall& call, const std::string& out) {
  auto account = account_for(call);
  if (!account) return usage_error(account.error().message);
  auto made = make_empty_folder(out);
  if (!made) return usage_error(made.error().message);
  size_t files = 0;
  auto packed = make_pack(**account, [&](const PackFile& file) {
    ++files;
    return replace_file(out + "/" + file.name, file.bytes);
  });
  if (!packed) return usage_error(packed.error().message);
  const Account& of = **account;
  return print(fmt::format("{}: {} files about {} to {}, from {} records: {} findings, {} NHIs, "
                           "{} gaps\n",
                           printable_text(out), files, date_of(of.period.from),
                           date_of(of.period.to), of.ledger.head.sequence,
                           of.picture->known.size(), of.picture->nhis.size(), of.gaps.size()));
}

int evidence_sample_command(const PeriodCall& call, const std::string& size,
                            const std::string& seed, ListForm form) {
  size_t wanted = 0;
  auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), wanted);
  if (error != std::errc() || end != size.data() + size.size() || wanted == 0) {
    return usage_error("evidence sample: --size: '" + size + "' is not a number above 0");
  }
  auto account = account_for(call);
  if (!account) return usage_error(account.error().message);
  TableText text = table_text(sample_table(**account, wanted, seed), (*account)->period);
  return print(form == ListForm::kJson ? text.json : text.csv);
}

int evidence_metrics_command(const PeriodCall& call, ListForm form) {
  auto account = account_for(call);
  if (!account) return usage_error(account.error().message);
  if (form == ListForm::kJson) {
    for (const Table& table : tables_of(**account)) {
      if (table.name == "metrics") return print(table_text(table, (*account)->period).json);
    }
  }
  std::string out;
  for (const Metric& metric : (*account)->metrics) {
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
