// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>

#include "scanner/evidence/rulebook.h"

namespace straykey {
namespace {

const Rulebook& builtin() {
  static const Rulebook book = *Rulebook::builtin();
  return book;
}

// "framework id" of every hit.
std::vector<std::string> names(const std::vector<FrameworkHit>& hits) {
  std::vector<std::string> out;
  for (const FrameworkHit& hit : hits) out.push_back(hit.framework->id + " " + hit.id->id);
  return out;
}

std::vector<std::string> found(const char* text) {
  return names(builtin().frameworks.find(text));
}

using Names = std::vector<std::string>;

TEST(Frameworks, HaveAsManyIdsAsTheirPublishersSay) {
  std::map<std::string, size_t> controls;
  for (const Framework& framework : builtin().frameworks.all()) {
    for (const FrameworkId& id : framework.ids) controls[framework.id] += id.kind == IdKind::kControl;
  }
  EXPECT_EQ(controls["iso27001-2022"], 93u);
  EXPECT_EQ(controls["iso27001-2013"], 114u);
  EXPECT_EQ(builtin().frameworks.framework("owasp-nhi-2025")->ids.size(), 10u);
  // Functions, categories and subcategories.
  EXPECT_EQ(builtin().frameworks.framework("nist-csf-2.0")->ids.size(), 6u + 22u + 106u);
}

TEST(Frameworks, AnIdIsFoundInAnySpelling) {
  for (const char* text : {"NHI7:2025", "NHI7", "nhi-07", "NHI 07", "owasp-nhi:7", "nhi:NHI7"}) {
    EXPECT_EQ(found(text), (Names{"owasp-nhi-2025 NHI7:2025"})) << text;
  }
  EXPECT_EQ(found("IA-5(7)"), (Names{"nist-800-53-r5 IA-5(7)"}));
  EXPECT_EQ(found("ia-5.7"), (Names{"nist-800-53-r5 IA-5(7)"}));
  EXPECT_EQ(found("pr.aa-1"), (Names{"nist-csf-2.0 PR.AA-01"}));
  EXPECT_EQ(found("govern 1.6"), (Names{"nist-ai-rmf GOVERN 1.6"}));
  EXPECT_EQ(found("A.5.1"), (Names{"iso27001-2022 A.5.1"}));
  EXPECT_EQ(found("A.5.10"), (Names{"iso27001-2022 A.5.10"}));
}

TEST(Frameworks, ANumberMeansEveryIdThatItIs) {
  EXPECT_EQ(found("8.1"), (Names{"iso27001-2022 8.1", "iso27002-2022 8.1"}));
  EXPECT_EQ(found("27001:8.1"), (Names{"iso27001-2022 8.1", "iso27001-2022 A.8.1"}));
  EXPECT_EQ(found("iso27002:8.1"), (Names{"iso27002-2022 8.1"}));
  EXPECT_EQ(found("99.99"), Names{});
  EXPECT_EQ(found(""), Names{});
}

TEST(Frameworks, AnIdOfAnEditionThatIsGoneLeadsToTheNewOne) {
  std::vector<FrameworkHit> old = builtin().frameworks.find("A.9.4.3");
  ASSERT_EQ(names(old), (Names{"iso27001-2013 A.9.4.3"}));
  EXPECT_EQ(names(builtin().frameworks.related(old[0])), (Names{"iso27001-2022 A.5.17"}));
  old = builtin().frameworks.find("csf:PR.AC-4");
  ASSERT_EQ(names(old), (Names{"nist-csf-1.1 PR.AC-4"}));
  EXPECT_EQ(names(builtin().frameworks.related(old[0])), (Names{"nist-csf-2.0 PR.AA-05"}));
}

TEST(Frameworks, ElevenControlsAreNewIn2022) {
  Names without_ancestor;
  for (const FrameworkId& id : builtin().frameworks.framework("iso27001-2022")->ids) {
    if (id.kind != IdKind::kControl) continue;
    FrameworkHit hit{builtin().frameworks.framework("iso27001-2022"), &id};
    bool has_ancestor = false;
    for (const FrameworkHit& other : builtin().frameworks.related(hit)) {
      has_ancestor = has_ancestor || other.framework->id == "iso27001-2013";
    }
    if (!has_ancestor) without_ancestor.push_back(id.id);
    EXPECT_EQ("A." + builtin().frameworks.guidance(hit), id.id);
  }
  EXPECT_EQ(without_ancestor,
            (Names{"A.5.7", "A.5.23", "A.5.30", "A.7.4", "A.8.9", "A.8.10", "A.8.11", "A.8.12",
                   "A.8.16", "A.8.23", "A.8.28"}));
}

TEST(Rulebook, WhatIsBuiltInHoldsTogether) {
  EXPECT_EQ(builtin().problems(), Names{});
  EXPECT_EQ(builtin().conditions.size(), kConditionCount);
}

TEST(Rulebook, TellsWhatDoesNotHoldTogether) {
  Rulebook book = builtin();
  ASSERT_TRUE(book.add(R"(id = "mine"
name = "Mine"
edition = "1"
publisher = "me"
superseded_by = "iso27001-2022"
[[part]]
kind = "risk"
title = "Risks"
[part.ids]
"R-1" = "one"
"R-01" = "the same"
"R2" = "two"
[correspondence.iso27001-2022]
"R-1" = ["A.5.17"]
"R2" = ["A.99"]
"R3" = ["A.5.17"]
)",
                       "mine.toml"));
  ASSERT_TRUE(book.add("[[condition]]\nid = \"C27\"\ntitle = \"t\"\nshort = \"s\"\nseen_by = \"x\"\n"
                       "[condition.primary]\nmine = [\"R2\"]\nyours = [\"R1\"]\n",
                       "more.toml"));
  EXPECT_EQ(
      book.problems(),
      (Names{"mine.toml: 'R-01' and 'R-1' are spellings of one id; keep one",
             "mine.toml: 'R2' corresponds to 'A.99', which iso27001-2022 does not have",
             "mine.toml: correspondence of 'R3', which the framework does not have",
             "mine.toml: 'R-01' does not say what it became in iso27001-2022",
             "mine.toml: 'R2' does not say what it became in iso27001-2022",
             "more.toml:1: the program judges no condition 'C27'; its conditions are C01 to C26",
             "more.toml:1: C27 maps to mine, which is superseded; map to iso27001-2022",
             "more.toml:1: C27 maps to 'yours', which is no framework",
             "mine.toml: no condition maps to the risk 'R-1'",
             "mine.toml: no condition maps to the risk 'R-01'"}));
}

TEST(Rulebook, SaysWhereAFileIsWrong) {
  Rulebook book;
  auto message = [&](const char* text) {
    Result<void> added = book.add(text, "f.toml");
    return added ? "" : added.error().message;
  };
  EXPECT_EQ(message("id = \"x\"\nname = \"X\"\nedition = \"1\"\npublisher = \"P\"\n[[part]]\n"
                    "kind = \"contrl\"\ntitle = \"T\"\n[part.ids]\n\"1\" = \"one\"\n"),
            "f.toml:6: part: 'kind' is 'contrl'; it must be one of requirement, control, "
            "guidance, risk, outcome, weakness, criterion, tenet, section, step; did you mean "
            "'control'?");
  EXPECT_EQ(message("[[weak]]\nattribute = \"alg\"\nbecause = \"b\"\n"),
            "f.toml:1: weak: 'attribute' and 'values' go together; add the other one");
  EXPECT_EQ(message("[[condition]]\nid = \"C01\"\n"),
            "f.toml:1: condition: key 'title' is missing; add it");
}

TEST(PlaceRules, APathTellsClassEnvironmentAndComponent) {
  const PlaceRules& places = builtin().places;
  using Classes = std::set<std::string>;
  EXPECT_EQ(places.classes(".github/workflows/deploy.yml"), (Classes{"automation", "deployment"}));
  EXPECT_EQ(places.classes("infra/main.tf"), (Classes{"automation", "deployment"}));
  EXPECT_EQ(places.classes("var/logs/app.txt"), (Classes{"log"}));
  EXPECT_EQ(places.classes("old.zip!db/all.sql"), (Classes{"dump"}));
  EXPECT_EQ(places.classes("analysis/churn.ipynb"), (Classes{"notebook", "personal"}));
  EXPECT_EQ(places.classes("src/main.cc"), Classes{});
  EXPECT_EQ(places.classes("contest/latest.py"), Classes{});
  EXPECT_EQ(places.classes(""), Classes{});

  auto environment = [&](const char* path) {
    const PlaceRules::Environment* one = places.environment(path);
    return one ? one->name : "";
  };
  EXPECT_EQ(environment("config/prod.env"), "production");
  EXPECT_EQ(environment("values-STAGING.yaml"), "staging");
  EXPECT_EQ(environment("products/list.txt"), "");
  EXPECT_EQ(environment("prod/tests/keys.py"), "test");

  EXPECT_EQ(places.component("services/billing/src/a.cc"), "services/billing");
  EXPECT_EQ(places.component("repo/apps/shop/config.yml"), "repo/apps/shop");
  EXPECT_EQ(places.component("services/readme.md"), "");
  EXPECT_EQ(places.component("src/a.cc"), "");
}

}  // namespace
}  // namespace straykey
