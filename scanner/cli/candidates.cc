// SPDX-License-Identifier: Apache-2.0
// `straykey nhi candidates`: the identities that a scan comes upon and no register knows, each
// with how far it has spread. The first scan of an organisation so yields its first register.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scanner/base/interrupt.h"
#include "scanner/base/time.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/open_register.h"
#include "scanner/cli/owners.h"
#include "scanner/cli/progress.h"
#include "scanner/cli/scan.h"
#include "scanner/nhi/lineage.h"
#include "scanner/report/document.h"
#include "scanner/store/connection.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Lineage& lineage) {
  const Resolution& known = *lineage.resolution;
  auto text = [](const std::string& value) {
    return value.empty() ? Json() : Json(utf8_text(value));
  };
  auto time = [](std::optional<int64_t> seconds) {
    return seconds ? Json(iso_time(*seconds)) : Json();
  };
  auto texts = [](const std::set<std::string>& values) {
    Json out = Json::array();
    for (const std::string& value : values) out.push_back(utf8_text(value));
    return out;
  };
  Json paths = Json::array();
  for (const auto& [repository, path] : lineage.paths)
    paths.push_back({{"repository", text(repository)}, {"path", utf8_text(path)}});
  Json environments = Json::array();
  for (EnvironmentClass environment : lineage.environments)
    environments.push_back(name(environment));
  return {{"id", lineage.nhi_id},
          {"name", text(known.name)},
          {"kind", text(known.identity.kind)},
          {"owner", text(known.owner)},
          {"resolved_by", text(known.resolved_by)},
          {"secrets", lineage.fingerprints.size()},
          {"repositories", texts(lineage.repositories)},
          {"paths", paths},
          {"environments", environments},
          {"components", texts(lineage.components)},
          {"authors", texts(lineage.authors)},
          {"since", time(lineage.since)},
          {"last_seen", time(lineage.last_seen)},
          {"at_tip", lineage.at_tip}};
}

std::string counted(size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string text_of(const Lineage& lineage) {
  const Resolution& known = *lineage.resolution;
  std::string out = fmt::format("{}  {}\n", lineage.nhi_id, printable_text(known.name));
  out += fmt::format("  {}; {} in {}{}", known.identity.kind.empty() ? "kind not known"
                                                                     : printable_text(known.identity.kind),
                     counted(lineage.fingerprints.size(), "secret", "secrets"),
                     counted(lineage.paths.size(), "path", "paths"),
                     lineage.repositories.size() > 1
                         ? fmt::format(" of {} repositories", lineage.repositories.size())
                         : "");
  if (lineage.since) out += "; since " + iso_time(*lineage.since).substr(0, 10);
  out += lineage.at_tip ? "\n" : "; only in history\n";
  return out + "  owner: " + owner_text(known) + "\n\n";
}

}  // namespace

int nhi_candidates_command(const ScanOptions& options, const std::string& write, ListForm form) {
  install_interrupt_handler();
  Progress progress(options);
  auto result = run_scan(options, [&](const PipelineProgress& done) {
    progress.update({done.blobs, done.total, done.bytes, done.detections});
  });
  progress.clear();
  if (!result) return usage_error(result.error().message);
  const Evidence& evidence = result->evidence;
  std::vector<Lineage> found =
      lineages(evidence.findings, evidence.resolutions, environment_rules(options));
  std::erase_if(found, [](const Lineage& lineage) { return lineage.resolution->registered; });

  if (!write.empty()) {
    const RegisterPlace place{write, is_postgres(write) || write == options.store};
    auto kept = change_register(place, IfMissing::kIsEmpty, [&](Register& known) {
      for (const Lineage& lineage : found) {
        NhiCandidate candidate = candidate_of(lineage, "straykey scan", now_seconds());
        known.add(std::move(candidate.nhi));
        for (CredentialLink& link : candidate.links) known.add(std::move(link));
      }
      return Result<std::vector<ImportNote>>(std::vector<ImportNote>());
    });
    if (!kept) return usage_error(kept.error().message);
  }
  std::string out;
  if (form == ListForm::kJson) {
    Json list = Json::array();
    for (const Lineage& lineage : found) list.push_back(json_of(lineage));
    out = json_text({{"candidates", list}, {"complete", evidence.coverage.complete()}}, 2) + "\n";
  } else {
    for (const Lineage& lineage : found) out += text_of(lineage);
    out += counted(found.size(), "identity", "identities") + " in no register\n";
  }
  const int code = print(out);
  return code != kExitClean || evidence.coverage.complete() ? code : kExitIncomplete;
}

}  // namespace straykey
