// SPDX-License-Identifier: Apache-2.0
// A made-up run for the tests of reports: three findings, of which one stands at a place
// whose path, author and e-mail were chosen to hurt whoever prints them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scanner/base/result.h"
#include "scanner/evidence/assess.h"
#include "scanner/evidence/evidence.h"

namespace straykey {

// Owns what the Evidence borrows. Not movable, because of that.
class SampleRun {
 public:
  SampleRun() : signatures_(make_signatures()) {
    evidence.run_id = "0f8fad5b-d9cb-469f-a165-70867728950e";
    evidence.started_at = 1767225600;  // 2026-01-01T00:00:00Z
    evidence.finished_at = 1767225603;
    evidence.seconds = 2.5;
    evidence.arguments = {"scan", "."};
    evidence.host = "build-7";
    evidence.signatures = &signatures_;
    evidence.signatures_digest = "d1ge57";
    evidence.engines = {{"hyperscan", "5.4.0"}, {"re2", "2023-02-01"}};
    SourceCoverage source;
    source.kind = "repository";
    source.path = ".";
    source.refs = {{"refs/heads/main", std::string(40, 'c')}};
    source.commits = 14;
    source.blobs = 96;
    source.bytes = 3'141'592;
    evidence.coverage.sources = {source};
    evidence.findings = {github_token(), aws_key(), password()};
  }
  SampleRun(const SampleRun&) = delete;

  Evidence evidence;

  // Something left out, failed, allowed, gone from the baseline and cut off.
  void add_gaps() {
    evidence.coverage.leave_out("binary archive", "assets/a.zip");
    evidence.coverage.leave_out("binary archive", "assets/b\x1b[2J.zip");
    evidence.coverage.fail("lost/\xff.bin", "permission denied");
    evidence.coverage.sources[0].shallow_commits = 2;
    evidence.allowed = {{"inline mark", 3}};
    evidence.unused_baseline = {std::string(32, 'e')};
  }

  // Whose the findings are: the first one's NHI is registered, of the second CODEOWNERS tells,
  // of the third nobody.
  void add_owners() {
    Resolution token;
    token.identity.kind = "github-token";
    token.identity.principal_class = PrincipalClass::kHuman;
    token.identity.provider = "github";
    token.identity.attributes = {{"last-eight", "ZZZZZZZZ"}};
    token.nhi_id = "github:token/7";
    token.name = "deploy";
    token.owner = "ann@example.org";
    token.owner_kind = OwnerKind::kPerson;
    token.resolved_by = "register";
    token.confidence = Confidence::kHigh;
    token.registered = true;
    token.owner_attested = true;
    token.owner_left = true;
    token.supplier = "github";
    token.chain = {{"link", "hint-and-application github ZZZZZZZZ is of github:token/7",
                    Confidence::kHigh}};
    Resolution key;
    key.nhi_id = "candidate:0123456789abcdef";
    key.owner = "@acme/pay\x1b[2J";
    key.owner_kind = OwnerKind::kTeam;
    key.resolved_by = "codeowners";
    key.confidence = Confidence::kMedium;
    key.environment = "prod";
    Resolution password;
    password.nhi_id = "candidate:fedcba9876543210";
    password.name = "Password";
    evidence.resolutions = {token, key, password};
  }

  // By a small rulebook of two frameworks and three conditions. Call last.
  void assess_findings() {
    auto book = std::make_shared<Rulebook>();
    for (const char* text : {R"(id = "risks"
name = "Risks | 1"
edition = "1"
publisher = "Nobody"
url = "https://risks.example/"
[[part]]
kind = "risk"
title = "All"
[part.ids]
"R1:1" = "Leak"
"R2:1" = "Stale"
)",
                             R"(id = "controls"
name = "Controls"
edition = "2"
publisher = "Nobody"
by_analogy = true
[[part]]
kind = "control"
title = "All"
[part.ids]
"K.1" = "Keep"
"K.2" = "Lose"
"K.3" = "Find"
)",
                             R"([[condition]]
id = "C01"
title = "In content"
short = "in content"
seen_by = "x"
[condition.primary]
risks = ["R1:1"]
controls = ["K.2"]
[condition.secondary]
controls = ["K.1"]
[[condition]]
id = "C02"
title = "In history"
short = "in history"
seen_by = "x"
[condition.primary]
controls = ["K.3"]
[[condition]]
id = "C03"
title = "Old"
short = "old"
seen_by = "x"
[condition.primary]
risks = ["R2:1"]
[[condition]]
id = "C24"
title = "Gap"
short = "gap"
seen_by = "x"
[condition.primary]
controls = ["K.1"]
[providers]
none = ["aws", "generic", "github"]
)"}) {
      STRAYKEY_CHECK(book->add(text, "sample.toml").has_value());
    }
    assess(evidence, std::move(book), {});
  }

  // As with --show-secrets. Put together here, so that no credential stands in the tree.
  static std::string token_value() { return "ghp_" + std::string(36, 'Z'); }

 private:
  static SignatureSet make_signatures() {
    Signature github;
    github.id = "github.personal-token";
    github.name = "GitHub personal access token";
    github.provider = "github";
    github.risk = "Whoever holds it acts as its user";
    github.severity = Severity::kCritical;
    github.principal_class = PrincipalClass::kHuman;
    github.identity = "github-user";
    github.rotation = "Delete the token and make a new one";
    github.rotation_url = "https://github.com/settings/tokens";
    github.docs = "https://docs.github.com/tokens";
    Signature aws;
    aws.id = "aws.secret-key";
    aws.name = "AWS secret access key";
    aws.provider = "aws";
    aws.severity = Severity::kHigh;
    aws.principal_class = PrincipalClass::kService;
    aws.identity = "aws-access-key";
    Signature generic;
    generic.id = "generic.password";
    generic.name = "Password";
    generic.provider = "generic";
    generic.severity = Severity::kMedium;
    generic.confidence = Confidence::kLow;
    for (Signature* signature : {&aws, &generic, &github}) signature->pattern = "(?P<secret>x)";
    Result<SignatureSet> set = SignatureSet::make({aws, generic, github});
    return *std::move(set);
  }

  // In history under an old name, moved, changed once, and still at a branch tip.
  static Finding github_token() {
    Finding finding;
    finding.id = std::string(32, '1');
    finding.signature = 2;
    finding.severity = Severity::kCritical;
    finding.structure = Structure::kValid;
    finding.redacted = "ghp_****";
    finding.length = 40;
    finding.first_seen = 1704153600;  // 2024-01-02
    finding.last_seen = 1735689600;   // 2025-01-01
    finding.at_tip = true;
    Occurrence old;
    old.repository = ".";
    old.path = "old/prod.env";
    old.position = {3, 9, 3, 48};
    old.blob = std::string(40, '2');
    old.object = "blob";
    old.commit = "1a2b3c4d5e" + std::string(30, '0');
    old.author = "Ann Author";
    old.author_email = "ann@example.org";
    old.committed_at = finding.first_seen;
    old.last_held_at = 1709251200;  // 2024-03-01
    old.presence = Presence::kHistory;
    Occurrence moved = old;
    moved.path = "config/prod.env";
    moved.position = {12, 9, 12, 48};
    moved.commit = "2b3c4d5e6f" + std::string(30, '0');
    moved.committed_at = moved.last_held_at;
    Occurrence changed = moved;
    changed.blob = std::string(40, '3');
    changed.commit = "3c4d5e6f70" + std::string(30, '0');
    changed.committed_at = finding.last_seen;
    changed.last_held_at = finding.last_seen;
    changed.presence = Presence::kTip;
    finding.occurrences = {old, moved, changed};
    return finding;
  }

  // Only in history, at a place that is not fit for printing.
  static Finding aws_key() {
    Finding finding;
    finding.id = std::string(32, '2');
    finding.signature = 0;
    finding.severity = Severity::kHigh;
    finding.confidence = Confidence::kMedium;
    finding.redacted = "****";
    finding.length = 40;
    finding.attributes = {{"account", "123456789012"}, {"user", "r\xc3\xa9mi\xe2\x80\xae"}};
    finding.encoding = "utf-16le";
    finding.first_seen = 1704153600;
    finding.last_seen = 1704153600;
    finding.removed_at = finding.last_seen;
    Occurrence place;
    place.repository = ".";
    place.path = "=evil\x1b[2J\nname,\"\xff 100%.txt";
    place.position = {7, 1, 7, 80};
    place.blob = std::string(40, '4');
    place.object = "blob";
    place.commit = "4d5e6f7081" + std::string(30, '0');
    place.author = "Mal\x1b]0;pwned\x07lory \xc2\x9b";
    place.author_email = "+mal@example.org";
    place.committed_at = finding.first_seen;
    place.last_held_at = finding.first_seen;
    place.presence = Presence::kHistory;
    finding.occurrences = {place};
    return finding;
  }

  // Not committed, in a file with a long path, and in the baseline.
  static Finding password() {
    Finding finding;
    finding.id = std::string(32, '3');
    finding.state = FindingState::kKnown;
    finding.signature = 1;
    finding.severity = Severity::kMedium;
    finding.confidence = Confidence::kLow;
    finding.redacted = "****";
    finding.length = 12;
    finding.at_tip = true;
    Occurrence place;
    place.repository = ".";
    place.path =
        "dienste/übersicht/src/main/resources/org/example/deployment/"
        "environments/production/application.properties";
    place.position = {101, 22, 101, 33};
    place.object = "file";
    place.presence = Presence::kWorkingTree;
    finding.occurrences = {place};
    return finding;
  }

  SignatureSet signatures_;
};

}  // namespace straykey
