// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "scanner/base/file.h"
#include "scanner/report/report.h"
#include "tests/support/python_check.h"
#include "tests/support/sample_evidence.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

Json run_of(const Evidence& evidence) { return Json::parse(report_sarif(evidence))["runs"][0]; }

TEST(SarifReport, HasRulesResultsAndNotifications) {
  SampleRun run;
  run.add_gaps();
  EXPECT_EQ(
      report_sarif(run.evidence),
      R"json({
  "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
  "version": "2.1.0",
  "runs": [
    {
      "tool": {
        "driver": {
          "name": "straykey",
          "version": "0.1.0",
          "semanticVersion": "0.1.0",
          "rules": [
            {
              "id": "aws.secret-key",
              "name": "AwsSecretKey",
              "shortDescription": {
                "text": "AWS secret access key."
              },
              "fullDescription": {
                "text": "AWS secret access key in files or in git history.)json"
      R"json("
              },
              "help": {
                "text": "AWS secret access key in files or in git history.)json"
      R"json(",
                "markdown": "**AWS secret access key**\n\nAWS secret acces)json"
      R"json(s key in files or in git history."
              },
              "defaultConfiguration": {
                "level": "error"
              },
              "properties": {
                "security-severity": "8.0",
                "precision": "high",
                "tags": [
                  "security",
                  "secret"
                ]
              }
            },
            {
              "id": "generic.password",
              "name": "GenericPassword",
              "shortDescription": {
                "text": "Password."
              },
              "fullDescription": {
                "text": "Password in files or in git history."
              },
              "help": {
                "text": "Password in files or in git history.",
                "markdown": "**Password**\n\nPassword in files or in git h)json"
      R"json(istory."
              },
              "defaultConfiguration": {
                "level": "warning"
              },
              "properties": {
                "security-severity": "5.5",
                "precision": "low",
                "tags": [
                  "security",
                  "secret"
                ]
              }
            },
            {
              "id": "github.personal-token",
              "name": "GithubPersonalToken",
              "shortDescription": {
                "text": "GitHub personal access token."
              },
              "fullDescription": {
                "text": "GitHub personal access token in files or in git h)json"
      R"json(istory. Whoever holds it acts as its user."
              },
              "help": {
                "text": "GitHub personal access token in files or in git h)json"
      R"json(istory. Whoever holds it acts as its user.\nDelete the token and make a ne)json"
      R"json(w one.\nHow to rotate it: https://github.com/settings/tokens\nWhat it look)json"
      R"json(s like: https://docs.github.com/tokens",
                "markdown": "**GitHub personal access token**\n\nGitHub pe)json"
      R"json(rsonal access token in files or in git history. Whoever holds it acts as i)json"
      R"json(ts user.\n\nDelete the token and make a new one.\n\n[How to rotate it](htt)json"
      R"json(ps://github.com/settings/tokens)\n\n[What it looks like](https://docs.gith)json"
      R"json(ub.com/tokens)"
              },
              "helpUri": "https://github.com/settings/tokens",
              "defaultConfiguration": {
                "level": "error"
              },
              "properties": {
                "security-severity": "9.5",
                "precision": "high",
                "tags": [
                  "security",
                  "secret"
                ]
              }
            }
          ],
          "properties": {
            "signaturesDigest": "d1ge57"
          }
        }
      },
      "invocations": [
        {
          "executionSuccessful": false,
          "startTimeUtc": "2026-01-01T00:00:00Z",
          "endTimeUtc": "2026-01-01T00:00:03Z",
          "toolExecutionNotifications": [
            {
              "level": "error",
              "message": {
                "text": "Not scanned: lost/\\xff.bin: permission denied."
              }
            },
            {
              "level": "note",
              "message": {
                "text": "Left out: binary archive 2, for example assets/a.)json"
      R"json(zip, assets/b\\x1b[2J.zip."
              }
            },
            {
              "level": "warning",
              "message": {
                "text": "'.' is a shallow clone: history before 2 commits )json"
      R"json(is not here and was not scanned."
              }
            }
          ]
        }
      ],
      "originalUriBaseIds": {
        "%SRCROOT%": {
          "description": {
            "text": "The root of the source '.'."
          }
        }
      },
      "automationDetails": {
        "id": "straykey/"
      },
      "columnKind": "utf16CodeUnits",
      "redactionTokens": [
        "****"
      ],
      "results": [
        {
          "ruleId": "github.personal-token",
          "ruleIndex": 2,
          "level": "error",
          "message": {
            "text": "GitHub personal access token ghp_**** in 2 places, fi)json"
      R"json(rst seen 2024-01-02."
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "config/prod.env",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 12,
                  "startColumn": 9,
                  "endLine": 12,
                  "endColumn": 49
                }
              },
              "message": {
                "text": "commit 3c4d5e6f70000000000000000000000000000000, )json"
      R"json(2025-01-01, tip"
              }
            }
          ],
          "relatedLocations": [
            {
              "id": 1,
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "old/prod.env",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 3,
                  "startColumn": 9,
                  "endLine": 3,
                  "endColumn": 49
                }
              },
              "message": {
                "text": "commit 1a2b3c4d5e000000000000000000000000000000, )json"
      R"json(2024-01-02, history"
              }
            }
          ],
          "fingerprints": {
            "straykey/v1": "11111111111111111111111111111111"
          },
          "partialFingerprints": {
            "straykey/v1": "11111111111111111111111111111111",
            "primaryLocationLineHash": "1111111111111111:1"
          },
          "baselineState": "new",
          "properties": {
            "commit": "3c4d5e6f70000000000000000000000000000000",
            "author": "Ann Author",
            "firstSeen": "2024-01-02T00:00:00Z",
            "presence": "tip",
            "structure": "valid",
            "confidence": "high"
          }
        },
        {
          "ruleId": "aws.secret-key",
          "ruleIndex": 0,
          "level": "error",
          "message": {
            "text": "AWS secret access key **** in 1 place, first seen 202)json"
      R"json(4-01-02, only in history."
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "%3Devil%1B%5B2J%0Aname%2C%22%FF%20100%25.txt",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 7,
                  "startColumn": 1,
                  "endLine": 7,
                  "endColumn": 81
                }
              },
              "message": {
                "text": "commit 4d5e6f7081000000000000000000000000000000, )json"
      R"json(2024-01-02, history"
              }
            }
          ],
          "fingerprints": {
            "straykey/v1": "22222222222222222222222222222222"
          },
          "partialFingerprints": {
            "straykey/v1": "22222222222222222222222222222222",
            "primaryLocationLineHash": "2222222222222222:1"
          },
          "baselineState": "new",
          "properties": {
            "commit": "4d5e6f7081000000000000000000000000000000",
            "author": "Mal\u001b]0;pwned\u0007lory \u009b",
            "firstSeen": "2024-01-02T00:00:00Z",
            "presence": "history",
            "structure": "unknown",
            "confidence": "medium"
          }
        },
        {
          "ruleId": "generic.password",
          "ruleIndex": 1,
          "level": "warning",
          "message": {
            "text": "Password **** in 1 place."
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "dienste/%C3%BCbersicht/src/main/resources/org/ex)json"
      R"json(ample/deployment/environments/production/application.properties",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 101,
                  "startColumn": 22,
                  "endLine": 101,
                  "endColumn": 34
                }
              },
              "message": {
                "text": "working-tree"
              }
            }
          ],
          "fingerprints": {
            "straykey/v1": "33333333333333333333333333333333"
          },
          "partialFingerprints": {
            "straykey/v1": "33333333333333333333333333333333",
            "primaryLocationLineHash": "3333333333333333:1"
          },
          "baselineState": "unchanged",
          "properties": {
            "presence": "working-tree",
            "structure": "unknown",
            "confidence": "low"
          }
        }
      ]
    }
  ]
}
)json");
}

TEST(SarifReport, SpeaksOfABaselineOnlyWhenThereIsOne) {
  SampleRun run;
  EXPECT_EQ(run_of(run.evidence)["results"][0]["baselineState"], "new");
  run.evidence.findings[2].state = FindingState::kNew;
  EXPECT_FALSE(run_of(run.evidence)["results"][0].contains("baselineState"));
  run.evidence.unused_baseline = {"gone"};
  EXPECT_EQ(run_of(run.evidence)["results"][0]["baselineState"], "new");
}

TEST(SarifReport, TellsNoTimeWhenReproducible) {
  SampleRun run;
  run.evidence.reproducible = true;
  EXPECT_EQ(run_of(run.evidence)["invocations"][0].dump(),
            R"({"executionSuccessful":true,"toolExecutionNotifications":[]})");
}

TEST(SarifReport, GivesMessagesAndStreamsAPlace) {
  SampleRun run;
  run.evidence.findings.resize(1);
  Occurrence& place = run.evidence.findings[0].occurrences[2];
  place.path = "";
  place.object = "commit message";
  Json location = run_of(run.evidence)["results"][0]["locations"][0];
  EXPECT_EQ(location["physicalLocation"]["artifactLocation"]["uri"],
            "commit-message/" + place.blob);
  EXPECT_EQ(location["message"]["text"],
            "in a commit message, commit " + place.commit + ", 2025-01-01, tip");
}

TEST(SarifReport, GivesEachOfSeveralSourcesItsRoot) {
  SampleRun run;
  run.evidence.findings.resize(1);
  SourceCoverage other = run.evidence.coverage.sources[0];
  other.path = "../other";
  run.evidence.coverage.sources.push_back(other);
  run.evidence.findings[0].occurrences[2].repository = "../other";
  Json sarif = run_of(run.evidence);
  EXPECT_EQ(sarif["originalUriBaseIds"].size(), 2u);
  Json result = sarif["results"][0];
  EXPECT_EQ(result["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"],
            "%SRCROOT2%");
  EXPECT_EQ(result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"],
            "%SRCROOT1%");
}

TEST(SarifReport, KeepsToTheLimitsOfGitHubAndSaysSo) {
  SampleRun run;
  Finding finding = run.evidence.findings[2];
  for (uint64_t line = 1; line <= 200; ++line) {
    finding.occurrences.push_back(finding.occurrences[0]);
    finding.occurrences.back().position.line = 1000 + line;
  }
  run.evidence.findings.assign(1, finding);
  Json result = run_of(run.evidence)["results"][0];
  EXPECT_EQ(result["relatedLocations"].size(), 100u);
  EXPECT_EQ(result["message"]["text"], "Password **** in 201 places.");

  finding.occurrences.resize(1);
  run.evidence.findings.assign(25'003, finding);
  Json sarif = run_of(run.evidence);
  EXPECT_EQ(sarif["results"].size(), 25'000u);
  EXPECT_EQ(sarif["invocations"][0]["toolExecutionNotifications"][0].dump(),
            R"({"level":"warning","message":{"text":"3 findings are left out of this file, )"
            R"(which holds the 25000 most severe ones; the json format has all."}})");
}

TEST(SarifReport, HasFrameworksAsTaxonomies) {
  SampleRun run;
  run.assess_findings();
  Json sarif = run_of(run.evidence);
  EXPECT_EQ(sarif["taxonomies"], Json::parse(R"([
    {"name": "risks", "fullName": "Risks | 1", "version": "1", "organization": "Nobody",
     "shortDescription": {"text": "Risks | 1."}, "informationUri": "https://risks.example/",
     "isComprehensive": false,
     "taxa": [{"id": "R1:1", "shortDescription": {"text": "Leak."}},
              {"id": "R2:1", "shortDescription": {"text": "Stale."}}]},
    {"name": "controls", "fullName": "Controls", "version": "2", "organization": "Nobody",
     "shortDescription": {"text": "Controls."}, "isComprehensive": false,
     "taxa": [{"id": "K.2", "shortDescription": {"text": "Lose."}},
              {"id": "K.3", "shortDescription": {"text": "Find."}}]}
  ])"));
  EXPECT_EQ(sarif["tool"]["driver"]["supportedTaxonomies"],
            Json::parse(R"([{"name": "risks", "index": 0}, {"name": "controls", "index": 1}])"));
  // The AWS key, which only history holds: its taxa, and the same ids at its rule.
  Json taxa = Json::parse(R"([
    {"id": "R1:1", "index": 0, "toolComponent": {"name": "risks", "index": 0}},
    {"id": "K.2", "index": 0, "toolComponent": {"name": "controls", "index": 1}},
    {"id": "K.3", "index": 1, "toolComponent": {"name": "controls", "index": 1}}
  ])");
  EXPECT_EQ(sarif["results"][1]["taxa"], taxa);
  Json relationships = Json::array();
  for (const Json& target : taxa) {
    relationships.push_back({{"target", target}, {"kinds", {"relevant"}}});
  }
  EXPECT_EQ(sarif["tool"]["driver"]["rules"][0]["relationships"], relationships);
  EXPECT_EQ(sarif["results"][1]["properties"]["conditions"][1]["id"], "C02");
}

TEST(SarifReport, NeverHoldsASecret) {
  SampleRun run;
  run.evidence.findings[0].value = Secret(SampleRun::token_value());
  EXPECT_EQ(report_sarif(run.evidence).find(SampleRun::token_value()), std::string::npos);
}

constexpr const char* kValidate = R"python(
import json, sys
try:
    from jsonschema import Draft4Validator
except ImportError:
    sys.exit(77)
validator = Draft4Validator(json.load(open(sys.argv[1])))
errors = [e for path in sys.argv[2:] for e in validator.iter_errors(json.load(open(path)))]
for error in errors:
    print(list(error.absolute_path), error.message)
sys.exit(1 if errors else 0)
)python";

// The schema is OASIS's and no part of this project: SCHEMAS_DIR names its folder.
TEST(SarifReport, FollowsTheSchema) {
  const char* named = std::getenv("SCHEMAS_DIR");
  if (!named) GTEST_SKIP() << "SCHEMAS_DIR names no folder of schemas";
  Result<std::string> schema = read_file(std::filesystem::path(named) / "sarif-schema-2.1.0.errata01.json");
  if (!schema) GTEST_SKIP() << schema.error().message;
  SampleRun run;
  run.add_gaps();
  SampleRun reproducible;
  reproducible.evidence.reproducible = true;
  SampleRun assessed;
  assessed.assess_findings();
  PythonVerdict verdict = check_with_python(
      kValidate, {*schema, report_sarif(run.evidence), report_sarif(reproducible.evidence),
                  report_sarif(assessed.evidence)});
  if (verdict.skipped) GTEST_SKIP() << "python3 with jsonschema is not here";
  EXPECT_TRUE(verdict.passed) << verdict.output;
}

}  // namespace
}  // namespace straykey
