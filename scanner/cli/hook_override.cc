// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/hook_override.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include <nlohmann/json.hpp>

#include "scanner/base/file.h"
#include "scanner/base/time.h"
#include "scanner/cli/output.h"
#include "scanner/report/document.h"

namespace straykey {
namespace {

// What was pushed with for `word`: "REASON" of "WORD=REASON", "" of the word alone.
std::optional<std::string> reason_given(const std::string& word,
                                        const GitEnvironment& environment) {
  constexpr ByteView kPrefix = "GIT_PUSH_OPTION_";
  for (const auto& [name, value] : environment) {
    if (!name.starts_with(kPrefix) || name == "GIT_PUSH_OPTION_COUNT") continue;
    if (value == word) return "";
    if (value.starts_with(word + "=")) return value.substr(word.size() + 1);
  }
  return std::nullopt;
}

// Who the host says is pushing: GitLab, GitHub Enterprise Server, Gitea, git-http-backend, or
// the login of the session.
std::string who() {
  for (const char* name : {"GL_USERNAME", "GITHUB_USER_LOGIN", "GITEA_PUSHER_NAME",
                           "REMOTE_USER", "LOGNAME", "USER"}) {
    const char* value = std::getenv(name);
    if (value && *value) return value;
  }
  return "";
}

// Of whichever format it is: SHA-1 names have zeros behind them.
std::string hex(const ObjectId& id) {
  std::string all = id.hex(ObjectFormat::kSha256);
  bool is_short = all.find_first_not_of('0', 40) == std::string::npos;
  return is_short ? all.substr(0, 40) : all;
}

std::string record(const HookCall& call, const Evidence& evidence, const std::string& reason) {
  std::error_code ignored;
  nlohmann::ordered_json refs = nlohmann::ordered_json::array();
  for (const RefUpdate& update : call.updates) {
    refs.push_back({{"name", utf8_text(update.name)},
                    {"before", hex(update.before)},
                    {"after", hex(update.after)}});
  }
  nlohmann::ordered_json findings = nlohmann::ordered_json::array();
  for (const Finding& finding : evidence.findings) {
    const Occurrence& place = finding.occurrences.front();
    findings.push_back({{"id", finding.id},
                        {"signature", (*evidence.signatures)[finding.signature].id},
                        {"path", utf8_text(place_name(place))},
                        {"commit", place.commit}});
  }
  nlohmann::ordered_json line = {
      {"at", iso_time(now_seconds())},
      {"repository", utf8_text(std::filesystem::current_path(ignored).string())},
      {"who", utf8_text(who())},
      {"reason", utf8_text(reason)},
      {"complete", evidence.coverage.complete()},
      {"refs", refs},
      {"findings", findings}};
  return json_text(line, -1) + "\n";
}

// One write of a whole line, so that two hooks at a time do not mix theirs.
Result<void> append(const std::string& path, const std::string& line) {
  FileHandle file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  bool written = file && ::write(file.fd(), line.data(), line.size()) ==
                             static_cast<ssize_t>(line.size());
  if (!written || ::fsync(file.fd()) != 0) {
    return Error{path + ": cannot be written: " + system_reason(errno) +
                 "; without a record nothing is let through"};
  }
  return {};
}

}  // namespace

Result<bool> pass_by_override(const HookCall& call, const Evidence& evidence,
                              const HookSettings& settings, const GitEnvironment& environment) {
  if (settings.override_word.empty()) return false;
  auto reason = reason_given(settings.override_word, environment);
  if (!reason) return false;
  if (reason->empty()) {
    return Error{"push refused: say why: git push -o '" + settings.override_word + "=REASON'"};
  }
  auto recorded = append(settings.override_log, record(call, evidence, *reason));
  if (!recorded) return recorded.error();
  tell("let through as asked, and recorded: " + std::to_string(evidence.findings.size()) +
       " findings; revoke what is no longer secret");
  return true;
}

}  // namespace straykey
