// SPDX-License-Identifier: Apache-2.0
// The measurements with their methods, and how they went over the period.
#include "scanner/evidence/account.h"

namespace straykey {
namespace {

TableRow with_metric(TableRow row, const Metric& metric) {
  std::string value = value_text(metric);
  row.insert(row.end(), {metric.id, metric.name, value.empty() ? Cell() : Cell(std::move(value)),
                         metric.unit, metric.count, metric.population});
  return row;
}

Table metrics_table(const Account& account) {
  Table out;
  out.name = "metrics";
  out.title = "A measurement at the end of the period, and how it is made";
  out.columns = {"metric", "name", "value", "unit", "count", "of", "better", "method"};
  out.rows = [&account](const auto& row) {
    for (const Metric& metric : account.metrics) {
      TableRow cells = with_metric({}, metric);
      cells.push_back(metric.more_is_better ? "more" : "less");
      cells.push_back(metric.method);
      row(cells);
    }
  };
  return out;
}

Table trend_table(const Account& account) {
  Table out;
  out.name = "trend";
  out.title = "A measurement at a moment of the period, what is counted since the one before";
  out.columns = {"from", "to", "metric", "name", "value", "unit", "count", "of"};
  out.rows = [&account](const auto& row) {
    for (const TrendPoint& point : account.trend) {
      for (const Metric& metric : point.metrics) {
        row(with_metric({time_cell(point.period.from), time_cell(point.period.to)}, metric));
      }
    }
  };
  return out;
}

Table debt_table(const Account& account) {
  Table out;
  out.name = "evidence-debt";
  out.title = "Links that are missing between findings and the controls they bear on";
  out.columns = {"by", "key", "pairs", "owner", "decision", "operation", "review", "closure",
                 "debt", "overdue_days"};
  out.rows = [&account](const auto& row) {
    auto add = [&](const char* by, const std::string& key, const Debt& debt) {
      TableRow cells = {by, key, debt.pairs};
      for (int64_t missing : debt.missing) cells.push_back(missing);
      cells.push_back(debt.links());
      cells.push_back(debt.overdue_days);
      row(cells);
    };
    const DebtSheet& sheet = account.debt;
    add("total", "", sheet.total);
    for (const auto& [control, debt] : sheet.by_control) add("control", control, debt);
    for (const auto& [owner, debt] : sheet.by_owner) {
      add("owner", owner.empty() ? "nobody" : owner, debt);
    }
    for (const auto& [age, debt] : sheet.by_age) add("age", age, debt);
  };
  return out;
}

}  // namespace

std::vector<Table> metric_tables(const Account& account) {
  return {metrics_table(account), trend_table(account), debt_table(account)};
}

}  // namespace straykey
