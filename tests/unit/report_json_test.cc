// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "scanner/base/encoding.h"
#include "scanner/report/document.h"
#include "scanner/report/json_document.h"
#include "scanner/report/report.h"
#include "tests/support/python_check.h"
#include "tests/support/sample_evidence.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

TEST(JsonReport, HasTheShapeOfTheContract) {
  SampleRun run;
  run.add_gaps();
  EXPECT_EQ(report_json(run.evidence),
            R"json({
  "schema_version": 1,
  "tool": {
    "name": "straykey",
    "version": "0.1.0",
    "signatures": {
      "count": 3,
      "digest": "d1ge57"
    },
    "engines": {
      "hyperscan": "5.4.0",
      "re2": "2023-02-01"
    }
  },
  "run": {
    "id": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "sequence": null,
    "started_at": "2026-01-01T00:00:00Z",
    "finished_at": "2026-01-01T00:00:03Z",
    "arguments": [
      "scan",
      "."
    ],
    "host": "build-7"
  },
  "coverage": {
    "complete": false,
    "interrupted": false,
    "sources": [
      {
        "kind": "repository",
        "path": ".",
        "refs": {
          "refs/heads/main": "cccccccccccccccccccccccccccccccccccccccc"
        },
        "commits": 14,
        "blobs": 96,
        "bytes": 3141592,
        "shallow_commits": 2
      }
    ],
    "left_out": [
      {
        "reason": "binary archive",
        "count": 2,
        "examples": [
          "assets/a.zip",
          "assets/b\u001b[2J.zip"
        ]
      }
    ],
    "failed": [
      {
        "origin": "lost/%FF.bin",
        "reason": "permission denied"
      }
    ]
  },
  "findings": [
    {
      "id": "11111111111111111111111111111111",
      "state": "new",
      "signature": {
        "id": "github.personal-token",
        "name": "GitHub personal access token"
      },
      "severity": "critical",
      "confidence": "high",
      "structure": "valid",
      "secret": {
        "redacted": "ghp_****",
        "length": 40
      },
      "identity": {
        "kind": "github-user",
        "attributes": {},
        "class": "human"
      },
      "nhi": null,
      "first_seen": "2024-01-02T00:00:00Z",
      "last_seen": "2025-01-01T00:00:00Z",
      "at_tip": true,
      "occurrences": [
        {
          "repository": ".",
          "path": "old/prod.env",
          "line": 3,
          "column": 9,
          "end_line": 3,
          "end_column": 48,
          "blob": "2222222222222222222222222222222222222222",
          "commit": "1a2b3c4d5e000000000000000000000000000000",
          "author": "Ann Author",
          "author_email": "ann@example.org",
          "committed_at": "2024-01-02T00:00:00Z",
          "presence": "history",
          "object": "blob",
          "last_held_at": "2024-03-01T00:00:00Z"
        },
        {
          "repository": ".",
          "path": "config/prod.env",
          "line": 12,
          "column": 9,
          "end_line": 12,
          "end_column": 48,
          "blob": "2222222222222222222222222222222222222222",
          "commit": "2b3c4d5e6f000000000000000000000000000000",
          "author": "Ann Author",
          "author_email": "ann@example.org",
          "committed_at": "2024-03-01T00:00:00Z",
          "presence": "history",
          "object": "blob",
          "last_held_at": "2024-03-01T00:00:00Z"
        },
        {
          "repository": ".",
          "path": "config/prod.env",
          "line": 12,
          "column": 9,
          "end_line": 12,
          "end_column": 48,
          "blob": "3333333333333333333333333333333333333333",
          "commit": "3c4d5e6f70000000000000000000000000000000",
          "author": "Ann Author",
          "author_email": "ann@example.org",
          "committed_at": "2025-01-01T00:00:00Z",
          "presence": "tip",
          "object": "blob",
          "last_held_at": "2025-01-01T00:00:00Z"
        }
      ],
      "conditions": [],
      "mappings": [],
      "decision": null
    },
    {
      "id": "22222222222222222222222222222222",
      "state": "new",
      "signature": {
        "id": "aws.secret-key",
        "name": "AWS secret access key"
      },
      "severity": "high",
      "confidence": "medium",
      "structure": "unknown",
      "secret": {
        "redacted": "****",
        "length": 40,
        "encoding": "utf-16le"
      },
      "identity": {
        "kind": "aws-access-key",
        "attributes": {
          "account": "123456789012",
          "user": "rémi\u202e"
        },
        "class": "service"
      },
      "nhi": null,
      "first_seen": "2024-01-02T00:00:00Z",
      "last_seen": "2024-01-02T00:00:00Z",
      "at_tip": false,
      "occurrences": [
        {
          "repository": ".",
          "path": "=evil\u001b[2J\nname,\"%FF 100%.txt",
          "line": 7,
          "column": 1,
          "end_line": 7,
          "end_column": 80,
          "blob": "4444444444444444444444444444444444444444",
          "commit": "4d5e6f7081000000000000000000000000000000",
          "author": "Mal\u001b]0;pwned\u0007lory \u009b",
          "author_email": "+mal@example.org",
          "committed_at": "2024-01-02T00:00:00Z",
          "presence": "history",
          "object": "blob",
          "last_held_at": "2024-01-02T00:00:00Z"
        }
      ],
      "conditions": [],
      "mappings": [],
      "decision": null
    },
    {
      "id": "33333333333333333333333333333333",
      "state": "known",
      "signature": {
        "id": "generic.password",
        "name": "Password"
      },
      "severity": "medium",
      "confidence": "low",
      "structure": "unknown",
      "secret": {
        "redacted": "****",
        "length": 12
      },
      "identity": {
        "kind": null,
        "attributes": {},
        "class": "unknown"
      },
      "nhi": null,
      "first_seen": null,
      "last_seen": null,
      "at_tip": true,
      "occurrences": [
        {
          "repository": ".",
          "path": "dienste/übersicht/src/main/resources/org/example/deploy)json"
            R"json(ment/environments/production/application.properties",
          "line": 101,
          "column": 22,
          "end_line": 101,
          "end_column": 33,
          "blob": null,
          "commit": null,
          "author": null,
          "author_email": null,
          "committed_at": null,
          "presence": "working-tree",
          "object": "file",
          "last_held_at": null
        }
      ],
      "conditions": [],
      "mappings": [],
      "decision": null
    }
  ],
  "summary": {
    "findings": 3,
    "new": 2,
    "known": 1,
    "by_severity": {
      "critical": 1,
      "high": 1,
      "medium": 1,
      "low": 0,
      "info": 0
    },
    "by_signature": {
      "aws.secret-key": 1,
      "generic.password": 1,
      "github.personal-token": 1
    },
    "occurrences": 5,
    "allowed": {
      "inline mark": 3
    },
    "unused_baseline": [
      "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
    ],
    "complete": false,
    "seconds": 2.5,
    "commits": 14,
    "blobs": 96,
    "bytes": 3141592,
    "left_out": 2,
    "failed": 1,
    "conditions": [],
    "mappings": []
  }
}
)json");
}

TEST(JsonReport, TellsWhoseEachFindingIs) {
  SampleRun run;
  run.add_owners();
  const Json findings = Json::parse(report_json(run.evidence))["findings"];
  EXPECT_EQ(findings[0]["identity"].dump(),
            R"({"kind":"github-token","attributes":{"last-eight":"ZZZZZZZZ"},"class":"human"})");
  EXPECT_EQ(findings[0]["nhi"].dump(),
            R"({"id":"github:token/7","name":"deploy","owner":"ann@example.org",)"
            R"("owner_kind":"person","resolved_by":"register","confidence":"high",)"
            R"("registered":true,"owner_attested":true,"owner_suggested":false,)"
            R"("owner_left":true,"environment":null,"supplier":"github","component":null,)"
            R"("reasons":[{"step":"link",)"
            R"("what":"hint-and-application github ZZZZZZZZ is of github:token/7",)"
            R"("confidence":"high"}]})");
  EXPECT_EQ(findings[2]["nhi"].dump(),
            R"({"id":"candidate:fedcba9876543210","name":"Password","owner":null,)"
            R"("owner_kind":null,"resolved_by":null,"confidence":null,"registered":false,)"
            R"("owner_attested":false,"owner_suggested":false,"owner_left":false,)"
            R"("environment":null,"supplier":null,"component":null,"reasons":[]})");
}

TEST(JsonReport, SaysWhatAFindingMeansAndBecauseOfWhat) {
  SampleRun run;
  run.add_gaps();
  run.assess_findings();
  auto json = nlohmann::json::parse(report_json(run.evidence));
  const auto& aws = json["findings"][1];
  EXPECT_EQ(aws["conditions"], nlohmann::json::parse(R"([
    {"id": "C01", "level": "direct",
     "because": "it stands in =evil\u001b[2J\nname,\"%FF 100%.txt:7"},
    {"id": "C02", "level": "direct",
     "because": "no branch tip, index or file holds it; commit 4d5e6f7081 does"}
  ])"));
  EXPECT_EQ(aws["mappings"], nlohmann::json::parse(R"([
    {"framework": "risks", "id": "R1:1", "title": "Leak", "kind": "risk", "level": "direct",
     "relation": "primary", "guidance": null, "by_analogy": false, "conditions": ["C01"]},
    {"framework": "controls", "id": "K.1", "title": "Keep", "kind": "control",
     "level": "direct", "relation": "secondary", "guidance": null, "by_analogy": true,
     "conditions": ["C01"]},
    {"framework": "controls", "id": "K.2", "title": "Lose", "kind": "control",
     "level": "direct", "relation": "primary", "guidance": null, "by_analogy": true,
     "conditions": ["C01"]},
    {"framework": "controls", "id": "K.3", "title": "Find", "kind": "control",
     "level": "direct", "relation": "primary", "guidance": null, "by_analogy": true,
     "conditions": ["C02"]}
  ])"));
  EXPECT_EQ(json["summary"]["conditions"], nlohmann::json::parse(R"([
    {"id": "C24", "level": "direct",
     "because": "1 could not be read, first lost/%FF.bin: permission denied"}
  ])"));
  EXPECT_EQ(json["summary"]["mappings"][0]["id"], "K.1");
}

TEST(JsonReport, LeavesOutWhatDiffersBetweenRunsWhenReproducible) {
  SampleRun run;
  run.evidence.reproducible = true;
  Json document = Json::parse(report_json(run.evidence));
  EXPECT_EQ(document["run"].dump(),
            R"({"id":"","sequence":null,"started_at":null,"finished_at":null,)"
            R"("arguments":[],"host":null})");
  EXPECT_TRUE(document["summary"]["seconds"].is_null());
}

TEST(JsonReport, HoldsTheSecretOnlyWhenItWasKept) {
  SampleRun run;
  EXPECT_EQ(report_json(run.evidence).find(SampleRun::token_value()), std::string::npos);
  EXPECT_EQ(report_jsonl(run.evidence).find(SampleRun::token_value()), std::string::npos);
  run.evidence.findings[0].value = Secret(SampleRun::token_value() + "%FF");
  run.evidence.findings[1].value = Secret("\xff\xfe");
  Json findings = Json::parse(report_json(run.evidence))["findings"];
  EXPECT_EQ(findings[0]["secret"]["value"], SampleRun::token_value() + "%FF");
  EXPECT_EQ(findings[1]["secret"]["value_base64"], base64_encode("\xff\xfe"));
  EXPECT_FALSE(findings[1]["secret"].contains("value"));
  EXPECT_FALSE(findings[2]["secret"].contains("value"));
}

TEST(JsonReport, KeepsTheFirstOfTwoAttributesOfOneName) {
  SampleRun run;
  run.evidence.findings[1].attributes = {{"account", "1"}, {"account", "2"}};
  Json finding = Json::parse(report_json(run.evidence))["findings"][1];
  EXPECT_EQ(finding["identity"]["attributes"].dump(), R"({"account":"1"})");
}

TEST(JsonReport, IsTheTextOfTheDocumentWhateverItHolds) {
  SampleRun run;
  run.add_gaps();
  run.assess_findings();
  run.evidence.findings[0].occurrences[0].path = "\"mappings\": -1";
  run.evidence.findings[1].occurrences[0].path = "\"mappings\":-1,\x01";
  run.evidence.allowed["mappings"] = 1;
  const Json document = json_document(run.evidence);
  EXPECT_EQ(report_json(run.evidence), json_text(document, 2) + "\n");
  const std::string lines = report_jsonl(run.evidence);
  const size_t first = lines.find('\n'), second = lines.find('\n', first + 1);
  Json line = {{"type", "finding"}};
  line.update(document["findings"][1]);
  EXPECT_EQ(lines.substr(first + 1, second - first - 1), json_text(line, -1));
}

TEST(JsonlReport, HasTheSameFindingsAndASummaryLast) {
  SampleRun run;
  run.add_gaps();
  Json whole = Json::parse(report_json(run.evidence));
  std::istringstream lines(report_jsonl(run.evidence));
  std::string line;
  for (const Json& finding : whole["findings"]) {
    ASSERT_TRUE(std::getline(lines, line));
    EXPECT_EQ(line.find(R"({"type":"finding","id":")"), 0u) << line;
    Json members = Json::parse(line);
    members.erase("type");
    EXPECT_EQ(members.dump(), finding.dump());
  }
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(line.find(R"({"type":"summary","schema_version":1,"tool":{)"), 0u) << line;
  Json last = Json::parse(line);
  for (const char* member : {"tool", "run", "coverage", "summary"}) {
    EXPECT_EQ(last[member].dump(), whole[member].dump());
  }
  EXPECT_FALSE(std::getline(lines, line));
}

constexpr const char* kValidate = R"python(
import json, sys
try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit(77)
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
errors = [e for path in sys.argv[2:4] for e in validator.iter_errors(json.load(open(path)))]
line = Draft202012Validator({**schema["$defs"]["jsonl_line"], "$defs": schema["$defs"]})
errors += [e for text in open(sys.argv[4]) for e in line.iter_errors(json.loads(text))]

# A key too many or too few, wherever it is, must be noticed.
def places(node):
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from places(child)
    elif isinstance(node, list):
        for child in node:
            yield from places(child)
document = json.load(open(sys.argv[2]))
free = ("refs", "engines", "attributes", "allowed", "by_signature")
maps = [m for n in places(document) for k, m in n.items() if k in free]
for node in list(places(document)):
    if any(node is m for m in maps):
        continue
    node["unheard of"] = 1
    if validator.is_valid(document):
        print("accepts one more key beside", list(node))
        errors.append(None)
    del node["unheard of"]
    for key in list(node):
        if key in ("encoding", "value", "value_base64"):
            continue
        kept = node.pop(key)
        if validator.is_valid(document):
            print("does not miss", key)
            errors.append(None)
        node[key] = kept
for error in errors:
    if error:
        print(error.json_path, error.message)
sys.exit(1 if errors else 0)
)python";

TEST(JsonSchema, DescribesTheReports) {
  SampleRun run;
  run.add_owners();
  run.add_gaps();
  run.evidence.findings[0].value = Secret(SampleRun::token_value());
  run.evidence.findings[1].value = Secret("\xff");
  run.evidence.findings[1].first_seen = 1'000'000'000'000;  // the year 33658
  SampleRun reproducible;
  reproducible.evidence.reproducible = true;
  reproducible.assess_findings();
  PythonVerdict verdict = check_with_python(
      kValidate, {json_schema(), report_json(run.evidence), report_json(reproducible.evidence),
                  report_jsonl(run.evidence)});
  if (verdict.skipped) GTEST_SKIP() << "python3 with jsonschema is not here";
  EXPECT_TRUE(verdict.passed) << verdict.output;
}

}  // namespace
}  // namespace straykey
