// SPDX-License-Identifier: Apache-2.0
// Each condition: facts that make it hold, with the sentence, and facts that do not.
#include "scanner/evidence/conditions.h"

#include <gtest/gtest.h>

#include <deque>

namespace straykey {
namespace {

constexpr int64_t kDay = 24 * 60 * 60;
constexpr int64_t kNow = 1767225600;  // 2026-01-01

const Rulebook& book() {
  static const Rulebook builtin = *Rulebook::builtin();
  return builtin;
}

// A finding of one kind at some places, and what is known of it.
class Case {
 public:
  explicit Case(const std::string& signature_id, std::vector<std::string> paths = {"src/a.cc"}) {
    signature_.id = signature_id;
    signature_.provider = signature_id.substr(0, signature_id.find('.'));
    finding_.severity = Severity::kHigh;
    for (const std::string& path : paths) at(path);
    facts.policy = PolicyLimits();
    facts.now = kNow;
  }

  Case& at(const std::string& path, Presence presence = Presence::kTip) {
    Occurrence place;
    place.repository = "shop";
    place.path = path;
    place.position = {3, 1, 3, 20};
    place.commit = std::string(40, static_cast<char>('a' + occurrences_.size() % 6));
    place.author_email = "ann@example.org";
    place.presence = presence;
    occurrences_.push_back(place);
    return *this;
  }
  Occurrence& last() { return occurrences_.back(); }
  Finding& finding() { return finding_; }
  Signature& signature() { return signature_; }

  // "direct: because", "no", "unknown: what".
  std::string judge_only(const std::string& condition) {
    facts.finding = &finding_;
    facts.signature = &signature_;
    facts.places.clear();
    for (const Occurrence& one : occurrences_) {
      PlaceFacts place;
      place.occurrence = &one;
      place.classes = book().places.classes(one.path);
      place.environment = book().places.environment(one.path);
      place.component = book().places.component(one.path);
      place.mode = mode;
      facts.places.push_back(place);
    }
    for (const Judgement& one : judge(facts, book())) {
      if (one.condition == condition) return shown(one);
    }
    return "not judged";
  }

  static std::string shown(const Judgement& one) {
    switch (one.verdict) {
      case Verdict::kHolds: return std::string(name(one.level)) + ": " + one.because;
      case Verdict::kHoldsNot: return "no";
      case Verdict::kUnknown: return "unknown: " + one.because;
    }
    return "";
  }

  ConditionFacts facts;
  std::optional<uint32_t> mode;

 private:
  Finding finding_;
  Signature signature_;
  std::deque<Occurrence> occurrences_;
};

TEST(Conditions, C01CredentialInContent) {
  EXPECT_EQ(Case("npm.token").judge_only("C01"), "direct: it stands in src/a.cc:3");
  Case old("npm.token", {});
  old.at("old.cc", Presence::kHistory).at("new.cc", Presence::kFile);
  EXPECT_EQ(old.judge_only("C01"), "direct: it stands in new.cc:3");
  Case dangling("npm.token", {});
  EXPECT_EQ(dangling.at("a", Presence::kUnreachable).judge_only("C01"), "no");
}

TEST(Conditions, C02OnlyInHistory) {
  Case past("npm.token", {});
  past.at("a.cc", Presence::kHistory);
  EXPECT_EQ(past.judge_only("C02"),
            "direct: no branch tip, index or file holds it; commit aaaaaaaaaa does");
  EXPECT_EQ(past.at("b.cc", Presence::kIndex).judge_only("C02"), "no");
  Case dangling("npm.token", {});
  EXPECT_EQ(dangling.at("a", Presence::kUnreachable).judge_only("C02"), "no");
}

TEST(Conditions, C03LongLived) {
  Case exposed("npm.token");
  EXPECT_EQ(exposed.judge_only("C03"),
            "unknown: dates of commits, of the credential or of the register");
  exposed.finding().first_seen = kNow - 91 * kDay;
  exposed.finding().last_seen = kNow - 90 * kDay;
  exposed.finding().at_tip = true;
  EXPECT_EQ(exposed.judge_only("C03"),
            "direct: exposed since 2025-10-02, 91 days until now; the policy allows 90");
  exposed.finding().at_tip = false;  // a tag has it, and no branch
  EXPECT_EQ(exposed.judge_only("C03"),
            "direct: exposed since 2025-10-02, 91 days until now; the policy allows 90");
  exposed.finding().removed_at = kNow - 90 * kDay;  // gone after a day
  EXPECT_EQ(exposed.judge_only("C03"), "no");
  // No commit in between: it stood there all the time until it was taken away.
  exposed.finding().first_seen = exposed.finding().last_seen = kNow - 300 * kDay;
  exposed.finding().removed_at = kNow - 209 * kDay;
  EXPECT_EQ(exposed.judge_only("C03"),
            "direct: exposed since 2025-03-07, 91 days until 2025-06-06; the policy allows 90");
  exposed.finding().removed_at = kNow - 210 * kDay;
  EXPECT_EQ(exposed.judge_only("C03"), "no");
  exposed.finding().removed_at.reset();
  exposed.finding().first_seen = kNow - 91 * kDay;
  exposed.finding().last_seen = kNow - 90 * kDay;
  exposed.finding().at_tip = true;
  exposed.facts.policy.exposure = 91;
  EXPECT_EQ(exposed.judge_only("C03"), "no");
  // Without a clock only what the commits say is said.
  exposed.facts.policy.exposure = 0;
  exposed.facts.now.reset();
  EXPECT_EQ(exposed.judge_only("C03"),
            "direct: exposed since 2025-10-02, 1 days until 2025-10-03; the policy allows 0");

  Case decoded("jwt.token");
  decoded.facts.credential.never_expires = true;
  EXPECT_EQ(decoded.judge_only("C03"), "direct: it has no end, and its kind can have one");
  decoded.facts.credential.never_expires = false;
  decoded.facts.credential.issued = kNow;
  decoded.facts.credential.expires = kNow + 366 * kDay;
  EXPECT_EQ(decoded.judge_only("C03"),
            "direct: valid from 2026-01-01 to 2027-01-02, 366 days; the policy allows 365");
  decoded.facts.credential.expires = kNow + 365 * kDay;
  EXPECT_EQ(decoded.judge_only("C03"), "no");

  Case registered("npm.token");
  registered.facts.entry.emplace().created = kNow - 400 * kDay;
  EXPECT_EQ(registered.judge_only("C03"),
            "correlated: the register says that it was created on 2024-11-27, 400 days ago; the "
            "policy allows 365");
  registered.facts.entry->last_rotated = kNow - 10 * kDay;
  EXPECT_EQ(registered.judge_only("C03"), "no");
}

TEST(Conditions, C04ReusedInRepositoriesOrComponents) {
  Case two("npm.token", {"a.cc"});
  two.at("b.cc");
  EXPECT_EQ(two.judge_only("C04"), "no");
  two.last().repository = "bank";
  EXPECT_EQ(two.judge_only("C04"),
            "direct: it stands in 2 repositories that share no commit with it: bank and shop");
  two.last().commit = std::string(40, 'a');  // a clone
  EXPECT_EQ(two.judge_only("C04"), "no");

  Case parts("npm.token", {"services/billing/a.env", "services/mail/a.env"});
  EXPECT_EQ(parts.judge_only("C04"),
            "inferred: it stands in 2 components: services/billing and services/mail");
  EXPECT_EQ(Case("npm.token", {"services/mail/a", "services/mail/b"}).judge_only("C04"), "no");
}

TEST(Conditions, C05SeveralEnvironments) {
  EXPECT_EQ(Case("npm.token", {"config/prod.env", "config/dev.env"}).judge_only("C05"),
            "inferred: config/dev.env:3 is of development, config/prod.env:3 of production");
  EXPECT_EQ(Case("npm.token", {"config/prod.env", "live/x.env"}).judge_only("C05"), "no");
}

TEST(Conditions, C06ProductionCredentialElsewhere) {
  EXPECT_EQ(Case("stripe.live-secret-key", {"tests/pay.py"}).judge_only("C06"),
            "inferred: stripe.live-secret-key is a kind of production, and tests/pay.py:3 is of test");
  EXPECT_EQ(Case("stripe.live-secret-key", {"conf/prod.env"}).judge_only("C06"), "no");
  EXPECT_EQ(Case("stripe.test-key", {"tests/pay.py"}).judge_only("C06"), "no");
  Case registered("npm.token", {"config/dev.env"});
  registered.facts.entry = RegisterFacts{};
  registered.facts.entry->nhi = "deployer";
  registered.facts.entry->environment = "prod";
  EXPECT_EQ(registered.judge_only("C06"),
            "inferred: the register has deployer in production, and config/dev.env:3 is of "
            "development");
}

TEST(Conditions, C07InDeploymentConfiguration) {
  EXPECT_EQ(Case("npm.token", {"src/a.cc", ".github/workflows/x.yml"}).judge_only("C07"),
            "direct: .github/workflows/x.yml:3 is CI/CD or deployment configuration");
  EXPECT_EQ(Case("npm.token", {"src/docker.py"}).judge_only("C07"), "no");
}

TEST(Conditions, C08OwnerLeft) {
  Case one("npm.token");
  EXPECT_EQ(one.judge_only("C08"), "unknown: a resolved owner");
  one.facts.owner.emplace().owner = "ann@example.org";
  EXPECT_EQ(one.judge_only("C08"), "unknown: a roster");
  one.facts.owner->left = true;
  EXPECT_EQ(one.judge_only("C08"),
            "correlated: its owner, ann@example.org, is not active in the roster");
  one.facts.owner->left = false;
  EXPECT_EQ(one.judge_only("C08"), "no");
}

TEST(Conditions, C09GoneOrUnused) {
  Case one("aws.access-key-pair");
  EXPECT_EQ(one.judge_only("C09"), "unknown: an entry of the register");
  RegisterFacts& entry = one.facts.entry.emplace();
  entry.nhi = "ci-deployer";
  EXPECT_EQ(one.judge_only("C09"), "unknown: a status or a last use in the register");
  entry.status = RegisterFacts::Status::kRevoked;
  EXPECT_EQ(one.judge_only("C09"), "correlated: the register says that ci-deployer is revoked");
  entry.status = RegisterFacts::Status::kActive;
  EXPECT_EQ(one.judge_only("C09"), "no");
  entry.last_used = kNow - 91 * kDay;
  EXPECT_EQ(one.judge_only("C09"),
            "correlated: the register says that ci-deployer was last used on 2025-10-02; the policy "
            "allows 90 days");
  entry.last_used = kNow - 90 * kDay;
  EXPECT_EQ(one.judge_only("C09"), "no");
  entry.expires = kNow - kDay;
  EXPECT_EQ(one.judge_only("C09"),
            "correlated: the register says that ci-deployer has expired on 2025-12-31");
}

TEST(Conditions, C10NoOwner) {
  Case one("npm.token");
  EXPECT_EQ(one.judge_only("C10"), "unknown: resolvers");
  one.facts.owner.emplace();
  EXPECT_EQ(one.judge_only("C10"), "direct: no resolver could name an owner");
  one.facts.owner->owner = "ann@example.org";
  EXPECT_EQ(one.judge_only("C10"), "no");
  one.facts.owner->suggested = true;
  EXPECT_EQ(one.judge_only("C10"),
            "inferred: history suggests ann@example.org, and nobody has confirmed it");
}

TEST(Conditions, C11Overprivileged) {
  Case database("database.url");
  database.finding().attributes = {{"user", "Postgres"}};
  EXPECT_EQ(database.judge_only("C11"), "inferred: its user is 'Postgres'");
  database.finding().attributes = {{"user", "shop"}};
  EXPECT_EQ(database.judge_only("C11"), "no");
  EXPECT_EQ(Case("openai.admin-key").judge_only("C11"), "inferred: of the kind openai.admin-key");
  Case jwt("jwt.token");
  jwt.finding().attributes = {{"scope", "read:user admin:org"}};
  EXPECT_EQ(jwt.judge_only("C11"), "inferred: its scope is 'read:user admin:org'");
  jwt.facts.entry = RegisterFacts{};
  jwt.facts.entry->nhi = "ci";
  jwt.facts.entry->privileges = {"AdministratorAccess"};
  EXPECT_EQ(jwt.judge_only("C11"), "correlated: the register says that ci has AdministratorAccess");
}

TEST(Conditions, C12WeakMethod) {
  EXPECT_EQ(Case("url.password").judge_only("C12"),
            "direct: of the kind url.password: a password stands in a URL");
  Case jwt("jwt.token");
  jwt.finding().attributes = {{"alg", "none"}};
  EXPECT_EQ(jwt.judge_only("C12"), "direct: its alg is 'none': a token that nothing signs");
  jwt.finding().attributes = {{"alg", "RS256"}};
  EXPECT_EQ(jwt.judge_only("C12"), "no");
}

TEST(Conditions, C13PrivateKey) {
  Case key("private-key.openssh");
  EXPECT_EQ(key.judge_only("C13"), "direct: of the kind private-key.openssh");
  key.finding().structure = Structure::kValid;
  EXPECT_EQ(key.judge_only("C13"),
            "direct: of the kind private-key.openssh, and its structure is valid");
  EXPECT_EQ(Case("npm.token").judge_only("C13"), "no");
}

TEST(Conditions, C14WeakOrExpiredKey) {
  EXPECT_EQ(Case("npm.token").judge_only("C14"), "no");
  Case key("private-key.pem");
  EXPECT_EQ(key.judge_only("C14"), "unknown: the size of the key, or its end");
  key.facts.credential.key_type = "ssh-rsa";
  key.facts.credential.key_bits = 1024;
  EXPECT_EQ(key.judge_only("C14"), "direct: it has 1024 bits; the policy wants 2048");
  key.facts.credential.key_bits = 2048;
  EXPECT_EQ(key.judge_only("C14"), "no");
  key.facts.credential.expires = kNow - kDay;
  EXPECT_EQ(key.judge_only("C14"), "no");  // and nobody deploys it any more
  key.finding().at_tip = true;
  EXPECT_EQ(key.judge_only("C14"),
            "direct: it has ended on 2025-12-31 and still stands in src/a.cc:3");
  key.facts.credential.key_type = "ssh-dss";
  EXPECT_EQ(key.judge_only("C14"), "direct: its type is ssh-dss");
  key.facts.credential = CredentialFacts();
  key.facts.credential.key_type = "ssh-ed25519";
  EXPECT_EQ(key.judge_only("C14"), "no");
}

TEST(Conditions, C15ThirdParty) {
  EXPECT_EQ(Case("stripe.live-secret-key").judge_only("C15"),
            "inferred: its provider, stripe, is another company");
  EXPECT_EQ(Case("generic.password").judge_only("C15"), "no");
}

TEST(Conditions, C16HumanAndAutomation) {
  Case person("github.personal-token", {"Jenkinsfile"});
  EXPECT_EQ(person.judge_only("C16"), "unknown: whether a person or a service holds it");
  person.facts.credential.principal = PrincipalClass::kHuman;
  EXPECT_EQ(person.judge_only("C16"), "inferred: it is of a person, and Jenkinsfile:3 is automation");
  person.facts.credential.principal = PrincipalClass::kService;
  EXPECT_EQ(person.judge_only("C16"), "no");
  Case service("google.service-account-key", {"home/ann/.bash_history"});
  service.facts.credential.principal = PrincipalClass::kService;
  EXPECT_EQ(service.judge_only("C16"),
            "inferred: it is of a service, and home/ann/.bash_history:3 is a person's own files");
  service.facts.credential.principal = PrincipalClass::kHuman;
  EXPECT_EQ(service.judge_only("C16"), "no");
}

TEST(Conditions, C17SharedByManyPeople) {
  Case one("npm.token", {"a", "b", "c", "d"});
  EXPECT_EQ(one.judge_only("C17"), "no");
  one.at("e").last().author_email = "Ben@example.org";
  one.at("f").last().author_email = "dependabot[bot]@users.noreply.github.com";
  one.at("g").last().author_email = "ben@example.org";
  EXPECT_EQ(one.judge_only("C17"), "no");
  one.at("h").last().author_email = "cem@example.org";
  EXPECT_EQ(one.judge_only("C17"), "inferred: 3 people have committed it");
  Case file("npm.token", {});
  file.at("a", Presence::kFile).last().author_email.clear();
  EXPECT_EQ(file.judge_only("C17"), "unknown: authors of commits");
}

TEST(Conditions, C18InLogsAndDumps) {
  EXPECT_EQ(Case("npm.token", {"var/app.log"}).judge_only("C18"), "direct: var/app.log:3 is a log");
  EXPECT_EQ(Case("npm.token", {"db/all.sql"}).judge_only("C18"), "direct: db/all.sql:3 is a dump");
  EXPECT_EQ(Case("npm.token", {"src/logger.cc"}).judge_only("C18"), "no");
}

TEST(Conditions, C19InTests) {
  Case one("npm.token", {"tests/a.py"});
  EXPECT_EQ(one.judge_only("C19"), "direct: tests/a.py:3 is test code or sample data");
  one.finding().confidence = Confidence::kLow;  // a placeholder
  EXPECT_EQ(one.judge_only("C19"), "no");
  EXPECT_EQ(Case("npm.token", {"src/attestation.py"}).judge_only("C19"), "no");
}

TEST(Conditions, C20ReadableByOthers) {
  Case one("npm.token", {".env"});
  EXPECT_EQ(one.judge_only("C20"), "unknown: modes of files");
  one.mode = 0640;
  EXPECT_EQ(one.judge_only("C20"), "direct: .env has the mode 0640");
  one.mode = 0600;
  EXPECT_EQ(one.judge_only("C20"), "no");
  Case source("npm.token", {"src/a.cc"});
  source.mode = 0644;
  EXPECT_EQ(source.judge_only("C20"), "no");
}

TEST(Conditions, C21Overdue) {
  Case one("npm.token");
  EXPECT_EQ(one.judge_only("C21"), "unknown: a store");
  one.facts.tracking.emplace().detected_at = kNow - 8 * kDay;
  EXPECT_EQ(one.judge_only("C21"),
            "direct: known since 2025-12-24, 8 days; the policy allows 7 for high");
  one.finding().severity = Severity::kMedium;
  EXPECT_EQ(one.judge_only("C21"), "no");
  one.facts.tracking->due = kNow - kDay;
  EXPECT_EQ(one.judge_only("C21"), "direct: its treatment was due on 2025-12-31");
  one.facts.tracking->acted_at = kNow - 2 * kDay;
  EXPECT_EQ(one.judge_only("C21"), "no");
}

TEST(Conditions, C22RemovedWithoutProof) {
  Case one("npm.token", {});
  one.at("a.cc", Presence::kHistory);
  one.finding().last_seen = kNow - 10 * kDay;
  EXPECT_EQ(one.judge_only("C22"), "unknown: a store or an entry of the register");
  one.facts.tracking.emplace();
  EXPECT_EQ(one.judge_only("C22"), "correlated: no event of rotation or revocation is known");
  one.facts.tracking->acted_at = kNow;
  EXPECT_EQ(one.judge_only("C22"), "no");
  one.facts.tracking.reset();
  one.facts.entry.emplace().nhi = "ci";
  one.facts.entry->status = RegisterFacts::Status::kActive;
  EXPECT_EQ(one.judge_only("C22"),
            "correlated: the register has ci as active, and not rotated since");
  one.facts.entry->last_rotated = kNow - 9 * kDay;
  EXPECT_EQ(one.judge_only("C22"), "no");
  Case present("npm.token");
  present.facts.tracking.emplace();
  EXPECT_EQ(present.judge_only("C22"), "no");
}

TEST(Conditions, C23BadException) {
  Case one("npm.token");
  EXPECT_EQ(one.judge_only("C23"), "no");
  ExceptionFacts& exception = one.facts.exception.emplace();
  exception = {"ann", "", "legacy", kNow - 10 * kDay, kNow + 10 * kDay};
  EXPECT_EQ(one.judge_only("C23"), "direct: its exception has no approver");
  exception.approver = "ben";
  EXPECT_EQ(one.judge_only("C23"), "no");
  exception.expires = kNow - kDay;
  EXPECT_EQ(one.judge_only("C23"), "direct: its exception has ended on 2025-12-31");
  exception.expires = kNow + 171 * kDay;
  EXPECT_EQ(one.judge_only("C23"),
            "direct: its exception runs from 2025-12-22 to 2026-06-21; the policy allows 180 days");
  exception.expires.reset();
  EXPECT_EQ(one.judge_only("C23"), "direct: its exception has no end");
}

std::string judge_run_only(const RunFacts& facts, const std::string& condition) {
  for (const Judgement& one : judge_run(facts)) {
    if (one.condition == condition) return Case::shown(one);
  }
  return "not judged";
}

TEST(Conditions, C24CoverageGap) {
  RunFacts facts;
  EXPECT_EQ(judge_run_only(facts, "C24"), "unknown: a run");
  Coverage coverage;
  coverage.leave_out("ignored by .gitignore", "a.o");
  facts.coverage = &coverage;
  EXPECT_EQ(judge_run_only(facts, "C24"), "no");
  coverage.leave_out("encrypted archive", "x.zip");
  EXPECT_EQ(judge_run_only(facts, "C24"), "direct: left out: encrypted archive 1, first x.zip");
  coverage.fail("b.txt", "permission denied");
  EXPECT_EQ(judge_run_only(facts, "C24"),
            "direct: 1 could not be read, first b.txt: permission denied");
  facts.missed = {"2026-W02"};
  EXPECT_EQ(judge_run_only(facts, "C24"),
            "direct: 1 planned run did not take place, first 2026-W02");
}

TEST(Conditions, C25IntegrityFailure) {
  RunFacts facts;
  EXPECT_EQ(judge_run_only(facts, "C25"), "unknown: a verification");
  facts.faults.emplace();
  EXPECT_EQ(judge_run_only(facts, "C25"), "no");
  facts.faults->push_back("record 7 was changed");
  EXPECT_EQ(judge_run_only(facts, "C25"), "direct: record 7 was changed");
}

TEST(Conditions, C26OfAi) {
  EXPECT_EQ(Case("openai.project-key").judge_only("C26"),
            "direct: openai.project-key is of a provider of models or agents");
  EXPECT_EQ(Case("aws.bedrock-api-key").judge_only("C26"),
            "direct: aws.bedrock-api-key is of a provider of models or agents");
  EXPECT_EQ(Case("aws.access-key-pair").judge_only("C26"), "no");
}

TEST(Conditions, EveryOneOfTheCrosswalkIsJudgedAndNoOther) {
  Case one("npm.token");
  one.judge_only("C01");
  std::vector<std::string> judged, known;
  for (const Judgement& judgement : judge(one.facts, book())) judged.push_back(judgement.condition);
  for (const Judgement& judgement : judge_run({})) judged.push_back(judgement.condition);
  std::sort(judged.begin(), judged.end());
  for (const ConditionKind& kind : book().conditions) known.push_back(kind.id);
  EXPECT_EQ(judged, known);
}

// "framework id level relation guidance conditions"
std::vector<std::string> shown(const std::vector<Mapping>& mappings, Relation relation) {
  std::vector<std::string> out;
  for (const Mapping& one : mappings) {
    if (one.relation != relation) continue;
    std::string line = one.framework->id + " " + one.id->id + " " + name(one.level);
    if (!one.guidance.empty()) line += " guidance " + one.guidance;
    for (const std::string& id : one.conditions) line += " " + id;
    out.push_back(line);
  }
  return out;
}

TEST(Mappings, FollowFromConditionsOnceAndInOrder) {
  std::vector<Mapping> all = mappings({{"C01", ConditionLevel::kDirect, "a"},
                                       {"C15", ConditionLevel::kInferred, "b"}},
                                      book());
  EXPECT_EQ(shown(all, Relation::kPrimary),
            (std::vector<std::string>{
                "owasp-nhi-2025 NHI2:2025 direct C01", "owasp-nhi-2025 NHI3:2025 inferred C15",
                "iso27001-2022 A.5.17 direct guidance 5.17 C01",
                "iso27001-2022 A.5.19 inferred guidance 5.19 C15",
                "iso27001-2022 A.5.22 inferred guidance 5.22 C15",
                "iso27001-2022 A.8.28 direct guidance 8.28 C01", "cwe CWE-522 inferred C15",
                "cwe CWE-540 direct C01", "cwe CWE-798 direct C01 C15"}));
  EXPECT_TRUE(mappings({}, book()).empty());
}

TEST(Mappings, AConditionThatDoesNotHoldMapsToNothing) {
  Case one("stripe.live-secret-key");
  one.judge_only("C01");
  for (const Mapping& mapping : mappings(claims(judge(one.facts, book())), book())) {
    EXPECT_FALSE(mapping.conditions.empty());
    EXPECT_NE(mapping.id->id, "NHI8:2025");  // nothing says that it is outside of production
  }
}

}  // namespace
}  // namespace straykey
