// SPDX-License-Identifier: Apache-2.0
#include "scanner/report/pack.h"

#include <gtest/gtest.h>

#include "scanner/base/file.h"
#include "scanner/base/hash.h"
#include "tests/support/made_year.h"
#include "tests/support/python_check.h"

namespace straykey {
namespace {

std::unique_ptr<const Account> account(Store& store, const char* text,
                                       DeclaredScope declared = {}) {
  auto period = Period::parse(text);
  EXPECT_TRUE(period) << period.error().message;
  auto book = Rulebook::builtin();
  EXPECT_TRUE(book) << book.error().message;
  auto out = account_of(store.connection(), {*period, Policy(), std::move(declared)}, SignatureSet(),
                        std::make_shared<const Rulebook>(*std::move(book)));
  EXPECT_TRUE(out) << out.error().message;
  return *std::move(out);
}

using Files = std::map<std::string, std::string>;

class MemoryFile : public PackFile {
 public:
  MemoryFile(Files& files, const std::string& name) : files_(files), name_(name) {}
  Result<void> write(ByteView piece) override {
    bytes_ += piece;
    return {};
  }
  Result<void> keep() override {
    EXPECT_TRUE(files_.emplace(name_, bytes_).second) << name_;
    return {};
  }

 private:
  Files& files_;
  std::string name_, bytes_;
};

Files pack(const Account& account) {
  Files files;
  auto made = make_pack(account, [&](const std::string& name) {
    return Result<std::unique_ptr<PackFile>>(std::make_unique<MemoryFile>(files, name));
  });
  EXPECT_TRUE(made);
  EXPECT_EQ(*made, files.size());
  return files;
}

// A cell as the CSV of its table has it.
std::string told(const Cell& cell) {
  return cell.number() ? std::to_string(*cell.number()) : std::string(cell.text());
}

constexpr char kThirdQuarter[] = "2025-07-01..2025-09-30";

TEST(Pack, MeasuresAYearAsCountedByHand) {
  StorePlace place;
  Store store = open_store(place.where());
  MadeYear(store).live_until(52);
  std::string told;
  auto of = account(store, kThirdQuarter);
  for (const Metric& metric : of->metrics) {
    told += metric.id + " " + value_text(metric) + " " + std::to_string(metric.count) + "/" +
            std::to_string(metric.population) + "\n";
  }
  // NHIs that live: b, c, d, e; a was revoked. Of these d and e have an owner, e was rotated and
  // d reviewed. Secrets 2 and 3 stand open since the 31st of January and the 7th of March.
  // Pairs with a control: 2 of secret 1, all links there; 4 of 2, lacking owner, review, closure;
  // 6 of 3, likewise; 4 of 4, lacking decision and closure; 2 of 5, lacking decision, review and
  // closure: 12 + 18 + 8 + 6. Overdue since the 31st of March, and twice since the 2nd of June:
  // 183 + 120 + 120 days. Thirteen weeks end in the quarter; one had no run, one an incomplete.
  EXPECT_EQ(told,
            "ownership-coverage 50.0 2/4\n"
            "exposure-age-median 207 2/0\n"
            "exposure-age-p90 242 2/0\n"
            "time-to-revoke-median 10 1/0\n"
            "time-to-revoke-p90 10 1/0\n"
            "rotation-on-time 25.0 1/4\n"
            "review-on-time 25.0 1/4\n"
            "exceptions-30 0 0/0\n"
            "exceptions-90 0 0/0\n"
            "exceptions-older 0 0/0\n"
            "exceptions-ended 1 1/0\n"
            "evidence-debt 44 44/90\n"
            "debt-interest 423 423/0\n"
            "scan-coverage 100.0 3/3\n"
            "runs-on-plan 84.6 11/13\n");
}

TEST(Pack, TellsTheMissedWeekAndTheIncompleteRun) {
  StorePlace place;
  Store store = open_store(place.where());
  MadeYear(store).live_until(52);
  auto of = account(store, kThirdQuarter);
  std::string told;
  for (const Gap& gap : of->gaps) told += gap.kind + ": " + gap.what + "\n";
  EXPECT_EQ(told,
            "missed window: no whole and complete run began from 2025-07-14 to 2025-07-20\n"
            "not complete: run 28 is incomplete: two: blob x: cannot be read\n"
            "missed window: no whole and complete run began from 2025-08-04 to 2025-08-10\n");
  ASSERT_EQ(of->run_assessment.conditions.size(), 1u);
  EXPECT_EQ(of->run_assessment.conditions[0].id, "C24");
}

TEST(Pack, ReconcilesEveryQuarterToItsRuns) {
  StorePlace place;
  Store store = open_store(place.where());
  MadeYear(store).live_until(52);
  struct Quarter {
    const char* period;
    const char* sources;  // listed, scanned, failed, left out
    const char* runs;
  };
  int64_t runs = 0;
  for (const Quarter& quarter :
       {Quarter{"2025-01-01..2025-03-31", "2,2,0,0", "13,13,0,0"},
        Quarter{"2025-04-01..2025-06-30", "3,3,0,0", "13,13,0,0"},
        Quarter{kThirdQuarter, "3,3,0,0", "12,11,1,0"},
        Quarter{"2025-10-01..2025-12-31", "3,3,0,0", "13,13,0,0"}}) {
    auto of = account(store, quarter.period);
    std::vector<Table> tables = run_tables(*of);
    std::vector<std::string> rows;
    tables[0].rows([&](const TableRow& row) {
      std::string line;
      int64_t parts = 0;
      for (size_t i = 1; i < 5; ++i) {
        line += (i > 1 ? "," : "") + told(row[i]);
        if (i > 1) parts += *row[i].number();
      }
      EXPECT_EQ(*row[1].number(), parts) << told(row[0]);
      rows.push_back(line);
    });
    EXPECT_EQ(rows[0], quarter.sources) << quarter.period;
    EXPECT_EQ(rows[1], quarter.runs) << quarter.period;
    tables[2].rows([&](const TableRow&) { ++runs; });
  }
  EXPECT_EQ(runs, 51);
}

// The rows of a table in the form "a|b|c", of the columns named.
std::vector<std::string> rows_of(const std::vector<Table>& tables, const std::string& name,
                                 const std::vector<std::string>& columns) {
  std::vector<std::string> out;
  for (const Table& table : tables) {
    if (table.name != name) continue;
    table.rows([&](const TableRow& row) {
      std::string line;
      for (const std::string& column : columns) {
        auto at = std::find(table.columns.begin(), table.columns.end(), column);
        EXPECT_NE(at, table.columns.end()) << column;
        line += (line.empty() ? "" : "|") + told(row[size_t(at - table.columns.begin())]);
      }
      out.push_back(line);
    });
  }
  return out;
}

// The conditions of the period with their reasons.
std::vector<std::string> of_the_period(Store& store, const char* period) {
  auto of = account(store, period);
  return rows_of(control_tables(*of), "period-conditions", {"condition", "because"});
}

TEST(Pack, SaysWhenTheEvidenceItselfIsInDoubt) {
  using Lines = std::vector<std::string>;
  constexpr char kQuarter[] = "2025-01-06..2025-03-28";
  StorePlace place;
  Store store = open_store(place.where());
  MadeYear(store).live_until(12);
  EXPECT_EQ(of_the_period(store, kQuarter), Lines());

  // A clock that went back, between records whose hashes hold.
  Event event;
  event.subject = "nhi:one";
  event.what = "reviewed";
  event.happened_at = event.recorded_at = MadeYear::week(11);
  event.recorded_by = "ann";
  ASSERT_TRUE(store.add_events({event}));
  auto head = read_head(store.connection());
  ASSERT_TRUE(head);
  const Lines told = of_the_period(store, kQuarter);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(told[0].starts_with("C25|record " + std::to_string(head->sequence) +
                                  " is older than the one before it, by ")) << told[0];
}

TEST(Pack, SaysThatTheEndOfTheRecordsWasCutOff) {
  StorePlace place;
  Store store = open_store(place.where());
  MadeYear(store).live_until(12);
  ASSERT_TRUE(store.connection().execute(
      "UPDATE head SET sequence = sequence + 1 WHERE id = 1"));
  const std::vector<std::string> told = of_the_period(store, "2025-01-06..2025-03-28");
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(told[0].starts_with("C25|")) << told[0];
}

TEST(Pack, HoldsTheDeclaredScopeAgainstWhatWasScanned) {
  StorePlace place;
  Store store = open_store(place.where());
  MadeYear(store).live_until(12);
  auto declared = DeclaredScope::parse("one  # the shop\n\n# not yet\nfour\n", "scope.txt");
  ASSERT_TRUE(declared);
  auto of = account(store, "2025-01-06..2025-03-28", *declared);
  using Lines = std::vector<std::string>;
  EXPECT_EQ(rows_of(run_tables(*of), "population", {"source", "declared", "fate", "whole_runs"}),
            (Lines{"four|yes|never scanned|0", "one|yes|scanned|12", "two|no|scanned|2"}));
  Lines scope = rows_of(run_tables(*of), "scope", {"of", "listed", "scanned", "failed", "left_out"});
  scope.resize(3);
  EXPECT_EQ(scope, (Lines{"sources|3|2|0|1", "sources of the declared scope|2|1|0|1",
                          "sources beside it|1|1|0|0"}));
  EXPECT_EQ(rows_of(run_tables(*of), "gaps", {"kind", "what"}),
            (Lines{"never scanned|four is in the declared scope, and no run of the period looked "
                   "at it"}));
  EXPECT_EQ(rows_of(control_tables(*of), "period-conditions", {"condition"}), (Lines{"C24"}));
  for (const Metric& metric : of->metrics) {
    if (metric.id == "scan-coverage") {
      EXPECT_EQ(value_text(metric), "50.0");
    }
  }
  EXPECT_FALSE(DeclaredScope::parse("# nothing\n", "scope.txt"));
}

TEST(Pack, KnowsWhatTheRegisterSaidByThen) {
  StorePlace place;
  Store store = open_store(place.where());
  MadeRun run(store, MadeYear::week(1), {"one"});
  run.find(1, Presence::kTip);
  run.end.conditions = {{{"C01", "direct", "at a tip"}, {"C10", "direct", "nobody"}}};
  std::vector<Resolution> whose(1);
  whose[0].nhi_id = "aws:1:user/deploy";
  run.end.resolutions = &whose;
  run.finish();
  change_register(store, fill_register);  // September 2026
  const std::vector<std::string> columns = {"nhi",        "owner",       "owner_from", "class",
                                            "accountable", "owner_left", "findings",   "expires"};
  using Lines = std::vector<std::string>;
  // The NHIs, and what holds for the finding.
  auto told_at = [&](const char* period) {
    auto of = account(store, period);
    Lines lines = rows_of(identity_tables(*of), "nhis", columns);
    std::string holds;
    for (const std::string& id : of->picture->findings[0].meaning->ids) holds += id + " ";
    lines.push_back(holds);
    return lines;
  };
  EXPECT_EQ(told_at("2025-01-01..2025-03-31"),
            (Lines{"aws:1:user/deploy|||unknown|no|no|1|", "C01 C10 C21 "}));
  EXPECT_EQ(told_at("2026-07-01..2026-09-30"),
            (Lines{"aws:1:user/deploy|payments|register|privileged-service|yes|no|1|"
                   "2026-11-21T04:05:06Z",
                   "candidate:00ff|||unknown|no|no|0|", "C01 C21 "}));

  // Whoever has left answers for nothing.
  change_register(store, [](Register& reg) {
    reg.add(made_nhi("aws:1:user/deploy", "bob@acme.example", 20));
  });
  Lines left = told_at("2026-07-01..2026-09-30");
  EXPECT_EQ(left.front(), "aws:1:user/deploy|bob@acme.example|register|privileged-service|no|yes|1|"
                          "2026-11-21T04:05:06Z");
  EXPECT_EQ(left.back(), "C01 C08 C21 ");
}

TEST(Pack, SaysInSarifWhatWasAccepted) {
  StorePlace place;
  Store store = open_store(place.where());
  MadeYear(store).live_until(40);
  auto suppressed = [&](const char* period) {
    auto files = pack(*account(store, period));
    auto sarif = nlohmann::json::parse(files.at("findings.sarif"));
    std::string out;
    for (const auto& result : sarif["runs"][0]["results"]) {
      if (!result.contains("suppressions")) continue;
      out += result["fingerprints"]["straykey/v1"].get<std::string>() + " " +
             result["suppressions"].dump() + "\n";
    }
    return out;
  };
  EXPECT_EQ(suppressed("2025-01-01..2025-04-30"),
            made_id(3) +
                R"( [{"justification":"because","kind":"external","properties":{)"
                R"("approver":"ciso","owner":"payments","until":"2025-05-26T03:00:00Z"},)"
                R"("status":"accepted"}])"
                "\n");
  EXPECT_EQ(suppressed(kThirdQuarter), "");  // it has ended
}

TEST(Pack, HasTheSameBytesHoweverMuchWasRecordedSince) {
  StorePlace place;
  Store store = open_store(place.where());
  MadeYear year(store);
  year.live_until(39);  // the run of the 29th of September is the last of the quarter
  auto early = pack(*account(store, kThirdQuarter));
  year.live_until(52);
  auto late = pack(*account(store, kThirdQuarter));
  EXPECT_EQ(early, late);
  EXPECT_NE(early, pack(*account(store, "2025-10-01..2025-12-31")));
}

TEST(Pack, NamesEveryFileWithItsHashInTheManifest) {
  StorePlace place;
  Store store = open_store(place.where());
  MadeYear(store).live_until(12);
  auto files = pack(*account(store, "2025-01-01..2025-03-31"));
  auto manifest = nlohmann::json::parse(files.at("manifest.json"));
  EXPECT_EQ(manifest["files"].size() + 1, files.size());
  for (const auto& file : manifest["files"]) {
    EXPECT_EQ(file["sha256"], hex(sha256(files.at(file["name"])))) << file["name"];
    EXPECT_EQ(file["period_to"], "2025-03-31T23:59:59Z");
  }
}

TEST(Pack, KeepsToTheSchemasOfOthers) {
  const char* schemas = std::getenv("SCHEMAS_DIR");
  if (!schemas) GTEST_SKIP() << "SCHEMAS_DIR does not name a folder with the schemas";
  StorePlace place;
  Store store = open_store(place.where());
  MadeYear(store).live_until(40);
  auto files = pack(*account(store, kThirdQuarter));
  auto small_files = pack(*account(store, "2025-01-01..2025-01-07"));
  const std::string program = std::string("folder = '") + schemas + R"('
import json, sys
try:
    import jsonschema
except ImportError:
    sys.exit(77)
def schema(name):
    # Python has no \p{L}: https://docs.python.org/3/library/re.html
    text = open(f"{folder}/{name}").read()
    return json.loads(text.replace(r"\\p{L}", r"[^\\W\\d_]").replace(r"\\p{N}", r"\\d"))
from jsonschema import Draft4Validator, Draft7Validator, RefResolver
store = {}
for name in ("cyclonedx-spdx", "cyclonedx-jsf-0.82", "cyclonedx-cryptography-defs"):
    one = schema(name + ".schema.json")
    store[one["$id"]] = one
def check(validator, path, breaks):
    document = json.load(open(path))
    faults = [f"{list(e.absolute_path)}: {e.message[:200]}" for e in validator.iter_errors(document)]
    assert not faults, faults[:5]
    breaks(document)
    assert list(validator.iter_errors(document)), "a broken document passes"
ar = Draft7Validator(schema("oscal_assessment-results_schema-1.2.1.json"))
poam = Draft7Validator(schema("oscal_poam_schema-1.2.1.json"))
bom_schema = schema("cyclonedx-bom-1.6.schema.json")
bom = Draft7Validator(bom_schema, resolver=RefResolver(bom_schema["$id"], bom_schema, store))
sarif = Draft4Validator(schema("sarif-schema-2.1.0.errata01.json"))
for i in range(0, len(sys.argv) - 1, 4):
    names = sys.argv[1 + i:5 + i]
    check(ar, names[0], lambda d: d["assessment-results"].update({"uuid": "no"}))
    check(poam, names[1], lambda d: d["plan-of-action-and-milestones"].pop("poam-items"))
    check(bom, names[2], lambda d: d.update({"specVersion": 1.6}))
    check(sarif, names[3], lambda d: d["runs"][0].pop("tool"))
)";
  std::vector<std::string> inputs;
  for (const auto& of : {files, small_files}) {
    for (const char* name : {"oscal-assessment-results.json", "oscal-poam.json", "cyclonedx.json",
                             "findings.sarif"}) {
      inputs.push_back(of.at(name));
    }
  }
  PythonVerdict verdict = check_with_python(program, inputs);
  if (verdict.skipped) GTEST_SKIP() << "python3-jsonschema is not installed";
  EXPECT_TRUE(verdict.passed) << verdict.output;
}

TEST(Page, LetsNothingOfAStrangerBecomeMarkup) {
  StorePlace place;
  Store store = open_store(place.where());
  const std::string evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";
  MadeRun run(store, MadeYear::week(1), {"one"});
  run.find(1, Presence::kTip);
  run.findings[0].occurrences[0].path = evil;
  std::vector<Resolution> whose(1);
  whose[0].nhi_id = whose[0].name = whose[0].owner = evil;
  run.end.resolutions = &whose;
  run.finish();
  std::string page = report_html(*account(store, "2025-01-01..2025-01-31"));
  EXPECT_EQ(page.find("<script>alert"), std::string::npos);
  EXPECT_EQ(page.find("<img"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;alert"), std::string::npos);
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
  for (const char* request : {"http:", "src=\"", "url(", "@import", "onclick"}) {
    EXPECT_EQ(page.find(request), std::string::npos) << request;
  }
}

}  // namespace
}  // namespace straykey
