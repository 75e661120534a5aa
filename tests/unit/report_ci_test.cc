// SPDX-License-Identifier: Apache-2.0
// The formats of CI servers, whole, over a run with gaps and with a hostile path.
#include <gtest/gtest.h>

#include <algorithm>

#include "scanner/report/report.h"
#include "tests/support/sample_evidence.h"

namespace straykey {
namespace {

TEST(CiReports, CompactIsWhole) {
  SampleRun run;
  run.add_gaps();
  run.assess_findings();
  EXPECT_EQ(report_compact(run.evidence), R"~~(config/prod.env:12:9: critical github.personal-token GitHub personal access token ghp_**** in 2 places, first seen 2024-01-02
=evil\x1b[2J\nname,"\xff 100%.txt:7:1: high aws.secret-key AWS secret access key **** in 1 place, first seen 2024-01-02, only in history
dienste/übersicht/src/main/resources/org/example/deployment/environments/production/application.properties:101:22: medium generic.password Password **** in 1 place (known)
)~~");
}

TEST(CiReports, GithubIsWhole) {
  SampleRun run;
  run.add_gaps();
  run.assess_findings();
  EXPECT_EQ(report_github(run.evidence), R"~~(::error title=Not all was scanned::Not scanned: lost/\xff.bin: permission denied.
::error file=config/prod.env,line=12,endLine=12,col=9,endColumn=48,title=critical%3A GitHub personal access token::GitHub personal access token ghp_**** in 2 places, first seen 2024-01-02.%0ADelete the token and make a new one. https://github.com/settings/tokens
::error file==evil\x1b[2J\nname%2C"\xff 100%25.txt,line=7,endLine=7,col=1,endColumn=80,title=high%3A AWS secret access key::AWS secret access key **** in 1 place, first seen 2024-01-02, only in history.
)~~");
}

TEST(CiReports, GitlabIsWhole) {
  SampleRun run;
  run.add_gaps();
  run.assess_findings();
  EXPECT_EQ(report_gitlab(run.evidence), R"~~({
  "version": "15.0.7",
  "scan": {
    "analyzer": {
      "id": "straykey",
      "name": "straykey",
      "version": "0.1.0",
      "vendor": {
        "name": "straykey"
      }
    },
    "scanner": {
      "id": "straykey",
      "name": "straykey",
      "version": "0.1.0",
      "vendor": {
        "name": "straykey"
      }
    },
    "type": "secret_detection",
    "start_time": "2026-01-01T00:00:00",
    "end_time": "2026-01-01T00:00:03",
    "status": "failure",
    "messages": [
      {
        "level": "fatal",
        "value": "Not scanned: lost/\\xff.bin: permission denied."
      },
      {
        "level": "info",
        "value": "Left out: binary archive 2."
      }
    ]
  },
  "vulnerabilities": [
    {
      "id": "11111111111111111111111111111111",
      "category": "secret_detection",
      "name": "GitHub personal access token",
      "description": "GitHub personal access token ghp_**** in 2 places, first seen 2024-01-02.\nWhoever holds it acts as its user.\nAlso at old/prod.env:3 (history).",
      "severity": "Critical",
      "solution": "Delete the token and make a new one. https://github.com/settings/tokens",
      "identifiers": [
        {
          "type": "straykey_signature",
          "name": "straykey signature github.personal-token",
          "value": "github.personal-token"
        },
        {
          "type": "straykey_finding",
          "name": "straykey finding 1111111111111111",
          "value": "11111111111111111111111111111111"
        },
        {
          "type": "risks",
          "name": "Risks | 1 R1:1",
          "value": "R1:1"
        },
        {
          "type": "risks",
          "name": "Risks | 1 R2:1",
          "value": "R2:1"
        },
        {
          "type": "controls",
          "name": "Controls K.2",
          "value": "K.2"
        }
      ],
      "location": {
        "file": "config/prod.env",
        "start_line": 12,
        "end_line": 12,
        "commit": {
          "sha": "3c4d5e6f70000000000000000000000000000000",
          "author": "Ann Author <ann@example.org>",
          "date": "2025-01-01T00:00:00Z"
        }
      }
    },
    {
      "id": "22222222222222222222222222222222",
      "category": "secret_detection",
      "name": "AWS secret access key",
      "description": "AWS secret access key **** in 1 place, first seen 2024-01-02, only in history.",
      "severity": "High",
      "identifiers": [
        {
          "type": "straykey_signature",
          "name": "straykey signature aws.secret-key",
          "value": "aws.secret-key"
        },
        {
          "type": "straykey_finding",
          "name": "straykey finding 2222222222222222",
          "value": "22222222222222222222222222222222"
        },
        {
          "type": "risks",
          "name": "Risks | 1 R1:1",
          "value": "R1:1"
        },
        {
          "type": "controls",
          "name": "Controls K.2",
          "value": "K.2"
        },
        {
          "type": "controls",
          "name": "Controls K.3",
          "value": "K.3"
        }
      ],
      "location": {
        "file": "=evil\u001b[2J\nname,\"%FF 100%.txt",
        "start_line": 7,
        "end_line": 7,
        "commit": {
          "sha": "4d5e6f7081000000000000000000000000000000",
          "author": "Mal\\x1b]0;pwned\\x07lory \\u{9b} <+mal@example.org>",
          "date": "2024-01-02T00:00:00Z"
        }
      }
    },
    {
      "id": "33333333333333333333333333333333",
      "category": "secret_detection",
      "name": "Password",
      "description": "Password **** in 1 place.\nState: known.",
      "severity": "Medium",
      "identifiers": [
        {
          "type": "straykey_signature",
          "name": "straykey signature generic.password",
          "value": "generic.password"
        },
        {
          "type": "straykey_finding",
          "name": "straykey finding 3333333333333333",
          "value": "33333333333333333333333333333333"
        },
        {
          "type": "risks",
          "name": "Risks | 1 R1:1",
          "value": "R1:1"
        },
        {
          "type": "controls",
          "name": "Controls K.2",
          "value": "K.2"
        }
      ],
      "location": {
        "file": "dienste/übersicht/src/main/resources/org/example/deployment/environments/production/application.properties",
        "start_line": 101,
        "end_line": 101,
        "commit": {
          "sha": "0000000"
        }
      }
    }
  ]
}
)~~");
}

TEST(CiReports, CodequalityIsWhole) {
  SampleRun run;
  run.add_gaps();
  run.assess_findings();
  EXPECT_EQ(report_codequality(run.evidence), R"~~([
  {
    "description": "Not scanned: lost/\\xff.bin: permission denied.",
    "check_name": "straykey.not-scanned",
    "fingerprint": "3b8efeb3d02d592a7dfbe02e455d5c8c4bd73f96d0a3df443797057401bf689c",
    "severity": "blocker",
    "location": {
      "path": ".",
      "lines": {
        "begin": 1
      }
    }
  },
  {
    "description": "GitHub personal access token ghp_**** in 2 places, first seen 2024-01-02.",
    "check_name": "github.personal-token",
    "fingerprint": "11111111111111111111111111111111",
    "severity": "blocker",
    "location": {
      "path": "config/prod.env",
      "lines": {
        "begin": 12
      }
    }
  },
  {
    "description": "AWS secret access key **** in 1 place, first seen 2024-01-02, only in history.",
    "check_name": "aws.secret-key",
    "fingerprint": "22222222222222222222222222222222",
    "severity": "critical",
    "location": {
      "path": "=evil\u001b[2J\nname,\"%FF 100%.txt",
      "lines": {
        "begin": 7
      }
    }
  },
  {
    "description": "Password **** in 1 place.",
    "check_name": "generic.password",
    "fingerprint": "33333333333333333333333333333333",
    "severity": "major",
    "location": {
      "path": "dienste/übersicht/src/main/resources/org/example/deployment/environments/production/application.properties",
      "lines": {
        "begin": 101
      }
    }
  }
]
)~~");
}

TEST(CiReports, JunitIsWhole) {
  SampleRun run;
  run.add_gaps();
  run.assess_findings();
  EXPECT_EQ(report_junit(run.evidence), R"~~(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="straykey" tests="4" failures="2" errors="1">
  <testsuite name="straykey" tests="4" failures="2" errors="1" skipped="1" time="2.500" timestamp="2026-01-01T00:00:00">
    <testcase classname="straykey.coverage" name="everything in scope was scanned">
      <error type="incomplete" message="Not scanned: lost/\xff.bin: permission denied.">Not scanned: lost/\xff.bin: permission denied.</error>
    </testcase>
    <testcase classname="straykey.github.personal-token" name="GitHub personal access token at config/prod.env:12:9">
      <failure type="critical" message="GitHub personal access token ghp_**** in 2 places, first seen 2024-01-02">finding 11111111111111111111111111111111
config/prod.env:12:9 (tip)
old/prod.env:3:9 (history)
Delete the token and make a new one. https://github.com/settings/tokens</failure>
    </testcase>
    <testcase classname="straykey.aws.secret-key" name="AWS secret access key at =evil\x1b[2J\nname,&quot;\xff 100%.txt:7:1">
      <failure type="high" message="AWS secret access key **** in 1 place, first seen 2024-01-02, only in history">finding 22222222222222222222222222222222
=evil\x1b[2J\nname,&quot;\xff 100%.txt:7:1 (history)</failure>
    </testcase>
    <testcase classname="straykey.generic.password" name="Password at dienste/übersicht/src/main/resources/org/example/deployment/environments/production/application.properties:101:22">
      <skipped message="known"/>
    </testcase>
    <system-out>INCOMPLETE: 3 findings (1 critical, 1 high, 1 medium; 1 known), 14 commits, 96 blobs, 3.1 MB, 3 signatures, left out 2 (binary archive 2), allowed 3 (inline mark 3), failed 1 (permission denied 1), 2.50 s</system-out>
  </testsuite>
</testsuites>
)~~");
}

TEST(CiReports, MarkdownIsWhole) {
  SampleRun run;
  run.add_gaps();
  run.assess_findings();
  EXPECT_EQ(report_markdown(run.evidence), R"~~(## straykey: 2 new findings

**Not all was scanned.** What is not named here is not known to be clean.

- `Not scanned: lost/\xff.bin: permission denied.`

| severity | what | where | owner | ids | what to do |
|---|---|---|---|---|---|
| critical | GitHub personal access token `ghp_****` | `config/prod.env` line 12, 1 place more |  | R1&#58;1 R2&#58;1 K.2 | Delete the token and make a new one. [page](https://github.com/settings/tokens) |
| high | AWS secret access key `****` | `=evil\x1b[2J\nname,"\xff 100%.txt` line 7, only in history |  | R1&#58;1 K.2 K.3 |  |

INCOMPLETE&#58; 3 findings &#40;1 critical, 1 high, 1 medium; 1 known&#41;, 14 commits, 96 blobs, 3.1 MB, 3 signatures, left out 2 &#40;binary archive 2&#41;, allowed 3 &#40;inline mark 3&#41;, failed 1 &#40;permission denied 1&#41;, 2.50 s
)~~");
}

TEST(CiReports, BitbucketIsWhole) {
  SampleRun run;
  run.add_gaps();
  run.assess_findings();
  EXPECT_EQ(report_bitbucket(run.evidence), R"~~({
  "report_id": "straykey",
  "report": {
    "title": "straykey",
    "details": "Not scanned: lost/\\xff.bin: permission denied.\nINCOMPLETE: 3 findings (1 critical, 1 high, 1 medium; 1 known), 14 commits, 96 blobs, 3.1 MB, 3 signatures, left out 2 (binary archive 2), allowed 3 (inline mark 3), failed 1 (permission denied 1), 2.50 s.",
    "report_type": "SECURITY",
    "reporter": "straykey",
    "result": "FAILED",
    "data": [
      {
        "title": "New findings",
        "type": "NUMBER",
        "value": 2
      },
      {
        "title": "Known findings",
        "type": "NUMBER",
        "value": 1
      },
      {
        "title": "Everything in scope was scanned",
        "type": "BOOLEAN",
        "value": false
      }
    ]
  },
  "annotations": [
    [
      {
        "external_id": "straykey-11111111111111111111111111111111",
        "annotation_type": "VULNERABILITY",
        "severity": "CRITICAL",
        "path": "config/prod.env",
        "line": 12,
        "summary": "GitHub personal access token ghp_**** in 2 places, first seen 2024-01-02",
        "details": "Whoever holds it acts as its user.\nDelete the token and make a new one. https://github.com/settings/tokens"
      },
      {
        "external_id": "straykey-22222222222222222222222222222222",
        "annotation_type": "VULNERABILITY",
        "severity": "HIGH",
        "path": "=evil\u001b[2J\nname,\"%FF 100%.txt",
        "line": 7,
        "summary": "AWS secret access key **** in 1 place, first seen 2024-01-02, only in history"
      }
    ]
  ]
}
)~~");
}

TEST(CiReports, OcsfIsWhole) {
  SampleRun run;
  run.add_gaps();
  run.assess_findings();
  EXPECT_EQ(report_ocsf(run.evidence), R"~~({"category_uid":2,"class_uid":2004,"activity_id":1,"type_uid":200401,"time":1767225603000,"severity_id":5,"confidence_id":3,"status_id":1,"is_alert":true,"metadata":{"version":"1.3.0","product":{"name":"straykey","vendor_name":"straykey","version":"0.1.0"},"correlation_uid":"0f8fad5b-d9cb-469f-a165-70867728950e"},"message":"GitHub personal access token ghp_**** in 2 places, first seen 2024-01-02","finding_info":{"uid":"11111111111111111111111111111111","title":"GitHub personal access token","desc":"GitHub personal access token ghp_**** in 2 places, first seen 2024-01-02.","types":["Secret","github.personal-token"],"first_seen_time":1704153600000,"last_seen_time":1735689600000},"evidences":[{"file":{"name":"prod.env","path":"config/prod.env","type_id":1},"data":{"line":12,"column":9,"presence":"tip","commit":"3c4d5e6f70000000000000000000000000000000","author":"Ann Author","author_email":"ann@example.org"}},{"file":{"name":"prod.env","path":"old/prod.env","type_id":1},"data":{"line":3,"column":9,"presence":"history","commit":"1a2b3c4d5e000000000000000000000000000000","author":"Ann Author","author_email":"ann@example.org"}}],"remediation":{"desc":"Delete the token and make a new one.","references":["https://github.com/settings/tokens"]},"unmapped":{"state":"new","redacted":"ghp_****","structure":"valid","at_tip":true,"occurrences":3,"conditions":["C01","C03"],"mappings":[{"framework":"risks","id":"R1:1"},{"framework":"risks","id":"R2:1"},{"framework":"controls","id":"K.2"}]}}
{"category_uid":2,"class_uid":2004,"activity_id":1,"type_uid":200401,"time":1767225603000,"severity_id":4,"confidence_id":2,"status_id":1,"is_alert":true,"metadata":{"version":"1.3.0","product":{"name":"straykey","vendor_name":"straykey","version":"0.1.0"},"correlation_uid":"0f8fad5b-d9cb-469f-a165-70867728950e"},"message":"AWS secret access key **** in 1 place, first seen 2024-01-02, only in history","finding_info":{"uid":"22222222222222222222222222222222","title":"AWS secret access key","desc":"AWS secret access key **** in 1 place, first seen 2024-01-02, only in history.","types":["Secret","aws.secret-key"],"first_seen_time":1704153600000,"last_seen_time":1704153600000},"evidences":[{"file":{"name":"=evil\u001b[2J\nname,\"%FF 100%.txt","path":"=evil\u001b[2J\nname,\"%FF 100%.txt","type_id":1},"data":{"line":7,"column":1,"presence":"history","commit":"4d5e6f7081000000000000000000000000000000","author":"Mal\u001b]0;pwned\u0007lory \u009b","author_email":"+mal@example.org"}}],"unmapped":{"state":"new","redacted":"****","structure":"unknown","at_tip":false,"occurrences":1,"conditions":["C01","C02"],"mappings":[{"framework":"risks","id":"R1:1"},{"framework":"controls","id":"K.2"},{"framework":"controls","id":"K.3"}]}}
{"category_uid":2,"class_uid":2004,"activity_id":1,"type_uid":200401,"time":1767225603000,"severity_id":3,"confidence_id":1,"status_id":2,"is_alert":false,"metadata":{"version":"1.3.0","product":{"name":"straykey","vendor_name":"straykey","version":"0.1.0"},"correlation_uid":"0f8fad5b-d9cb-469f-a165-70867728950e"},"message":"Password **** in 1 place","finding_info":{"uid":"33333333333333333333333333333333","title":"Password","desc":"Password **** in 1 place.","types":["Secret","generic.password"]},"evidences":[{"file":{"name":"application.properties","path":"dienste/übersicht/src/main/resources/org/example/deployment/environments/production/application.properties","type_id":1},"data":{"line":101,"column":22,"presence":"working-tree"}}],"unmapped":{"state":"known","redacted":"****","structure":"unknown","at_tip":true,"occurrences":1,"conditions":["C01"],"mappings":[{"framework":"risks","id":"R1:1"},{"framework":"controls","id":"K.2"}]}}
{"category_uid":6,"class_uid":6007,"activity_id":2,"type_uid":600702,"time":1767225603000,"severity_id":4,"status_id":2,"metadata":{"version":"1.3.0","product":{"name":"straykey","vendor_name":"straykey","version":"0.1.0"},"correlation_uid":"0f8fad5b-d9cb-469f-a165-70867728950e"},"message":"INCOMPLETE: 3 findings (1 critical, 1 high, 1 medium; 1 known), 14 commits, 96 blobs, 3.1 MB, 3 signatures, left out 2 (binary archive 2), allowed 3 (inline mark 3), failed 1 (permission denied 1), 2.50 s","scan":{"name":"straykey","uid":"0f8fad5b-d9cb-469f-a165-70867728950e","type_id":0},"start_time":1767225600000,"end_time":1767225603000,"num_detections":3,"num_files":96,"num_skipped_items":2,"total":96,"unmapped":{"not_scanned":["Not scanned: lost/\\xff.bin: permission denied."]}}
)~~");
}

TEST(CiReports, GithubKeepsItsQuotaAndCountsTheRest) {
  SampleRun run;
  run.evidence.findings.assign(25, run.evidence.findings[0]);
  std::string text = report_github(run.evidence);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 11);
  EXPECT_NE(text.find("::notice title=straykey::15 more findings are not shown here"),
            std::string::npos);
}

TEST(CiReports, MarkdownStaysBelowItsLimitAndCountsTheRest) {
  SampleRun run;
  run.evidence.findings.assign(20000, run.evidence.findings[0]);
  std::string text = report_markdown(run.evidence);
  EXPECT_LT(text.size(), size_t{1} << 20);
  EXPECT_NE(text.find(" more are left out of this page"), std::string::npos);
}

}  // namespace
}  // namespace straykey
