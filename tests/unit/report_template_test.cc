// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scanner/report/report.h"
#include "scanner/report/template.h"
#include "tests/support/sample_evidence.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

std::string filled(const std::string& text, const Json& document,
                   const std::string& file = "t.txt") {
  auto form = Template::parse(text, file);
  return form ? form->render(document) : "error: " + form.error().message;
}

TEST(Template, PutsInValues) {
  Json document = {{"a", {{"b", 7}}}, {"t", "x"}, {"n", nullptr}, {"f", 1.5}};
  EXPECT_EQ(filled("{{a.b}} {{ t }}{{n}}{{gone}}{{a.gone}} {{f}}", document), "7 x 1.5");
}

TEST(Template, RepeatsForAListAndTakesWholeLinesAway) {
  Json document = {{"outer", "o"}, {"list", Json::array({{{"k", 1}}, {{"k", 2}}})},
                   {"words", {"x", "y", "z"}}};
  EXPECT_EQ(filled("begin\n{{#list}}\n{{k}} of {{outer}}\n{{/list}}\nend\n", document),
            "begin\n1 of o\n2 of o\nend\n");
  EXPECT_EQ(filled("{{#words}}<{{.}}>{{/words}}", document), "<x><y><z>");
  EXPECT_EQ(filled("a\n  {{! remark }}\nb", document), "a\nb");
}

TEST(Template, TakesOneSideOfAQuestion) {
  Json document = {{"yes", true}, {"no", false}, {"empty", Json::array()}, {"blank", ""}};
  EXPECT_EQ(filled("{{#yes}}1{{/yes}}{{^yes}}2{{/yes}}", document), "1");
  for (const char* name : {"no", "empty", "blank", "gone"}) {
    std::string n = name;
    EXPECT_EQ(filled("{{#" + n + "}}1{{/" + n + "}}{{^" + n + "}}2{{/" + n + "}}", document), "2")
        << n;
  }
}

TEST(Template, FitsValuesToWhatItIs) {
  Json document = {{"v", "a<b>&\"'\n\x1b"}};
  EXPECT_EQ(filled("{{v}}", document), "a<b>&\"'\\n\\x1b");
  EXPECT_EQ(filled("{{v}}", document, "t.html"), "a&lt;b&gt;&amp;&quot;&#39;\\n\\x1b");
  EXPECT_EQ(filled("{{{v}}}{{&v}}", document, "t.html"), "a<b>&\"'\\n\\x1ba<b>&\"'\\n\\x1b");
  EXPECT_EQ(Json::parse(filled("\"{{v}}\"", document, "t.json")), "a<b>&\"'\\n\\x1b");
}

TEST(Template, SaysWhatIsWrongAndWhere) {
  Json none;
  EXPECT_EQ(filled("a\n{{x", none), "error: t.txt:2: '{{' has no '}}'");
  EXPECT_EQ(filled("{{#x}}\n", none), "error: t.txt:1: the section 'x' has no end; write {{/x}}");
  EXPECT_EQ(filled("{{#x}}{{/y}}", none),
            "error: t.txt:1: '{{/y}}' ends nothing: the section that is open is 'x'");
  EXPECT_EQ(filled("{{/y}}", none), "error: t.txt:1: '{{/y}}' ends nothing: no section is open");
  EXPECT_EQ(filled("{{a b}}", none),
            "error: t.txt:1: 'a b' is not a name; write {{summary.findings}}");
  EXPECT_EQ(filled("{{> other}}", none),
            "error: t.txt:1: '{{>' is not taken: a template reads no other file and keeps its "
            "brackets");
}

TEST(TemplateReport, NeverHoldsASecret) {
  SampleRun run;
  run.evidence.findings[0].value = Secret(SampleRun::token_value());
  auto form = Template::parse("{{#findings}}{{id}}[{{secret.value}}]\n{{/findings}}", "t.txt");
  ASSERT_TRUE(form.has_value());
  EXPECT_EQ(report_template(run.evidence, *form), std::string(32, '1') + "[]\n" +
                                                      std::string(32, '2') + "[]\n" +
                                                      std::string(32, '3') + "[]\n");
}

}  // namespace
}  // namespace straykey
