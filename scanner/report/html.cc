// SPDX-License-Identifier: Apache-2.0
// One page for an auditor and an engineer: numbers first, then what they are made of. It is one
// file that asks nobody for anything: its content security policy forbids every request, and lets
// run only the style and the script whose hashes it names. Every text of a stranger goes through
// html_text(), or into a block of JSON in which no markup can begin.
//
// Tables of sums stand in the page as they are, for readers without scripts and for paper. The
// findings, which may be many, are data that the script shows a page at a time; of more than
// kMostFindings only the gravest are in the page, and the page says so.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "scanner/base/encoding.h"
#include "scanner/base/hash.h"
#include "scanner/base/time.h"
#include "scanner/report/document.h"
#include "scanner/report/pack.h"
#include "scanner/report/page/page.h"
#include "scanner/report/report.h"

namespace straykey {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr size_t kMostFindings = 10'000;
constexpr size_t kMostRows = 100;       // of a table of sums
constexpr size_t kMostTimelines = 100;  // of NHIs
constexpr char kRisks[] = "owasp-nhi-2025";
constexpr char kControls[] = "iso27001-2022";

std::string html_text(ByteView bytes) {
  std::string out;
  for (char c : printable_text(bytes)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

// JSON that may stand in a script element: nothing in it can end the element or open a comment.
std::string json_in_html(const OrderedJson& json) {
  std::string out;
  for (char c : json_text(json, -1)) {
    if (c == '<' || c == '>' || c == '&') {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string policy_hash(ByteView bytes) {
  Digest digest = sha256(bytes);
  return "'sha256-" +
         base64_encode(ByteView(reinterpret_cast<const char*>(digest.data()), digest.size())) +
         "'";
}

std::string card(ByteView term, ByteView value, ByteView more) {
  return fmt::format("<div><dt>{}</dt><dd>{}{}</dd></div>\n", html_text(term), html_text(value),
                     more.empty() ? "" : "<small>" + html_text(more) + "</small>");
}

// `greatest` is what the whole width stands for.
std::string bar(int64_t value, int64_t greatest) {
  return fmt::format("<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" "
                     "aria-hidden=\"true\"><rect width=\"{}\" height=\"10\"/></svg>",
                     greatest > 0 ? std::max<int64_t>(value * 100 / greatest, value > 0) : 0);
}

std::string begin_section(ByteView id, ByteView heading, ByteView text) {
  return fmt::format("<section id=\"{0}\" aria-labelledby=\"{0}-h\">\n<h2 id=\"{0}-h\">{1}</h2>\n"
                     "{2}",
                     id, html_text(heading),
                     text.empty() ? "" : "<p class=\"soft\">" + html_text(text) + "</p>\n");
}

std::string begin_table(ByteView caption, const std::vector<std::string>& headings) {
  std::string out = fmt::format("<div class=\"wide\" role=\"region\" tabindex=\"0\" "
                                "aria-label=\"{0}\"><table><caption>{0}</caption><thead><tr>",
                                html_text(caption));
  for (const std::string& heading : headings) {
    bool is_number = heading.starts_with("#");
    out += fmt::format("<th scope=\"col\"{}>{}</th>", is_number ? " class=\"n\"" : "",
                       html_text(is_number ? heading.substr(1) : heading));
  }
  return out + "</tr></thead><tbody>\n";
}
constexpr char kEndTable[] = "</tbody></table></div>\n";

// Of one id of a framework, of one owner: how many findings, by severity.
struct Count {
  int64_t all = 0;
  std::array<int64_t, 5> by_severity{};
};

class Page {
 public:
  Page(const Evidence& evidence, const Account* account)
      : evidence_(evidence), account_(account) {}

  std::string text() {
    count();
    std::string title = account_ ? "Evidence of credentials, " + date_of(account_->period.from) +
                                       " to " + date_of(account_->period.to)
                                 : "Credentials that were found";
    std::string out = fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src {}; script-src {}; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n<title>{}</title>\n<style>",
        policy_hash(page_style()), policy_hash(page_script()), html_text(title));
    out += page_style();
    out += "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">To the contents</a>\n";
    out += "<header><h1>" + html_text(title) + "</h1>\n<p class=\"soft\">" + html_text(origin()) +
           "</p></header>\n";
    out += navigation();
    out += "<main id=\"main\">\n" + headline() + risks() + controls() + owners();
    if (account_) out += trend();
    out += findings();
    if (account_) out += timelines();
    out += coverage() + "</main>\n" + footer();
    out += "<script type=\"application/json\" id=\"data\">" + json_in_html(data()) +
           "</script>\n<script>";
    out += page_script();
    return out + "</script>\n</body>\n</html>\n";
  }

 private:
  bool is_open(size_t index) const {
    return account_ ? straykey::is_open(account_->picture->work[index])
                    : evidence_.findings[index].is_open();
  }

  std::string owner_of(size_t index) const {
    const Resolution* whose = resolution_of(evidence_, index);
    if (!whose || whose->owner_suggested || whose->owner_left) return "";
    return whose->owner;
  }

  void count() {
    for (size_t i = 0; i < evidence_.findings.size(); ++i) {
      if (!is_open(i)) continue;
      const Finding& finding = evidence_.findings[i];
      auto add = [&](Count& count) {
        ++count.all;
        ++count.by_severity[static_cast<size_t>(finding.severity)];
      };
      add(open_);
      add(by_owner_[owner_of(i)]);
      const Assessment* assessment = evidence_.assessment(finding);
      if (!assessment) continue;
      for (const Mapping& one : *assessment->mappings) {
        if (one.framework->id == kRisks) add(by_risk_[one.id->id]);
        if (one.framework->id == kControls) {
          add(one.relation == Relation::kPrimary ? by_control_[one.id->id]
                                                 : related_[one.id->id]);
        }
      }
    }
  }

  std::string origin() const {
    if (!account_) {
      std::string when = evidence_.reproducible ? "" : ", " + iso_time(evidence_.started_at);
      return "straykey " + std::string(version()) + when;
    }
    return fmt::format("Store {}, records up to {}, head {}. Policy: {}. straykey {}.",
                       account_->ledger.store, account_->ledger.head.sequence,
                       account_->ledger.head.hash.substr(0, 16), account_->policy.id(),
                       version());
  }

  std::string navigation() const {
    std::string out = "<nav aria-label=\"Contents\"><ul>";
    std::vector<std::pair<const char*, const char*>> entries = {
        {"numbers", "Numbers"}, {"risks", "Risks"}, {"controls", "Controls"},
        {"owners", "Owners"}};
    if (account_) entries.push_back({"trend", "Trend"});
    entries.push_back({"findings", "Findings"});
    if (account_) entries.push_back({"timelines", "Timelines"});
    entries.push_back({"coverage", "Coverage"});
    for (auto [id, word] : entries) out += fmt::format("<li><a href=\"#{}\">{}</a></li>", id, word);
    return out + "</ul></nav>\n";
  }

  std::string headline() const {
    std::string out = begin_section("numbers", "In numbers", "") + "<dl class=\"cards\">\n";
    out += card("Open findings", std::to_string(open_.all),
                fmt::format("of {} known", evidence_.findings.size()));
    for (Severity severity : {Severity::kCritical, Severity::kHigh}) {
      out += card(fmt::format("{} and open", name(severity)),
                  std::to_string(open_.by_severity[static_cast<size_t>(severity)]), "");
    }
    auto nobody = by_owner_.find("");
    out += card("Without an owner",
                std::to_string(nobody == by_owner_.end() ? 0 : nobody->second.all),
                "open findings that nobody answers for");
    if (account_) {
      static const std::set<std::string> kShown = {
          "ownership-coverage", "exposure-age-median", "time-to-revoke-median",
          "rotation-on-time",   "review-on-time",      "evidence-debt",
          "scan-coverage",      "runs-on-plan"};
      for (const Metric& metric : account_->metrics) {
        if (!kShown.contains(metric.id)) continue;
        std::string value = value_text(metric);
        out += card(metric.name, value.empty() ? "–" : value + " " + metric.unit,
                    metric.population > 0
                        ? fmt::format("{} of {}", metric.count, metric.population)
                        : "");
      }
    } else {
      RunTotals totals = run_totals(evidence_);
      out += card("Commits", std::to_string(totals.commits), "");
      out += card("Objects", std::to_string(totals.blobs), "looked at");
      out += card("Complete", evidence_.coverage.complete() ? "yes" : "no",
                  fmt::format("{} could not be read", evidence_.coverage.failed.size()));
    }
    return out + "</dl>\n</section>\n";
  }

  std::string risks() const {
    std::string out = begin_section("risks", "Risks by the OWASP NHI Top 10",
                                    "Open findings by the risks that their conditions support. "
                                    "One finding may support several.");
    const Framework* framework = this->framework(kRisks);
    if (!framework) return out + "<p>No findings were assessed.</p></section>\n";
    int64_t greatest = 0;
    for (const auto& [id, count] : by_risk_) greatest = std::max(greatest, count.all);
    out += begin_table("Open findings by risk",
                       {"Risk", "Title", "#Findings", "", "#Critical", "#High"});
    for (const FrameworkId& id : framework->ids) {
      auto found = by_risk_.find(id.id);
      Count of = found == by_risk_.end() ? Count() : found->second;
      out += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"n\">{}</td>"
                         "<td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
                         html_text(id.id), html_text(id.title), of.all, bar(of.all, greatest),
                         of.by_severity[4], of.by_severity[3]);
    }
    return out + kEndTable + "</section>\n";
  }

  std::string controls() const {
    std::string out = begin_section(
        "controls", "Controls of ISO/IEC 27001:2022, Annex A",
        "Open findings that are evidence for a control, or related to it. That a control is not "
        "named does not mean that it is in order.");
    const Framework* framework = this->framework(kControls);
    if (!framework) return out + "<p>No findings were assessed.</p></section>\n";
    out += begin_table("Open findings by control",
                       {"Control", "Title", "#Evidence for", "#Critical", "#High", "#Medium",
                        "#Low", "#Related"});
    for (const FrameworkId& id : framework->ids) {
      auto primary = by_control_.find(id.id);
      auto related = related_.find(id.id);
      if (primary == by_control_.end() && related == related_.end()) continue;
      Count of = primary == by_control_.end() ? Count() : primary->second;
      out += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"n\">{}</td>",
                         html_text(id.id), html_text(id.title), of.all);
      for (size_t severity : {4, 3, 2, 1}) {
        out += fmt::format("<td class=\"n\">{}</td>", of.by_severity[severity]);
      }
      out += fmt::format("<td class=\"n\">{}</td></tr>\n",
                         related == related_.end() ? 0 : related->second.all);
    }
    return out + kEndTable + "</section>\n";
  }

  std::string owners() const {
    std::string out = begin_section("owners", "Owners",
                                    "Who answers for the open findings. A name that only history "
                                    "suggests does not count.");
    std::vector<std::pair<std::string, Count>> rows(by_owner_.begin(), by_owner_.end());
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.second.all > b.second.all; });
    std::vector<std::string> headings = {"Owner", "#Findings", "", "#Critical", "#High"};
    if (account_) headings.insert(headings.end(), {"#Links missing", "#Days overdue"});
    out += begin_table("Open findings by owner", headings);
    for (size_t i = 0; i < std::min(kMostRows, rows.size()); ++i) {
      const auto& [owner, count] = rows[i];
      out += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td>{}</td>"
                         "<td class=\"n\">{}</td><td class=\"n\">{}</td>",
                         owner.empty() ? "nobody" : html_text(owner), count.all,
                         bar(count.all, rows.front().second.all), count.by_severity[4],
                         count.by_severity[3]);
      if (account_) {
        auto debt = account_->debt.by_owner.find(owner);
        Debt owed = debt == account_->debt.by_owner.end() ? Debt() : debt->second;
        out += fmt::format("<td class=\"n\">{}</td><td class=\"n\">{}</td>", owed.links(),
                           owed.overdue_days);
      }
      out += "</tr>\n";
    }
    out += kEndTable;
    if (rows.size() > kMostRows) {
      out += fmt::format("<p>{} more owners are in the other files.</p>", rows.size() - kMostRows);
    }
    return out + "</section>\n";
  }

  // One small chart for each metric that has at least one value.
  std::string trend() const {
    std::string out = begin_section("trend", "Trend",
                                    "Each measurement at moments of the period; the numbers are "
                                    "in trend.csv.");
    out += "<div class=\"charts\">\n";
    for (size_t m = 0; m < account_->metrics.size(); ++m) {
      const Metric& metric = account_->metrics[m];
      std::vector<std::pair<size_t, int64_t>> points;
      int64_t greatest = metric.unit == "%" ? 1000 : 10;
      for (size_t i = 0; i < account_->trend.size(); ++i) {
        const auto& value = account_->trend[i].metrics[m].tenths;
        if (!value) continue;
        points.emplace_back(i, *value);
        greatest = std::max(greatest, *value);
      }
      if (points.empty()) continue;
      out += chart(metric, points, greatest);
    }
    return out + "</div>\n</section>\n";
  }

  std::string chart(const Metric& metric, const std::vector<std::pair<size_t, int64_t>>& points,
                    int64_t greatest) const {
    constexpr int64_t kWidth = 300, kHeight = 90, kEdge = 6;
    const auto steps = static_cast<int64_t>(std::max<size_t>(account_->trend.size() - 1, 1));
    auto x = [&](size_t i) {
      return kEdge + static_cast<int64_t>(i) * (kWidth - 2 * kEdge) / steps;
    };
    auto y = [&](int64_t value) {
      return kHeight - kEdge - value * (kHeight - 2 * kEdge) / greatest;
    };
    std::string line, marks, told;
    for (auto [i, value] : points) {
      line += fmt::format("{},{} ", x(i), y(value));
      marks += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"2.5\"/>", x(i), y(value));
      told += fmt::format("{}{}: {}", told.empty() ? "" : "; ",
                          date_of(account_->trend[i].period.to),
                          value_text(account_->trend[i].metrics[index_of(metric)]));
    }
    return fmt::format(
        "<figure><figcaption>{0} <b>{1} {2}</b></figcaption><svg viewBox=\"0 0 {3} {4}\" "
        "role=\"img\" aria-label=\"{0}, {2}. {5}\"><line x1=\"0\" y1=\"{6}\" x2=\"{3}\" "
        "y2=\"{6}\"/><polyline points=\"{7}\"/>{8}</svg><span class=\"soft\">{9}</span>"
        "</figure>\n",
        html_text(metric.name), value_text(metric).empty() ? "–" : value_text(metric),
        html_text(metric.unit), kWidth, kHeight, html_text(told), kHeight - kEdge, line, marks,
        metric.more_is_better ? "more is better" : "less is better");
  }

  size_t index_of(const Metric& metric) const {
    return static_cast<size_t>(&metric - account_->metrics.data());
  }

  std::string findings() const {
    std::string out = begin_section("findings", "Findings", "");
    if (evidence_.findings.size() > kMostFindings) {
      out += fmt::format("<p>The page holds the {} gravest of {} findings; {}.</p>\n",
                         kMostFindings, evidence_.findings.size(),
                         account_ ? "all are in findings.csv" : "--format json has all");
    }
    out += "<noscript><p>The table of findings needs the script of this page.</p></noscript>\n"
           "<form id=\"filters\" role=\"search\" aria-label=\"Findings\">\n"
           "<div><label for=\"search\">Search</label>"
           "<input id=\"search\" type=\"search\" autocomplete=\"off\"></div>\n";
    for (auto [id, word] : {std::pair("severity", "Severity"), std::pair("state", "State"),
                            std::pair("owner", "Owner"), std::pair("risk", "Risk")}) {
      out += fmt::format("<div><label for=\"filter-{0}\">{1}</label><select id=\"filter-{0}\">"
                         "<option value=\"\">all</option></select></div>\n",
                         id, word);
    }
    out += "<div><label for=\"reset\">&nbsp;</label><button id=\"reset\" type=\"reset\">Show all"
           "</button></div>\n</form>\n";
    out += "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"Findings\">"
           "<table id=\"findings-table\"><thead><tr>";
    for (const Column& column : kColumns) {
      out += fmt::format("<th scope=\"col\">{}</th>", column.heading);
    }
    out += "</tr></thead><tbody id=\"findings-body\"></tbody></table></div>\n"
           "<div class=\"pager\"><button id=\"previous\" type=\"button\">Previous</button>"
           "<button id=\"next\" type=\"button\">Next</button>"
           "<span id=\"findings-count\" role=\"status\" aria-live=\"polite\"></span></div>\n";
    return out + "</section>\n";
  }

  OrderedJson data() const {
    OrderedJson columns = OrderedJson::array(), headings = OrderedJson::array();
    for (const Column& column : kColumns) {
      columns.push_back(column.name);
      headings.push_back(column.heading);
    }
    OrderedJson rows = OrderedJson::array();
    for (size_t i = 0; i < std::min(kMostFindings, evidence_.findings.size()); ++i) {
      rows.push_back(row(i));
    }
    return {{"columns", columns}, {"headings", headings}, {"findings", std::move(rows)}};
  }

  OrderedJson row(size_t index) const {
    const Finding& finding = evidence_.findings[index];
    const Resolution* whose = resolution_of(evidence_, index);
    const Assessment* assessment = evidence_.assessment(finding);
    std::string risks, controls, conditions, place;
    if (assessment) {
      auto joined = [](const std::vector<std::string>& ids) {
        return fmt::format("{}", fmt::join(ids, " "));
      };
      risks = joined(primary_ids(*assessment, kRisks));
      controls = joined(primary_ids(*assessment, kControls));
      for (const Condition& one : assessment->conditions) {
        conditions += (conditions.empty() ? "" : " ") + one.id;
      }
    }
    if (!finding.occurrences.empty()) {
      const Occurrence& first = finding.occurrences.front();
      bool has_repository = !first.repository.empty() && first.repository != ".";
      place = (has_repository ? first.repository + " " : "") + place_name(first) + ":" +
              std::to_string(first.position.line);
    }
    std::string state = account_ ? name(account_->picture->work[index]) : name(finding.state);
    std::string nhi = !whose ? "" : whose->name.empty() ? whose->nhi_id : whose->name;
    return {finding.id.substr(0, 12),
            name(finding.severity),
            state,
            printable_text((*evidence_.signatures)[finding.signature].name),
            printable_text(nhi),
            printable_text(owner_of(index)),
            printable_text(place),
            finding.first_seen ? date_of(*finding.first_seen) : "",
            risks,
            controls,
            conditions};
  }

  std::string timelines() const {
    std::string out = begin_section("timelines", "Timelines",
                                    "What happened to each identity with open findings; all of "
                                    "it is in timeline.csv.");
    std::vector<Table> tables = identity_tables(*account_);
    auto timeline = std::find_if(tables.begin(), tables.end(),
                                 [](const Table& table) { return table.name == "timeline"; });
    STRAYKEY_CHECK(timeline != tables.end());
    std::set<std::string> wanted;
    for (size_t i = 0; i < account_->picture->known.size(); ++i) {  // gravest first
      if (wanted.size() == kMostTimelines) break;
      if (is_open(i)) wanted.insert(account_->picture->nhis[account_->picture->nhi[i]].id);
    }
    std::map<std::string, std::string> rows;
    timeline->rows([&](const TableRow& row) {
      const std::string nhi = row[0].get<std::string>();
      if (!wanted.contains(nhi)) return;
      rows[nhi] += fmt::format("<tr><td class=\"id\">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                               html_text(row[1].get<std::string>().substr(0, 10)),
                               html_text(row[3].get<std::string>()),
                               html_text(row[5].get<std::string>()),
                               html_text(row[6].get<std::string>()));
    });
    for (const auto& [nhi, text] : rows) {
      out += "<details><summary>" + html_text(nhi) + "</summary>" +
             begin_table("Events of " + nhi, {"Date", "What", "By", "Detail"}) + text + kEndTable +
             "</details>\n";
    }
    return out + "</section>\n";
  }

  std::string coverage() const {
    std::string out = begin_section("coverage", "Coverage", "");
    if (account_) {
      out += begin_table("Sources, runs and objects",
                         {"Of", "#Listed", "#Scanned", "#Failed", "#Left out"});
      std::vector<Table> tables = run_tables(*account_);
      tables.front().rows([&](const TableRow& row) {
        out += fmt::format("<tr><th scope=\"row\">{}</th>", html_text(row[0].get<std::string>()));
        for (size_t i = 1; i < 5; ++i) out += "<td class=\"n\">" + row[i].dump() + "</td>";
        out += "</tr>\n";
      });
      out += kEndTable;
      out += "<h3>Gaps</h3>\n<ul>\n";
      for (size_t i = 0; i < std::min(kMostRows, account_->gaps.size()); ++i) {
        out += "<li>" + html_text(account_->gaps[i].what) + "</li>\n";
      }
      if (account_->gaps.empty()) out += "<li>none</li>\n";
      return out + "</ul>\n</section>\n";
    }
    out += begin_table("What was not looked at", {"Why", "#Count"});
    for (const auto& [reason, what] : evidence_.coverage.left_out) {
      out += fmt::format("<tr><td>left out: {}</td><td class=\"n\">{}</td></tr>\n",
                         html_text(reason), what.count);
    }
    std::map<std::string, int64_t> failed;
    for (const Failure& failure : evidence_.coverage.failed) ++failed[failure.reason];
    for (const auto& [reason, times] : failed) {
      out += fmt::format("<tr><td>failed: {}</td><td class=\"n\">{}</td></tr>\n",
                         html_text(reason), times);
    }
    return out + kEndTable + "<p>" + html_text(summary_line(evidence_)) + "</p>\n</section>\n";
  }

  static std::string footer() {
    return "<footer><p>Supports evidence for the controls and risks that it names; it does not "
           "say that a requirement is met. No secret is in this page: findings are known by "
           "their fingerprints.</p></footer>\n";
  }

  const Framework* framework(ByteView id) const {
    return evidence_.rulebook ? evidence_.rulebook->frameworks.framework(id) : nullptr;
  }

  struct Column {
    const char* name;
    const char* heading;
  };
  static constexpr Column kColumns[] = {
      {"id", "Id"},        {"severity", "Severity"}, {"state", "State"},
      {"kind", "Kind"},    {"nhi", "Identity"},      {"owner", "Owner"},
      {"place", "Place"},  {"since", "Since"},       {"risk", "Risks"},
      {"control", "Controls"}, {"conditions", "Conditions"}};

  const Evidence& evidence_;
  const Account* account_;
  Count open_;
  std::map<std::string, Count> by_owner_, by_risk_, by_control_, related_;
};

}  // namespace

std::string report_html(const Evidence& evidence) { return Page(evidence, nullptr).text(); }

std::string report_html(const Account& account) {
  return Page(account.picture->evidence, &account).text();
}

}  // namespace straykey
