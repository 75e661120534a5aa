// SPDX-License-Identifier: Apache-2.0
// Evidence -> text for people and machines. Each format is one function that returns the
// whole document; cli/ decides where it goes. No function here reads a clock, a terminal
// or the environment.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scanner/evidence/evidence.h"

namespace straykey {

class Template;

struct TextOptions {
  uint32_t width = 100;   // columns of the terminal
  bool color = false;     // ANSI colours
  bool hyperlink = false;
  uint32_t places = 3;    // occurrences shown for a finding; 0 is all
};

std::string report_text(const Evidence& evidence, const TextOptions& options);
// The last line of every text report and of stderr: reconciles what was in scope.
std::string summary_line(const Evidence& evidence);

std::string report_json(const Evidence& evidence);
std::string report_jsonl(const Evidence& evidence);
std::string report_sarif(const Evidence& evidence);
std::string report_csv(const Evidence& evidence);
// One page that needs no network; see html.cc.
std::string report_html(const Evidence& evidence);

// For CI servers and the services behind them. None of them holds a secret.
std::string report_compact(const Evidence& evidence);      // a line each, for problem matchers
std::string report_github(const Evidence& evidence);       // annotations of GitHub Actions
std::string report_gitlab(const Evidence& evidence);       // secret-detection report
std::string report_codequality(const Evidence& evidence);  // GitLab's Code Quality
std::string report_junit(const Evidence& evidence);
std::string report_markdown(const Evidence& evidence);   // the page of a job
std::string report_bitbucket(const Evidence& evidence);  // Code Insights
std::string report_ocsf(const Evidence& evidence);       // events for a SIEM

// `form` over the document of report_json, without the secrets.
std::string report_template(const Evidence& evidence, const Template& form);

// The JSON Schema (2020-12) of report_json.
std::string json_schema();

}  // namespace straykey
