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

// The JSON Schema (2020-12) of report_json.
std::string json_schema();

}  // namespace straykey
