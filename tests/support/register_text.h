// SPDX-License-Identifier: Apache-2.0
// A register in short lines, so that a test can compare all of it.
#pragma once

#include <string>
#include <vector>

#include "scanner/base/time.h"
#include "scanner/nhi/import.h"

namespace straykey {

// "id: kind=aws.user name=deploy", then "  credential-id aws VALUE active used=2026-11-01".
inline std::vector<std::string> register_lines(const Register& reg) {
  std::vector<std::string> out;
  auto day = [](std::optional<int64_t> time) { return iso_time(*time).substr(0, 10); };
  for (const auto& [id, nhi] : reg.nhis()) {
    out.push_back(id + ":");
    for (size_t i = 0; i < kFields; ++i) {
      const auto field = static_cast<Field>(i);
      std::string text = text_of(nhi, field);
      if (field >= Field::kCreated && field <= Field::kExpires) text = text.substr(0, 10);
      if (!text.empty()) out.back() += std::string(" ") + name(field) + "=" + text;
    }
    for (const CredentialLink& link : reg.links_of(id)) {
      std::string line =
          std::string("  ") + name(link.kind) + " " + link.provider + " " + link.value;
      if (!link.credential.empty()) line += " of " + link.credential;
      if (link.status != NhiStatus::kUnknown) line += std::string(" ") + name(link.status);
      if (link.created) line += " created=" + day(link.created);
      if (link.last_used) line += " used=" + day(link.last_used);
      if (link.expires) line += " expires=" + day(link.expires);
      out.push_back(line);
    }
  }
  for (const Person* person : reg.people()) {
    std::string line = "person " + person->name;
    for (const std::string& email : person->emails) line += " " + email;
    for (const std::string& login : person->logins) line += " @" + login;
    if (!person->active) line += " left";
    if (person->left_on) line += "=" + day(person->left_on);
    if (!person->manager.empty()) line += " manager=" + person->manager;
    out.push_back(line);
  }
  for (const auto& [name, component] : reg.all_components()) {
    out.push_back(name + " " + component.repository + "/" + component.path +
                  " owner=" + component.owner + " " + straykey::name(component.owner_kind) +
                  " " + component.system + " " + component.lifecycle);
  }
  return out;
}

// What a report says: "3 of 5", then a line for each reason.
inline std::vector<std::string> report_lines(const Intake& report) {
  std::vector<std::string> out = {report.kind + " " + std::to_string(report.taken) + " of " +
                                  std::to_string(report.entries)};
  for (const auto& [reason, tally] : report.passed_over) {
    out.push_back("passed over " + std::to_string(tally.count) + ": " + reason);
  }
  for (const auto& [reason, tally] : report.left_out) {
    out.push_back("left out " + std::to_string(tally.count) + ": " + reason + ", " +
                  tally.first);
  }
  for (const std::string& gap : report.gaps) out.push_back(gap);
  return out;
}

}  // namespace straykey
