// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/allow_writer.h"

#include "scanner/signature/signature_writer.h"

namespace straykey {
namespace {

std::string line(const char* key, const std::vector<std::string>& values) {
  if (values.empty()) return "";
  std::string out = std::string(key) + " = [";
  if (values.size() == 1) return out + toml_text(values.front()) + "]\n";
  for (const std::string& value : values) out += "\n  " + toml_text(value) + ",";
  return out + "\n]\n";
}

}  // namespace

std::string write_allow_rules(const std::vector<AdoptedAllow>& rules) {
  std::string out;
  for (const AdoptedAllow& rule : rules) {
    if (!out.empty()) out += "\n";
    out += "[[allow]]\n";
    if (!rule.signature.empty()) out += "signature = " + toml_text(rule.signature) + "\n";
    out += line("path-regex", rule.paths);
    out += line("outside-path-regex", rule.outside);
    out += line("commits", rule.commits);
    out += "reason = " + toml_text(rule.reason) + "\n";
  }
  return out;
}

}  // namespace straykey
