// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "scanner/report/report.h"
#include "tests/support/sample_evidence.h"

namespace straykey {
namespace {

TEST(CsvReport, HasARowForEveryPlace) {
  SampleRun run;
  EXPECT_EQ(
      report_csv(run.evidence),
      "id,state,severity,confidence,signature,structure,redacted,repository,path,line,colum"
      "n,commit,author,author_email,committed_at,presence,first_seen,occurrences,identity,nhi"
      ",registered,owner,resolved_by,owner_confidence,environment,conditions,risks,controls\r\n"
      "11111111111111111111111111111111,new,critical,high,github.personal-token,valid,ghp_*"
      "***,.,old/prod.env,3,9,1a2b3c4d5e000000000000000000000000000000,Ann Author,ann@examp"
      "le.org,2024-01-02T00:00:00Z,history,2024-01-02T00:00:00Z,3,,,,,,,,,,\r\n"
      "11111111111111111111111111111111,new,critical,high,github.personal-token,valid,ghp_*"
      "***,.,config/prod.env,12,9,2b3c4d5e6f000000000000000000000000000000,Ann Author,ann@e"
      "xample.org,2024-03-01T00:00:00Z,history,2024-01-02T00:00:00Z,3,,,,,,,,,,\r\n"
      "11111111111111111111111111111111,new,critical,high,github.personal-token,valid,ghp_*"
      "***,.,config/prod.env,12,9,3c4d5e6f70000000000000000000000000000000,Ann Author,ann@e"
      "xample.org,2025-01-01T00:00:00Z,tip,2024-01-02T00:00:00Z,3,,,,,,,,,,\r\n"
      "22222222222222222222222222222222,new,high,medium,aws.secret-key,unknown,****,.,\"'=e"
      "vil\\x1b[2J\\nname,\"\"\\xff 100%.txt\",7,1,4d5e6f7081000000000000000000000000000000"
      ",Mal\\x1b]0;pwned\\x07lory \\u{9b},'+mal@example.org,2024-01-02T00:00:00Z,history,20"
      "24-01-02T00:00:00Z,1,,,,,,,,,,\r\n"
      "33333333333333333333333333333333,known,medium,low,generic.password,unknown,****,.,di"
      "enste/übersicht/src/main/resources/org/example/deployment/environments/production/ap"
      "plication.properties,101,22,,,,,working-tree,,1,,,,,,,,,,\r\n");
}

TEST(CsvReport, TellsWhoseEachFindingIs) {
  SampleRun run;
  run.add_owners();
  const std::string csv = report_csv(run.evidence);
  for (const char* end :
       {",3,github-token,github:token/7,yes,ann@example.org,register,high,,,,\r\n",
        ",1,,candidate:0123456789abcdef,no,'@acme/pay\\x1b[2J,codeowners,medium,prod,,,\r\n",
        ",1,,candidate:fedcba9876543210,no,,,,,,,\r\n"}) {
    EXPECT_NE(csv.find(end), std::string::npos) << end;
  }
}

TEST(CsvReport, SaysWhatAFindingMeans) {
  SampleRun run;
  run.assess_findings();
  std::string csv = report_csv(run.evidence);
  EXPECT_NE(csv.find("2024-01-02T00:00:00Z,3,,,,,,,,C01 C03,R1:1 R2:1,K.2\r\n"), std::string::npos) << csv;
  EXPECT_NE(csv.find("2024-01-02T00:00:00Z,1,,,,,,,,C01 C02,R1:1,K.2 K.3\r\n"), std::string::npos) << csv;
}

TEST(CsvReport, DisarmsCellsThatASpreadsheetWouldRun) {
  for (const char* start : {"=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"}) {
    SampleRun run;
    run.evidence.findings.resize(1);
    Occurrence& place = run.evidence.findings[0].occurrences[0];
    place.author = start + std::string("cmd|x");
    EXPECT_NE(report_csv(run.evidence).find(",'" + place.author + ","), std::string::npos)
        << start;
  }
}

TEST(CsvReport, NeverHoldsASecret) {
  SampleRun run;
  run.evidence.findings[0].value = Secret(SampleRun::token_value());
  EXPECT_EQ(report_csv(run.evidence).find(SampleRun::token_value()), std::string::npos);
}

}  // namespace
}  // namespace straykey
