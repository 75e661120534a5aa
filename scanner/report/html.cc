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
#include "scanner/report/markup.h"
#include "scanner/report/pack.h"
#include "scanner/report/page/page.h"
#include "scanner/report/report.h"

namespace straykey {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr size_t kMostFindings = 10'000;
constexpr size_t kMostRows = 100;       // of a table of sums
constexpr size_t kMostTimelines = 100;  // of NHIs

std::string html_text(ByteView bytes) { return markup(printable_text(bytes)); }

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

// "202,588"
std::string grouped(int64_t number) {
  std::string out = std::to_string(number);
  for (size_t at = out.size(); at > 3;) out.insert(at -= 3, ",");
  return out;
}

std::string card(ByteView term, ByteView value, ByteView unit, ByteView more) {
  auto part = [](const char* begin, ByteView text, const char* end) {
    return text.empty() ? "" : begin + html_text(text) + end;
  };
  return fmt::format("<div><dt>{}</dt><dd>{}{}{}</dd></div>\n", html_text(term),
                     html_text(value), part(" <span>", unit, "</span>"),
                     part("<small>", more, "</small>"));
}

// A number of a table of sums; on narrow pages its heading stands before it.
std::string number_cell(const char* heading, int64_t number) {
  return fmt::format("<td class=\"n\" data-label=\"{}\">{}</td>", heading, number);
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

enum class Kind { kRows, kSums };  // sums become blocks on narrow pages

std::string begin_table(ByteView caption, const std::vector<std::string>& headings,
                        Kind kind = Kind::kSums) {
  std::string out = fmt::format("<div class=\"wide\" role=\"region\" tabindex=\"0\" "
                                "aria-label=\"{0}\"><table{1}><caption>{0}</caption><thead><tr>",
                                html_text(caption),
                                kind == Kind::kSums ? " class=\"sums\"" : "");
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

  void add(const Count& more) {
    all += more.all;
    for (size_t i = 0; i < by_severity.size(); ++i) by_severity[i] += more.by_severity[i];
  }
};

// A finding as the page shows it, of a scan or of an account. Borrows.
struct Shown {
  ByteView id;
  Severity severity = Severity::kInfo;
  bool open = false;
  const char* state = "";
  ByteView kind, nhi, owner;  // the owner only when they answer for it
  Occurrence place;           // repository, path, line, and what names places without a path
  bool has_place = false;
  std::optional<int64_t> since;
  const std::vector<Mapping>* mappings = nullptr;  // null: nothing was assessed
  const std::vector<Condition>* conditions = nullptr;
};

Shown shown(const Evidence& evidence, size_t index) {
  const Finding& finding = evidence.findings[index];
  Shown out;
  out.id = finding.id;
  out.severity = finding.severity;
  out.open = finding.is_open();
  out.state = name(finding.state);
  out.kind = (*evidence.signatures)[finding.signature].name;
  if (const Resolution* whose = resolution_of(evidence, index)) {
    out.nhi = whose->name.empty() ? whose->nhi_id : whose->name;
    if (!whose->owner_suggested && !whose->owner_left) out.owner = whose->owner;
  }
  out.has_place = !finding.occurrences.empty();
  if (out.has_place) out.place = finding.occurrences.front();
  out.since = finding.first_seen;
  if (const Assessment* assessment = evidence.assessment(finding)) {
    out.mappings = assessment->mappings.get();
    out.conditions = &assessment->conditions;
  }
  return out;
}

Shown shown(const Account& account, size_t index) {
  const Picture& picture = *account.picture;
  const PictureFinding& finding = picture.findings[index];
  const LedgerFinding& known = *finding.known;
  const LedgerOwner& whose = picture.whose(finding);
  Shown out;
  out.id = known.id;
  out.severity = known.severity;
  out.open = is_open(finding.work);
  out.state = name(finding.work);
  out.kind = picture.signature(finding).name;
  out.nhi = whose.name.empty() ? picture.nhis[finding.nhi].id() : whose.name;
  if (whose.accountable()) out.owner = whose.owner;
  out.has_place = known.places() > 0;
  if (out.has_place) {
    out.place.repository = known.place_source;
    out.place.path = known.path;
    out.place.object = known.object;
    out.place.blob = known.blob;
    out.place.commit = known.commit;
    out.place.position.line = known.line;
  }
  out.since = known.committed_at;
  out.mappings = finding.meaning->mappings.get();
  out.conditions = &finding.meaning->conditions;
  return out;
}

// Ids of one framework that a finding is evidence for, blanks between.
std::string ids_of(const Shown& finding, ByteView framework) {
  if (!finding.mappings) return "";
  return fmt::format("{}", fmt::join(primary_ids(*finding.mappings, framework), " "));
}

class Page {
 public:
  explicit Page(const Evidence& evidence)
      : evidence_(&evidence),
        rulebook_(evidence.rulebook.get()),
        size_(evidence.findings.size()) {}
  explicit Page(const Account& account)
      : account_(&account),
        rulebook_(account.picture->rulebook.get()),
        size_(account.picture->findings.size()) {}

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
    out += "<header><h1>" + heading() + "</h1>\n<p class=\"soft\">" + html_text(origin()) +
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
  Shown shown(size_t index) const {
    return account_ ? straykey::shown(*account_, index) : straykey::shown(*evidence_, index);
  }

  void count() {
    std::map<const std::vector<Mapping>*, Count> by_meaning;  // many findings share one
    for (size_t i = 0; i < size_; ++i) {
      const Shown finding = shown(i);
      if (!finding.open) continue;
      Count one{1, {}};
      one.by_severity[static_cast<size_t>(finding.severity)] = 1;
      open_.add(one);
      by_owner_[std::string(finding.owner)].add(one);
      if (finding.mappings) by_meaning[finding.mappings].add(one);
    }
    for (const auto& [mappings, count] : by_meaning) {
      for (const Mapping& one : *mappings) {
        if (one.framework->id == kRisks) by_risk_[one.id->id].add(count);
        if (one.framework->id == kControls && one.id->kind == IdKind::kControl) {
          (one.relation == Relation::kPrimary ? by_control_ : related_)[one.id->id].add(count);
        }
      }
    }
  }

  std::string heading() const {
    if (!account_) return "Credentials that were found";
    return fmt::format("Evidence of credentials, <time>{}</time> to <time>{}</time>",
                       date_of(account_->period.from), date_of(account_->period.to));
  }

  std::string origin() const {
    if (!account_) {
      std::string when = evidence_->reproducible ? "" : ", " + iso_time(evidence_->started_at);
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
    auto count = [](int64_t number) { return grouped(number); };
    out += card("Open findings", count(open_.all), "",
                "of " + count(static_cast<int64_t>(size_)) + " known");
    for (auto [word, severity] :
         {std::pair("Critical and open", Severity::kCritical),
          std::pair("High and open", Severity::kHigh)}) {
      out += card(word, count(open_.by_severity[static_cast<size_t>(severity)]), "", "");
    }
    auto nobody = by_owner_.find("");
    out += card("Without an owner", count(nobody == by_owner_.end() ? 0 : nobody->second.all), "",
                "open findings that nobody answers for");
    if (account_) {
      static const std::set<std::string> kShown = {
          "ownership-coverage", "exposure-age-median", "time-to-revoke-median",
          "rotation-on-time",   "review-on-time",      "evidence-debt",
          "scan-coverage",      "runs-on-plan"};
      for (const Metric& metric : account_->metrics) {
        if (!kShown.contains(metric.id)) continue;
        std::string value = !metric.tenths       ? "–"
                            : metric.unit == "%" ? value_text(metric)
                                                 : count(*metric.tenths / 10);
        out += card(metric.name, value, metric.unit,
                    metric.population > 0
                        ? count(metric.count) + " of " + count(metric.population)
                        : "");
      }
    } else {
      RunTotals totals = run_totals(*evidence_);
      out += card("Commits", count(static_cast<int64_t>(totals.commits)), "", "");
      out += card("Objects", count(static_cast<int64_t>(totals.blobs)), "", "looked at");
      out += card("Complete", evidence_->coverage.complete() ? "yes" : "no", "",
                  fmt::format("{} could not be read", evidence_->coverage.failed.size()));
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
      out += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td>{}<td>{}</td>{}{}</tr>\n",
                         html_text(id.id), html_text(id.title), number_cell("Findings", of.all),
                         bar(of.all, greatest), number_cell("Critical", of.by_severity[4]),
                         number_cell("High", of.by_severity[3]));
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
      out += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td>{}", html_text(id.id),
                         html_text(id.title), number_cell("Evidence for", of.all));
      for (auto [word, severity] : {std::pair("Critical", 4), std::pair("High", 3),
                                    std::pair("Medium", 2), std::pair("Low", 1)}) {
        out += number_cell(word, of.by_severity[static_cast<size_t>(severity)]);
      }
      out += number_cell("Related", related == related_.end() ? 0 : related->second.all);
      out += "</tr>\n";
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
      out += fmt::format("<tr><th scope=\"row\">{}</th>{}<td>{}</td>{}{}",
                         owner.empty() ? "nobody" : html_text(owner),
                         number_cell("Findings", count.all),
                         bar(count.all, rows.front().second.all),
                         number_cell("Critical", count.by_severity[4]),
                         number_cell("High", count.by_severity[3]));
      if (account_) {
        auto debt = account_->debt.by_owner.find(owner);
        Debt owed = debt == account_->debt.by_owner.end() ? Debt() : debt->second;
        out += number_cell("Links missing", owed.links()) +
               number_cell("Days overdue", owed.overdue_days);
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
    if (size_ > kMostFindings) {
      out += fmt::format("<p>The page holds the {} gravest of {} findings; {}.</p>\n",
                         grouped(kMostFindings), grouped(static_cast<int64_t>(size_)),
                         account_ ? "all are in <a href=\"findings.csv\">findings.csv</a> beside it"
                                  : "--format json has all");
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
    for (size_t i = 0; i < std::min(kMostFindings, size_); ++i) {
      rows.push_back(row(i));
    }
    return {{"columns", columns}, {"headings", headings}, {"findings", std::move(rows)}};
  }

  OrderedJson row(size_t index) const {
    const Shown finding = shown(index);
    std::string conditions, place;
    if (finding.conditions) {
      for (const Condition& one : *finding.conditions) {
        conditions += (conditions.empty() ? "" : " ") + one.id;
      }
    }
    if (finding.has_place) {
      const std::string& repository = finding.place.repository;
      bool has_repository = !repository.empty() && repository != ".";
      place = (has_repository ? repository + " " : "") + place_name(finding.place) + ":" +
              std::to_string(finding.place.position.line);
    }
    return {finding.id.substr(0, 12),
            name(finding.severity),
            finding.state,
            printable_text(finding.kind),
            printable_text(finding.nhi),
            printable_text(finding.owner),
            printable_text(place),
            finding.since ? date_of(*finding.since) : "",
            ids_of(finding, kRisks),
            ids_of(finding, kControls),
            conditions};
  }

  std::string timelines() const {
    std::string out = begin_section("timelines", "Timelines",
                                    "What happened to each identity with open findings; all of "
                                    "it is in timeline.csv.");
    std::set<uint32_t> wanted;
    for (const PictureFinding& finding : account_->picture->findings) {  // gravest first
      if (wanted.size() == kMostTimelines) break;
      if (is_open(finding.work)) wanted.insert(finding.nhi);
    }
    std::map<std::string, std::string> rows;
    timeline_table(*account_, std::move(wanted)).rows([&](const TableRow& row) {
      rows[std::string(row[0].text())] += fmt::format(
          "<tr><td class=\"id\">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
          html_text(row[1].text().substr(0, 10)), html_text(row[3].text()),
          html_text(row[5].text()), html_text(row[6].text()));
    });
    for (const auto& [nhi, text] : rows) {
      out += "<details><summary>" + html_text(nhi) + "</summary>" +
             begin_table("Events of " + nhi, {"Date", "What", "By", "Detail"}, Kind::kRows) + text + kEndTable +
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
        out += fmt::format("<tr><th scope=\"row\">{}</th>", html_text(row[0].text()));
        static constexpr const char* kWords[] = {"", "Listed", "Scanned", "Failed", "Left out"};
        for (size_t i = 1; i < 5; ++i) out += number_cell(kWords[i], *row[i].number());
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
    for (const auto& [reason, what] : evidence_->coverage.left_out) {
      out += fmt::format("<tr><td>left out: {}</td><td class=\"n\">{}</td></tr>\n",
                         html_text(reason), what.count);
    }
    std::map<std::string, int64_t> failed;
    for (const Failure& failure : evidence_->coverage.failed) ++failed[failure.reason];
    for (const auto& [reason, times] : failed) {
      out += fmt::format("<tr><td>failed: {}</td><td class=\"n\">{}</td></tr>\n",
                         html_text(reason), times);
    }
    return out + kEndTable + "<p>" + html_text(summary_line(*evidence_)) + "</p>\n</section>\n";
  }

  static std::string footer() {
    return "<footer><p>Supports evidence for the controls and risks that it names; it does not "
           "say that a requirement is met. No secret is in this page: findings are known by "
           "their fingerprints.</p></footer>\n";
  }

  const Framework* framework(ByteView id) const {
    return rulebook_ ? rulebook_->frameworks.framework(id) : nullptr;
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

  const Evidence* evidence_ = nullptr;  // one of the two
  const Account* account_ = nullptr;
  const Rulebook* rulebook_;
  size_t size_;
  Count open_;
  std::map<std::string, Count> by_owner_, by_risk_, by_control_, related_;
};

}  // namespace

std::string report_html(const Evidence& evidence) { return Page(evidence).text(); }

std::string report_html(const Account& account) { return Page(account).text(); }

}  // namespace straykey
